"""The fees of a store's Terms, put on its orders: the quote, the sale and the open order agree.

人民广场店 charges 1.00 for packaging on takeaway: the till never sends that line, the server adds it.
"""

from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.orders.fees import with_fees
from regulars.domain.orders.shop import Shop


def charged(
    lines: tuple[ChosenLine, ...], shop: Shop, *, source: str, order_id: UUID | None = None
) -> tuple[ChosenLine, ...]:
    """The goods of an order with the fees that its store charges for them, fees last.

    `order_id`: None for a basket that is no order yet.
    """
    rules = shop.terms.fees
    if not rules:
        return lines
    named = shop.store.id if order_id is None else order_id
    return with_fees(lines, shop.catalogue, rules, source=source, order_id=named)
