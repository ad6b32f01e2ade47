"""Limits while a shop's past is replayed: each bill takes what it uses, as its till would have.

A draft of 第二杯半价 with 500.00 in all: the bills of the first days take 498.00, the next one finds
2.00 left, and every later one finds the offer spent, in the order in which they were paid.
"""

from collections.abc import Mapping
from uuid import UUID

from regulars.domain.pricing.limits import (
    Left,
    LimitKey,
    Span,
    Taker,
    Used,
    left_of,
    period_key,
)
from regulars.domain.pricing.offer import Offer
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.quote_parts import Source


class Burned:
    """How much of each limit the bills so far have taken.

    Bills come day by day, so what counts for a day, week or month is forgotten with it.
    """

    __slots__ = ("_periods", "_used")

    def __init__(self) -> None:
        self._periods: dict[Span, str] = {}
        self._used: dict[Span, dict[LimitKey, Used]] = {span: {} for span in Span}

    def left(self, limited: Mapping[UUID, Offer], taker: Taker) -> dict[UUID, Left]:
        """What is left of these offers for a guest."""
        if not limited:
            return {}
        self._turn(taker)
        used: dict[LimitKey, Used] = {}
        for offer in limited.values():
            for limit in offer.limits:
                key = taker.key(offer.id, limit)
                gone = None if key is None else self._used[limit.span].get(key)
                if key is not None and gone is not None:
                    used[key] = gone
        found = {
            offer.id: left_of(offer.id, offer.limits, taker, used) for offer in limited.values()
        }
        return {offer_id: left for offer_id, left in found.items() if left is not None}

    def take(self, bill: Quote, limited: Mapping[UUID, Offer], taker: Taker) -> None:
        """Take what a bill uses. An order is one use of each offer on it."""
        if not limited:
            return
        self._turn(taker)
        amounts: dict[UUID, int] = {}
        for part in bill.adjustments:
            offer_id = part.source_id
            if part.source in (Source.OFFER, Source.COUPON) and offer_id and offer_id in limited:
                amounts[offer_id] = amounts.get(offer_id, 0) + part.amount_minor
        for offer_id, amount_minor in amounts.items():
            for limit in limited[offer_id].limits:
                key = taker.key(offer_id, limit)
                if key is not None:
                    used = self._used[limit.span]
                    gone = used.get(key, Used())
                    used[key] = Used(gone.uses + 1, gone.amount_minor + amount_minor)

    def _turn(self, taker: Taker) -> None:
        for span in Span:
            period = period_key(span, taker.day)
            if self._periods.get(span) != period:
                self._periods[span] = period
                self._used[span].clear()
