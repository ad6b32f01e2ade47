"""Every member of a campaign's audience accounted for: held back, or one message with its reason."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select

from bench.marketing_parts.drawings import CAMPAIGN
from bench.marketing_parts.guests import NAMES, Guests
from bench.marketing_parts.stays import AUDIENCE_ID
from regulars.domain.kernel.period import Instant
from regulars.storage import journey_fires, messages
from regulars.storage.columns import At, Id
from regulars.storage.engine import Database, Read
from regulars.storage.statement import Statement
from regulars.storage.tables.journeys import journey_fire, journey_run
from regulars.storage.tables.members import member
from regulars.storage.tables.messaging import message
from regulars.use_cases.campaigns import journey_id_of

JOURNEY = journey_id_of(CAMPAIGN)
READ_TEXTS = 100


class _Begun(NamedTuple):
    begun_at: Instant
    finished_at: Instant | None


class _Runs(NamedTuple):
    number: int
    members: int
    held_out: int
    ended: int


class _Messages(NamedTuple):
    number: int
    members: int
    of_control: int
    last_at: Instant | None


class _Became(NamedTuple):
    member_id: UUID
    state: str
    reason: str | None


class _Text(NamedTuple):
    id: UUID
    member_id: UUID
    wrapped_key: bytes
    text: bytes


_r, _m = journey_run.c, message.c
_OURS = _m.campaign_id == bindparam("campaign", type_=Id())
_THROUGH = _r.journey_id == bindparam("journey", type_=Id())
_BEGUN = Statement(
    select(journey_fire.c.begun_at, journey_fire.c.finished_at).where(
        journey_fire.c.journey_id == bindparam("journey", type_=Id())
    ),
    _Begun,
)
_WAITING: Statement[UUID] = Statement(
    select(_m.id).where(_OURS, _m.state.in_(("queued", "leased", "handed"))).limit(1)
)
_OPEN: Statement[UUID] = Statement(select(_r.id).where(_THROUGH, _r.state == "open").limit(1))
_RUNS = Statement(
    select(
        func.count(),
        func.count(_r.member_id.distinct()),
        func.count().filter(_r.why == "held_out"),
        func.count().filter(_r.state == "ended"),
    ).where(_THROUGH),
    _Runs,
)
_control = and_(_r.id == _m.run_id, _r.why == "held_out")
_MESSAGES = Statement(
    select(
        func.count(),
        func.count(_m.member_id.distinct()),
        func.count(_r.id),
        func.max(func.coalesce(_m.handed_at, _m.ended_at), type_=At()),
    )
    .select_from(message.outerjoin(journey_run, _control))
    .where(_OURS),
    _Messages,
)
_BECAME = Statement(select(_m.member_id, _m.state, _m.reason).where(_OURS), _Became)
_TEXTS = Statement(
    select(_m.id, _m.member_id, member.c.wrapped_key, _m.text)
    .join_from(message, member, member.c.id == _m.member_id)
    .where(_OURS, _m.handed_at.is_not(None))
    .order_by(_m.id)
    .limit(READ_TEXTS),
    _Text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Of how many members of an audience so many were held back, written to, or passed over."""

    audience: int
    held_out: int
    messages: int
    suppressed: int
    begun_at: Instant
    entered_at: Instant
    ended_at: Instant


def is_over(database: Database) -> bool:
    """Whether everybody came in, went through, and every message is decided."""
    with database.read() as read:
        fire = read.one(_BEGUN, journey=JOURNEY)
        if fire is None or fire.finished_at is None or read.all(_OPEN, journey=JOURNEY):
            return False
        return not read.all(_WAITING, campaign=CAMPAIGN)


def accounted(database: Database, guests: Guests) -> Sent:
    """Everybody of the audience, each once; fails where somebody is missing, or there twice."""
    with database.read() as read:
        fire = read.all(_BEGUN, journey=JOURNEY)[0]
        audience = read.all(journey_fires.INSIDE_NUMBER, segment_id=AUDIENCE_ID)[0]
        runs = read.all(_RUNS, journey=JOURNEY)[0]
        sent = read.all(_MESSAGES, campaign=CAMPAIGN)[0]
        suppressed = _suppressed(read, guests)
        _read_texts(read, guests)
    each_once = (
        audience == guests.audience == runs.number == runs.members == runs.ended
        and sent.number == sent.members == audience - runs.held_out
        and sent.of_control == 0
    )
    if not each_once or sent.last_at is None or fire.finished_at is None:
        raise RuntimeError(f"an audience of {audience}: {runs}, {sent}")
    return Sent(
        audience=audience,
        held_out=runs.held_out,
        messages=sent.number,
        suppressed=suppressed,
        begun_at=fire.begun_at,
        entered_at=fire.finished_at,
        ended_at=sent.last_at,
    )


def _suppressed(read: Read, guests: Guests) -> int:
    """How many were passed over: those who did not allow it, and nobody else."""
    invited = range(0, guests.every * guests.audience, guests.every)
    allowed = {guests.member(number) for number in invited if guests.allows(number)}
    count = 0
    for row in read.all(_BECAME, campaign=CAMPAIGN):
        wanted = ("accepted", None) if row.member_id in allowed else ("suppressed", "no_consent")
        if (row.state, row.reason) != wanted:
            raise RuntimeError(f"a message is {row.state} ({row.reason}), wanted was {wanted[0]}")
        count += row.state == "suppressed"
    return count


def _read_texts(read: Read, guests: Guests) -> None:
    for row in read.all(_TEXTS, campaign=CAMPAIGN):
        key = guests.vault.unlock(row.wrapped_key, row.member_id)
        text = messages.opened(key, row.id, row.text)
        if not any(name in text for name in NAMES):
            raise RuntimeError("a message does not call its member by her name")
