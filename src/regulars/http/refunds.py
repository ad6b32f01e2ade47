"""Refunds: everything that one would undo, shown first; then the refund."""

from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.claw_back import TakenBack
from regulars.domain.orders.receipt import Receipt
from regulars.domain.orders.refund import PlanKind, RefundPlan, amounts_by_line
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
from regulars.storage.shops import Shops
from regulars.use_cases.claw_back import plan_taken_back
from regulars.use_cases.receipts import OrderRows
from regulars.use_cases.refund_plans import Outcomes, outcomes_of, rows_of

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
    """Everything that a refund would undo, in each way there is, before anybody confirms it."""
    edge = edge_of(request)
    now = edge.clock()
    return answered(
        await asked(edge, lambda read: _plan(read, order_id, form, actor, Today(edge.shops, now)))
    )


class Today(NamedTuple):
    """The shops, and now."""

    shops: Shops
    now: Instant


def _plan(
    read: Read, order_id: UUID, form: PlanForm, actor: Actor, today: Today
) -> dict[str, object]:
    shops, now = today
    rows = rows_of(read, order_seen(read, order_id, actor))
    outcomes = outcomes_of(read, rows, form.back(), shops)
    shop = shops.in_force(read, rows.order.store_id, at=now)
    taken = {
        kind: plan_taken_back(read, rows.order, plan, shop, now=now)
        for kind, plan in outcomes.plans.items()
    }
    ways = outcomes.ways
    shown = [kind for kind in PlanKind if kind in outcomes.plans]
    return {
        **_outcome(outcomes, ways.default, rows, taken[ways.default]),
        "why": ways.why.value,
        "outcomes": [_outcome(outcomes, kind, rows, taken[kind]) for kind in shown],
    }


def _outcome(
    outcomes: Outcomes, kind: PlanKind, rows: OrderRows, taken: TakenBack
) -> dict[str, object]:
    plan = outcomes.plans[kind]
    back = plan.back
    return {
        "plan": kind.value,
        "allowed": kind in outcomes.ways.allowed,
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
        "points_taken_back": taken.taken,
        "points_short": taken.owed,
        "points_forgiven": taken.forgiven,
        "growth_taken_back": back.growth_earned,
        "coupons_returned": _coupons(outcomes, plan, rows, returned=True),
        "coupons_kept_used": _coupons(outcomes, plan, rows, returned=False),
        "lines": [
            {
                "line_id": line.id,
                "name_zh": line.name.zh,
                "name_en": line.name.en,
                "count": count,
                "amount_minor": amount_minor,
            }
            for line, count, amount_minor in amounts_by_line(plan, outcomes.sold.lines)
        ],
    }


def _coupons(
    outcomes: Outcomes, plan: RefundPlan, rows: OrderRows, *, returned: bool
) -> list[dict[str, object]]:
    """The coupons that the order still uses and that this plan gives back, or leaves used."""
    used = {row.coupon_id: row for row in rows.adjustments if row.coupon_id in outcomes.coupons.ids}
    return [
        {"id": coupon_id, "name_zh": row.name_zh, "name_en": row.name_en}
        for coupon_id, row in used.items()
        if plan.returns(coupon_id) is returned
    ]


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
