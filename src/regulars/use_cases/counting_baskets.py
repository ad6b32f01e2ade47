"""Counting baskets as they are paid and given back: each fact once, whatever crashes.

The counts and the place up to which the facts were read move in one transaction: after a crash in
between neither has moved.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.insights.affinity import daypart_of
from regulars.domain.insights.baskets import Counts, Occasion
from regulars.domain.kernel.period import Instant, business_time_of
from regulars.domain.stores.permissions import Permission
from regulars.storage import baskets
from regulars.storage.baskets import DishLine, OrderedAt, UnitBack
from regulars.storage.engine import Write
from regulars.storage.fact_cursors import Cursor
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

READER = "baskets"


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketSeen:
    """An order that was paid, or one of whose refunds was made, at this instant."""

    order_id: UUID
    at: Instant
    refunded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountBaskets:
    """Count what the facts between two places of the reader say."""

    before: Cursor
    after: Cursor
    seen: tuple[BasketSeen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketsCounted:
    """How many orders and refunds were counted; none where another reader was faster."""

    counted: int


@use_case
def count_baskets(tx: Write, command: CountBaskets, moment: Moment) -> BasketsCounted:
    """Count baskets, and move the reader on. Refuses: permission.missing."""
    moment.actor.need(Permission.OFFER_WRITE)
    if not baskets.advance(tx, READER, command.before, command.after):
        return BasketsCounted(counted=0)
    wanted = sorted({one.order_id for one in command.seen})
    if wanted:
        rows = {row.id: row for row in tx.all(baskets.ORDERS, orders=wanted)}
        lines = _by_order(tx.all(baskets.LINES, orders=wanted))
        back = tx.all(baskets.UNITS_BACK, orders=wanted)
        baskets.add(tx, counts_of(command.seen, rows, lines, back))
    return BasketsCounted(counted=len(command.seen))


def counts_of(
    seen: Iterable[BasketSeen],
    rows: Mapping[UUID, OrderedAt],
    lines: Mapping[UUID, Sequence[DishLine]],
    back: Sequence[UnitBack],
) -> Counts:
    """What these orders and refunds add to the counts."""
    counts = Counts()
    # Two refunds of one order in one instant are one change.
    for one in dict.fromkeys(seen):
        row = rows.get(one.order_id)
        if row is None:
            continue
        occasion = occasion_of(row)
        sold = lines.get(one.order_id, ())
        returned = [unit for unit in back if unit.order_id == one.order_id]
        if one.refunded:
            earlier = [unit for unit in returned if unit.at < one.at]
            until = [unit for unit in returned if unit.at <= one.at]
            counts.change(_kept(sold, earlier), _kept(sold, until), occasion)
        else:
            counts.count(_kept(sold, ()), occasion, times=1)
    return counts


def occasion_of(row: OrderedAt) -> Occasion:
    """Where and when a basket was ordered: by when the guest sat down, not by when she paid."""
    _, minutes = business_time_of(row.opened_at, zone=row.zone, cut_off_minutes=row.cut_off_minutes)
    return Occasion(row.store_id, row.business_day, daypart_of(minutes))


def _by_order(lines: Iterable[DishLine]) -> Mapping[UUID, list[DishLine]]:
    found: dict[UUID, list[DishLine]] = {}
    for line in lines:
        found.setdefault(line.order_id, []).append(line)
    return found


def _kept(lines: Sequence[DishLine], back: Sequence[UnitBack]) -> set[UUID]:
    gone: dict[int, int] = {}
    for unit in back:
        gone[unit.position] = gone.get(unit.position, 0) + 1
    return {line.product_id for line in lines if line.quantity > gone.get(line.position, 0)}
