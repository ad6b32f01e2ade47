"""Which offers and coupons are in play for this basket, and why the others are not.

At 13:00 with one tea: "第二杯半价" has too few cups, "下午茶" is not yet on, the gold discount
and the coupon "满30减10" are candidates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.condition import ALWAYS, Known, verdict
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, Period, business_day_of, local
from regulars.domain.pricing.basket import Basket, Choices, HeldCoupon, MemberView
from regulars.domain.pricing.book import OfferBook
from regulars.domain.pricing.kinds import Effect, FixedAmount, NthDiscount, Per, Percent
from regulars.domain.pricing.kinds.nth import Same
from regulars.domain.pricing.kinds.spend_and_save import SpendAndSave, SpendBase
from regulars.domain.pricing.offer import ALWAYS_VALID, Offer
from regulars.domain.pricing.quote_parts import Source
from regulars.domain.pricing.reason import Reason, ReasonCode, ReasonValue
from regulars.domain.pricing.units import Units
from regulars.domain.pricing.view import BasketView


class Candidate(NamedTuple):
    """One offer or coupon in play, with the units that it may touch. Units: minor units.

    `fixed_off_minor`: what an order amount takes off, known before the search; None where the
    saving depends on what the bill comes to.
    """

    offer: Offer
    source: Source
    coupon: HeldCoupon | None
    units: list[int]
    is_item: bool
    fixed_off_minor: int | None

    @property
    def source_id(self) -> UUID | None:
        """The offer or coupon type behind the candidate; a tier discount has none."""
        return None if self.source is Source.TIER else self.offer.id

    @property
    def coupon_id(self) -> UUID | None:
        """The coupon that would be spent."""
        return None if self.coupon is None else self.coupon.id


class Rejected(NamedTuple):
    """One offer or coupon that is out before the search; no reason given: its condition failed."""

    offer: Offer
    source: Source
    coupon: HeldCoupon | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Field:
    """All candidates in canonical order, those already out, and what conditions could see."""

    candidates: list[Candidate]
    rejected: list[Rejected]
    view: BasketView


SWITCHED_OFF = Reason(ReasonCode.SWITCHED_OFF, {})
NOT_CHOSEN = Reason(ReasonCode.NOT_CHOSEN, {})
NO_GOODS = Reason(ReasonCode.NO_GOODS, {})


@lru_cache(maxsize=256)
def tier_offer(tier: str, label: Label, discount_basis_points: int) -> Offer:
    """The discount of a tier as an offer, so that one search sees everything. Units: basis points.

    The receipt calls it by the name of the tier.
    """
    return Offer(
        id=UUID(int=0),
        version=0,
        name=label,
        effect=Percent(basis_points=discount_basis_points, per=Per.ORDER),
    )


def field_of(
    units: Units,
    book: OfferBook,
    member: MemberView | None,
    *,
    choices: Choices,
    now: Instant,
) -> Field:
    """Every candidate for this basket, and every offer and coupon already out with its reason."""
    view = BasketView(units, member, now)
    field = Field([], [], view)
    _enter_offers(field, units, book, view, (choices.without, now))
    if member is not None:
        if member.tier_discount_basis_points and units.open:
            offer = tier_offer(member.tier, member.tier_label, member.tier_discount_basis_points)
            field.candidates.append(Candidate(offer, Source.TIER, None, units.open, False, None))
        if member.coupons:
            _enter_coupons(field, units, member.coupons, view, (choices, now))
    return field


def _enter_offers(
    field: Field,
    units: Units,
    book: OfferBook,
    view: BasketView,
    when: tuple[frozenset[UUID], Instant],
) -> None:
    without, now = when
    lines = units.basket.lines
    masks = [(at, book.touching(lines[at])) for at in units.open_lines]
    touched = 0
    shared = -1
    for _, mask in masks:
        touched |= mask
        shared &= mask
    rejected = field.rejected
    for at, offer in enumerate(book.offers):
        bit = 1 << at
        if without and offer.id in without:
            rejected.append(Rejected(offer, Source.OFFER, None, SWITCHED_OFF))
        elif not touched & bit:
            rejected.append(Rejected(offer, Source.OFFER, None, NO_GOODS))
        elif (
            offer.period is not ALWAYS_VALID
            and (late := _not_now(offer.period, units.basket, now)) is not None
        ):
            rejected.append(Rejected(offer, Source.OFFER, None, late))
        elif not (offer.condition is ALWAYS or verdict(offer.condition, view).holds):
            rejected.append(Rejected(offer, Source.OFFER, None, None))
        else:
            if shared & bit:
                chosen = units.open
            else:
                chosen = [u for line, mask in masks if mask & bit for u in units.of_line(line)]
            _enter(field, units, (offer, Source.OFFER, None), chosen)


def _enter_coupons(
    field: Field,
    units: Units,
    coupons: Sequence[HeldCoupon],
    view: BasketView,
    when: tuple[Choices, Instant],
) -> None:
    choices, now = when
    rejected = field.rejected
    touched: dict[int, list[int]] = {}
    for coupon in sorted(coupons, key=_soonest_first) if len(coupons) > 1 else coupons:
        offer = coupon.offer
        if choices.without and not choices.without.isdisjoint((coupon.id, offer.id)):
            rejected.append(Rejected(offer, Source.COUPON, coupon, SWITCHED_OFF))
        elif choices.coupons is not None and coupon.id not in choices.coupons:
            rejected.append(Rejected(offer, Source.COUPON, coupon, NOT_CHOSEN))
        elif (late := _coupon_not_now(coupon, units.basket, now)) is not None:
            rejected.append(Rejected(offer, Source.COUPON, coupon, late))
        else:
            chosen = touched.get(offer.id.int)
            if chosen is None:
                chosen = touched[offer.id.int] = _touched(offer, units)
            if not chosen:
                rejected.append(Rejected(offer, Source.COUPON, coupon, NO_GOODS))
            elif not verdict(offer.condition, view).holds:
                rejected.append(Rejected(offer, Source.COUPON, coupon, None))
            else:
                _enter(field, units, (offer, Source.COUPON, coupon), chosen)


def _soonest_first(coupon: HeldCoupon) -> tuple[int, Instant, int]:
    return (coupon.type_id.int, coupon.valid_until, coupon.id.int)


def _coupon_not_now(coupon: HeldCoupon, basket: Basket, now: Instant) -> Reason | None:
    if coupon.valid_from <= now < coupon.valid_until:
        return None
    return _not_now(Period(coupon.valid_from, coupon.valid_until), basket, now)


def _not_now(period: Period, basket: Basket, now: Instant) -> Reason | None:
    """Why a period is not on, with the day as the store's own calendar has it."""
    start, end = period.start, period.end
    if start is not None and now < start:
        first = local(start, basket.zone).date()
        return Reason(ReasonCode.NOT_YET, {"on": first.isoformat()})
    if end is not None and now >= end:
        # The end itself is outside: the last day is the business day just before it.
        last = business_day_of(
            Instant(end - timedelta(microseconds=1)),
            zone=basket.zone,
            cut_off_minutes=basket.cut_off_minutes,
        )
        return Reason(ReasonCode.NO_LONGER_VALID, {"on": last.isoformat()})
    return None


def condition_failed(offer: Offer, view: BasketView) -> Reason:
    """The part of an offer's condition that the basket does not meet."""
    failed = verdict(offer.condition, view).failed
    assert failed is not None
    return Reason(
        ReasonCode.CONDITION_FAILED,
        {
            "field": failed.field,
            "comparison": failed.comparison,
            "wanted": failed.wanted,
            "actual": _shown(failed.actual),
        },
    )


def _shown(actual: Known) -> ReasonValue:
    if isinstance(actual, frozenset):
        return tuple(sorted(str(part) for part in actual))
    return actual


def _touched(offer: Offer, units: Units) -> list[int]:
    goods = offer.goods
    if goods.everything:
        return units.open
    lines = units.basket.lines
    return [
        unit
        for at in units.open_lines
        if goods.hold(
            product=lines[at].product_id, category=lines[at].category_id, tags=lines[at].tags
        )
        for unit in units.of_line(at)
    ]


def _enter(
    field: Field,
    units: Units,
    named: tuple[Offer, Source, HeldCoupon | None],
    chosen: list[int],
) -> None:
    """Take the offer among the candidates, or note why this basket gives it nothing to do."""
    offer, source, coupon = named
    effect: Effect = offer.effect
    is_item = False
    fixed_off_minor: int | None = None
    if isinstance(effect, NthDiscount):
        is_item = True
        most = _most_in_group(effect, units, chosen)
        if most < effect.n:
            short = Reason(ReasonCode.TOO_FEW_GOODS, {"wanted": effect.n, "actual": most})
            field.rejected.append(Rejected(offer, source, coupon, short))
            return
    elif isinstance(effect, SpendAndSave):
        spent = units.sum_of(units.listed if effect.base is SpendBase.LIST else units.base, chosen)
        if spent < effect.steps[0].threshold_minor:
            field.rejected.append(Rejected(offer, source, coupon, spend_short(effect, spent)))
            return
        if effect.base is not SpendBase.AFTER_ITEM:
            fixed_off_minor = effect.off_at(spent)
    elif effect.per is Per.UNIT:
        is_item = True
    elif isinstance(effect, FixedAmount):
        fixed_off_minor = effect.amount_minor
    field.candidates.append(Candidate(offer, source, coupon, chosen, is_item, fixed_off_minor))


def spend_short(effect: SpendAndSave, spent_minor: int) -> Reason:
    """How far a sum is from the first step. Units: minor units."""
    wanted_minor = effect.steps[0].threshold_minor
    return Reason(
        ReasonCode.SPEND_SHORT, {"wanted_minor": wanted_minor, "actual_minor": spent_minor}
    )


def _most_in_group(effect: NthDiscount, units: Units, chosen: list[int]) -> int:
    if effect.same is Same.GOODS or len(chosen) < effect.n:
        return len(chosen)
    lines, position = units.basket.lines, units.position
    counts: dict[UUID, int] = {}
    for unit in chosen:
        product = lines[position[unit]].product_id
        counts[product] = counts.get(product, 0) + 1
    return max(counts.values())
