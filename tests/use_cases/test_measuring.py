"""What a programme earned, from the shop's own rows, on both engines."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.insights.assignment import CONTROL, Holdout, everything_of
from regulars.domain.insights.assignment import assigned as drawn_by
from regulars.domain.insights.bandit import Goal, Reward
from regulars.domain.insights.funnel import Step
from regulars.domain.insights.outcome import Basis, Figure
from regulars.domain.insights.plan import Plan
from regulars.domain.insights.verdict import Finding
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.storage import assignments
from regulars.storage.engine import Database, Write
from regulars.use_cases import funnels
from regulars.use_cases.assigning import Eligible, hold_out
from regulars.use_cases.learning import KeepChances, Pupil, lesson_of
from regulars.use_cases.measured_outcomes import Asked
from regulars.use_cases.measuring import Measurement, measurement
from tests.measuring import (
    PROGRAMME,
    assigned,
    bought,
    declared,
    habits,
    halves,
    moment_of,
    past_members,
    sent,
)
from tests.shops import ShopUnderTest, named, open_shop


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path, terms={"points.unit_cost": 50})


def measured(shop: ShopUnderTest, **given: object) -> Measurement:
    with shop.database.read() as read:
        asked = replace(Asked(programme_id=PROGRAMME), **given)  # type: ignore[arg-type]
        return measurement(read, asked, now=shop.now)


def a_campaign(
    shop: ShopUnderTest, count: int = 400, *, gain: int, cost: int | None = 0
) -> Mapping[UUID, str]:
    """Members who were there before; those invited leave so much more in their window."""
    members = past_members(shop, count)
    arms = assigned(shop, members)
    bills = []
    chance = random.Random(3)
    for one, habit in zip(members, habits(count, seed=2), strict=True):
        before, after = (Instant(shop.now + timedelta(days=days)) for days in (-9, 4))
        noise = int(300 * chance.random())
        bills.append((one, before, habit))
        bills.append((one, after, habit + noise + gain * arms[one].contacted))
    bought(shop, bills, cost=cost)
    shop.pass_time(days=28)
    return {one: arm.arm for one, arm in arms.items()}


def test_a_gain_in_the_rows_works(shop: ShopUnderTest) -> None:
    declared(shop, halves())
    arms = a_campaign(shop, gain=500)
    found = measured(shop)
    assert found.verdict.finding is Finding.WORKS
    assert found.basis is Basis.PROFIT
    assert found.verdict.lift is not None
    assert found.verdict.lift.adjusted.difference == pytest.approx(500, abs=40)
    assert found.verdict.lift.explained > 0.9
    assert found.verdict.adjusted is not None
    assert found.verdict.adjusted.low < 500 < found.verdict.adjusted.high
    assert found.sentence.zh.startswith("有效：28 天里")
    assert found.counted == {arm: list(arms.values()).count(arm) for arm in set(arms.values())}
    told = {one.figure: one for one in found.others}
    assert set(told) == {figure for figure in Figure if figure is not Figure.PROFIT}
    assert told[Figure.VISITED].lift.plain.difference == 0
    assert told[Figure.TICKET].lift.adjusted.difference == pytest.approx(500, abs=40)
    assert [(part.kind, part.key) for part in found.parts] == [
        ("store", str(shop.store_id)),
        ("channel", "sms"),
    ]
    assert found.stratified is not None
    assert found.stratified.plain.difference == pytest.approx(found.verdict.lift.plain.difference)


def test_unknown_cost_of_goods_makes_it_income(shop: ShopUnderTest) -> None:
    declared(shop, halves())
    a_campaign(shop, gain=500, cost=None)
    found = measured(shop)
    assert (found.basis, found.lines, found.uncosted) == (Basis.REVENUE, 400, 400)
    assert "没有扣商品成本" in found.sentence.zh


def test_nothing_is_told_before_windows_are_over(shop: ShopUnderTest) -> None:
    declared(shop, halves())
    assigned(shop, past_members(shop, 400))
    shop.pass_time(days=27)
    found = measured(shop)
    assert found.verdict.finding is Finding.TOO_EARLY
    assert (found.others, found.parts, found.variants, found.stratified) == ((), (), (), None)
    assert sum(found.assigned.values()) == 400
    assert found.counted == {}


def test_another_window_may_be_looked_at_but_says_so(shop: ShopUnderTest) -> None:
    declared(shop, halves())
    a_campaign(shop, gain=500)
    found = measured(shop, days=7)
    assert found.plan.window_days == 7
    assert found.verdict.finding is Finding.WORKS
    assert "事先定的是看 28 天" in found.sentence.zh
    with pytest.raises(Refusal) as refused:
        measured(shop, days=0)
    assert refused.value.code == "measurement.plan_unfit"


def test_members_lost_from_one_arm_stop_the_comparison(shop: ShopUnderTest) -> None:
    declared(shop, halves())
    design = halves()
    members = past_members(shop, 500)
    # Somebody assigned only those whom she could reach, and left the others away afterwards.
    kept = [
        one
        for number, one in enumerate(members)
        if drawn_by(one, design).arm == CONTROL or number % 2
    ]
    assigned(shop, kept)
    shop.pass_time(days=28)
    found = measured(shop)
    assert found.verdict.finding is Finding.UNEQUAL
    assert found.verdict.lift is None
    assert (found.others, found.parts) == ((), ())
    assert "先查清原因" in found.sentence.zh


def test_without_a_control_it_refuses_and_says_why(shop: ShopUnderTest) -> None:
    declared(shop, replace(halves(), control=0))
    assigned(shop, past_members(shop, 60))
    shop.pass_time(days=28)
    with pytest.raises(Refusal) as refused:
        measured(shop)
    assert refused.value.code == "measurement.no_control"
    with pytest.raises(Refusal) as refused:
        measured(shop, programme_id=named("never declared"))
    assert refused.value.code == "assignment.programme_unknown"


def test_one_store_is_measured_alone(shop: ShopUnderTest) -> None:
    declared(shop, halves())
    a_campaign(shop, gain=500)
    here, there = measured(shop, store_id=shop.store_id), measured(shop, store_id=named("store:S2"))
    assert here.counted == measured(shop).counted
    assert there.counted == {}
    assert there.verdict.finding is Finding.TOO_EARLY


def test_all_marketing_of_a_year_is_a_programme_of_its_own(shop: ShopUnderTest) -> None:
    members = past_members(shop, 300)
    eligible = [Eligible(one, shop.store_id, "leaf") for one in members]
    holdout = Holdout(2026, 200)

    def work(tx: Write) -> frozenset[UUID]:
        return hold_out(tx, moment_of(shop), holdout, eligible, eligible_set="all")

    held = shop.database.write(work).result()
    for one in members:
        if one not in held:
            sent(shop, one, campaign_id=named("whatever"))
    found = measured(shop, programme_id=everything_of(2026))
    assert found.policy.design.control == 200
    assert found.assigned == {"control": len(held), "marketing": 300 - len(held)}
    with shop.database.read() as read:
        asked = Asked(programme_id=everything_of(2026))
        funnel = funnels.of_programme(read, asked, now=shop.now).whole
    steps = {one.step: one.members for one in funnel.steps}
    assert steps[Step.INVITED] == steps[Step.REACHED] == 300 - len(held)


def test_chances_are_learned_from_those_whose_window_is_over(shop: ShopUnderTest) -> None:
    design = replace(halves("a", "b", "c", control=1_000), uniform=1_000)
    declared(shop, design, Plan(window_days=7, members=900))
    members = past_members(shop, 900)
    arms = assigned(shop, members)
    best = [one for one in members if arms[one].arm == "b"]
    bills = [
        (one, Instant(shop.now + timedelta(days=1)), 2_000 + n % 7) for n, one in enumerate(members)
    ]
    bills += [(one, Instant(shop.now + timedelta(days=2)), 900) for one in best]
    bought(shop, bills)

    def lesson() -> KeepChances | None:
        with shop.database.read() as read:
            return lesson_of(read, Pupil(PROGRAMME, Goal(Reward.NORMAL)), now=shop.now)

    assert lesson() is None
    shop.pass_time(days=7)
    found_out = lesson()
    assert found_out is not None
    assert shop.run(found_out)["version"] == 2
    # Who was slower learned from the same: it is written once, and then there is nothing new.
    assert shop.run(found_out)["version"] == 2
    assert lesson() is None
    with shop.database.read() as read:
        newest = assignments.policies_of(read, PROGRAMME)[-1].design
    assert {one.name: one.weight for one in newest.variants} == {"a": 0, "b": 10_000, "c": 0}
    assert newest.chances()["b"] < 0.9
    found = measured(shop)
    worth = {one.arm: one.mean for one in found.variants}
    assert worth["b"] == pytest.approx(2_903, abs=3)
    assert worth["a"] == pytest.approx(2_003, abs=3)
