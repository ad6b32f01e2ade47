"""Bills that are kept while their guests pay, on both engines: taken once, or given back."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select

from regulars.domain.kernel.period import instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.payments.tender import Tender, TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.storage.columns import Id
from regulars.storage.coupon_batches import BATCH
from regulars.storage.engine import Database
from regulars.storage.statement import Statement
from regulars.storage.tables.offers import coupon
from regulars.storage.tables.system import fact
from regulars.use_cases.coupon_batches import MakeBatch, exported
from regulars.use_cases.holds import HoldOrder, ReleaseHold, SweepHolds
from regulars.use_cases.keeping import SWEEP_BATCH
from regulars.use_cases.open_orders import AttachMember, CancelOrder
from regulars.use_cases.presented import cipher_of
from regulars.use_cases.settling import SettleOrder
from tests.limited_offers import bought, differences, limited, states, used, waiting
from tests.shops import ShopUnderTest, named, open_shop

ONCE = [{"whose": "all", "uses": 1}]
NOT_SO = r"offer\.limit_reached|payment\.sum_wrong|payment\.cash_short"
NONE = Choices(coupons=())
HELD_BY = Statement[UUID | None](
    select(coupon.c.held_by).where(coupon.c.id == bindparam("coupon_id", type_=Id()))
)
OVERSPENT = Statement[UUID](select(fact.c.id).where(fact.c.kind == "offer.budget_overspent"))


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def hold(shop: ShopUnderTest, order_id: UUID, choices: Choices = NONE) -> dict[str, object]:
    return shop.run(HoldOrder(order_id=order_id, seen=1, choices=choices))


def settle(
    shop: ShopUnderTest, order_id: UUID, cash: int, choices: Choices = NONE, *, seen: int = 1
) -> None:
    tenders: tuple[Tender, ...] = (shop.tender(TenderKind.CASH, cash),)
    shop.run(SettleOrder(order_id=order_id, seen=seen, choices=choices, tenders=tenders))


def holder(shop: ShopUnderTest, coupon_id: UUID) -> UUID | None:
    with shop.database.read() as read:
        return read.all(HELD_BY, coupon_id=coupon_id)[0]


def test_what_is_held_is_paid_and_counted_once(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, ONCE)
    order_id = waiting(shop, "egg_tart")
    held = hold(shop, order_id)
    assert held["due_minor"] == 500
    assert held["expires_at"] == (shop.now + timedelta(minutes=15)).isoformat()
    assert used(shop, offer_id) == {("all", "ever"): (1, 300)}
    assert states(shop, offer_id) == ["held"]
    with pytest.raises(Refusal, match=NOT_SO):
        bought(shop, "egg_tart", due=500)
    settle(shop, order_id, 500)
    assert used(shop, offer_id) == {("all", "ever"): (1, 300)}
    assert states(shop, offer_id) == ["posted"]
    assert differences(shop) == 0


def test_nobody_else_gets_what_is_held_until_it_runs_out(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, ONCE)
    slow = waiting(shop, "egg_tart")
    hold(shop, slow)
    shop.pass_time(minutes=14, seconds=59)
    with pytest.raises(Refusal, match=NOT_SO):
        bought(shop, "egg_tart", due=500)
    shop.pass_time(seconds=1)
    bought(shop, "egg_tart", due=500)
    assert used(shop, offer_id) == {("all", "ever"): (1, 300)}
    assert states(shop, offer_id) == ["posted", "returned"]
    with pytest.raises(Refusal, match=NOT_SO):
        settle(shop, slow, 500)
    assert differences(shop) == 0


def test_a_use_that_lies_behind_many_lapsed_holds_is_free(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, ONCE)
    for _ in range(SWEEP_BATCH + 1):
        hold(shop, waiting(shop, "mango_ice"))
    shop.pass_time(seconds=1)
    hold(shop, waiting(shop, "egg_tart"))
    shop.pass_time(minutes=20)
    bought(shop, "egg_tart", due=500)
    assert used(shop, offer_id) == {("all", "ever"): (1, 300)}
    assert shop.run(SweepHolds()) == {"released": 0}
    assert differences(shop) == 0


def test_a_held_order_that_nobody_swept_may_still_be_paid(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, ONCE)
    order_id = waiting(shop, "egg_tart")
    hold(shop, order_id)
    shop.pass_time(minutes=20)
    settle(shop, order_id, 500)
    assert used(shop, offer_id) == {("all", "ever"): (1, 300)}
    assert shop.run(SweepHolds()) == {"released": 0}


def test_a_cancelled_or_released_order_gives_back_what_it_held(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, ONCE)
    first, second = waiting(shop, "egg_tart"), waiting(shop, "egg_tart")
    hold(shop, first)
    shop.run(CancelOrder(order_id=first, seen=1))
    hold(shop, second)
    shop.run(ReleaseHold(order_id=second, seen=1))
    assert used(shop, offer_id) == {("all", "ever"): (0, 0)}
    with pytest.raises(Refusal, match=r"order\.not_held"):
        shop.run(ReleaseHold(order_id=second, seen=1))
    bought(shop, "egg_tart", due=500)
    assert differences(shop) == 0


def test_the_sweep_gives_back_once(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, [{"whose": "all", "uses": 9}])
    for _ in range(3):
        hold(shop, waiting(shop, "egg_tart"))
    shop.pass_time(minutes=10)
    lasting = waiting(shop, "egg_tart")
    hold(shop, lasting)
    shop.pass_time(minutes=6)
    assert shop.run(SweepHolds(batch=2)) == {"released": 2}
    assert shop.run(SweepHolds()) == {"released": 1}
    assert shop.run(SweepHolds()) == {"released": 0}
    assert used(shop, offer_id) == {("all", "ever"): (1, 300)}
    settle(shop, lasting, 500)
    assert differences(shop) == 0


def test_a_second_hold_takes_the_place_of_the_first(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, ONCE)
    order_id = waiting(shop, "egg_tart")
    hold(shop, order_id)
    shop.pass_time(minutes=10)
    hold(shop, order_id)
    assert used(shop, offer_id) == {("all", "ever"): (1, 300)}
    shop.pass_time(minutes=10)
    with pytest.raises(Refusal, match=NOT_SO):
        bought(shop, "egg_tart", due=500)
    without = Choices(coupons=(), without=frozenset({offer_id}))
    assert hold(shop, order_id, without)["due_minor"] == 800
    assert used(shop, offer_id) == {("all", "ever"): (0, 0)}
    bought(shop, "egg_tart", due=500)


def test_a_bill_that_changed_is_not_held(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, ONCE)
    order_id = waiting(shop, "egg_tart")
    with pytest.raises(Refusal, match=r"quote\.stale"):
        shop.run(HoldOrder(order_id=order_id, seen=1, choices=NONE, fingerprint="another"))
    with pytest.raises(Refusal, match=r"order\.changed"):
        shop.run(HoldOrder(order_id=order_id, seen=2, choices=NONE))
    assert used(shop, offer_id) == {}


def test_a_held_coupon_belongs_to_its_order(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    coupon_id = shop.coupon(wang, "TEN")
    with_it = Choices(coupons=(coupon_id,))
    order_id = waiting(shop, "mango_ice", member=wang)
    hold(shop, order_id, with_it)
    assert holder(shop, coupon_id) == order_id
    with pytest.raises(Refusal, match=r"coupon\."):
        bought(shop, "mango_ice", due=1_200, member=wang, choices=with_it)
    settle(shop, order_id, 1_200, with_it)
    assert holder(shop, coupon_id) is None
    assert differences(shop) == 0


def test_a_coupon_is_free_again_when_its_hold_is_over(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    coupon_id = shop.coupon(wang, "TEN")
    with_it = Choices(coupons=(coupon_id,))
    first, second = (waiting(shop, "mango_ice", member=wang) for _ in range(2))
    hold(shop, first, with_it)
    with pytest.raises(Refusal, match=r"coupon\."):
        hold(shop, second, with_it)
    shop.pass_time(minutes=15)
    hold(shop, second, with_it)
    shop.run(SweepHolds())
    assert holder(shop, coupon_id) == second
    # What was given up at the table comes back with the next sweep, and with the payment.
    settle(shop, second, 2_200)
    assert holder(shop, coupon_id) is None
    bought(shop, "mango_ice", due=1_200, member=wang, choices=with_it)


def test_an_open_code_is_kept_like_a_coupon(shop: ShopUnderTest) -> None:
    batch = shop.new_id()
    shop.run(
        MakeBatch(
            id=batch,
            type_id=named("coupon_type:TEN"),
            name="开学传单",
            channel="flyer",
            size=1,
            length=12,
            valid_from=None,
            valid_until=instant_from_iso("2026-12-31T00:00:00+08:00"),
        )
    )
    with shop.database.read() as read:
        row = read.one(BATCH, batch_id=batch)
    assert row is not None
    ((_, code),) = exported(row, cipher_of(shop.vault), lambda codes: None)
    best = Choices()
    first, second = waiting(shop, "mango_ice"), waiting(shop, "mango_ice")

    def keep(order_id: UUID) -> dict[str, object]:
        return shop.run(HoldOrder(order_id=order_id, seen=1, choices=best, codes=(code,)))

    assert keep(first)["due_minor"] == 1_200
    assert keep(first)["due_minor"] == 1_200
    with pytest.raises(Refusal, match=r"coupon\.code_held"):
        keep(second)
    shop.run(ReleaseHold(order_id=first, seen=1))
    assert keep(second)["due_minor"] == 1_200
    shop.pass_time(minutes=15)
    keep(first)
    tenders = (shop.tender(TenderKind.CASH, 1_200),)
    pay = SettleOrder(order_id=first, seen=1, choices=best, tenders=tenders, codes=(code,))
    shop.run(SweepHolds())
    shop.run(pay)
    with pytest.raises(Refusal, match=r"coupon\.code_used"):
        keep(second)
    assert differences(shop) == 0


def test_a_last_order_that_is_kept_is_reported_once(shop: ShopUnderTest) -> None:
    budget = {"whose": "all", "amount_minor": 200, "on_last": "honour"}
    offer_id = limited(shop, "egg_tart", 300, [budget])
    order_id = waiting(shop, "egg_tart")
    hold(shop, order_id)
    with pytest.raises(Refusal, match=NOT_SO):
        bought(shop, "egg_tart", due=500)
    settle(shop, order_id, 500)
    with shop.database.read() as read:
        assert len(read.all(OVERSPENT)) == 1
    assert used(shop, offer_id) == {("all", "ever"): (1, 300)}


def test_a_use_counts_on_the_day_on_which_it_was_kept(shop: ShopUnderTest) -> None:
    offer_id = limited(shop, "egg_tart", 300, [{"whose": "all", "span": "day", "uses": 1}])
    shop.pass_time(hours=17, minutes=55)  # 03:55, five minutes before the day turns
    order_id = waiting(shop, "egg_tart")
    hold(shop, order_id)
    shop.pass_time(minutes=10)
    bought(shop, "egg_tart", due=500)
    settle(shop, order_id, 500)
    assert used(shop, offer_id) == {
        ("all", "2026-05-04"): (1, 300),
        ("all", "2026-05-05"): (1, 300),
    }
    assert differences(shop) == 0


def test_what_another_member_held_is_free_when_the_order_changes_hands(
    shop: ShopUnderTest,
) -> None:
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    offer_id = limited(shop, "egg_tart", 300, [{"whose": "member", "uses": 1}])
    order_id = waiting(shop, "egg_tart", member=wang)
    hold(shop, order_id)
    shop.run(AttachMember(order_id=order_id, seen=1, member_id=li))
    settle(shop, order_id, 500, seen=2)
    assert used(shop, offer_id) == {
        (f"member:{wang}", "ever"): (0, 0),
        (f"member:{li}", "ever"): (1, 300),
    }
    bought(shop, "egg_tart", due=500, member=wang)


def test_how_long_a_bill_is_kept_is_a_term(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path, terms={"orders.hold_minutes": 1})
    held = hold(shop, waiting(shop, "egg_tart"))
    assert held["expires_at"] == (shop.now + timedelta(minutes=1)).isoformat()
