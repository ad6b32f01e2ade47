"""From what was decided to what is written: the rows of an order, its lines and its payment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.orders.shop import Shop
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.reason_texts import stored_reason
from regulars.storage.orders import NEXT_NUMBER, AdjustmentRow, LineRow, OrderRow, PaymentRow
from regulars.storage.statement import Ask
from regulars.use_cases.guest import Visit
from regulars.use_cases.moment import Moment
from regulars.use_cases.settlement import Settled


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHead:
    """Where, how and by whom an order is opened."""

    order_id: UUID
    store_id: UUID
    terminal_id: UUID
    source: str
    note: str | None


def next_number(head: OrderHead, shop: Shop, moment: Moment) -> Ask[int]:
    """Ask for the terminal's next short number of this business day.

    Refuses: store.closed, terminal.unknown.
    """
    shop.store.terminal(head.terminal_id)
    day = shop.store.business_day(moment.now)
    return NEXT_NUMBER.ask(terminal_id=head.terminal_id, day_number=day.toordinal())


def open_row(
    head: OrderHead, number: int, *, member_id: UUID | None, shop: Shop, moment: Moment
) -> OrderRow:
    """An order as it begins: nothing owed, nothing paid."""
    letter = shop.store.terminal(head.terminal_id).letter
    return OrderRow(
        id=head.order_id,
        store_id=head.store_id,
        terminal_id=head.terminal_id,
        business_day=shop.store.business_day(moment.now),
        number=f"{letter}{number:03d}",
        source=head.source,
        member_id=member_id,
        opened_by=moment.actor.name,
        settled_by=None,
        state="open",
        revision=1,
        opened_at=moment.now,
        settled_at=None,
        list_minor=0,
        discount_minor=0,
        tax_minor=0,
        rounding_minor=0,
        due_minor=0,
        refunded_minor=0,
        points_earned=0,
        points_spent=0,
        growth_earned=0,
        tier=None,
        note=head.note,
    )


def line_row(order_id: UUID, position: int, line: ChosenLine) -> LineRow:
    """A line as it was chosen, not yet paid."""
    return LineRow(
        order_id=order_id,
        position=position,
        id=line.id,
        product_id=line.product_id,
        variant_id=line.variant_id,
        name_zh=line.name.zh,
        name_en=line.name.en,
        quantity=line.quantity,
        options=_options(line),
        unit_list_minor=line.unit_list_minor,
        net_minor=0,
        tax_code=line.tax.code,
        tax_minor=0,
        units=(),
        state="open",
        note=line.note or None,
        kind=line.kind.value,
        cost_minor=line.cost_minor,
    )


def _options(line: ChosenLine) -> list[dict[str, object]]:
    """Modifiers and combo picks with their ids, so that the line can be asked for again."""
    options: list[dict[str, object]] = [
        {
            "option_id": str(option.option_id),
            "name_zh": option.label.zh,
            "name_en": option.label.en,
            "count": option.count,
            "price_minor": option.price_minor,
        }
        for option in line.options
    ]
    options.extend(
        {
            "slot_id": str(pick.slot_id),
            "variant_id": str(pick.variant_id),
            "name_zh": pick.label.zh,
            "name_en": pick.label.en,
            "count": 1,
            "price_minor": pick.extra_minor,
        }
        for pick in line.picks
    )
    return options


def sold_lines(order_id: UUID, bill: Quote, positions: Mapping[UUID, int]) -> list[LineRow]:
    """The lines with their shares per unit, frozen: [list, net, tax, due, points money]."""
    rows = []
    for quoted in bill.lines:
        row = line_row(order_id, positions[quoted.line.id], quoted.line)
        units = [
            [u.list_minor, u.net_minor, u.tax_minor, u.due_minor, u.after_order_minor - u.net_minor]
            for u in quoted.units
        ]
        rows.append(
            row._replace(
                net_minor=quoted.net_minor, tax_minor=quoted.tax_minor, units=units, state="sold"
            )
        )
    return rows


def paid_row(order: OrderRow, settled: Settled, visit: Visit) -> OrderRow:
    """The order once it is paid."""
    totals, reward = settled.quote.totals, settled.reward
    moment, guest = visit.moment, visit.guest
    return order._replace(
        state="paid",
        settled_by=moment.actor.name,
        settled_at=moment.now,
        list_minor=totals.list_minor,
        discount_minor=totals.discount_minor,
        tax_minor=totals.tax_minor,
        rounding_minor=settled.paid.rounding_minor,
        due_minor=totals.due_minor + settled.paid.rounding_minor,
        points_earned=reward.points if reward else 0,
        points_spent=settled.quote.points.spent,
        growth_earned=reward.growth_value if reward else 0,
        tier=guest.tier.code if guest else None,
        priced_with=settled.priced_with,
    )


def adjustment_rows(
    order_id: UUID, bill: Quote, positions: Mapping[UUID, int]
) -> list[AdjustmentRow]:
    """Every saving per line, with its shares per unit and its reason."""
    return [
        AdjustmentRow(
            order_id=order_id,
            number=one.number,
            position=positions[bill.lines[one.position].line.id],
            step=one.step.value,
            source=one.source.value,
            source_id=one.source_id,
            coupon_id=one.coupon_id,
            name_zh=one.name.zh,
            name_en=one.name.en,
            amount_minor=one.amount_minor,
            units=one.units,
            reason=stored_reason(one.reason),
        )
        for one in bill.adjustments
    ]


def payment_rows(order: OrderRow, settled: Settled, visit: Visit) -> list[PaymentRow]:
    """The money by tender; change is negative cash of its own."""
    moment = visit.moment
    rows: list[PaymentRow] = []

    def row(name: UUID, kind: str, amount_minor: int, parts: Sequence[int] = (0, 0)) -> None:
        rows.append(
            PaymentRow(
                id=name,
                order_id=order.id,
                refund_id=None,
                kind=kind,
                amount_minor=amount_minor,
                principal_minor=parts[0],
                bonus_minor=parts[1],
                at=moment.now,
                store_id=order.store_id,
                business_day=visit.day,
            )
        )

    stored = (settled.taken.principal_minor, settled.taken.bonus_minor)
    for tender in settled.paid.tenders:
        match tender.kind:
            case TenderKind.CASH:
                row(tender.id, tender.kind.value, tender.tendered_minor or tender.amount_minor)
            case TenderKind.STORED_VALUE:
                row(tender.id, tender.kind.value, tender.amount_minor, stored)
            case TenderKind.EXTERNAL:
                row(tender.id, tender.kind.value, tender.amount_minor)
    if settled.paid.change_minor:
        row(moment.new_id(), "change", -settled.paid.change_minor)
    return rows
