"""Refunds: everything that one would undo, shown first; then the refund."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.orders.receipt import Receipt
from regulars.domain.orders.refund import amounts_by_line
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import ASKS, answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.order_answers import RefundPlanView
from regulars.http.order_forms import PlanForm, RefundForm
from regulars.http.orders import order_seen
from regulars.http.policy import requires
from regulars.storage.engine import Read
from regulars.use_cases.refund_plans import planned, rows_of, sold_of

router = APIRouter(prefix="/api/v1", tags=["orders"])

Refunder = Annotated[Actor, requires(Permission.ORDER_REFUND)]


@router.post(
    "/orders/{order_id}/refunds/plan",
    operation_id="plan_refund",
    openapi_extra=ASKS,
    response_model=RefundPlanView,
)
async def plan_refund(
    request: Request, order_id: UUID, form: PlanForm, actor: Refunder
) -> Response:
    """Everything that a refund would undo, before anybody confirms it."""
    return answered(await asked(edge_of(request), lambda read: _plan(read, order_id, form, actor)))


def _plan(read: Read, order_id: UUID, form: PlanForm, actor: Actor) -> dict[str, object]:
    rows = rows_of(read, order_seen(read, order_id, actor))
    plan = planned(rows, form.back())
    back = plan.back
    coupons = {row.coupon_id: row for row in rows.adjustments if row.coupon_id is not None}
    return {
        "amount_minor": plan.amount_minor,
        "whole": plan.whole,
        "by_source": [
            source
            for source in (
                _source("cash", back.cash_minor),
                _source("external", back.external_minor),
                _source("stored_value", back.principal_minor, back.bonus_minor),
            )
            if source["amount_minor"]
        ],
        "points_returned": back.points_spent,
        "points_taken_back": back.points_earned,
        "growth_taken_back": back.growth_earned,
        "coupons_returned": [
            {"id": row.coupon_id, "name_zh": row.name_zh, "name_en": row.name_en}
            for row in coupons.values()
            if plan.whole
        ],
        "coupons_kept_used": [
            {"id": row.coupon_id, "name_zh": row.name_zh, "name_en": row.name_en}
            for row in coupons.values()
            if not plan.whole
        ],
        "lines": [
            {
                "line_id": line.id,
                "name_zh": line.name.zh,
                "name_en": line.name.en,
                "count": count,
                "amount_minor": amount_minor,
            }
            for line, count, amount_minor in amounts_by_line(plan, sold_of(rows).lines)
        ],
    }


def _source(kind: str, principal_minor: int, bonus_minor: int = 0) -> dict[str, object]:
    stored = kind == "stored_value"
    return {
        "kind": kind,
        "amount_minor": principal_minor + bonus_minor,
        "principal_minor": principal_minor if stored else 0,
        "bonus_minor": bonus_minor,
    }


@router.post(
    "/orders/{order_id}/refunds",
    operation_id="refund_order",
    status_code=201,
    response_model=Receipt,
)
async def refund_order(
    request: Request, order_id: UUID, form: RefundForm, actor: Refunder
) -> Response:
    """Give back units of a paid order; answers with the receipt as it stands then."""
    return await run(request, form.command(order_id), actor, status=201)
