"""One payment from outside pays for one thing: a top-up, a seat or a pass, at any store."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.storage.engine import Database
from regulars.use_cases.groups import JoinGroup, OpenGroup
from regulars.use_cases.passes import SellPass
from regulars.use_cases.top_up import TopUp
from tests.inviting import TEN_CUPS, THREE_TOGETHER, differences, start
from tests.rewards import refused
from tests.shops import ShopUnderTest, named, open_shop

PAYMENT = "4200002718394400231847"
Buying = TopUp | OpenGroup | JoinGroup | SellPass


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """The small tea shop."""
    return open_shop(database, tmp_path)


def a_top_up(shop: ShopUnderTest, member: UUID) -> TopUp:
    """Money paid in by her phone."""
    return TopUp(
        id=shop.new_id(),
        member_id=member,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        principal_minor=10_000,
        tender="external",
        reference=PAYMENT,
    )


def a_pass(shop: ShopUnderTest, member: UUID) -> SellPass:
    """Ten cups paid by her phone."""
    return SellPass(
        id=shop.new_id(),
        member_id=member,
        programme_id=start(shop, "pass", TEN_CUPS),
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="external",
        reference=PAYMENT,
    )


def a_group(shop: ShopUnderTest, member: UUID) -> OpenGroup:
    """A group whose first seat is paid by her phone."""
    return OpenGroup(
        id=shop.new_id(),
        seat_id=shop.new_id(),
        programme_id=start(shop, "group_buy", {**THREE_TOGETHER, "per_member_max": None}),
        member_id=member,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="external",
        reference=PAYMENT,
    )


BUYING: tuple[Callable[[ShopUnderTest, UUID], Buying], ...] = (a_top_up, a_pass, a_group)


@pytest.mark.parametrize("first", BUYING)
def test_a_payment_that_paid_for_one_thing_pays_for_no_other(
    shop: ShopUnderTest, first: Callable[[ShopUnderTest, UUID], Buying]
) -> None:
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    bought, sent_by = first(shop, wang), shop.new_id()
    answer = shop.run(bought, command_id=sent_by)
    # The same command once more is answered, not refused.
    assert shop.run(bought, command_id=sent_by) == answer
    there = shop.at(named("store:S2"), "terminal:S2:A")
    for second in BUYING:
        again = second(there, li)
        assert refused(lambda again=again: there.run(again)) == "payment.reference_used"  # type: ignore[misc]
        there.run(replace(again, reference=f"{PAYMENT}-{again.reference}"[:40] + second.__name__))
    assert shop.balances(li).principal_minor == 10_000
    assert differences(shop) == []


def test_of_many_who_name_one_payment_at_once_one_is_served(shop: ShopUnderTest) -> None:
    commands = [a_top_up(shop, shop.join(f"1380013800{number}")) for number in range(6)]
    running = [
        shop.runner.submit(one, actor=shop.actor, command_id=shop.new_id()) for one in commands
    ]
    told = [one.exception() for one in running]
    assert told.count(None) == 1
    codes = [one.code for one in told if isinstance(one, Refusal)]
    assert codes == ["payment.reference_used"] * 5
    assert differences(shop) == []


def test_cash_has_no_number_and_no_payment_without_one_is_refused(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    for tender, reference in (("cash", PAYMENT), ("cash", PAYMENT), ("external", None)):
        shop.run(replace(a_top_up(shop, wang), tender=tender, reference=reference))
    shop.run(replace(a_top_up(shop, wang), reference=""))
    shop.run(a_top_up(shop, wang))
    assert shop.balances(wang).principal_minor == 50_000
