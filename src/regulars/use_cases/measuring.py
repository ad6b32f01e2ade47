"""What a programme earned, told against those held back by chance; only questions, no commands.

told = measurement(read, Asked(programme_id=spring), now=now)
told.sentence.zh      # 有效：28 天里，每位邀请的会员平均多带来 2.20 元毛利（0.35 元到 4.05 元之间）。
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from regulars.domain.insights.assignment import BUCKETS
from regulars.domain.insights.bandit import ArmEffect
from regulars.domain.insights.counted import Counted
from regulars.domain.insights.lift import Arms, Lift, lift_of, post_stratified
from regulars.domain.insights.outcome import GUARDRAILS, SECONDARY, Basis, Figure
from regulars.domain.insights.plan import Plan
from regulars.domain.insights.sample_ratio import SampleRatio, sample_ratio
from regulars.domain.insights.sequence import MEMBERS_TO_TELL
from regulars.domain.insights.verdict import (
    NO_LIFT,
    Evidence,
    Interval,
    Verdict,
    always_valid,
    verdict_of,
)
from regulars.domain.insights.verdict_words import Wording, sentence_of
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.money import SCALES
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.storage import assignments
from regulars.storage.assignments import ArmCount, Policy
from regulars.storage.engine import Read
from regulars.storage.stores import ORGANISATION
from regulars.use_cases.measured_outcomes import Asked, figures_of, plan_asked, policies_of

NO_CONTROL = refusal_code("measurement.no_control")

LATELY_WEEKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLift:
    """One other figure, its two estimates, and its always-valid interval (adjusted)."""

    figure: Figure
    lift: Lift
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The first figure among some members: of a variant, a store or a channel."""

    kind: str
    key: str
    control: int
    treated: int
    lift: Lift
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """Everything that is told of a programme. No lift is in it where none may be shown."""

    asked: Asked
    policy: Policy
    plan: Plan
    basis: Basis
    lines: int
    uncosted: int
    assigned: Mapping[str, int]
    counted: Mapping[str, int]
    ratio: SampleRatio
    verdict: Verdict
    sentence: Label
    stratified: Lift | None
    others: tuple[FigureLift, ...]
    parts: tuple[Part, ...]
    variants: tuple[ArmEffect, ...]


def measurement(read: Read, asked: Asked, *, now: Instant) -> Measurement:
    """What the programme earned per member, or why that cannot be told.

    Refuses: assignment.programme_unknown, measurement.no_control, measurement.plan_unfit.
    """
    policies = policies_of(read, asked.programme_id)
    newest = policies[-1]
    if newest.design.control == 0:
        raise NO_CONTROL.because()
    plan = plan_asked(newest.plan, asked)
    since = Instant(now - timedelta(weeks=LATELY_WEEKS))
    arms = assignments.arm_counts(read, asked.programme_id, since=since, store_id=asked.store_id)
    figures = figures_of(read, asked, newest, now=now)
    evidence = Evidence(
        arms=figures.counted.arms(),
        ratio=_ratio(policies, arms),
        plan=plan,
        a_week=_a_week(arms, now),
        has_control=True,
    )
    verdict = verdict_of(evidence)
    shown = verdict.finding not in NO_LIFT
    return Measurement(
        asked=asked,
        policy=newest,
        plan=plan,
        basis=figures.basis,
        lines=figures.lines,
        uncosted=figures.uncosted,
        assigned=_by_arm(arms),
        counted=figures.counted.counts(),
        ratio=evidence.ratio,
        verdict=verdict,
        sentence=sentence_of(verdict, evidence, _wording(read, newest.plan, plan, figures.basis)),
        stratified=post_stratified(figures.counted.strata()) if shown else None,
        others=_others(figures.counted, plan) if shown else (),
        parts=_parts(figures.counted, newest, plan) if shown else (),
        variants=figures.counted.variants if shown else (),
    )


def _by_arm(arms: Sequence[ArmCount]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in arms:
        found[one.arm] = found.get(one.arm, 0) + one.members
    return found


def _ratio(policies: Sequence[Policy], arms: Sequence[ArmCount]) -> SampleRatio:
    """Drawn against promised: each version promised its own chances to the members it drew."""
    expected: dict[str, float] = {}
    variances: dict[str, float] = {}
    for policy in policies:
        drawn = sum(one.members for one in arms if one.policy_version == policy.version)
        for arm, chance in policy.design.chances().items():
            expected[arm] = expected.get(arm, 0) + drawn * chance
            variances[arm] = variances.get(arm, 0) + drawn * chance * (1 - chance)
    return sample_ratio(_by_arm(arms), expected, variances=variances)


def _a_week(arms: Sequence[ArmCount], now: Instant) -> float:
    lately = sum(one.lately for one in arms)
    if not lately:
        return 0.0
    weeks = (now - min(one.first_at for one in arms)) / timedelta(weeks=1)
    return lately / min(max(weeks, 1.0), LATELY_WEEKS)


def _wording(read: Read, declared: Plan, plan: Plan, basis: Basis) -> Wording:
    organisation = read.one(ORGANISATION)
    currency = organisation.currency if organisation else "CNY"
    return Wording(
        currency=currency,
        scale=SCALES.get(currency, 2),
        window_days=plan.window_days,
        declared_days=declared.window_days,
        basis=basis,
        worth_minor=plan.worth_minor,
    )


def _others(found: Counted, plan: Plan) -> tuple[FigureLift, ...]:
    told = []
    for figure in (*SECONDARY, *GUARDRAILS):
        arms = found.other_arms(figure)
        if arms.told:
            lift = lift_of(arms)
            interval = always_valid(lift.adjusted, arms.both.count, plan)
            told.append(FigureLift(figure=figure, lift=lift, interval=interval))
    return tuple(told)


def _parts(found: Counted, policy: Policy, plan: Plan) -> tuple[Part, ...]:
    """Where it worked: hints, since many parts are looked at. Too small ones are left out.

    Variants are compared here only while their chances never changed.
    """
    cells = list(found.cells)
    chosen: list[tuple[str, str, Arms]] = []
    if policy.design.uniform == BUCKETS and len(policy.design.variants) > 1:
        control = found.arms().control
        for name in [one.name for one in policy.design.variants]:
            treated = found.arms(lambda cell, name=name: cell.arm == name).treated  # type: ignore[misc]
            chosen.append(("variant", name, Arms(control, treated)))
    for store in sorted({cell.store_id for cell in cells}):
        arms = found.arms(lambda cell, store=store: cell.store_id == store)  # type: ignore[misc]
        chosen.append(("store", str(store), arms))
    for channel in sorted({cell.channel for cell in cells if cell.channel is not None}):
        arms = found.arms(lambda cell, channel=channel: cell.channel == channel)  # type: ignore[misc]
        chosen.append(("channel", channel, arms))
    return tuple(
        _part(kind, key, arms, plan)
        for kind, key, arms in chosen
        if min(arms.control.count, arms.treated.count) >= MEMBERS_TO_TELL
    )


def _part(kind: str, key: str, arms: Arms, plan: Plan) -> Part:
    lift = lift_of(arms)
    return Part(
        kind=kind,
        key=key,
        control=arms.control.count,
        treated=arms.treated.count,
        lift=lift,
        interval=always_valid(lift.adjusted, arms.both.count, plan),
    )
