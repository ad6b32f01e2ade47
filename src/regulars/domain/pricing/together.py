"""Whether an offer may join others on an order, and in which words it may not.

招牌九折 and 第二杯半价 are both in the group 招牌: "与“第二杯半价”不能同享".
"""

from collections.abc import Sequence

from regulars.domain.pricing.offer import Offer, Stack
from regulars.domain.pricing.reason import Reason, ReasonCode

BEATEN = Reason(ReasonCode.BEATEN, {})


def excluded_with(offer: Offer, used: Sequence[Offer]) -> Reason | None:
    """What keeps an offer off an order with others; None where nothing does."""
    for one in used:
        if one.stack is Stack.ALONE:
            return Reason(ReasonCode.BLOCKED_BY_ALONE, {"offer": one.name})
    if offer.stack is Stack.ALONE and used:
        return BEATEN
    for one in used:
        for group in offer.groups:
            if group in one.groups:
                return Reason(ReasonCode.BLOCKED_BY_GROUP, {"group": group, "offer": one.name})
        if not _admits(offer, one) or not _admits(one, offer):
            return Reason(ReasonCode.NOT_WITH, {"offer": one.name})
    return None


def _admits(offer: Offer, other: Offer) -> bool:
    return offer.stack is not Stack.ONLY_WITH or any(
        group in offer.only_with for group in other.groups
    )
