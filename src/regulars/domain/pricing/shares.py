"""What each chosen offer takes off each unit, to the cent.

The 8.00 of "第二杯半价" on two teas of 16.00 is 4.00 each; the 5.00 of 满40减5 over 12.00,
12.00 and 22.00 is 1.31, 1.30 and 2.39.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from regulars.domain.kernel.money import split
from regulars.domain.pricing.basket import HeldCoupon
from regulars.domain.pricing.candidates import Candidate
from regulars.domain.pricing.kinds.acts import Bundle, Group, Single, Taking
from regulars.domain.pricing.search.automaton import Taken, roles
from regulars.domain.pricing.search.orders import OrderOffer
from regulars.domain.pricing.units import Units


class Applied(NamedTuple):
    """One candidate, or one of its coupons, with its share of every unit. Units: minor units.

    `desired_minor` is what it promised; less is applied where nothing is left to take.
    """

    candidate: Candidate
    coupon: HeldCoupon | None
    desired_minor: int
    amount_minor: int
    shares: list[int]


class Use(NamedTuple):
    """The units of one use of an item offer, and what it saves. Units: minor units."""

    units: tuple[int, ...]
    saving_minor: int


def item_shares(
    taken: Sequence[Taken], candidates: Sequence[Candidate], units: Units
) -> list[Applied]:
    """The item offers of a plan with their shares: a saving is spread over all that its use took."""
    applied: list[Applied] = []
    for candidate, taking, uses in _by_candidate(taken, candidates, units):
        for coupon, paid in _by_coupon(candidate, taking, uses):
            applied.append(_applied(candidate, coupon, paid, units))
    return applied


def loses(taken: Sequence[Taken], candidates: Sequence[Candidate], units: Units) -> bool:
    """Whether some use of a plan, a bundle of cheap parts, costs more than its parts."""
    return any(
        use.saving_minor < 0
        for _, _, uses in _by_candidate(taken, candidates, units)
        for use in uses
    )


def _by_candidate(
    taken: Sequence[Taken], candidates: Sequence[Candidate], units: Units
) -> Iterator[tuple[Candidate, Taking, list[Use]]]:
    """The uses of each item offer of a plan, the dearest first."""
    if not taken:
        return
    rank = {unit: place for place, unit in enumerate(units.dearest)}
    by_number: dict[int, list[Taken]] = {}
    for one in sorted(taken, key=lambda one: rank[one.unit]):
        by_number.setdefault(one.number, []).append(one)
    for number in sorted(by_number):
        candidate = candidates[number]
        taking = candidate.taking
        assert taking is not None
        uses = sorted(uses_of(taking, by_number[number]), key=lambda use: rank[use.units[0]])
        yield candidate, taking, uses


def uses_of(taking: Taking, taken: Sequence[Taken]) -> Iterator[Use]:
    """The uses that units, dearest first, make of an item offer."""
    by_role: dict[int, list[int]] = {}
    for one in taken:
        by_role.setdefault(one.role, []).append(one.unit)
    slots: dict[int, list[list[int]]] = {}
    for role, (pattern, _) in enumerate(roles(taking)):
        slots.setdefault(pattern, []).append(by_role.get(role, []))
    for at, pattern_slots in slots.items():
        one_kind = taking.patterns[at]
        match one_kind:
            case Single(savings=savings):
                for unit in pattern_slots[0]:
                    yield Use((unit,), savings[unit])
            case Group(savings=savings, n=n, m=m):
                for start in range(0, len(pattern_slots[0]), n):
                    group = pattern_slots[0][start : start + n]
                    yield Use(tuple(group), sum([savings[unit] for unit in group[n - m :]]))
            case Bundle():
                yield from _bundles(one_kind, pattern_slots)


def _bundles(bundle: Bundle, taken: Sequence[Sequence[int]]) -> Iterator[Use]:
    """The dearest of every slot together, then the next."""
    for at in range(len(taken[0]) // bundle.slots[0].quantity):
        together: list[int] = []
        saving_minor = -bundle.charge_minor
        for slot, units in zip(bundle.slots, taken, strict=True):
            part = units[at * slot.quantity : (at + 1) * slot.quantity]
            saving_minor += sum([slot.gains[unit] for unit in part])
            together += part
        yield Use(tuple(together), saving_minor)


def _by_coupon(
    candidate: Candidate, taking: Taking, uses: Sequence[Use]
) -> Iterator[tuple[HeldCoupon | None, Sequence[Use]]]:
    """The uses that each coupon pays for; all of them where it is no coupon."""
    if not candidate.coupons:
        yield None, uses
        return
    each = taking.uses_max or len(uses)
    for at, start in enumerate(range(0, len(uses), each)):
        yield candidate.coupons[at], uses[start : start + each]


def _applied(
    candidate: Candidate, coupon: HeldCoupon | None, uses: Sequence[Use], units: Units
) -> Applied:
    base = units.base
    shares = [0] * len(base)
    for use in uses:
        if len(use.units) == 1:
            shares[use.units[0]] = use.saving_minor
        else:
            parts = split(use.saving_minor, [base[unit] for unit in use.units])
            for unit, part in zip(use.units, parts, strict=True):
                shares[unit] = part
    desired = amount = sum(shares)
    clip = candidate.clip_minor
    if clip is not None and amount > clip:
        amount = clip
        shares = list(split(amount, shares))
    return Applied(candidate, coupon, desired, amount, shares)


def order_shares(
    orders: Sequence[OrderOffer],
    candidates: Sequence[Candidate],
    after_item: Sequence[int],
    units: Units,
) -> tuple[list[Applied], list[int]]:
    """The order offers with their shares, one after the other, and what each unit then costs."""
    prices = list(after_item)
    after_item_minor = sum([prices[unit] for unit in units.open])
    applied: list[Applied] = []
    for one in orders:
        touched = one.touched
        left = [prices[unit] for unit in touched]
        remaining = sum(left)
        desired = one.off(remaining, after_item_minor)
        amount = min(desired, remaining)
        if amount <= 0:
            continue
        candidate = candidates[one.number]
        coupon = candidate.coupons[one.copy] if candidate.coupons else None
        shares = [0] * len(prices)
        for unit, part in zip(touched, split(amount, left), strict=True):
            shares[unit] = part
            prices[unit] -= part
        applied.append(Applied(candidate, coupon, desired, amount, shares))
    return applied, prices


def after_shares(prices: Sequence[int], applied: Sequence[Applied]) -> list[int]:
    """What each unit costs after some offers took their shares. Units: minor units."""
    after = list(prices)
    for one in applied:
        for unit, share in enumerate(one.shares):
            after[unit] -= share
    return after
