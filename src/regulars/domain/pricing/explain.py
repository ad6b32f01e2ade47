"""One verdict for every offer and coupon, so that a guest can be told why.

满80减12: 还差 34.00. 老友券: 本单已用满 1 张券. 下午茶: 14:00 开始.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from regulars.domain.pricing.basket import HeldCoupon, PricingTerms
from regulars.domain.pricing.boosts import Boosts
from regulars.domain.pricing.candidates import Candidate, Seen
from regulars.domain.pricing.choose import Chosen
from regulars.domain.pricing.kinds import Gift, QuantityLadder, SpendAndSave
from regulars.domain.pricing.kinds.acts import Reach
from regulars.domain.pricing.kinds.spend_and_save import SpendBase
from regulars.domain.pricing.prices import Prices
from regulars.domain.pricing.quote_parts import (
    CouponVerdict,
    GiftToAdd,
    Outcome,
    Source,
    Verdict,
)
from regulars.domain.pricing.reason import Reason, ReasonCode
from regulars.domain.pricing.rejections import Rejected, rejected_coupons, rejected_offers
from regulars.domain.pricing.shares import Applied
from regulars.domain.pricing.together import BEATEN, excluded_with
from regulars.domain.pricing.units import Units

SAVES_NOTHING = Reason(ReasonCode.SAVES_NOTHING, {})


# No slots: what explains a bill is worked out when it is first asked for, and kept.
@dataclass(frozen=True)
class Bill:
    """What was in play, what the search chose and what each chosen offer took."""

    seen: Seen
    prices: Prices
    candidates: Sequence[Candidate]
    chosen: Chosen
    boosts: Boosts
    terms: PricingTerms

    @property
    def coupons_max(self) -> int:
        """How many coupons the order takes."""
        return self.terms.coupons_per_order_max

    @property
    def units(self) -> Units:
        """The units of the basket at the prices in force."""
        return self.seen.units

    @property
    def applied(self) -> list[Applied]:
        """Every offer and coupon that took something, in the order of computation."""
        return [*self.chosen.by_item, *self.chosen.by_order]

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """A verdict for each candidate and each one that was out before the search."""
        return verdicts_of(self)

    @cached_property
    def rejected(self) -> list[Rejected]:
        """Every offer and coupon that was out before the search."""
        in_play = {one.offer.id.int for one in self.candidates if one.source is Source.OFFER}
        in_play |= {offer.id.int for offer, _ in self.prices.offers}
        in_play |= {boost.offer.id.int for boost in self.boosts.applied}
        held = {coupon.id.int for one in self.candidates for coupon in one.coupons}
        used = [one.candidate.offer for one in self.applied]
        return [
            *rejected_offers(self.seen, frozenset(in_play), used),
            *rejected_coupons(self.seen, frozenset(held)),
        ]


class _Entry(NamedTuple):
    """One offer, or one coupon, that was in play."""

    candidate: Candidate
    coupon: HeldCoupon | None

    @property
    def origin(self) -> tuple[Source, UUID | None, UUID | None]:
        """Source, offer and coupon."""
        coupon_id = None if self.coupon is None else self.coupon.id
        return self.candidate.source, self.candidate.source_id, coupon_id


def receipt_reason(candidate: Candidate, spent_minor: int) -> Reason:
    """What the receipt says about an amount that was taken. Units: minor units."""
    effect = candidate.offer.effect
    if isinstance(effect, SpendAndSave):
        return effect.reason_at(spent_minor)
    if isinstance(effect, QuantityLadder):
        return effect.reason_at(len(candidate.units))
    if candidate.source is Source.TIER:
        return Reason(ReasonCode.TIER_DISCOUNT, effect.reason.parameters)
    return effect.reason


def spent_of(candidate: Candidate, units: Units, after_item: Sequence[int]) -> int:
    """What the counting goods come to on the base that a threshold reads. Units: minor units."""
    effect = candidate.offer.effect
    if not isinstance(effect, SpendAndSave):
        return 0
    prices: Sequence[int]
    match effect.base:
        case SpendBase.LIST:
            prices = units.listed
        case SpendBase.BASE:
            prices = units.base
        case SpendBase.AFTER_ITEM:
            prices = after_item
    return sum([prices[unit] for unit in candidate.units])


def verdicts_of(bill: Bill) -> tuple[Verdict, ...]:
    """A verdict for each candidate and each one that was out before the search."""
    took = {_Entry(one.candidate, one.coupon).origin: one for one in bill.applied}
    verdicts: list[Verdict] = []
    for offer, shares in bill.prices.offers:
        reason = offer.effect.reason
        saved = sum(shares)
        verdicts.append(
            Verdict(Source.OFFER, offer.id, None, offer.name, Outcome.APPLIED, saved, reason)
        )
    for boost in bill.boosts.applied:
        offer = boost.offer
        reason = offer.effect.reason
        verdicts.append(
            Verdict(Source.OFFER, offer.id, None, offer.name, Outcome.APPLIED, 0, reason)
        )
    for candidate in bill.candidates:
        for coupon in candidate.coupons or (None,):
            entry = _Entry(candidate, coupon)
            one = took.get(entry.origin)
            name = candidate.offer.name
            if one is None:
                why = _why_not(candidate, bill)
                verdicts.append(Verdict(*entry.origin, name, Outcome.REJECTED, 0, why))
            else:
                outcome, reason = _taken(one, bill)
                verdicts.append(Verdict(*entry.origin, name, outcome, one.amount_minor, reason))
    for offer, source, coupon, reason in bill.rejected:
        coupon_id = None if coupon is None else coupon.id
        verdicts.append(
            Verdict(source, offer.id, coupon_id, offer.name, Outcome.REJECTED, 0, reason)
        )
    return tuple(verdicts)


def coupons_of(bill: Bill) -> tuple[CouponVerdict, ...]:
    """Each coupon of the guest: used or not, and why."""
    member = bill.seen.member
    held = (*(member.coupons if member else ()), *bill.seen.basket.presented)
    until = {coupon.id: coupon.valid_until for coupon in held}
    return tuple(
        CouponVerdict(
            coupon_id,
            verdict.name,
            verdict.outcome is not Outcome.REJECTED,
            verdict.saving_minor,
            until[coupon_id],
            verdict.reason,
        )
        for verdict in bill.verdicts
        for coupon_id in until
        if verdict.coupon_id == coupon_id
    )


def _taken(one: Applied, bill: Bill) -> tuple[Outcome, Reason]:
    if one.amount_minor < one.desired_minor:
        return Outcome.APPLIED_IN_PART, Reason(
            ReasonCode.APPLIED_IN_PART,
            {"desired_minor": one.desired_minor, "applied_minor": one.amount_minor},
        )
    spent_minor = spent_of(one.candidate, bill.seen.units, bill.chosen.after_item)
    return Outcome.APPLIED, receipt_reason(one.candidate, spent_minor)


def _why_not(candidate: Candidate, bill: Bill) -> Reason:
    """Why a candidate took nothing: what it is short of, what excludes it, or what beat it."""
    effect = candidate.offer.effect
    if isinstance(effect, SpendAndSave) and candidate.fixed_off_minor is None:
        spent_minor = spent_of(candidate, bill.seen.units, bill.chosen.after_item)
        if spent_minor < effect.steps[0].threshold_minor:
            return effect.short(spent_minor)
    excluded = excluded_with(candidate.offer, [one.candidate.offer for one in bill.applied])
    if excluded is not None:
        return excluded
    if candidate.coupons:
        spent = [one for one in bill.applied if one.coupon is not None]
        if len(spent) >= bill.coupons_max:
            return Reason(ReasonCode.COUPONS_FULL, {"maximum": bill.coupons_max})
    if candidate.is_item:
        own = set(candidate.units)
        for one in bill.chosen.by_item:
            if any(one.shares[unit] for unit in own) or not own.isdisjoint(one.candidate.units):
                return Reason(ReasonCode.UNITS_USED, {"offer": one.candidate.offer.name})
        # It could have saved something, and taking it would have made the bill dearer.
        return BEATEN if any(bill.seen.units.base[unit] for unit in own) else SAVES_NOTHING
    return SAVES_NOTHING


def gifts_of(bill: Bill) -> tuple[GiftToAdd, ...]:
    """Gifts that were earned and are not in the basket yet."""
    seen = bill.seen
    found: list[GiftToAdd] = []
    offers = [one.offer for one in bill.candidates if one.source is Source.OFFER]
    offers += [one.offer for one in bill.rejected if one.reason.code is ReasonCode.GIFT_TO_ADD]
    for offer in offers:
        effect = offer.effect
        if isinstance(effect, Gift):
            reach = Reach(seen.units, seen.touched(offer.goods), seen.touched)
            count = effect.to_add(reach)
            if count:
                found.append(GiftToAdd(offer.id, offer.name, count, effect.price_minor, effect.get))
    return tuple(found)
