"""Members at the till: look up, join, correct, freeze, reveal.

Phone numbers travel in bodies, never in addresses. Answers that name somebody are read after the
command; what a command itself answers is kept, and names nobody.
"""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.members.identity import offered
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import ASKS, answered, command_id, revision_expected, run, versioned
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.member_forms import (
    IdentityForm,
    JoinForm,
    LookUpForm,
    ProfileForm,
    ReasonForm,
)
from regulars.http.member_views import (
    MemberCard,
    ProfileView,
    member_card,
    newest_card_code,
    profile_view,
)
from regulars.http.policy import requires
from regulars.http.schemas import Answer
from regulars.storage import identities, members, merges
from regulars.storage.engine import Read
from regulars.use_cases.joining import Joined
from regulars.use_cases.members import (
    AddIdentity,
    Changed,
    ChangeProfile,
    FreezeMember,
    IssueCard,
    RemoveIdentity,
    RevealMember,
    UnfreezeMember,
)

router = APIRouter(prefix="/api/v1", tags=["members"])

# A replayed join answers from what was stored: both are read back from their bytes.
JOINED = TypeAdapter(Joined)

Reading = Annotated[Actor, requires(Permission.MEMBER_READ)]
Joining = Annotated[Actor, requires(Permission.MEMBER_JOIN)]
Writing = Annotated[Actor, requires(Permission.MEMBER_WRITE)]
Revealing = Annotated[Actor, requires(Permission.MEMBER_REVEAL)]


class IssuedCard(Answer):
    """The code of a new card."""

    member_id: UUID
    card_code: str | None


@router.post(
    "/members/lookup",
    operation_id="look_up_member",
    response_model=MemberCard,
    openapi_extra=ASKS,
)
async def look_up_member(request: Request, form: LookUpForm, actor: Reading) -> Response:
    """The member of a full phone number, e-mail address or card. There is no search by parts."""
    edge = edge_of(request)

    def card(read: Read) -> MemberCard:
        candidates = offered(form.text, country=members.country_of(read))
        member_id = identities.found(read, edge.vault, candidates)
        if member_id is None:
            raise MEMBER_UNKNOWN.because()
        return member_card(read, edge, member_id, scope=actor.scope)

    return answered(await asked(edge, card))


@router.post("/members", operation_id="join_member", status_code=201, response_model=MemberCard)
async def join_member(request: Request, form: JoinForm, actor: Joining) -> Response:
    """Make a guest a member, with the gift that the Terms promise."""
    edge = edge_of(request)
    answer = await edge.runner.run(form.command(actor), actor=actor, command_id=command_id(request))
    joined = JOINED.validate_json(answer.body)
    card = await asked(
        edge, lambda read: member_card(read, edge, joined.member_id, scope=actor.scope)
    )
    return answered(replace(card, gift=joined.gift), status=201)


@router.get("/members/{member_id}", operation_id="get_member", response_model=MemberCard)
async def get_member(request: Request, member_id: UUID, actor: Reading) -> Response:
    """A member's card; of a record that was merged, the card of the one that it is part of."""
    edge = edge_of(request)

    def card(read: Read) -> MemberCard:
        answers = merges.surviving(read, member_id)
        return member_card(read, edge, answers, scope=actor.scope)

    return answered(await asked(edge, card))


@router.get("/members/{member_id}/profile", operation_id="get_profile", response_model=ProfileView)
async def get_profile(request: Request, member_id: UUID, _: Reading) -> Response:
    """A member's profile, masked."""
    edge = edge_of(request)
    view = await asked(edge, lambda read: profile_view(read, edge.vault, member_id, reveal=False))
    return versioned(view, view.revision)


@router.post(
    "/members/{member_id}/reveal", operation_id="reveal_member", response_model=ProfileView
)
async def reveal_member(
    request: Request, member_id: UUID, form: ReasonForm, actor: Revealing
) -> Response:
    """A member's profile in full; who looked and why is audited."""
    edge = edge_of(request)
    command = RevealMember(member_id=member_id, reason=form.reason)
    await edge.runner.run(command, actor=actor, command_id=command_id(request))
    view = await asked(edge, lambda read: profile_view(read, edge.vault, member_id, reveal=True))
    return versioned(view, view.revision)


@router.patch("/members/{member_id}/profile", operation_id="change_profile", response_model=Changed)
async def change_profile(
    request: Request, member_id: UUID, form: ProfileForm, actor: Writing
) -> Response:
    """Correct what a member told about herself, from the revision that the caller saw."""
    command = ChangeProfile(
        member_id=member_id,
        revision=revision_expected(request),
        told=form.told(),
        language=form.language,
    )
    return await run(request, command, actor)


@router.post(
    "/members/{member_id}/identities",
    operation_id="add_identity",
    status_code=201,
    response_model=Changed,
)
async def add_identity(
    request: Request, member_id: UUID, form: IdentityForm, actor: Writing
) -> Response:
    """Know a member by one more phone number, e-mail address or card."""
    command = AddIdentity(member_id=member_id, identity=form.identity())
    return await run(request, command, actor, status=201)


@router.post(
    "/members/{member_id}/identities/remove",
    operation_id="remove_identity",
    response_model=Changed,
)
async def remove_identity(
    request: Request, member_id: UUID, form: IdentityForm, actor: Writing
) -> Response:
    """Know a member no longer by one of her identities; the last one stays."""
    command = RemoveIdentity(member_id=member_id, identity=form.identity())
    return await run(request, command, actor)


@router.post(
    "/members/{member_id}/cards",
    operation_id="issue_card",
    status_code=201,
    response_model=IssuedCard,
)
async def issue_card(request: Request, member_id: UUID, actor: Writing) -> Response:
    """Give a member a card with a new code of ours, to be printed or shown on her phone."""
    edge = edge_of(request)
    command = IssueCard(member_id=member_id)
    await edge.runner.run(command, actor=actor, command_id=command_id(request))
    code = await asked(edge, lambda read: newest_card_code(read, edge.vault, member_id))
    return answered({"member_id": member_id, "card_code": code}, status=201)


@router.post("/members/{member_id}/freeze", operation_id="freeze_member", response_model=Changed)
async def freeze_member(
    request: Request, member_id: UUID, form: ReasonForm, actor: Writing
) -> Response:
    """Stop a member's value from moving."""
    return await run(request, FreezeMember(member_id=member_id, reason=form.reason), actor)


@router.post(
    "/members/{member_id}/unfreeze", operation_id="unfreeze_member", response_model=Changed
)
async def unfreeze_member(
    request: Request, member_id: UUID, form: ReasonForm, actor: Writing
) -> Response:
    """Let a member's value move again."""
    return await run(request, UnfreezeMember(member_id=member_id, reason=form.reason), actor)
