"""Every way in which value moves, in any order, against a model worked out by hand."""

import os
import random
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.orders.refund import PlanKind
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.storage.engine import Database
from regulars.storage.verify import verify
from regulars.use_cases.members import FreezeMember, UnfreezeMember
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from tests.faults.evidence import note
from tests.shops import PRODUCTS, ShopUnderTest, open_shop
from tests.simulation.model import POINTS_PER_STEP, Back, Owned, Sold

THOROUGH = os.environ.get("REGULARS_THOROUGH") == "1"
STEPS = 50_000 if THOROUGH else 1_500
# After so many steps other members come: sales that are years old tell nothing new.
STEPS_OF_A_CIRCLE = 100
MEMBERS = 4
SOLD_MAX = 12
STORED_MAX_MINOR = 300_000
SEED = 20_261_122
TERMS: dict[str, object] = {
    "joining.coupon_types": [],
    "earning.expiry_months": 0,
    "law.region": "none",
}


@dataclass
class Circle:
    """Some members of one shop, each beside her model."""

    shop: ShopUnderTest
    chance: random.Random
    owned: dict[UUID, Owned] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def step(self) -> None:
        """One of them does something, and owns afterwards what her model says."""
        member, owned = self.chance.choice(list(self.owned.items()))
        act = self.chance.choices(
            [self.top_up, self.sell, self.refund, self.freeze, self.wait], weights=[3, 8, 6, 1, 2]
        )[0]
        self.told.append(f"{act.__name__} {owned.balances}")
        self.shop.pass_time(seconds=1)  # the oldest top-up is known by its instant
        act(member, owned)
        self.check(member)

    def top_up(self, member: UUID, owned: Owned) -> None:
        """Money in."""
        minor = self.chance.choice([100, 9_999, 10_000, 12_345, 33_333])
        if owned.frozen:
            with pytest.raises(Refusal, match=r"order\.member_frozen"):
                self.shop.top_up(member, minor)
        elif owned.stored < STORED_MAX_MINOR:
            self.shop.top_up(member, minor)
            owned.top_up(minor)

    def sell(self, member: UUID, owned: Owned) -> None:
        """A basket, paid with points, stored value and cash."""
        products = self.chance.sample(sorted(PRODUCTS), self.chance.randint(1, 3))
        lines = [
            self.shop.line(product, quantity=self.chance.randint(1, 3)) for product in products
        ]
        steps = min(self.chance.randint(0, 3), owned.points // POINTS_PER_STEP)
        choices = Choices(coupons=(), points=steps * POINTS_PER_STEP or None)
        sale = self.shop.sale(lines, member=member, cash=1, choices=choices)
        with pytest.raises(Refusal) as asked:
            self.shop.run(sale)
        if owned.frozen:
            assert asked.value.code == "order.member_frozen"
            return
        if asked.value.code.startswith("points."):
            return  # the bill is too small for so many
        assert asked.value.code == "payment.sum_wrong"
        due = asked.value.parameters["due_minor"]
        assert isinstance(due, int)
        stored = min(owned.stored, due * self.chance.randint(0, 4) // 4)
        parts = ((TenderKind.STORED_VALUE, stored), (TenderKind.CASH, due - stored))
        tenders = tuple(self.shop.tender(kind, minor) for kind, minor in parts if minor)
        receipt = self.shop.run(replace(sale, tenders=tenders))
        told = receipt["member"]
        assert isinstance(told, dict)
        units: dict[UUID, int] = {line.id: line.quantity for line in lines}
        sold = owned.buy(sale.order_id, units, due=due, stored=stored, points=told["points_spent"])
        assert (told["points_earned"], told["growth_earned"]) == (sold.points_earned, sold.growth)

    def refund(self, _member: UUID, owned: Owned) -> None:
        """One unit of an order, or all that is left; the oldest go first when there are many."""
        if not owned.sold:
            return
        sale = self.chance.choice(owned.sold) if len(owned.sold) < SOLD_MAX else owned.sold[0]
        whole = self.chance.random() < 0.3
        line = self.chance.choice([line for line, left in sale.units.items() if left])
        answer = self.shop.run(
            RefundOrder(
                id=self.shop.new_id(),
                order_id=sale.order_id,
                units=None if whole else (UnitsBack(line, 1),),
                reason="不合口味",
                plan=PlanKind.RETURN_SHARE,
            )
        )
        owned.take_back(sale, back_of(answer))
        sale.units = {key: 0 if whole else n - (key == line) for key, n in sale.units.items()}
        if not any(sale.units.values()):
            # Whatever the parts were: together they gave back exactly what the sale had moved.
            left = (sale.principal, sale.bonus, sale.points_spent, sale.points_earned, sale.growth)
            assert left == (0, 0, 0, 0, 0)
            owned.sold.remove(sale)

    def freeze(self, member: UUID, owned: Owned) -> None:
        """Her value is stopped, or moves again."""
        kind = UnfreezeMember if owned.frozen else FreezeMember
        self.shop.run(kind(member_id=member, reason="卡丢了"))
        owned.frozen = not owned.frozen

    def wait(self, _member: UUID, _owned: Owned) -> None:
        """Time passes."""
        self.shop.pass_time(hours=self.chance.randint(1, 60))

    def check(self, member: UUID) -> None:
        """What she owns is what the model says."""
        found = self.shop.balances(member)
        told = (
            found.principal_minor,
            found.bonus_minor,
            found.points,
            found.points_debt,
            found.growth_value,
        )
        assert told == self.owned[member].balances, self.told[-20:]


def back_of(answer: dict[str, object]) -> Back:
    """What the slip of the newest refund says."""
    refunds, payments = answer["refunds"], answer["payments"]
    assert isinstance(refunds, list)
    assert isinstance(payments, list)
    last = refunds[-1]
    rows = [row for row in payments if row["refund_id"] == last["id"]]
    assert -sum(row["amount_minor"] for row in rows) == last["amount_minor"]
    return Back(
        principal=-sum(row["principal_minor"] for row in rows),
        bonus=-sum(row["bonus_minor"] for row in rows),
        points_returned=last["points_returned"],
        points_taken=last["points_taken_back"] + last["points_short"],
        growth=last["growth_taken_back"],
    )


def compared(shop: ShopUnderTest, steps: int, *, model: type[Owned] = Owned) -> None:
    """So many steps of one circle of members after the other."""
    phones = iter(range(13_100_000_000, 13_199_999_999))
    for number in range(steps // STEPS_OF_A_CIRCLE):
        circle = Circle(shop, random.Random(SEED + number))
        circle.owned = {shop.join(str(next(phones))): model() for _ in range(MEMBERS)}
        for _ in range(STEPS_OF_A_CIRCLE):
            circle.step()
        for member in circle.owned:
            circle.check(member)


def test_every_movement_of_value_is_what_the_model_says(database: Database, tmp_path: Path) -> None:
    compared(open_shop(database, tmp_path, terms=TERMS), STEPS)
    with database.read() as read:
        report = verify(read, lambda _: None)
    note("R8", engine=database.engine, steps=STEPS, entries=report.entries, differences=0)
    assert report.differences == 0
    assert report.orders > STEPS // 6


class Generous(Owned):
    """A model with a fault of its own: it gives back a point too many."""

    def take_back(self, sale: Sold, back: Back) -> None:
        super().take_back(sale, back)
        self.points += 1


def test_a_model_that_is_wrong_is_found_out(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path, terms=TERMS)
    with pytest.raises(AssertionError, match="refund"):
        compared(shop, 300, model=Generous)
