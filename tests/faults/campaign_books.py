"""What a campaign left behind, by the shop's books and by its provider's own log, and what is wrong.

left = left_behind(place, provider.log)
assert faults(left, stage.unwilling, leavers) == {}
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from bench.scratch.servers import Place
from regulars.domain.insights.assignment import CONTROL, HELD_OUT
from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import AccountKind
from regulars.storage.statement import Statement
from regulars.storage.tables.journeys import campaign_budget, effect, journey_fire, journey_run
from regulars.storage.tables.ledger import account
from regulars.storage.tables.measurement import assignment
from regulars.storage.tables.messaging import message
from regulars.storage.tables.offers import coupon
from regulars.storage.tables.rewards import gift
from tests.faults.campaign_provider import Given
from tests.faults.campaign_shop import COST_MINOR, JOURNEY, POINTS
from tests.faults.harness import reading

# So soon after she left nothing may come any more.
OPT_OUT_MAX = timedelta(seconds=60)
SENT = frozenset({"accepted", "delivered"})
IN_DOUBT = "unknown"
ON_ITS_WAY = frozenset({"queued", "leased", "handed"})


class Written(NamedTuple):
    """A message of the campaign, as the outbox has it."""

    id: UUID
    member_id: UUID
    state: str
    reason: str | None
    handed_at: Instant | None


class Drawn(NamedTuple):
    """In which arm a member is."""

    member_id: UUID
    arm: str


class Run(NamedTuple):
    """How a member's way through the journey ended."""

    member_id: UUID
    state: str
    why: str


class Times(NamedTuple):
    """How often, or how much, one member has of something."""

    member_id: UUID
    number: int


_m, _r = message.c, journey_run.c
_DRAWN = Statement(
    select(assignment.c.member_id, assignment.c.arm).where(assignment.c.programme_id == JOURNEY),
    Drawn,
)
_RUNS = Statement(select(_r.member_id, _r.state, _r.why), Run)
_MESSAGES = Statement(select(*[_m[name] for name in Written._fields]).order_by(_m.id), Written)
_COUPONS = Statement(select(coupon.c.member_id, func.count()).group_by(coupon.c.member_id), Times)
_GIFTS = Statement(
    select(gift.c.member_id, func.count())
    .join_from(gift, effect, effect.c.key == gift.c.occasion)
    .group_by(gift.c.member_id),
    Times,
)
_POINTS = Statement(
    select(account.c.owner_id, account.c.balance).where(
        account.c.kind == AccountKind.POINTS.value, account.c.owner_id.is_not(None)
    ),
    Times,
)
_BUDGET: Statement[int] = Statement(select(campaign_budget.c.drawn_minor))
_STILL_OPEN: Statement[int] = Statement(select(func.count()).where(_r.state == "open"))
_ON_ITS_WAY: Statement[int] = Statement(
    select(func.count()).where(_m.state.in_(sorted(ON_ITS_WAY)))
)
_COME: Statement[int] = Statement(
    select(func.count()).where(journey_fire.c.finished_at.is_not(None))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """The books and the log after the campaign."""

    drawn: Mapping[UUID, str]
    runs: Sequence[Run]
    gifts: Mapping[UUID, int]
    coupons: Mapping[UUID, int]
    points: Mapping[UUID, int]
    spent_minor: int
    messages: Sequence[Written]
    log: Sequence[Given]

    @property
    def invited(self) -> list[UUID]:
        """Those to whom it was to happen."""
        return [one for one, arm in self.drawn.items() if arm not in {CONTROL, HELD_OUT}]

    @property
    def held_back(self) -> list[UUID]:
        """Those to whom it was not, to measure by."""
        return [one for one, arm in self.drawn.items() if arm in {CONTROL, HELD_OUT}]

    def in_state(self, *states: str) -> list[Written]:
        """The messages in some states."""
        return [one for one in self.messages if one.state in states]


@dataclass(frozen=True, slots=True, kw_only=True)
class Willing:
    """Who may not be written to: from the beginning, or since the shop confirmed her no."""

    unwilling: frozenset[UUID]
    left_at: Mapping[UUID, Instant] = field(default_factory=dict)


def left_behind(place: Place, log: Iterable[Given]) -> LeftBehind:
    """Read the books."""
    with reading(place) as read:
        return LeftBehind(
            drawn=dict(read.all(_DRAWN)),
            runs=read.all(_RUNS),
            gifts=dict(read.all(_GIFTS)),
            coupons=dict(read.all(_COUPONS)),
            points=dict(read.all(_POINTS)),
            spent_minor=sum(read.all(_BUDGET)),
            messages=read.all(_MESSAGES),
            log=list(log),
        )


def work_left(place: Place) -> str | None:
    """What the shop still has to do for the campaign, or None."""
    with reading(place) as read:
        if read.all(_COME) != [1]:
            return "not everybody came in"
        open_runs, on_their_way = read.all(_STILL_OPEN)[0], read.all(_ON_ITS_WAY)[0]
    return f"{open_runs} members, {on_their_way} messages" if open_runs or on_their_way else None


def faults(left: LeftBehind, willing: Willing) -> dict[str, list[UUID]]:
    """Everything that is wrong, by what it is: members or messages."""
    found = _of_gifts(left) | _of_sending(left) | _of_consent(left, willing)
    return {what: which for what, which in found.items() if which}


def _of_gifts(left: LeftBehind) -> dict[str, list[UUID]]:
    letters = Counter(one.member_id for one in left.messages)

    def has(one: UUID) -> tuple[int, int, int, int]:
        return (
            left.gifts.get(one, 0),
            left.coupons.get(one, 0),
            left.points.get(one, 0),
            letters[one],
        )

    return {
        "not given once": [one for one in left.invited if has(one) != (1, 1, POINTS, 1)],
        "given to who was held back": [one for one in left.held_back if any(has(one))],
        "cost not drawn once": [JOURNEY]
        if left.spent_minor != COST_MINOR * len(left.invited)
        else [],
        "run not ended": [one.member_id for one in left.runs if one.state != "ended"],
    }


def _of_sending(left: LeftBehind) -> dict[str, list[UUID]]:
    taken = Counter(one.message_id for one in left.log if one.taken)
    # A plain no is the one answer after which it may be tried again.
    tried = Counter(one.message_id for one in left.log if not one.refused)
    states = {one.id: one.state for one in left.messages}
    return {
        "taken twice": [one for one, times in taken.items() if times > 1],
        "sent again": [one for one, times in tried.items() if times > 1],
        "taken, and the shop does not know": [
            one for one in taken if states.get(one) not in SENT | {IN_DOUBT}
        ],
        "sent, and nobody took it": [
            one for one, state in states.items() if state in SENT and one not in taken
        ],
        "still on its way": [one for one, state in states.items() if state in ON_ITS_WAY],
        "given up": [one for one, state in states.items() if state in {"failed", "expired"}],
    }


def _of_consent(left: LeftBehind, willing: Willing) -> dict[str, list[UUID]]:
    whose = {one.id: one.member_id for one in left.messages}
    left_at = willing.left_at
    return {
        "sent without consent": [
            one.message_id for one in left.log if whose.get(one.message_id) in willing.unwilling
        ],
        "sent after she had left": [
            one.message_id
            for one in left.log
            if (gone := left_at.get(whose.get(one.message_id, JOURNEY))) is not None
            and one.at > gone + OPT_OUT_MAX
        ],
        # Whoever decided it later than her no was confirmed has not looked.
        "let out after she had left": [
            one.id
            for one in left.messages
            if one.handed_at is not None
            and (gone := left_at.get(one.member_id)) is not None
            and one.handed_at > gone
        ],
    }
