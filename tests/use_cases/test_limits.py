"""Limits of offers in sales and refunds, on both engines: taken once, given back whole."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select, update

from regulars.domain.kernel.period import instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.domain.pricing.limits import Left, OnLast, Whose
from regulars.storage.columns import Document, Id
from regulars.storage.engine import Database, Write
from regulars.storage.shops import raise_revision
from regulars.storage.statement import Statement
from regulars.storage.tables.offers import coupon_type
from regulars.storage.tables.system import fact
from regulars.use_cases import guest as guests
from regulars.use_cases.limits import left_for
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from tests.limited_offers import LimitData, bought, differences, limited, states, used
from tests.shops import ShopUnderTest, named, open_shop

OVERSPENT = Statement[dict[str, object]](
    select(fact.c.body).where(fact.c.kind == "offer.budget_overspent")
)

# Nothing was left for the quote, so it asks for more than was paid; or another till was faster.
NOT_SO = r"offer\.limit_reached|payment\.sum_wrong|payment\.cash_short"
LIMIT_TYPE = Statement[object](
    update(coupon_type)
    .where(coupon_type.c.id == bindparam("type_id", type_=Id()))
    .values(definition=bindparam("definition", type_=Document()))
)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def without(offer_id: UUID) -> Choices:
    return Choices(coupons=(), without=frozenset({offer_id}))


def left(shop: ShopUnderTest, member: UUID | None = None) -> dict[UUID, Left]:
    with shop.database.read() as read:
        known = shop.shops.in_force(read, shop.store_id, at=shop.now)
        guest = guests.seen(read, member, known, shop.now) if member else None
        return dict(left_for(read, known, guest, shop.now))


def refund(shop: ShopUnderTest, order_id: UUID, units: tuple[UnitsBack, ...] | None = None) -> None:
    shop.run(RefundOrder(id=shop.new_id(), order_id=order_id, units=units, reason="洒了"))


def test_the_last_use_is_taken_once(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, [{"whose": "all", "uses": 2}])
    assert left(shop) == {offer_id: Left(2, None, Whose.ALL)}
    bought(shop, "egg_tart", due=500)
    bought(shop, "egg_tart", due=500)
    assert used(shop, offer_id) == {("all", "ever"): (2, 600)}
    assert left(shop) == {offer_id: Left(0, None, Whose.ALL)}
    with pytest.raises(Refusal, match=NOT_SO):
        bought(shop, "egg_tart", due=500)
    bought(shop, "egg_tart", due=800, choices=without(offer_id))
    assert used(shop, offer_id) == {("all", "ever"): (2, 600)}
    assert differences(shop) == 0


def test_a_use_of_an_offer_counts_an_order_not_a_cup(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, [{"whose": "all", "uses": 1, "amount_minor": 900}])
    bought(shop, "egg_tart", quantity=3, due=1_500)
    assert used(shop, offer_id) == {("all", "ever"): (1, 900)}


def test_days_weeks_and_months_turn_at_the_cut_off_of_the_store(shop: ShopUnderTest) -> None:
    spans: list[LimitData] = [
        {"whose": "all", "span": span, "uses": 9} for span in ("day", "week", "month")
    ]
    offer_id = limited(shop, "egg_tart", 300, spans)
    for at in ("2026-05-31T23:00", "2026-06-01T01:30", "2026-06-01T04:00"):
        shop.now = instant_from_iso(f"{at}:00+08:00")
        bought(shop, "egg_tart", due=500)
    assert used(shop, offer_id) == {
        ("all", "2026-05-31"): (2, 600),
        ("all", "2026-W22"): (2, 600),
        ("all", "2026-05"): (2, 600),
        ("all", "2026-06-01"): (1, 300),
        ("all", "2026-W23"): (1, 300),
        ("all", "2026-06"): (1, 300),
    }


def test_each_member_has_her_own_uses_on_each_day(shop: ShopUnderTest) -> None:
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    offer_id = limited(shop, "egg_tart", 300, [{"whose": "member", "span": "day", "uses": 1}])
    bought(shop, "egg_tart", due=500, member=wang)
    assert left(shop, wang)[offer_id].uses == 0
    assert left(shop, li)[offer_id].uses == 1
    with pytest.raises(Refusal, match=NOT_SO):
        bought(shop, "egg_tart", due=500, member=wang)
    bought(shop, "egg_tart", due=500, member=li)
    shop.pass_time(days=1)
    bought(shop, "egg_tart", due=500, member=wang)
    assert sorted(used(shop, offer_id).values()) == [(1, 300)] * 3


def test_a_guest_whom_nobody_knows_has_no_part_in_a_limit_for_members(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, [{"whose": "member", "uses": 5}])
    assert left(shop)[offer_id] == Left(0, None, Whose.MEMBER)
    with pytest.raises(Refusal, match=NOT_SO):
        bought(shop, "egg_tart", due=500)
    bought(shop, "egg_tart", due=800, choices=without(offer_id))
    assert used(shop, offer_id) == {}


def test_stores_count_apart(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, [{"whose": "store", "uses": 1}])
    bought(shop, "egg_tart", due=500)
    bought(shop.at(shop.other_store_id, "terminal:S2:A"), "egg_tart", due=500)
    with pytest.raises(Refusal, match=NOT_SO):
        bought(shop, "egg_tart", due=500)
    assert used(shop, offer_id) == {
        (f"store:{shop.store_id}", "ever"): (1, 300),
        (f"store:{shop.other_store_id}", "ever"): (1, 300),
    }


def test_a_budget_is_never_passed(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, [{"whose": "all", "amount_minor": 700}])
    bought(shop, "egg_tart", quantity=2, due=1_000)
    with pytest.raises(Refusal, match=NOT_SO):
        bought(shop, "egg_tart", due=500)
    assert used(shop, offer_id) == {("all", "ever"): (1, 600)}


def test_the_last_order_of_a_budget_takes_what_is_left(shop: ShopUnderTest) -> None:
    budget = {"whose": "all", "amount_minor": 400, "on_last": "clip"}
    offer_id = limited(shop, "egg_tart", 300, [budget])
    first = bought(shop, "egg_tart", due=500)
    bought(shop, "egg_tart", due=700)
    assert used(shop, offer_id) == {("all", "ever"): (2, 400)}
    bought(shop, "egg_tart", due=800)
    refund(shop, first)
    bought(shop, "egg_tart", due=500)
    assert used(shop, offer_id) == {("all", "ever"): (2, 400)}
    assert differences(shop) == 0


def test_the_last_order_of_a_budget_is_honoured_and_reported(shop: ShopUnderTest) -> None:
    budget = {"whose": "all", "amount_minor": 500, "on_last": "honour"}
    offer_id = limited(shop, "egg_tart", 300, [budget])
    bought(shop, "egg_tart", due=500)
    assert left(shop)[offer_id] == Left(None, 200, Whose.ALL, OnLast.HONOUR)
    order_id = bought(shop, "egg_tart", due=500)
    with pytest.raises(Refusal, match=NOT_SO):
        bought(shop, "egg_tart", due=500)
    with shop.database.read() as read:
        (told,) = read.all(OVERSPENT)
    assert (told["order"], told["over_minor"]) == (str(order_id), 100)
    assert used(shop, offer_id) == {("all", "ever"): (2, 600)}


def test_a_coupon_type_has_limits_too(shop: ShopUnderTest) -> None:
    definition = {
        "kind": "amount",
        "effect": {"amount_minor": 1_000, "per": "order"},
        "limits": [{"whose": "member", "span": "day", "uses": 1}],
    }

    def change(tx: Write) -> None:
        tx.send(LIMIT_TYPE, type_id=named("coupon_type:TEN"), definition=definition)
        raise_revision(tx, "offers")

    shop.database.write(change).result()
    wang = shop.join("13800138000")
    first, second = shop.coupon(wang, "TEN"), shop.coupon(wang, "TEN")
    bought(shop, "mango_ice", due=1_200, member=wang, choices=Choices(coupons=(first,)))
    with pytest.raises(Refusal, match=NOT_SO):
        bought(shop, "mango_ice", due=1_200, member=wang, choices=Choices(coupons=(second,)))
    assert used(shop, named("coupon_type:TEN")) == {
        (f"member:{wang}", "2026-05-04"): (1, 1_000),
    }


def test_a_refused_sale_takes_nothing(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, [{"whose": "all", "uses": 1}])
    sale = shop.sale([shop.line("egg_tart")])
    short = replace(sale, tenders=(shop.tender(TenderKind.CASH, 100),))
    with pytest.raises(Refusal, match=r"payment\."):
        shop.run(short)
    assert used(shop, offer_id) == {}


def test_a_full_refund_gives_use_and_money_back_where_they_were_taken(shop: ShopUnderTest) -> None:
    limits = [{"whose": "all", "span": "day", "uses": 1, "amount_minor": 900}]
    offer_id = limited(shop, "egg_tart", 300, limits)
    order_id = bought(shop, "egg_tart", quantity=3, due=1_500)
    shop.pass_time(days=1)
    later = bought(shop, "egg_tart", due=500)
    refund(shop, order_id)
    assert used(shop, offer_id) == {
        ("all", "2026-05-04"): (0, 0),
        ("all", "2026-05-05"): (1, 300),
    }
    assert states(shop, offer_id) == ["posted", "returned"]
    refund(shop, later)
    bought(shop, "egg_tart", due=500)
    assert differences(shop) == 0


def test_a_refund_of_one_cup_gives_its_share_of_the_budget_back(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, [{"whose": "all", "uses": 5, "amount_minor": 900}])
    sale = shop.sale([shop.line("egg_tart", quantity=3)], cash=1_500)
    shop.run(sale)
    refund(shop, sale.order_id, (UnitsBack(sale.lines[0].id, 1),))
    assert used(shop, offer_id) == {("all", "ever"): (1, 600)}
    assert differences(shop) == 0
    refund(shop, sale.order_id)
    assert used(shop, offer_id) == {("all", "ever"): (0, 0)}
    assert differences(shop) == 0


def test_a_sale_and_a_refund_of_one_member_never_wait_for_each_other(
    shop: ShopUnderTest,
) -> None:
    offer_id = limited(shop, "egg_tart", 300, [{"whose": "all", "uses": 1_000}])
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    for _ in range(6):
        commands: list[object] = []
        for member in (wang, li):
            order_id = bought(shop, "egg_tart", due=500, member=member)
            back = RefundOrder(id=shop.new_id(), order_id=order_id, units=None, reason="洒了")
            commands += [back, shop.sale([shop.line("egg_tart")], member=member, cash=500)]
        with ThreadPoolExecutor(len(commands)) as tills:
            list(tills.map(shop.run, commands))
    assert shop.database.totals.reruns == 0
    assert used(shop, offer_id) == {("all", "ever"): (12, 3_600)}
    assert differences(shop) == 0


def test_a_shop_without_limits_asks_nothing_of_them(shop: ShopUnderTest) -> None:
    with shop.database.read() as read:
        known = shop.shops.in_force(read, shop.store_id, at=shop.now)
        before = read.statements
        assert left_for(read, known, None, shop.now) == {}
        assert read.statements == before
