"""The gift for joining 开卡即赠礼, as Terms.

Whoever joins gets 50 points and the coupon type NEW10 (10.00 off a bill of 30.00).
"""

from regulars.domain.kernel.term_fields import Field, FieldValues, codes, whole
from regulars.domain.loyalty.gift import Gift

POINTS = Field("joining.points", 0, whole(0, 100_000))
COUPON_TYPES = Field("joining.coupon_types", [], codes)
FIELDS = (POINTS, COUPON_TYPES)


def joining_gift(values: FieldValues) -> Gift:
    """What a new member gets at once."""
    return Gift(points=values.of(POINTS), coupon_types=values.of(COUPON_TYPES))
