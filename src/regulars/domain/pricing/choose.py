"""Which offers and coupons to use so that the guest pays least: the seam of the optimiser.

    Gold 12 % off, "满30减10" and "满40减12" as coupons of which one may be used, 第二杯半价 in the
    group "招牌": each legal set is priced, the least bill wins; among equal bills the one that
    spends fewer coupons, then the coupons that expire first.

Sets are legal when no group has two offers, coupons stay within their limit, and an `alone` offer
is alone. Offers that exclude nothing are on in every set: they can only lower the bill. The item
stage is solved for each set of item offers once. What is minimised is `after_order`: points do
not steer the search.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from regulars.domain.kernel.period import Instant
from regulars.domain.pricing.candidates import Candidate
from regulars.domain.pricing.exhaust import best_of_all
from regulars.domain.pricing.item_stage import NO_PLAN, Plan, Taker, best_plan, takers_of
from regulars.domain.pricing.kinds.spend_and_save import SpendAndSave
from regulars.domain.pricing.legal import legal_sets
from regulars.domain.pricing.shares import (
    after_shares,
    item_shares,
    least_after_order,
    order_sequence,
    order_shares,
)
from regulars.domain.pricing.units import Units
from regulars.domain.pricing.windows import Windows

NODES_MAX = 2_000
THRESHOLDS_MAX = 64


@dataclass(frozen=True, slots=True)
class Problem:
    """Units, candidates in canonical order, and how many coupons one order takes."""

    units: Units
    candidates: Sequence[Candidate]
    coupons_max: int


class Choice(NamedTuple):
    """The item plan and the order offers of the best bill. Units: minor units.

    `total_minor` is `after_order` of the goods that offers may touch; `proved` says that no legal
    choice costs less.
    """

    selected: tuple[Candidate, ...]
    plan: Plan
    orders: Sequence[Candidate]
    total_minor: int
    nodes: int
    proved: bool


def choose(problem: Problem) -> Choice:
    """The legal choice with the least bill, the same whatever the order of lines and offers."""
    return _Search(problem).run()


class _Search:
    """One search: the item plans already found, the best choice so far, the nodes spent."""

    __slots__ = (
        "_dearest",
        "_open_minor",
        "_plans",
        "_problem",
        "_ranks",
        "_some_read_item",
        "_some_scoped",
        "_takers",
        "_windows",
        "nodes",
        "proved",
    )

    def __init__(self, problem: Problem) -> None:
        units = problem.units
        self._problem = problem
        self._open_minor = units.sum_of(units.base, units.open)
        self._takers: dict[int, list[Taker]] = {}
        self._plans: dict[tuple[int, ...], Plan] = {}
        self._windows: dict[tuple[int, ...], Windows] = {}
        orders = [one for one in problem.candidates if not one.is_item]
        self._some_scoped = _scoped(orders, units)
        self._some_read_item = _reads_item(orders)
        self._ranks: dict[int, int] = {}
        self._dearest: list[int] | None = None
        self.nodes = 0
        self.proved = True

    def run(self) -> Choice:
        best: Choice | None = None
        for selected in legal_sets(self._problem.candidates, self._problem.coupons_max):
            if self.nodes >= NODES_MAX:
                self.proved = False
                break
            self.nodes += 1
            choice = self._priced(selected, best)
            if choice is not None and (best is None or _better(choice, best)):
                best = choice
        assert best is not None
        return best._replace(nodes=self.nodes, proved=self.proved)

    def _priced(self, selected: tuple[Candidate, ...], best: Choice | None) -> Choice | None:
        items = [candidate for candidate in selected if candidate.is_item]
        orders = [one for one in selected if not one.is_item]
        if len(orders) > 1:
            orders.sort(key=self._sequence)
        plan = self._plan(items) if items else NO_PLAN
        total_minor = least_after_order(orders, self._open_minor - plan.saving_minor)
        reads_item = self._some_read_item and bool(items) and _reads_item(orders)
        if best is not None and total_minor > best.total_minor and not reads_item:
            return None
        if self._some_scoped and _scoped(orders, self._problem.units):
            exact_minor = self._exact(plan, orders)
            if items and (exact_minor > total_minor or reads_item):
                return self._tried(selected, orders, (exact_minor, plan))
            total_minor = exact_minor
        elif reads_item:
            total_minor, plan = self._widened(items, orders, (total_minor, plan))
        return Choice(selected, plan, orders, total_minor, 0, True)

    def _sequence(self, candidate: Candidate) -> int:
        if not self._ranks:
            in_order = sorted(self._problem.candidates, key=order_sequence)
            self._ranks = {id(one): rank for rank, one in enumerate(in_order)}
        return self._ranks[id(candidate)]

    def _plan(self, items: Sequence[Candidate]) -> Plan:
        key = tuple([id(candidate) for candidate in items])
        plan = self._plans.get(key)
        if plan is None:
            plan = best_plan(self._takers_of(items), self._dearest_units())
            self.proved = self.proved and plan.proved
            self._plans[key] = plan
        return plan

    def _takers_of(self, items: Sequence[Candidate]) -> list[Taker]:
        takers: list[Taker] = []
        for candidate in items:
            known = self._takers.get(id(candidate))
            if known is None:
                known = takers_of(candidate, self._problem.units)
                self._takers[id(candidate)] = known
            takers += known
        return takers

    def _dearest_units(self) -> list[int]:
        if self._dearest is None:
            self._dearest = self._problem.units.dearest
        return self._dearest

    def _exact(self, plan: Plan, orders: Sequence[Candidate]) -> int:
        units = self._problem.units
        after_item = after_shares(units.base, item_shares(plan, units))
        prices = order_shares(orders, after_item, units)[1]
        return units.sum_of(prices, units.open)

    def _tried(
        self,
        selected: tuple[Candidate, ...],
        orders: Sequence[Candidate],
        known: tuple[int, Plan],
    ) -> Choice:
        """All plans, since an order amount is cut by what its own goods still cost."""
        takers = self._takers_of([candidate for candidate in selected if candidate.is_item])
        found = best_of_all(takers, self._dearest_units(), lambda plan: self._exact(plan, orders))
        if found is None:
            self.proved = False
        total_minor, plan = found or known
        return Choice(selected, plan, orders, total_minor, 0, True)

    def _widened(
        self, items: Sequence[Candidate], orders: Sequence[Candidate], known: tuple[int, Plan]
    ) -> tuple[int, Plan]:
        """A plan that saves less but reaches a threshold of the order stage, where that pays."""
        best_minor, best = known
        after_item = self._open_minor - best.saving_minor
        for threshold in self._thresholds(orders, after_item):
            if least_after_order(orders, threshold) >= best_minor:
                continue
            key = tuple([id(candidate) for candidate in items])
            windows = self._windows.get(key)
            if windows is None:
                windows = Windows(self._takers_of(items), self._dearest_units())
                self._windows[key] = windows
            if not windows.proved:
                self.proved = False
            plan = windows.at_most(self._open_minor - threshold)
            total_minor = self._exact(plan, orders)
            if total_minor < best_minor:
                best_minor, best = total_minor, plan
        return best_minor, best

    def _thresholds(self, orders: Sequence[Candidate], after_item: int) -> list[int]:
        found: set[int] = set()
        for candidate in orders:
            effect = candidate.offer.effect
            if isinstance(effect, SpendAndSave) and candidate.fixed_off_minor is None:
                following = effect.next_after(after_item)
                while following is not None and following <= self._open_minor:
                    found.add(following)
                    if len(found) > THRESHOLDS_MAX:
                        self.proved = False
                        break
                    following = effect.next_after(following)
        return sorted(found)


def _scoped(orders: Sequence[Candidate], units: Units) -> bool:
    """Whether an order offer touches only some of the goods."""
    return any(len(one.units) < len(units.open) for one in orders)


def _reads_item(orders: Sequence[Candidate]) -> bool:
    """Whether a threshold of the order stage reads what the item stage leaves."""
    return any(
        one.fixed_off_minor is None and isinstance(one.offer.effect, SpendAndSave) for one in orders
    )


# Fewer coupons, those that expire first, lower priority figures, lower ids.
Rank = tuple[int, list[Instant], list[int], list[tuple[int, int]]]


def _better(choice: Choice, best: Choice) -> bool:
    if choice.total_minor != best.total_minor:
        return choice.total_minor < best.total_minor
    return _rank(choice.selected) < _rank(best.selected)


def _rank(selected: Sequence[Candidate]) -> Rank:
    coupons = [one.coupon for one in selected if one.coupon is not None]
    return (
        len(coupons),
        sorted(coupon.valid_until for coupon in coupons),
        sorted(one.offer.priority for one in selected),
        sorted((one.offer.id.int, one.coupon.id.int if one.coupon else 0) for one in selected),
    )
