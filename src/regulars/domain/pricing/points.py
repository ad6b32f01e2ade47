"""Points as money on a bill: the guest chooses how many, the Terms say how far.

A bill of 41.00, at most half of it, steps of 100: 2,000 of 5,000 points may be used; 600 take
6.00 off, shared over the cups by what each still costs.
"""

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.loyalty.spending import PointsAsMoney
from regulars.domain.pricing.quote_parts import PointsUse

POINTS_SHORT = refusal_code("points.short", "missing")
POINTS_NOT_ALLOWED = refusal_code("points.not_allowed", "usable_max", "minimum", "step")


def points_use(chosen: int, terms: PointsAsMoney, *, available: int, open_minor: int) -> PointsUse:
    """What so many points take off goods that still cost `open_minor`.

    Units: points, minor units. Refuses: points.short, points.not_allowed.
    """
    usable_max = terms.usable(available=available, due_minor=open_minor)
    if chosen:
        if chosen > available:
            raise POINTS_SHORT.because(missing=chosen - available)
        if not terms.minimum <= chosen <= usable_max or chosen % terms.step:
            raise POINTS_NOT_ALLOWED.because(
                usable_max=usable_max, minimum=terms.minimum, step=terms.step
            )
    return PointsUse(available, usable_max, chosen, terms.worth(chosen) if chosen else 0)
