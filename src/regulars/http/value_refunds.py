"""Giving a top-up back: the explanation line by line, then the money."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StrictBool
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.label import Label
from regulars.domain.loyalty.top_up_refund import RefundLineKind
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import ASKS, answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.member_forms import Reason
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body
from regulars.storage.engine import Read
from regulars.use_cases.top_up_refunds import RefundTopUp, TopUpPlan, TopUpRefunded, planned

router = APIRouter(prefix="/api/v1", tags=["value"])
Refunding = Annotated[Actor, requires(Permission.VALUE_REFUND)]
Principal = Annotated[int, Field(strict=True, ge=-10_000_000_000, le=10_000_000_000)]

# What each line says, as staff read it out to a guest.
LINES: dict[RefundLineKind, Label] = {
    RefundLineKind.PAID: Label("当时付款", "Paid at the time"),
    RefundLineKind.REFUNDED_BEFORE: Label("之前已退", "Given back before"),
    RefundLineKind.USED: Label("已消费、转赠或冻结中", "Spent, passed on or held"),
    RefundLineKind.LEFT: Label("未用本金", "Principal not yet used"),
    RefundLineKind.BACK: Label("本次退款", "Given back now"),
    RefundLineKind.BONUS_FORFEITED: Label("收回未用赠金", "Unused bonus taken back"),
    RefundLineKind.BONUS_KEPT: Label(
        "已用或已转出的赠金不追回", "Bonus used or passed on is not taken back"
    ),
    RefundLineKind.POINTS_BACK: Label("收回充值送的积分", "Points of the top-up taken back"),
    RefundLineKind.POINTS_OWED: Label(
        "已用积分记欠账，下次得积分时补回", "Used points owed, repaid by the next ones earned"
    ),
    RefundLineKind.POINTS_KEPT: Label("已用积分不追回", "Used points stay yours"),
    RefundLineKind.COUPONS_VOIDED: Label("未用的券作废", "Unused coupons made void"),
    RefundLineKind.COUPONS_KEPT: Label("券保留", "Coupons that stay"),
    RefundLineKind.ITEM_KEPT: Label("充值送的实物未退回", "The gift was not brought back"),
    RefundLineKind.GIFT_REFUNDS: Label(
        "礼物留下而退充值，今年累计（含这笔）",
        "Top-ups given back with their gifts kept this year, this one included",
    ),
}
_UNITS: dict[RefundLineKind, str] = {
    RefundLineKind.POINTS_BACK: "points",
    RefundLineKind.POINTS_OWED: "points",
    RefundLineKind.POINTS_KEPT: "points",
    RefundLineKind.COUPONS_VOIDED: "coupons",
    RefundLineKind.COUPONS_KEPT: "coupons",
    RefundLineKind.ITEM_KEPT: "items",
    RefundLineKind.GIFT_REFUNDS: "times",
}


class TopUpPlanForm(Body):
    """How much principal is asked for; null is all that is unused. Units: minor units.

    `item_returned`: the thing that came with the top-up was brought back.
    """

    principal_minor: Principal | None = None
    member_id: UUID | None = None
    item_returned: StrictBool = False


class TopUpRefundForm(TopUpPlanForm):
    """The refund, with its id and the reason."""

    id: UUID
    reason: Reason


class LineView(Answer):
    """One line of the explanation; `unit` is money, points, coupons, items or times."""

    kind: str
    unit: str
    amount: int
    name_zh: str
    name_en: str


class LawView(Answer):
    """The rule of the law by which the refund may not be refused."""

    code: str
    name_zh: str
    name_en: str
    source: str


class TopUpRefundPlanView(Answer):
    """What would go back, to which tender, and why. Units: minor units, points.

    `gifts_kept`: a gift stays with her while the money goes; it is counted for the year.
    """

    top_up_id: UUID
    member_id: UUID
    paid_on: str
    tender: str
    refundable_minor: int
    principal_minor: int
    bonus_forfeited_minor: int
    points_taken_back: int
    points_owed: int
    coupons_voided: int
    gifts_kept: bool
    law: LawView | None
    lines: list[LineView]


@router.post(
    "/top-ups/{top_up_id}/refunds/plan",
    operation_id="plan_top_up_refund",
    response_model=TopUpRefundPlanView,
    openapi_extra=ASKS,
)
async def plan_top_up_refund(
    request: Request, top_up_id: UUID, form: TopUpPlanForm, actor: Refunding
) -> Response:
    """What giving a top-up back would do, line by line; nothing happens yet."""
    edge = edge_of(request)
    now = edge.clock()
    wanted = RefundTopUp(
        id=top_up_id,
        top_up_id=top_up_id,
        principal_minor=form.principal_minor,
        reason="",
        member_id=form.member_id,
        item_returned=form.item_returned,
    )

    def question(read: Read) -> dict[str, object]:
        found = planned(read, wanted, shops=edge.shops, now=now)
        actor.scope.check(found.row.store_id)
        return _view(found)

    return answered(await asked(edge, question))


@router.post(
    "/top-ups/{top_up_id}/refunds",
    operation_id="refund_top_up",
    status_code=201,
    response_model=TopUpRefunded,
)
async def refund_top_up(
    request: Request, top_up_id: UUID, form: TopUpRefundForm, actor: Refunding
) -> Response:
    """Give unused principal back to the tender that it was paid with."""
    command = RefundTopUp(
        id=form.id,
        top_up_id=top_up_id,
        principal_minor=form.principal_minor,
        reason=form.reason,
        member_id=form.member_id,
        item_returned=form.item_returned,
    )
    return await run(request, command, actor, status=201)


def _view(found: TopUpPlan) -> dict[str, object]:
    plan, rule = found.plan, found.plan.rule
    law = None
    if rule is not None:
        law = {
            "code": rule.code,
            "name_zh": rule.label.zh,
            "name_en": rule.label.en,
            "source": rule.source,
        }
    return {
        "top_up_id": found.row.id,
        "member_id": found.holder,
        "paid_on": found.row.business_day.isoformat(),
        "tender": plan.tender,
        "refundable_minor": plan.refundable_minor,
        "principal_minor": plan.principal_minor,
        "bonus_forfeited_minor": plan.bonus_minor,
        "points_taken_back": plan.points_taken_back,
        "points_owed": plan.points_owed,
        "coupons_voided": plan.coupons_voided,
        "gifts_kept": plan.gifts_kept,
        "law": law,
        "lines": [
            {
                "kind": line.kind.value,
                "unit": _UNITS.get(line.kind, "money"),
                "amount": line.amount,
                "name_zh": LINES[line.kind].zh,
                "name_en": LINES[line.kind].en,
            }
            for line in plan.lines
        ],
    }
