"""Random trade against a small model of what members own; the books are proved at the end.

The model knows nothing of lots or postings: it adds up what the receipts told the guest.
"""

import os
import random
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.storage.columns import Id
from regulars.storage.engine import Database
from regulars.storage.statement import Statement, total_of
from regulars.storage.tables.orders import top_up
from regulars.storage.verify import verify
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.sales import SellAtCounter
from tests.shops import PRODUCTS, ShopUnderTest, open_shop

STEPS = 2_000 if os.environ.get("REGULARS_THOROUGH") == "1" else 250
JOIN_POINTS = 50


PAID_IN = Statement(
    select(total_of(top_up.c.principal_minor), total_of(top_up.c.bonus_minor)).where(
        top_up.c.member_id == bindparam("member", type_=Id())
    ),
    lambda principal, bonus: (principal, bonus),
)


@dataclass
class Owned:
    """What one member should own, by the slips she holds."""

    stored_minor: int = 0
    points: int = JOIN_POINTS
    growth: int = 0


@dataclass
class Sold:
    """An order and the units that are still with the guest."""

    member: UUID
    sale: SellAtCounter
    left: dict[UUID, int]


@dataclass
class Trade:
    """The shop, the model beside it, and chance."""

    shop: ShopUnderTest
    chance: random.Random
    owned: dict[UUID, Owned] = field(default_factory=dict)
    sold: list[Sold] = field(default_factory=list)
    points_short: int = 0

    def join(self) -> None:
        """One more member."""
        member = self.shop.join(f"1380013{len(self.owned):04d}")
        self.owned[member] = Owned()

    def top_up(self) -> None:
        """Money in, with the bonus of its step."""
        member = self.chance.choice(list(self.owned))
        minor = self.chance.choice([500, 10_000, 12_345])
        answer = self.shop.top_up(member, minor)
        self.owned[member].stored_minor += minor + whole(answer["bonus_minor"])

    def sell(self) -> None:
        """A basket paid with points, stored value and cash, as chance will have it."""
        member = self.chance.choice(list(self.owned))
        owned = self.owned[member]
        lines = [
            self.shop.line(product, quantity=self.chance.randint(1, 3))
            for product in self.chance.sample(sorted(PRODUCTS), self.chance.randint(1, 3))
        ]
        steps = max(owned.points, 0) // 100
        points = self.chance.randint(0, min(steps, 3)) * 100
        choices = Choices(coupons=(), points=points or None)
        sale = self.shop.sale(lines, member=member, cash=1, choices=choices)
        with pytest.raises(Refusal) as asked:
            self.shop.run(sale)
        if asked.value.code != "payment.sum_wrong":
            return
        due = whole(asked.value.parameters["due_minor"])
        stored = self.chance.randint(0, min(owned.stored_minor, due))
        parts = ((TenderKind.STORED_VALUE, stored), (TenderKind.CASH, due - stored))
        tenders = tuple(self.shop.tender(kind, minor) for kind, minor in parts if minor)
        sale = replace(sale, tenders=tenders)
        told = of(self.shop.run(sale), "member")
        owned.stored_minor -= stored
        owned.points += whole(told["points_earned"]) - whole(told["points_spent"])
        owned.growth += whole(told["growth_earned"])
        self.sold.append(Sold(member, sale, {line.id: line.quantity for line in lines}))

    def refund(self, sold: Sold, units: dict[UUID, int] | None) -> None:
        """Some units back, or all that are left."""
        answer = self.shop.run(
            RefundOrder(
                id=self.shop.new_id(),
                order_id=sold.sale.order_id,
                units=None if units is None else tuple(UnitsBack(*one) for one in units.items()),
                reason="不合口味",
            )
        )
        refunds, payments = answer["refunds"], answer["payments"]
        assert isinstance(refunds, list)
        assert isinstance(payments, list)
        last = refunds[-1]
        owned = self.owned[sold.member]
        owned.points += last["points_returned"] - last["points_taken_back"] - last["points_short"]
        owned.growth -= last["growth_taken_back"]
        self.points_short += last["points_short"]
        owned.stored_minor -= sum(
            row["amount_minor"]
            for row in payments
            if row["kind"] == "stored_value" and row["refund_id"] == last["id"]
        )
        for line, count in (units or dict(sold.left)).items():
            sold.left[line] -= count
        if not any(sold.left.values()):
            self.sold.remove(sold)

    def refund_some(self) -> None:
        """One unit of an earlier order."""
        if self.sold:
            sold = self.chance.choice(self.sold)
            line = self.chance.choice([line for line, left in sold.left.items() if left])
            self.refund(sold, {line: 1})

    def agrees(self) -> bool:
        """Whether every member owns what her slips say."""
        for member, owned in self.owned.items():
            found = self.shop.balances(member)
            stored = found.principal_minor + found.bonus_minor
            points = found.points - found.points_debt
            assert Owned(stored, points, found.growth_value) == owned
        return True


def whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def of(answer: dict[str, object], name: str) -> dict[str, object]:
    part = answer[name]
    assert isinstance(part, dict)
    return part


def test_random_trade_keeps_every_balance(database: Database, tmp_path: Path) -> None:
    chance = random.Random(20260501)
    trade = Trade(open_shop(database, tmp_path, terms={"joining.coupon_types": []}), chance)
    for _ in range(3):
        trade.join()
    steps = [trade.top_up, trade.sell, trade.sell, trade.refund_some]
    for number in range(STEPS):
        chance.choice(steps)()
        trade.shop.pass_time(minutes=chance.randint(1, 90))
        if number % 10 == 0:
            assert trade.agrees()
    assert trade.agrees()
    with database.read() as read:
        assert verify(read, lambda _progress: None).differences == 0

    for sold in list(trade.sold):
        trade.refund(sold, None)
    assert trade.agrees()
    with database.read() as read:
        report = verify(read, lambda _progress: None)
    assert report.differences == 0
    assert report.orders >= STEPS // 4
    assert trade.points_short > 0
    for member, owned in trade.owned.items():
        paid_in = paid_in_by(database, member)
        found = trade.shop.balances(member)
        assert (found.principal_minor, found.bonus_minor) == paid_in
        assert (owned.points, found.growth_value) == (JOIN_POINTS, 0)


def paid_in_by(database: Database, member: UUID) -> tuple[int, int]:
    """Everything a member ever topped up."""
    with database.read() as read:
        return read.all(PAID_IN, member=member)[0]
