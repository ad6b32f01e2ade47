"""The least bill by trying everything: written apart from the engine, slow and plain.

Every legal set of offers and coupons; in each, every way to give every unit to one item offer or
to none; each of them priced with the rules of `docs/pricing.md`. Only for the smallest baskets.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.condition import ALWAYS
from regulars.domain.kernel.money import split
from regulars.domain.pricing.basket import HeldCoupon
from regulars.domain.pricing.kinds import FixedAmount, NthDiscount, Per, Percent
from regulars.domain.pricing.kinds.nth import Same
from regulars.domain.pricing.kinds.spend_and_save import SpendAndSave, SpendBase
from regulars.domain.pricing.offer import Offer, Stack


@dataclass(frozen=True, slots=True)
class Cup:
    """One unit that offers may touch. Units: minor units."""

    line: ChosenLine
    listed: int
    base: int
    extras: int


@dataclass(frozen=True, slots=True)
class Promise:
    """An offer in play, as an offer or as a coupon."""

    offer: Offer
    coupon: HeldCoupon | None = None

    @property
    def is_item(self) -> bool:
        """Whether it takes units of its own."""
        effect = self.offer.effect
        if isinstance(effect, NthDiscount):
            return True
        return isinstance(effect, Percent | FixedAmount) and effect.per is Per.UNIT

    def touches(self, cup: Cup) -> bool:
        """Whether a unit is among its goods."""
        line = cup.line
        return self.offer.goods.hold(
            product=line.product_id, category=line.category_id, tags=line.tags
        )


def half_up(amount: int, basis_points: int) -> int:
    """Units: minor units."""
    return int((amount * basis_points + 5_000) // 10_000)


def cups_of(lines: Sequence[ChosenLine], tier: str | None) -> list[Cup]:
    """The units that offers may touch, by line id."""
    cups = []
    for line in sorted(lines, key=lambda line: line.id.int):
        bare = line.unit_list_minor - line.extras_minor
        if tier is not None:
            bare = min(bare, line.member_price_minor.get(tier, bare))
        cup = Cup(line, line.unit_list_minor, bare + line.extras_minor, line.extras_minor)
        if line.discountable:
            cups += [cup] * line.quantity
    return cups


def least(
    lines: Sequence[ChosenLine],
    offers: Sequence[Offer],
    coupons: Sequence[HeldCoupon] = (),
    *,
    coupons_max: int = 1,
    tier: str | None = None,
) -> tuple[int, int]:
    """The least sum after the order step of the open units, and the fewest coupons for it."""
    cups = cups_of(lines, tier)
    spend = sum(cup.base for cup in cups)
    promises = [Promise(offer) for offer in offers] + [Promise(one.offer, one) for one in coupons]
    met = [
        promise
        for promise in promises
        if promise.offer.condition is ALWAYS or spend >= 2000
        if any(promise.touches(cup) for cup in cups)
    ]
    return min(
        (total, sum(one.coupon is not None for one in chosen))
        for chosen in legal_sets(met, coupons_max)
        for total in totals(cups, chosen)
    )


def legal_sets(promises: Sequence[Promise], coupons_max: int) -> Iterator[tuple[Promise, ...]]:
    """Every set that groups, `alone` and the limit of coupons allow."""
    for size in range(len(promises) + 1):
        for chosen in combinations(promises, size):
            groups = [group for one in chosen for group in one.offer.groups]
            if len(groups) != len(set(groups)):
                continue
            if size > 1 and any(one.offer.stack is Stack.ALONE for one in chosen):
                continue
            if sum(one.coupon is not None for one in chosen) <= coupons_max:
                yield chosen


def totals(cups: Sequence[Cup], chosen: Sequence[Promise]) -> Iterator[int]:
    """What the bill comes to for every way to give units to item offers."""
    items = [one for one in chosen if one.is_item]
    orders = [one for one in chosen if not one.is_item]
    ways = [[None, *[one for one in items if one.touches(cup)]] for cup in cups]
    for way in product(*ways):
        shares = item_shares(cups, way, items)
        if shares is not None:
            after = [cup.base - share for cup, share in zip(cups, shares, strict=True)]
            yield order_total(cups, after, orders)


def item_shares(
    cups: Sequence[Cup], way: Sequence[Promise | None], items: Sequence[Promise]
) -> list[int] | None:
    """What each unit saves, or None where an offer's groups do not come out even."""
    shares = [0] * len(cups)
    for promise in items:
        given = [at for at, one in enumerate(way) if one is promise]
        given.sort(
            key=lambda at: (-cups[at].base, cups[at].extras, cups[at].line.product_id.int, at)
        )
        effect = promise.offer.effect
        if isinstance(effect, NthDiscount):
            groups = by_product(cups, given) if effect.same is Same.PRODUCT else [given]
            for group in groups:
                if len(group) % effect.n:
                    return None
                if effect.groups_max is not None and len(group) > effect.n * effect.groups_max:
                    return None
                for start in range(0, len(group), effect.n):
                    members = group[start : start + effect.n]
                    saving = half_up(price(cups[members[-1]], effect), effect.basis_points)
                    parts = split(saving, [cups[at].base for at in members])
                    for at, part in zip(members, parts, strict=True):
                        shares[at] = part
            continue
        assert isinstance(effect, Percent | FixedAmount)
        if effect.units_max is not None and len(given) > effect.units_max:
            return None
        for at in given:
            full = price(cups[at], effect)
            if isinstance(effect, Percent):
                shares[at] = half_up(full, effect.basis_points)
            else:
                shares[at] = min(effect.amount_minor, full)
    return shares


def by_product(cups: Sequence[Cup], given: Sequence[int]) -> list[list[int]]:
    """The units of each product."""
    groups: dict[int, list[int]] = {}
    for at in given:
        groups.setdefault(cups[at].line.product_id.int, []).append(at)
    return list(groups.values())


def price(cup: Cup, effect: NthDiscount | Percent | FixedAmount) -> int:
    """The price that an item offer reads. Units: minor units."""
    return cup.base if effect.with_extras else cup.base - cup.extras


def order_total(cups: Sequence[Cup], after_item: Sequence[int], orders: Sequence[Promise]) -> int:
    """The sum after the order step, one offer after the other. Units: minor units."""
    prices = list(after_item)

    def sequence(one: Promise) -> tuple[int, ...]:
        effect = one.offer.effect
        coupon = one.coupon.id.int if one.coupon else 0
        tail = (one.offer.priority, one.offer.id.int, coupon)
        if isinstance(effect, Percent):
            return (0, -effect.basis_points, effect.cap_minor or -1, *tail)
        return (1, sum(one.touches(cup) for cup in cups), 0, *tail)

    for promise in sorted(orders, key=sequence):
        touched = [at for at, cup in enumerate(cups) if promise.touches(cup)]
        left = [prices[at] for at in touched]
        effect = promise.offer.effect
        if isinstance(effect, Percent):
            off = half_up(sum(left), effect.basis_points)
            off = min(off, effect.cap_minor or off)
        elif isinstance(effect, FixedAmount):
            off = effect.amount_minor
        else:
            assert isinstance(effect, SpendAndSave)
            base = {
                SpendBase.LIST: [cup.listed for cup in cups],
                SpendBase.BASE: [cup.base for cup in cups],
                SpendBase.AFTER_ITEM: list(after_item),
            }[effect.base]
            off = effect.off_at(sum(base[at] for at in touched))
        off = min(off, sum(left))
        for at, part in zip(touched, split(off, left), strict=True):
            prices[at] -= part
    return sum(prices)
