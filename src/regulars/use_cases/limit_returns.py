"""What a refund gives back to limits: the money by unit, the use with the last unit.

Of an order of three cups, 满40减5 took 5.00 of its budget. The mango ice comes back with its share
of 2.39: so does the budget. The use itself is free again when nothing of the order is left.
"""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from regulars.domain.pricing.limits import Used
from regulars.storage import limits
from regulars.storage.engine import Write
from regulars.storage.limits import TakeRow
from regulars.use_cases.keeping import back_change, give_back
from regulars.use_cases.receipts import OrderRows


def return_limits(
    tx: Write, before: OrderRows, units: Iterable[tuple[int, int]], *, whole: bool
) -> None:
    """Give the shares of units back to the budgets that paid for them, in their own period.

    `units`: position and number of each unit that comes back. `whole`: nothing of the order is
    left, so its uses come back too, with whatever money of it was still out.
    """
    takes = tx.all(limits.TAKES_OF_ORDER, order_id=before.order.id)
    if whole:
        give_back(tx, takes)
        return
    shares = _shares(before, units) if takes else Counter()
    after = [_less(take, shares[take.offer_id]) for take in takes if shares[take.offer_id]]
    gone = {take.key: take.amount_minor for take in takes}
    backs = {row.key: gone[row.key] - row.amount_minor for row in after}
    limits.change(tx, [back_change(key, Used(0, minor)) for key, minor in backs.items()])
    limits.put_takes(tx, after)


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
