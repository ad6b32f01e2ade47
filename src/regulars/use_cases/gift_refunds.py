"""Top-ups that went back while a gift stayed: counted for each member and year of paying in.

李敏 paid in 300.00, used the coupon of 10.00 that came with it, and had the 300.00 back: one. With the
shipped Terms a second one of that year is refused where no law asks for it; where the law gave it to
her, her next top-up of that year comes without coupons and things.
"""

from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.loyalty.top_up import TopUpOffer, TopUpTerms
from regulars.domain.loyalty.top_up_refund import TOP_UP_REFUND_GIFTS_KEPT, TopUpRefundPlan
from regulars.domain.pricing.limits import LimitKey
from regulars.storage import limits
from regulars.storage.engine import Read, Write
from regulars.storage.limits import NO_LIMIT
from regulars.storage.taken import taken
from regulars.storage.top_ups import TopUpRow
from regulars.use_cases.taking import take_one

TOP_UP_GIFTS_USED_UP = refusal_code("top_up.gifts_used_up", "count")
_SCOPE = "gift_refunds"


class GiftRefunds(NamedTuple):
    """How many other top-ups of a year went back with a gift kept; whether this one is counted."""

    others: int
    counted: bool


def _key(member_id: UUID, year: int) -> LimitKey:
    return LimitKey(member_id, _SCOPE, f"{year}")


def gift_refunds(read: Read, row: TopUpRow) -> GiftRefunds:
    """What is counted for who paid a top-up in, in the year in which she did."""
    key = _key(row.member_id, row.business_day.year)
    takes = read.all(limits.TAKES_OF_ORDER, order_id=row.id)
    counted = any(one.key == key for one in takes)
    return GiftRefunds(taken(read, [key])[key] - counted, counted)


def count_gift_refund(
    tx: Write, row: TopUpRow, plan: TopUpRefundPlan, known: GiftRefunds, *, maximum: int
) -> None:
    """Count a top-up once that goes back while a gift stays; what the law asks for always counts.

    Refuses: top_up_refund.gifts_kept (at the latest when the writes are sent).
    """
    if not plan.gifts_kept or known.counted:
        return
    bound = NO_LIMIT if plan.rule is not None else maximum
    key = _key(row.member_id, row.business_day.year)
    kept = TOP_UP_REFUND_GIFTS_KEPT.because(maximum=maximum)
    take_one(tx, key, bound, taker=row.id, refusal=kept)


def check_gifts_open(
    read: Read, terms: TopUpTerms, offer: TopUpOffer, *, member_id: UUID, year: int
) -> None:
    """Whether a member may still have what she would keep if the money went back.

    Refuses: top_up.gifts_used_up.
    """
    if not terms.lures(offer):
        return
    key = _key(member_id, year)
    count = taken(read, [key])[key]
    if count > terms.gift_refunds_max:
        raise TOP_UP_GIFTS_USED_UP.because(count=count)
