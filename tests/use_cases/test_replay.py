"""Replays on both engines: what was sold is priced again to the cent, and drafts cost what they do."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, update

from regulars.domain.catalog.lines import LineRequest
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.backtest import Backtest
from regulars.domain.pricing.basket import Choices, ManualDiscount
from regulars.storage.columns import Id, Whole
from regulars.storage.engine import Database, Write
from regulars.storage.shops import raise_revision
from regulars.storage.statement import Statement
from regulars.storage.tables.catalog import variant
from regulars.storage.tables.offers import offer
from regulars.storage.tables.orders import orders
from regulars.use_cases.member_tags import SetMemberTags
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.replay import OffersOf
from tests.backtesting import TENTH, draft, off_each, plan_of, replayed, run_through
from tests.limited_offers import bought, limited
from tests.shops import ShopUnderTest, named, open_shop

FORGET: Statement[object] = Statement(update(orders).values(priced_with=None))
COST: Statement[object] = Statement(
    update(variant)
    .where(variant.c.id == bindparam("changed", type_=Id()))
    .values(cost_minor=bindparam("minor", type_=Whole()))
)
STOP_SECOND: Statement[object] = Statement(
    update(offer).where(offer.c.id == named("offer:second")).values(state="stopped")
)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def trade(shop: ShopUnderTest, *, by_hand: bool = False) -> None:
    """Sales of many kinds: prices by tier, coupons, points, toppings, discounts by hand."""
    wang, liu = shop.join("13800138000"), shop.join("13900139000")
    shop.coupon(wang, "TEN")
    pay(shop, [shop.line("gift_box"), shop.line("lemon_tea", quantity=3)], 9_750)
    pay(shop, [shop.line("gift_box", quantity=2)], 12_000, member=wang)
    pay(shop, [shop.line("milk_tea", quantity=2, pearls=1)], 3_610, member=wang)
    pay(shop, [shop.line("lemon_tea", quantity=2)], 1_137, member=wang, choices=Choices())
    spend = Choices(coupons=(), points=100)
    pay(shop, [shop.line("mango_ice"), shop.line("egg_tart")], 2_750, member=wang, choices=spend)
    pay(shop, [shop.line("egg_tart", quantity=2)], 1_100, member=liu, choices=Choices())
    if by_hand:
        gift = ManualDiscount(id=shop.new_id(), reason="上菜慢", by="", amount_minor=300)
        pay(shop, [shop.line("mango_ice")], 1_900, choices=Choices(coupons=(), manual=(gift,)))
    pay(shop.at(named("store:S2"), "terminal:S2:A"), [shop.line("mango_ice")], 2_200)


def pay(
    shop: ShopUnderTest,
    lines: Sequence[LineRequest],
    due: int,
    *,
    member: UUID | None = None,
    choices: Choices | None = None,
) -> None:
    """A sale at exactly this price."""
    shop.pass_time(minutes=1)
    shop.run(shop.sale(lines, member=member, cash=due, choices=choices))


def figures(found: Backtest) -> tuple[int, int, int, dict[str, int]]:
    """Orders, what was given, the difference, and the orders that could not be replayed."""
    whole = found.whole
    return whole.orders, whole.given_minor, whole.replayed_minor - whole.given_minor, found.skipped


def forget(shop: ShopUnderTest) -> None:
    """Take away what was frozen with the orders, as if they were from before that was done."""
    shop.database.write(lambda tx: tx.run(FORGET)).result()


def test_the_same_offers_give_exactly_what_was_given(shop: ShopUnderTest) -> None:
    trade(shop, by_hand=True)
    found = replayed(shop)
    assert figures(found) == (8, 4_153, 0, {})
    assert (found.otherwise_orders, found.unproved, found.paying.same) == (0, 0, 8)
    assert all(one.replayed_minor == one.given_minor for one in found.offers.values())
    assert {key[0] for key in found.offers} == {"offer", "coupon", "tier", "member_price", "manual"}


def test_orders_from_before_anything_was_frozen_are_worked_out_from_their_rows(
    shop: ShopUnderTest,
) -> None:
    trade(shop)
    forget(shop)
    found = replayed(shop)
    assert figures(found) == (7, 3_853, 0, {})
    assert found.otherwise_orders == 0
    segments = {name: sums.orders for name, sums in found.by["segment"].items()}
    assert segments == {"guest": 2, "new_member": 2, "member": 3}
    tiers = {name: sums.orders for name, sums in found.by["tier"].items()}
    assert tiers == {"guest": 2, "leaf": 2, "gold": 3}


def test_an_offer_that_ended_meanwhile_still_counts_on_the_days_it_was_on(
    shop: ShopUnderTest,
) -> None:
    pay(shop, [shop.line("lemon_tea", quantity=2)], 2_250)

    def stop(tx: Write) -> None:
        tx.run(STOP_SECOND)
        raise_revision(tx, "offers")

    shop.database.write(stop).result()
    assert figures(replayed(shop, offers=OffersOf.NOW)) == (1, 750, -750, {})


def test_ten_percent_off_everything_costs_a_tenth(shop: ShopUnderTest) -> None:
    pay(shop, [shop.line("mango_ice")], 2_200)
    pay(shop, [shop.line("egg_tart", quantity=3)], 2_400)
    pay(shop, [shop.line("gift_box")], 6_000)
    found = replayed(shop, [draft("tenth", TENTH)])
    whole = found.whole
    assert (whole.orders, whole.touched, whole.draft_minor) == (3, 2, 220 + 240)
    assert (whole.given_minor, whole.replayed_minor) == (0, 460)
    assert (found.paying.less, found.paying.less_minor, found.paying.same) == (2, 460, 1)
    assert whole.units_without_cost == whole.units == 5


def test_what_a_draft_takes_from_other_offers_is_told(shop: ShopUnderTest) -> None:
    pay(shop, [shop.line("lemon_tea", quantity=2)], 2_250)
    found = replayed(shop, [draft("tea", off_each("lemon_tea", 500))])
    second = found.offers[("offer", named("offer:second"))]
    assert (second.given_minor, second.replayed_minor, second.displaced_minor) == (750, 0, 750)
    assert (found.whole.draft_minor, found.displaced_orders) == (1_000, 1)


def test_an_offer_can_be_taken_away(shop: ShopUnderTest) -> None:
    pay(shop, [shop.line("lemon_tea", quantity=2)], 2_250)
    found = replayed(shop, without=frozenset({named("offer:second")}))
    assert figures(found) == (1, 750, -750, {})
    assert (found.paying.more, found.paying.more_minor) == (1, 750)


def test_a_draft_of_one_store_touches_no_other(shop: ShopUnderTest) -> None:
    pay(shop, [shop.line("mango_ice")], 2_200)
    pay(shop.at(named("store:S2"), "terminal:S2:A"), [shop.line("mango_ice")], 2_200)
    found = replayed(shop, [draft("tenth", TENTH, stores=frozenset({named("store:S2")}))])
    by_store = {store: sums.draft_minor for store, sums in found.by["store"].items()}
    assert by_store == {str(named("store:S1")): 0, str(named("store:S2")): 220}


LIMITS = (
    [{"whose": "all", "uses": 2}],
    [{"whose": "all", "amount_minor": 500, "on_last": "clip"}],
    [{"whose": "all", "amount_minor": 500, "on_last": "refuse"}],
    [{"whose": "all", "amount_minor": 500, "on_last": "honour"}],
    [{"whose": "store", "span": "day", "uses": 1}],
    [{"whose": "member", "span": "day", "uses": 1}],
    [{"whose": "all", "span": "week", "uses": 3}, {"whose": "member", "uses": 2}],
)


@pytest.mark.parametrize("limits", LIMITS, ids=str)
def test_a_draft_with_limits_burns_as_the_same_offer_did_in_reality(
    shop: ShopUnderTest, limits: list[dict[str, object]]
) -> None:
    wang = shop.join("13800138000")
    offer_id = limited(shop, "egg_tart", 300, limits)
    for hours in (1, 1, 24, 1, 150):
        shop.pass_time(hours=hours)
        for there in (shop, shop.at(named("store:S2"), "terminal:S2:A")):
            sell_tart(there, wang)
            sell_tart(there, None)
    really = replayed(shop)
    assert figures(really)[2:] == (0, {})
    assert 0 < really.whole.given_minor < 20 * 300
    same = draft("same", {**off_each("egg_tart", 300), "limits": limits}, offer_id=offer_id)
    found = replayed(shop, [same])
    assert found.whole.draft_minor == found.whole.given_minor
    forget(shop)
    assert replayed(shop, [same]).whole.draft_minor == found.whole.given_minor


def sell_tart(shop: ShopUnderTest, member: UUID | None) -> None:
    """An egg tart of 8.00 at whatever is left of its limited offer."""
    for due in (500, 600, 700, 800):
        try:
            bought(shop, "egg_tart", due=due, member=member)
        except Refusal:
            continue
        return
    raise AssertionError("no price was right")


def cost(shop: ShopUnderTest, product: str, minor: int) -> None:
    """What a unit of a product costs the shop, from now on."""

    def save(tx: Write) -> None:
        tx.run(COST, changed=named(f"variant:{product}"), minor=minor)
        raise_revision(tx, "catalog")

    shop.database.write(save).result()


def test_the_margin_counts_goods_of_known_cost_and_names_baskets_below_it(
    shop: ShopUnderTest,
) -> None:
    pay(shop, [shop.line("mango_ice"), shop.line("egg_tart")], 3_000)
    cost(shop, "mango_ice", 900)
    order_id = bought(shop, "mango_ice", due=2_200)
    found = replayed(shop, [draft("ice", off_each("mango_ice", 1_300))])
    whole = found.whole
    assert (whole.units, whole.units_without_cost, whole.cost_minor) == (3, 1, 1_800)
    # 6 % tax is in the price: 22.00 holds 1.25 of it, and 9.00 holds 0.51.
    assert whole.revenue_given_minor == 2 * (2_200 - 125)
    assert whole.revenue_minor == 2 * (900 - 51)
    assert found.below_cost_orders == 1
    (witness,) = found.below_cost
    assert (witness.order, witness.rank_minor) == (order_id.int, 51)


def test_a_draft_for_members_of_a_tag_reads_the_tags_of_today(shop: ShopUnderTest) -> None:
    wang, liu = shop.join("13800138000"), shop.join("13900139000")
    for member in (wang, liu, None):
        pay(shop, [shop.line("mango_ice")], 2_200, member=member)
    shop.run(SetMemberTags(member_id=liu, tags=("老街坊",)))
    condition = {"kind": "one_of", "field": "member_tags", "values": ["老街坊"]}
    found = replayed(shop, [draft("tagged", {**TENTH, "condition": condition})])
    assert (found.whole.draft_minor, list(found.members)) == (220, [liu.int])


def test_what_was_given_back_whole_was_not_sold(shop: ShopUnderTest) -> None:
    order_id = bought(shop, "mango_ice", due=2_200)
    bought(shop, "egg_tart", due=800)
    shop.run(RefundOrder(id=shop.new_id(), order_id=order_id, units=None, reason="洒了"))
    assert replayed(shop).whole.list_minor == 800


def test_parts_of_a_time_merge_into_the_whole(shop: ShopUnderTest) -> None:
    for _ in range(3):
        trade_again(shop)
        shop.pass_time(days=6)
    plan = plan_of(shop, [draft("tenth", TENTH)])
    whole = run_through(shop, plan)
    parts = [run_through(shop, part_of) for part_of in plan.parts(4)]
    first, *rest = parts
    for one in rest:
        first.merge(one)
    assert sum(one.orders for one in first.by["day"].values()) == whole.whole.orders == 6
    for name in ("whole", "by", "offers", "weeks", "paying", "members"):
        assert getattr(first, name) == getattr(whole, name)
    assert sorted(first.biggest) == sorted(whole.biggest)


def trade_again(shop: ShopUnderTest) -> None:
    """Two sales without a member."""
    pay(shop, [shop.line("mango_ice")], 2_200)
    pay(shop, [shop.line("lemon_tea", quantity=2)], 2_250)


def test_points_that_a_smaller_bill_no_longer_takes_are_left_with_the_guest(
    shop: ShopUnderTest,
) -> None:
    wang = shop.join("13800138000")
    pay(shop, [shop.line("gift_box", quantity=2)], 12_000, member=wang)
    spend = Choices(coupons=(), points=100)
    pay(shop, [shop.line("egg_tart")], 660, member=wang, choices=spend)
    found = replayed(shop, [draft("tart", off_each("egg_tart", 700))])
    assert (found.whole.orders, found.whole.draft_minor, found.skipped) == (2, 700, {})
