"""Setting a field of the Terms at a level of the chain, within what the levels above allow.

Head office lets regions choose 1 to 2 points a yuan. Region East sets 2 from 1 May; a store that
tries 3 is refused with the bound named. In June East takes its setting away: what head office says
counts again, also what it says later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.terms import TERMS_UNKNOWN_FIELD, Level, Setting, allowed
from regulars.domain.orders.shop_terms import DEFAULTS, checked
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
NOT_SET = refusal_code("terms.not_set")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeTermAway:
    """What one place set of a field counts no more from a moment on (None: at once)."""

    id: UUID
    field: str
    level: Level
    place_id: UUID | None
    effective_at: Instant | None
    reason: str


@dataclass(frozen=True, slots=True)
class TermSet:
    """What was set or taken away, and its version at that place."""

    id: UUID
    field: str
    version: int
    effective_at: Instant


def _region_above(tx: Read, command: SetTerm | TakeTermAway) -> UUID | None:
    if command.level is not Level.STORE or command.place_id is None:
        return None
    return stores.store_known(tx, command.place_id).region_id


def _begins(command: SetTerm | TakeTermAway, moment: Moment) -> Instant:
    """When it begins, with a reason. Refuses: terms.reason_missing, terms.in_the_past."""
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
    checked(command.field, command.value)
    if command.low is not None and command.high is not None and command.high < command.low:
        raise RANGE_REVERSED.because()
    begins = _begins(command, moment)
    # The field `joining.coupon_types` is a list of codes by itself.
    check_coupon_types(tx, {command.field.rpartition(".")[2]: command.value})
    rows, same = _said_before(tx, command, moment)
    setting = Setting(
        field=command.field,
        level=command.level,
        place=_place(command),
        value=command.value,
        effective_at=begins,
        version=_next_version(same),
        locked=command.locked,
        low=command.low,
        high=command.high,
    )
    allowed(setting, [terms.setting_of(row) for row in rows], region=_region_above(tx, command))
    return _recorded(tx, setting, command, before=same, moment=moment)


@use_case
def take_term_away(tx: Write, command: TakeTermAway, moment: Moment) -> TermSet:
    """Let the level above count again, from a moment on; what was set stays in the history.

    Refuses: terms.unknown_field, terms.locked, terms.not_set, terms.in_the_past,
    terms.reason_missing, scope.outside.
    """
    moment.actor.need(Permission.TERMS_WRITE)
    if command.field not in DEFAULTS:
        raise TERMS_UNKNOWN_FIELD.because(field=command.field)
    begins = _begins(command, moment)
    rows, same = _said_before(tx, command, moment)
    begun = [row for row in same if row.effective_at <= begins]
    standing = max(begun, key=lambda row: (row.effective_at, row.version), default=None)
    if standing is None or standing.taken_away:
        raise NOT_SET.because()
    setting = Setting(
        field=command.field,
        level=command.level,
        place=_place(command),
        value=standing.value,
        effective_at=begins,
        version=_next_version(same),
        taken_away=True,
    )
    allowed(setting, [terms.setting_of(row) for row in rows], region=_region_above(tx, command))
    return _recorded(tx, setting, command, before=same, moment=moment)


def _place(command: SetTerm | TakeTermAway) -> UUID | None:
    return None if command.level is Level.ORGANISATION else command.place_id


def _said_before(
    tx: Write, command: SetTerm | TakeTermAway, moment: Moment
) -> tuple[Sequence[terms.SettingRow], Sequence[terms.SettingRow]]:
    """Every setting of the field, and those of the place itself by version.

    Refuses: scope.outside, store.unknown, region.unknown.
    """
    check_place(tx, moment.actor.scope, level=command.level, place_id=command.place_id)
    # First of all, so that two settings of one field at one time get two versions.
    raise_revision(tx, "terms")
    rows = terms.settings_of(tx, command.field)
    here = (command.level.value, _place(command))
    return rows, [row for row in rows if (row.level, row.place_id) == here]


def _next_version(same: Sequence[terms.SettingRow]) -> int:
    return max((row.version for row in same), default=0) + 1


def _recorded(
    tx: Write,
    setting: Setting,
    command: SetTerm | TakeTermAway,
    *,
    before: Sequence[terms.SettingRow],
    moment: Moment,
) -> TermSet:
    tx.add(setting_table, [_row(setting, command, moment)])
    store_id = setting.place if command.level is Level.STORE else None
    action = "terms.taken_away" if setting.taken_away else "terms.set"
    now = {
        "level": setting.level.value,
        "value": setting.value,
        "effective_at": setting.effective_at.isoformat(),
        "locked": setting.locked,
    }
    if setting.taken_away:
        del now["value"], now["locked"]
    audit.record(
        tx,
        moment,
        action=action,
        subject=command.field,
        store_id=store_id,
        before=_told(before[-1]) if before else None,
        after=now,
        reason=command.reason,
    )
    fact = Fact(
        kind=action,
        at=moment.now,
        store_id=store_id,
        subject_id=command.id,
        body={"field": command.field, "level": command.level.value, "version": setting.version},
    )
    append(tx, fact, id=moment.new_id())
    return TermSet(command.id, command.field, setting.version, setting.effective_at)


def _told(row: terms.SettingRow) -> dict[str, object]:
    return {"value": row.value, "version": row.version, "locked": row.locked}


def _row(setting: Setting, command: SetTerm | TakeTermAway, moment: Moment) -> dict[str, object]:
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
        "reason": command.reason.strip(),
        "taken_away": setting.taken_away,
    }
