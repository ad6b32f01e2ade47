"""The wallet of a member: claiming, passing on, sharing; freezing and reissuing by hand."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.stores.actor import Actor
from regulars.domain.stores.codes import token_hash, token_of
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, command_secret, run, run_showing
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.guesses import Guess
from regulars.http.member_forms import Reason, ReasonForm
from regulars.http.policy import Seller, requires
from regulars.http.schemas import Answer, Body
from regulars.storage import coupon_wallet as wallet
from regulars.storage.engine import Read
from regulars.use_cases.coupons import COUPON_UNKNOWN
from regulars.use_cases.sharing import ShareCoupon, TakeShared, WithdrawShare
from regulars.use_cases.wallet import (
    ClaimCode,
    CouponNow,
    FreezeCoupon,
    ReissueCoupon,
    TransferCoupon,
    UnfreezeCoupon,
)

router = APIRouter(prefix="/api/v1", tags=["coupons"])

Reader = Annotated[Actor, requires(Permission.COUPON_READ)]
# `Seller`: whoever may spend a guest's coupons on a bill may also move them as she wishes.
Issuing = Annotated[Actor, requires(Permission.COUPON_ISSUE)]


class ClaimForm(Body):
    """An open code, and the id of the coupon that it becomes."""

    id: UUID
    code: Annotated[str, Field(min_length=1, max_length=60)]


class ReissueForm(Body):
    """The id of the new coupon, and why the old one is replaced."""

    id: UUID
    reason: Reason


class TransferForm(Body):
    """Who passes a coupon on to whom."""

    from_member_id: UUID
    to_member_id: UUID


class ShareForm(Body):
    """The id of the invitation, and whose coupon it is."""

    id: UUID
    from_member_id: UUID


class OwnerForm(Body):
    """Whose coupon it is."""

    from_member_id: UUID


class TakeForm(Body):
    """The token of an invitation."""

    token: Annotated[str, Field(min_length=20, max_length=200)]


class SharedView(Answer):
    """An open invitation with its token, which is shown this once."""

    id: UUID
    coupon_id: UUID
    expires_at: AwareDatetime
    token: str


class EventView(Answer):
    """One thing that happened to a coupon."""

    kind: str
    at: AwareDatetime
    by: str
    from_member_id: UUID | None
    to_member_id: UUID | None
    reason: str | None


class CouponHistoryView(Answer):
    """One coupon in any state, and what happened to it."""

    id: UUID
    coupon_type_id: UUID
    member_id: UUID
    state: str
    valid_from: AwareDatetime
    valid_until: AwareDatetime
    reissue_of: UUID | None
    events: list[EventView]


@router.get("/coupons/{coupon_id}", operation_id="get_coupon", response_model=CouponHistoryView)
async def get_coupon(request: Request, coupon_id: UUID, actor: Reader) -> Response:
    """One coupon and its history."""

    def question(read: Read) -> dict[str, object]:
        row = read.one(wallet.COUPON, coupon_id=coupon_id)
        if row is None:
            raise COUPON_UNKNOWN.because()
        events = read.all(wallet.EVENTS, coupon_id=coupon_id)
        shown = row._asdict()
        for hidden in ("type_id", "held_until"):
            del shown[hidden]
        return {
            **shown,
            "coupon_type_id": row.type_id,
            "events": [
                {name: value for name, value in event._asdict().items() if name in _EVENT}
                for event in events
            ],
        }

    return answered(await asked(edge_of(request), question))


_EVENT = frozenset(EventView.model_fields)


@router.post(
    "/members/{member_id}/coupons/claim",
    operation_id="claim_coupon_code",
    status_code=201,
    response_model=CouponNow,
)
async def claim_coupon_code(
    request: Request, member_id: UUID, form: ClaimForm, actor: Seller
) -> Response:
    """Put the coupon of an open code into a member's wallet."""
    command = ClaimCode(coupon_id=form.id, member_id=member_id, code=form.code)
    guess = Guess.of(request, [form.code], member_id)
    return await guess.counted(lambda: run(request, command, actor, status=201))


@router.post(
    "/members/{member_id}/coupons/take",
    operation_id="take_shared_coupon",
    response_model=CouponNow,
)
async def take_shared_coupon(
    request: Request, member_id: UUID, form: TakeForm, actor: Seller
) -> Response:
    """Take a shared coupon over; the first who does has it."""
    command = TakeShared(to_member_id=member_id, token_hash=token_hash(form.token))
    guess = Guess.of(request, [form.token], member_id)
    return await guess.counted(lambda: run(request, command, actor))


@router.post("/coupons/{coupon_id}/freeze", operation_id="freeze_coupon", response_model=CouponNow)
async def freeze_coupon(
    request: Request, coupon_id: UUID, form: ReasonForm, actor: Issuing
) -> Response:
    """Keep a coupon from being used."""
    return await run(request, FreezeCoupon(coupon_id=coupon_id, reason=form.reason), actor)


@router.post(
    "/coupons/{coupon_id}/unfreeze", operation_id="unfreeze_coupon", response_model=CouponNow
)
async def unfreeze_coupon(
    request: Request, coupon_id: UUID, form: ReasonForm, actor: Issuing
) -> Response:
    """Let a frozen coupon be used again."""
    return await run(request, UnfreezeCoupon(coupon_id=coupon_id, reason=form.reason), actor)


@router.post(
    "/coupons/{coupon_id}/reissue",
    operation_id="reissue_coupon",
    status_code=201,
    response_model=CouponNow,
)
async def reissue_coupon(
    request: Request, coupon_id: UUID, form: ReissueForm, actor: Issuing
) -> Response:
    """Void a coupon and hand out one in its place."""
    command = ReissueCoupon(coupon_id=coupon_id, new_id=form.id, reason=form.reason)
    return await run(request, command, actor, status=201)


@router.post(
    "/coupons/{coupon_id}/transfer", operation_id="transfer_coupon", response_model=CouponNow
)
async def transfer_coupon(
    request: Request, coupon_id: UUID, form: TransferForm, actor: Seller
) -> Response:
    """Pass a coupon on to another member."""
    command = TransferCoupon(
        coupon_id=coupon_id,
        from_member_id=form.from_member_id,
        to_member_id=form.to_member_id,
    )
    return await run(request, command, actor)


@router.post(
    "/coupons/{coupon_id}/share",
    operation_id="share_coupon",
    status_code=201,
    response_model=SharedView,
)
async def share_coupon(
    request: Request, coupon_id: UUID, form: ShareForm, actor: Seller
) -> Response:
    """Invite whoever has the token to take a coupon over; it ends any earlier invitation."""
    token = token_of(command_secret(request, actor, "coupon share"))
    command = ShareCoupon(
        share_id=form.id,
        coupon_id=coupon_id,
        from_member_id=form.from_member_id,
        token_hash=token_hash(token),
    )
    return await run_showing(request, command, actor, {"token": token})


@router.post(
    "/coupons/{coupon_id}/share/withdraw",
    operation_id="withdraw_coupon_share",
    response_model=CouponNow,
)
async def withdraw_coupon_share(
    request: Request, coupon_id: UUID, form: OwnerForm, actor: Seller
) -> Response:
    """Take an invitation back."""
    command = WithdrawShare(coupon_id=coupon_id, from_member_id=form.from_member_id)
    return await run(request, command, actor)
