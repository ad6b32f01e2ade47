"""What befell a member's own record is told: merges, freezing, her class, words off, coupons void."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.label import Label
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.members.subject_request import RequestKind, ValueChoice
from regulars.domain.stores.actor import SYSTEM
from regulars.domain.timeline.changes import CLASS_CAUSES
from regulars.domain.timeline.kinds import Kind, Topic
from regulars.domain.timeline.line import Line
from regulars.storage.engine import Database
from regulars.use_cases.erasing import EraseMember
from regulars.use_cases.group_refunds import RefundSeat
from regulars.use_cases.judging import Cause
from regulars.use_cases.mall_ends import CancelMallOrder
from regulars.use_cases.member_tags import SetMemberTags
from regulars.use_cases.members import FreezeMember, UnfreezeMember
from regulars.use_cases.merge_undo import UndoMerge
from regulars.use_cases.merging import MergeMembers
from regulars.use_cases.pass_uses import UndoPassUse, UsePass
from regulars.use_cases.passes import SellPass
from regulars.use_cases.subject_requests import TakeRequest
from regulars.use_cases.timeline import Wanted, timeline_of
from regulars.use_cases.timeline_record import STATES
from regulars.use_cases.value_moves import FreezeValue, UnfreezeValue
from tests.domain.loyalty.definitions import COUPON
from tests.insights import settle_jobs
from tests.inviting import TEN_CUPS, start
from tests.prepaid import a_shop, given_back, paid_in
from tests.rewards import order, started, with_points
from tests.shops import ShopUnderTest, open_shop
from tests.use_cases.test_group_refunds import a_full_group
from tests.use_cases.test_judging import AT_LIST_PRICE, a_crowd, measured_tonight

PHONE = "13800138000"


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return a_shop(database, tmp_path)


def lines_of(shop: ShopUnderTest, who: UUID, topic: Topic) -> list[Line]:
    """Her lines of a topic, oldest first."""
    with shop.database.read() as read:
        wanted = Wanted(topics=frozenset({topic}))
        page = timeline_of(read, who, wanted, actor=SYSTEM, now=shop.now)
    return list(reversed(page.lines))


def told(lines: Sequence[Line]) -> list[str]:
    return [f"{line.sentence.zh}{f' — {line.why.zh}' if line.why else ''}" for line in lines]


def merged(shop: ShopUnderTest, survivor: UUID, absorbed: UUID) -> UUID:
    command = MergeMembers(
        id=shop.new_id(),
        survivor_id=survivor,
        absorbed_id=absorbed,
        store_id=shop.store_id,
        reason="同一位顾客办了两次卡",
    )
    shop.run(command)
    return command.id


def test_a_merge_and_its_undoing_are_told_to_both_records(shop: ShopUnderTest) -> None:
    wang, again = shop.join(PHONE), shop.join("13900139000")
    shop.pass_time(minutes=1)
    merge = merged(shop, wang, again)
    shop.pass_time(minutes=1)
    shop.run(UndoMerge(merge_id=merge, reason="是母女两人"))
    joined = "在人民广场店入会（收银台）"
    lines = lines_of(shop, wang, Topic.MEMBER)
    assert told(lines) == [
        joined,
        "合并会员：另一份资料并入这里 — 同一位顾客办了两次卡",
        "撤销合并：并入的资料又分了出去 — 是母女两人",
    ]
    assert lines[1].ids == {"merge": merge, "record": again}
    assert lines[1].store_id == shop.store_id
    assert told(lines_of(shop, again, Topic.MEMBER)) == [
        joined,
        "合并会员：这份资料并入另一位会员 — 同一位顾客办了两次卡",
        "撤销合并：这份资料重新单独使用 — 是母女两人",
    ]


def test_freezing_the_member_and_her_value_is_told_with_the_reason(shop: ShopUnderTest) -> None:
    wang = shop.join(PHONE)
    paid_in(shop, wang)
    for command in (
        FreezeMember(member_id=wang, reason="卡丢了"),
        UnfreezeMember(member_id=wang, reason="找到了"),
        FreezeValue(member_id=wang, reason="怀疑盗刷"),
        UnfreezeValue(member_id=wang, reason="核实是本人"),
    ):
        shop.pass_time(minutes=1)
        shop.run(command)
    assert told(lines_of(shop, wang, Topic.MEMBER))[1:] == [
        "会员卡冻结 — 卡丢了",
        "会员卡解冻 — 找到了",
    ]
    assert told(lines_of(shop, wang, Topic.VALUE))[-2:] == [
        "储值冻结 — 怀疑盗刷",
        "储值解冻 — 核实是本人",
    ]
    assert set(STATES.values()) == {Kind.FROZEN, Kind.UNFROZEN}


def test_words_that_were_taken_off_are_counted(shop: ShopUnderTest) -> None:
    wang = shop.join(PHONE)
    for tags in (("常客", "少糖", "素食"), ("常客",), ("常客", "生日在五月")):
        shop.pass_time(minutes=1)
        shop.run(SetMemberTags(member_id=wang, tags=tags))
    assert told(lines_of(shop, wang, Topic.TAG)) == [
        "打上标签：常客 — 系统打的",
        "摘掉 2 个标签 — 在会员资料里改的",
        "打上标签：生日在五月 — 系统打的",
    ]


def test_a_change_of_class_is_told_with_its_cause_and_what_it_was(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path, terms=AT_LIST_PRICE)
    crowd = a_crowd(shop)
    settle_jobs(shop)
    measured_tonight(shop)
    settle_jobs(shop)
    lines = lines_of(shop, crowd[-1], Topic.STAGE)
    (line,) = [one for one in lines if one.kind is Kind.CLASS_CHANGED]
    assert told([line]) == ["价值分层变为“重点唤回” — 按新的分层标准重算；之前是“未分层”"]
    assert set(CLASS_CAUSES) == {cause.value for cause in Cause}


def void_lines(shop: ShopUnderTest, who: UUID) -> list[Line]:
    return [one for one in lines_of(shop, who, Topic.COUPON) if one.kind is Kind.COUPON_VOIDED]


def test_a_coupon_that_goes_with_a_top_up_or_a_gift_says_so(shop: ShopUnderTest) -> None:
    wang = shop.join(PHONE)
    top_up = paid_in(shop, wang)
    shop.pass_time(minutes=1)
    given_back(shop, top_up)
    assert told(void_lines(shop, wang)) == ["“立减10元”作废 — 顾客要求"]
    coupon = started(shop, ProgrammeKind.MALL_ITEM, COUPON)
    li = with_points(shop, "13900139000", 100)
    ordered = UUID(str(order(shop, coupon, li)["id"]))
    shop.pass_time(minutes=1)
    shop.run(CancelMallOrder(order_id=ordered, reason="点错了"))
    assert told(void_lines(shop, li)) == ["“立减10元”作废 — 点错了"]


def test_a_coupon_that_goes_with_a_seat_or_a_use_of_a_pass_says_so(shop: ShopUnderTest) -> None:
    seat = a_full_group(shop)[0]
    shop.pass_time(minutes=1)
    shop.run(RefundSeat(seat_id=seat.id, reason="不来了"))
    (line,) = void_lines(shop, seat.member_id)
    assert line.why == Label("不来了", "不来了")
    wang = shop.join("13700137000")
    card = SellPass(
        id=shop.new_id(),
        member_id=wang,
        programme_id=start(shop, "pass", {**TEN_CUPS, "coupon_type": "TEN"}),
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="cash",
    )
    shop.run(card)
    use = UsePass(
        id=shop.new_id(),
        pass_id=card.id,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        count=2,
    )
    shop.run(use)
    shop.pass_time(minutes=1)
    shop.run(UndoPassUse(id=shop.new_id(), pass_id=card.id, use_id=use.id, reason="按错了"))
    assert told(void_lines(shop, wang)) == ["“立减10元”作废 — 按错了"] * 2


def test_of_one_who_was_erased_no_reason_is_told(shop: ShopUnderTest) -> None:
    wang = shop.join(PHONE)
    shop.coupon(wang, "TEN")
    shop.pass_time(minutes=1)
    shop.run(FreezeMember(member_id=wang, reason="她妈妈打电话来"))
    shop.run(UnfreezeMember(member_id=wang, reason="说清楚了"))
    request = TakeRequest(
        id=shop.new_id(), member_id=wang, store_id=shop.store_id, kind=RequestKind.ERASURE
    )
    shop.run(request)
    shop.pass_time(minutes=1)
    gone = EraseMember(request_id=request.id, choice=ValueChoice.GIVEN_UP, reason="本人要求")
    shop.run(gone)
    record = lines_of(shop, wang, Topic.MEMBER)
    assert {Kind.FROZEN, Kind.UNFROZEN} <= {line.kind for line in record}
    assert "妈妈" not in "".join(told(record))
    assert told(void_lines(shop, wang)) == ["“立减10元”作废"]
