"""One shop that prices baskets, and what one quote cost."""

from dataclasses import dataclass
from random import Random
from time import perf_counter, process_time
from typing import NamedTuple

from bench.quotes.guest import COUPONS_PER_ORDER_MAX, member_of
from bench.quotes.menu import Menu
from bench.quotes.offers import NOW, offers_of
from regulars.domain.loyalty.spending import PointsAsMoney
from regulars.domain.pricing.basket import NO_CHOICES, Basket, MemberView, PricingTerms
from regulars.domain.pricing.book import OfferBook
from regulars.domain.pricing.quoting import quote
from regulars.domain.pricing.search.milp import MilpEngine, Optimum, Program


class Priced(NamedTuple):
    """One quote. `programs`: how many integer programs it asked; `candidates`: what was in play."""

    wall_ms: float
    cpu_ms: float
    proved: bool
    gap_minor: int
    nodes: int
    programs: int
    candidates: int
    units: int


@dataclass(slots=True)
class Counted:
    """An engine that counts how often it is asked."""

    engine: MilpEngine
    asked: int = 0

    def solve(self, program: Program, *, nodes_max: int) -> Optimum | None:
        """What the engine answers."""
        self.asked += 1
        return self.engine.solve(program, nodes_max=nodes_max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A menu, offers and a guest."""

    menu: Menu
    book: OfferBook
    member: MemberView
    terms: PricingTerms
    counted: Counted | None

    def price(self, basket: Basket) -> Priced:
        """Quote a basket and say what it cost."""
        asked = self.counted.asked if self.counted else 0
        wall, cpu = perf_counter(), process_time()
        answer = quote(
            basket, self.member, self.book, terms=self.terms, choices=NO_CHOICES, now=NOW
        )
        wall, cpu = perf_counter() - wall, process_time() - cpu
        return Priced(
            1_000 * wall,
            1_000 * cpu,
            answer.proved,
            answer.gap_minor,
            answer.nodes,
            (self.counted.asked if self.counted else 0) - asked,
            len(answer.bill.candidates),
            sum(line.quantity for line in basket.lines),
        )


def shop_of(number: int, offers: int, engine: MilpEngine | None) -> Shop:
    """The shop of a number, with so many active offers: the same one each time."""
    menu = Menu(Random(f"menu {number}"))
    counted = None if engine is None else Counted(engine)
    return Shop(
        menu=menu,
        book=OfferBook(offers_of(menu, Random(f"offers {number}"), offers)),
        member=member_of(Random(f"guest {number}")),
        terms=PricingTerms(
            points=PointsAsMoney(), coupons_per_order_max=COUPONS_PER_ORDER_MAX, engine=counted
        ),
        counted=counted,
    )
