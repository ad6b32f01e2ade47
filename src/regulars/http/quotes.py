"""The quote 试算: what a basket costs and why, for anybody who may sell. Nothing is kept."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.money import scale_of
from regulars.domain.loyalty.spending import PointsAsMoney
from regulars.domain.orders.shop import Shop
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.quote_parts import Adjustment, Deduction, QuotedLine, Verdict
from regulars.domain.pricing.reason import Reason
from regulars.domain.pricing.reason_texts import texts_of
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import ASKS, answered
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.order_answers import QuoteView
from regulars.http.order_forms import QuoteForm
from regulars.http.policy import requires
from regulars.storage.engine import Read
from regulars.use_cases import guest as guests
from regulars.use_cases.guest import Guest
from regulars.use_cases.sales import chosen_lines
from regulars.use_cases.settlement import earned, priced

router = APIRouter(prefix="/api/v1", tags=["orders"])

Seller = Annotated[Actor, requires(Permission.ORDER_SELL)]


@router.post("/quotes", operation_id="quote_basket", openapi_extra=ASKS, response_model=QuoteView)
async def quote_basket(request: Request, form: QuoteForm, actor: Seller) -> Response:
    """What a basket costs at a store, for a guest, and why."""
    actor.scope.check(form.store_id)
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> dict[str, object]:
        shop = edge.shops.in_force(read, form.store_id, at=now)
        requests = tuple(line.request() for line in form.lines)
        lines = chosen_lines(requests, shop, source=form.source)
        guest = guests.seen(read, form.member_id, shop, now) if form.member_id else None
        bill = priced(lines, shop, guest, form.choices(), source=form.source, now=now)
        return quote_view(bill, shop, guest)

    return answered(await asked(edge, question))


def quote_view(bill: Quote, shop: Shop, guest: Guest | None) -> dict[str, object]:
    """A quote as clients show it: every amount with its reason in both languages."""
    due_minor = bill.totals.due_minor
    scale = scale_of(shop.store.currency)
    return {
        "fingerprint": bill.fingerprint,
        "lines": [_line(quoted, position) for position, quoted in enumerate(bill.lines, start=1)],
        "adjustments": [
            {
                **_amount(one, scale),
                "number": one.number,
                "position": one.position + 1,
                "step": one.step,
            }
            for one in bill.adjustments
        ],
        "deductions": [_amount(one, scale) for one in bill.deductions()],
        "verdicts": [_verdict(one, scale) for one in bill.verdicts],
        "coupons": [
            {
                "id": one.id,
                "name_zh": one.name.zh,
                "name_en": one.name.en,
                "used": one.used,
                "saving_minor": one.saving_minor,
                "valid_until": one.valid_until,
                **_reason(one.reason, scale),
            }
            for one in bill.coupons
        ],
        "points": {**bill.points._asdict(), **_points_terms(shop.terms.spending)},
        "totals": {
            **bill.totals._asdict(),
            "cash_due_minor": shop.terms.rounding.rounded(due_minor),
        },
        "hints": [
            {
                "source_id": hint.source_id,
                "name_zh": hint.name.zh,
                "name_en": hint.name.en,
                "missing_minor": hint.missing_minor,
                "saving_minor": hint.saving_minor,
            }
            for hint in bill.hints
        ],
        "earn": _earn(bill, shop, guest),
    }


def _line(quoted: QuotedLine, position: int) -> dict[str, object]:
    line = quoted.line
    parts = [(option.label, option.count, option.price_minor) for option in line.options]
    parts += [(pick.label, 1, pick.extra_minor) for pick in line.picks]
    return {
        "id": line.id,
        "position": position,
        "name_zh": line.name.zh,
        "name_en": line.name.en,
        "quantity": line.quantity,
        "unit_list_minor": line.unit_list_minor,
        "list_minor": quoted.list_minor,
        "net_minor": quoted.net_minor,
        "options": [
            {"name_zh": label.zh, "name_en": label.en, "count": count, "price_minor": price}
            for label, count, price in parts
        ],
        "note": line.note or None,
    }


def _points_terms(terms: PointsAsMoney) -> dict[str, object]:
    return {
        "step": terms.step,
        "minimum": terms.minimum,
        "points_per_hundred_minor": terms.points_per_hundred_minor,
    }


def _earn(bill: Quote, shop: Shop, guest: Guest | None) -> dict[str, int]:
    if guest is None:
        return {"points": 0, "growth_value": 0}
    # What she earns if she pays with real money; paying with bonus money earns less.
    reward = earned(bill.totals.due_minor, guest, shop, guest.day)
    return {"points": reward.points, "growth_value": reward.growth_value}


def _named(source_id: UUID | None, coupon_id: UUID | None) -> dict[str, object]:
    return {"source_id": source_id, "coupon_id": coupon_id}


def _amount(one: Adjustment | Deduction, scale: int) -> dict[str, object]:
    return {
        "source": one.source,
        **_named(one.source_id, one.coupon_id),
        "name_zh": one.name.zh,
        "name_en": one.name.en,
        "amount_minor": one.amount_minor,
        **_reason(one.reason, scale),
    }


def _verdict(one: Verdict, scale: int) -> dict[str, object]:
    return {
        "source": one.source,
        **_named(one.source_id, one.coupon_id),
        "name_zh": one.name.zh,
        "name_en": one.name.en,
        "outcome": one.outcome,
        "saving_minor": one.saving_minor,
        **_reason(one.reason, scale),
    }


def _reason(reason: Reason, scale: int) -> dict[str, str]:
    zh, en = texts_of(reason, scale=scale)
    return {"reason_zh": zh, "reason_en": en}
