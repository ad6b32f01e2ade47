"""Two records of one person made one, and two again."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.consent import Channel, Choice, Purpose
from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.merge import Keep
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.storage import consents, identities, members, merge_moves, merges
from regulars.storage.engine import Database
from regulars.use_cases.consents import RecordConsent
from regulars.use_cases.joining import IdentityText
from regulars.use_cases.member_tags import SetMemberTags
from regulars.use_cases.members import AddIdentity, ChangeProfile, FreezeMember
from regulars.use_cases.merge_profile import FieldChoice
from regulars.use_cases.merge_undo import UndoMerge
from regulars.use_cases.merging import MergeMembers
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.settling import SettleOrder
from tests.limited_offers import waiting
from tests.prepaid import a_shop, a_transfer, books_agree, given_back, money, paid_in, refused
from tests.shops import ShopUnderTest


def a_merge(shop: ShopUnderTest, survivor: UUID, absorbed: UUID) -> MergeMembers:
    """A manager who has seen that two records are one person's."""
    return MergeMembers(
        id=shop.new_id(),
        survivor_id=survivor,
        absorbed_id=absorbed,
        store_id=shop.store_id,
        reason="同一位顾客办了两次卡",
    )


def undone(shop: ShopUnderTest, merge: MergeMembers) -> dict[str, object]:
    """The merge taken back."""
    return shop.run(UndoMerge(merge_id=merge.id, reason="是母女两人"))


def name_of(shop: ShopUnderTest, member: UUID) -> str | None:
    """The name that a record shows."""
    with shop.database.read() as read:
        row = read.one(members.PROFILE, member_id=member)
    assert row is not None
    assert row.wrapped_key is not None
    key = shop.runner.vault.unlock(row.wrapped_key, member)
    return members.opened(key, ProfileField.NAME, row.name)


def known_by(shop: ShopUnderTest, member: UUID) -> set[str]:
    """The normal forms of what a member is known by."""
    with shop.database.read() as read:
        row = read.one(members.PROFILE, member_id=member)
        found = read.all(identities.IDENTITIES, member_id=member)
    assert row is not None
    assert row.wrapped_key is not None
    key = shop.runner.vault.unlock(row.wrapped_key, member)
    return {identities.opened(key, one).normal for one in found}


def renamed(shop: ShopUnderTest, member: UUID, name: str) -> None:
    with shop.database.read() as read:
        row = read.one(members.PROFILE, member_id=member)
    assert row is not None
    told = (ProfileText(field=ProfileField.NAME, text=name),)
    shop.run(ChangeProfile(member_id=member, revision=row.revision, told=told))


def tags_of(shop: ShopUnderTest, member: UUID) -> list[str]:
    with shop.database.read() as read:
        return read.all(merge_moves.TAGS, member=member)


def stats_of(shop: ShopUnderTest, member: UUID) -> tuple[int, int]:
    with shop.database.read() as read:
        row = read.one(merge_moves.STATS, members=[member])
    assert row is not None
    return row.visits, row.spent_minor


def two_records(
    database: Database, home: Path, **terms: object
) -> tuple[ShopUnderTest, UUID, UUID]:
    """王芳 by phone and 王芳 by another phone, both with value."""
    shop = a_shop(database, home, **terms)
    wang, again = shop.join("13800138000"), shop.join("13900139000")
    paid_in(shop, wang)
    paid_in(shop, again)
    return shop, wang, again


def test_everything_of_the_second_record_is_the_first_ones_after_a_merge(
    database: Database, tmp_path: Path
) -> None:
    shop, wang, again = two_records(database, tmp_path)
    renamed(shop, again, "王芳")
    shop.run(shop.sale([shop.line("gift_box")], member=again, cash=6_000))
    coupon = shop.coupon(again, "TEN")
    shop.run(SetMemberTags(member_id=again, tags=("常客",)))
    before = shop.balances(again)
    merged = shop.run(a_merge(shop, wang, again))
    assert (merged["principal_minor"], merged["points"]) == (30_000, before.points)
    assert money(shop, wang) == (60_000, 6_000)
    assert shop.balances(again).points == 0
    assert shop.balances(wang).growth_value == before.growth_value
    assert known_by(shop, wang) == {"+8613800138000", "+8613900139000"}
    assert name_of(shop, wang) == "王芳"
    assert tags_of(shop, wang) == ["常客"]
    assert stats_of(shop, wang) == (1, 6_000)
    with shop.database.read() as read:
        assert merges.surviving(read, again) == wang
        assert coupon in read.all(merge_moves.COUPONS, member=wang)
        assert len(read.all(merge_moves.ORDERS, member=wang)) == 1
    shop.run(shop.sale([shop.line("gift_box", quantity=10)], member=wang, stored=60_000))
    assert books_agree(shop)


def test_a_merge_taken_back_leaves_both_as_they_were(database: Database, tmp_path: Path) -> None:
    shop, wang, again = two_records(database, tmp_path)
    renamed(shop, again, "王丽")
    renamed(shop, wang, "王芳")
    shop.run(shop.sale([shop.line("gift_box")], member=again, cash=6_000))
    before = (shop.balances(wang), shop.balances(again), stats_of(shop, again))
    merge = replace(
        a_merge(shop, wang, again), choices=(FieldChoice(ProfileField.NAME, Keep.ABSORBED),)
    )
    shop.run(merge)
    assert name_of(shop, wang) == "王丽"
    back = undone(shop, merge)
    assert (back["principal_minor"], back["principal_stayed_minor"]) == (30_000, 0)
    assert (shop.balances(wang), shop.balances(again), stats_of(shop, again)) == before
    assert (name_of(shop, wang), name_of(shop, again)) == ("王芳", "王丽")
    assert known_by(shop, again) == {"+8613900139000"}
    assert refused(shop, UndoMerge(merge_id=merge.id, reason="再来")).code == "merge.undone_already"
    shop.run(shop.sale([shop.line("gift_box")], member=again, stored=6_000))
    assert books_agree(shop)


def test_what_was_spent_since_stays_with_the_record_that_stays(
    database: Database, tmp_path: Path
) -> None:
    shop, wang, again = two_records(database, tmp_path)
    merge = a_merge(shop, wang, again)
    shop.run(merge)
    shop.run(shop.sale([shop.line("gift_box", quantity=8)], member=wang, stored=48_000))
    left = sum(money(shop, wang))
    back = undone(shop, merge)
    stayed = back["principal_stayed_minor"]
    assert isinstance(stayed, int)
    assert stayed > 0
    assert sum(money(shop, wang)) + sum(money(shop, again)) == left
    assert books_agree(shop)


def test_a_coupon_used_since_stays_with_its_bill(database: Database, tmp_path: Path) -> None:
    shop, wang, again = two_records(database, tmp_path)
    coupon = shop.coupon(again, "TEN")
    merge = a_merge(shop, wang, again)
    shop.run(merge)
    sale = shop.sale([shop.line("mango_ice")], member=wang, cash=1_200)
    shop.run(replace(sale, choices=Choices(coupons=(coupon,))))
    undone(shop, merge)
    with shop.database.read() as read:
        assert coupon in read.all(merge_moves.COUPONS, member=wang)
    books_agree(shop)


def test_a_bill_that_waited_is_whose_who_paid_it(database: Database, tmp_path: Path) -> None:
    shop, wang, again = two_records(database, tmp_path)
    order_id = waiting(shop, "gift_box", member=again)
    merge = a_merge(shop, wang, again)
    shop.run(merge)
    tenders = (shop.tender(TenderKind.STORED_VALUE, 6_000),)
    none = Choices(coupons=())
    shop.run(SettleOrder(order_id=order_id, seen=1, choices=none, tenders=tenders))
    undone(shop, merge)
    assert (stats_of(shop, wang), stats_of(shop, again)) == ((1, 6_000), (0, 0))
    shop.run(RefundOrder(id=shop.new_id(), order_id=order_id, units=None, reason="不要了"))
    assert (stats_of(shop, wang), stats_of(shop, again)) == ((0, 0), (0, 0))
    books_agree(shop)


def test_a_bill_of_the_merged_record_is_refunded_to_the_one_that_stays(
    database: Database, tmp_path: Path
) -> None:
    shop, wang, again = two_records(database, tmp_path)
    sale = shop.sale([shop.line("gift_box", quantity=2)], member=again, stored=12_000)
    shop.run(sale)
    merge = a_merge(shop, wang, again)
    shop.run(merge)
    points = shop.balances(wang).points
    shop.run(RefundOrder(id=shop.new_id(), order_id=sale.order_id, units=None, reason="退货"))
    assert sum(money(shop, wang)) == 66_000
    assert shop.balances(again).points == 0
    assert shop.balances(wang).points <= points
    assert stats_of(shop, wang) == (0, 0)
    assert books_agree(shop)
    undone(shop, merge)
    assert sum(money(shop, again)) == 33_000
    assert books_agree(shop)


def test_a_bill_that_went_through_two_merges_is_refunded_to_the_last(
    database: Database, tmp_path: Path
) -> None:
    shop, wang, again = two_records(database, tmp_path)
    third = shop.join("13700137000")
    sale = shop.sale([shop.line("gift_box")], member=again, stored=6_000)
    shop.run(sale)
    shop.run(a_merge(shop, third, again))
    # The server's clock is set back between the two.
    shop.pass_time(hours=-1)
    shop.run(a_merge(shop, wang, third))
    shop.run(RefundOrder(id=shop.new_id(), order_id=sale.order_id, units=None, reason="不要了"))
    assert money(shop, wang) == (60_000, 6_000)
    books_agree(shop)


def test_parts_of_one_top_up_that_came_apart_are_all_spent_after_a_merge(
    database: Database, tmp_path: Path
) -> None:
    shop, wang, again = two_records(database, tmp_path)
    other = shop.join("13700137000")
    shop.run(a_transfer(shop, wang, other, 11_000))
    shop.run(a_transfer(shop, wang, other, 11_000))
    shop.run(a_merge(shop, again, other))
    shop.run(shop.sale([shop.line("gift_box", quantity=9)], member=again, stored=54_000))
    assert sum(money(shop, again)) == 1_000
    assert books_agree(shop)


def test_a_top_up_of_the_merged_record_is_paid_back_to_the_one_that_stays(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, again = shop.join("13800138000"), shop.join("13900139000")
    top_up = paid_in(shop, again)
    shop.run(a_merge(shop, wang, again))
    assert given_back(shop, top_up)["principal_minor"] == 30_000
    assert money(shop, wang) == (0, 0)
    assert books_agree(shop)


def choice(granted: bool) -> Choice:
    return Choice(
        channel=Channel.SMS, purpose=Purpose.MARKETING, granted=granted, wording_version="2026-01"
    )


def chosen(shop: ShopUnderTest, member: UUID, *, granted: bool) -> None:
    shop.pass_time(minutes=1)
    shop.run(
        RecordConsent(member_id=member, choices=(choice(granted),), language="zh-CN", source="till")
    )


def allows(shop: ShopUnderTest, member: UUID) -> bool:
    with shop.database.read() as read:
        newest = consents.of_member(read, member)[-1]
    return newest.choice.granted


def test_the_stricter_choice_counts_and_comes_back_with_an_undo(
    database: Database, tmp_path: Path
) -> None:
    shop, wang, again = two_records(database, tmp_path)
    chosen(shop, wang, granted=True)
    chosen(shop, again, granted=False)
    shop.pass_time(minutes=1)
    merge = a_merge(shop, wang, again)
    shop.run(merge)
    assert not allows(shop, wang)
    shop.pass_time(minutes=1)
    undone(shop, merge)
    assert allows(shop, wang)
    assert not allows(shop, again)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("merge.with_self", {"absorbed": "self"}),
        ("member.unknown", {"absorbed": "nobody"}),
        ("merge.not_active", {"absorbed": "frozen"}),
        ("value.reason_missing", {"reason": "  "}),
    ],
)
def test_a_wrong_merge_moves_nothing(
    database: Database, tmp_path: Path, code: str, change: Mapping[str, str]
) -> None:
    shop, wang, again = two_records(database, tmp_path)
    if change.get("absorbed") == "frozen":
        shop.run(FreezeMember(member_id=again, reason="卡丢了"))
    absorbed = {"self": wang, "nobody": shop.new_id()}.get(change.get("absorbed", ""), again)
    wrong = replace(a_merge(shop, wang, absorbed), reason=change.get("reason", "同一个人"))
    assert refused(shop, wrong).code == code
    assert (money(shop, wang), money(shop, again)) == ((30_000, 3_000), (30_000, 3_000))


def test_two_unnamed_cards_over_the_limit_of_the_law_stay_two(
    database: Database, tmp_path: Path
) -> None:
    shop, wang, again = two_records(database, tmp_path)
    paid_in(shop, wang, 50_000)
    assert refused(shop, a_merge(shop, wang, again)).code == "law.forbids"


def test_a_merged_record_sells_no_more_and_a_late_undo_is_refused(
    database: Database, tmp_path: Path
) -> None:
    shop, wang, again = two_records(database, tmp_path)
    merge = a_merge(shop, wang, again)
    shop.run(merge)
    late = shop.sale([shop.line("egg_tart")], member=again, cash=800)
    assert refused(shop, late).code == "order.member_merged"
    third = shop.join("13700137000")
    shop.run(replace(a_merge(shop, third, wang), id=(second := shop.new_id())))
    assert refused(shop, UndoMerge(merge_id=merge.id, reason="错了")).code == "merge.merged_again"
    with shop.database.read() as read:
        assert merges.surviving(read, again) == third
    shop.run(UndoMerge(merge_id=second, reason="错了"))
    shop.pass_time(days=31)
    assert refused(shop, UndoMerge(merge_id=merge.id, reason="错了")).code == "merge.too_late"
    assert books_agree(shop)


def test_sales_beside_a_merge_lose_and_make_nothing(database: Database, tmp_path: Path) -> None:
    shop, wang, again = two_records(database, tmp_path)
    shop.run(
        AddIdentity(member_id=again, identity=IdentityText(kind=IdentityKind.CARD, text="AB12CD34"))
    )
    sales = [
        shop.sale([shop.line("egg_tart")], member=(wang, again)[number % 2], stored=800)
        for number in range(10)
    ]
    merge = a_merge(shop, wang, again)

    def tried(command: object) -> str | None:
        try:
            shop.run(command)
        except Refusal as refusal:
            return refusal.code
        return None

    with ThreadPoolExecutor(8) as tills:
        told = list(tills.map(tried, [*sales[:4], merge, *sales[4:]]))
    assert set(told) <= {None, "order.member_merged", "ledger.account_closed", "conflict"}
    if told[4] is not None:
        shop.run(merge)
    paid = sum(code is None for index, code in enumerate(told) if index != 4)
    assert sum(money(shop, wang)) == 66_000 - 800 * paid
    assert money(shop, again) == (0, 0)
    with shop.database.read() as read:
        assert read.all(merge_moves.ORDERS, member=again) == []
    assert books_agree(shop)
