"""What a store has for its members beside goods, as the till asks before it offers anything.

人民广场店 sells 奶茶十次卡 for 150.00; 王芳 has one free draw today, a further one costs 20 points; her
own code is a picture that a friend's till can scan.
"""

from io import BytesIO
from typing import Annotated, assert_never
from uuid import UUID

import segno
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.loyalty.draw import TicketKind
from regulars.domain.loyalty.pass_promise import PassPromise
from regulars.domain.loyalty.programme import Programme, ProgrammeKind
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.rewards import named
from regulars.http.schemas import Answer
from regulars.storage import draws, members, programmes
from regulars.storage.engine import Read
from regulars.storage.programmes import PROGRAMME_UNKNOWN
from regulars.storage.taken import taken
from regulars.use_cases.draw_tickets import promise_of, ticket_key
from regulars.use_cases.referrals import code_of

router = APIRouter(prefix="/api/v1", tags=["rewards"])
OfferReader = Annotated[Actor, requires(Permission.OFFER_READ)]
MemberReader = Annotated[Actor, requires(Permission.MEMBER_READ)]


class PassOnSale(Answer):
    """A pass that a store sells. Units: minor units, uses, days."""

    programme_id: UUID
    version: int
    name_zh: str
    name_en: str
    covers_zh: str
    covers_en: str
    price_minor: int
    uses: int
    valid_days: int


class DrawTickets(Answer):
    """A draw of a store, and how many free tickets a member has. Units: tickets, points.

    `price_points`: what a draw costs once the free tickets are gone; 0 where points buy none.
    """

    programme_id: UUID
    version: int
    name_zh: str
    name_en: str
    tickets: TicketKind
    free: int
    price_points: int


@router.get(
    "/stores/{store_id}/passes-on-sale",
    operation_id="list_passes_on_sale",
    response_model=list[PassOnSale],
)
async def list_passes_on_sale(request: Request, store_id: UUID, _: OfferReader) -> Response:
    """The passes that a store sells now, oldest first."""
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> list[dict[str, object]]:
        store = edge.shops.in_force(read, store_id, at=now).store
        sold = programmes.in_force(read, ProgrammeKind.PASS, store, at=now)
        return [_on_sale(one) for one in sold]

    return answered(await asked(edge, question))


def _on_sale(programme: Programme) -> dict[str, object]:
    promise = programme.definition
    if not isinstance(promise, PassPromise):
        raise PROGRAMME_UNKNOWN.because()
    return {
        **named(programme),
        "covers_zh": promise.covers.in_language("zh-CN"),
        "covers_en": promise.covers.in_language("en"),
        "price_minor": promise.price_minor,
        "uses": promise.uses,
        "valid_days": promise.valid_days,
    }


@router.get(
    "/members/{member_id}/draw-tickets",
    operation_id="list_draw_tickets",
    response_model=list[DrawTickets],
)
async def list_draw_tickets(
    request: Request, member_id: UUID, store_id: UUID, actor: MemberReader
) -> Response:
    """The draws of a store, and with how many free tickets a member could draw now."""
    actor.scope.check(store_id)
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> list[dict[str, object]]:
        if read.one(members.MEMBER, member_id=member_id) is None:
            raise MEMBER_UNKNOWN.because()
        store = edge.shops.in_force(read, store_id, at=now).store
        day = store.business_day(now)
        running = programmes.in_force(read, ProgrammeKind.DRAW, store, at=now)
        return [
            {
                **named(one),
                "tickets": promise_of(one).tickets.kind,
                "free": _free(read, one, member_id, day),
                "price_points": promise_of(one).price_points,
            }
            for one in running
        ]

    return answered(await asked(edge, question))


def _free(read: Read, programme: Programme, member_id: UUID, day: BusinessDay) -> int:
    tickets = promise_of(programme).tickets
    match tickets.kind:
        case TicketKind.ORDER:
            found = read.one(
                draws.TICKETS,
                programme_id=programme.id,
                member_id=member_id,
                stores=programmes.stores_of(read, programme),
                since=programmes.began(read, programme.id),
                min_due_minor=tickets.min_due_minor,
            )
            return found or 0
        case TicketKind.DAILY:
            key = ticket_key(programme.id, member_id, day)
            return max(tickets.free - taken(read, [key])[key], 0)
        case TicketKind.POINTS:
            return 0
        case _:
            assert_never(tickets.kind)


@router.get("/members/{member_id}/referral-code.svg", operation_id="get_referral_qr")
async def get_referral_qr(request: Request, member_id: UUID, _: MemberReader) -> Response:
    """A member's own code as a picture, for a friend's till to scan: it names nobody."""
    edge = edge_of(request)
    code = await asked(edge, lambda read: code_of(read, edge.vault, member_id))
    picture = BytesIO()
    segno.make_qr(code, error="m").save(picture, kind="svg", scale=4, border=2, xmldecl=False)
    headers = {"Cache-Control": "private, no-store"}
    return Response(picture.getvalue(), media_type="image/svg+xml", headers=headers)
