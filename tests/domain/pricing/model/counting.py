"""The least bill by counting: for each set of offers that go together, every sum that is reachable.

No components, no dominance, no bound: after each unit, the state is how many units each place of
each offer has taken, and with it go *all* sums that can be saved so, as the bits of one number. Then
every set of coupons on the bill is tried on every sum.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from regulars.domain.pricing.kinds import BundlePrice, BuyGet, NthDiscount
from regulars.domain.pricing.kinds.nth import Same
from tests.domain.pricing.brute import Bill, Case, Promise
from tests.domain.pricing.brute_items import Cup, half_up, limit_of, places_of, uses_of

STATES_MAX = 30_000

Counts = tuple[tuple[int, ...], ...]


class TooLargeError(Exception):
    """More states than this model can count."""


def least_by_counting(case: Case) -> int:
    """The least sum of the open units and fees after all offers. Units: minor units."""
    bill = Bill(case)
    return min(_least(bill, together) for together in _fullest(bill))


def _fullest(bill: Bill) -> Iterator[tuple[Promise, ...]]:
    """The sets of offers that go together to which none can be added."""
    promises = bill.promises
    friends = {
        one.turn: {
            other.turn for other in promises if other is not one and bill.together(one, other)
        }
        for one in promises
    }

    def grow(chosen: set[int], open_: set[int], out: set[int]) -> Iterator[set[int]]:
        if not open_ and not out:
            yield chosen
        for turn in sorted(open_):
            yield from grow(chosen | {turn}, open_ & friends[turn], out & friends[turn])
            open_, out = open_ - {turn}, out | {turn}

    for chosen in grow(set(), set(friends), set()):
        yield tuple(one for one in promises if one.turn in chosen)


def _least(bill: Bill, together: Sequence[Promise]) -> int:
    items = [one for one in together if one.is_item]
    orders = [one for one in together if not one.is_item]
    total = sum(cup.base for cup in bill.cups)
    best: int | None = None
    for coupons, bits in _sums(bill, items).items():
        savings = [at for at in range(bits.bit_length()) if bits >> at & 1]
        for chosen in _on_the_bill(orders, bill.case.coupons_max - coupons):
            found = min(bill.total_of(total - saved, chosen) for saved in savings)
            best = found if best is None else min(best, found)
    assert best is not None
    return best


def _on_the_bill(orders: Sequence[Promise], coupons: int) -> Iterator[list[Promise]]:
    """All that costs no coupon, with every choice of so many coupons."""
    free = [one for one in orders if not one.copies]
    held = [one for one in orders for _ in range(one.copies_max) if one.copies]
    for many in range(min(coupons, len(held)) + 1):
        for chosen in combinations(held, many):
            yield [*free, *chosen]


def _sums(bill: Bill, items: Sequence[Promise]) -> dict[int, int]:
    """By coupons spent, every sum that the item offers can save."""
    cups = bill.cups
    order = sorted(
        range(len(cups)),
        key=lambda at: (-cups[at].base, -cups[at].bare, cups[at].line.product_id.int, at),
    )
    sums: dict[Counts, int] = {tuple(() for _ in items): 1}
    for at in order:
        following = dict(sums)
        for counts, bits in sums.items():
            for number, promise in enumerate(items):
                for place in places_of(promise.offer, cups[at]):
                    taken = _taken(promise, counts[number], (place, at), cups)
                    if taken is None:
                        continue
                    after, saved = taken
                    key = (*counts[:number], after, *counts[number + 1 :])
                    following[key] = following.get(key, 0) | bits << saved
        if len(following) > STATES_MAX:
            raise TooLargeError
        sums = following
    found: dict[int, int] = {}
    for counts, bits in sums.items():
        ended = [_ended(one, each, cups) for one, each in zip(items, counts, strict=True)]
        spent = 0
        lost = 0
        for end in ended:
            if end is None:
                break
            spent += end[0]
            lost += end[1]
        else:
            if spent <= bill.case.coupons_max:
                found[spent] = found.get(spent, 0) | bits >> lost
    return found


def _taken(
    promise: Promise, counts: tuple[int, ...], given: tuple[int, int], cups: Sequence[Cup]
) -> tuple[tuple[int, ...], int] | None:
    """How many each place has taken with one more unit, and what that unit saves there."""
    place, at = given
    cup = cups[at]
    effect = promise.offer.effect
    if isinstance(effect, NthDiscount):
        products = sorted({one.line.product_id.int for one in cups})
        group = products.index(cup.line.product_id.int) if effect.same is Same.PRODUCT else 0
        known = list(counts or [0] * len(products))
        turn = known[group] % effect.n
        known[group] += 1
        if effect.groups_max is None and not promise.copies:
            known[group] %= effect.n
        price = cup.base if effect.with_extras else cup.bare
        saves = turn >= effect.n - effect.m
        return tuple(known), half_up(price, effect.basis_points) if saves else 0
    if isinstance(effect, BundlePrice | BuyGet):
        many = len(effect.slots) if isinstance(effect, BundlePrice) else 2
        known = list(counts or [0] * many)
        known[place] += 1
        if isinstance(effect, BundlePrice):
            return tuple(known), cup.bare
        price = cup.base if effect.with_extras else cup.bare
        return tuple(known), half_up(price, effect.basis_points) if place == 1 else 0
    found = uses_of(promise.offer, cups, [(at, 0)])
    if found is None:
        return None
    limited = limit_of(promise.offer, cups) is not None or promise.copies
    known = [(counts[0] if counts else 0) + 1] if limited else [1]
    return tuple(known), sum(share for _, share in found.shares)


def _ended(
    promise: Promise, counts: tuple[int, ...], cups: Sequence[Cup]
) -> tuple[int, int] | None:
    """Coupons spent and bundles charged at the end; None where the uses are not whole or too many."""
    effect = promise.offer.effect
    charged = 0
    if not any(counts):
        uses = 0
    elif isinstance(effect, NthDiscount):
        if any(one % effect.n for one in counts):
            return None
        uses = sum(counts) // effect.n
    elif isinstance(effect, BundlePrice | BuyGet):
        if isinstance(effect, BundlePrice):
            quantities = [slot.quantity for slot in effect.slots]
        else:
            quantities = [effect.n, effect.m]
        uses = counts[0] // quantities[0]
        if list(counts) != [uses * many for many in quantities]:
            return None
        charged = uses * effect.price_minor if isinstance(effect, BundlePrice) else 0
    else:
        uses = counts[0]
    each = limit_of(promise.offer, cups)
    if not promise.copies:
        limited = each is not None and uses > each
        return None if limited else (0, charged)
    if each == 0 and uses:
        return None
    coupons = -(-uses // each) if each else min(uses, 1)
    return (coupons, charged) if coupons <= promise.copies_max else None
