"""A member's points: what she may use, what is pending, what ends when, and each lot.

800 to use; 40 pending until 8 May; 120 end on 1 July; 15 owed from a bill that came back.
"""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.loyalty.expiry import DuePoints, points_standing
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import Scope
from regulars.http.answers import answered
from regulars.http.auth import asked
from regulars.http.edge import Edge, edge_of
from regulars.http.member_views import store_for
from regulars.http.policy import requires
from regulars.storage import ledger, members, point_lots
from regulars.storage.engine import Read
from regulars.storage.point_lots import PointLotRow

router = APIRouter(prefix="/api/v1", tags=["value"])


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsView:
    """What a member holds. Units: points.

    `total` is the balance of her account: what may be used, what is pending, and what has ended
    today and is still to be taken out. `lots` are the first two hundred that are open, those that
    end first in front.
    """

    member_id: UUID
    available: int
    total: int
    debt: int
    pending: list[DuePoints]
    expiring: list[DuePoints]
    lots: list[PointLotRow]


@router.get(
    "/members/{member_id}/points", operation_id="get_member_points", response_model=PointsView
)
async def get_member_points(
    request: Request,
    member_id: UUID,
    actor: Annotated[Actor, requires(Permission.VALUE_READ)],
) -> Response:
    """What a member may use, what is pending, what ends soon, and the lots it lies in."""
    edge = edge_of(request)
    return answered(
        await asked(edge, lambda read: points_view(read, edge, member_id, scope=actor.scope))
    )


def points_view(read: Read, edge: Edge, member_id: UUID, *, scope: Scope) -> PointsView:
    """A member's points by the Terms of the caller's store. Refuses: member.unknown."""
    now = edge.clock()
    cards, held, lots = read.group(
        members.CARD.ask(member_id=member_id),
        point_lots.HELD_POINTS.ask(member=member_id),
        point_lots.POINT_LOTS.ask(member=member_id),
    )
    if not cards:
        raise MEMBER_UNKNOWN.because()
    shop = edge.shops.in_force(read, store_for(cards[0], scope), at=now)
    day = shop.store.business_day(now)
    standing = points_standing(held, shop.terms.earning.expiry, on=day)
    balances = ledger.balances_of(read, member_id)
    return PointsView(
        member_id=member_id,
        available=standing.available,
        total=balances.points,
        debt=balances.points_debt,
        pending=list(standing.pending),
        expiring=list(standing.expiring),
        lots=lots,
    )
