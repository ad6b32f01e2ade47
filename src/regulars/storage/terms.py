"""Settings of Terms as rows: appended, never changed; what is in force is resolved from them."""

from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, select

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.term_fields import Field
from regulars.domain.kernel.terms import Level, Place, Setting, resolve
from regulars.storage.columns import Words
from regulars.storage.engine import Read
from regulars.storage.statement import Statement
from regulars.storage.tables.stores import setting

T = TypeVar("T")
_NOWHERE = Place(region=UUID(int=0), store=UUID(int=0))


class SettingRow(NamedTuple):
    """Table `setting`."""

    id: UUID
    field: str
    level: str
    place_id: UUID | None
    value: object
    effective_at: Instant
    version: int
    locked: bool
    low: int | None
    high: int | None
    recorded_at: Instant
    recorded_by: str
    reason: str | None
    taken_away: bool


ALL = Statement(select(setting).order_by(setting.c.recorded_at, setting.c.id), SettingRow)
OF_FIELD = Statement(
    select(setting)
    .where(setting.c.field == bindparam("field", type_=Words()))
    .order_by(setting.c.version),
    SettingRow,
)


def setting_of(row: SettingRow) -> Setting:
    """A row as the domain knows it."""
    return Setting(
        field=row.field,
        level=Level(row.level),
        place=row.place_id,
        value=row.value,
        effective_at=row.effective_at,
        version=row.version,
        locked=row.locked,
        low=row.low,
        high=row.high,
        taken_away=row.taken_away,
    )


def settings_of(read: Read, field: str) -> list[SettingRow]:
    """Every setting of a field that was ever made."""
    return read.all(OF_FIELD, field=field)


def of_organisation(read: Read, field: Field[T], *, at: Instant) -> T:
    """What head office says of a field at a moment, whatever regions and stores say."""
    said = [setting_of(row) for row in settings_of(read, field.name)]
    own = [one for one in said if one.level is Level.ORGANISATION]
    found = resolve(own, {field.name: field.default}, place=_NOWHERE, at=at)
    return field.check(field.name, found[field.name].value)
