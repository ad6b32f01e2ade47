"""A part comes back and the rest is priced anew, as of the sale, on both engines."""

import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select

from regulars.domain.catalog.lines import LineRequest
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.kernel.terms import Level
from regulars.domain.orders.refund import PlanKind
from regulars.domain.orders.return_words import Why
from regulars.domain.pricing.basket import Choices
from regulars.storage import order_shares, orders
from regulars.storage.columns import Id
from regulars.storage.engine import Database
from regulars.storage.statement import Statement
from regulars.storage.tables.orders import refund
from regulars.storage.verify import verify
from regulars.use_cases.members import FreezeMember, UnfreezeMember
from regulars.use_cases.offers import SaveCouponType, SaveOffer, StopOffer
from regulars.use_cases.open_orders import OpenOrder
from regulars.use_cases.order_rows import OrderHead
from regulars.use_cases.refund_plans import Outcomes, UnitsBack, outcomes_of, rows_of
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.sales import SellAtCounter
from regulars.use_cases.settling import SettleOrder
from tests.answers import part, rows
from tests.limited_offers import used
from tests.shops import ShopUnderTest, named, open_shop

# Some three refunds each, on two engines: more than 10,000 in the thorough run.
SALES = 2_000 if os.environ.get("REGULARS_THOROUGH") == "1" else 25
PLAN_OF = Statement(
    select(refund.c.plan, refund.c.approved_by).where(
        refund.c.order_id == bindparam("order_id", type_=Id())
    ),
    lambda plan, approved_by: (plan, approved_by),
)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def save(
    shop: ShopUnderTest, name: str, definition: Mapping[str, object], *, seen: int = 0
) -> UUID:
    """An offer of the whole organisation, from now on."""
    command = SaveOffer(
        id=named(f"offer:{name}"),
        seen=seen,
        name=Label(name, name),
        level=Level.ORGANISATION,
        place_id=None,
        definition=definition,
        effective_at=None,
        ends_at=None,
    )
    shop.run(command)
    return command.id


def offer_forty_less_five(shop: ShopUnderTest, on_return: str) -> UUID:
    """满40减5 on what the item offers leave."""
    steps = [{"threshold_minor": 4_000, "off_minor": 500}]
    effect = {"steps": steps, "base": "after_item"}
    return save(
        shop, "满40减5", {"kind": "spend_and_save", "effect": effect, "on_return": on_return}
    )


def let_second_half_price_be_chosen(shop: ShopUnderTest) -> None:
    """第二杯半价 of the lemon teas leaves the cashier the choice, too."""
    definition = {
        "kind": "nth",
        "effect": {"n": 2, "basis_points": 5_000},
        "goods": {"products": [str(named("product:lemon_tea"))]},
        "on_return": "choose",
    }
    save(shop, "second", definition, seen=1)


def sold(
    shop: ShopUnderTest,
    lines: Sequence[LineRequest],
    *,
    member: UUID | None = None,
    stored: int = 0,
    choices: Choices | None = None,
) -> SellAtCounter:
    """A sale, paid as asked from stored value and for the rest in cash."""
    draft = shop.sale(lines, member=member, cash=1, choices=choices)
    with pytest.raises(Refusal) as refused:
        shop.run(draft)
    due = refused.value.parameters["due_minor"]
    assert isinstance(due, int)
    stored = min(stored, due)
    sale = shop.sale(lines, member=member, stored=stored, cash=due - stored, choices=choices)
    shop.run(sale)
    return sale


def give_back(
    shop: ShopUnderTest,
    order_id: UUID,
    units: Sequence[UnitsBack] | None = None,
    plan: PlanKind | None = None,
) -> dict[str, object]:
    return shop.run(
        RefundOrder(
            id=shop.new_id(),
            order_id=order_id,
            units=None if units is None else tuple(units),
            reason="客人退",
            plan=plan,
        )
    )


def amount_of(receipt: dict[str, object]) -> object:
    return rows(receipt, "refunds")[-1]["amount_minor"]


def sum_of(payments: Sequence[Mapping[str, object]]) -> int:
    """What is left of the money once refunds are taken off. Units: minor units."""
    return sum(whole for one in payments if isinstance(whole := one["amount_minor"], int))


def looked_at(shop: ShopUnderTest, order_id: UUID, units: Sequence[UnitsBack]) -> Outcomes:
    with shop.database.read() as read:
        order = read.one(orders.ORDER, order_id=order_id)
        assert order is not None
        return outcomes_of(read, rows_of(read, order), units, shop.shops)


def shares_of(shop: ShopUnderTest, order_id: UUID) -> list[order_shares.ShareRow]:
    with shop.database.read() as read:
        return read.all(order_shares.NEWEST_SHARES, order_id=order_id)


def books_are_clean(shop: ShopUnderTest) -> bool:
    with shop.database.read() as read:
        return verify(read, lambda _progress: None).differences == 0


def test_both_outcomes_are_shown_and_the_cashier_takes_one(shop: ShopUnderTest) -> None:
    offer_forty_less_five(shop, "choose")
    let_second_half_price_be_chosen(shop)
    tea, ice = shop.line("lemon_tea", quantity=2), shop.line("mango_ice")
    # 15.00 and 7.50 with 第二杯半价, 22.00: 44.50 less 5.00.
    sale = sold(shop, [tea, ice])
    outcomes = looked_at(shop, sale.order_id, [UnitsBack(ice.id, 1)])
    share = outcomes.plans[PlanKind.RETURN_SHARE].amount_minor
    assert outcomes.ways.why is Why.CHOOSE
    assert (share, outcomes.plans[PlanKind.REPRICE_REST].amount_minor) == (1_953, 1_700)
    receipt = give_back(shop, sale.order_id, [UnitsBack(ice.id, 1)], PlanKind.REPRICE_REST)
    assert amount_of(receipt) == 1_700
    assert rows(receipt, "refunds")[-1]["plan"] == "reprice_rest"
    assert [row.due_minor for row in shares_of(shop, sale.order_id)] == [1_125, 1_125]
    assert [row.version for row in shares_of(shop, sale.order_id)] == [2, 2]
    # The next refund reads the newest shares, and a second pricing appends the third version.
    again = give_back(shop, sale.order_id, [UnitsBack(tea.id, 1)], PlanKind.REPRICE_REST)
    assert amount_of(again) == 750
    assert [row.version for row in shares_of(shop, sale.order_id)] == [3]
    last = give_back(shop, sale.order_id)
    assert amount_of(last) == 1_500
    plans = [one["plan"] for one in rows(last, "refunds")]
    assert plans == ["reprice_rest", "reprice_rest", "return_share"]
    assert part(last, "totals")["refunded_minor"] == 3_950
    assert books_are_clean(shop)


def test_the_share_of_the_newest_version_comes_back(shop: ShopUnderTest) -> None:
    offer_forty_less_five(shop, "reprice")
    tea, ice = shop.line("lemon_tea", quantity=2), shop.line("mango_ice")
    sale = sold(shop, [tea, ice])
    assert amount_of(give_back(shop, sale.order_id, [UnitsBack(ice.id, 1)])) == 1_700
    back = give_back(shop, sale.order_id, [UnitsBack(tea.id, 1)], PlanKind.HOUSE_FAULT)
    assert amount_of(back) == 1_125
    assert amount_of(give_back(shop, sale.order_id)) == 1_125
    assert books_are_clean(shop)


def test_only_what_the_offers_allow_may_be_chosen(shop: ShopUnderTest) -> None:
    offer_forty_less_five(shop, "reprice")
    tea, ice = shop.line("milk_tea", quantity=2), shop.line("mango_ice")
    sale = sold(shop, [tea, ice])
    with pytest.raises(Refusal, match=r"refund\.plan_not_allowed"):
        give_back(shop, sale.order_id, [UnitsBack(ice.id, 1)], PlanKind.RETURN_SHARE)
    with shop.database.read() as read:
        assert not read.all(PLAN_OF, order_id=sale.order_id)


def test_a_fault_of_the_house_gives_the_larger_of_both_and_names_who_said_so(
    shop: ShopUnderTest,
) -> None:
    offer_forty_less_five(shop, "reprice")
    tea, ice = shop.line("milk_tea", quantity=2), shop.line("mango_ice")
    sale = sold(shop, [tea, ice])
    outcomes = looked_at(shop, sale.order_id, [UnitsBack(ice.id, 1)])
    share = outcomes.plans[PlanKind.RETURN_SHARE].amount_minor
    reprice = outcomes.plans[PlanKind.REPRICE_REST].amount_minor
    assert share > reprice == 1_700
    receipt = give_back(shop, sale.order_id, [UnitsBack(ice.id, 1)], PlanKind.HOUSE_FAULT)
    assert amount_of(receipt) == share
    assert not shares_of(shop, sale.order_id)
    with shop.database.read() as read:
        assert read.all(PLAN_OF, order_id=sale.order_id) == [("house_fault", shop.actor.name)]


def test_offers_and_tier_are_those_of_the_sale(shop: ShopUnderTest) -> None:
    offer = offer_forty_less_five(shop, "choose")
    wang = shop.join("13800138000")
    tea, ice = shop.line("milk_tea", quantity=2), shop.line("mango_ice", quantity=2)
    # A new guest pays the list price; the sale itself makes her gold.
    sale = sold(shop, [tea, ice], member=wang)
    shop.run(shop.sale([shop.line("gift_box", quantity=2)], member=wang, cash=12_000))
    shop.pass_time(days=40)
    shop.run(StopOffer(id=offer, seen=1))
    outcomes = looked_at(shop, sale.order_id, [UnitsBack(tea.id, 1)])
    # 80.00 less 5.00 was paid; 62.00 less 5.00 stay.
    assert outcomes.plans[PlanKind.REPRICE_REST].amount_minor == 1_800
    new = sold(shop, [shop.line("milk_tea", quantity=3)], member=wang)
    assert looked_at(shop, new.order_id, [UnitsBack(new.lines[0].id, 1)]).ways.why is Why.NO_OFFER


def test_looking_back_leaves_todays_offers_in_force(shop: ShopUnderTest) -> None:
    sale = sold(shop, [shop.line("lemon_tea", quantity=2)])
    sold_at = shop.now
    shop.pass_time(hours=1)
    shop.run(StopOffer(id=named("offer:second"), seen=1))
    shop.pass_time(hours=1)
    with shop.database.read() as read:
        today = shop.shops.in_force(read, shop.store_id, at=shop.now)
        past = shop.shops.as_of(read, shop.store_id, at=sold_at)
        assert shop.shops.in_force(read, shop.store_id, at=shop.now) is today
    assert [offer.id for offer in past.offers.offers] == [named("offer:second")]
    assert not today.offers.offers
    one = looked_at(shop, sale.order_id, [UnitsBack(sale.lines[0].id, 1)])
    assert one.plans[PlanKind.REPRICE_REST].amount_minor == 750


def test_a_coupon_that_the_rest_does_without_comes_back_with_a_week_at_least(
    shop: ShopUnderTest,
) -> None:
    offer_forty_less_five(shop, "choose")
    wang = shop.join("13800138000")
    before = shop.balances(wang)
    coupon = shop.coupon(wang, "TEN")
    tea, tart = shop.line("milk_tea"), shop.line("egg_tart")
    choices = Choices(coupons=(coupon,))
    sale = sold(shop, [tea, tart], member=wang, choices=choices)
    kept = give_back(shop, sale.order_id, [UnitsBack(tea.id, 1)])
    assert rows(kept, "refunds")[-1]["coupons_returned"] == 0
    shop.pass_time(days=60)
    last = give_back(shop, sale.order_id)
    assert rows(last, "refunds")[-1]["coupons_returned"] == 1
    assert shop.balances(wang) == before
    sold(shop, [shop.line("mango_ice")], member=wang, choices=choices)
    assert books_are_clean(shop)


def let_one_tart_coupon_be_used_a_day(shop: ShopUnderTest) -> UUID:
    """蛋挞券: an egg tart for 3.00, once a day and member."""
    definition = {
        "kind": "unit_price",
        "effect": {"price_minor": 300, "units_max": 1},
        "goods": {"products": [str(named("product:egg_tart"))]},
        "limits": [{"whose": "member", "span": "day", "uses": 1}],
        "on_return": "reprice",
    }
    command = SaveCouponType(
        id=named("coupon_type:TART"),
        code="TART",
        name=Label("蛋挞券", "Egg tart coupon"),
        definition=definition,
        valid_days=30,
        issue_max=None,
    )
    shop.run(command)
    return command.id


def test_a_coupon_that_came_back_is_not_stopped_by_the_limit_of_its_kind(
    shop: ShopUnderTest,
) -> None:
    kind, wang = let_one_tart_coupon_be_used_a_day(shop), shop.join("13800138000")
    day = (f"member:{wang}", "2026-05-04")
    choices = Choices(coupons=(shop.coupon(wang, "TART"),))
    tart, ice = shop.line("egg_tart"), shop.line("mango_ice", quantity=2)
    first = sold(shop, [tart, ice], member=wang, choices=choices)
    give_back(shop, first.order_id, [UnitsBack(ice.id, 1)])
    assert used(shop, kind) == {day: (1, 500)}
    kept = give_back(shop, first.order_id, [UnitsBack(tart.id, 1)])
    assert rows(kept, "refunds")[-1]["coupons_returned"] == 1
    assert used(shop, kind) == {day: (0, 0)}
    shop.run(shop.sale([shop.line("egg_tart")], member=wang, cash=300, choices=choices))
    give_back(shop, first.order_id)
    assert used(shop, kind) == {day: (1, 500)}
    assert books_are_clean(shop)


def test_of_two_coupons_of_a_kind_the_one_that_stays_keeps_the_use(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path, terms={"coupons.per_order_max": 2})
    kind, wang = let_one_tart_coupon_be_used_a_day(shop), shop.join("13800138000")
    choices = Choices(coupons=(shop.coupon(wang, "TART"), shop.coupon(wang, "TART")))
    tarts = shop.line("egg_tart", quantity=2)
    sale = sold(shop, [tarts], member=wang, choices=choices)
    kept = give_back(shop, sale.order_id, [UnitsBack(tarts.id, 1)])
    assert rows(kept, "refunds")[-1]["coupons_returned"] == 1
    assert used(shop, kind) == {(f"member:{wang}", "2026-05-04"): (1, 500)}
    assert books_are_clean(shop)


def test_an_order_that_waited_keeps_what_it_was_priced_with(shop: ShopUnderTest) -> None:
    offer_forty_less_five(shop, "choose")
    wang = shop.join("13800138000")
    tea, ice = shop.line("milk_tea", quantity=2), shop.line("mango_ice")
    order_id = shop.new_id()
    head = OrderHead(
        order_id=order_id,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        source="takeaway",
        note=None,
    )
    shop.run(OpenOrder(head=head, lines=(tea, ice), member_id=wang))
    draft = shop.sale([tea], cash=5_300)
    choices = Choices(coupons=())
    settle = SettleOrder(order_id=order_id, seen=1, choices=choices, tenders=draft.tenders)
    shop.run(settle)
    with shop.database.read() as read:
        order = read.one(orders.ORDER, order_id=order_id)
    assert order is not None
    assert order.priced_with is not None
    assert order.priced_with["s"] == "takeaway"
    receipt = give_back(shop, order_id, [UnitsBack(ice.id, 1)], PlanKind.REPRICE_REST)
    assert amount_of(receipt) == 1_700
    assert books_are_clean(shop)


def test_what_a_frozen_member_can_not_pay_back_becomes_debt(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    sale = sold(shop, [shop.line("gift_box", quantity=2)], member=wang)
    tea = shop.line("milk_tea")
    other = sold(shop, [tea], member=wang)
    earned = shop.balances(wang)
    shop.run(FreezeMember(member_id=wang, reason="卡丢了"))
    receipt = give_back(shop, sale.order_id)
    refunded = rows(receipt, "refunds")[-1]
    assert (refunded["points_taken_back"], refunded["points_short"]) == (0, 120)
    after = shop.balances(wang)
    assert (after.points, after.points_debt) == (earned.points, 120)
    assert after.growth_value == earned.growth_value - 120
    # Frozen again with a debt account of her own, a second refund still goes through.
    shop.run(FreezeMember(member_id=wang, reason="还没找到"))
    give_back(shop, other.order_id)
    assert shop.balances(wang).points_debt > 120
    shop.run(UnfreezeMember(member_id=wang, reason="找到了"))
    debt = shop.balances(wang).points_debt
    sold(shop, [shop.line("lemon_tea", quantity=2)], member=wang)
    assert shop.balances(wang).points_debt == debt - 22
    assert books_are_clean(shop)


def test_sales_and_their_refunds_in_any_order_leave_every_account_as_before(
    shop: ShopUnderTest,
) -> None:
    """Each sale with points, coupon and stored value; each of its units back by any plan."""
    offer_forty_less_five(shop, "choose")
    chance = random.Random(23)
    wang = shop.join("13800138000")
    shop.top_up(wang, 50_000)
    shop.run(shop.sale([shop.line("gift_box", quantity=4)], member=wang, cash=24_000))
    coupon = shop.coupon(wang, "TEN")
    products = ("milk_tea", "mango_ice", "lemon_tea", "egg_tart", "gift_box")
    dear = {named(f"product:{product}") for product in products[:3]}
    for _ in range(SALES):
        before = shop.balances(wang)
        lines = [
            shop.line(product, quantity=chance.randint(1, 3), pearls=chance.randint(0, 1))
            for product in chance.sample(products, chance.randint(1, 4))
        ]
        choices = Choices(coupons=chance.choice([(coupon,), ()]))
        # So cheap a bill as one of egg tarts takes no points.
        if any(line.product_id in dear for line in lines):
            choices = replace(choices, points=chance.choice([None, 100]))
        stored = chance.randint(0, 9_000)
        sale = sold(shop, lines, member=wang, stored=stored, choices=choices)
        units = [line.id for line in lines for _ in range(line.quantity)]
        chance.shuffle(units)
        left: list[dict[str, object]] = []
        while units:
            batch = [units.pop() for _ in range(min(len(units), chance.randint(1, 2)))]
            back = [UnitsBack(unit, 1) for unit in batch]
            allowed = looked_at(shop, sale.order_id, back).ways.allowed
            plan = chance.choice([None, *sorted(allowed)])
            left = rows(give_back(shop, sale.order_id, back, plan), "payments")
            assert sum_of(left) >= 0
        assert sum_of(left) == 0
        assert shop.balances(wang) == before
        shop.pass_time(minutes=1)
    assert books_are_clean(shop)
