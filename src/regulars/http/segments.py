"""Segments: saved, previewed, stopped; who is in, since when, why, and how many over time."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.condition import as_data
from regulars.domain.kernel.label import Label
from regulars.domain.messaging.channels import Channel
from regulars.domain.segments.conditions import segment_condition_from
from regulars.domain.segments.sentence import sentence_of
from regulars.domain.segments.templates import TEMPLATES
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import ASKS, answered, revision_expected, run
from regulars.http.auth import asked
from regulars.http.edge import Edge, edge_of
from regulars.http.policy import requires
from regulars.http.segment_forms import (
    ConditionForm,
    InsidePage,
    PreviewView,
    ReachView,
    SegmentForm,
    SegmentTemplateView,
    SegmentView,
    SizeView,
    WhyView,
)
from regulars.storage import fact_cursors, segment_ground, segment_stays, segments
from regulars.storage.engine import Read
from regulars.storage.limited_read import LimitedRead
from regulars.storage.segments import NOBODY
from regulars.use_cases.segment_judging import condition_of
from regulars.use_cases.segment_states import Look
from regulars.use_cases.segment_views import (
    PREVIEW_SECONDS,
    inside,
    preview,
    reach_of,
    segment_names,
    why_of,
)
from regulars.use_cases.segment_writing import CURSOR
from regulars.use_cases.segments import SavedSegment, SaveSegment, StopSegment

router = APIRouter(prefix="/api/v1", tags=["segments"])
Reader = Annotated[Actor, requires(Permission.SEGMENT_READ)]
Writer = Annotated[Actor, requires(Permission.SEGMENT_WRITE)]
PAGE = 100
SIZES_DAYS_MAX = 731
LEFT_AFTER_SECONDS = 0.25
HIDDEN = frozenset({"made_at", "ground"})

R = TypeVar("R")


def _look(read: Read, edge: Edge) -> Look:
    return Look(now=edge.clock(), ground=segment_ground.ground_of(read), vault=edge.vault)


def _shown(read: Read, edge: Edge, only: UUID | None = None) -> list[dict[str, object]]:
    names = segment_names(read, edge.clock())
    health = {row.segment_id: row for row in read.all(segments.HEALTH)}
    fills = {row.segment_id: row.phase for row in read.all(segments.FILLS)}
    newest = read.one(segment_stays.NEWEST_FACT) or 0
    behind = max(0, newest - fact_cursors.cursor_of(read, CURSOR).position)
    found: list[dict[str, object]] = []
    conditions = {row.segment_id: row.condition for row in read.all(segments.NEWEST_CONDITIONS)}
    for row in read.all(segments.ALL) if only is None else [segments.known(read, only)]:
        condition = conditions[row.id]
        sentence = sentence_of(condition_of(condition), names)
        known = health.get(row.id)
        head = {name: value for name, value in row._asdict().items() if name not in HIDDEN}
        found.append(
            {
                **head,
                "condition": condition,
                "sentence_zh": sentence.zh,
                "sentence_en": sentence.en,
                "size": known.size if known else 0,
                "evaluated_at": known.evaluated_at if known and row.serving else None,
                "facts_behind": behind,
                "filling": fills.get(row.id),
                "error": known.error if known else None,
            }
        )
    return found


@router.get("/segments", operation_id="list_segments", response_model=list[SegmentView])
async def list_segments(request: Request, actor: Reader) -> Response:
    """Every segment with its newest definition, its size and how it is."""
    del actor
    edge = edge_of(request)
    return answered(await asked(edge, lambda read: _shown(read, edge)))


@router.get(
    "/segment-templates",
    operation_id="list_segment_templates",
    response_model=list[SegmentTemplateView],
)
async def list_segment_templates(request: Request, actor: Reader) -> Response:
    """Segments of the trade to start from: 沉睡会员, 潜力顾客, 本月过生日的会员 and more."""
    del actor
    edge = edge_of(request)

    def question(read: Read) -> list[dict[str, object]]:
        names = segment_names(read, edge.clock())
        return [
            {
                "code": one.code,
                "name_zh": one.name.zh,
                "name_en": one.name.en,
                "condition": as_data(one.condition),
                "sentence_zh": sentence_of(one.condition, names).zh,
                "sentence_en": sentence_of(one.condition, names).en,
            }
            for one in TEMPLATES
        ]

    return answered(await asked(edge, question))


@router.post(
    "/segments/preview",
    operation_id="preview_segment",
    response_model=PreviewView,
    openapi_extra=ASKS,
)
async def preview_segment(request: Request, form: ConditionForm, actor: Reader) -> Response:
    """How many members a condition holds for at present, and some of them; to hang up cancels."""
    del actor
    condition = segment_condition_from(form.condition)
    edge = edge_of(request)
    found = await _until_left(
        request, edge, lambda read: preview(read, condition, _look(read, edge))
    )
    return answered(found)


async def _until_left(request: Request, edge: Edge, question: Callable[[Read], R]) -> R:
    """The answer to a long question, which ends when its caller leaves."""
    limited = LimitedRead(edge.database, seconds=PREVIEW_SECONDS)
    asking = asyncio.create_task(asyncio.to_thread(limited.ask, question))
    while True:
        done, _ = await asyncio.wait({asking}, timeout=LEFT_AFTER_SECONDS)
        if done:
            return asking.result()
        if await request.is_disconnected():
            limited.cancel()


@router.get(
    "/segments/{segment_id}/reach", operation_id="count_segment_reach", response_model=ReachView
)
async def count_segment_reach(
    request: Request,
    segment_id: UUID,
    actor: Reader,
    channels: Annotated[list[Channel], Query(min_length=1, max_length=len(Channel))],
) -> Response:
    """How many of its members may be sent an offer by these ways; to hang up cancels.

    Refuses: segment.unknown.
    """
    del actor
    edge, ways = edge_of(request), tuple(dict.fromkeys(channels))
    found = await _until_left(
        request, edge, lambda read: reach_of(read, segment_id, ways, _look(read, edge))
    )
    return answered(found)


@router.get("/segments/{segment_id}", operation_id="get_segment", response_model=SegmentView)
async def get_segment(request: Request, segment_id: UUID, actor: Reader) -> Response:
    """One segment with its newest definition, its size and how it is."""
    del actor
    edge = edge_of(request)
    return answered(await asked(edge, lambda read: _shown(read, edge, segment_id)[0]))


@router.put("/segments/{segment_id}", operation_id="save_segment", response_model=SavedSegment)
async def save_segment(
    request: Request, segment_id: UUID, form: SegmentForm, actor: Writer
) -> Response:
    """Save a segment, new (If-Match: 0) or as the next version of what the caller saw."""
    command = SaveSegment(
        id=segment_id,
        seen=revision_expected(request),
        name=Label(form.name_zh, form.name_en),
        condition=form.condition,
        draft=form.draft,
        tag=form.tag,
    )
    return await run(request, command, actor)


@router.post(
    "/segments/{segment_id}/stop", operation_id="stop_segment", response_model=SavedSegment
)
async def stop_segment(request: Request, segment_id: UUID, actor: Writer) -> Response:
    """End a segment for good; its history stays."""
    command = StopSegment(id=segment_id, seen=revision_expected(request))
    return await run(request, command, actor)


@router.get(
    "/segments/{segment_id}/members",
    operation_id="list_segment_members",
    response_model=InsidePage,
)
async def list_segment_members(
    request: Request,
    segment_id: UUID,
    actor: Reader,
    cursor: Annotated[UUID | None, Query()] = None,
) -> Response:
    """A hundred of those who are in, since when and why."""
    del actor
    edge = edge_of(request)

    def question(read: Read) -> dict[str, object]:
        found = inside(read, segment_id, edge.vault, after_id=cursor or NOBODY, rows=PAGE)
        more = len(found) == PAGE
        return {"members": found, "next_cursor": found[-1].id if more else None}

    return answered(await asked(edge, question))


@router.get(
    "/segments/{segment_id}/sizes",
    operation_id="list_segment_sizes",
    response_model=list[SizeView],
)
async def list_segment_sizes(
    request: Request,
    segment_id: UUID,
    actor: Reader,
    days: Annotated[int, Query(ge=1, le=SIZES_DAYS_MAX)] = 90,
) -> Response:
    """How many were in at the end of each day on which somebody came or went."""
    del actor
    edge = edge_of(request)

    def question(read: Read) -> list[segments.SizeRow]:
        segments.known(read, segment_id)
        since = segments.day_of(read, edge.clock()) - timedelta(days=days)
        return read.all(segments.SIZES, segment_id=segment_id, since=since)

    return answered(await asked(edge, question))


@router.get(
    "/members/{member_id}/segments",
    operation_id="list_segments_of_member",
    response_model=list[WhyView],
)
async def list_segments_of_member(request: Request, member_id: UUID, actor: Reader) -> Response:
    """Why is she in, or not: each segment with the parts of its condition as they are for her."""
    del actor
    edge = edge_of(request)
    return answered(await asked(edge, lambda read: why_of(read, member_id, _look(read, edge))))
