"""Saving programmes: check-in, tasks, draws, the points mall, referral, group buying, passes.

The manager of 人民广场店 starts "周年抽奖" on Friday: the definition is checked when it is saved, so
no guest ever meets a draw that nobody can read. A change is a new version.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, Period
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.revision import check_revision
from regulars.domain.kernel.terms import Level
from regulars.domain.loyalty.programme import ProgrammeKind, definition_of
from regulars.domain.loyalty.programme_kinds import CODECS
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, programmes
from regulars.storage.draws import wait_for_draws
from regulars.storage.engine import Write
from regulars.storage.facts import Fact, append
from regulars.storage.places import check_place
from regulars.storage.programmes import PROGRAMME_UNKNOWN, ProgrammeRow
from regulars.storage.shops import raise_revision
from regulars.use_cases import draws
from regulars.use_cases.gift_checks import check_coupon_types
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

BEGINS_IN_THE_PAST = refusal_code("programme.begins_in_the_past")
KIND_FIXED = refusal_code("programme.kind_fixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveProgramme:
    """A programme, new (`seen` 0) or changed from the version that its author saw."""

    id: UUID
    seen: int
    kind: str
    name: Label
    level: Level
    place_id: UUID | None
    definition: object
    effective_at: Instant | None
    ends_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopProgramme:
    """End a programme now; what members have of it stays theirs."""

    id: UUID
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedProgramme:
    """What was saved, and its version."""

    id: UUID
    version: int
    state: str


@use_case
def save_programme(tx: Write, command: SaveProgramme, moment: Moment) -> SavedProgramme:
    """Save a programme as a new version, in force from its date on.

    Refuses: scope.outside, precondition.failed, programme.*, period.reversed, terms.malformed,
    draw.over, draw.end_fixed, gift.coupon_type_unknown.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    check_place(tx, moment.actor.scope, level=command.level, place_id=command.place_id)
    known = tx.one(programmes.NEWEST, programme_id=command.id)
    if known is not None:
        check_place(tx, moment.actor.scope, level=Level(known.level), place_id=known.place_id)
        if known.kind != command.kind:
            raise KIND_FIXED.because()
    check_revision(known.version if known else 0, expected=command.seen)
    begins = command.effective_at or moment.now
    if begins < moment.now:
        raise BEGINS_IN_THE_PAST.because()
    Period(begins, command.ends_at)
    definition = definition_of(CODECS, command.kind, command.definition)
    kind = ProgrammeKind(command.kind)
    stored = CODECS[kind].write(definition)
    check_coupon_types(tx, stored)
    row = ProgrammeRow(
        id=command.id,
        version=command.seen + 1,
        kind=kind.value,
        name_zh=command.name.zh,
        name_en=command.name.en,
        level=command.level.value,
        place_id=None if command.level is Level.ORGANISATION else command.place_id,
        definition=stored,
        effective_at=begins,
        ends_at=command.ends_at,
        state="active",
        recorded_at=moment.now,
        recorded_by=moment.actor.name,
    )
    return _recorded(tx, row, known, moment)


@use_case
def stop_programme(tx: Write, command: StopProgramme, moment: Moment) -> SavedProgramme:
    """End a programme now.

    Refuses: programme.unknown, scope.outside, precondition.failed.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    known = tx.one(programmes.NEWEST, programme_id=command.id)
    if known is None:
        raise PROGRAMME_UNKNOWN.because()
    check_place(tx, moment.actor.scope, level=Level(known.level), place_id=known.place_id)
    check_revision(known.version, expected=command.seen)
    if known.kind == ProgrammeKind.DRAW:
        # Its seed may be asked for at once.
        wait_for_draws(tx, known.id)
    row = known._replace(
        version=known.version + 1,
        state="stopped",
        effective_at=moment.now,
        ends_at=None,
        recorded_at=moment.now,
        recorded_by=moment.actor.name,
    )
    return _recorded(tx, row, known, moment)


def _recorded(
    tx: Write, row: ProgrammeRow, known: ProgrammeRow | None, moment: Moment
) -> SavedProgramme:
    if row.kind == ProgrammeKind.DRAW and known is None:
        draws.publish(tx, moment, row.id)
    elif row.kind == ProgrammeKind.DRAW and known is not None:
        draws.check_change(known, row)
    programmes.add(tx, row)
    if row.kind == ProgrammeKind.SURVEY:
        # What receipts carry is part of what the tills keep of their shop.
        raise_revision(tx, "surveys")
    store_id = row.place_id if row.level == Level.STORE else None
    audit.record(
        tx,
        moment,
        action="programme.saved" if row.state == "active" else "programme.stopped",
        subject=f"programme:{row.id}",
        store_id=store_id,
        before={"version": known.version, "state": known.state} if known else None,
        after={"version": row.version, "state": row.state, "kind": row.kind},
    )
    fact = Fact(
        kind="programme.saved",
        at=moment.now,
        store_id=store_id,
        subject_id=row.id,
        body={"kind": row.kind, "version": row.version, "state": row.state},
    )
    append(tx, fact, id=moment.new_id())
    return SavedProgramme(id=row.id, version=row.version, state=row.state)
