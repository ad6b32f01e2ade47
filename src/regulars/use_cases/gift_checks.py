"""Whether what a shop promises can be given at all, asked when the promise is saved.

A check-in gift names the coupon type SWEAT; there is only SWEET. The manager reads that when she saves
it, not the guest who finds no coupon on the seventh day; and so where SWEET is handed out no more.
"""

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.loyalty.gift import coupon_types_named
from regulars.storage import coupons
from regulars.storage.engine import Read

GIFT_COUPON_TYPE_UNKNOWN = refusal_code("gift.coupon_type_unknown", "coupon_types")


def check_coupon_types(read: Read, promised: object) -> None:
    """Refuses: gift.coupon_type_unknown."""
    named = sorted(coupon_types_named(promised))
    if not named:
        return
    handed_out = set(read.all(coupons.HANDED_OUT, codes=named))
    unknown = [code for code in named if code not in handed_out]
    if unknown:
        raise GIFT_COUPON_TYPE_UNKNOWN.because(coupon_types=unknown)
