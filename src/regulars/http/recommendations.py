"""What the shop would suggest: to a member, beside a basket, or instead of what has run out."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.insights.affinity import Daypart, Suggestion, Why
from regulars.domain.kernel.ids import ProductId
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import ASKS, answered
from regulars.http.edge import Edge, edge_of
from regulars.http.liability import asked_aside
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body
from regulars.storage.engine import Read
from regulars.use_cases.recommending import (
    BasedOn,
    Popularities,
    Recommended,
    Wanted,
    reason_of,
    recommended,
    similar_to,
)

router = APIRouter(prefix="/api/v1", tags=["insights"])
Reading = Annotated[Actor, requires(Permission.MEMBER_READ)]
Quoting = Annotated[Actor, requires(Permission.ORDER_QUOTE)]
BASKET_MAX = 100


class SuggestionView(Answer):
    """A dish to offer, and why."""

    product_id: UUID
    name_zh: str
    name_en: str
    why: Why
    reason_zh: str
    reason_en: str


class RecommendationView(Answer):
    """Dishes to offer, best first, and what they were made of."""

    based_on: BasedOn
    daypart: Daypart
    suggestions: list[SuggestionView]


class BasketForm(Body):
    """What is in a basket, for whom, and where."""

    store_id: UUID
    member_id: UUID | None = None
    product_ids: Annotated[tuple[UUID, ...], Field(max_length=BASKET_MAX)] = ()


@router.get(
    "/members/{member_id}/recommendations",
    operation_id="recommend_to_member",
    response_model=RecommendationView,
)
async def recommend_to_member(
    request: Request, member_id: UUID, store_id: UUID, actor: Reading
) -> Response:
    """What to suggest to a member at a store now."""
    actor.scope.check(store_id)
    return await _recommended(request, store_id, member_id=member_id, basket=())


@router.post(
    "/recommendations",
    operation_id="recommend_beside_basket",
    response_model=RecommendationView,
    openapi_extra=ASKS,
)
async def recommend_beside_basket(request: Request, form: BasketForm, actor: Quoting) -> Response:
    """What goes with a basket, and with its guest."""
    actor.scope.check(form.store_id)
    return await _recommended(
        request, form.store_id, member_id=form.member_id, basket=form.product_ids
    )


@router.get(
    "/products/{product_id}/similar",
    operation_id="list_similar_products",
    response_model=list[SuggestionView],
)
async def list_similar_products(
    request: Request, product_id: UUID, store_id: UUID, actor: Quoting
) -> Response:
    """What to offer instead of a dish that has run out."""
    actor.scope.check(store_id)
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> object:
        shop = edge.shops.in_force(read, store_id, at=now)
        found = similar_to(read, shop, product_id, at=now)
        return [_suggestion(one, shop, Daypart.MORNING) for one in found]

    return answered(await asked_aside(edge, question))


async def _recommended(
    request: Request, store_id: UUID, *, member_id: UUID | None, basket: tuple[UUID, ...]
) -> Response:
    edge = edge_of(request)
    wanted = Wanted(member_id=member_id, basket=basket, at=edge.clock())
    popular: Popularities = request.app.state.popular
    return answered(
        await asked_aside(edge, lambda read: _shown(read, edge, store_id, wanted, popular))
    )


def _shown(
    read: Read, edge: Edge, store_id: UUID, wanted: Wanted, popular: Popularities
) -> dict[str, object]:
    shop = edge.shops.in_force(read, store_id, at=wanted.at)
    found: Recommended = recommended(read, edge.vault, shop, wanted, popular=popular)
    return {
        "based_on": found.based_on,
        "daypart": found.daypart,
        "suggestions": [_suggestion(one, shop, found.daypart) for one in found.found],
    }


def _suggestion(one: Suggestion, shop: Shop, daypart: Daypart) -> dict[str, object]:
    name = shop.catalogue.products[ProductId(one.product_id)].name
    reason = reason_of(one, shop, daypart)
    return {
        "product_id": one.product_id,
        "name_zh": name.zh,
        "name_en": name.in_language("en"),
        "why": one.why,
        "reason_zh": reason.zh,
        "reason_en": reason.en,
    }
