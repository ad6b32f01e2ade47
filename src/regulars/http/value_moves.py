"""Stored value by hand: transfer, freeze, re-activation, the holder's record, lost cards."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.members.holder import DocumentKind
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, command_id, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.member_forms import Reason, ReasonForm
from regulars.http.member_views import newest_card_code
from regulars.http.members import IssuedCard
from regulars.http.policy import requires
from regulars.http.schemas import Body, Minor
from regulars.use_cases.card_loss import CardsChanged, ReissueCard, ReportCardLost
from regulars.use_cases.value_identity import HolderRecorded, RecordHolder
from regulars.use_cases.value_moves import (
    FreezeValue,
    ReactivateValue,
    UnfreezeValue,
    ValueReactivated,
    ValueState,
)
from regulars.use_cases.value_transfers import TransferValue, ValueMoved

router = APIRouter(prefix="/api/v1", tags=["value"])
Moving = Annotated[Actor, requires(Permission.VALUE_MOVE)]
Writing = Annotated[Actor, requires(Permission.MEMBER_WRITE)]
Shown = Annotated[str, Field(min_length=1, max_length=100)]


class TransferForm(Body):
    """To whom stored value goes, and how much; null is all. Units: minor units."""

    id: UUID
    store_id: UUID
    to_member_id: UUID
    amount_minor: Minor | None = None
    reason: Reason


class HolderForm(Body):
    """Who holds the card, as her document says. It is kept sealed and never shown again."""

    id: UUID
    store_id: UUID
    document: DocumentKind
    name: Shown
    number: Shown
    contact: Shown


@router.post(
    "/members/{member_id}/value-transfers",
    operation_id="transfer_value",
    status_code=201,
    response_model=ValueMoved,
)
async def transfer_value(
    request: Request, member_id: UUID, form: TransferForm, actor: Moving
) -> Response:
    """Pass stored value on to another member; age, end and rule of each top-up stay."""
    command = TransferValue(
        id=form.id,
        from_member_id=member_id,
        to_member_id=form.to_member_id,
        store_id=form.store_id,
        amount_minor=form.amount_minor,
        reason=form.reason,
    )
    return await run(request, command, actor, status=201)


@router.post(
    "/members/{member_id}/stored-value/freeze",
    operation_id="freeze_value",
    response_model=ValueState,
)
async def freeze_value(
    request: Request, member_id: UUID, form: ReasonForm, actor: Moving
) -> Response:
    """Let nobody spend a member's stored value; she stays active otherwise."""
    return await run(request, FreezeValue(member_id=member_id, reason=form.reason), actor)


@router.post(
    "/members/{member_id}/stored-value/unfreeze",
    operation_id="unfreeze_value",
    response_model=ValueState,
)
async def unfreeze_value(
    request: Request, member_id: UUID, form: ReasonForm, actor: Moving
) -> Response:
    """Let a member's stored value be spent again."""
    return await run(request, UnfreezeValue(member_id=member_id, reason=form.reason), actor)


@router.post(
    "/value-lots/{lot_id}/reactivate",
    operation_id="reactivate_value",
    response_model=ValueReactivated,
)
async def reactivate_value(
    request: Request, lot_id: UUID, form: ReasonForm, actor: Moving
) -> Response:
    """Bring principal back that lapsed with its lot, once."""
    return await run(request, ReactivateValue(lot_id=lot_id, reason=form.reason), actor)


@router.post(
    "/members/{member_id}/value-identity",
    operation_id="record_holder",
    status_code=201,
    response_model=HolderRecorded,
)
async def record_holder(
    request: Request, member_id: UUID, form: HolderForm, actor: Writing
) -> Response:
    """Record who holds a member's card: from then on hers is a named card."""
    command = RecordHolder(
        id=form.id,
        member_id=member_id,
        store_id=form.store_id,
        document=form.document,
        name=form.name,
        number=form.number,
        contact=form.contact,
    )
    return await run(request, command, actor, status=201)


@router.post(
    "/members/{member_id}/cards/lost",
    operation_id="report_card_lost",
    response_model=CardsChanged,
)
async def report_card_lost(
    request: Request, member_id: UUID, form: ReasonForm, actor: Writing
) -> Response:
    """Stop a member's cards at once; her value stays hers."""
    return await run(request, ReportCardLost(member_id=member_id, reason=form.reason), actor)


@router.post(
    "/members/{member_id}/cards/reissue",
    operation_id="reissue_card",
    status_code=201,
    response_model=IssuedCard,
)
async def reissue_card(
    request: Request, member_id: UUID, form: ReasonForm, actor: Writing
) -> Response:
    """Stop a member's cards and give her a new one, whose code is shown here."""
    edge = edge_of(request)
    command = ReissueCard(member_id=member_id, reason=form.reason)
    await edge.runner.run(command, actor=actor, command_id=command_id(request))
    code = await asked(edge, lambda read: newest_card_code(read, edge.vault, member_id))
    return answered({"member_id": member_id, "card_code": code}, status=201)
