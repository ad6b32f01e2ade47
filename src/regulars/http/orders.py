"""Sales, open orders, receipts and refunds."""

from io import BytesIO
from typing import Annotated
from uuid import UUID

import segno
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.ids import parse_id
from regulars.domain.orders.receipt import Receipt, ReceiptMember
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.http.answers import ASKS, answered, revision_expected, run, versioned
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.guesses import Guess
from regulars.http.order_answers import (
    ChangedView,
    OrderPageView,
    QuoteView,
)
from regulars.http.order_forms import (
    AddLinesForm,
    ChangeLineForm,
    ChoicesForm,
    MemberForm,
    OpenForm,
    OrdersQuery,
    PaymentForm,
    SaleForm,
)
from regulars.http.policy import Seller, requires
from regulars.http.quote_view import quote_view
from regulars.storage import order_lists, orders, staff
from regulars.storage.audit import NEWEST
from regulars.storage.engine import Read
from regulars.storage.orders import OrderRow
from regulars.use_cases import guest as guests
from regulars.use_cases.fees import charged
from regulars.use_cases.kept_lines import kept_lines, open_lines
from regulars.use_cases.limits import left_for
from regulars.use_cases.manual_discounts import granted
from regulars.use_cases.member_facts import with_facts
from regulars.use_cases.occasion import Occasion
from regulars.use_cases.open_orders import (
    AttachMember,
    CancelOrder,
    ChangeLine,
    VoidLine,
)
from regulars.use_cases.presented import presented
from regulars.use_cases.receipts import receipt
from regulars.use_cases.refund_plans import rows_of
from regulars.use_cases.sales import tier_name
from regulars.use_cases.settlement import priced
from regulars.use_cases.survey_links import on_reprint

router = APIRouter(prefix="/api/v1", tags=["orders"])

Reader = Annotated[Actor, requires(Permission.ORDER_READ)]


@router.post("/sales", operation_id="sell_at_counter", status_code=201, response_model=Receipt)
async def sell_at_counter(request: Request, form: SaleForm, actor: Seller) -> Response:
    """Open an order and take its payment in one command; answers with the receipt."""
    guess = Guess.of(request, form.codes, form.member_id)
    return await guess.counted(lambda: run(request, form.command(), actor, status=201))


@router.post("/orders", operation_id="open_order", status_code=201, response_model=Receipt)
async def open_order(request: Request, form: OpenForm, actor: Seller) -> Response:
    """Open an order and let it wait."""
    return await run(request, form.command(), actor, status=201)


@router.get("/orders", operation_id="list_orders", response_model=OrderPageView)
async def list_orders(
    request: Request, actor: Reader, query: Annotated[OrdersQuery, Query()]
) -> Response:
    """The orders of a store on one business day, newest first; those that wait, of any day."""
    actor.scope.check(query.store_id)
    edge = edge_of(request)
    now = edge.clock()
    before = NEWEST if query.cursor is None else parse_id(query.cursor, field="cursor")

    def question(read: Read) -> dict[str, object]:
        shop = edge.shops.in_force(read, query.store_id, at=now)
        day = query.business_day or shop.store.business_day(now)
        page = {
            "store_id": query.store_id,
            "business_day": day,
            "before": before,
            "limit": query.limit,
        }
        if query.state is None:
            rows = read.all(order_lists.ORDERS_OF_STORE, **page)
        elif query.state == "open" and query.business_day is None:
            del page["business_day"]
            rows = read.all(order_lists.ORDERS_WAITING, **page)
        else:
            rows = read.all(order_lists.ORDERS_IN_STATE, state=query.state, **page)
        waiting = [row.id for row in rows if row.state == "open"]
        sums = dict(read.all(order_lists.WAITING_SUMS, order_ids=waiting)) if waiting else {}
        return {
            "business_day": day,
            "orders": [_head(row, sums.get(row.id, row.list_minor)) for row in rows],
            "next_cursor": rows[-1].id if len(rows) == query.limit else None,
        }

    return answered(await asked(edge, question))


def _head(row: OrderRow, list_minor: int) -> dict[str, object]:
    return {
        "id": row.id,
        "number": row.number,
        "state": row.state,
        "source": row.source,
        "business_day": row.business_day,
        "opened_at": row.opened_at,
        "settled_at": row.settled_at,
        "list_minor": list_minor,
        "due_minor": row.due_minor,
        "refunded_minor": row.refunded_minor,
        "member_id": row.member_id,
        "revision": row.revision,
    }


def order_seen(read: Read, order_id: UUID, actor: Actor) -> OrderRow:
    """An order of the caller's stores. Refuses: scope.outside, for one that is not there too."""
    row = read.one(orders.ORDER, order_id=order_id)
    if row is None:
        raise OUT_OF_SCOPE.because()
    actor.scope.check(row.store_id)
    return row


@router.get("/orders/{order_id}", operation_id="get_order", response_model=Receipt)
async def get_order(request: Request, order_id: UUID, actor: Reader) -> Response:
    """One order as it stands, with the revision to send back in If-Match."""
    shown = await _receipt(request, order_id, actor)
    return versioned(shown, shown.order.revision)


@router.get("/orders/{order_id}/receipt", operation_id="get_receipt", response_model=Receipt)
async def get_receipt(request: Request, order_id: UUID, actor: Reader) -> Response:
    """The receipt of an order, with every deduction explained."""
    return answered(await _receipt(request, order_id, actor))


async def _receipt(request: Request, order_id: UUID, actor: Actor) -> Receipt:
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> Receipt:
        order = order_seen(read, order_id, actor)
        shop = edge.shops.in_force(read, order.store_id, at=now)
        return receipt(
            rows_of(read, order),
            shop.store,
            member=_member(order, shop),
            staff_name=staff.name_of(read, order.settled_by or order.opened_by),
            survey_path=on_reprint(read, shop.store, edge.vault, order, at=now),
        )

    return await asked(edge, question)


def _member(order: OrderRow, shop: Shop) -> ReceiptMember | None:
    if order.member_id is None:
        return None
    return ReceiptMember(
        id=order.member_id,
        tier=tier_name(shop.terms.ladder.named(order.tier or "")),
        points_spent=order.points_spent,
        points_earned=order.points_earned,
        growth_earned=order.growth_earned,
    )


@router.get("/orders/{order_id}/qr.svg", operation_id="get_receipt_qr")
async def get_receipt_qr(request: Request, order_id: UUID, actor: Reader) -> Response:
    """The receipt's code as a picture: it names the order, not the guest."""
    edge = edge_of(request)
    order = await asked(edge, lambda read: order_seen(read, order_id, actor))
    picture = BytesIO()
    code = segno.make_qr(f"REGULARS:R:{order.id}", error="m")
    code.save(picture, kind="svg", scale=4, border=2, xmldecl=False)
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(picture.getvalue(), media_type="image/svg+xml", headers=headers)


@router.post("/orders/{order_id}/lines", operation_id="add_lines", response_model=ChangedView)
async def add_lines(
    request: Request, order_id: UUID, form: AddLinesForm, actor: Seller
) -> Response:
    """Add lines to an open order (If-Match)."""
    return await run(request, form.command(order_id, revision_expected(request)), actor)


@router.patch(
    "/orders/{order_id}/lines/{line_id}", operation_id="change_line", response_model=ChangedView
)
async def change_line(
    request: Request, order_id: UUID, line_id: UUID, form: ChangeLineForm, actor: Seller
) -> Response:
    """Change quantity and note of a line (If-Match)."""
    command = ChangeLine(
        order_id=order_id,
        seen=revision_expected(request),
        line_id=line_id,
        quantity=form.quantity,
        note=form.note,
    )
    return await run(request, command, actor)


@router.post(
    "/orders/{order_id}/lines/{line_id}/void", operation_id="void_line", response_model=ChangedView
)
async def void_line(request: Request, order_id: UUID, line_id: UUID, actor: Seller) -> Response:
    """Take a line off an open order (If-Match)."""
    command = VoidLine(order_id=order_id, seen=revision_expected(request), line_id=line_id)
    return await run(request, command, actor)


@router.put("/orders/{order_id}/member", operation_id="attach_member", response_model=ChangedView)
async def attach_member(
    request: Request, order_id: UUID, form: MemberForm, actor: Seller
) -> Response:
    """Say whose order it is (If-Match)."""
    command = AttachMember(
        order_id=order_id, seen=revision_expected(request), member_id=form.member_id
    )
    return await run(request, command, actor)


@router.post("/orders/{order_id}/cancel", operation_id="cancel_order", response_model=ChangedView)
async def cancel_order(request: Request, order_id: UUID, actor: Seller) -> Response:
    """Close an open order without payment (If-Match)."""
    command = CancelOrder(order_id=order_id, seen=revision_expected(request))
    return await run(request, command, actor)


@router.post(
    "/orders/{order_id}/quote",
    operation_id="quote_order",
    openapi_extra=ASKS,
    response_model=QuoteView,
)
async def quote_order(
    request: Request, order_id: UUID, form: ChoicesForm, actor: Seller
) -> Response:
    """What an open order costs now, and why."""
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> dict[str, object]:
        order = order_seen(read, order_id, actor)
        shop = edge.shops.in_force(read, order.store_id, at=now)
        goods = kept_lines(open_lines(read, order_id), shop)
        lines = charged(goods, shop, source=order.source, order_id=order_id)
        choices = granted(form.choices(), lines, shop, actor)
        guest = None
        if order.member_id is not None:
            seen = guests.seen(read, order.member_id, shop, now, order_id=order_id)
            guest = with_facts(read, seen, lines, shop, vault=edge.vault)
        shown = presented(read, form.codes, shop, now, vault=edge.vault, order_id=order_id)
        left = left_for(read, shop, guest, now, order_id=order_id)
        occasion = Occasion(
            source=order.source,
            now=now,
            presented=shown,
            left=left,
            party=form.party,
            tender=form.tender,
        )
        bill = priced(lines, shop, guest, choices, occasion)
        return quote_view(bill, shop, guest)

    guess = Guess.of(request, form.codes)
    return answered(await guess.counted(lambda: asked(edge, question)))


@router.post("/orders/{order_id}/settle", operation_id="settle_order", response_model=Receipt)
async def settle_order(
    request: Request, order_id: UUID, form: PaymentForm, actor: Seller
) -> Response:
    """Take payment for an open order (If-Match); answers with the receipt."""
    command = form.settle(order_id, revision_expected(request))
    return await Guess.of(request, form.codes).counted(lambda: run(request, command, actor))
