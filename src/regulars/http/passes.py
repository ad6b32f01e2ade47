"""Passes: sold, shown with every use, used, frozen, passed on and given back."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.loyalty.pass_promise import USES_MAX
from regulars.domain.loyalty.passes import PassRefund, PassState
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.member_forms import Reason
from regulars.http.offered import PriceShown
from regulars.http.policy import Seller, requires
from regulars.http.schemas import Answer, Body, Minor, Reference
from regulars.storage import passes
from regulars.storage.engine import Read
from regulars.storage.passes import PassRow
from regulars.use_cases.pass_refunds import PassRefunded, RefundPass, refund_plan
from regulars.use_cases.pass_times import FreezePass, TransferPass, UnfreezePass
from regulars.use_cases.pass_uses import PassUsed, UndoPassUse, UsePass
from regulars.use_cases.passes import PassSeen, SellPass, promise_of

router = APIRouter(prefix="/api/v1", tags=["passes"])
Reading = Annotated[Actor, requires(Permission.VALUE_READ)]
Selling = Annotated[Actor, requires(Permission.VALUE_TOP_UP)]
Undoing = Annotated[Actor, requires(Permission.ORDER_REFUND)]
Moving = Annotated[Actor, requires(Permission.VALUE_MOVE)]
Refunding = Annotated[Actor, requires(Permission.VALUE_REFUND)]


class PassForm(PriceShown):
    """Which pass is sold, where, how it is paid, and at the price that the guest was shown."""

    id: UUID
    programme_id: UUID
    store_id: UUID
    terminal_id: UUID
    tender: Literal["cash", "external"]
    reference: Reference | None = None


class UseForm(Body):
    """How many uses are taken, and where."""

    id: UUID
    store_id: UUID
    terminal_id: UUID
    count: Annotated[int, Field(strict=True, ge=1, le=USES_MAX)] = 1


class UndoForm(Body):
    """The id of the undoing, and why."""

    id: UUID
    reason: Reason


class TransferForm(Body):
    """To whom a pass goes, and why."""

    id: UUID
    to_member_id: UUID
    reason: Reason


class RefundForm(Body):
    """The amount that the guest was told, where she gets it, and why."""

    id: UUID
    store_id: UUID
    terminal_id: UUID
    amount_minor: Minor
    reason: Reason


class PassView(Answer):
    """A pass. Units: minor units, uses, days."""

    id: UUID
    programme_id: UUID
    member_id: UUID
    store_id: UUID
    sold_at: AwareDatetime
    covers_zh: str
    covers_en: str
    products: list[str]
    price_minor: int
    uses: int
    used: int
    left: int
    deferred_minor: int
    state: PassState
    ends_on: date
    frozen_on: date | None
    frozen_until: date | None
    frozen_days: int
    freeze_days_max: int
    transferable: bool


class PassUseView(Answer):
    """Some uses, or (negative) the undoing of some."""

    id: UUID
    at: AwareDatetime
    store_id: UUID
    by: str
    uses: int
    value_minor: int
    coupons: list[UUID]
    undoes: UUID | None


class PassEventView(Answer):
    """Something that happened to a pass."""

    kind: str
    at: AwareDatetime
    by: str
    days: int | None
    from_member_id: UUID | None
    to_member_id: UUID | None
    amount_minor: int
    paid_back_minor: int
    reason: str | None


class PassHistoryView(PassView):
    """A pass with everything that happened to it."""

    use_rows: list[PassUseView]
    events: list[PassEventView]


@router.post(
    "/members/{member_id}/passes",
    operation_id="sell_pass",
    status_code=201,
    response_model=PassSeen,
)
async def sell_pass(request: Request, member_id: UUID, form: PassForm, actor: Selling) -> Response:
    """Sell a member a pass at the price that its programme names."""
    command = SellPass(
        id=form.id,
        member_id=member_id,
        programme_id=form.programme_id,
        store_id=form.store_id,
        terminal_id=form.terminal_id,
        tender=form.tender,
        reference=form.reference,
        offered=form.offered(),
    )
    return await run(request, command, actor, status=201)


@router.get(
    "/members/{member_id}/passes", operation_id="list_passes", response_model=list[PassView]
)
async def list_passes(request: Request, member_id: UUID, _: Reading) -> Response:
    """A member's passes, oldest first."""

    def found(read: Read) -> list[dict[str, object]]:
        return [_view(read, row) for row in read.all(passes.OF_MEMBER, member_id=member_id)]

    return answered(await asked(edge_of(request), found))


@router.get("/passes/{pass_id}", operation_id="get_pass", response_model=PassHistoryView)
async def get_pass(request: Request, pass_id: UUID, _: Reading) -> Response:
    """A pass, and everything that happened to it."""

    def found(read: Read) -> dict[str, object]:
        view = _view(read, passes.found(read, pass_id))
        uses = read.all(passes.USES, pass_id=pass_id)
        events = read.all(passes.EVENTS, pass_id=pass_id)
        return {
            **view,
            "use_rows": [_only(row._asdict(), PassUseView) for row in uses],
            "events": [_only(row._asdict(), PassEventView) for row in events],
        }

    return answered(await asked(edge_of(request), found))


@router.post(
    "/passes/{pass_id}/uses", operation_id="use_pass", status_code=201, response_model=PassUsed
)
async def use_pass(request: Request, pass_id: UUID, form: UseForm, actor: Seller) -> Response:
    """Take uses off a pass."""
    command = UsePass(
        id=form.id,
        pass_id=pass_id,
        store_id=form.store_id,
        terminal_id=form.terminal_id,
        count=form.count,
    )
    return await run(request, command, actor, status=201)


@router.post(
    "/passes/{pass_id}/uses/{use_id}/undo",
    operation_id="undo_pass_use",
    response_model=PassSeen,
)
async def undo_pass_use(
    request: Request, pass_id: UUID, use_id: UUID, form: UndoForm, actor: Undoing
) -> Response:
    """Give back the uses that were taken last by a slip."""
    command = UndoPassUse(id=form.id, pass_id=pass_id, use_id=use_id, reason=form.reason)
    return await run(request, command, actor)


@router.post("/passes/{pass_id}/freeze", operation_id="freeze_pass", response_model=PassSeen)
async def freeze_pass(request: Request, pass_id: UUID, actor: Seller) -> Response:
    """Let a pass rest; its end moves by the days that it rests."""
    return await run(request, FreezePass(pass_id=pass_id), actor)


@router.post("/passes/{pass_id}/unfreeze", operation_id="unfreeze_pass", response_model=PassSeen)
async def unfreeze_pass(request: Request, pass_id: UUID, actor: Seller) -> Response:
    """Let a pass run again."""
    return await run(request, UnfreezePass(pass_id=pass_id), actor)


@router.post("/passes/{pass_id}/transfer", operation_id="transfer_pass", response_model=PassSeen)
async def transfer_pass(
    request: Request, pass_id: UUID, form: TransferForm, actor: Moving
) -> Response:
    """Give what is left of a pass to another member."""
    command = TransferPass(
        id=form.id, pass_id=pass_id, to_member_id=form.to_member_id, reason=form.reason
    )
    return await run(request, command, actor)


@router.get(
    "/passes/{pass_id}/refund-plan", operation_id="plan_pass_refund", response_model=PassRefund
)
async def plan_pass_refund(request: Request, pass_id: UUID, _: Reading) -> Response:
    """What a pass would give back now, line by line."""
    return answered(await asked(edge_of(request), lambda read: refund_plan(read, pass_id)))


@router.post(
    "/passes/{pass_id}/refunds",
    operation_id="refund_pass",
    status_code=201,
    response_model=PassRefunded,
)
async def refund_pass(
    request: Request, pass_id: UUID, form: RefundForm, actor: Refunding
) -> Response:
    """Give a pass back for the amount that the guest was told."""
    command = RefundPass(
        id=form.id,
        pass_id=pass_id,
        store_id=form.store_id,
        terminal_id=form.terminal_id,
        amount_minor=form.amount_minor,
        reason=form.reason,
    )
    return await run(request, command, actor, status=201)


def _view(read: Read, row: PassRow) -> dict[str, object]:
    promise = promise_of(read, row)
    return {
        **_only(row._asdict(), PassView),
        "left": row.now.left,
        "covers_zh": promise.covers.zh,
        "covers_en": promise.covers.en,
        "products": list(promise.products),
        "freeze_days_max": promise.freeze_days_max,
        "transferable": promise.transferable,
    }


def _only(row: dict[str, object], shown: type[Answer]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name in shown.model_fields}
