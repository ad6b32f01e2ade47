"""The points mall: what there is for points, ordering, handing over, cancelling."""

from datetime import date
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.loyalty.mall import Unfetched
from regulars.domain.loyalty.programme import Programme, ProgrammeKind
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.member_forms import ReasonForm
from regulars.http.offered import PointsShown
from regulars.http.policy import Seller, requires
from regulars.http.rewards import GiftView, gift_view, named
from regulars.http.schemas import Answer
from regulars.storage import mall, programmes
from regulars.storage.engine import Read
from regulars.storage.mall import MallOrderRow
from regulars.storage.taken import taken
from regulars.use_cases import guest as guests
from regulars.use_cases.mall import (
    MallOrdered,
    OrderFromMall,
    item_of,
    member_key,
    stock_key,
)
from regulars.use_cases.mall_ends import CancelMallOrder, HandOver

router = APIRouter(prefix="/api/v1", tags=["rewards"])
Reader = Annotated[Actor, requires(Permission.OFFER_READ)]
MemberReader = Annotated[Actor, requires(Permission.MEMBER_READ)]
Refunding = Annotated[Actor, requires(Permission.ORDER_REFUND)]


class MallItemView(Answer):
    """One thing of the mall. Units: points, days. `left`: how many are left; None is no limit.

    `fetch_days`: within so many days it is fetched, and `unfetched` says what happens then.
    The last four are told of a member who was named: whether she may have it now, and why not.
    """

    programme_id: UUID
    version: int
    name_zh: str
    name_en: str
    points: int
    gives: GiftView
    image: str | None
    fetched: bool
    fetch_days: int | None
    unfetched: Unfetched
    left: int | None
    tiers: list[str]
    available: bool | None
    tier_open: bool | None
    points_missing: int | None
    left_for_member: int | None


class MallOrderForm(PointsShown):
    """The id of the order, what is ordered, where it is fetched, for the points she was shown."""

    id: UUID
    programme_id: UUID
    store_id: UUID


class MallOrderView(Answer):
    """An order. Units: points. `code`: what the guest shows to fetch it, `fetch_until` at the latest.

    `lapsed`: it ended because nobody fetched it in time.
    """

    id: UUID
    programme_id: UUID
    version: int
    name_zh: str
    name_en: str
    member_id: UUID
    store_id: UUID
    business_day: date
    at: AwareDatetime
    points: int
    code: str
    state: str
    fetch_until: date | None
    ended_at: AwareDatetime | None
    lapsed: bool


_ORDER = ("id", "member_id", "store_id", "business_day", "at", "points", "code", "state")


class Buyer(NamedTuple):
    """Who asks what she could have. Units: points."""

    member_id: UUID
    tier: str
    points: int
    day: BusinessDay


@router.get("/stores/{store_id}/mall", operation_id="list_mall", response_model=list[MallItemView])
async def list_mall(
    request: Request, store_id: UUID, actor: Reader, member_id: UUID | None = None
) -> Response:
    """What a store has for points, and what of it a member could have now."""
    if member_id is not None:
        actor.need(Permission.MEMBER_READ)
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> list[dict[str, object]]:
        shop = edge.shops.in_force(read, store_id, at=now)
        buyer = None
        if member_id is not None:
            guest = guests.seen(read, member_id, shop, now)
            buyer = Buyer(guest.id, guest.tier.code, guest.view.points_available, guest.day)
        items = programmes.in_force(read, ProgrammeKind.MALL_ITEM, shop.store, at=now)
        return [item_view(read, programme, buyer) for programme in items]

    return answered(await asked(edge, question))


def item_view(read: Read, programme: Programme, buyer: Buyer | None) -> dict[str, object]:
    """One thing of the mall as it is shown to a member, or to nobody in particular."""
    item = item_of(programme)
    own = member_key(programme.id, buyer.member_id, item, buyer.day) if buyer else None
    stock = stock_key(programme.id)
    used = taken(read, [stock, *([own] if own else [])])
    left = None if item.stock is None else max(item.stock - used[stock], 0)
    shown: dict[str, object] = {
        **named(programme),
        "points": item.points,
        "gives": gift_view(item.gives),
        "image": item.image,
        "fetched": item.fetched,
        "fetch_days": item.fetch_days,
        "unfetched": item.unfetched.value,
        "left": left,
        "tiers": list(item.tiers),
    }
    if buyer is None:
        parts = ("available", "tier_open", "points_missing", "left_for_member")
        return {**shown, **dict.fromkeys(parts)}
    missing = max(item.points - buyer.points, 0)
    rest = max(item.per_member.uses - used[own], 0) if own and item.per_member else None
    tier_open = item.open_to(buyer.tier)
    return {
        **shown,
        "available": tier_open and not missing and left != 0 and rest != 0,
        "tier_open": tier_open,
        "points_missing": missing,
        "left_for_member": rest,
    }


@router.post(
    "/members/{member_id}/mall-orders",
    operation_id="order_from_mall",
    status_code=201,
    response_model=MallOrdered,
)
async def order_from_mall(
    request: Request, member_id: UUID, form: MallOrderForm, actor: Seller
) -> Response:
    """Spend a member's points for one thing: given at once, or kept ready to be fetched."""
    command = OrderFromMall(
        id=form.id,
        programme_id=form.programme_id,
        member_id=member_id,
        store_id=form.store_id,
        offered=form.offered(),
    )
    return await run(request, command, actor, status=201)


@router.get(
    "/members/{member_id}/mall-orders",
    operation_id="list_mall_orders_of_member",
    response_model=list[MallOrderView],
)
async def list_mall_orders_of_member(
    request: Request, member_id: UUID, actor: MemberReader
) -> Response:
    """What a member ordered in the stores that the caller sees, newest first."""

    def question(read: Read) -> list[dict[str, object]]:
        rows = read.all(mall.OF_MEMBER, member_id=member_id)
        return [_order_view(read, row) for row in rows if actor.scope.holds(row.store_id)]

    return answered(await asked(edge_of(request), question))


@router.get(
    "/stores/{store_id}/mall-orders",
    operation_id="list_waiting_mall_orders",
    response_model=list[MallOrderView],
)
async def list_waiting_mall_orders(
    request: Request, store_id: UUID, actor: MemberReader
) -> Response:
    """What waits at a store to be fetched, oldest first."""

    def question(read: Read) -> list[dict[str, object]]:
        rows = read.all(mall.WAITING, store_id=store_id)
        return [_order_view(read, row) for row in rows]

    return answered(await asked(edge_of(request), question))


def _order_view(read: Read, row: MallOrderRow) -> dict[str, object]:
    shown = row._asdict()
    ordered = programmes.version_of(read, row.programme_id, row.version)
    return {
        **named(ordered),
        **{part: shown[part] for part in _ORDER},
        "fetch_until": item_of(ordered).fetch_until(row.business_day),
        "ended_at": row.ended_at,
        "lapsed": row.lapsed,
    }


@router.post(
    "/mall-orders/{order_id}/hand-over",
    operation_id="hand_over_mall_order",
    response_model=MallOrdered,
)
async def hand_over_mall_order(request: Request, order_id: UUID, actor: Seller) -> Response:
    """Hand over what was ordered; the guest shows her code."""
    return await run(request, HandOver(order_id=order_id), actor)


@router.post(
    "/mall-orders/{order_id}/cancel",
    operation_id="cancel_mall_order",
    response_model=MallOrdered,
)
async def cancel_mall_order(
    request: Request, order_id: UUID, form: ReasonForm, actor: Refunding
) -> Response:
    """Cancel what nobody has fetched or used: the points go back where they came from."""
    return await run(request, CancelMallOrder(order_id=order_id, reason=form.reason), actor)
