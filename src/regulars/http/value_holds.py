"""Holds of value: made, posted wholly or in part, voided, looked up after a crash."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.ledger.holds import HoldPurpose
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import Seller, requires
from regulars.http.schemas import Body, Count, Minor
from regulars.storage import value_holds
from regulars.storage.engine import Read
from regulars.use_cases.held_value import MINUTES_MAX, HoldValue, PostHold, VoidHold
from regulars.use_cases.value_holds import HOLD_UNKNOWN, ValueHeld, held_view

router = APIRouter(prefix="/api/v1", tags=["value"])


class HoldValueForm(Body):
    """What to keep of a member's value, and for how long. Units: minor units, points, minutes."""

    id: UUID
    store_id: UUID
    amount_minor: Minor = 0
    points: Count = 0
    purpose: HoldPurpose = HoldPurpose.ORDER
    subject_id: UUID | None = None
    minutes: Annotated[int, Field(strict=True, ge=1, le=MINUTES_MAX)] = 15


class PostHoldForm(Body):
    """How much of a hold is taken; null takes all. Units: minor units, points."""

    amount_minor: Minor | None = None
    points: Count | None = None


@router.post(
    "/members/{member_id}/value-holds",
    operation_id="hold_value",
    status_code=201,
    response_model=ValueHeld,
)
async def hold_value(
    request: Request, member_id: UUID, form: HoldValueForm, actor: Seller
) -> Response:
    """Keep some of a member's value for a while: nobody else can spend it."""
    command = HoldValue(
        id=form.id,
        member_id=member_id,
        store_id=form.store_id,
        amount_minor=form.amount_minor,
        points=form.points,
        purpose=form.purpose,
        subject_id=form.subject_id,
        minutes=form.minutes,
    )
    return await run(request, command, actor, status=201)


@router.get("/value-holds/{hold_id}", operation_id="get_value_hold", response_model=ValueHeld)
async def get_value_hold(
    request: Request,
    hold_id: UUID,
    actor: Annotated[Actor, requires(Permission.VALUE_READ)],
) -> Response:
    """How a hold stands: a till asks after a crash, before it charges again."""

    def question(read: Read) -> ValueHeld:
        hold = read.one(value_holds.HOLD, hold_id=hold_id)
        if hold is None:
            raise HOLD_UNKNOWN.because()
        actor.scope.check(hold.store_id)
        return held_view(hold, read.one(value_holds.END, hold_id=hold_id))

    return answered(await asked(edge_of(request), question))


@router.post(
    "/value-holds/{hold_id}/post", operation_id="post_value_hold", response_model=ValueHeld
)
async def post_value_hold(
    request: Request, hold_id: UUID, form: PostHoldForm, actor: Seller
) -> Response:
    """Take what was held, or a part of it; the rest is free again."""
    command = PostHold(hold_id=hold_id, amount_minor=form.amount_minor, points=form.points)
    return await run(request, command, actor)


@router.post(
    "/value-holds/{hold_id}/void", operation_id="void_value_hold", response_model=ValueHeld
)
async def void_value_hold(request: Request, hold_id: UUID, actor: Seller) -> Response:
    """Give everything back that was held."""
    return await run(request, VoidHold(hold_id=hold_id), actor)
