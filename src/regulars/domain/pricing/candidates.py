"""Which offers and coupons are in play for this basket.

At 13:00 with one tea: "第二杯半价" has too few cups, "下午茶" is not yet on, the gold discount
and the coupon "满30减10" are candidates. Why the others are not, `rejections.py` tells when asked.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeGuard
from uuid import UUID

from regulars.domain.kernel.condition import ALWAYS, verdict
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.pricing.basket import Basket, Choices, HeldCoupon, MemberView
from regulars.domain.pricing.book import OfferBook
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds import (
    BundlePrice,
    BuyGet,
    FeeWaiver,
    FixedAmount,
    Gift,
    NthDiscount,
    Per,
    Percent,
    QuantityLadder,
    SpendAndSave,
    UnitPrice,
)
from regulars.domain.pricing.kinds.acts import Reach, Taking, Way
from regulars.domain.pricing.limits import Left, OnLast
from regulars.domain.pricing.offer import ALWAYS_VALID, Offer, Stack
from regulars.domain.pricing.quote_parts import Source
from regulars.domain.pricing.reason import Reason, ReasonCode
from regulars.domain.pricing.units import Units
from regulars.domain.pricing.view import OWN_FIELDS, BasketView

ItemKind = (
    NthDiscount | Percent | FixedAmount | BundlePrice | BuyGet | UnitPrice | QuantityLadder | Gift
)
OrderKind = Percent | FixedAmount | SpendAndSave


class Candidate(NamedTuple):
    """One offer or kind of coupon in play, with the units that it may touch. Units: minor units.

    `coupons` are the copies at hand, the soonest to expire first; none is no coupon. `taking` is
    what an item offer may take. `fixed_off_minor` is what an order offer takes off where that is
    known before the search. `left` is what its limits still hold. A fee
    offer's units are fees.
    """

    offer: Offer
    source: Source
    coupons: tuple[HeldCoupon, ...]
    units: list[int]
    taking: Taking | None
    fixed_off_minor: int | None
    left: Left | None

    @property
    def is_fee(self) -> bool:
        """Whether it pays fees."""
        return self.offer.effect.way is Way.FEE

    @property
    def clip_minor(self) -> int | None:
        """What the last order may take of its budget; None is no such limit. Units: minor units."""
        left = self.left
        return None if left is None or left.on_last is not OnLast.CLIP else left.amount_minor

    @property
    def is_item(self) -> bool:
        """Whether it takes units."""
        return self.taking is not None

    @property
    def source_id(self) -> UUID | None:
        """The offer or coupon type behind the candidate; a tier discount has none."""
        return None if self.source is Source.TIER else self.offer.id


@dataclass(frozen=True, slots=True)
class Seen:
    """What candidates are judged by: the goods, who wants them, what was chosen, and when."""

    units: Units
    book: OfferBook
    member: MemberView | None
    choices: Choices
    now: Instant
    view: BasketView
    reached: dict[int, list[int]] = field(default_factory=dict, repr=False)

    @property
    def basket(self) -> Basket:
        """The basket."""
        return self.units.basket

    def fees(self, goods: Goods) -> list[int]:
        """The fee units that are among some goods."""
        lines = self.basket.lines
        return [
            unit
            for at in self.units.fee_lines
            if goods.hold(lines[at])
            for unit in self.units.of_line(at)
        ]

    def touched(self, goods: Goods) -> list[int]:
        """The open units that are among some goods."""
        if goods.everything:
            return self.units.open
        known = self.reached.get(id(goods))
        if known is None:
            lines = self.basket.lines
            known = self.reached[id(goods)] = [
                unit
                for at in self.units.open_lines
                if goods.hold(lines[at])
                for unit in self.units.of_line(at)
            ]
        return known


# By which the discount of a tier is switched off: it is no offer of the shop's.
TIER_ID = UUID(int=0)


@lru_cache(maxsize=256)
def tier_offer(tier: str, label: Label, discount_basis_points: int) -> Offer:
    """The discount of a tier as an offer, so that one search sees everything. Units: basis points.

    The receipt calls it by the name of the tier.
    """
    return Offer(
        id=TIER_ID,
        version=0,
        name=label,
        effect=Percent(basis_points=discount_basis_points, per=Per.ORDER),
    )


def candidates_of(seen: Seen, coupons_max: int) -> list[Candidate]:
    """Every offer and coupon in play, in canonical order: offers, the tier, coupons, by id."""
    found: list[Candidate] = []
    book, units = seen.book, seen.units
    lines = units.basket.lines
    mask = book.concerning([lines[at] for at in units.open_lines], seen.view)
    mask &= book.ways[Way.ITEM] | book.ways[Way.ORDER]
    if units.fee_lines:
        fees = book.concerning([lines[at] for at in units.fee_lines], seen.view)
        mask |= fees & book.ways[Way.FEE]
    for at, offer in book.chosen(mask):
        if not (is_on(offer, seen) and (book.settled[at] or holds(offer, seen))):
            continue
        candidate = entered(offer, Source.OFFER, (), seen)
        if isinstance(candidate, Candidate):
            found.append(candidate)
    member = seen.member
    if (
        member is not None
        and member.tier_discount_basis_points
        and units.open
        and TIER_ID not in seen.choices.without
    ):
        offer = tier_offer(member.tier, member.tier_label, member.tier_discount_basis_points)
        found.append(Candidate(offer, Source.TIER, (), units.open, None, None, None))
    if coupons_max:
        for copies in usable_coupons(seen):
            offer = copies[0].offer
            if holds(offer, seen):
                candidate = entered(offer, Source.COUPON, copies, seen)
                if isinstance(candidate, Candidate):
                    found.append(_as_many(candidate, coupons_max))
    return found


def _as_many(candidate: Candidate, coupons_max: int) -> Candidate:
    """No more copies than one order takes: what is in a group excludes a second of itself.

    One fee is paid once, and of what a budget still holds one copy takes its part.
    """
    offer, left = candidate.offer, candidate.left
    most = coupons_max
    if offer.per_order_max is not None:
        most = min(most, offer.per_order_max)
    budgeted = left is not None and left.amount_minor is not None
    if offer.groups or offer.stack is not Stack.FREE or candidate.is_fee or budgeted:
        most = 1
    return candidate._replace(coupons=candidate.coupons[:most])


def stands(offer: Offer, seen: Seen) -> bool:
    """Whether an offer is on, not switched off, and its condition holds."""
    return is_on(offer, seen) and holds(offer, seen)


def is_on(offer: Offer, seen: Seen) -> bool:
    """Whether an offer is on now and not switched off."""
    without = seen.choices.without
    if without and offer.id in without:
        return False
    period = offer.period
    if period is not ALWAYS_VALID:
        now = seen.now
        if (period.start is not None and now < period.start) or (
            period.end is not None and now >= period.end
        ):
            return False
    return True


def holds(offer: Offer, seen: Seen) -> bool:
    """Whether an offer's condition holds."""
    condition = offer.condition
    if condition is ALWAYS:
        return True
    if offer.asks.isdisjoint(OWN_FIELDS):
        return verdict(condition, seen.view).holds
    return verdict(condition, seen.view.of(seen.touched(offer.goods))).holds


def usable_coupons(seen: Seen) -> list[tuple[HeldCoupon, ...]]:
    """The coupons that may be candidates, copies of one kind together, the soonest first."""
    held = (*(seen.member.coupons if seen.member else ()), *seen.basket.presented)
    if not held:
        return []
    choices, now = seen.choices, seen.now
    kinds: dict[int, list[HeldCoupon]] = {}
    for coupon in held:
        if (
            coupon.valid_from <= now < coupon.valid_until
            and (choices.coupons is None or coupon.id in choices.coupons or coupon.code)
            and not (
                choices.without and not choices.without.isdisjoint((coupon.id, coupon.offer.id))
            )
        ):
            kinds.setdefault(coupon.type_id.int, []).append(coupon)
    return [
        tuple(sorted(copies, key=lambda one: (one.valid_until, one.id.int)))
        for _, copies in sorted(kinds.items())
    ]


def entered(
    offer: Offer, source: Source, coupons: tuple[HeldCoupon, ...], seen: Seen
) -> Candidate | Reason:
    """The offer as a candidate, or why this basket gives it nothing to do."""
    fee = offer.effect.way is Way.FEE
    chosen = seen.fees(offer.goods) if fee else seen.touched(offer.goods)
    if not chosen:
        return NO_GOODS
    left = seen.basket.left.get(offer.id)
    if left is not None and left.uses == 0:
        return spent_up(left)
    reach = Reach(seen.units, chosen, seen.touched)
    effect = offer.effect
    taking: Taking | None = None
    fixed: int | None = None
    match effect.way:
        case Way.ITEM:
            assert isinstance(effect, ItemKind)
            took = effect.taking(reach)
            if isinstance(took, Reason):
                return took
            taking = took
        case Way.ORDER:
            assert isinstance(effect, OrderKind)
            off = effect.fixed_off(reach)
            if isinstance(off, Reason):
                return off
            fixed = off
        case Way.FEE:
            assert isinstance(effect, FeeWaiver)
            fixed = sum([effect.waived_of(seen.units.base[unit]) for unit in chosen])
            if not fixed:
                return NO_GOODS
        case _:
            return NO_GOODS
    if fixed is not None and would_overspend(left, fixed):
        return spent_up(left)
    return Candidate(offer, source, coupons, chosen, taking, fixed, left)


def would_overspend(left: Left | None, amount_minor: int) -> TypeGuard[Left]:
    """Whether a budget that the last order may not pass holds less than an amount."""
    return (
        left is not None
        and left.on_last is OnLast.REFUSE
        and left.amount_minor is not None
        and amount_minor > left.amount_minor
    )


NO_GOODS = Reason(ReasonCode.NO_GOODS, {})


def spent_up(left: Left) -> Reason:
    """Why an offer with a limit gives nothing more."""
    money = left.amount_minor == 0 or left.uses != 0
    code = ReasonCode.BUDGET_SPENT if money else ReasonCode.LIMIT_REACHED
    return Reason(code, {"whose": left.whose.value})
