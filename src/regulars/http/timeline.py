"""A member's timeline: everything that happened to her, newest first, each line with its reason."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import instant
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.domain.timeline.kinds import Kind, Topic
from regulars.domain.timeline.line import RuleKind, Unit
from regulars.http.answers import answered
from regulars.http.edge import edge_of
from regulars.http.liability import asked_aside
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body, When
from regulars.storage.engine import Read
from regulars.use_cases.timeline import LINES_MAX, Wanted, timeline_of, told_line

router = APIRouter(prefix="/api/v1", tags=["members"])
Reading = Annotated[Actor, requires(Permission.MEMBER_READ)]
LINES_USUAL = 50
CURSOR_LETTERS_MAX = 400


class TimelineQuery(Body):
    """Which lines: of these kinds (none named: all), from one moment until before another."""

    kind: tuple[Topic, ...] = ()
    since: Annotated[When | None, Field(alias="from")] = None
    until: Annotated[When | None, Field(alias="to")] = None
    cursor: Annotated[str | None, Field(max_length=CURSOR_LETTERS_MAX)] = None
    limit: Annotated[int, Field(ge=1, le=LINES_MAX)] = LINES_USUAL


class RuleView(Answer):
    """The rule that decided, by the version that was in force then."""

    kind: RuleKind
    id: UUID | None
    version: str | None
    name_zh: str
    name_en: str


class CauseView(Answer):
    """What a line followed from."""

    topic: Topic
    id: UUID


class AmountView(Answer):
    """What moved with a line; negative left her. Units: the unit's."""

    unit: Unit
    amount: int


class LineView(Answer):
    """One line: when, what, why, by which rule. `what`: its kind more closely. `ids`: where to look further, by what they name."""

    at: AwareDatetime
    kind: Topic
    what: Kind
    sentence_zh: str
    sentence_en: str
    why_zh: str | None
    why_en: str | None
    rule: RuleView | None
    caused_by: CauseView | None
    store_id: UUID | None
    ids: dict[str, UUID]
    amounts: list[AmountView]


class TimelineView(Answer):
    """Some lines, newest first, where the next page begins, and what the caller may not see."""

    lines: list[LineView]
    next_cursor: str | None
    left_out: list[Topic]


@router.get(
    "/members/{member_id}/timeline", operation_id="get_timeline", response_model=TimelineView
)
async def get_timeline(
    request: Request,
    member_id: UUID,
    actor: Reading,
    asked: Annotated[TimelineQuery, Query()],
) -> Response:
    """Everything that happened to a member and why, newest first; `to` is excluded."""
    edge = edge_of(request)
    now = edge.clock()
    wanted = Wanted(
        topics=frozenset(asked.kind),
        since=None if asked.since is None else instant(asked.since),
        until=None if asked.until is None else instant(asked.until),
        cursor=asked.cursor,
        lines=asked.limit,
    )

    def told(read: Read) -> dict[str, object]:
        page = timeline_of(read, member_id, wanted, actor=actor, now=now)
        return {
            "lines": [told_line(line) for line in page.lines],
            "next_cursor": page.next_cursor,
            "left_out": list(page.left_out),
        }

    return answered(await asked_aside(edge, told))
