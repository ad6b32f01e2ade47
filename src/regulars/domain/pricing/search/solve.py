"""The best bill: item stage and order stage together, with what may not be combined.

    第二杯半价 in the group 招牌, 招牌九折 in the same group, a coupon: first as if everything went
    together; the best bill then uses both of the group, so once without the one and once without the
    other. Where the best of a case is legal, it is the best; where a case cannot beat a bill that is
    known, it is not looked into.

What is minimised is `after_order` of the goods that offers may touch: points and discounts by hand
do not steer the search. Among equal bills: fewer coupons, those that expire first, lower priority
figures, lower ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple

from regulars.domain.pricing.search.automaton import ItemOffer, Taken
from regulars.domain.pricing.search.components import Tolls
from regulars.domain.pricing.search.effort import Effort
from regulars.domain.pricing.search.exhaust import Ledger, Trial, best_of_all
from regulars.domain.pricing.search.items import UNKNOWN_MINOR, ItemPlan, ItemStage, Known
from regulars.domain.pricing.search.milp import MilpEngine
from regulars.domain.pricing.search.orders import OrderOffer, OrderSet, OrderStage
from regulars.domain.pricing.search.windows import Windows

CASES_MAX = 2_000
THRESHOLDS_MAX = 64
# About how many steps of a sweep it takes to open one case, and for each offer or unit in it.
STEPS_A_CASE = 200
STEPS_AN_OFFER = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What may be combined. Units: minor units.

    Offers have numbers from 0; `masks[number]` are the others that it excludes, `alone` those that
    stand alone. `sum_minor` is `base` of the open units, `fees_minor` that of the fees, `dearest`
    the open units from the dearest down.
    `scoped`: some order offer touches only some goods, so an amount may be cut. `clipped`: the
    item offers, by number, that may be cut by what is left of their budgets; `refusing`: the offers
    that may not take more than is left.
    """

    items: Sequence[ItemOffer]
    orders: Sequence[OrderOffer]
    masks: Sequence[int]
    alone: int
    tolls: Tolls
    sum_minor: int
    fees_minor: int
    dearest: Sequence[int]
    coupons_max: int
    scoped: bool
    clipped: int
    refusing: int
    ledger: Ledger
    engine: MilpEngine | None = field(default=None, repr=False)


class Choice(NamedTuple):
    """The chosen plan and order offers, and what nobody can pass. Units: minor units."""

    total_minor: int
    bound_minor: int
    taken: tuple[Taken, ...]
    orders: tuple[OrderOffer, ...]
    plan: ItemPlan | None
    cases: int
    thresholds: tuple[tuple[int, int], ...]

    @property
    def proved(self) -> bool:
        """Whether no legal choice leaves less."""
        return self.bound_minor >= self.total_minor


class _Case(NamedTuple):
    """The best of all choices without the banned, legal or not."""

    total_minor: int
    bound_minor: int
    coupons: int
    expiry: int
    value: int
    taken: tuple[Taken, ...]
    orders: tuple[OrderOffer, ...]
    plan: ItemPlan | None

    @property
    def order(self) -> tuple[int, int, int, int]:
        """What is compared: less to pay, fewer coupons, sooner expiry, better tie-breaks."""
        return (self.total_minor, self.coupons, self.expiry, -self.value)

    @property
    def numbers(self) -> int:
        """The offers that take part, as a mask."""
        used = {one.number for one in self.taken} | {one.number for one in self.orders}
        return sum(1 << number for number in used)


def trial_of(problem: Problem, banned: int, effort: Effort) -> Trial:
    """Everything but the banned, to be tried out."""
    return Trial(
        items=[one for one in problem.items if not banned >> one.number & 1],
        orders=[one for one in problem.orders if not banned >> one.number & 1],
        masks=problem.masks,
        dearest=problem.dearest,
        coupons_max=problem.coupons_max,
        sum_minor=problem.sum_minor,
        fees_minor=problem.fees_minor,
        refusing=problem.refusing,
        ledger=problem.ledger,
        effort=effort,
    )


def solve(problem: Problem) -> Choice:
    """The legal choice that leaves least, the same whatever the order of lines and offers."""
    return Search(problem).run()


class Search:
    """Cases by their bound, the best legal one so far, and the stages already worked out."""

    __slots__ = (
        "_banned_items",
        "_bound",
        "_heap",
        "_known",
        "_ladders",
        "_problem",
        "_pushed",
        "_seen",
        "_stages",
        "_thresholds",
        "_windows",
        "best",
        "cases",
        "orders",
        "reached",
        "splits",
        "tried",
    )

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._known = Known()
        self.orders = OrderStage(
            problem.orders,
            problem.masks,
            fees_minor=problem.fees_minor,
            effort=self._known.effort,
        )
        self._banned_items = 0
        for one in problem.items:
            self._banned_items |= 1 << one.number
        self._stages: dict[int, ItemStage] = {}
        self._windows: dict[int, Windows] = {}
        self._thresholds: list[tuple[int, int]] = []
        self._heap: list[tuple[tuple[int, int, int, int], int, int, _Case]] = []
        self._seen: dict[int, None] = {}
        self._pushed = 0
        self._bound: int | None = None
        # Offers on the bill that begin to save more at some sum after the item offers.
        self._ladders = [
            one
            for one in problem.orders
            if one.fixed_minor is None
            and one.effect is not None
            and one.effect.next_after(0) is not None
        ]
        self.best: _Case | None = None
        self.cases = 0
        # What a certificate tells: which cases were split over which offer, which were tried out,
        # and what the windows said: (offers banned, coupons, threshold) and the most saved below.
        self.splits: dict[int, int] = {}
        self.tried: set[int] = set()
        self.reached: dict[tuple[int, int, int], int] = {}

    @property
    def seen(self) -> Sequence[int]:
        """The offers banned in each case, the first case first."""
        return list(self._seen)

    def run(self) -> Choice:
        """Take case after case, the most promising first."""
        problem = self._problem
        if problem.clipped and self._ladders and not self._tried(0):
            # A budget that cuts an item offer may lift the sum over a threshold.
            self._note_bound(self._least_at_all())
        everything = (1 << len(problem.masks)) - 1
        self._push(problem.alone)
        for number in range(len(problem.masks)):
            if problem.alone >> number & 1:
                self._push(everything & ~(1 << number))
        while self._heap:
            order, _, banned, case = heappop(self._heap)
            if self.best is not None and order >= self.best.order:
                break
            self._split(banned, case)
        if self.best is None:
            # Only bills that overspend were found: one without any such budget is legal.
            banned = problem.alone | problem.refusing
            self._settle_for_less(banned, self._relaxed(banned))
        best = self.best
        assert best is not None
        bound = best.total_minor if self._bound is None else min(self._bound, best.total_minor)
        return Choice(
            best.total_minor,
            bound,
            best.taken,
            best.orders,
            best.plan,
            self.cases,
            tuple(self._thresholds),
        )

    def _push(self, banned: int) -> None:
        if banned in self._seen:
            return
        self._seen[banned] = None
        self.cases += 1
        self._known.effort.spend(STEPS_A_CASE + len(self._problem.items) * STEPS_AN_OFFER)
        case = self._relaxed(banned)
        if case.bound_minor < case.total_minor:
            self._note_bound(case.bound_minor)
        self._pushed += 1
        heappush(self._heap, (case.order, self._pushed, banned, case))

    def _note_bound(self, bound_minor: int) -> None:
        self._bound = bound_minor if self._bound is None else min(self._bound, bound_minor)

    def _split(self, banned: int, case: _Case) -> None:
        """Take the case if it is legal; else look at it without the one and without the other."""
        conflict = self._conflict(case)
        if conflict is None:
            self._weigh(banned, case)
        elif self.cases >= CASES_MAX or self._known.effort.over:
            self._note_bound(case.bound_minor)
            self._settle_for_less(banned, case)
        else:
            # Either without the one, or without all that it excludes.
            self.splits[banned] = conflict[0]
            self._push(banned | 1 << conflict[0])
            self._push(banned | self._problem.masks[conflict[0]])

    def _conflict(self, case: _Case) -> tuple[int, int] | None:
        """Two that exclude each other, first the one that takes units: the order stage has none."""
        used = sorted({one.number for one in case.taken} | {one.number for one in case.orders})
        mask = sum(1 << number for number in used)
        masks = self._problem.masks
        for number in used:
            other = masks[number] & mask
            if other and self._banned_items >> number & 1:
                return number, (other & -other).bit_length() - 1
        return None

    def _settle_for_less(self, banned: int, case: _Case) -> None:
        """Out of cases: ban on until what is left is legal."""
        conflict = self._conflict(case)
        while conflict is not None:
            banned |= 1 << max(conflict)
            case = self._relaxed(banned)
            conflict = self._conflict(case)
        self._weigh(banned, case)

    def _weigh(self, banned: int, case: _Case) -> None:
        """Hold a legal choice against the best, as it comes out to the cent."""
        problem = self._problem
        if problem.scoped or case.numbers & (problem.clipped | problem.refusing):
            self._known.effort.spend(STEPS_A_CASE + len(case.taken) * STEPS_AN_OFFER)
            after_item = problem.ledger.after_item(case.taken)
            exact = None if after_item is None else problem.ledger.left(after_item, case.orders)
            if exact != case.total_minor:
                self._cut(banned, case, exact)
                return
        self._keep(case)

    def _keep(self, case: _Case) -> None:
        if self.best is None or case.order < self.best.order:
            self.best = case

    def _cut(self, banned: int, case: _Case, exact: int | None) -> None:
        """An amount was cut, or a budget overspent (None): try all bills of the case, or else
        those without each that is concerned."""
        if exact is not None:
            self._keep(case._replace(total_minor=exact))
        if self._tried(banned):
            return
        self._note_bound(case.total_minor)
        if self.cases < CASES_MAX and not self._known.effort.over:
            budgeted = self._problem.clipped | self._problem.refusing
            numbers = {one.number for one in case.orders}
            numbers |= {one.number for one in case.taken if budgeted >> one.number & 1}
            for number in sorted(numbers):
                self._push(banned | 1 << number)

    def _tried(self, banned: int) -> bool:
        """Whether all bills without the banned could be tried; the least of them is kept."""
        tried = best_of_all(trial_of(self._problem, banned, self._known.effort))
        if tried is None:
            return False
        self.tried.add(banned)
        total_minor, coupons, taken, orders = tried
        expiry = sum(one.expiry_rank for one in orders if one.is_coupon)
        self._keep(_Case(total_minor, total_minor, coupons, expiry, 0, taken, orders, None))
        return True

    def _least_at_all(self) -> int:
        """What no bill falls below, however budgets and thresholds meet. Units: minor units."""
        plan = self.stage(0).best(self._problem.coupons_max)
        return self._floor(plan.bound_minor, 0)

    def _floor(self, saving_minor: int, banned: int) -> int:
        """What is left at least after a saving, if all offers on the bill took all that they ever
        might. Units: minor units."""
        problem = self._problem
        free, coupons = 0, []
        for one in problem.orders:
            if not banned >> one.number & 1:
                most = one.most(problem.sum_minor, problem.sum_minor)
                if one.is_coupon:
                    coupons.append(most)
                else:
                    free += most
        coupons.sort(reverse=True)
        taken = saving_minor + free + sum(coupons[: problem.coupons_max])
        return max(problem.sum_minor + problem.fees_minor - taken, 0)

    def _relaxed(self, banned: int) -> _Case:
        """The least that item and order stage leave, as if the rest went together."""
        stage = self.stage(banned)
        best: _Case | None = None
        for coupons in self._by_promise(banned) or self._counts(banned):
            if best is not None and self._least_with(banned, coupons) > best.total_minor:
                continue
            plan = stage.best(coupons)
            case = self._case(plan, self._order_set(plan.saving_minor, plan.coupons, banned))
            if plan.bound_minor > plan.saving_minor:
                hoped = self._hoped(plan.bound_minor, plan.coupons, banned)
                case = case._replace(bound_minor=min(case.bound_minor, hoped))
            case = self._widened(banned, coupons, case)
            if best is None or case.order < best.order:
                bound = (
                    case.bound_minor if best is None else min(best.bound_minor, case.bound_minor)
                )
                best = case._replace(bound_minor=bound)
            else:
                best = best._replace(bound_minor=min(best.bound_minor, case.bound_minor))
        assert best is not None
        return best

    def _by_promise(self, banned: int) -> Sequence[int]:
        """How many coupons item offers may spend, the least bill first; none if nothing is known."""
        counts = range(self._problem.coupons_max + 1)
        if not self.stage(banned).spends_coupons:
            return ()
        if self._most_saved(banned, counts[-1]) == UNKNOWN_MINOR:
            return ()
        return sorted(counts, key=lambda coupons: (self._least_with(banned, coupons), -coupons))

    def _least_with(self, banned: int, coupons: int) -> int:
        """What no bill falls below where item offers spend so many coupons. Units: minor units."""
        return self._hoped(self._most_saved(banned, coupons), coupons, banned)

    def _counts(self, banned: int) -> Sequence[int]:
        """The same, those of the best plan first. What saves less may still be what reaches a
        threshold."""
        most = self.stage(banned).best(self._problem.coupons_max).coupons
        counts = [most, *range(most)]
        if self._ladders and any(
            one.copies and not banned >> one.number & 1 for one in self._problem.items
        ):
            counts += range(most + 1, self._problem.coupons_max + 1)
        return counts

    def _hoped(self, saving_minor: int, coupons: int, banned: int) -> int:
        """What no bill leaves less than if item offers saved so much. Units: minor units."""
        if self._known.effort.over:
            return self._floor(saving_minor, banned)
        after_item = self._problem.sum_minor - saving_minor
        left = self._problem.coupons_max - coupons
        return min(
            self.orders.best(at, left, banned).least_minor
            for at in (after_item, *self._thresholds_above(after_item, banned))
        )

    def _most_saved(self, banned: int, coupons: int) -> int:
        """What item offers save at most, by all stages that may use at least these offers."""
        items = banned & self._banned_items
        return min(
            stage.most_minor(coupons) for key, stage in self._stages.items() if not key & ~items
        )

    def stage(self, banned: int) -> ItemStage:
        """The item offers without the banned."""
        key = banned & self._banned_items
        stage = self._stages.get(key)
        if stage is None:
            problem = self._problem
            stage = self._stages[key] = ItemStage(
                [one for one in problem.items if not banned >> one.number & 1],
                problem.dearest,
                problem.tolls,
                coupons_max=problem.coupons_max,
                engine=problem.engine,
                known=self._known,
            )
        return stage

    def _order_set(self, saving_minor: int, coupons: int, banned: int) -> OrderSet:
        problem = self._problem
        after_item_minor = problem.sum_minor - saving_minor
        return self.orders.best(after_item_minor, problem.coupons_max - coupons, banned)

    def _case(self, plan: ItemPlan, chosen: OrderSet) -> _Case:
        return _Case(
            chosen.total_minor,
            chosen.least_minor,
            plan.coupons + chosen.coupons,
            chosen.expiry,
            plan.value,
            plan.taken,
            chosen.offers,
            plan,
        )

    def _widened(self, banned: int, coupons: int, case: _Case) -> _Case:
        """A plan that saves less but reaches a threshold of the order stage, where that pays."""
        problem = self._problem
        assert case.plan is not None
        after_item = problem.sum_minor - case.plan.saving_minor
        best = case
        for threshold in self._thresholds_above(after_item, banned):
            if self._known.effort.over:
                floor = self._floor(case.plan.bound_minor, banned)
                return best._replace(bound_minor=min(best.bound_minor, floor))
            saving_minor = problem.sum_minor - threshold
            hoped = self._order_set(saving_minor, coupons, banned).least_minor
            if hoped > best.total_minor:
                continue
            windows = self._windows_of(banned)
            reached = windows.at_most(saving_minor, coupons)
            self._thresholds.append((threshold, hoped))
            if not windows.whole:
                best = best._replace(bound_minor=min(best.bound_minor, hoped))
            if reached is None:
                continue
            key = (banned & self._banned_items, coupons, threshold)
            self.reached[key] = reached.saving_minor
            chosen = self._order_set(reached.saving_minor, reached.coupons, banned)
            coupons_then = reached.coupons + chosen.coupons
            if (chosen.total_minor, coupons_then) < (best.total_minor, best.coupons):
                best = _Case(
                    chosen.total_minor,
                    min(best.bound_minor, chosen.least_minor),
                    coupons_then,
                    chosen.expiry,
                    0,
                    reached.taken,
                    chosen.offers,
                    None,
                )
        return best

    def _windows_of(self, banned: int) -> Windows:
        key = banned & self._banned_items
        windows = self._windows.get(key)
        if windows is None:
            problem = self._problem
            windows = self._windows[key] = Windows(
                [one for one in problem.items if not banned >> one.number & 1],
                problem.dearest,
                coupons_max=problem.coupons_max,
                effort=self._known.effort,
            )
        return windows

    def _thresholds_above(self, after_item: int, banned: int) -> list[int]:
        """The sums, up to what everything costs, at which some order offer begins to save more."""
        found: set[int] = set()
        most = self._problem.sum_minor
        if after_item == most:
            return []
        for one in self._ladders:
            assert one.effect is not None
            if banned >> one.number & 1:
                continue
            following = one.effect.next_after(after_item)
            while following is not None and following <= most:
                found.add(following)
                if len(found) == THRESHOLDS_MAX:
                    self._note_bound(self._least_at_all())
                    break
                following = one.effect.next_after(following)
        return sorted(found)
