"""Coupons given and taken back by hand."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import run
from regulars.http.member_forms import CouponForm, ReasonForm
from regulars.http.policy import requires
from regulars.use_cases.coupons import IssueCoupon, Issued, VoidCoupon, Voided

router = APIRouter(prefix="/api/v1", tags=["coupons"])

Issuing = Annotated[Actor, requires(Permission.COUPON_ISSUE)]


@router.post(
    "/members/{member_id}/coupons",
    operation_id="issue_coupon",
    status_code=201,
    response_model=Issued,
)
async def issue_coupon(
    request: Request, member_id: UUID, form: CouponForm, actor: Issuing
) -> Response:
    """Give a member one coupon."""
    command = IssueCoupon(
        coupon_id=form.id,
        member_id=member_id,
        coupon_type_id=form.coupon_type_id,
        store_id=form.store_id,
        reason=form.reason,
    )
    return await run(request, command, actor, status=201)


@router.post("/coupons/{coupon_id}/void", operation_id="void_coupon", response_model=Voided)
async def void_coupon(
    request: Request, coupon_id: UUID, form: ReasonForm, actor: Issuing
) -> Response:
    """Take a coupon back that nobody has used."""
    return await run(request, VoidCoupon(coupon_id=coupon_id, reason=form.reason), actor)
