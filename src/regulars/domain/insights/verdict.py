"""What the shop owner is told: it works, it does not, or it cannot be told yet, and why.

"有效：每位会员平均多带来 2.20 元毛利" is said only when the whole interval is above zero, the arms are as large
as they were drawn, and somebody was held back to compare with. Otherwise it says what is missing.
"""

from dataclasses import dataclass
from enum import StrEnum

from regulars.domain.insights.lift import Arms, Estimate, Lift, lift_of
from regulars.domain.insights.plan import Plan
from regulars.domain.insights.power import Look, Noise, Wait, detectable, wait_for
from regulars.domain.insights.sample_ratio import SampleRatio
from regulars.domain.insights.sequence import MEMBERS_TO_TELL, always_valid_factor


class Finding(StrEnum):
    """The answers, from the plainest no upwards."""

    NO_CONTROL = "no_control"
    UNEQUAL = "unequal"
    TOO_EARLY = "too_early"
    WORKS = "works"
    LOSES = "loses"
    TOO_LITTLE = "too_little"
    CANNOT_TELL = "cannot_tell"
    HOPELESS = "hopeless"


NO_LIFT = frozenset({Finding.NO_CONTROL, Finding.UNEQUAL, Finding.TOO_EARLY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What there is to judge by. `a_week`: how many members are assigned each week at present."""

    arms: Arms
    ratio: SampleRatio
    plan: Plan
    a_week: float
    has_control: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Between which figures the difference lies, however often one looks. Units: minor units."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer; no lift where none may be shown. Units: minor units per member.

    `detectable_minor`: the smallest gain that the planned number of members would show.
    """

    finding: Finding
    lift: Lift | None = None
    plain: Interval | None = None
    adjusted: Interval | None = None
    detectable_minor: float | None = None
    wait: Wait | None = None


def verdict_of(evidence: Evidence) -> Verdict:
    """The answer to "does it earn more than it costs?", from what is known so far."""
    arms, plan = evidence.arms, evidence.plan
    if not evidence.has_control:
        return Verdict(finding=Finding.NO_CONTROL)
    if not evidence.ratio.holds:
        return Verdict(finding=Finding.UNEQUAL)
    if min(arms.control.count, arms.treated.count) < MEMBERS_TO_TELL:
        return Verdict(finding=Finding.TOO_EARLY)
    seen = arms.both.count
    found = lift_of(arms)
    look = Look(alpha=plan.alpha, planned=plan.members)
    adjusted = always_valid(found.adjusted, seen, plan)
    noise = _noise(arms, found)
    target = float(plan.worth_minor) or found.adjusted.difference
    wait = wait_for(target, noise, look, seen=seen, a_week=evidence.a_week)
    return Verdict(
        finding=_finding(adjusted, plan, wait),
        lift=found,
        plain=always_valid(found.plain, seen, plan),
        adjusted=adjusted,
        detectable_minor=detectable(noise, max(plan.members, seen), look),
        wait=wait,
    )


def always_valid(estimate: Estimate, seen: int, plan: Plan) -> Interval:
    """The interval that holds at this look and at all others. Units: the estimate's own.

    `seen`: how many members of both arms the estimate is made of.
    """
    factor = always_valid_factor(seen, planned=plan.members, alpha=plan.alpha)
    half = factor * estimate.careful_error
    return Interval(low=estimate.difference - half, high=estimate.difference + half)


def _noise(arms: Arms, found: Lift) -> Noise:
    """What is left of the members' differences once the past is taken out."""
    share = arms.control.count / arms.both.count
    control, treated = (arm.ratio_covariance((0, 1), (0, 1)) for arm in arms)
    # As the interval has it: no arm is taken to be calmer than both together.
    within = share * control + (1 - share) * treated
    left = 1 - found.explained
    return Noise(
        control_variance=left * max(control, within),
        treated_variance=left * max(treated, within),
        control_share=share,
    )


def _finding(interval: Interval, plan: Plan, wait: Wait) -> Finding:
    if interval.low > 0:
        return Finding.WORKS
    if interval.high <= 0 and interval.low < 0:
        return Finding.LOSES
    if interval.high < plan.worth_minor:
        return Finding.TOO_LITTLE
    return Finding.HOPELESS if wait.weeks is None else Finding.CANNOT_TELL
