"""What each offer on a bill is worth to the guest: the bill without it.

第二杯半价 saves 8.00; without it 九折 would be on instead and the bill 3.20 dearer, not 8.00.
"""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.pricing.candidates import TIER_ID
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.quote_parts import Source


class RunnerUp(NamedTuple):
    """How much dearer the best bill without one offer or coupon is. Units: minor units."""

    source_id: UUID | None
    coupon_id: UUID | None
    name: Label
    dearer_minor: int


def runners_up(
    bill: Quote, again: Callable[[frozenset[UUID]], Quote], without: frozenset[UUID]
) -> list[RunnerUp]:
    """The bill without each offer and coupon on it, priced `again`; one more search each."""
    found: list[RunnerUp] = []
    for one in bill.deductions():
        if one.source not in (Source.OFFER, Source.COUPON, Source.TIER):
            continue
        switched = one.coupon_id or one.source_id or TIER_ID
        other = again(without | {switched})
        dearer = other.totals.due_minor - bill.totals.due_minor
        found.append(RunnerUp(one.source_id, one.coupon_id, one.name, dearer))
    return found
