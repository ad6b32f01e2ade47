"""What members ask about their own data: taken, listed by their day, answered, and carried out."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.members.subject_request import (
    REQUEST_UNKNOWN,
    RequestKind,
    RequestState,
    ValueChoice,
)
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import Scope
from regulars.http.answers import answered, command_id, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.member_forms import Reason
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body
from regulars.storage import subject_requests
from regulars.storage.engine import Read
from regulars.storage.stores import STORES
from regulars.use_cases.erasing import EraseMember
from regulars.use_cases.subject_files import copy_of
from regulars.use_cases.subject_requests import EndRequest, NoteCopy, RequestNow, TakeRequest

router = APIRouter(prefix="/api/v1", tags=["members"])
Writing = Annotated[Actor, requires(Permission.MEMBER_WRITE)]
Revealing = Annotated[Actor, requires(Permission.MEMBER_REVEAL)]
Erasing = Annotated[Actor, requires(Permission.VALUE_MOVE)]
PAGE_ROWS = 50
_BEFORE_ALL = (date.min, UUID(int=0))


class RequestForm(Body):
    """What a member asks."""

    id: UUID
    store_id: UUID
    kind: RequestKind


class EndForm(Body):
    """How a request ends, and why."""

    state: RequestState
    reason: Reason


class EraseForm(Body):
    """What becomes of value that is left, and the member's words for it."""

    choice: ValueChoice
    reason: Reason


class RequestSeen(Answer):
    """A request and its day."""

    id: UUID
    member_id: UUID
    store_id: UUID
    kind: RequestKind
    state: RequestState
    asked_at: AwareDatetime
    due_on: date
    taken_by: str
    ended_at: AwareDatetime | None
    ended_by: str | None
    reason: str | None


class Requests(Answer):
    """Requests, those that are due first first."""

    requests: list[RequestSeen]


class RequestPage(Requests):
    """Some of them, and where the next page begins."""

    next_cursor: UUID | None


@router.post(
    "/members/{member_id}/requests",
    operation_id="take_subject_request",
    status_code=201,
    response_model=RequestNow,
)
async def take_subject_request(
    request: Request, member_id: UUID, form: RequestForm, actor: Writing
) -> Response:
    """Remember what a member asks about her data, and by when it is due."""
    command = TakeRequest(id=form.id, member_id=member_id, store_id=form.store_id, kind=form.kind)
    return await run(request, command, actor, status=201)


@router.get(
    "/members/{member_id}/requests",
    operation_id="list_subject_requests_of_member",
    response_model=Requests,
)
async def list_subject_requests_of_member(
    request: Request, member_id: UUID, actor: Writing
) -> Response:
    """What a member asked about her data, newest first, as far as the caller's stores took it."""
    edge = edge_of(request)

    def found(read: Read) -> dict[str, object]:
        rows = read.all(subject_requests.OF_MEMBER, member=member_id)
        return {"requests": [row._asdict() for row in rows if actor.scope.holds(row.store_id)]}

    return answered(await asked(edge, found))


@router.get("/subject-requests", operation_id="list_subject_requests", response_model=RequestPage)
async def list_subject_requests(
    request: Request, actor: Writing, cursor: UUID | None = None
) -> Response:
    """The requests that wait for an answer in the caller's stores, by their day, behind a cursor.

    Refuses: privacy.request_unknown.
    """
    edge = edge_of(request)

    def found(read: Read) -> dict[str, object]:
        due_on, after_id = _behind(read, cursor, actor.scope)
        rows = read.all(
            subject_requests.OPEN,
            due_on=due_on,
            after_id=after_id,
            stores=[row.id for row in read.all(STORES) if actor.scope.holds(row.id)],
            rows=PAGE_ROWS,
        )
        more = len(rows) == PAGE_ROWS
        return {
            "requests": [row._asdict() for row in rows],
            "next_cursor": rows[-1].id if more else None,
        }

    return answered(await asked(edge, found))


def _behind(read: Read, cursor: UUID | None, scope: Scope) -> tuple[date, UUID]:
    """Behind which day and request a page begins; one that ended meanwhile marks its place still."""
    if cursor is None:
        return _BEFORE_ALL
    row = read.one(subject_requests.REQUEST, request=cursor)
    if row is None or not scope.holds(row.store_id):
        raise REQUEST_UNKNOWN.because()
    return row.due_on, row.id


@router.post(
    "/subject-requests/{request_id}/end",
    operation_id="end_subject_request",
    response_model=RequestNow,
)
async def end_subject_request(
    request: Request, request_id: UUID, form: EndForm, actor: Writing
) -> Response:
    """End a request: a correction made, refused with its reason, or withdrawn."""
    command = EndRequest(request_id=request_id, state=form.state, reason=form.reason)
    return await run(request, command, actor)


@router.post("/subject-requests/{request_id}/copy", operation_id="copy_subject_data")
async def copy_subject_data(request: Request, request_id: UUID, actor: Revealing) -> Response:
    """Everything that is kept about the member, as a file; that it was handed out is audited."""
    edge = edge_of(request)
    command = NoteCopy(request_id=request_id)
    await edge.runner.run(command, actor=actor, command_id=command_id(request))

    def copy(read: Read) -> bytes:
        row = read.one(subject_requests.REQUEST, request=request_id)
        assert row is not None
        return copy_of(read, edge.vault, row.member_id, now=edge.clock())

    headers = {
        "Content-Disposition": f'attachment; filename="member-data-{request_id}.zip"',
        "Cache-Control": "no-store",
    }
    return Response(await asked(edge, copy), media_type="application/zip", headers=headers)


@router.post(
    "/subject-requests/{request_id}/erase",
    operation_id="erase_member",
    response_model=RequestNow,
)
async def erase_member(
    request: Request, request_id: UUID, form: EraseForm, actor: Erasing
) -> Response:
    """Forget the member of a request: her name, numbers and key go, her bills keep their money."""
    command = EraseMember(request_id=request_id, choice=form.choice, reason=form.reason)
    return await run(request, command, actor)
