"""Trying every offer of a set out, before a guest does.

For each offer a few baskets of its own goods (one, as many as it needs, as much as it asks to be
spent), a guest and a moment for whom its condition holds, priced by the same `quote` as a sale.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.condition import Scalar, verdict
from regulars.domain.kernel.ids import CouponId, ProductId
from regulars.domain.kernel.period import Instant
from regulars.domain.pricing.basket import (
    NO_CHOICES,
    Basket,
    HeldCoupon,
    MemberView,
)
from regulars.domain.pricing.book import OfferBook
from regulars.domain.pricing.checks.findings import Witness, WitnessLine
from regulars.domain.pricing.checks.shelf import Shelf, Wanted
from regulars.domain.pricing.checks.wishes import instants_of, wishes_of
from regulars.domain.pricing.kinds import BundlePrice, BuyGet, Gift, NthDiscount, QuantityLadder
from regulars.domain.pricing.kinds.spend_and_save import SpendAndSave
from regulars.domain.pricing.offer import Offer
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.quoting import quote
from regulars.domain.pricing.units import unrolled
from regulars.domain.pricing.view import BasketView

INSTANTS_MAX = 60
BASKETS_MAX = 12
UNITS_MAX = 40


class Occasion(NamedTuple):
    """For whom and when an offer is tried."""

    member: MemberView | None
    at: Instant
    source: str
    flags: frozenset[str]
    party: int | None
    tender: str | None

    def of(self, basket: Basket) -> Basket:
        """The basket on this occasion."""
        return replace(
            basket, source=self.source, flags=self.flags, party=self.party, tender=self.tender
        )


class Tried(NamedTuple):
    """One basket on one occasion, and its bill."""

    wanted: Wanted
    occasion: Occasion
    bill: Quote


def occasions_of(offer: Offer, shelf: Shelf, now: Instant) -> Iterator[Occasion]:
    """Occasions on which the condition of an offer may hold, the likeliest first."""
    wishes = wishes_of(offer.condition)
    member = _guest(wishes, shelf)
    starts = offer.period.start if offer.period.start is not None else now
    for at, moment in enumerate(instants_of(wishes, max(now, starts), shelf.zone)):
        if at == INSTANTS_MAX:
            return
        flag, party, tender = (wishes.get(name) for name in ("flags", "party", "tender"))
        yield Occasion(
            member,
            moment,
            str(wishes.get("source", "counter")),
            frozenset([str(flag)]) if flag is not None else frozenset(),
            party if isinstance(party, int) else None,
            str(tender) if tender is not None else None,
        )


def _guest(wishes: dict[str, Scalar], shelf: Shelf) -> MemberView | None:
    """A member as a condition wants her; nobody where it wants none."""
    if wishes.get("member") is False or not shelf.tiers:
        return None
    tier = next((one for one in shelf.tiers if one.code == wishes.get("tier")), shelf.tiers[0])
    visits = wishes.get("visits", 1)
    number = wishes.get("visit_number")
    if isinstance(number, int):
        visits = number - 1
    if wishes.get("new_member") is True:
        visits = 0
    offset, points, tag = (
        wishes.get(name) for name in ("birthday_offset", "points", "member_tags")
    )
    return replace(
        shelf.guest(tier),
        visits=visits if isinstance(visits, int) else 1,
        birthday_offset=offset if isinstance(offset, int) else None,
        points_available=points if isinstance(points, int) else 0,
        tags=frozenset([str(tag)]) if tag is not None else frozenset(),
        bought=frozenset(),
    )


def holds_on(offer: Offer, basket: Basket, occasion: Occasion) -> bool:
    """Whether an offer is on and its condition holds."""
    if not offer.period.holds(occasion.at):
        return False
    units = unrolled(occasion.of(basket), occasion.member)
    view = BasketView(units, occasion.member, occasion.at)
    touched = [u for u in units.open if offer.goods.hold(units.lines[units.position[u]])]
    return verdict(offer.condition, view.of(touched)).holds


def baskets_for(offer: Offer, shelf: Shelf) -> list[Wanted]:
    """Baskets that an offer is about: of its cheapest and of its dearest goods."""
    own = shelf.among(offer.goods)
    wanted = wishes_of(offer.condition)
    found: list[Wanted] = []
    for line in _ends(own):
        found += [{line.product_id: count} for count in _counts(offer, line, wanted)]
    found += _with_others(offer, shelf, own)
    unique: list[Wanted] = []
    for one in found:
        if one not in unique and 0 < sum(one.values()) <= UNITS_MAX:
            unique.append(one)
    return unique[:BASKETS_MAX]


def _ends(lines: Sequence[ChosenLine]) -> list[ChosenLine]:
    return list(lines) if len(lines) < 2 else [lines[0], lines[-1]]


def _counts(offer: Offer, line: ChosenLine, wishes: dict[str, Scalar]) -> list[int]:
    """How many of one product an offer needs: for its groups, steps, sums and conditions."""
    effect = offer.effect
    counts = {1}
    sums = [wishes.get(name) for name in ("spend", "spend_list", "own_spend", "own_spend_list")]
    counts |= {n for n in (wishes.get("quantity"), wishes.get("own_quantity")) if type(n) is int}
    match effect:
        case NthDiscount(n=n):
            counts.add(n)
        case QuantityLadder(steps=steps):
            counts |= {step.quantity for step in steps}
        case SpendAndSave(steps=steps):
            sums += [step.threshold_minor for step in steps]
        case _:
            pass
    price = max(line.unit_list_minor, 1)
    for one in sums:
        if isinstance(one, int):
            # Enough, and one too few: just below a step a further item may cost less than nothing.
            counts |= {-(-one // price), -(-one // price) - 1}
    return sorted(count for count in counts if count > 0)


def _with_others(offer: Offer, shelf: Shelf, own: Sequence[ChosenLine]) -> list[Wanted]:
    """Baskets with the further goods that a kind names."""
    effect = offer.effect
    if isinstance(effect, BundlePrice):
        return [
            _together([(shelf.among(slot.goods), slot.quantity) for slot in effect.slots], end)
            for end in (0, -1)
        ]
    if isinstance(effect, BuyGet):
        get = shelf.among(effect.get)
        return [_together([(own, effect.n), (get, effect.m)], end) for end in (0, -1)]
    if isinstance(effect, Gift):
        get = shelf.among(effect.get)
        named = {line.product_id for line in get}
        trigger = [line for line in own if line.product_id not in named]
        if not trigger:
            return []
        price = max(trigger[-1].unit_list_minor, 1)
        count = effect.units_from or -(-(effect.threshold_minor or 1) // price)
        return [_together([(trigger, count), (get, effect.quantity)], -1)]
    return []


def _together(parts: Sequence[tuple[Sequence[ChosenLine], int]], end: int) -> Wanted:
    wanted: dict[ProductId, int] = {}
    for lines, count in parts:
        if not lines:
            return {}
        product = lines[end].product_id
        wanted[product] = wanted.get(product, 0) + count
    return wanted


def tried(shelf: Shelf, book: OfferBook, wanted: Wanted, occasion: Occasion) -> Tried:
    """The bill of a basket on an occasion."""
    basket = occasion.of(shelf.basket(wanted))
    bill = quote(
        basket, occasion.member, book, terms=shelf.terms, choices=NO_CHOICES, now=occasion.at
    )
    return Tried(wanted, occasion, bill)


def with_coupons(shelf: Shelf, occasion: Occasion) -> Occasion:
    """The same guest with one coupon of every kind."""
    member = occasion.member
    if member is None or not shelf.coupon_types:
        return occasion
    coupons = tuple(
        HeldCoupon(
            id=CouponId(UUID(int=1_000 + at)),
            type_id=kind.id,
            offer=kind.offer,
            valid_from=occasion.at,
            valid_until=Instant(occasion.at + timedelta(days=1)),
        )
        for at, kind in enumerate(shelf.coupon_types[:50])
    )
    return occasion._replace(member=replace(member, coupons=coupons))


def witness_of(one: Tried) -> Witness:
    """The basket, guest and moment of a trial, for people to read."""
    member = one.occasion.member
    return Witness(
        lines=tuple(
            WitnessLine(
                product_id=quoted.line.product_id,
                name=quoted.line.name,
                quantity=quoted.line.quantity,
            )
            for quoted in one.bill.lines
        ),
        tier=member.tier if member is not None else None,
        at=one.occasion.at,
        source=one.occasion.source,
        due_minor=one.bill.totals.due_minor,
    )
