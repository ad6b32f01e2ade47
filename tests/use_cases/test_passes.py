"""Passes through the shop's use cases: sold, used to the cent, undone, ended, and raced for."""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Update, bindparam, select, update

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.stores.actor import SYSTEM
from regulars.jobs.passes import BATCH, PASSES
from regulars.storage.columns import Words
from regulars.storage.engine import Database
from regulars.storage.statement import Statement, total_of
from regulars.storage.tables.ledger import account, posting
from regulars.storage.tables.passes import member_pass
from regulars.storage.verify.duties import DUTIES
from regulars.use_cases.coupons import VoidCoupon
from regulars.use_cases.members import FreezeMember, UnfreezeMember
from regulars.use_cases.pass_refunds import RefundPass, refund_plan
from regulars.use_cases.pass_times import FreezePass, TransferPass, UnfreezePass
from regulars.use_cases.pass_uses import UndoPassUse, UsePass
from regulars.use_cases.passes import SellPass
from tests.inviting import TEN_CUPS, differences, facts_of, start, work
from tests.shops import ShopUnderTest, named, open_shop

# What came into the accounts of a kind, by store.
MOVED = Statement(
    select(account.c.owner_id, total_of(posting.c.amount))
    .join_from(posting, account, account.c.id == posting.c.to_account)
    .where(account.c.kind == bindparam("kind", type_=Words()))
    .group_by(account.c.owner_id),
    lambda owner, amount: (owner, amount),
)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """The small tea shop."""
    return open_shop(database, tmp_path)


def bought(
    shop: ShopUnderTest,
    member: UUID,
    *,
    tender: str = "cash",
    definition: Mapping[str, object] | None = None,
) -> UUID:
    """A pass that a member bought."""
    pass_id = shop.new_id()
    command = SellPass(
        id=pass_id,
        member_id=member,
        programme_id=start(shop, "pass", {**TEN_CUPS, **(definition or {})}),
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender=tender,
    )
    shop.run(command)
    return pass_id


def use_of(shop: ShopUnderTest, pass_id: UUID, count: int = 1) -> UsePass:
    """Some uses of a pass."""
    return UsePass(
        id=shop.new_id(),
        pass_id=pass_id,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        count=count,
    )


def undo(shop: ShopUnderTest, use: UsePass) -> dict[str, object]:
    """Give back what a use took."""
    command = UndoPassUse(id=shop.new_id(), pass_id=use.pass_id, use_id=use.id, reason="按错了")
    return shop.run(command)


def refund_of(shop: ShopUnderTest, pass_id: UUID, amount: int) -> RefundPass:
    """A pass given back for an amount."""
    return RefundPass(
        id=shop.new_id(),
        pass_id=pass_id,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        amount_minor=amount,
        reason="退卡",
    )


def code_of(shop: ShopUnderTest, command: object) -> str:
    """Why a command is refused."""
    with pytest.raises(Refusal) as refused:
        shop.run(command)
    return refused.value.code


def test_the_last_use_ends_money_and_uses_exactly(shop: ShopUnderTest) -> None:
    uneven = {"price_minor": 10_000, "uses": 3, "refund": {"rule": "pro_rata"}}
    pass_id = bought(shop, shop.join("13800138000"), definition=uneven)
    values = [shop.run(use_of(shop, pass_id))["value_minor"] for _ in range(3)]
    assert values == [3_334, 3_333, 3_333]
    assert code_of(shop, use_of(shop, pass_id)) == "pass.used_up"
    assert differences(shop) == []


def test_a_pass_is_sold_once_whoever_retries(shop: ShopUnderTest) -> None:
    li = shop.join("13800138000")
    programme = start(shop, "pass", TEN_CUPS)
    command = SellPass(
        id=shop.new_id(),
        member_id=li,
        programme_id=programme,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="external",
    )
    shop.run(command)
    assert code_of(shop, command) == "ledger.already_posted"
    assert differences(shop) == []


def test_what_cannot_be_sold_says_why(shop: ShopUnderTest) -> None:
    li = shop.join("13800138000")
    programme = start(shop, "pass", TEN_CUPS)

    def sale(**changes: object) -> SellPass:
        parts: dict[str, object] = {
            "id": shop.new_id(),
            "member_id": li,
            "programme_id": programme,
            "store_id": shop.store_id,
            "terminal_id": shop.terminal_id,
            "tender": "cash",
            **changes,
        }
        return SellPass(**parts)  # type: ignore[arg-type]

    assert code_of(shop, sale(tender="stored_value")) == "pass.tender_unknown"
    assert code_of(shop, sale(member_id=shop.new_id())) == "member.unknown"
    assert code_of(shop, sale(programme_id=shop.new_id())) == "programme.unknown"
    assert code_of(shop, sale(terminal_id=shop.new_id())) == "terminal.unknown"
    shop.run(FreezeMember(member_id=li, reason="挂失"))
    assert code_of(shop, sale()) == "order.member_frozen"


def test_a_frozen_member_uses_nothing(shop: ShopUnderTest) -> None:
    li = shop.join("13800138000")
    pass_id = bought(shop, li)
    shop.run(FreezeMember(member_id=li, reason="挂失"))
    assert code_of(shop, use_of(shop, pass_id)) == "ledger.account_frozen"
    assert differences(shop) == []


def test_of_two_tills_with_the_last_use_one_gets_it(shop: ShopUnderTest) -> None:
    pass_id = bought(shop, shop.join("13800138000"))
    shop.run(use_of(shop, pass_id, 9))
    for _ in range(10):
        last = [use_of(shop, pass_id) for _ in range(2)]
        running = [shop.runner.submit(one, actor=SYSTEM, command_id=shop.new_id()) for one in last]
        refused = [error for error in (one.exception() for one in running) if error is not None]
        (why,) = refused
        assert isinstance(why, Refusal)
        assert why.code in {"pass.used_up", "pass.changed"}
        won = next(use for use, one in zip(last, running, strict=True) if one.exception() is None)
        undo(shop, won)
    assert differences(shop) == []


def test_only_the_latest_use_is_undone_and_only_once(shop: ShopUnderTest) -> None:
    pass_id = bought(shop, shop.join("13800138000"))
    first, second = use_of(shop, pass_id), use_of(shop, pass_id, 2)
    shop.run(first)
    shop.run(second)
    command = UndoPassUse(id=shop.new_id(), pass_id=pass_id, use_id=first.id, reason="按错了")
    assert code_of(shop, command) == "pass.use_not_last"
    assert undo(shop, second)["left"] == 9
    again = UndoPassUse(id=shop.new_id(), pass_id=pass_id, use_id=second.id, reason="按错了")
    assert code_of(shop, again) == "pass.use_undone_already"
    assert undo(shop, first)["left"] == 10
    unknown = UndoPassUse(id=shop.new_id(), pass_id=pass_id, use_id=shop.new_id(), reason="按错了")
    assert code_of(shop, unknown) == "pass.use_unknown"
    assert differences(shop) == []


def test_a_use_hands_out_its_coupon_and_undoing_voids_it(shop: ShopUnderTest) -> None:
    pass_id = bought(shop, shop.join("13800138000"), definition={"coupon_type": "TEN"})
    use = use_of(shop, pass_id, 2)
    coupons = shop.run(use)["coupons"]
    assert isinstance(coupons, list)
    assert len(coupons) == 2
    undo(shop, use)
    with pytest.raises(Refusal) as refused:
        shop.run(VoidCoupon(coupon_id=UUID(coupons[0]), reason="再作废"))
    assert refused.value.code == "coupon.not_open"
    gone = use_of(shop, pass_id)
    given = shop.run(gone)["coupons"]
    assert isinstance(given, list)
    shop.run(VoidCoupon(coupon_id=UUID(given[0]), reason="先作废"))
    command = UndoPassUse(id=shop.new_id(), pass_id=pass_id, use_id=gone.id, reason="按错了")
    assert code_of(shop, command) == "pass.coupon_used"
    assert differences(shop) == []


def test_the_store_that_serves_earns_and_the_store_that_sold_owes(shop: ShopUnderTest) -> None:
    pass_id = bought(shop, shop.join("13800138000"))
    there = shop.at(named("store:S2"), "terminal:S2:A")
    there.run(use_of(there, pass_id, 4))
    with shop.database.read() as read:
        moved = read.all(MOVED, kind="sales")
    assert moved == [(named("store:S2"), 6_000)]
    plan = shop.run(refund_of(shop, pass_id, 15_000 - 4 * 1_800))["refund"]
    assert isinstance(plan, dict)
    assert plan["kept_minor"] == 9_000 - 7_800
    assert differences(shop) == []


def test_a_pass_of_one_store_is_used_there_alone(shop: ShopUnderTest) -> None:
    programme = start(shop, "pass", TEN_CUPS, store_id=shop.store_id)
    sale = SellPass(
        id=shop.new_id(),
        member_id=shop.join("13800138000"),
        programme_id=programme,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="cash",
    )
    shop.run(sale)
    there = shop.at(named("store:S2"), "terminal:S2:A")
    assert code_of(there, use_of(there, sale.id)) == "pass.not_here"
    assert shop.run(use_of(shop, sale.id))["value_minor"] == 1_500
    assert differences(shop) == []


def test_a_pass_ends_once_and_what_is_owed_stays_owed(shop: ShopUnderTest) -> None:
    pass_id = bought(shop, shop.join("13800138000"))
    shop.run(use_of(shop, pass_id, 3))
    shop.pass_time(days=83)
    work(shop, PASSES)
    work(shop, PASSES)
    (told,) = facts_of(shop, "pass.ending")
    assert told["left"] == 7
    shop.pass_time(days=7)
    assert code_of(shop, use_of(shop, pass_id)) == "pass.over"
    work(shop, PASSES)
    work(shop, PASSES)
    assert len(facts_of(shop, "pass.expired")) == 1
    with shop.database.read() as read:
        assert refund_plan(read, pass_id).amount_minor == 9_600
    shop.run(refund_of(shop, pass_id, 9_600))
    assert code_of(shop, refund_of(shop, pass_id, 9_600)) == "pass.refunded_already"
    assert differences(shop) == []


def test_unused_money_becomes_revenue_where_the_pass_was_sold_so(shop: ShopUnderTest) -> None:
    pass_id = bought(shop, shop.join("13800138000"), definition={"unused": "revenue"})
    shop.pass_time(days=90)
    work(shop, PASSES)
    with shop.database.read() as read:
        assert refund_plan(read, pass_id).amount_minor == 0
    assert differences(shop) == []


def test_a_freeze_ends_by_itself_when_its_days_are_used(shop: ShopUnderTest) -> None:
    pass_id = bought(shop, shop.join("13800138000"))
    shop.run(FreezePass(pass_id=pass_id))
    assert code_of(shop, FreezePass(pass_id=pass_id)) == "pass.frozen"
    shop.pass_time(days=29)
    work(shop, PASSES)
    assert code_of(shop, use_of(shop, pass_id)) == "pass.frozen"
    shop.pass_time(days=1)
    work(shop, PASSES)
    assert shop.run(use_of(shop, pass_id))["value_minor"] == 1_500
    assert code_of(shop, UnfreezePass(pass_id=pass_id)) == "pass.not_frozen"
    assert code_of(shop, FreezePass(pass_id=pass_id)) == "pass.freeze_over"
    assert differences(shop) == []


def test_a_pass_goes_only_to_somebody_else_who_may_have_it(shop: ShopUnderTest) -> None:
    li, sister = shop.join("13800138000"), shop.join("13900139000")
    pass_id = bought(shop, li)

    def to(member: UUID, of: UUID = pass_id) -> TransferPass:
        return TransferPass(id=shop.new_id(), pass_id=of, to_member_id=member, reason="转赠")

    assert code_of(shop, to(li)) == "pass.to_oneself"
    assert code_of(shop, to(shop.new_id())) == "member.unknown"
    assert code_of(shop, to(sister, shop.new_id())) == "pass.unknown"
    own = bought(shop, li, definition={"code": "OWN", "transferable": False})
    assert code_of(shop, to(sister, own)) == "pass.not_transferable"
    shop.run(use_of(shop, pass_id, 10))
    assert code_of(shop, to(sister)) == "pass.nothing_left"
    assert differences(shop) == []


def test_a_use_before_the_transfer_is_not_undone_after_it(shop: ShopUnderTest) -> None:
    li, sister = shop.join("13800138000"), shop.join("13900139000")
    pass_id = bought(shop, li)
    hers, theirs = use_of(shop, pass_id, 2), use_of(shop, pass_id)
    shop.run(hers)
    shop.run(TransferPass(id=shop.new_id(), pass_id=pass_id, to_member_id=sister, reason="转赠"))
    shop.run(theirs)
    assert undo(shop, theirs)["left"] == 8
    command = UndoPassUse(id=shop.new_id(), pass_id=pass_id, use_id=hers.id, reason="按错了")
    assert code_of(shop, command) == "pass.use_before_transfer"
    assert differences(shop) == []


def test_passes_of_frozen_members_keep_no_other_from_ending(shop: ShopUnderTest) -> None:
    programme = start(shop, "pass", {**TEN_CUPS, "remind_days": 0})
    members = [shop.join(f"138001380{number:02d}") for number in range(BATCH + 1)]
    for member in members:
        sale = SellPass(
            id=shop.new_id(),
            member_id=member,
            programme_id=programme,
            store_id=shop.store_id,
            terminal_id=shop.terminal_id,
            tender="cash",
        )
        shop.run(sale)
        shop.pass_time(seconds=1)
    for member in members[:BATCH]:
        shop.run(FreezeMember(member_id=member, reason="挂失"))
    shop.pass_time(days=90)
    work(shop, PASSES)
    assert len(facts_of(shop, "pass.expired")) == 1
    shop.run(UnfreezeMember(member_id=members[0], reason="找到了"))
    work(shop, PASSES)
    assert len(facts_of(shop, "pass.expired")) == 2
    later = bought(shop, members[-1], definition={"valid_days": 7, "remind_days": 7})
    work(shop, PASSES)
    assert len(facts_of(shop, "pass.ending")) == 1
    shop.run(use_of(shop, later))
    assert differences(shop) == []


def test_a_pass_that_is_used_up_or_frozen_is_no_duty_left_undone(shop: ShopUnderTest) -> None:
    li, wang = shop.join("13800138000"), shop.join("13900139000")
    shop.run(use_of(shop, bought(shop, li), 10))
    bought(shop, wang, definition={"code": "OTHER"})
    shop.run(FreezeMember(member_id=wang, reason="挂失"))
    shop.pass_time(days=100)
    work(shop, PASSES)
    with shop.database.read() as read:
        assert DUTIES.asked(read, shop.now).differences == ()
    shop.run(UnfreezeMember(member_id=wang, reason="找到了"))
    with shop.database.read() as read:
        assert [one.what for one in DUTIES.asked(read, shop.now).differences] == ["pass_not_ended"]


def test_a_refund_is_for_the_amount_that_the_guest_was_told(shop: ShopUnderTest) -> None:
    pass_id = bought(shop, shop.join("13800138000"), tender="external")
    shop.run(use_of(shop, pass_id))
    with pytest.raises(Refusal) as refused:
        shop.run(refund_of(shop, pass_id, 15_000))
    assert refused.value.code == "pass.refund_changed"
    assert refused.value.parameters == {"amount_minor": 13_200}
    assert shop.run(refund_of(shop, pass_id, 13_200))["tender"] == "external"
    assert differences(shop) == []


@pytest.mark.parametrize(
    ("forged", "check"),
    [
        (update(member_pass).values(used=2), "passes"),
        (update(member_pass).values(deferred_minor=1), "passes_deferred"),
    ],
)
def test_a_forged_pass_is_named_by_the_proof(
    shop: ShopUnderTest, forged: Update, check: str
) -> None:
    shop.run(use_of(shop, bought(shop, shop.join("13800138000"))))
    assert differences(shop) == []
    statement = Statement[object](forged)
    shop.database.write(lambda tx: tx.run(statement)).result()
    assert check in {name for name, _ in differences(shop)}
