"""The gift for joining 开卡即赠礼.

Whoever joins gets 50 points and the coupon type NEW10 (10.00 off a bill of 30.00).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinGift:
    """What a new member gets at once: points and one coupon of each type (by type code)."""

    points: int = 0
    coupon_types: tuple[str, ...] = ()
