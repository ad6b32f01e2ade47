"""Messages: what a member was told and what was kept from her, why, and what waits for a person."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import Instant, instant_of
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.messaging.channels import Channel
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.liability import asked_aside
from regulars.http.member_forms import ReasonForm
from regulars.http.message_views import (
    MessagePage,
    MessageStory,
    MessageView,
    ProofView,
    TallyView,
    proof_of,
    view_of,
    words_of,
)
from regulars.http.policy import requires
from regulars.http.schemas import Body
from regulars.storage import members, message_links, message_lists, message_people, messages
from regulars.storage.engine import Read
from regulars.storage.messages import MessageRow
from regulars.storage.vault import MemberKey, Vault
from regulars.use_cases.contact_points import (
    AddContactPoint,
    ContactPointKept,
    RemoveContactPoint,
)
from regulars.use_cases.message_operator import (
    MESSAGE_UNKNOWN,
    CountMessageAsSent,
    GiveUpMessage,
    MessageNow,
    PromptsShown,
    ResendMessage,
    ShowPrompts,
)
from regulars.use_cases.message_prompts import SHOWN_MAX, prompts_for

router = APIRouter(prefix="/api/v1", tags=["messages"])
Reading = Annotated[Actor, requires(Permission.MEMBER_READ)]
Joining = Annotated[Actor, requires(Permission.MEMBER_JOIN)]
Writing = Annotated[Actor, requires(Permission.OFFER_WRITE)]

PAGE_ROWS = 50
TALLY_DAYS_MAX = 400
BEGINNING = instant_of(0)
_LAST = UUID(int=(1 << 128) - 1)
_FIRST = UUID(int=0)


class PromptsForm(Body):
    """The prompts that the till has shown."""

    message_ids: Annotated[list[UUID], Field(min_length=1, max_length=SHOWN_MAX)]


class ContactPointForm(Body):
    """Where a member is reached: a browser's subscription, an openid, a contact of WeCom."""

    channel: Channel
    address: Annotated[str, Field(min_length=1, max_length=2_000)]


@router.get(
    "/members/{member_id}/messages", operation_id="list_messages", response_model=MessagePage
)
async def list_messages(
    request: Request, member_id: UUID, _: Reading, cursor: UUID | None = None
) -> Response:
    """What a member was told, and what was kept from her and why, newest first."""
    edge = edge_of(request)

    def page(read: Read) -> dict[str, object]:
        key = _key_of(read, edge.vault, member_id)
        before = None if cursor is None else read.one(messages.ONE, message_id=cursor)
        rows = read.all(
            message_lists.OF_MEMBER,
            member_id=member_id,
            before_at=_after(edge.clock()) if before is None else before.planned_at,
            before_id=_LAST if before is None else before.id,
            most=PAGE_ROWS,
        )
        more = len(rows) == PAGE_ROWS
        return {
            "messages": [view_of(row, key) for row in rows],
            "next_cursor": rows[-1].id if more else None,
        }

    return answered(await asked(edge, page))


@router.get("/messages", operation_id="list_messages_in_state", response_model=list[MessageView])
async def list_messages_in_state(
    request: Request,
    actor: Writing,
    state: Literal["unknown", "failed", "handed"] = "unknown",
    cursor: UUID | None = None,
) -> Response:
    """Messages that wait for a person: in doubt, or given up. Without their texts."""
    _check_everywhere(actor)
    edge = edge_of(request)

    def waiting(read: Read) -> list[MessageRow]:
        after = None if cursor is None else read.one(messages.ONE, message_id=cursor)
        return read.all(
            message_lists.IN_STATE,
            state=state,
            after_at=BEGINNING if after is None else after.due_at,
            after_id=_FIRST if after is None else after.id,
            most=PAGE_ROWS,
        )

    return answered([view_of(row, None) for row in await asked(edge, waiting)])


@router.get("/messages/tally", operation_id="tally_messages", response_model=list[TallyView])
async def tally_messages(
    request: Request,
    actor: Writing,
    days: Annotated[int, Query(ge=1, le=TALLY_DAYS_MAX)] = 30,
    campaign_id: UUID | None = None,
) -> Response:
    """How many messages of the last days, or of one campaign, are where, and why."""
    _check_everywhere(actor)
    edge = edge_of(request)
    now = edge.clock()
    since = Instant(now - timedelta(days=days))

    def counted(read: Read) -> list[message_lists.TallyRow]:
        if campaign_id is not None:
            return read.all(message_lists.TALLY_OF_CAMPAIGN, campaign_id=campaign_id)
        return read.all(message_lists.TALLY, since=since, now=_after(now))

    rows = await asked_aside(edge, counted)
    return answered([{**row._asdict(), **words_of(row.reason)} for row in rows])


@router.get("/messages/{message_id}", operation_id="get_message", response_model=MessageStory)
async def get_message(request: Request, message_id: UUID, _: Reading) -> Response:
    """A message with all that happened to it. Refuses: message.unknown."""
    edge = edge_of(request)

    def story(read: Read) -> dict[str, object]:
        row = read.one(messages.ONE, message_id=message_id)
        if row is None:
            raise MESSAGE_UNKNOWN.because()
        events = read.all(message_lists.EVENTS, message_id=message_id)
        followed = read.all(message_links.OF_MESSAGE, message_id=message_id)
        return {
            "message": view_of(row, _key_of(read, edge.vault, row.member_id)),
            "events": [{**event._asdict(), **words_of(event.reason)} for event in events],
            "links": [one._asdict() for one in followed],
        }

    return answered(await asked(edge, story))


@router.get(
    "/messages/{message_id}/proof", operation_id="get_message_proof", response_model=ProofView
)
async def get_message_proof(request: Request, message_id: UUID, _: Reading) -> Response:
    """By what a message was allowed. Refuses: message.unknown."""
    row = await asked(
        edge_of(request), lambda read: read.one(message_people.PROOF, message_id=message_id)
    )
    if row is None:
        raise MESSAGE_UNKNOWN.because()
    return answered(proof_of(row))


@router.post(
    "/messages/{message_id}/resend", operation_id="resend_message", response_model=MessageNow
)
async def resend_message(
    request: Request, message_id: UUID, form: ReasonForm, actor: Writing
) -> Response:
    """Send a message again that may not have arrived; it passes every gate anew."""
    return await run(request, ResendMessage(id=message_id, reason=form.reason), actor)


@router.post(
    "/messages/{message_id}/count-as-sent",
    operation_id="count_message_as_sent",
    response_model=MessageNow,
)
async def count_message_as_sent(
    request: Request, message_id: UUID, form: ReasonForm, actor: Writing
) -> Response:
    """Count a message in doubt as sent: the provider says that it had it."""
    return await run(request, CountMessageAsSent(id=message_id, reason=form.reason), actor)


@router.post(
    "/messages/{message_id}/give-up", operation_id="give_up_message", response_model=MessageNow
)
async def give_up_message(
    request: Request, message_id: UUID, form: ReasonForm, actor: Writing
) -> Response:
    """Send a message no more."""
    return await run(request, GiveUpMessage(id=message_id, reason=form.reason), actor)


@router.get(
    "/members/{member_id}/prompts", operation_id="list_prompts", response_model=list[MessageView]
)
async def list_prompts(request: Request, member_id: UUID, _: Reading) -> Response:
    """What the till shall tell a member who stands before it."""
    edge = edge_of(request)

    def prompts(read: Read) -> list[dict[str, object]]:
        key = _key_of(read, edge.vault, member_id)
        rows = prompts_for(read, edge.vault, member_id, now=edge.clock())
        return [view_of(row, key) for row in rows]

    return answered(await asked(edge, prompts))


@router.post(
    "/members/{member_id}/prompts/shown", operation_id="show_prompts", response_model=PromptsShown
)
async def show_prompts(
    request: Request, member_id: UUID, form: PromptsForm, actor: Reading
) -> Response:
    """Say that the till has shown them: they are delivered."""
    command = ShowPrompts(member_id=member_id, message_ids=tuple(form.message_ids))
    return await run(request, command, actor)


@router.post(
    "/members/{member_id}/contact-points",
    operation_id="add_contact_point",
    status_code=201,
    response_model=ContactPointKept,
)
async def add_contact_point(
    request: Request, member_id: UUID, form: ContactPointForm, actor: Joining
) -> Response:
    """Remember where a member is reached beside her phone and e-mail."""
    command = AddContactPoint(member_id=member_id, channel=form.channel, address=form.address)
    return await run(request, command, actor, status=201)


@router.post(
    "/members/{member_id}/contact-points/remove",
    operation_id="remove_contact_point",
    response_model=ContactPointKept,
)
async def remove_contact_point(
    request: Request, member_id: UUID, form: ContactPointForm, actor: Joining
) -> Response:
    """Reach a member there no more."""
    command = RemoveContactPoint(member_id=member_id, channel=form.channel, address=form.address)
    return await run(request, command, actor)


def _check_everywhere(actor: Actor) -> None:
    if not actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()


def _after(now: Instant) -> Instant:
    return Instant(now + timedelta(seconds=1))


def _key_of(read: Read, vault: Vault, member_id: UUID) -> MemberKey | None:
    profile = read.one(members.PROFILE, member_id=member_id)
    if profile is None:
        raise MEMBER_UNKNOWN.because()
    return None if profile.wrapped_key is None else vault.unlock(profile.wrapped_key, member_id)
