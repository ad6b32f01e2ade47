"""Referrals: a member's own code, who brought her and whom she brought, and what is held back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.loyalty.referral import EvidenceKind, ReferralState
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.member_forms import ReasonForm
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body
from regulars.storage import referrals
from regulars.storage.engine import Read
from regulars.storage.referrals import ReferralRow
from regulars.storage.stores import STORES
from regulars.use_cases.referral_rewards import RejectReferral, ReleaseReferral
from regulars.use_cases.referrals import AttachReferral, Referred, code_of

router = APIRouter(prefix="/api/v1", tags=["rewards"])
Reading = Annotated[Actor, requires(Permission.MEMBER_READ)]
Joining = Annotated[Actor, requires(Permission.MEMBER_JOIN)]
Writing = Annotated[Actor, requires(Permission.MEMBER_WRITE)]


class ReferralCodeView(Answer):
    """A member's own code."""

    member_id: UUID
    code: str


class AttachForm(Body):
    """The code that a member tells some days after joining, and at which store."""

    store_id: UUID
    code: Annotated[str, Field(min_length=1, max_length=40)]


class EvidenceView(Answer):
    """One reason why a referral is held back, and the referral that tells."""

    kind: EvidenceKind
    at: AwareDatetime
    found: int
    subject_id: UUID | None


class ReferralView(Answer):
    """A referral. `due_at`: when it is looked at next, or was last."""

    id: UUID
    inviter_id: UUID
    invited_id: UUID
    store_id: UUID
    at: AwareDatetime
    by: str
    state: ReferralState
    due_at: AwareDatetime
    order_id: UUID | None
    ended_because: str | None
    ended_at: AwareDatetime | None
    inviter_rewarded: bool
    invited_rewarded: bool
    evidence: list[EvidenceView]


class ReferralPage(Answer):
    """Some referrals, newest first, and where the next page begins."""

    referrals: list[ReferralView]
    next_cursor: UUID | None


@router.get(
    "/members/{member_id}/referral-code",
    operation_id="get_referral_code",
    response_model=ReferralCodeView,
)
async def get_referral_code(request: Request, member_id: UUID, _: Reading) -> Response:
    """The code that a member tells her friends."""
    edge = edge_of(request)
    code = await asked(edge, lambda read: code_of(read, edge.vault, member_id))
    return answered({"member_id": member_id, "code": code})


@router.post(
    "/members/{member_id}/referral",
    operation_id="attach_referral",
    status_code=201,
    response_model=Referred,
)
async def attach_referral(
    request: Request, member_id: UUID, form: AttachForm, actor: Joining
) -> Response:
    """Say, some days after joining, who brought a member."""
    command = AttachReferral(member_id=member_id, store_id=form.store_id, code=form.code)
    return await run(request, command, actor, status=201)


@router.get(
    "/members/{member_id}/referrals",
    operation_id="list_referrals_of_member",
    response_model=list[ReferralView],
)
async def list_referrals_of_member(request: Request, member_id: UUID, actor: Reading) -> Response:
    """Whom a member brought, and who brought her; newest first.

    The evidence is told to those who judge it.
    """

    def found(read: Read) -> list[dict[str, object]]:
        judges = actor.may(Permission.MEMBER_WRITE)
        return _views(read, read.all(referrals.OF_MEMBER, member=member_id), evidence=judges)

    return answered(await asked(edge_of(request), found))


@router.get("/referrals", operation_id="list_referrals", response_model=ReferralPage)
async def list_referrals(
    request: Request,
    actor: Writing,
    state: ReferralState = ReferralState.HELD,
    cursor: UUID | None = None,
) -> Response:
    """The referrals of the caller's stores in one state, with the evidence."""

    def found(read: Read) -> dict[str, object]:
        stores = [row.id for row in read.all(STORES) if actor.scope.holds(row.id)]
        before = cursor or referrals.NEWEST
        rows = read.all(referrals.IN_STATE, in_state=state.value, before_id=before, stores=stores)
        full = len(rows) == referrals.PAGE_ROWS
        shown = _views(read, rows, evidence=True)
        return {"referrals": shown, "next_cursor": rows[-1].id if full else None}

    return answered(await asked(edge_of(request), found))


@router.post(
    "/referrals/{referral_id}/release", operation_id="release_referral", response_model=Referred
)
async def release_referral(
    request: Request, referral_id: UUID, form: ReasonForm, actor: Writing
) -> Response:
    """Reward both sides of a referral that was held back."""
    command = ReleaseReferral(referral_id=referral_id, reason=form.reason)
    return await run(request, command, actor)


@router.post(
    "/referrals/{referral_id}/reject", operation_id="reject_referral", response_model=Referred
)
async def reject_referral(
    request: Request, referral_id: UUID, form: ReasonForm, actor: Writing
) -> Response:
    """Reward nobody of a referral that was held back."""
    command = RejectReferral(referral_id=referral_id, reason=form.reason)
    return await run(request, command, actor)


def _views(read: Read, rows: list[ReferralRow], *, evidence: bool) -> list[dict[str, object]]:
    known = read.all(referrals.EVIDENCE, referrals=[row.id for row in rows]) if evidence else []
    shown = ReferralView.model_fields.keys()
    return [
        {
            **{name: value for name, value in row._asdict().items() if name in shown},
            "evidence": [
                {
                    "kind": one.kind,
                    "at": one.at,
                    "found": one.found,
                    "subject_id": one.subject_id,
                }
                for one in known
                if one.referral_id == row.id
            ],
        }
        for row in rows
    ]
