"""衡量 (C9, A3): 老友归来 is drawn, sent to one half, bought on, and told in profit, on both engines."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.insights.assignment import Assigned
from regulars.domain.insights.funnel import Step
from regulars.domain.insights.outcome import Basis, Figure
from regulars.domain.insights.plan import Plan
from regulars.domain.insights.verdict import Finding
from regulars.domain.pricing.basket import Choices
from regulars.storage.engine import Database
from regulars.use_cases import funnels
from regulars.use_cases.measured_outcomes import Asked
from regulars.use_cases.measuring import Measurement, measurement
from tests.measuring import PROGRAMME, assigned, costed, declared, halves, sent
from tests.rewards import differences
from tests.shops import ShopUnderTest, open_shop

MEMBERS = 124
TERMS = {"points.unit_cost": 100, "joining.coupon_types": [], "joining.points": 0}


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    opened = open_shop(database, tmp_path, terms=TERMS)
    costed(opened, 600)
    return opened


def told(shop: ShopUnderTest) -> Measurement:
    with shop.database.read() as read:
        return measurement(read, Asked(programme_id=PROGRAMME), now=shop.now)


def buys(shop: ShopUnderTest, member: UUID, cups: int, coupon: UUID | None = None) -> None:
    off = 0 if coupon is None else 1_000
    choices = Choices(coupons=() if coupon is None else (coupon,))
    lines = [shop.line("mango_ice", quantity=cups)]
    sale = shop.sale(lines, member=member, cash=2_200 * cups - off, choices=choices)
    shop.run(sale)


def a_campaign(shop: ShopUnderTest) -> Mapping[UUID, Assigned]:
    """Everybody came once before; those invited get a message and a coupon of 10.00."""
    members = [shop.join(f"138{number:08d}") for number in range(MEMBERS)]
    for number, one in enumerate(members):
        buys(shop, one, 1 + number % 2)
    shop.pass_time(days=10)
    declared(shop, replace(halves(), control=4_500), Plan(window_days=14, members=MEMBERS))
    arms = assigned(shop, members)
    for number, one in enumerate(members):
        if arms[one].contacted:
            coupon = shop.coupon(one, "TEN")
            sent(shop, one, coupon_id=coupon)
            buys(shop, one, 3 + number % 2, coupon if number % 3 else None)
        elif number % 4:
            buys(shop, one, 1 + number % 2)
    return arms


def test_a_campaign_is_told_in_profit_against_those_who_got_nothing(shop: ShopUnderTest) -> None:
    arms = a_campaign(shop)
    invited = sum(one.contacted for one in arms.values())
    assert min(invited, MEMBERS - invited) >= 50
    early = told(shop)
    assert early.verdict.finding is Finding.TOO_EARLY
    assert "满 14 天的会员还太少" in early.sentence.zh

    shop.pass_time(days=14)
    found = told(shop)
    assert (found.verdict.finding, found.basis) == (Finding.WORKS, Basis.PROFIT)
    assert found.ratio.holds
    lift = found.verdict.lift
    assert lift is not None
    # A cup leaves 22.00 less tax and 6.00 of cost; the coupon, the points and the SMS come off.
    assert 1_500 < lift.adjusted.difference < 3_500
    assert lift.adjusted.standard_error < lift.plain.standard_error
    visited = next(one for one in found.others if one.figure is Figure.VISITED)
    assert visited.lift.plain.treated == 1
    assert 0.7 < visited.lift.plain.control < 0.9
    assert "元毛利" in found.sentence.zh
    assert "gross profit" in found.sentence.en

    with shop.database.read() as read:
        funnel = funnels.of_programme(read, Asked(programme_id=PROGRAMME), now=shop.now).whole
    steps = {one.step: one.members for one in funnel.steps}
    assert [steps[step] for step in (Step.INVITED, Step.DELIVERED, Step.CLAIMED)] == [invited] * 3
    assert 0 < (steps[Step.REDEEMED] or 0) < invited
    assert differences(shop) == []
