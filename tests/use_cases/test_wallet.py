"""The wallet: passed on, shared, frozen, reissued, handed out to many; one winner in every race."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, update

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.basket import Choices
from regulars.domain.stores.codes import token_hash
from regulars.storage import coupon_wallet as wallet
from regulars.storage import coupons
from regulars.storage.columns import At, Id
from regulars.storage.coupon_wallet import WalletCoupon
from regulars.storage.engine import Database, Statement, sqlite_path
from regulars.storage.tables.offers import coupon
from regulars.storage.verify import verify
from regulars.use_cases.coupon_mailing import MailCoupons
from regulars.use_cases.coupons import IssueCoupon, VoidCoupon
from regulars.use_cases.members import FreezeMember, UnfreezeMember
from regulars.use_cases.offers import SaveCouponType, StopCouponType
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.sharing import ShareCoupon, TakeShared, WithdrawShare
from regulars.use_cases.wallet import FreezeCoupon, ReissueCoupon, TransferCoupon, UnfreezeCoupon
from tests.shops import ShopUnderTest, named, open_shop

HOLD = Statement[object](
    update(coupon)
    .where(coupon.c.id == bindparam("coupon_id", type_=Id()))
    .values(held_by=bindparam("order", type_=Id()), held_until=bindparam("until", type_=At()))
)
FREE_RULES: dict[str, object] = {"transferable": True, "shareable": True}


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    opened = open_shop(database, tmp_path)
    kind(opened, "GIFT", rules=FREE_RULES)
    return opened


def kind(
    shop: ShopUnderTest,
    code: str,
    *,
    rules: dict[str, object] | None = None,
    issue_max: int | None = None,
) -> UUID:
    """A kind of coupon: 3 yuan off."""
    command = SaveCouponType(
        id=named(f"coupon_type:{code}"),
        code=code,
        name=Label("立减3元", "3 off"),
        definition={"kind": "amount", "effect": {"amount_minor": 300, "per": "order"}},
        valid_days=30,
        issue_max=issue_max,
        rules=rules,
    )
    shop.run(command)
    return command.id


def coupon_of(shop: ShopUnderTest, coupon_id: UUID) -> WalletCoupon:
    with shop.database.read() as read:
        row = read.one(wallet.COUPON, coupon_id=coupon_id)
    assert row is not None
    return row


def events_of(shop: ShopUnderTest, coupon_id: UUID) -> list[str]:
    with shop.database.read() as read:
        return [one.kind for one in read.all(wallet.EVENTS, coupon_id=coupon_id)]


def held_by(shop: ShopUnderTest, member: UUID, order: UUID | None = None) -> list[UUID]:
    """The coupons that a bill may propose to her."""
    with shop.database.read() as read:
        rows = read.all(coupons.HELD, member_id=member, at=shop.now, order=order)
    return [row.id for row in rows if row.type_id != named("coupon_type:NEW5")]


def hold(shop: ShopUnderTest, coupon_id: UUID, order: UUID) -> None:
    until = Instant(shop.now + timedelta(minutes=15))
    shop.database.write(
        lambda tx: tx.run(HOLD, coupon_id=coupon_id, order=order, until=until)
    ).result()


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def pass_on(shop: ShopUnderTest, coupon_id: UUID, giver: UUID, taker: UUID) -> dict[str, object]:
    command = TransferCoupon(coupon_id=coupon_id, from_member_id=giver, to_member_id=taker)
    return shop.run(command)


def share(shop: ShopUnderTest, coupon_id: UUID, giver: UUID, token: str) -> dict[str, object]:
    return shop.run(
        ShareCoupon(
            share_id=shop.new_id(),
            coupon_id=coupon_id,
            from_member_id=giver,
            token_hash=token_hash(token),
        )
    )


def take(shop: ShopUnderTest, taker: UUID, token: str) -> dict[str, object]:
    return shop.run(TakeShared(to_member_id=taker, token_hash=token_hash(token)))


def differences(shop: ShopUnderTest) -> int:
    with shop.database.read() as read:
        return verify(read, lambda progress: None).differences


def test_a_coupon_is_passed_on_only_by_its_owner_and_where_its_type_allows_it(
    shop: ShopUnderTest,
) -> None:
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    gift, personal = shop.coupon(wang, "GIFT"), shop.coupon(wang, "TEN")
    assert refused(lambda: pass_on(shop, personal, wang, li)) == "coupon.not_transferable"
    assert refused(lambda: pass_on(shop, gift, li, wang)) == "coupon.unknown"
    assert refused(lambda: pass_on(shop, gift, wang, wang)) == "coupon.to_oneself"
    assert refused(lambda: pass_on(shop, gift, wang, shop.new_id())) == "member.unknown"
    assert pass_on(shop, gift, wang, li)["member_id"] == str(li)
    assert held_by(shop, li) == [gift]
    assert events_of(shop, gift) == ["transferred"]
    assert refused(lambda: pass_on(shop, gift, wang, li)) == "coupon.unknown"
    assert differences(shop) == 0


def test_a_coupon_that_an_order_holds_stays_where_it_is_until_the_hold_is_over(
    shop: ShopUnderTest,
) -> None:
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    gift, order = shop.coupon(wang, "GIFT"), shop.new_id()
    hold(shop, gift, order)
    assert held_by(shop, wang) == []
    assert held_by(shop, wang, order) == [gift]
    reason = "丢手机"
    for act in (
        lambda: pass_on(shop, gift, wang, li),
        lambda: share(shop, gift, wang, "token"),
        lambda: shop.run(FreezeCoupon(coupon_id=gift, reason=reason)),
        lambda: shop.run(VoidCoupon(coupon_id=gift, reason=reason)),
        lambda: shop.run(ReissueCoupon(coupon_id=gift, new_id=shop.new_id(), reason=reason)),
    ):
        assert refused(act) == "coupon.not_open"
    shop.pass_time(minutes=15)
    assert held_by(shop, wang) == [gift]
    pass_on(shop, gift, wang, li)


def test_a_frozen_coupon_is_not_used_until_it_is_unfrozen(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    gift = shop.coupon(wang, "GIFT")
    frozen = shop.run(FreezeCoupon(coupon_id=gift, reason="丢手机"))
    assert frozen["state"] == "frozen"
    assert held_by(shop, wang) == []
    again = FreezeCoupon(coupon_id=gift, reason="丢手机")
    assert refused(lambda: shop.run(again)) == "coupon.not_open"
    assert refused(lambda: pass_on(shop, gift, wang, shop.join("13800138001"))) == "coupon.not_open"
    shop.pass_time(seconds=1)
    shop.run(UnfreezeCoupon(coupon_id=gift, reason="找到了"))
    assert held_by(shop, wang) == [gift]
    thawed = UnfreezeCoupon(coupon_id=gift, reason="找到了")
    assert refused(lambda: shop.run(thawed)) == "coupon.not_frozen"
    assert events_of(shop, gift) == ["frozen", "unfrozen"]


def test_a_reissued_coupon_lasts_as_long_as_the_old_one_and_is_reissued_once(
    shop: ShopUnderTest,
) -> None:
    wang = shop.join("13800138000")
    old, new = shop.coupon(wang, "GIFT"), shop.new_id()
    shop.pass_time(days=3)
    shop.run(ReissueCoupon(coupon_id=old, new_id=new, reason="丢手机"))
    assert coupon_of(shop, old).state == "void"
    row = coupon_of(shop, new)
    assert (row.reissue_of, row.state) == (old, "issued")
    assert row.valid_until == coupon_of(shop, old).valid_until
    assert held_by(shop, wang) == [new]
    twice = ReissueCoupon(coupon_id=old, new_id=shop.new_id(), reason="丢手机")
    assert refused(lambda: shop.run(twice)) == "coupon.not_open"
    assert differences(shop) == 0


def test_the_first_who_opens_a_shared_link_has_the_coupon(shop: ShopUnderTest) -> None:
    wang, li, zhao = (shop.join(f"1380013800{n}") for n in range(3))
    gift, personal = shop.coupon(wang, "GIFT"), shop.coupon(wang, "TEN")
    assert refused(lambda: share(shop, personal, wang, "t")) == "coupon.not_shareable"
    share(shop, gift, wang, "first token")
    shop.pass_time(seconds=1)
    share(shop, gift, wang, "second token")
    shop.pass_time(seconds=1)
    assert refused(lambda: take(shop, li, "first token")) == "coupon.share_unknown"
    assert refused(lambda: take(shop, li, "no token")) == "coupon.share_unknown"
    assert refused(lambda: take(shop, wang, "second token")) == "coupon.to_oneself"
    assert take(shop, li, "second token")["member_id"] == str(li)
    assert refused(lambda: take(shop, zhao, "second token")) == "coupon.share_unknown"
    assert held_by(shop, li) == [gift]
    assert events_of(shop, gift) == ["shared", "shared", "taken"]


def test_an_invitation_ends_when_it_is_withdrawn_or_a_week_is_over(shop: ShopUnderTest) -> None:
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    gift = shop.coupon(wang, "GIFT")
    share(shop, gift, wang, "one")
    shop.run(WithdrawShare(coupon_id=gift, from_member_id=wang))
    assert refused(lambda: take(shop, li, "one")) == "coupon.share_unknown"
    none = WithdrawShare(coupon_id=gift, from_member_id=wang)
    assert refused(lambda: shop.run(none)) == "coupon.share_unknown"
    share(shop, gift, wang, "two")
    shop.pass_time(days=7)
    assert refused(lambda: take(shop, li, "two")) == "coupon.share_unknown"
    assert held_by(shop, wang) == [gift]


def test_of_invitations_opened_at_once_one_is_left_and_can_be_withdrawn(
    shop: ShopUnderTest,
) -> None:
    for number in range(8):
        wang = shop.join(f"1380013801{number}")
        gift = shop.coupon(wang, "GIFT")
        tokens = [f"token {number} {at}" for at in range(4)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(partial(share, shop, gift, wang), tokens))
        shop.run(WithdrawShare(coupon_id=gift, from_member_id=wang))
        for token in tokens:
            taken = partial(take, shop, named("nobody"), token)
            assert refused(taken) == "coupon.share_unknown"


def test_the_coupons_of_a_member_who_lost_her_card_go_to_nobody(shop: ShopUnderTest) -> None:
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    gift, shared = shop.coupon(wang, "GIFT"), shop.coupon(wang, "GIFT")
    share(shop, shared, wang, "token")
    shop.run(FreezeMember(member_id=wang, reason="卡丢了"))
    assert refused(lambda: pass_on(shop, gift, wang, li)) == "order.member_frozen"
    assert refused(lambda: share(shop, gift, wang, "another")) == "order.member_frozen"
    assert refused(lambda: take(shop, li, "token")) == "coupon.share_unknown"
    assert held_by(shop, li) == []
    shop.run(UnfreezeMember(member_id=wang, reason="找到了"))
    take(shop, li, "token")
    assert held_by(shop, li) == [shared]


def test_of_twenty_who_open_one_link_one_gets_the_coupon(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    gift = shop.coupon(wang, "GIFT")
    share(shop, gift, wang, "token")
    takers = [shop.join(f"139001390{n:02d}") for n in range(20)]
    ids = [shop.new_id() for _ in takers]

    def got(number: int) -> str:
        command = TakeShared(to_member_id=takers[number], token_hash=token_hash("token"))
        try:
            shop.run(command, command_id=ids[number])
        except Refusal as refusal:
            return refusal.code
        return "mine"

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(got, range(20)))
    assert sorted(outcomes) == ["coupon.share_unknown"] * 19 + ["mine"]
    assert coupon_of(shop, gift).member_id == takers[outcomes.index("mine")]


def test_a_list_of_members_gets_a_coupon_each_however_often_it_is_sent(
    shop: ShopUnderTest,
) -> None:
    limited = kind(shop, "SPRING", issue_max=25)
    people = [shop.join(f"138001380{n:02d}") for n in range(30)]
    stranger = shop.new_id()

    def mail(members: list[UUID], campaign: str = "spring") -> dict[str, object]:
        return shop.run(
            MailCoupons(
                coupon_type_id=limited,
                campaign=campaign,
                store_id=shop.store_id,
                member_ids=tuple(members),
            )
        )

    first = mail([*people[:20], people[0], stranger])
    assert (first["issued"], first["already"], first["unknown"]) == (20, 0, [str(stranger)])
    again = mail(people)
    assert (again["issued"], again["already"]) == (5, 20)
    assert again["without"] == [str(one) for one in people[25:]]
    assert [len(held_by(shop, one)) for one in people] == [1] * 25 + [0] * 5
    assert mail(people[:1], "summer")["without"] == [str(people[0])]
    shop.run(StopCouponType(id=limited))
    assert refused(lambda: mail(people)) == "coupon.type_stopped"
    assert differences(shop) == 0


def test_a_refund_finds_the_coupons_of_its_order_without_reading_everybodys(
    sqlite_url: str,
) -> None:
    asked = coupons.USED_BY_ORDER.on("sqlite")
    with closing(sqlite3.connect(sqlite_path(sqlite_url))) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {asked.sql}", [b""] * len(asked.names))
        steps = [step for *_, step in plan]
    assert any("USING INDEX coupon_by_member" in step for step in steps), steps


def test_a_stopped_type_hands_out_no_more_and_what_is_out_is_still_used(
    shop: ShopUnderTest,
) -> None:
    wang = shop.join("13800138000")
    gift = shop.coupon(wang, "GIFT")
    stop = StopCouponType(id=named("coupon_type:GIFT"))
    assert shop.run(stop)["state"] == "stopped"
    assert refused(lambda: shop.run(stop)) == "coupon.type_stopped"
    assert refused(lambda: shop.coupon(wang, "GIFT")) == "coupon.type_stopped"
    sale = shop.sale(
        [shop.line("egg_tart")], member=wang, cash=500, choices=Choices(coupons=(gift,))
    )
    shop.run(sale)
    assert coupon_of(shop, gift).state == "used"


def test_rules_say_when_a_coupon_lasts_and_how_long_a_refund_makes_it_good_for(
    shop: ShopUnderTest,
) -> None:
    kind(
        shop,
        "JUNE",
        rules={
            "validity": {"kind": "fixed", "from": "2026-06-01", "until": "2026-06-02"},
            "restore_days": 30,
        },
    )
    wang = shop.join("13800138000")
    june = shop.coupon(wang, "JUNE")
    sale = shop.sale(
        [shop.line("egg_tart")], member=wang, cash=500, choices=Choices(coupons=(june,))
    )
    assert refused(lambda: shop.run(sale)) == "coupon.not_usable"
    shop.pass_time(days=29)
    shop.run(sale)
    shop.pass_time(days=2)
    refund = RefundOrder(id=shop.new_id(), order_id=sale.order_id, units=None, reason="退货")
    shop.run(refund)
    assert coupon_of(shop, june).valid_until == Instant(shop.now + timedelta(days=30))
    over = IssueCoupon(
        coupon_id=shop.new_id(),
        member_id=wang,
        coupon_type_id=named("coupon_type:JUNE"),
        store_id=shop.store_id,
        reason="补偿",
    )
    assert refused(lambda: shop.run(over)) == "coupon.type_over"
    assert differences(shop) == 0
