"""Two members at eight tills at once: sales, refunds, top-ups, freezing; the books stay right."""

import random
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from uuid import UUID

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.basket import Choices
from regulars.storage.engine import Database
from regulars.storage.verify import verify
from regulars.use_cases.members import FreezeMember, UnfreezeMember
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.runner import Answer
from regulars.use_cases.sales import SellAtCounter
from regulars.use_cases.top_up import TopUp
from tests.shops import ShopUnderTest, open_shop

ROUNDS = 8
ROUNDS_MAX = 40
TILLS = 8
# What one till may hear because another was faster; never a fault and never "too busy".
BEATEN = {
    "coupon.gone",
    "coupon.not_usable",
    "ledger.account_frozen",
    "ledger.balance_short",
    "order.member_frozen",
    "payment.sum_wrong",
    "points.short",
    "refund.already_refunded",
    "refund.nothing",
}


class Rush:
    """Chooses what the tills do, the same for the same seed."""

    def __init__(self, shop: ShopUnderTest) -> None:
        self.shop = shop
        self.chance = random.Random(5)
        self.members = [shop.join(f"1380013800{number}") for number in range(2)]
        for member in self.members:
            shop.top_up(member, 100_000)
        self.coupons = {one: [shop.coupon(one, "TEN") for _ in range(4)] for one in self.members}
        self.sold: list[SellAtCounter] = []

    def next_command(self) -> object:
        """One command of the rush."""
        member = self.chance.choice(self.members)
        match self.chance.choice(("sale", "sale", "refund", "part", "top_up", "freeze", "lift")):
            case "refund" | "part" as what if self.sold:
                sale = self.chance.choice(self.sold)
                part = (UnitsBack(sale.lines[0].id, 1),) if what == "part" else None
                return RefundOrder(
                    id=self.shop.new_id(), order_id=sale.order_id, units=part, reason="做错了"
                )
            case "top_up":
                return TopUp(
                    id=self.shop.new_id(),
                    member_id=member,
                    store_id=self.shop.store_id,
                    terminal_id=self.shop.terminal_id,
                    principal_minor=10_000,
                    tender="cash",
                )
            case "freeze":
                return FreezeMember(member_id=member, reason="卡丢了")
            case "lift":
                return UnfreezeMember(member_id=member, reason="找到了")
            case _:
                return self._sale(member)

    def _sale(self, member: UUID) -> SellAtCounter:
        lines = [self.shop.line("mango_ice", quantity=2), self.shop.line("gift_box")]
        coupon = self.chance.choice(self.coupons[member])
        choices = self.chance.choice(
            (
                Choices(coupons=()),
                Choices(coupons=(coupon,)),
                Choices(coupons=(), points=100),
            )
        )
        due = 0
        try:
            self.shop.run(self.shop.sale(lines, member=member, choices=choices))
        except Refusal as refusal:
            shown = refusal.parameters.get("due_minor", 0)
            assert isinstance(shown, int)
            due = shown
        stored = self.chance.choice((0, min(due, 1_000), due))
        return self.shop.sale(
            lines, member=member, stored=stored, cash=due - stored, choices=choices
        )


def test_a_rush_of_sales_and_refunds_keeps_the_books_right(
    database: Database, tmp_path: Path
) -> None:
    # The rush is about races: no card of it is full.
    shop = open_shop(database, tmp_path, terms={"law.off": ["cn.unnamed_balance_max"]})
    rush = Rush(shop)
    for done in range(ROUNDS_MAX):
        # Who beats whom is chance: the rush goes on until enough was sold.
        if done >= ROUNDS and len(rush.sold) >= ROUNDS:
            break
        commands = [rush.next_command() for _ in range(TILLS)]
        running = [
            shop.runner.submit(one, actor=shop.actor, command_id=shop.new_id()) for one in commands
        ]
        rush.sold += _sold(commands, running)
    assert len(rush.sold) >= ROUNDS
    with database.read() as read:
        assert verify(read, lambda _: None).differences == 0


def _sold(commands: Sequence[object], running: Sequence[Future[Answer]]) -> list[SellAtCounter]:
    sold: list[SellAtCounter] = []
    for command, answer in zip(commands, running, strict=True):
        refused = answer.exception()
        if refused is not None:
            assert isinstance(refused, Refusal), refused
            assert refused.code in BEATEN
        elif isinstance(command, SellAtCounter):
            sold.append(command)
    return sold
