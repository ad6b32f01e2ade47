"""Surveys for staff: the link of a visit, what guests said, and the tasks that low marks open."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Annotated, Literal
from uuid import UUID

import segno
from fastapi import APIRouter, Query
from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.loyalty.recovery import Act
from regulars.domain.loyalty.survey import marks_of
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import Scope
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.liability import asked_aside
from regulars.http.orders import order_seen
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body, Reason
from regulars.http.waiting import STORES_MAX, StoresQuery
from regulars.storage import members, surveys
from regulars.storage.audit import NEWEST
from regulars.storage.engine import Read
from regulars.storage.stores import STORES
from regulars.storage.surveys import OpenTask
from regulars.storage.vault import Vault
from regulars.use_cases.survey_links import path_of
from regulars.use_cases.surveys import (
    FinishRecovery,
    Invitation,
    RecoveryFinished,
    invitation_of,
)

router = APIRouter(prefix="/api/v1", tags=["surveys"])
OrderReader = Annotated[Actor, requires(Permission.ORDER_READ)]
MemberReader = Annotated[Actor, requires(Permission.MEMBER_READ)]
Managing = Annotated[Actor, requires(Permission.SEGMENT_READ)]
Writing = Annotated[Actor, requires(Permission.MEMBER_WRITE)]


class SurveyLink(Answer):
    """Where a guest is asked about a visit: `path` on this server, `url` as this caller reaches it."""

    programme_id: UUID
    name_zh: str
    name_en: str
    path: str
    url: str
    until: AwareDatetime
    answered: bool


class RecoveryTask(Answer):
    """A low mark and what was done about it; `words` are the guest's own."""

    answer_id: UUID
    store_id: UUID
    member_id: UUID | None
    order_id: UUID
    programme_id: UUID
    version: int
    score: int
    choices: dict[str, list[str]]
    words: str | None
    opened_at: AwareDatetime
    state: Literal["open", "done"]
    act: Act | None
    note: str | None
    done_at: AwareDatetime | None
    done_by: str | None


class DoneForm(Body):
    """What was done."""

    act: Act
    note: Reason | None = None


class StoreMarks(Answer):
    """What the guests of a store would say of it. `nps`: −100 to 100, None without any mark."""

    store_id: UUID
    answered: int
    promoters: int
    passives: int
    detractors: int
    nps: int | None


class SurveyAnswerView(Answer):
    """What a member said of one visit."""

    id: UUID
    programme_id: UUID
    version: int
    order_id: UUID
    store_id: UUID
    score: int | None
    choices: dict[str, list[str]]
    words: str | None
    at: AwareDatetime


def stores_of(read: Read, scope: Scope) -> list[UUID]:
    """The stores of a scope that there are."""
    return [row.id for row in read.all(STORES) if scope.holds(row.id)]


@router.get(
    "/orders/{order_id}/survey-link", operation_id="get_survey_link", response_model=SurveyLink
)
async def get_survey_link(request: Request, order_id: UUID, actor: OrderReader) -> Response:
    """The link to print on a receipt: whoever has it answers, without a log-in."""
    invitation, path = await _invited(request, order_id, actor)
    name = invitation.programme.name
    return answered(
        {
            "programme_id": invitation.programme.id,
            "name_zh": name.zh,
            "name_en": name.in_language("en"),
            "path": path,
            "url": _url(request, path),
            "until": invitation.until,
            "answered": invitation.answered,
        }
    )


@router.get("/orders/{order_id}/survey-link.svg", operation_id="get_survey_qr")
async def get_survey_qr(request: Request, order_id: UUID, actor: OrderReader) -> Response:
    """The same link as a picture for the receipt: it names no guest."""
    _, path = await _invited(request, order_id, actor)
    picture = BytesIO()
    code = segno.make_qr(_url(request, path), error="m")
    code.save(picture, kind="svg", scale=4, border=2, xmldecl=False)
    headers = {"Cache-Control": "private, no-store"}
    return Response(picture.getvalue(), media_type="image/svg+xml", headers=headers)


def _url(request: Request, path: str) -> str:
    """Where guests reach this server; without a setting, where this caller does."""
    outside = edge_of(request).public_url or str(request.base_url)
    return outside.rstrip("/") + path


async def _invited(request: Request, order_id: UUID, actor: Actor) -> tuple[Invitation, str]:
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> Invitation:
        order = order_seen(read, order_id, actor)
        return invitation_of(read, edge.shops, order.id, at=now)

    return await asked(edge, question), path_of(edge.vault, order_id)


@router.get(
    "/recovery-tasks", operation_id="list_recovery_tasks", response_model=list[RecoveryTask]
)
async def list_recovery_tasks(
    request: Request,
    actor: Managing,
    *,
    state: Literal["open", "done"] = "open",
    before: UUID | None = None,
    store_id: Annotated[list[UUID] | None, Query(max_length=STORES_MAX)] = None,
) -> Response:
    """What guests of the caller's stores were not content with, newest first, some hundreds at a time.

    `before`: the `answer_id` of the last one that was shown. `store_id`: of these stores alone.
    Refuses: scope.outside.
    """
    edge = edge_of(request)
    last = before or NEWEST
    asked_for = StoresQuery(store_id=store_id or [])

    def question(read: Read) -> object:
        stores = asked_for.narrowed(read, actor.scope)
        rows = read.all(surveys.TASKS, stores=stores, in_state=state, before=last)
        return [_task(row, edge.vault) for row in rows]

    return answered(await asked(edge, question))


@router.post(
    "/recovery-tasks/{answer_id}/done",
    operation_id="finish_recovery_task",
    response_model=RecoveryFinished,
)
async def finish_recovery_task(
    request: Request, answer_id: UUID, form: DoneForm, actor: Writing
) -> Response:
    """Say what was done about a low mark."""
    command = FinishRecovery(answer_id=answer_id, act=form.act, note=form.note)
    return await run(request, command, actor)


@router.get("/survey-results", operation_id="get_survey_results", response_model=list[StoreMarks])
async def get_survey_results(
    request: Request, from_on: date, until_on: date, actor: Managing
) -> Response:
    """The net promoter score of each store in the caller's scope, of visits before `until_on`."""

    def question(read: Read) -> object:
        stores = stores_of(read, actor.scope)
        rows = read.all(surveys.SCORES, stores=stores, from_on=from_on, until_on=until_on)
        counts: defaultdict[UUID, list[tuple[int, int]]] = defaultdict(list)
        for row in rows:
            counts[row.store_id].append((row.score, row.answers))
        return [_marks(store_id, found) for store_id, found in counts.items()]

    return answered(await asked_aside(edge_of(request), question))


@router.get(
    "/members/{member_id}/survey-answers",
    operation_id="list_survey_answers",
    response_model=list[SurveyAnswerView],
)
async def list_survey_answers(request: Request, member_id: UUID, actor: MemberReader) -> Response:
    """What a member said of her visits to the caller's stores, newest first."""
    edge = edge_of(request)

    def question(read: Read) -> object:
        known = read.one(members.PROFILE, member_id=member_id)
        wrapped = None if known is None else known.wrapped_key
        rows = read.all(surveys.OF_MEMBER, member_id=member_id)
        return [
            {
                "id": row.id,
                "programme_id": row.programme_id,
                "version": row.version,
                "order_id": row.order_id,
                "store_id": row.store_id,
                "score": row.score,
                "choices": row.choices,
                "words": _words(edge.vault, wrapped, member_id, row.words, row.id),
                "at": row.at,
            }
            for row in rows
            if actor.scope.holds(row.store_id)
        ]

    return answered(await asked(edge, question))


def _task(row: OpenTask, vault: Vault) -> dict[str, object]:
    told = row._asdict()
    wrapped = told.pop("wrapped_key")
    assert wrapped is None or isinstance(wrapped, bytes)
    return {
        **told,
        "words": _words(vault, wrapped, row.member_id, row.words, row.answer_id),
    }


def _words(
    vault: Vault,
    wrapped: bytes | None,
    member_id: UUID | None,
    sealed: bytes | None,
    answer_id: UUID,
) -> str | None:
    """A guest's own words; nothing is left of them once her key is destroyed."""
    if wrapped is None or member_id is None or sealed is None:
        return None
    key = vault.unlock(wrapped, member_id)
    return key.open(sealed, table=surveys.TABLE, column=surveys.WORDS, row=answer_id.bytes)


def _marks(store_id: UUID, counts: Sequence[tuple[int, int]]) -> dict[str, object]:
    marks = marks_of(counts)
    return {
        "store_id": store_id,
        "answered": marks.answered,
        "promoters": marks.promoters,
        "passives": marks.passives,
        "detractors": marks.detractors,
        "nps": marks.net,
    }
