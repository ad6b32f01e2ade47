"""What the owner is told, in both languages, and when she is told nothing."""

from dataclasses import replace

import pytest

from regulars.domain.insights.funnel import Step, funnel_of
from regulars.domain.insights.lift import Arms
from regulars.domain.insights.moments import NOTHING, Moments, Tally
from regulars.domain.insights.outcome import Basis
from regulars.domain.insights.plan import Plan, plan_data, plan_from
from regulars.domain.insights.power import Look, Noise, Wait, wait_for
from regulars.domain.insights.sample_ratio import SampleRatio, sample_ratio
from regulars.domain.insights.sequence import always_valid_factor
from regulars.domain.insights.verdict import Evidence, Finding, Verdict, verdict_of
from regulars.domain.insights.verdict_words import Wording, sentence_of
from regulars.domain.kernel.refusal import Refusal

AS_DRAWN = sample_ratio({"control": 100, "offer": 900}, {"control": 0.1, "offer": 0.9})
WORDING = Wording(
    currency="CNY", scale=2, window_days=28, declared_days=28, basis=Basis.PROFIT, worth_minor=100
)


def members(count: int, *, mean: int, apart: int) -> Moments:
    """So many members, half of them above the mean and half below."""
    tally = Tally()
    for number in range(count):
        tally.add(mean + (apart if number % 2 else -apart), 1, 0, 1)
    return tally.moments()


def evidence(
    *,
    control: Moments,
    treated: Moments,
    ratio: SampleRatio = AS_DRAWN,
    plan: Plan | None = None,
    a_week: float = 500,
    has_control: bool = True,
) -> Evidence:
    return Evidence(
        arms=Arms(control, treated),
        ratio=ratio,
        plan=plan or Plan(members=2_000, worth_minor=100),
        a_week=a_week,
        has_control=has_control,
    )


def told(given: Evidence, wording: Wording = WORDING) -> tuple[Verdict, str, str]:
    verdict = verdict_of(given)
    sentence = sentence_of(verdict, given, wording)
    return verdict, sentence.zh, sentence.en


def test_a_clear_gain_works() -> None:
    verdict, zh, en = told(
        evidence(
            control=members(1_000, mean=3_000, apart=500),
            treated=members(1_000, mean=3_220, apart=500),
        )
    )
    assert verdict.finding is Finding.WORKS
    assert verdict.adjusted is not None
    assert 0 < verdict.adjusted.low < 220 < verdict.adjusted.high
    assert zh.startswith("有效：28 天里，每位邀请的会员平均多带来 2.20 元毛利")
    assert en.startswith("It works: within 28 days each member invited brought CNY 2.20 more gross")


def test_a_clear_loss_is_to_be_stopped() -> None:
    verdict, zh, en = told(
        evidence(
            control=members(1_000, mean=3_220, apart=500),
            treated=members(1_000, mean=3_000, apart=500),
        )
    )
    assert verdict.finding is Finding.LOSES
    assert "少带来 2.20 元毛利" in zh
    assert "CNY 2.20 less gross profit" in en


def test_a_gain_below_what_was_wanted_does_not_work() -> None:
    verdict, zh, en = told(
        evidence(
            control=members(10_000, mean=3_000, apart=500),
            treated=members(10_000, mean=3_005, apart=500),
            plan=Plan(members=20_000, worth_minor=100),
        )
    )
    assert verdict.finding is Finding.TOO_LITTLE
    assert "1.00 元" in zh
    assert "CNY 1.00" in en


def test_what_is_not_known_yet_says_for_how_long() -> None:
    given = evidence(
        control=members(100, mean=3_000, apart=500), treated=members(900, mean=3_100, apart=500)
    )
    verdict, zh, en = told(given)
    assert verdict.finding is Finding.CANNOT_TELL
    assert verdict.wait is not None
    assert verdict.wait.weeks is not None
    assert f"大约还要 {verdict.wait.weeks} 周" in zh
    assert f"about {verdict.wait.weeks} more week" in en
    assert verdict.detectable_minor is not None
    assert verdict.detectable_minor > 100


@pytest.mark.parametrize("a_week", [0.0, 1.0])
def test_what_a_year_would_not_show_is_hopeless(a_week: float) -> None:
    given = evidence(
        control=members(60, mean=3_000, apart=5_000),
        treated=members(540, mean=3_010, apart=5_000),
        a_week=a_week,
    )
    verdict, zh, en = told(given)
    assert verdict.finding is Finding.HOPELESS
    assert verdict.wait == Wait(None, None)
    assert zh.startswith("这个规模看不出来")
    assert en.startswith("Hopeless at this size")


def test_arms_that_lost_members_show_no_lift() -> None:
    unequal = sample_ratio({"control": 100, "offer": 750}, {"control": 0.1, "offer": 0.9})
    assert unequal.holds
    unequal = sample_ratio({"control": 1_000, "offer": 7_500}, {"control": 0.1, "offer": 0.9})
    verdict, zh, en = told(
        evidence(
            control=members(1_000, mean=0, apart=10),
            treated=members(7_500, mean=900, apart=10),
            ratio=unequal,
        )
    )
    assert verdict == Verdict(finding=Finding.UNEQUAL)
    assert "control 应有 850 人，实有 1,000 人" in zh
    assert "offer has 7,500 instead of 7,650" in en


def test_an_arm_that_nobody_should_be_in_fails_at_once() -> None:
    assert not sample_ratio({"control": 10, "offer": 90, "old": 1}, AS_DRAWN.expected).holds


def test_an_arm_that_stayed_empty_counts_as_lost() -> None:
    assert not sample_ratio({"offer": 900}, {"control": 0.1, "offer": 0.9}).holds


def test_without_a_control_there_is_no_lift() -> None:
    verdict, zh, en = told(
        evidence(control=NOTHING, treated=members(900, mean=900, apart=10), has_control=False)
    )
    assert verdict == Verdict(finding=Finding.NO_CONTROL)
    assert "没有对照组" in zh
    assert "Nobody was held back" in en


def test_a_handful_of_members_is_too_early() -> None:
    verdict, zh, en = told(
        evidence(control=members(49, mean=0, apart=10), treated=members(900, mean=900, apart=10))
    )
    assert verdict.finding is Finding.TOO_EARLY
    assert "满 28 天的会员还太少（对照组 49 人，活动组 900 人" in zh
    assert "49 held back, 900 invited" in en


def test_unknown_cost_of_goods_is_said() -> None:
    given = evidence(
        control=members(1_000, mean=3_000, apart=500),
        treated=members(1_000, mean=3_220, apart=500),
    )
    revenue = Wording(
        currency="JPY",
        scale=0,
        window_days=28,
        declared_days=28,
        basis=Basis.REVENUE,
        worth_minor=100,
    )
    _, zh, en = told(given, revenue)
    assert "多带来 220 JPY收入" in zh
    assert zh.endswith("没有扣商品成本。")
    assert "JPY 220 more income" in en
    assert en.endswith("the cost of goods is not.")


def test_another_window_than_the_declared_one_is_only_a_hint() -> None:
    given = evidence(
        control=members(1_000, mean=3_000, apart=500),
        treated=members(1_000, mean=3_220, apart=500),
    )
    _, zh, en = told(given, replace(WORDING, window_days=7))
    assert zh.endswith("事先定的是看 28 天，换一个窗口来看只能参考。")
    assert en.endswith("28 days were declared beforehand: another window is only a hint.")


def test_the_always_valid_interval_is_half_as_wide_again_on_the_planned_day() -> None:
    factor = always_valid_factor(6_000, planned=6_000, alpha=0.05)
    assert factor / 1.959964 == pytest.approx(1.55, abs=0.02)
    assert always_valid_factor(300, planned=6_000, alpha=0.05) > factor


def test_more_members_a_week_are_a_shorter_wait() -> None:
    noise = Noise(control_variance=250_000, treated_variance=250_000, control_share=0.5)
    look = Look(alpha=0.05, planned=5_000)
    slow, fast = (wait_for(50, noise, look, seen=1_000, a_week=rate) for rate in (200, 1_000))
    assert slow.members == fast.members
    assert slow.weeks is not None
    assert fast.weeks is not None
    assert slow.weeks > fast.weeks >= 1


def test_the_funnel_counts_from_the_nearest_known_step() -> None:
    found = funnel_of(
        {Step.INVITED: 1_800, Step.DELIVERED: 1_600, Step.REDEEMED: 80, Step.BOUGHT: 0},
        sales_minor=700_000,
        profit_minor=300_000,
    )
    shares = {one.step: (one.members, one.of_before) for one in found.steps}
    assert shares[Step.INVITED] == (1_800, None)
    assert shares[Step.REACHED] == (None, None)
    assert shares[Step.DELIVERED] == (1_600, 8_888)
    assert shares[Step.REDEEMED] == (80, 500)
    assert shares[Step.BOUGHT] == (0, 0)


def test_a_plan_is_read_back_as_it_was_written() -> None:
    plan = Plan(window_days=14, members=500, alarms=1_000, cap=9_950, worth_minor=250)
    assert plan_from(plan_data(plan)) == plan
    assert plan.cap_rank(1_000) == 994
    assert plan.cap_rank(1) == 0


@pytest.mark.parametrize(
    "data", [{}, {**plan_data(Plan()), "window_days": 0}, {**plan_data(Plan()), "cap": "all"}]
)
def test_a_plan_that_makes_no_sense_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        plan_from(data)
    assert refused.value.code == "measurement.plan_unfit"
