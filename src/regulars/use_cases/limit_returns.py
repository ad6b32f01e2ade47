"""What a refund gives back to limits: the money by unit, the use with the last unit.

Of an order of three cups, 满40减5 took 5.00 of its budget. The mango ice comes back with its share
of 2.39: so does the budget. The use itself is free again when nothing of the order is left; that of
a kind of coupon with the coupon itself, or the guest could not use it again.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from uuid import UUID

from regulars.domain.pricing.limits import Used
from regulars.storage import limits
from regulars.storage.engine import Write
from regulars.storage.limits import RETURNED, TakeRow
from regulars.use_cases.keeping import back_change, give_back, summed
from regulars.use_cases.receipts import OrderRows


def return_limits(
    tx: Write,
    before: OrderRows,
    units: Iterable[tuple[int, int]],
    *,
    whole: bool,
    coupons_left: Collection[UUID],
) -> None:
    """Give the shares of units back to the budgets that paid for them, in their own period.

    `units`: position and number of each unit that comes back. `whole`: nothing of the order is
    left, so its uses come back too, with whatever money of it was still out. `coupons_left`: the
    coupons that the order uses on; kinds of which it uses none any more come back whole. Limits are
    changed after the member's own rows were locked, as by a sale: neither waits for the other.
    """
    takes = tx.all(limits.TAKES_OF_ORDER, order_id=before.order.id)
    if whole:
        give_back(tx, takes)
        return
    shares = _shares(before, units) if takes else Counter()
    over = _kinds_gone(before, coupons_left)
    ended = [take for take in takes if take.offer_id in over]
    parted = [take for take in takes if take.offer_id not in over and shares[take.offer_id]]
    after = [_less(take, shares[take.offer_id]) for take in parted]
    backs = summed(ended)
    for was, now in zip(parted, after, strict=True):
        backs[was.key] = Used(0, was.amount_minor - now.amount_minor)
    limits.change(tx, [back_change(key, back) for key, back in backs.items()])
    limits.put_takes(tx, [*after, *(take._replace(state=RETURNED) for take in ended)])


def _kinds_gone(before: OrderRows, coupons_left: Collection[UUID]) -> set[UUID | None]:
    """The kinds of coupon that an order used and uses no more."""
    used = [row for row in before.adjustments if row.coupon_id is not None]
    left = {row.source_id for row in used if row.coupon_id in coupons_left}
    return {row.source_id for row in used} - left


def _shares(before: OrderRows, units: Iterable[tuple[int, int]]) -> Counter[UUID]:
    """What each offer took off units. Units: minor units."""
    shares: Counter[UUID] = Counter()
    for position, unit in units:
        for row in before.adjustments:
            if row.position == position and row.source_id is not None:
                shares[row.source_id] += row.units[unit]
    return shares


def _less(take: TakeRow, share_minor: int) -> TakeRow:
    return take._replace(amount_minor=max(take.amount_minor - share_minor, 0))
