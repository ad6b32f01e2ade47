"""Journeys as rows: their heads, versions, words given, and what comes by the calendar."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, cast, func, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.journeys import (
    journey,
    journey_approval,
    journey_decline,
    journey_fire,
    journey_version,
)

JOURNEY_UNKNOWN = refusal_code("journey.unknown")
NOBODY = UUID(int=0)


class JourneyRow(NamedTuple):
    """Table `journey`."""

    id: UUID
    name_zh: str
    name_en: str
    state: str
    revision: int
    draft: object
    live: int | None
    proposed: int | None
    campaign_id: UUID | None
    made_at: Instant


class VersionRow(NamedTuple):
    """Table `journey_version`."""

    journey_id: UUID
    version: int
    definition: object
    mapping: dict[str, object]
    published_at: Instant
    published_by: str


class DeclineRow(NamedTuple):
    """Table `journey_decline`: a version that was sent back."""

    journey_id: UUID
    version: int
    declined_at: Instant
    declined_by: str
    reason: str


class LiveRow(NamedTuple):
    """A journey that lets members in, by its version in force."""

    id: UUID
    version: int
    definition: str
    campaign_id: UUID | None
    since: Instant


class DefinitionRow(NamedTuple):
    """One version of a journey, for the runs that are on it."""

    journey_id: UUID
    version: int
    definition: str
    campaign_id: UUID | None


class FireRow(NamedTuple):
    """Table `journey_fire`."""

    journey_id: UUID
    period: str
    after_id: UUID
    entered: int
    begun_at: Instant
    finished_at: Instant | None


_j, _v, _a, _f = journey.c, journey_version.c, journey_approval.c, journey_fire.c
_d = journey_decline.c
_THIS = _j.id == bindparam("journey_id", type_=Id())
ALL = Statement(select(journey).order_by(_j.made_at, _j.id), JourneyRow)
ONE = Statement(select(journey).where(_THIS), JourneyRow)
# Nobody else changes it meanwhile; whoever leads its members on goes on, and is not waited for: it
# can be stopped in the middle of a campaign.
ONE_LOCKED = Statement(select(journey).where(_THIS).with_for_update(key_share=True), JourneyRow)
# Nobody is let in or led on meanwhile either.
_ONE_HELD = Statement(select(journey).where(_THIS).with_for_update(), JourneyRow)
VERSIONS = Statement(
    select(journey_version)
    .where(_v.journey_id == bindparam("journey_id", type_=Id()))
    .order_by(_v.version),
    VersionRow,
)
VERSION = Statement(
    select(journey_version).where(
        _v.journey_id == bindparam("journey_id", type_=Id()),
        _v.version == bindparam("version", type_=Whole()),
    ),
    VersionRow,
)
DECLINES = Statement(
    select(journey_decline)
    .where(one_of(_d.journey_id, "journeys", Id()))
    .order_by(_d.journey_id, _d.version),
    DeclineRow,
)
# As letters: who knows the same letters already need not read them again.
_LETTERS = cast(_v.definition, Words())
_live = (
    select(_j.id, _v.version, _LETTERS, _j.campaign_id, _a.approved_at)
    .select_from(
        journey.join(journey_version, and_(_v.journey_id == _j.id, _v.version == _j.live)).join(
            journey_approval, and_(_a.journey_id == _j.id, _a.version == _v.version)
        )
    )
    .where(_j.state == "live")
    .order_by(_j.id)
)
LIVE = Statement(_live, LiveRow)
# All versions that ever let anybody in, of journeys that do now; the newest first.
FORMER = Statement(
    select(_j.id, _v.version, _LETTERS, _j.campaign_id, _a.approved_at)
    .select_from(
        journey.join(journey_version, _v.journey_id == _j.id).join(
            journey_approval, and_(_a.journey_id == _j.id, _a.version == _v.version)
        )
    )
    .where(one_of(_j.id, "journeys", Id()))
    .order_by(_j.id, _v.version.desc()),
    LiveRow,
)
# So that nobody pauses, ends or changes a journey between the look and the members let in.
_held = _live.with_for_update(key_share=True, read=True, of=journey)
LIVE_HELD = Statement(_held, LiveRow)
THIS_LIVE_HELD = Statement(_held.where(_THIS), LiveRow)
# Ids and versions are asked apart: a few rows too many come, none too few.
DEFINITIONS = Statement(
    select(_v.journey_id, _v.version, _LETTERS, _j.campaign_id)
    .join_from(journey_version, journey, _j.id == _v.journey_id)
    .where(one_of(_v.journey_id, "journeys", Id()), one_of(_v.version, "versions", Whole())),
    DefinitionRow,
)
ANY_LIVE: Statement[UUID] = Statement(select(_j.id).where(_j.state == "live").limit(1))
_SAVE = insert(journey).values(
    {column.name: bindparam(column.name, type_=column.type) for column in _j}
)
_PUT: Statement[object] = Statement(
    _SAVE.on_conflict_do_update(
        index_elements=[_j.id],
        set_={
            name: _SAVE.excluded[name]
            for name in ("name_zh", "name_en", "state", "revision", "draft", "live", "proposed")
        },
    )
)

LAST_FIRES = Statement(
    select(_f.journey_id, func.max(_f.period)).group_by(_f.journey_id),
    lambda journey_id, period: (journey_id, period),
)
UNFINISHED = Statement(
    select(journey_fire)
    .join(journey, _j.id == _f.journey_id)
    .where(_f.finished_at.is_(None), _j.state == "live")
    .order_by(_f.begun_at, _f.journey_id),
    FireRow,
)
FIRE = Statement(
    select(journey_fire).where(
        _f.journey_id == bindparam("journey_id", type_=Id()),
        _f.period == bindparam("period", type_=Words()),
    ),
    FireRow,
)
FIRED: Statement[str] = Statement(
    select(_f.period).where(
        _f.journey_id == bindparam("journey_id", type_=Id()),
        one_of(_f.period, "periods", Words()),
    )
)
BEGIN_FIRE: Statement[object] = Statement(
    insert(journey_fire)
    .values(
        journey_id=bindparam("journey_id", type_=Id()),
        period=bindparam("period", type_=Words()),
        after_id=NOBODY,
        entered=0,
        begun_at=bindparam("at", type_=At()),
        finished_at=None,
    )
    .on_conflict_do_nothing()
)
MOVE_FIRE: Statement[object] = Statement(
    update(journey_fire)
    .where(
        _f.journey_id == bindparam("of_journey", type_=Id()),
        _f.period == bindparam("of_period", type_=Words()),
        _f.after_id == bindparam("seen", type_=Id()),
        _f.finished_at.is_(None),
    )
    .values(
        after_id=bindparam("upto", type_=Id()),
        entered=_f.entered + bindparam("more", type_=Whole()),
        finished_at=bindparam("done_at", type_=At()),
    )
)


def put(tx: Write, row: JourneyRow) -> None:
    """Write a journey's head."""
    tx.send(_PUT, **row._asdict())


def publish(tx: Write, row: VersionRow) -> None:
    """Write a version, for ever."""
    tx.add(journey_version, [row._asdict()])


def approve(tx: Write, journey_id: UUID, version: int, *, at: Instant, by: str) -> None:
    """Write down who agreed to a version."""
    row = {"journey_id": journey_id, "version": version, "approved_at": at, "approved_by": by}
    tx.add(journey_approval, [row])


def decline(tx: Write, row: DeclineRow) -> None:
    """Write down who sent a version back, and why."""
    tx.add(journey_decline, [row._asdict()])


def known(read: Read, journey_id: UUID) -> JourneyRow:
    """A journey. Refuses: journey.unknown."""
    return _found(read.one(ONE, journey_id=journey_id))


def locked(tx: Write, journey_id: UUID) -> JourneyRow:
    """A journey, that nobody else changes until the commit. Refuses: journey.unknown."""
    return _found(tx.one(ONE_LOCKED, journey_id=journey_id))


def held(tx: Write, journey_id: UUID) -> JourneyRow:
    """A journey in which nobody moves, and that nobody else changes, until the commit.

    Refuses: journey.unknown.
    """
    return _found(tx.one(_ONE_HELD, journey_id=journey_id))


def _found(row: JourneyRow | None) -> JourneyRow:
    if row is None:
        raise JOURNEY_UNKNOWN.because()
    return row
