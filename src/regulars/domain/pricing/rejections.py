"""Why an offer or coupon is out before the search: told when somebody asks, not on a sale's path.

下午茶: 不在活动时段. 甜品券: 没有适用商品. 周二特价: 今天不是周二.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from regulars.domain.kernel.condition import Known, verdict
from regulars.domain.kernel.period import Instant, Period, business_day_of, local
from regulars.domain.pricing.basket import Basket, HeldCoupon
from regulars.domain.pricing.candidates import NO_GOODS, Candidate, Seen, entered, holds
from regulars.domain.pricing.kinds.acts import Way
from regulars.domain.pricing.offer import ALWAYS_VALID, Offer
from regulars.domain.pricing.prices import price_spent
from regulars.domain.pricing.quote_parts import Source
from regulars.domain.pricing.reason import Reason, ReasonCode, ReasonValue
from regulars.domain.pricing.together import excluded_with

SWITCHED_OFF = Reason(ReasonCode.SWITCHED_OFF, {})
NOT_CHOSEN = Reason(ReasonCode.NOT_CHOSEN, {})
SAVES_NOTHING = Reason(ReasonCode.SAVES_NOTHING, {})


class Rejected(NamedTuple):
    """One offer or coupon that is out before the search, and why."""

    offer: Offer
    source: Source
    coupon: HeldCoupon | None
    reason: Reason


def rejected_offers(
    seen: Seen, in_play: frozenset[int], used: Sequence[Offer]
) -> Iterator[Rejected]:
    """Every offer of the shop that is not among those in play (`offer.id.int`)."""
    for offer in seen.book.offers:
        if offer.id.int not in in_play:
            reason = _why(offer, seen)
            if reason is SAVES_NOTHING:
                reason = excluded_with(offer, used) or reason
            yield Rejected(offer, Source.OFFER, None, reason)


def rejected_coupons(seen: Seen, in_play: frozenset[int]) -> Iterator[Rejected]:
    """Every coupon of the guest that is not among those in play (`coupon.id.int`)."""
    choices = seen.choices
    held = (*(seen.member.coupons if seen.member else ()), *seen.basket.presented)
    for coupon in held:
        if coupon.id.int in in_play:
            continue
        offer = coupon.offer
        if not choices.without.isdisjoint((coupon.id, offer.id)):
            reason = SWITCHED_OFF
        elif choices.coupons is not None and coupon.id not in choices.coupons and not coupon.code:
            reason = NOT_CHOSEN
        else:
            reason = not_now(
                Period(coupon.valid_from, coupon.valid_until), seen.basket, seen.now
            ) or _not_entered(offer, seen)
        yield Rejected(offer, Source.COUPON, coupon, reason)


def _why(offer: Offer, seen: Seen) -> Reason:
    if offer.id in seen.choices.without:
        return SWITCHED_OFF
    if offer.period is not ALWAYS_VALID:
        late = not_now(offer.period, seen.basket, seen.now)
        if late is not None:
            return late
    return _not_entered(offer, seen)


def _not_entered(offer: Offer, seen: Seen) -> Reason:
    way = offer.effect.way
    touched = seen.fees(offer.goods) if way is Way.FEE else seen.touched(offer.goods)
    if not touched:
        return NO_GOODS
    if not holds(offer, seen):
        return condition_failed(offer, seen)
    if way in (Way.PRICE, Way.EARN):
        return price_spent(offer, seen) or SAVES_NOTHING
    found = entered(offer, Source.OFFER, (), seen)
    # In play, yet not chosen to be: no more copies of it go on one order.
    return SAVES_NOTHING if isinstance(found, Candidate) else found


def not_now(period: Period, basket: Basket, now: Instant) -> Reason | None:
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


def condition_failed(offer: Offer, seen: Seen) -> Reason:
    """The part of an offer's condition that the basket does not meet."""
    failed = verdict(offer.condition, seen.view.of(seen.touched(offer.goods))).failed
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
