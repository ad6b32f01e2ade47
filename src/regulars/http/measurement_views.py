"""What a programme earned, as JSON. Averages are fractions of a figure's own unit."""

from uuid import UUID

from regulars.domain.insights.assignment import CONTROL
from regulars.domain.insights.lift import Estimate, Lift
from regulars.domain.insights.verdict import Interval, Verdict
from regulars.http.schemas import Answer
from regulars.use_cases.measuring import FigureLift, Measurement, Part

_ONE_LOOK = 0.95


class EstimateView(Answer):
    """Two averages and their difference. `low` and `high` hold at every look; `p_value` and
    `one_look_…` are those of a single look at the end."""

    control: float
    treated: float
    difference: float
    standard_error: float
    low: float
    high: float
    one_look_low: float
    one_look_high: float
    p_value: float


class LiftView(Answer):
    """The plain comparison and the one adjusted by the members' own past, side by side."""

    plain: EstimateView
    adjusted: EstimateView
    explained_basis_points: int


class StratifiedView(Answer):
    """The same within each store and tier, averaged by their sizes."""

    difference: float
    standard_error: float
    adjusted_difference: float
    adjusted_standard_error: float


class ArmView(Answer):
    """One arm: members drawn, expected by the draw, and those whose window is over."""

    arm: str
    assigned: int
    expected: float
    counted: int


class SampleRatioView(Answer):
    """Whether as many members are in each arm as were drawn."""

    holds: bool
    statistic: float
    p_value: float


class FigureView(Answer):
    """Another figure, adjusted."""

    figure: str
    control: float
    treated: float
    difference: float
    low: float
    high: float


class PartView(Answer):
    """The first figure among some members: a hint where to look."""

    kind: str
    key: str
    control_members: int
    treated_members: int
    difference: float
    low: float
    high: float


class VariantView(Answer):
    """What one variant leaves per member, read from the evenly drawn share alone."""

    name: str
    members: int
    mean: float
    standard_error: float


class MeasurementView(Answer):
    """The verdict, and what it stands on. Units: minor units per member, days, of 10,000.

    `profit` and what follows it is null or empty where no lift may be shown.
    """

    programme_id: UUID
    policy_version: int
    window_days: int
    declared_window_days: int
    planned_members: int
    alarms_basis_points: int
    cap_basis_points: int
    worth_minor: int
    control_basis_points: int
    basis: str
    lines: int
    uncosted_lines: int
    arms: list[ArmView]
    sample_ratio: SampleRatioView
    finding: str
    sentence_zh: str
    sentence_en: str
    detectable_minor: float | None
    weeks_more: int | None
    members_more: int | None
    profit: LiftView | None
    stratified: StratifiedView | None
    others: list[FigureView]
    parts: list[PartView]
    variants: list[VariantView]


class DetectableView(Answer):
    """The smallest gains that four programmes in five would show. Units: minor units per member;
    shares of members from 0 to 1."""

    members_known: int
    mean_minor: float
    explained_basis_points: int
    detectable_minor: float
    at_one_look_minor: float
    visited: float
    visited_detectable: float


class ShamView(Answer):
    """How often splits of the past, with nothing done, cried "found"."""

    splits: int
    alarms_at_one_look: int
    alarms_always_valid: int
    sound: bool


def measurement_view(told: Measurement) -> MeasurementView:
    """A measurement as JSON."""
    verdict, plan, policy = told.verdict, told.plan, told.policy
    return MeasurementView(
        programme_id=told.asked.programme_id,
        policy_version=policy.version,
        window_days=plan.window_days,
        declared_window_days=policy.plan.window_days,
        planned_members=plan.members,
        alarms_basis_points=plan.alarms,
        cap_basis_points=plan.cap,
        worth_minor=plan.worth_minor,
        control_basis_points=policy.design.control,
        basis=told.basis.value,
        lines=told.lines,
        uncosted_lines=told.uncosted,
        arms=_arms(told),
        sample_ratio=SampleRatioView(
            holds=told.ratio.holds, statistic=told.ratio.statistic, p_value=told.ratio.p_value
        ),
        finding=verdict.finding.value,
        sentence_zh=told.sentence.zh,
        sentence_en=told.sentence.en,
        detectable_minor=verdict.detectable_minor,
        weeks_more=verdict.wait.weeks if verdict.wait else None,
        members_more=verdict.wait.members if verdict.wait else None,
        profit=_profit(verdict),
        stratified=_stratified(told.stratified),
        others=[_figure(one) for one in told.others],
        parts=[_part(one) for one in told.parts],
        variants=[
            VariantView(
                name=one.arm, members=one.members, mean=one.mean, standard_error=one.standard_error
            )
            for one in told.variants
        ],
    )


def _arms(told: Measurement) -> list[ArmView]:
    ratio = told.ratio
    first = sorted(ratio.counts, key=lambda arm: (arm != CONTROL, arm))
    return [
        ArmView(
            arm=arm,
            assigned=ratio.counts[arm],
            expected=ratio.expected[arm],
            counted=told.counted.get(arm, 0),
        )
        for arm in first
    ]


def _profit(verdict: Verdict) -> LiftView | None:
    if verdict.lift is None or verdict.plain is None or verdict.adjusted is None:
        return None
    return LiftView(
        plain=_estimate(verdict.lift.plain, verdict.plain),
        adjusted=_estimate(verdict.lift.adjusted, verdict.adjusted),
        explained_basis_points=round(verdict.lift.explained * 10_000),
    )


def _estimate(one: Estimate, interval: Interval) -> EstimateView:
    low, high = one.interval(_ONE_LOOK)
    return EstimateView(
        control=one.control,
        treated=one.treated,
        difference=one.difference,
        standard_error=one.standard_error,
        low=interval.low,
        high=interval.high,
        one_look_low=low,
        one_look_high=high,
        p_value=one.p_value,
    )


def _stratified(lift: Lift | None) -> StratifiedView | None:
    if lift is None:
        return None
    return StratifiedView(
        difference=lift.plain.difference,
        standard_error=lift.plain.standard_error,
        adjusted_difference=lift.adjusted.difference,
        adjusted_standard_error=lift.adjusted.standard_error,
    )


def _figure(one: FigureLift) -> FigureView:
    estimate = one.lift.adjusted
    return FigureView(
        figure=one.figure.value,
        control=estimate.control,
        treated=estimate.treated,
        difference=estimate.difference,
        low=one.interval.low,
        high=one.interval.high,
    )


def _part(one: Part) -> PartView:
    return PartView(
        kind=one.kind,
        key=one.key,
        control_members=one.control,
        treated_members=one.treated,
        difference=one.lift.adjusted.difference,
        low=one.interval.low,
        high=one.interval.high,
    )
