"""Check-in: signing in for today, and how a member stands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import months_after
from regulars.domain.loyalty.check_in import standing_on
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import Seller, requires
from regulars.http.rewards import GiftView, gift_view, named
from regulars.http.schemas import Answer, Body
from regulars.storage import check_ins, programmes
from regulars.storage.engine import Read
from regulars.use_cases.check_ins import CheckedIn, CheckInMember, promise_of

router = APIRouter(prefix="/api/v1", tags=["rewards"])
Reader = Annotated[Actor, requires(Permission.MEMBER_READ)]


class CheckInForm(Body):
    """Which check-in, and at which store."""

    programme_id: UUID
    store_id: UUID


class CheckInState(Answer):
    """How a member stands today. Units: days; `days` are those of this month that count."""

    programme_id: UUID
    version: int
    name_zh: str
    name_en: str
    today: date
    done_today: bool
    streak: int
    daily: GiftView
    next_gift_in_days: int | None
    next_gift: GiftView | None
    month: str
    days: list[date]


@router.post(
    "/members/{member_id}/check-ins",
    operation_id="check_in_member",
    status_code=201,
    response_model=CheckedIn,
)
async def check_in_member(
    request: Request, member_id: UUID, form: CheckInForm, actor: Seller
) -> Response:
    """Sign a member in for today, by the server's clock."""
    command = CheckInMember(
        programme_id=form.programme_id, member_id=member_id, store_id=form.store_id
    )
    return await run(request, command, actor, status=201)


@router.get(
    "/members/{member_id}/check-ins",
    operation_id="get_check_ins",
    response_model=list[CheckInState],
)
async def get_check_ins(
    request: Request,
    member_id: UUID,
    store_id: UUID,
    actor: Reader,
    month: Annotated[str | None, Query(pattern=r"^2\d{3}-(0[1-9]|1[0-2])$")] = None,
) -> Response:
    """How a member stands with each check-in of a store, with the calendar of a month."""
    actor.scope.check(store_id)
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> list[dict[str, object]]:
        store = edge.shops.in_force(read, store_id, at=now).store
        today = store.business_day(now)
        first = date.fromisoformat(f"{month}-01") if month else today.replace(day=1)
        states: list[dict[str, object]] = []
        for programme in programmes.in_force(read, ProgrammeKind.CHECK_IN, store, at=now):
            whose = {"programme_id": programme.id, "member_id": member_id}
            last = read.one(check_ins.LAST, **whose)
            days = read.all(check_ins.DAYS, **whose, first=first, end=months_after(first, 1))
            promise = promise_of(programme)
            streak = standing_on(today, last)
            following = promise.next_gift(streak)
            states.append(
                {
                    **named(programme),
                    "today": today,
                    "done_today": last is not None and last.day >= today,
                    "streak": streak,
                    "daily": gift_view(promise.daily),
                    "next_gift_in_days": following.in_days if following else None,
                    "next_gift": gift_view(following.gift) if following else None,
                    "month": f"{first:%Y-%m}",
                    "days": days,
                }
            )
        return states

    return answered(await asked(edge, question))
