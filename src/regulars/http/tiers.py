"""Tiers 等级: which one on a day and why, where it goes, and one given by hand."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.approvals import ApprovalForm, approved
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.member_views import store_for
from regulars.http.policy import requires
from regulars.http.schemas import Body, Code, Reason
from regulars.http.tier_views import TierForecastView, TierOnDayView, forecast_view, on_day_view
from regulars.storage.engine import Read
from regulars.use_cases.standing import row_of
from regulars.use_cases.tier_by_hand import GiveTier, TierGiven
from regulars.use_cases.tier_questions import tier_forecast, tier_on

router = APIRouter(prefix="/api/v1", tags=["tiers"])
Reader = Annotated[Actor, requires(Permission.MEMBER_READ)]
Writer = Annotated[Actor, requires(Permission.MEMBER_WRITE)]


class TierForm(Body):
    """A tier to be given by hand: until which day, why, and who else agrees."""

    store_id: UUID
    tier: Code
    until: date
    reason: Reason
    approval: ApprovalForm


@router.get(
    "/members/{member_id}/tier", operation_id="get_member_tier", response_model=TierOnDayView
)
async def get_member_tier(
    request: Request, member_id: UUID, actor: Reader, on: date | None = None
) -> Response:
    """The tier at the end of a day, today's without one, with every figure that made it."""
    edge = edge_of(request)
    now = edge.clock()

    def told(read: Read) -> TierOnDayView:
        row = row_of(read, member_id)
        shop = edge.shops.in_force(read, store_for(row, actor.scope), at=now)
        day = shop.store.business_day(now) if on is None else BusinessDay(on)
        return on_day_view(member_id, tier_on(read, row, shop, day, now))

    return answered(await asked(edge, told))


@router.get(
    "/members/{member_id}/tier-forecast",
    operation_id="get_tier_forecast",
    response_model=TierForecastView,
)
async def get_tier_forecast(request: Request, member_id: UUID, actor: Reader) -> Response:
    """What is missing for the next tier and to stay, by which day, at the member's own pace."""
    edge = edge_of(request)
    now = edge.clock()

    def told(read: Read) -> TierForecastView:
        row = row_of(read, member_id)
        shop = edge.shops.in_force(read, store_for(row, actor.scope), at=now)
        found = tier_forecast(read, row, shop, now)
        return forecast_view(member_id, shop.terms.tiers.measure, found)

    return answered(await asked(edge, told))


@router.post("/members/{member_id}/tier", operation_id="give_tier", response_model=TierGiven)
async def give_tier(request: Request, member_id: UUID, form: TierForm, actor: Writer) -> Response:
    """Give a tier by hand until a day, with the word of a second person."""
    actor.scope.check(form.store_id)
    command = GiveTier(
        member_id=member_id,
        store_id=form.store_id,
        tier=form.tier,
        until=form.until,
        reason=form.reason,
        approved_by=await approved(request, form.approval),
    )
    return await run(request, command, actor)
