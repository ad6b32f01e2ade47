"""Referrals through the shop's use cases: codes, windows, caps, evidence, and a manager's word."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Update, update

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.identity import IdentityKind
from regulars.jobs.referrals import REFERRALS
from regulars.storage import referrals
from regulars.storage.engine import Database
from regulars.storage.referrals import ReferralRow
from regulars.storage.statement import Statement
from regulars.storage.tables.orders import top_up
from regulars.storage.tables.referrals import referral
from regulars.storage.top_ups import TopUpRow
from regulars.use_cases.groups import OpenGroup
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.referral_rewards import (
    FollowReferral,
    RejectReferral,
    ReleaseReferral,
)
from regulars.use_cases.referrals import AttachReferral, code_of
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from tests.inviting import FRIENDS, THREE_TOGETHER, differences, facts_of, start, work
from tests.shops import ShopUnderTest, open_shop


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """The small tea shop."""
    return open_shop(database, tmp_path)


def code(shop: ShopUnderTest, member: UUID) -> str:
    """A member's own code."""
    with shop.database.read() as read:
        return code_of(read, shop.vault, member)


def joining(shop: ShopUnderTest, phone: str, told: str | None) -> JoinMember:
    """Somebody who joins with the code of a friend."""
    return JoinMember(
        member_id=shop.new_id(),
        store_id=shop.store_id,
        identities=(IdentityText(kind=IdentityKind.PHONE, text=phone),),
        referral_code=told,
    )


def brought(shop: ShopUnderTest, phone: str, inviter: UUID) -> UUID:
    """A new member whom another brought."""
    command = joining(shop, phone, code(shop, inviter))
    shop.run(command)
    return command.member_id


def bought(shop: ShopUnderTest, member: UUID, *, quantity: int = 1) -> UUID:
    """An order that a member paid."""
    sale = shop.sale(
        [shop.line("milk_tea", quantity=quantity)], member=member, cash=1_800 * quantity
    )
    shop.run(sale)
    return sale.order_id


def referral_of(shop: ShopUnderTest, invited: UUID) -> ReferralRow:
    """The referral of a member."""
    with shop.database.read() as read:
        row = read.one(referrals.OF_INVITED, invited=invited)
    assert row is not None
    return row


def refused(shop: ShopUnderTest, command: object) -> str:
    """Why a command is refused."""
    with pytest.raises(Refusal) as told:
        shop.run(command)
    return told.value.code


def rewarded(shop: ShopUnderTest) -> None:
    """Let first orders be found, their windows pass, and the rewards be given."""
    work(shop, REFERRALS)
    shop.pass_time(days=15)
    work(shop, REFERRALS)


def programme(shop: ShopUnderTest, **parts: object) -> UUID:
    """A referral programme."""
    told: Mapping[str, object] = {**FRIENDS, **parts}
    return start(shop, "referral", told)


def test_a_code_that_is_wrong_keeps_nobody_half_joined(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    known = code(shop, wang)
    assert refused(shop, joining(shop, "13900139000", known)) == "programme.not_in_force"
    programme(shop)
    wrong = ("2" if known[0] != "2" else "3") + known[1:]
    assert refused(shop, joining(shop, "13900139000", wrong)) == "referral.code_unknown"
    assert refused(shop, joining(shop, "13900139000", "你好")) == "referral.code_unknown"
    brought(shop, "13900139000", wang)
    assert differences(shop) == []


def test_a_friend_may_be_named_for_some_days_and_once(shop: ShopUnderTest) -> None:
    programme(shop)
    wang, li, zhang = (shop.join(f"1380013800{number}") for number in range(3))

    def attach(member: UUID, inviter: UUID) -> AttachReferral:
        return AttachReferral(member_id=member, store_id=shop.store_id, code=code(shop, inviter))

    assert refused(shop, attach(wang, wang)) == "referral.self"
    assert refused(shop, attach(shop.new_id(), wang)) == "member.unknown"
    shop.pass_time(days=6, hours=23)
    shop.run(attach(li, wang))
    assert refused(shop, attach(li, zhang)) == "referral.already"
    shop.pass_time(hours=1)
    assert refused(shop, attach(zhang, wang)) == "referral.too_late"


def test_an_order_that_comes_back_within_the_window_ends_it(shop: ShopUnderTest) -> None:
    programme(shop)
    wang = shop.join("13800138000")
    li = brought(shop, "13900139000", wang)
    order = bought(shop, li)
    work(shop, REFERRALS)
    shop.run(RefundOrder(id=shop.new_id(), order_id=order, units=None, reason="不好喝"))
    shop.pass_time(days=15)
    work(shop, REFERRALS)
    row = referral_of(shop, li)
    assert (row.state, row.ended_because) == ("ended", "refunded")
    assert shop.balances(wang).points == 50
    assert differences(shop) == []


def test_a_part_that_comes_back_ends_it_when_too_little_is_left(shop: ShopUnderTest) -> None:
    programme(shop, min_due_minor=2_000)
    wang = shop.join("13800138000")
    li = brought(shop, "13900139000", wang)
    line = shop.line("milk_tea", quantity=2)
    sale = shop.sale([line], member=li, cash=3_600)
    shop.run(sale)
    work(shop, REFERRALS)
    back = RefundOrder(
        id=shop.new_id(),
        order_id=sale.order_id,
        units=(UnitsBack(line.id, 1),),
        reason="多点了",
    )
    shop.run(back)
    shop.pass_time(days=15)
    work(shop, REFERRALS)
    assert referral_of(shop, li).ended_because == "refunded"


def test_an_order_that_is_too_small_is_waited_past(shop: ShopUnderTest) -> None:
    programme(shop, min_due_minor=2_000)
    wang = shop.join("13800138000")
    li = brought(shop, "13900139000", wang)
    bought(shop, li)
    work(shop, REFERRALS)
    assert referral_of(shop, li).state == "waiting"
    shop.pass_time(days=1)
    second = bought(shop, li, quantity=2)
    work(shop, REFERRALS)
    row = referral_of(shop, li)
    assert (row.state, row.order_id) == ("due", second)
    shop.pass_time(days=14)
    work(shop, REFERRALS)
    assert referral_of(shop, li).state == "rewarded"
    assert differences(shop) == []


def test_nobody_is_waited_for_for_ever(shop: ShopUnderTest) -> None:
    programme(shop)
    li = brought(shop, "13900139000", shop.join("13800138000"))
    shop.pass_time(days=90)
    work(shop, REFERRALS)
    assert referral_of(shop, li).ended_because == "no_order"


def test_both_are_rewarded_once_however_often_it_is_followed(shop: ShopUnderTest) -> None:
    programme(shop)
    wang = shop.join("13800138000")
    li = brought(shop, "13900139000", wang)
    bought(shop, li)
    before = shop.balances(li).points
    rewarded(shop)
    row = referral_of(shop, li)
    follow = FollowReferral(referral_id=row.id)
    running = [
        shop.runner.submit(follow, actor=shop.actor, command_id=shop.new_id()) for _ in range(4)
    ]
    assert [one.exception() for one in running] == [None] * 4
    assert (shop.balances(wang).points, shop.balances(li).points) == (250, before + 50)
    assert (row.inviter_rewarded, row.invited_rewarded) == (True, True)
    assert differences(shop) == []


def test_beyond_her_cap_only_the_friend_is_rewarded(shop: ShopUnderTest) -> None:
    programme(shop, cap_per_inviter={"span": "month", "uses": 1})
    wang = shop.join("13800138000")
    friends = [brought(shop, f"1390013900{number}", wang) for number in range(2)]
    for friend in friends:
        bought(shop, friend)
    rewarded(shop)
    rows = [referral_of(shop, friend) for friend in friends]
    assert sorted(row.inviter_rewarded for row in rows) == [False, True]
    assert [row.invited_rewarded for row in rows] == [True, True]
    assert shop.balances(wang).points == 250
    assert differences(shop) == []


def test_two_who_named_one_payment_are_held_back(shop: ShopUnderTest) -> None:
    programme(shop)
    wang = shop.join("13800138000")
    li = brought(shop, "13900139000", wang)
    bought(shop, li)
    group = OpenGroup(
        id=shop.new_id(),
        seat_id=shop.new_id(),
        programme_id=start(shop, "group_buy", THREE_TOGETHER),
        member_id=wang,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="external",
        reference="wx-7",
    )
    shop.run(group)
    _paid_before_payments_counted_once(shop, li, "wx-7")
    rewarded(shop)
    row = referral_of(shop, li)
    with shop.database.read() as read:
        evidence = read.all(referrals.EVIDENCE, referrals=[row.id])
    assert (row.state, [one.kind for one in evidence]) == ("held", ["shared_payment"])


def _paid_before_payments_counted_once(shop: ShopUnderTest, member: UUID, reference: str) -> None:
    """A top-up of a time when one payment could still be told twice."""
    row = TopUpRow(
        id=shop.new_id(),
        member_id=member,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        business_day=shop.now.date(),
        at=shop.now,
        by="test",
        tender="external",
        principal_minor=990,
        bonus_minor=0,
        entry_id=shop.new_id(),
        terms_version=1,
        points=0,
        coupon_types=None,
        item_zh=None,
        item_en=None,
        reference=reference,
    )
    shop.database.write(lambda tx: tx.add_rows(top_up, [row])).result()


def test_a_ring_of_friends_is_held_back(shop: ShopUnderTest) -> None:
    programme(shop)
    wang = shop.join("13800138000")
    shop.pass_time(hours=2)
    li = brought(shop, "13900139000", wang)
    shop.pass_time(hours=2)
    zhang = brought(shop, "13700137000", li)
    command = AttachReferral(member_id=wang, store_id=shop.store_id, code=code(shop, zhang))
    shop.run(command)
    bought(shop, wang)
    rewarded(shop)
    row = referral_of(shop, wang)
    assert row.state == "held"
    with shop.database.read() as read:
        (evidence,) = read.all(referrals.EVIDENCE, referrals=[row.id])
    # 张伟 brought 王芳, and was brought through 李敏 by 王芳 herself.
    assert (evidence.kind, evidence.subject_id) == ("ring", referral_of(shop, li).id)
    assert differences(shop) == []


def test_a_rush_at_one_till_is_held_until_a_manager_has_looked(shop: ShopUnderTest) -> None:
    programme(shop)
    till = replace(shop.actor, terminal=shop.terminal_id)
    wang = shop.join("13800138000")
    friends: list[UUID] = []
    for number in range(4):
        command = joining(shop, f"1390013900{number}", code(shop, wang))
        shop.run(command, actor=till)
        bought(shop, command.member_id)
        friends.append(command.member_id)
        shop.pass_time(minutes=5)
    rewarded(shop)
    rows = [referral_of(shop, friend) for friend in friends]
    assert [row.state for row in rows] == ["held"] * 4
    assert shop.balances(wang).points == 50
    shop.run(ReleaseReferral(referral_id=rows[0].id, reason="公司团建"))
    shop.run(RejectReferral(referral_id=rows[1].id, reason="刷单"))
    states = [referral_of(shop, friend).state for friend in friends]
    assert states == ["rewarded", "rejected", "held", "held"]
    again = ReleaseReferral(referral_id=rows[1].id, reason="改主意")
    assert refused(shop, again) == "referral.not_held"
    assert refused(shop, ReleaseReferral(referral_id=shop.new_id(), reason="没有")) == (
        "referral.unknown"
    )
    assert shop.balances(wang).points == 250
    assert len(facts_of(shop, "referral.held")) == 4
    assert differences(shop) == []


@pytest.mark.parametrize(
    "forged",
    [
        update(referral).values(inviter_rewarded=False),
        update(referral).values(order_id=None),
        update(referral).values(state="held"),
    ],
)
def test_a_forged_reward_is_named_by_the_proof(shop: ShopUnderTest, forged: Update) -> None:
    programme(shop)
    bought(shop, brought(shop, "13900139000", shop.join("13800138000")))
    rewarded(shop)
    assert differences(shop) == []
    statement = Statement[object](forged)
    shop.database.write(lambda tx: tx.run(statement)).result()
    assert {name for name, _ in differences(shop)} == {"referrals"}
