"""The least bill by trying everything: written apart from the engine, slow and plain.

Every way to give every unit to one item offer or to none, with every legal set of offers on the
bill; each priced with the rules of `docs/pricing.md`. Only for the smallest baskets.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, combinations_with_replacement, product
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine, LineKind
from regulars.domain.kernel.condition import ALWAYS
from regulars.domain.kernel.money import split
from regulars.domain.pricing.kinds import FeeWaiver, FixedAmount, Per, Percent, SpecialPrice
from regulars.domain.pricing.kinds.spend_and_save import SpendAndSave, SpendBase
from regulars.domain.pricing.limits import Left, OnLast
from regulars.domain.pricing.offer import Offer, Stack
from tests.domain.pricing.brute_items import Cup, Uses, half_up, limit_of, places_of, uses_of

SPEND_CONDITION_MINOR = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is bought, what is on offer and what the guest holds. Units: minor, basis points."""

    lines: tuple[ChosenLine, ...]
    offers: tuple[Offer, ...]
    coupons: tuple[Offer, ...] = ()
    coupons_max: int = 1
    tier: str = "gold"
    tier_off: Offer | None = None
    left: Mapping[UUID, Left] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Promise:
    """One offer or kind of coupon in play; `copies` is 0 where it is no coupon."""

    offer: Offer
    copies: int
    turn: int
    left: Left | None

    @property
    def is_item(self) -> bool:
        """Whether it takes units of its own."""
        effect = self.offer.effect
        if isinstance(effect, Percent | FixedAmount):
            return effect.per is Per.UNIT and not effect.on_top
        return not isinstance(effect, SpendAndSave | FeeWaiver)

    @property
    def copies_max(self) -> int:
        """How many of its coupons one order may take."""
        offer = self.offer
        if offer.groups or offer.stack is not Stack.FREE:
            return min(self.copies, 1)
        budget = self.left is not None and self.left.amount_minor is not None
        if isinstance(offer.effect, FeeWaiver) or budget:
            return min(self.copies, 1)
        return min(self.copies, offer.per_order_max or self.copies)


def least(case: Case) -> tuple[int, int]:
    """The least sum of the open units and fees after all offers, and the fewest coupons for it."""
    return Bill(case).least()


def bill_of(case: Case) -> "Bill":
    """A case with its units and promises."""
    return Bill(case)


def cups_of(case: Case) -> list[Cup]:
    """The units that offers may touch, by line id, at the prices in force."""
    lines = sorted(
        (line for line in case.lines if line.kind is LineKind.GOODS), key=lambda line: line.id.int
    )
    cups: list[Cup] = []
    for at, line in enumerate(lines):
        if not line.discountable:
            continue
        listed = line.unit_list_minor - line.extras_minor
        bare = min(listed, line.member_price_minor.get(case.tier, listed))
        for offer in case.offers:
            effect = offer.effect
            if isinstance(effect, SpecialPrice) and offer.goods.hold(line):
                if effect.price_minor is not None:
                    bare = min(bare, effect.price_minor)
                else:
                    bare = min(bare, listed - half_up(listed, effect.basis_points or 0))
        base = bare + line.extras_minor
        cups += [Cup(line, at, line.unit_list_minor, base, bare)] * line.quantity
    return cups


class Bill:
    """One case, with what was already worked out."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.cups = cups_of(case)
        self.fees = [
            (line, line.unit_list_minor)
            for line in case.lines
            if line.kind is LineKind.FEE
            for _ in range(line.quantity)
        ]
        spend = sum(cup.base for cup in self.cups)
        self.promises = [
            one
            for one in _promises(case)
            if one.offer.condition is ALWAYS or spend >= SPEND_CONDITION_MINOR
            if one.left is None or one.left.uses != 0
        ]
        self.items = [one for one in self.promises if one.is_item]
        self.orders = [one for one in self.promises if not one.is_item]
        self._uses: dict[tuple[int, tuple[tuple[int, int], ...]], Uses | None] = {}
        self._totals: dict[object, int] = {}

    def least(self) -> tuple[int, int]:
        """Try everything."""
        order_sets = list(self._order_sets())
        best: tuple[int, int] | None = None
        for after, used, coupons in self._item_plans():
            for orders, spent in order_sets:
                if coupons + spent > self.case.coupons_max:
                    continue
                if not all(self.together(one, other) for one in used for other in set(orders)):
                    continue
                total = self._total(after, orders)
                if total is not None and (best is None or (total, coupons + spent) < best):
                    best = (total, coupons + spent)
        assert best is not None
        return best

    def _item_plans(self) -> set[tuple[tuple[int, ...], tuple[Promise, ...], int]]:
        """What each unit costs after the item offers, who took part, how many coupons."""
        cups = self.cups
        ways: list[list[tuple[tuple[int, int] | None, ...]]] = []
        for line in dict.fromkeys(cup.line.id for cup in cups):
            same = [cup for cup in cups if cup.line.id == line]
            options: list[tuple[int, int] | None] = [None]
            for at, one in enumerate(self.items):
                options += [(at, place) for place in places_of(one.offer, same[0])]
            ways.append(list(combinations_with_replacement(options, len(same))))
        found: set[tuple[tuple[int, ...], tuple[Promise, ...], int]] = set()
        for parts in product(*ways):
            way = [each for part in parts for each in part]
            plan = self._item_plan(way)
            if plan is not None:
                found.add(plan)
        return found

    def _item_plan(
        self, way: Sequence[tuple[int, int] | None]
    ) -> tuple[tuple[int, ...], tuple[Promise, ...], int] | None:
        given: dict[int, list[tuple[int, int]]] = {}
        for cup, each in enumerate(way):
            if each is not None:
                given.setdefault(each[0], []).append((cup, each[1]))
        used = tuple(self.items[at] for at in sorted(given))
        if not all(self.together(one, other) for one, other in combinations(used, 2)):
            return None
        after = [cup.base for cup in self.cups]
        coupons = 0
        for at, taken in given.items():
            uses = self._uses_of(at, tuple(taken))
            if uses is None:
                return None
            coupons += uses.coupons
            for cup, share in uses.shares:
                after[cup] -= share
        return tuple(after), used, coupons

    def _uses_of(self, at: int, taken: tuple[tuple[int, int], ...]) -> Uses | None:
        """What an offer saves on these units; None where they are no whole uses, or too many."""
        key = (at, taken)
        if key in self._uses:
            return self._uses[key]
        promise = self.items[at]
        found = uses_of(promise.offer, self.cups, taken)
        if found is not None:
            each = limit_of(promise.offer, self.cups)
            if each == 0 or (not promise.copies and each is not None and found.times > each):
                found = None
            elif promise.copies:
                coupons = -(-found.times // each) if each is not None else 1
                found = found._replace(coupons=coupons) if coupons <= promise.copies_max else None
        if found is not None and promise.left is not None:
            found = _within(found, promise.left)
        self._uses[key] = found
        return found

    def _order_sets(self) -> Iterator[tuple[tuple[Promise, ...], int]]:
        """Every legal set of offers on the bill, several copies of one coupon too."""
        counts = [range(one.copies_max + 1) if one.copies else (0, 1) for one in self.orders]
        for counted in product(*counts):
            chosen = [one for one, count in zip(self.orders, counted, strict=True) if count]
            if not all(self.together(one, other) for one, other in combinations(chosen, 2)):
                continue
            spent = sum(
                count for one, count in zip(self.orders, counted, strict=True) if one.copies
            )
            if spent > self.case.coupons_max:
                continue
            every = [
                one for one, count in zip(self.orders, counted, strict=True) for _ in range(count)
            ]
            yield tuple(sorted(every, key=self.turn_of)), spent

    def turn_of(self, promise: Promise) -> tuple[int, ...]:
        """When an offer on the bill takes its part."""
        effect = promise.offer.effect
        tail = (promise.offer.priority, promise.turn)
        if isinstance(effect, FeeWaiver):
            return (2, 0, 0, *tail)
        if isinstance(effect, Percent) and not effect.on_top:
            cap = -1 if effect.cap_minor is None else effect.cap_minor
            return (0, -effect.basis_points, cap, *tail)
        return (1, len(self._touched(promise)), 0, *tail)

    def _touched(self, promise: Promise) -> list[int]:
        return [at for at, cup in enumerate(self.cups) if promise.offer.goods.hold(cup.line)]

    def off_of(self, promise: Promise) -> int:
        """What an offer takes that reads nothing but prices before all offers, or a fee."""
        effect = promise.offer.effect
        if isinstance(effect, FeeWaiver):
            paid = [fee for line, fee in self.fees if promise.offer.goods.hold(line)]
            cap = effect.cap_minor
            return sum(fee if cap is None else min(fee, cap) for fee in paid)
        return self._off(promise, self._touched(promise), 0, ())

    def together(self, one: Promise, other: Promise) -> bool:
        """Whether two may be on one order."""
        for mine, its in ((one.offer, other.offer), (other.offer, one.offer)):
            if mine.stack is Stack.ALONE:
                return False
            if mine.stack is Stack.ONLY_WITH and not set(mine.only_with) & set(its.groups):
                return False
        if isinstance(one.offer.effect, FeeWaiver) and isinstance(other.offer.effect, FeeWaiver):
            for line, _ in self.fees:
                if one.offer.goods.hold(line) and other.offer.goods.hold(line):
                    return False
        return not set(one.offer.groups) & set(other.offer.groups)

    def _total(self, after: tuple[int, ...], orders: tuple[Promise, ...]) -> int | None:
        """The sum after one offer after the other; None where a budget would be overspent."""
        everything = all(len(self._touched(one)) == len(after) for one in orders)
        key = (sum(after) if everything else after, tuple(one.turn for one in orders))
        if key not in self._totals:
            found = self._worked_out(list(after), orders)
            self._totals[key] = -1 if found is None else found
        total = self._totals[key]
        return None if total < 0 else total

    def total_of(self, after_minor: int, orders: Sequence[Promise]) -> int:
        """The sum after offers that all touch everything, whatever each unit costs."""
        first = [after_minor, *[0] * (len(self.cups) - 1)] if self.cups else []
        total = self._worked_out(first, sorted(orders, key=self.turn_of))
        assert total is not None
        return total

    def _worked_out(self, prices: list[int], orders: Sequence[Promise]) -> int | None:
        after_item = list(prices)
        fees = sum(fee for _, fee in self.fees)
        for promise in orders:
            effect = promise.offer.effect
            if isinstance(effect, FeeWaiver):
                off = self.off_of(promise)
                touched, left = [], None
            else:
                touched = self._touched(promise)
                left = [prices[at] for at in touched]
                off = self._off(promise, touched, sum(left), after_item)
                # A promise that is known before the search counts in full.
                reads_bill = isinstance(effect, Percent) and not effect.on_top
                reads_bill |= isinstance(effect, SpendAndSave) and (
                    effect.base is SpendBase.AFTER_ITEM
                )
                asked = min(off, sum(left)) if reads_bill else off
                if _refuses(promise.left, asked):
                    return None
            clip = _clip(promise.left)
            off = off if clip is None else min(off, clip)
            if left is None:
                if _refuses(promise.left, off):
                    return None
                fees -= off
                continue
            off = min(off, sum(left))
            if off:
                for at, part in zip(touched, split(off, left), strict=True):
                    prices[at] -= part
        return sum(prices) + fees

    def _off(
        self, promise: Promise, touched: Sequence[int], remaining: int, after_item: Sequence[int]
    ) -> int:
        effect = promise.offer.effect
        cups = self.cups
        if isinstance(effect, Percent | FixedAmount) and effect.on_top:
            full = [cups[at].base if effect.with_extras else cups[at].bare for at in touched]
            if isinstance(effect, Percent):
                return sum(half_up(one, effect.basis_points) for one in full)
            return sum(min(one, effect.amount_minor) for one in full)
        if isinstance(effect, Percent):
            off = half_up(remaining, effect.basis_points)
            return off if effect.cap_minor is None else min(off, effect.cap_minor)
        if isinstance(effect, FixedAmount):
            return effect.amount_minor if touched else 0
        assert isinstance(effect, SpendAndSave)
        reads: Sequence[int] = after_item
        if effect.base is SpendBase.LIST:
            reads = [cup.listed for cup in cups]
        elif effect.base is SpendBase.BASE:
            reads = [cup.base for cup in cups]
        return _ladder(effect, sum(reads[at] for at in touched))


def _ladder(effect: SpendAndSave, spent: int) -> int:
    reached = [step for step in effect.steps if step.threshold_minor <= spent]
    if not reached:
        return 0
    off = reached[-1].off_minor
    if effect.repeat.value == "per_step":
        off *= spent // reached[-1].threshold_minor
    return off if effect.cap_minor is None else min(off, effect.cap_minor)


def _promises(case: Case) -> Iterator[Promise]:
    turn = 0
    for offer in sorted(case.offers, key=lambda one: one.id.int):
        if not isinstance(offer.effect, SpecialPrice):
            yield Promise(offer, 0, turn, case.left.get(offer.id))
            turn += 1
    if case.tier_off is not None:
        yield Promise(case.tier_off, 0, turn, None)
        turn += 1
    for offer in sorted({one.id: one for one in case.coupons}.values(), key=lambda one: one.id.int):
        copies = sum(one.id == offer.id for one in case.coupons)
        yield Promise(offer, copies, turn, case.left.get(offer.id))
        turn += 1


def _clip(left: Left | None) -> int | None:
    return None if left is None or left.on_last is not OnLast.CLIP else left.amount_minor


def _refuses(left: Left | None, off: int) -> bool:
    """Whether a budget that may not be overspent holds less."""
    if left is None or left.on_last is not OnLast.REFUSE or left.amount_minor is None:
        return False
    return off > left.amount_minor


def _within(uses: Uses, left: Left) -> Uses | None:
    amount = sum(share for _, share in uses.shares)
    if left.amount_minor is None or left.on_last is OnLast.HONOUR or amount <= left.amount_minor:
        return uses
    if left.on_last is OnLast.REFUSE:
        return None
    shares = split(left.amount_minor, [share for _, share in uses.shares])
    units = [cup for cup, _ in uses.shares]
    return uses._replace(shares=tuple(zip(units, shares, strict=True)))
