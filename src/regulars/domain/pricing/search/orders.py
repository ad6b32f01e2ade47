"""The order stage: which offers on the bill go together so that least is left.

    九折 and 满100减15 exclude each other, a 10 元 coupon goes with either: from 120.00 the coupon
    and 满100减15 leave 95.00, the coupon and 九折 98.00.

Depth first over what is in question. What excludes nothing is always on: an offer on the bill can
only lower it. A set is dropped when even the full amounts of all that may still join do not help,
of those that exclude each other only the largest.
"""

from collections.abc import Sequence
from typing import NamedTuple

from regulars.domain.pricing.kinds.acts import OrderEffect
from regulars.domain.pricing.search.effort import Effort

LEAVES_MAX = 2_000
# About how many steps of a sweep one choice takes.
STEPS_A_NODE = 20


class OrderOffer(NamedTuple):
    """One order offer, or one copy of a coupon (`copy` counts from 0). Units: minor units.

    `fixed_minor` is its amount where that does not depend on what is left; `cap_minor` is what its
    budget still holds; `goods_minor` is what its own goods cost before all offers: it never takes
    more. `expiry_rank` orders coupons, the soonest first. `rank` says where it takes.
    """

    number: int
    copy: int
    effect: OrderEffect | None
    touched: Sequence[int]
    rank: tuple[int, ...]
    preference: int
    fixed_minor: int | None
    cap_minor: int | None
    goods_minor: int
    is_coupon: bool
    expiry_rank: int
    is_fee: bool = False

    def off(self, remaining_minor: int, after_item_minor: int) -> int:
        """What it wants to take. Units: minor units."""
        off = self.fixed_minor
        if off is None:
            assert self.effect is not None
            off = self.effect.off_at(remaining_minor, after_item_minor)
        return off if self.cap_minor is None else min(off, self.cap_minor)

    def most(self, remaining_minor: int, after_item_minor: int) -> int:
        """What it takes at most. Units: minor units."""
        return min(self.off(remaining_minor, after_item_minor), self.goods_minor)


class OrderSet(NamedTuple):
    """Offers in the order in which they take, and what they leave. Units: minor units.

    `coupons` and `expiry` (a sum of ranks) compare sets that leave as much. `least_minor` is what no
    set leaves less than.
    """

    total_minor: int
    coupons: int
    expiry: int
    offers: tuple[OrderOffer, ...]
    least_minor: int


def left_after(
    offers: Sequence[OrderOffer],
    after_item_minor: int,
    fees_minor: int,
    *,
    spent_minor: int | None = None,
) -> int:
    """What a set leaves if no amount is cut by what others took of its goods. Units: minor units.

    It never falls as the sum rises, but at the thresholds of ladders that read the sum
    (`spent_minor`, if it is to be another one). What pays a fee takes nothing from the goods.
    """
    remaining = after_item_minor
    spent = after_item_minor if spent_minor is None else spent_minor
    for one in offers:
        off = one.most(remaining, spent)
        if one.is_fee:
            fees_minor -= off
        else:
            remaining = remaining - off if off < remaining else 0
    return remaining + fees_minor


# An offer in question, what it takes at most, and the bit of its crowd.
_Open = tuple[OrderOffer, int, int]


class OrderStage:
    """The best sets of some order offers at different sums, each worked out once."""

    __slots__ = ("_crowds", "_effort", "_fees", "_kept", "_masks", "_mosts", "offers")

    def __init__(
        self,
        offers: Sequence[OrderOffer],
        masks: Sequence[int],
        *,
        fees_minor: int,
        effort: Effort,
    ) -> None:
        self._effort = effort
        # `masks[number]`: the offers, by number, that an offer excludes.
        self.offers = sorted(offers, key=_by_rank)
        self._crowds = _crowds_of(self.offers, masks)
        # What does not depend on the sum is asked once.
        self._mosts = [None if one.fixed_minor is None else one.most(0, 0) for one in self.offers]
        self._masks = masks
        self._fees = fees_minor
        self._kept: dict[tuple[int, int, int], OrderSet] = {}

    def best(self, after_item_minor: int, coupons: int, banned: int) -> OrderSet:
        """The set that leaves least of a sum, with at most so many coupons, none of the banned."""
        key = (after_item_minor, coupons, banned)
        known = self._kept.get(key)
        if known is None:
            known = self._kept[key] = self._searched(*key)
        return known

    def _searched(self, after_item_minor: int, coupons: int, banned: int) -> OrderSet:
        masks = self._masks
        self._effort.spend(len(self.offers))
        allowed: list[_Open] = []
        present = 0
        for one, crowd, fixed in zip(self.offers, self._crowds, self._mosts, strict=True):
            if banned and banned >> one.number & 1:
                continue
            most = one.most(after_item_minor, after_item_minor) if fixed is None else fixed
            if most > 0 and (coupons or not one.is_coupon):
                allowed.append((one, most, crowd))
                present |= 1 << one.number
        always = []
        open_ = []
        for each in allowed:
            one = each[0]
            if one.is_coupon or masks[one.number] & present:
                open_.append(each)
            else:
                always.append(one)
        if not open_:
            total = left_after(always, after_item_minor, self._fees)
            return OrderSet(total, 0, 0, tuple(always), total)
        open_.sort(key=lambda each: (-each[1], each[0].preference, each[0].copy))
        search = _Search((after_item_minor, self._fees), always, open_, (masks, self._effort))
        return search.answer(coupons)


class _Search:
    """One depth-first search: include first, so that good sets are found early."""

    __slots__ = (
        "_always",
        "_chosen",
        "_effort",
        "_fees",
        "_later",
        "_least",
        "_leaves",
        "_masks",
        "_open",
        "_out",
        "_rest",
        "_sum",
        "best",
    )

    def __init__(
        self,
        sums: tuple[int, int],
        always: Sequence[OrderOffer],
        open_: Sequence[_Open],
        rules: tuple[Sequence[int], Effort],
    ) -> None:
        masks, self._effort = rules
        self._sum, self._fees = sums
        self._always = always
        self._open = open_
        self._masks = masks
        self._rest = [(one.number, most, one.is_coupon, crowd) for one, most, crowd in open_]
        # Which offers are still to be decided about after each place: what excludes none of them
        # is never left out.
        later = [0]
        for one, _, _ in reversed(open_):
            later.append(later[-1] | 1 << one.number)
        self._later = later[-2::-1]
        self._chosen: list[OrderOffer] = []
        self._out = 0
        self._leaves = 0
        self._least: int | None = None
        self.best: OrderSet | None = None

    def answer(self, coupons: int) -> OrderSet:
        """The best set, and what none can pass."""
        self._descend(0, coupons, left_after(self._always, self._sum, self._fees))
        assert self.best is not None
        least = self.best.total_minor
        if self._least is not None:
            least = min(least, self._least)
        return self.best._replace(least_minor=least)

    def _descend(self, at: int, coupons: int, left: int) -> None:
        """Decide about the offers from a place on, where what is chosen leaves so much."""
        # What joins takes its full amount at most, and no other then takes more than before.
        least = max(left - self._most_from(at, coupons), 0)
        if self.best is not None and not self._hopes(least):
            return
        goes_on = self._effort.spend(STEPS_A_NODE + len(self._rest))
        if self._leaves >= LEAVES_MAX or not (goes_on or self.best is None):
            self._least = least if self._least is None else min(self._least, least)
            return
        if at == len(self._open):
            self._weigh(left)
            return
        one = self._open[at][0]
        if (
            not self._out >> one.number & 1
            and (coupons or not one.is_coupon)
            and (not one.copy or one.copy == self._copies_of(one))
        ):
            out = self._out
            self._chosen.append(one)
            self._out |= self._masks[one.number]
            then = left_after(self._in_order(), self._sum, self._fees)
            self._descend(at + 1, coupons - 1 if one.is_coupon else coupons, then)
            self._chosen.pop()
            self._out = out
            if not one.is_coupon and not self._masks[one.number] & self._later[at]:
                return
        self._descend(at + 1, coupons, left)

    def _in_order(self) -> list[OrderOffer]:
        return sorted([*self._always, *self._chosen], key=_by_rank)

    def _copies_of(self, one: OrderOffer) -> int:
        return sum([each.number == one.number for each in self._chosen])

    def _most_from(self, at: int, coupons: int) -> int:
        """What all that may still join take at most, the largest of each crowd. Units: minor units."""
        rest = 0
        out, crowds = self._out, 0
        for number, most, is_coupon, crowd in self._rest[at:]:
            if out >> number & 1 or crowds & crowd:
                continue
            if is_coupon:
                if not coupons:
                    continue
                coupons -= 1
            crowds |= crowd
            rest += most
        return rest

    def _hopes(self, least: int) -> bool:
        assert self.best is not None
        if least != self.best.total_minor:
            return least < self.best.total_minor
        spent = [one.expiry_rank for one in self._chosen if one.is_coupon]
        return (len(spent), sum(spent)) < (self.best.coupons, self.best.expiry)

    def _weigh(self, total: int) -> None:
        self._leaves += 1
        spent = [one.expiry_rank for one in self._chosen if one.is_coupon]
        known = self.best
        if known is None or (total, len(spent), sum(spent)) < (
            known.total_minor,
            known.coupons,
            known.expiry,
        ):
            self.best = OrderSet(total, len(spent), sum(spent), tuple(self._in_order()), 0)


def _by_rank(one: OrderOffer) -> tuple[int, ...]:
    return one.rank


def _crowds_of(offers: Sequence[OrderOffer], masks: Sequence[int]) -> list[int]:
    """For each offer the bit of a crowd of which only one can be on an order."""
    crowds: list[tuple[bool, list[int]]] = []
    found: list[int] = []
    for one in offers:
        mask, kind = masks[one.number], one.is_coupon
        for at, (coupons, members) in enumerate(crowds if mask else ()):
            if coupons is kind and all(mask >> member & 1 for member in members):
                members.append(one.number)
                found.append(1 << at)
                break
        else:
            found.append(1 << len(crowds))
            crowds.append((kind, [one.number]))
    return found
