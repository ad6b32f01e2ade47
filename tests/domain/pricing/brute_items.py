"""What item offers save on given units, by the rules of `docs/pricing.md` and nothing else."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.money import split
from regulars.domain.pricing.kinds import (
    BundlePrice,
    BuyGet,
    FixedAmount,
    Gift,
    NthDiscount,
    Percent,
    QuantityLadder,
    UnitPrice,
)
from regulars.domain.pricing.kinds.nth import Same
from regulars.domain.pricing.kinds.spend_and_save import Repeat, SpendBase
from regulars.domain.pricing.offer import Offer

Given = Sequence[tuple[int, int]]


class Cup(NamedTuple):
    """One unit that offers may touch. Units: minor units."""

    line: ChosenLine
    at: int
    listed: int
    base: int
    bare: int


class Uses(NamedTuple):
    """How often an offer is used, with which coupons, and its share of each unit. Units: minor."""

    times: int
    coupons: int
    shares: tuple[tuple[int, int], ...]


def half_up(amount: int, basis_points: int) -> int:
    """Units: minor units."""
    return int((amount * basis_points + 5_000) // 10_000)


def places_of(offer: Offer, cup: Cup) -> list[int]:
    """The places that a unit may take in an offer: slots of a bundle, bought or got, or just 0."""
    effect = offer.effect
    if isinstance(effect, BundlePrice):
        return [at for at, slot in enumerate(effect.slots) if slot.goods.hold(cup.line)]
    if isinstance(effect, BuyGet):
        return [at for at, goods in enumerate((offer.goods, effect.get)) if goods.hold(cup.line)]
    if isinstance(effect, Gift):
        return [0] if effect.get.hold(cup.line) else []
    return [0] if offer.goods.hold(cup.line) else []


def limit_of(offer: Offer, cups: Sequence[Cup]) -> int | None:
    """How many uses there may be in all, or for each coupon; None is any number."""
    effect = offer.effect
    if isinstance(effect, NthDiscount):
        return effect.groups_max
    if isinstance(effect, Percent | FixedAmount | UnitPrice):
        return effect.units_max
    if isinstance(effect, BundlePrice | BuyGet):
        return effect.uses_max
    if isinstance(effect, Gift):
        return _earned(offer, effect, cups)
    return None


def _earned(offer: Offer, effect: Gift, cups: Sequence[Cup]) -> int:
    own = [cup for cup in cups if offer.goods.hold(cup.line) and not effect.get.hold(cup.line)]
    if effect.units_from is not None:
        times = len(own) // effect.units_from
    else:
        spent = sum(cup.listed if effect.base is SpendBase.LIST else cup.base for cup in own)
        times = spent // (effect.threshold_minor or 1)
    if effect.repeat is Repeat.ONCE:
        times = min(times, 1)
    return times * effect.quantity


def uses_of(offer: Offer, cups: Sequence[Cup], given: Given) -> Uses | None:
    """The uses that units make of an offer; None where they do not come out even."""
    groups = _groups(offer, cups, given)
    if groups is None:
        return None
    shares: list[tuple[int, int]] = []
    for members, saving in groups:
        if saving < 0:
            return None
        shares += zip(members, split(saving, [cups[at].base for at in members]), strict=True)
    return Uses(len(groups), 0, tuple(sorted(shares)))


def _groups(offer: Offer, cups: Sequence[Cup], given: Given) -> list[tuple[list[int], int]] | None:
    effect = offer.effect

    def dearest(units: Sequence[int]) -> list[int]:
        return sorted(
            units,
            key=lambda at: (-cups[at].base, -cups[at].bare, cups[at].line.product_id.int, at),
        )

    def price(at: int, *, with_extras: bool) -> int:
        return cups[at].base if with_extras else cups[at].bare

    if isinstance(effect, NthDiscount):
        found = []
        for units in _apart(cups, [at for at, _ in given], effect.same):
            ordered = dearest(units)
            if len(ordered) % effect.n:
                return None
            for start in range(0, len(ordered), effect.n):
                members = ordered[start : start + effect.n]
                saving = sum(
                    half_up(price(at, with_extras=effect.with_extras), effect.basis_points)
                    for at in members[-effect.m :]
                )
                found.append((members, saving))
        return found
    if isinstance(effect, BundlePrice | BuyGet):
        if isinstance(effect, BundlePrice):
            quantities = [slot.quantity for slot in effect.slots]
        else:
            quantities = [effect.n, effect.m]
        taken = [
            dearest([at for at, place in given if place == slot]) for slot in range(len(quantities))
        ]
        times = len(taken[0]) // quantities[0]
        if any(len(one) != times * many for one, many in zip(taken, quantities, strict=True)):
            return None
        found = []
        for turn in range(times):
            parts = [
                one[turn * many : (turn + 1) * many]
                for one, many in zip(taken, quantities, strict=True)
            ]
            together = [at for part in parts for at in part]
            if isinstance(effect, BundlePrice):
                saving = sum(cups[at].bare for at in together) - effect.price_minor
            else:
                saving = sum(
                    half_up(price(at, with_extras=effect.with_extras), effect.basis_points)
                    for at in parts[1]
                )
            found.append((together, saving))
        return found
    return [([at], saving) for at, saving in _each(offer, cups, [at for at, _ in given])]


def _each(offer: Offer, cups: Sequence[Cup], given: Sequence[int]) -> Iterator[tuple[int, int]]:
    effect = offer.effect
    for at in given:
        bare, base = cups[at].bare, cups[at].base
        match effect:
            case Percent():
                yield at, half_up(base if effect.with_extras else bare, effect.basis_points)
            case FixedAmount():
                yield at, min(effect.amount_minor, base if effect.with_extras else bare)
            case UnitPrice():
                yield at, (base if effect.with_extras else bare) - effect.price_minor
            case Gift():
                yield at, bare - effect.price_minor
            case QuantityLadder():
                many = sum(offer.goods.hold(cup.line) for cup in cups)
                reached = [step for step in effect.steps if step.quantity <= many]
                points = reached[-1].basis_points if reached else 0
                yield at, half_up(base if effect.with_extras else bare, points)
            case _:
                raise AssertionError("no such item offer")


def _apart(cups: Sequence[Cup], given: Sequence[int], same: Same) -> list[list[int]]:
    """The units that may make groups with each other."""
    if same is Same.GOODS:
        return [list(given)]
    groups: dict[int, list[int]] = {}
    for at in given:
        groups.setdefault(cups[at].line.product_id.int, []).append(at)
    return list(groups.values())
