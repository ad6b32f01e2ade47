"""The lines of an order that waits, asked of the menu again: each keeps the price it was added at."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine, ComboPick, LineRequest, OptionChoice
from regulars.domain.kernel.ids import LineId, OptionId, ProductId, VariantId
from regulars.domain.orders.shop import Shop
from regulars.storage import orders
from regulars.storage.engine import Read
from regulars.storage.orders import LineRow
from regulars.use_cases.sales import chosen_lines


def kept_lines(stored: Sequence[LineRow], shop: Shop) -> tuple[ChosenLine, ...]:
    """The lines of an open order, each at the price at which it was added.

    What has sold out meanwhile was promised and stays. Refuses: order.lines_missing.
    """
    requests = tuple(_asked_again(row) for row in stored)
    if not requests:
        return chosen_lines(requests, shop, source="counter")
    prices = {row.id: row.unit_list_minor for row in stored}
    promised = replace(shop.catalogue, sold_out=frozenset())
    return tuple(
        replace(line, unit_list_minor=prices[line.id]) for line in promised.lines(requests)
    )


def open_lines(read: Read, order_id: UUID) -> list[LineRow]:
    """The lines of an order that are not void."""
    return [row for row in read.all(orders.LINES, order_id=order_id) if row.state != "void"]


def _asked_again(row: LineRow) -> LineRequest:
    return LineRequest(
        id=LineId(row.id),
        product_id=ProductId(row.product_id),
        variant_id=VariantId(row.variant_id),
        quantity=row.quantity,
        options=tuple(
            OptionChoice(OptionId(UUID(str(one["option_id"]))), _count(one["count"]))
            for one in row.options
            if "option_id" in one
        ),
        combo=tuple(
            ComboPick(UUID(str(one["slot_id"])), VariantId(UUID(str(one["variant_id"]))))
            for one in row.options
            if "slot_id" in one
        ),
        note=row.note or "",
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) else 1
