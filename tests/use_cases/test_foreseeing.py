"""Where guests are lost, and what a programme could show at all, on both engines."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from regulars.domain.insights.funnel import Step
from regulars.domain.insights.plan import Plan
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.basket import Choices
from regulars.storage.engine import Database
from regulars.storage.tables.messaging import message_event
from regulars.use_cases import funnels
from regulars.use_cases.foreseeing import Foreseen, foresee, sham
from regulars.use_cases.measured_outcomes import Asked
from tests.measuring import (
    PLAN,
    PROGRAMME,
    assigned,
    bought,
    declared,
    habits,
    halves,
    past_members,
    sent,
)
from tests.shops import ShopUnderTest, named, open_shop


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path, terms={"points.unit_cost": 50})


def test_the_funnel_counts_members_at_each_step(shop: ShopUnderTest) -> None:
    declared(shop, halves(control=0))
    members = past_members(shop, 10)
    assigned(shop, members)
    first, second, third, fourth = members[:4]
    read_by = sent(shop, first)
    sent(shop, first)
    sent(shop, second, state="accepted")
    sent(shop, third, state="suppressed", handed_at=None)
    clicked = {"message_id": read_by, "at": shop.now, "state": "clicked"}
    shop.database.write(lambda tx: tx.add(message_event, [{**clicked, "by": "member"}])).result()
    bought(shop, [(first, shop.now, 3_000), (first, shop.now, 2_000), (fourth, shop.now, 1_000)])
    with shop.database.read() as read:
        found = funnels.of_programme(read, Asked(programme_id=PROGRAMME), now=shop.now)
    counts = {one.step: one.members for one in found.whole.steps}
    assert counts == {
        Step.INVITED: 10,
        Step.REACHED: 2,
        Step.DELIVERED: 1,
        Step.CLICKED: 1,
        Step.CLAIMED: None,
        Step.REDEEMED: None,
        Step.BOUGHT: 2,
    }
    assert found.whole.sales_minor == 6_000
    assert found.whole.profit_minor == 6_000 - 9 - 5
    assert {(part.kind, part.key) for part in found.parts} == {
        ("variant", "coupon"),
        ("store", str(shop.store_id)),
        ("channel", "sms"),
    }


def test_a_coupon_of_the_message_is_claimed_and_redeemed(shop: ShopUnderTest) -> None:
    declared(shop, halves(control=0))
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    assigned(shop, [wang, li])
    coupons = {one: shop.coupon(one, "TEN") for one in (wang, li)}
    for one, coupon_id in coupons.items():
        sent(shop, one, coupon_id=coupon_id)
    used = shop.sale(
        [shop.line("milk_tea", quantity=3)],
        member=wang,
        cash=4_400,
        choices=Choices(coupons=(coupons[wang],)),
    )
    shop.run(used)
    with shop.database.read() as read:
        found = funnels.of_programme(read, Asked(programme_id=PROGRAMME), now=shop.now)
    counts = {one.step: (one.members, one.of_before) for one in found.whole.steps}
    assert counts[Step.CLAIMED] == (2, 10_000)
    assert counts[Step.REDEEMED] == (1, 5_000)


def test_what_could_be_shown_is_told_beforehand(shop: ShopUnderTest) -> None:
    members = past_members(shop, 300)
    chance = random.Random(6)
    bills = [
        (one, Instant(shop.now - timedelta(days=days)), habit)
        for one, habit in zip(members, habits(300, seed=4), strict=True)
        for days in (3, 31)
        if chance.random() < 0.7
    ]
    bought(shop, bills)
    with shop.database.read() as read:
        tenth, half = (
            foresee(read, Foreseen(plan=Plan(members=2_000), control=control), now=shop.now)
            for control in (1_000, 5_000)
        )
        tried = sham(read, days=28, splits=60, store_id=None, now=shop.now)
        with pytest.raises(Refusal) as refused:
            sham(read, days=28, splits=5, store_id=named("store:S2"), now=shop.now)
    assert refused.value.code == "measurement.past_too_short"
    assert tenth.members_known == 300
    assert 0 < tenth.explained < 1
    assert tenth.visited == pytest.approx(0.7, abs=0.1)
    assert tenth.detectable_minor > half.detectable_minor > half.at_one_look_minor
    assert (tried.splits, tried.sound) == (60, True)


def test_a_past_of_a_handful_tells_nothing(shop: ShopUnderTest) -> None:
    past_members(shop, 5)
    with shop.database.read() as read, pytest.raises(Refusal) as refused:
        foresee(read, Foreseen(plan=PLAN, control=1_000), now=shop.now)
    assert refused.value.code == "measurement.past_too_short"
