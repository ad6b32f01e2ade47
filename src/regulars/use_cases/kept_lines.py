"""The lines of an order that waits, asked of the menu again: each keeps the price it was added at."""

from collections.abc import Mapping, Sequence
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
    promised = replace(shop.catalogue, sold_out=frozenset())
    lines = promised.lines(requests)
    return tuple(_as_promised(line, row) for line, row in zip(lines, stored, strict=True))


def open_lines(read: Read, order_id: UUID) -> list[LineRow]:
    """The lines of an order that are not void."""
    return [row for row in read.all(orders.LINES, order_id=order_id) if row.state != "void"]


def _as_promised(line: ChosenLine, row: LineRow) -> ChosenLine:
    """The line with the prices of its row: its own, its toppings' and its combo extras'."""
    kept = {_place(one): _whole(one["price_minor"]) for one in row.options}
    options = tuple(
        replace(option, price_minor=kept["", str(option.option_id)]) for option in line.options
    )
    picks = tuple(
        replace(pick, extra_minor=kept[str(pick.slot_id), str(pick.variant_id)])
        for pick in line.picks
    )
    extras = [option.price_minor * option.count for option in options]
    extras += [pick.extra_minor for pick in picks]
    return replace(
        line,
        unit_list_minor=row.unit_list_minor,
        extras_minor=sum(extras),
        options=options,
        picks=picks,
        cost_minor=row.cost_minor,
    )


def _place(stored: Mapping[str, object]) -> tuple[str, str]:
    """Where a stored option belongs: a topping's own id, or a combo's slot and what fills it."""
    if "option_id" in stored:
        return "", str(stored["option_id"])
    return str(stored["slot_id"]), str(stored["variant_id"])


def _asked_again(row: LineRow) -> LineRequest:
    return LineRequest(
        id=LineId(row.id),
        product_id=ProductId(row.product_id),
        variant_id=VariantId(row.variant_id),
        quantity=row.quantity,
        options=tuple(
            OptionChoice(OptionId(UUID(str(one["option_id"]))), _whole(one["count"]))
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


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value
