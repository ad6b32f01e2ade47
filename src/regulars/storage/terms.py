"""Settings of Terms as rows: appended, never changed; what is in force is resolved from them."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.terms import Level, Setting
from regulars.storage.columns import Words
from regulars.storage.engine import Read
from regulars.storage.statement import Statement
from regulars.storage.tables.stores import setting


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
    )


def settings_of(read: Read, field: str) -> list[SettingRow]:
    """Every setting of a field that was ever made."""
    return read.all(OF_FIELD, field=field)
