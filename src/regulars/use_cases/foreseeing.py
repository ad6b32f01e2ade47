"""What a programme could show at all, told before anybody is written to, from the shop's own past.

foresee(read, Foreseen(plan=Plan(members=2_000), control=1_000), now=now).detectable_minor   # 2100
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from uuid import UUID

from regulars.domain.insights.assignment import BUCKETS
from regulars.domain.insights.lift import Arms, lift_of
from regulars.domain.insights.moments import PER, VALUE, Moments, Tally
from regulars.domain.insights.plan import Plan
from regulars.domain.insights.power import Look, Noise, detectable
from regulars.domain.insights.sham import Past, ShamTests, sham_tests
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.engine import Read
from regulars.storage.pasts import pasts

PAST_TOO_SHORT = refusal_code("measurement.past_too_short", "minimum")

PAST_MIN = 30
PAST_MAX = 200_000
SHAM_MEMBERS_MAX = 5_000
SPLITS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A programme that is being planned. Units: the control is of 10,000."""

    plan: Plan
    control: int
    store_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """The smallest gains that would be seen four times in five. Units: minor units per member.

    `detectable_minor`: however often one looks; `at_one_look_minor`: with one look at the end;
    `visited`: the same for the share of members who come. `explained`: how much of the noise the
    past takes away, from 0 to 1.
    """

    members_known: int
    mean_minor: float
    explained: float
    detectable_minor: float
    at_one_look_minor: float
    visited: float
    visited_detectable: float


def foresee(read: Read, asked: Foreseen, *, now: Instant) -> Foresight:
    """What so many members, so many of them held back, would show.

    Refuses: measurement.past_too_short.
    """
    money, visits = Tally(), Tally()
    length = timedelta(days=asked.plan.window_days)
    for one in pasts(read, until=now, length=length, store_id=asked.store_id, most=PAST_MAX):
        money.add(one.value, 1, one.before, 1)
        visits.add(int(one.value > 0), 1, int(one.before > 0), 1)
    known, visited = money.moments(), visits.moments()
    if known.count < PAST_MIN:
        raise PAST_TOO_SHORT.because(minimum=PAST_MIN)
    plan, share = asked.plan, asked.control / BUCKETS
    always = Look(alpha=plan.alpha, planned=plan.members)
    once = Look(alpha=plan.alpha, planned=None)
    noise = _noise(known, share)
    return Foresight(
        members_known=known.count,
        mean_minor=known.mean(VALUE),
        explained=_explained(known),
        detectable_minor=detectable(noise, plan.members, always),
        at_one_look_minor=detectable(noise, plan.members, once),
        visited=visited.mean(VALUE),
        visited_detectable=detectable(_noise(visited, share), plan.members, always),
    )


def sham(read: Read, *, days: int, splits: int, store_id: UUID | None, now: Instant) -> ShamTests:
    """The measurement tried on the shop's own past, split in halves by made-up salts.

    Refuses: measurement.past_too_short.
    """
    found = pasts(
        read,
        until=now,
        length=timedelta(days=days),
        store_id=store_id,
        most=SHAM_MEMBERS_MAX,
    )
    past: list[Past] = list(islice(found, SHAM_MEMBERS_MAX))
    if len(past) < PAST_MIN:
        raise PAST_TOO_SHORT.because(minimum=PAST_MIN)
    salts = [f"sham:{number}" for number in range(min(splits, SPLITS_MAX))]
    return sham_tests(past, salts, control=BUCKETS // 2, alpha=Plan().alpha)


def _explained(known: Moments) -> float:
    """How much of the noise the time before explains, as the comparison itself would find."""
    return lift_of(Arms(known, known)).explained


def _noise(known: Moments, control_share: float) -> Noise:
    left = (1 - _explained(known)) * known.ratio_covariance((VALUE, PER), (VALUE, PER))
    return Noise(
        control_variance=max(left, 0.0),
        treated_variance=max(left, 0.0),
        control_share=control_share,
    )
