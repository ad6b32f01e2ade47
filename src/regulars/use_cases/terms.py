"""Setting a field of the Terms at a level of the chain, within what the levels above allow.

Head office lets regions choose 1 to 2 points a yuan. Region East sets 2 from 1 May; a store that
tries 3 is refused with the bound named.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.terms import Level, Setting, allowed
from regulars.domain.orders.shop_terms import checked
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, stores, terms
from regulars.storage.engine import Read, Write
from regulars.storage.facts import Fact, append
from regulars.storage.places import check_place
from regulars.storage.shops import raise_revision
from regulars.storage.tables.stores import setting as setting_table
from regulars.use_cases.gift_checks import check_coupon_types
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

TERMS_IN_THE_PAST = refusal_code("terms.in_the_past")
RANGE_REVERSED = refusal_code("terms.range_reversed")
REASON_MISSING = refusal_code("terms.reason_missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTerm:
    """One field at one place from one moment on (None: at once), and what it leaves to others.

    `locked`: nobody below may change it. `low` and `high`: what those below may choose.
    """

    id: UUID
    field: str
    level: Level
    place_id: UUID | None
    value: object
    effective_at: Instant | None
    locked: bool
    low: int | None
    high: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class TermSet:
    """What was set, and its version at that place."""

    id: UUID
    field: str
    version: int
    effective_at: Instant


def _region_above(tx: Read, command: SetTerm) -> UUID | None:
    if command.level is not Level.STORE or command.place_id is None:
        return None
    return stores.store_known(tx, command.place_id).region_id


def _check_form(command: SetTerm, moment: Moment) -> Instant:
    """When the setting begins. Refuses: terms.in_the_past, terms.range_reversed, …"""
    checked(command.field, command.value)
    if command.low is not None and command.high is not None and command.high < command.low:
        raise RANGE_REVERSED.because()
    if not command.reason.strip():
        raise REASON_MISSING.because()
    begins = command.effective_at or moment.now
    if begins < moment.now:
        raise TERMS_IN_THE_PAST.because()
    return begins


@use_case
def set_term(tx: Write, command: SetTerm, moment: Moment) -> TermSet:
    """Set one field of the Terms.

    Refuses: terms.unknown_field, terms.malformed, terms.locked, terms.out_of_range,
    terms.in_the_past, terms.range_reversed, terms.reason_missing, scope.outside,
    gift.coupon_type_unknown.
    """
    moment.actor.need(Permission.TERMS_WRITE)
    begins = _check_form(command, moment)
    # The field `joining.coupon_types` is a list of codes by itself.
    check_coupon_types(tx, {command.field.rpartition(".")[2]: command.value})
    check_place(tx, moment.actor.scope, level=command.level, place_id=command.place_id)
    # First of all, so that two settings of one field at one time get two versions.
    raise_revision(tx, "terms")
    rows = terms.settings_of(tx, command.field)
    place = None if command.level is Level.ORGANISATION else command.place_id
    same = [row for row in rows if (row.level, row.place_id) == (command.level.value, place)]
    setting = Setting(
        field=command.field,
        level=command.level,
        place=place,
        value=command.value,
        effective_at=begins,
        version=max((row.version for row in same), default=0) + 1,
        locked=command.locked,
        low=command.low,
        high=command.high,
    )
    allowed(setting, [terms.setting_of(row) for row in rows], region=_region_above(tx, command))
    tx.add(setting_table, [_row(setting, command, moment)])
    store_id = place if command.level is Level.STORE else None
    audit.record(
        tx,
        moment,
        action="terms.set",
        subject=command.field,
        store_id=store_id,
        before=_told(same[-1]) if same else None,
        after={
            "level": command.level.value,
            "value": command.value,
            "effective_at": begins.isoformat(),
            "locked": command.locked,
        },
        reason=command.reason,
    )
    fact = Fact(
        kind="terms.set",
        at=moment.now,
        store_id=store_id,
        subject_id=command.id,
        body={"field": command.field, "level": command.level.value, "version": setting.version},
    )
    append(tx, fact, id=moment.new_id())
    return TermSet(command.id, command.field, setting.version, begins)


def _told(row: terms.SettingRow) -> dict[str, object]:
    return {"value": row.value, "version": row.version, "locked": row.locked}


def _row(setting: Setting, command: SetTerm, moment: Moment) -> dict[str, object]:
    return {
        "id": command.id,
        "field": setting.field,
        "level": setting.level.value,
        "place_id": setting.place,
        "value": setting.value,
        "effective_at": setting.effective_at,
        "version": setting.version,
        "locked": setting.locked,
        "low": setting.low,
        "high": setting.high,
        "recorded_at": moment.now,
        "recorded_by": moment.actor.name,
    }
