"""Group buying: groups opened and joined at the till, and what is owed for those that failed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.loyalty.group_buy import GroupState, SeatState, SeatTender
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.member_forms import ReasonForm
from regulars.http.offered import PriceShown
from regulars.http.policy import Seller, requires
from regulars.http.schemas import Answer, Reference
from regulars.storage import groups
from regulars.storage.engine import Read
from regulars.storage.groups import GROUP_UNKNOWN
from regulars.storage.stores import STORES
from regulars.use_cases.group_ends import PayBackSeat, SeatPaidBack
from regulars.use_cases.group_refunds import RefundSeat, SeatRefunded
from regulars.use_cases.groups import GroupSeen, JoinGroup, OpenGroup

router = APIRouter(prefix="/api/v1", tags=["rewards"])
MemberReader = Annotated[Actor, requires(Permission.MEMBER_READ)]
ValueReader = Annotated[Actor, requires(Permission.VALUE_READ)]
Refunding = Annotated[Actor, requires(Permission.VALUE_REFUND)]
SaleRefunding = Annotated[Actor, requires(Permission.ORDER_REFUND)]


class SeatForm(PriceShown):
    """Who takes a seat, where, how it is paid, and at the price that the guest was shown."""

    seat_id: UUID
    member_id: UUID
    store_id: UUID
    terminal_id: UUID
    tender: SeatTender
    reference: Reference | None = None


class GroupForm(SeatForm):
    """A group to open, with its first seat."""

    id: UUID
    programme_id: UUID


class SeatView(Answer):
    """One seat. Units: minor units."""

    id: UUID
    group_id: UUID
    number: int
    member_id: UUID
    store_id: UUID
    taken_at: AwareDatetime
    tender: SeatTender
    reference: str | None
    amount_minor: int
    state: SeatState
    coupon_id: UUID | None
    closed_at: AwareDatetime | None


class GroupView(Answer):
    """A group of buyers. Units: minor units for each seat."""

    id: UUID
    programme_id: UUID
    store_id: UUID
    opened_at: AwareDatetime
    ends_at: AwareDatetime
    price_minor: int
    seats: int
    seats_taken: int
    state: GroupState
    closed_at: AwareDatetime | None


class GroupHistoryView(GroupView):
    """A group with its seats."""

    seat_rows: list[SeatView]


@router.post("/groups", operation_id="open_group", status_code=201, response_model=GroupSeen)
async def open_group(request: Request, form: GroupForm, actor: Seller) -> Response:
    """Open a group and take its first seat."""
    command = OpenGroup(
        id=form.id,
        seat_id=form.seat_id,
        programme_id=form.programme_id,
        member_id=form.member_id,
        store_id=form.store_id,
        terminal_id=form.terminal_id,
        tender=form.tender.value,
        reference=form.reference,
        offered=form.offered(),
    )
    return await run(request, command, actor, status=201)


@router.post(
    "/groups/{group_id}/seats",
    operation_id="join_group",
    status_code=201,
    response_model=GroupSeen,
)
async def join_group(request: Request, group_id: UUID, form: SeatForm, actor: Seller) -> Response:
    """Take one more seat; the last one fills the group."""
    command = JoinGroup(
        seat_id=form.seat_id,
        group_id=group_id,
        member_id=form.member_id,
        store_id=form.store_id,
        terminal_id=form.terminal_id,
        tender=form.tender.value,
        reference=form.reference,
        offered=form.offered(),
    )
    return await run(request, command, actor, status=201)


@router.get("/groups", operation_id="list_open_groups", response_model=list[GroupView])
async def list_open_groups(request: Request, programme_id: UUID, actor: MemberReader) -> Response:
    """The groups of a deal that may still be joined at the caller's stores, soonest over first."""
    edge = edge_of(request)

    def found(read: Read) -> list[dict[str, object]]:
        stores = [row.id for row in read.all(STORES) if actor.scope.holds(row.id)]
        rows = read.all(
            groups.OPEN_OF_PROGRAMME, programme_id=programme_id, at=edge.clock(), stores=stores
        )
        return [_only(row._asdict(), GroupView) for row in rows]

    return answered(await asked(edge, found))


@router.get("/groups/{group_id}", operation_id="get_group", response_model=GroupHistoryView)
async def get_group(request: Request, group_id: UUID, _: MemberReader) -> Response:
    """A group and its seats."""

    def found(read: Read) -> dict[str, object]:
        row = read.one(groups.GROUP, group_id=group_id)
        if row is None:
            raise GROUP_UNKNOWN.because()
        seats = read.all(groups.SEATS, group_id=group_id)
        shown = [_only(seat._asdict(), SeatView) for seat in seats]
        return {**_only(row._asdict(), GroupView), "seat_rows": shown}

    return answered(await asked(edge_of(request), found))


@router.get(
    "/members/{member_id}/group-seats",
    operation_id="list_group_seats_of_member",
    response_model=list[SeatView],
)
async def list_group_seats_of_member(
    request: Request, member_id: UUID, _: MemberReader
) -> Response:
    """The seats that a member took, newest first."""

    def found(read: Read) -> list[dict[str, object]]:
        rows = read.all(groups.SEATS_OF_MEMBER, member_id=member_id)
        return [_only(row._asdict(), SeatView) for row in rows]

    return answered(await asked(edge_of(request), found))


@router.get("/group-seats", operation_id="list_seats_owed", response_model=list[SeatView])
async def list_seats_owed(request: Request, actor: ValueReader) -> Response:
    """The seats of the caller's stores whose money is still to be given back, oldest first."""

    def found(read: Read) -> list[dict[str, object]]:
        stores = [row.id for row in read.all(STORES) if actor.scope.holds(row.id)]
        rows = read.all(groups.REFUNDS_DUE, stores=stores)
        return [_only(row._asdict(), SeatView) for row in rows]

    return answered(await asked(edge_of(request), found))


@router.post(
    "/group-seats/{seat_id}/paid-back", operation_id="pay_back_seat", response_model=SeatPaidBack
)
async def pay_back_seat(
    request: Request, seat_id: UUID, form: ReasonForm, actor: Refunding
) -> Response:
    """Confirm that what was paid for a seat was given back."""
    return await run(request, PayBackSeat(seat_id=seat_id, reason=form.reason), actor)


@router.post(
    "/group-seats/{seat_id}/refund", operation_id="refund_seat", response_model=SeatRefunded
)
async def refund_seat(
    request: Request, seat_id: UUID, form: ReasonForm, actor: SaleRefunding
) -> Response:
    """Give a seat of a full group back: its coupon goes, its money returns as it was paid."""
    return await run(request, RefundSeat(seat_id=seat_id, reason=form.reason), actor)


def _only(row: dict[str, object], shown: type[Answer]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name in shown.model_fields}
