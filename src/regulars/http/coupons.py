"""Coupons given and taken back by hand, and handed out to many."""

from typing import Annotated
from uuid import UUID, uuid5

import orjson
from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import as_json, command_id, json_answer, run
from regulars.http.edge import edge_of
from regulars.http.member_forms import CouponForm, ReasonForm
from regulars.http.policy import requires
from regulars.http.schemas import Body, Code
from regulars.storage.engine import Lane
from regulars.use_cases.coupon_mailing import MAILING_MAX, MailCoupons, Mailed
from regulars.use_cases.coupons import IssueCoupon, Issued, VoidCoupon, Voided
from regulars.use_cases.offers import Saved, StopCouponType

# How many get theirs in one transaction: for so long a till waits, at the longest.
MAILED_AT_ONCE = 500

router = APIRouter(prefix="/api/v1", tags=["coupons"])

Issuing = Annotated[Actor, requires(Permission.COUPON_ISSUE)]
Writer = Annotated[Actor, requires(Permission.OFFER_WRITE)]


class MailingForm(Body):
    """Who gets a coupon of a type; the same campaign never gives a member two."""

    campaign: Code
    store_id: UUID
    member_ids: Annotated[list[UUID], Field(min_length=1, max_length=MAILING_MAX)]


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


@router.post(
    "/coupon-types/{coupon_type_id}/issue", operation_id="mail_coupons", response_model=Mailed
)
async def mail_coupons(
    request: Request, coupon_type_id: UUID, form: MailingForm, actor: Issuing
) -> Response:
    """Give each member of a list one coupon, to as many as the type's limit allows."""
    edge, given = edge_of(request), command_id(request)
    asked = tuple(dict.fromkeys(form.member_ids))
    answers = []
    for start in range(0, len(asked), MAILED_AT_ONCE):
        command = MailCoupons(
            coupon_type_id=coupon_type_id,
            campaign=form.campaign,
            store_id=form.store_id,
            member_ids=asked[start : start + MAILED_AT_ONCE],
        )
        # A list that is sent again finds each of its parts done, by an id of its own.
        part_id = uuid5(given, str(start)) if start else given
        answers.append(
            await edge.runner.run(command, actor=actor, command_id=part_id, lane=Lane.JOB)
        )
    parts = [orjson.loads(answer.body) for answer in answers]
    mailed = Mailed(
        issued=sum(part["issued"] for part in parts),
        already=sum(part["already"] for part in parts),
        unknown=tuple(one for part in parts for one in part["unknown"]),
        without=tuple(one for part in parts for one in part["without"]),
    )
    replayed = all(answer.replayed for answer in answers)
    headers = {"Idempotency-Replayed": "true"} if replayed else None
    return json_answer(as_json(mailed), headers=headers)


@router.post(
    "/coupon-types/{coupon_type_id}/stop", operation_id="stop_coupon_type", response_model=Saved
)
async def stop_coupon_type(request: Request, coupon_type_id: UUID, actor: Writer) -> Response:
    """Hand out no more of a kind of coupon; those that are out keep their promise."""
    return await run(request, StopCouponType(id=coupon_type_id), actor)
