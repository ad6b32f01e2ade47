"""Which candidates may not be on one order together, as bit masks.

九折 and 满100减15 in the group 大促 exclude each other; 独享七折 stands alone and excludes all;
生日券 goes only with offers of the group 会员.
"""

from collections.abc import Sequence

from regulars.domain.pricing.offer import Offer, Stack


def excluded_by(offers: Sequence[Offer]) -> list[int]:
    """For each offer the others that it excludes, as a mask over their places."""
    masks = [0] * len(offers)
    groups: dict[str, int] = {}
    for at, offer in enumerate(offers):
        for group in offer.groups:
            groups[group] = groups.get(group, 0) | 1 << at
    everyone = (1 << len(offers)) - 1
    for at, offer in enumerate(offers):
        bit = 1 << at
        out = 0
        for group in offer.groups:
            out |= groups[group]
        if offer.stack is Stack.ALONE:
            out = everyone
        elif offer.stack is Stack.ONLY_WITH:
            friends = 0
            for group in offer.only_with:
                friends |= groups.get(group, 0)
            out |= everyone & ~friends
        masks[at] |= out & ~bit
        if offer.stack is not Stack.FREE:
            for other in range(len(offers)):
                if out >> other & 1 and other != at:
                    masks[other] |= bit
    return masks
