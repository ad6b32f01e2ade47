"""An interval that may be looked at every morning, and stopped at whenever it says enough.

The usual 95 % interval is right for one look at the end: an owner who looks on thirty mornings
sees a false success in three programmes of ten. This one holds at all looks together; it is about
half as wide again on the planned day, and that is the honest price.

Source: asymptotic confidence sequence, Waudby-Smith et al., arXiv 2103.06476.
"""

import math

# Below this many in an arm the normal approximation has not set in: nothing is said.
MEMBERS_TO_TELL = 50


def always_valid_factor(members: int, *, planned: int, alpha: float) -> float:
    """How many standard errors to each side, with so many members seen so far.

    `planned`: the number at which it is narrowest, told before the first look. Units: alpha is
    the share of false alarms, e.g. 0.05.
    """
    tuned = (-2 * math.log(alpha) + math.log(1 - 2 * math.log(alpha))) / planned
    seen = members * tuned
    return math.sqrt(2 * (seen + 1) / seen * math.log(math.sqrt(seen + 1) / alpha))
