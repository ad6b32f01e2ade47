"""Stored value at the till: what a top-up gives, and the top-up."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.order_answers import TopUpOfferView
from regulars.http.order_forms import TopUpForm
from regulars.http.policy import requires
from regulars.use_cases.top_up import ToppedUp

router = APIRouter(prefix="/api/v1", tags=["value"])


@router.get(
    "/stores/{store_id}/top-up-offers",
    operation_id="list_top_up_offers",
    response_model=list[TopUpOfferView],
)
async def list_top_up_offers(
    request: Request,
    store_id: UUID,
    actor: Annotated[Actor, requires(Permission.VALUE_READ)],
) -> Response:
    """The steps of top-up that this store offers, smallest first."""
    actor.scope.check(store_id)
    edge = edge_of(request)
    now = edge.clock()
    shop = await asked(edge, lambda read: edge.shops.in_force(read, store_id, at=now))
    return answered(shop.terms.top_up.offers)


@router.post(
    "/members/{member_id}/top-ups", operation_id="top_up", status_code=201, response_model=ToppedUp
)
async def top_up(
    request: Request,
    member_id: UUID,
    form: TopUpForm,
    actor: Annotated[Actor, requires(Permission.VALUE_TOP_UP)],
) -> Response:
    """Take money for stored value and add the bonus of its step."""
    return await run(request, form.command(member_id), actor, status=201)
