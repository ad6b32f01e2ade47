"""Prepaid money in a test: paid in, given back, passed on.

shop = a_shop(database, tmp_path)
top_up = paid_in(shop, shop.join("13800138000"))
given_back(shop, top_up, 10_000)
"""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.accounts import MONEY_KINDS
from regulars.domain.ledger.lots import Lot
from regulars.domain.members.holder import DocumentKind
from regulars.storage.engine import Database
from regulars.storage.ledger import OPEN_LOTS_OF_MEMBER
from regulars.storage.verify import verify
from regulars.use_cases.top_up import TopUp
from regulars.use_cases.top_up_refunds import RefundTopUp, planned
from regulars.use_cases.value_identity import RecordHolder
from regulars.use_cases.value_transfers import TransferValue
from tests.shops import ShopUnderTest, open_shop

OFFER = {
    "principal_minor": 30_000,
    "bonus_minor": 3_000,
    "points": 100,
    "coupon_types": ["TEN", "NO_SUCH_TYPE"],
    "item_zh": "保温杯",
    "item_en": "Thermos",
}
TERMS: Mapping[str, object] = {
    "top_up.offers": [OFFER],
    "joining.points": 0,
    "joining.coupon_types": [],
}


def a_shop(database: Database, home: Path, **terms: object) -> ShopUnderTest:
    """A tea shop where 300.00 give 30.00, 100 points, a coupon and a flask."""
    named_terms = {name.replace("__", "."): value for name, value in terms.items()}
    return open_shop(database, home, terms={**TERMS, **named_terms})


def a_top_up(shop: ShopUnderTest, member: UUID, minor: int = 30_000, tender: str = "cash") -> TopUp:
    """A member who wants to pay money in."""
    return TopUp(
        id=shop.new_id(),
        member_id=member,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        principal_minor=minor,
        tender=tender,
    )


def paid_in(shop: ShopUnderTest, member: UUID, minor: int = 30_000) -> UUID:
    """Money that a member paid in: its top-up."""
    command = a_top_up(shop, member, minor)
    shop.run(command)
    return command.id


def a_refund(
    shop: ShopUnderTest, top_up: UUID, minor: int | None = None, member: UUID | None = None
) -> RefundTopUp:
    """A guest who wants her top-up back, or a part of it."""
    return RefundTopUp(
        id=shop.new_id(),
        top_up_id=top_up,
        principal_minor=minor,
        reason="顾客要求",
        member_id=member,
    )


def given_back(
    shop: ShopUnderTest, top_up: UUID, minor: int | None = None, member: UUID | None = None
) -> dict[str, object]:
    """A top-up, or a part of it, given back."""
    return shop.run(a_refund(shop, top_up, minor, member))


def planned_lines(shop: ShopUnderTest, top_up: UUID) -> dict[str, int]:
    """The explanation that a guest reads before her top-up goes back."""
    with shop.database.read() as read:
        plan = planned(read, a_refund(shop, top_up), shops=shop.shops, now=shop.now).plan
    return {line.kind.value: line.amount for line in plan.lines}


def a_transfer(
    shop: ShopUnderTest, giver: UUID, taker: UUID, minor: int | None = None
) -> TransferValue:
    """A member who wants to pass stored value on."""
    return TransferValue(
        id=shop.new_id(),
        from_member_id=giver,
        to_member_id=taker,
        store_id=shop.store_id,
        amount_minor=minor,
        reason="转给妹妹",
    )


def a_holder(shop: ShopUnderTest, member: UUID) -> RecordHolder:
    """A member who shows her identity card."""
    return RecordHolder(
        id=shop.new_id(),
        member_id=member,
        store_id=shop.store_id,
        document=DocumentKind.ID_CARD,
        name="王芳",
        number="11010519491231002X",
        contact="13800138000",
    )


def refused(shop: ShopUnderTest, command: object) -> Refusal:
    """Why the shop says no."""
    with pytest.raises(Refusal) as refusal:
        shop.run(command)
    return refusal.value


def money(shop: ShopUnderTest, member: UUID) -> tuple[int, int]:
    """Principal and bonus of a member."""
    balances = shop.balances(member)
    return (balances.principal_minor, balances.bonus_minor)


def money_lots(shop: ShopUnderTest, member: UUID) -> list[Lot]:
    """The open lots of a member's stored value."""
    with shop.database.read() as read:
        lots = read.all(OPEN_LOTS_OF_MEMBER, member=member)
    return [lot for lot in lots if lot.kind in MONEY_KINDS]


def books_agree(shop: ShopUnderTest) -> bool:
    """Whether `verify` finds no difference."""
    with shop.database.read() as read:
        return verify(read, lambda _: None).differences == 0
