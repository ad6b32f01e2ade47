"""The menu of one store as its tills keep it, and what has run out there."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import instant
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import as_json, cached, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.menu_views import MenuView, menu_of
from regulars.http.policy import requires
from regulars.http.schemas import Body, When
from regulars.use_cases.prices import MarkAvailable, MarkSoldOut
from regulars.use_cases.staff import Changed

router = APIRouter(prefix="/api/v1", tags=["menu"])


class SoldOutForm(Body):
    """Until when it is sold out; None is until somebody says otherwise."""

    until: When | None = None


class Menus:
    """The menus of this process as bytes, each made once for its snapshot."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[UUID, tuple[Shop, bytes]] = {}

    def body(self, shop: Shop) -> bytes:
        """The menu of a shop as JSON."""
        kept = self._kept.get(shop.store.id)
        if kept is None or kept[0] is not shop:
            kept = self._kept[shop.store.id] = (shop, as_json(menu_of(shop)))
        return kept[1]


@router.get("/stores/{store_id}/menu", operation_id="get_menu", response_model=MenuView)
async def get_menu(
    request: Request, store_id: UUID, actor: Annotated[Actor, requires(Permission.CATALOG_READ)]
) -> Response:
    """What a store sells now. With If-None-Match: 304 while nothing changed."""
    edge = edge_of(request)
    now = edge.clock()
    shop = await asked(edge, lambda read: edge.shops.in_force(read, store_id, at=now))
    menus: Menus = request.app.state.menus
    return cached(request, menus.body(shop))


@router.put(
    "/stores/{store_id}/sold-out/{subject_id}",
    operation_id="mark_sold_out",
    response_model=Changed,
)
async def mark_sold_out(
    request: Request,
    store_id: UUID,
    subject_id: UUID,
    body: SoldOutForm,
    actor: Annotated[Actor, requires(Permission.CATALOG_SOLD_OUT)],
) -> Response:
    """A product, variant or option has run out in a store."""
    until = None if body.until is None else instant(body.until)
    command = MarkSoldOut(store_id=store_id, subject_id=subject_id, until=until)
    return await run(request, command, actor)


@router.delete(
    "/stores/{store_id}/sold-out/{subject_id}",
    operation_id="mark_available",
    response_model=Changed,
)
async def mark_available(
    request: Request,
    store_id: UUID,
    subject_id: UUID,
    actor: Annotated[Actor, requires(Permission.CATALOG_SOLD_OUT)],
) -> Response:
    """There is enough of it again."""
    return await run(request, MarkAvailable(store_id=store_id, subject_id=subject_id), actor)
