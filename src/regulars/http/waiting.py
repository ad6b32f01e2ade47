"""What waits for a person at the stores that somebody looks at: the lists behind the first page."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import Scope
from regulars.http.answers import answered
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.message_views import MessagePage, view_of
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body
from regulars.storage import waiting
from regulars.storage.audit import OLDEST
from regulars.storage.engine import Read
from regulars.storage.stores import STORES

router = APIRouter(prefix="/api/v1", tags=["waiting"])
Writing = Annotated[Actor, requires(Permission.OFFER_WRITE)]
PAGE_ROWS = 50
STORES_MAX = 500


class StoresQuery(Body):
    """Which stores: those named, or all that the caller may see."""

    store_id: Annotated[list[UUID], Field(default_factory=list, max_length=STORES_MAX)]
    cursor: UUID | None = None

    def narrowed(self, read: Read, scope: Scope) -> list[UUID]:
        """The stores that are asked for. Refuses: scope.outside."""
        for one in self.store_id:
            scope.check(one)
        named = set(self.store_id)
        return [
            row.id
            for row in read.all(STORES)
            if scope.holds(row.id) and (not named or row.id in named)
        ]


class StuckRunView(Answer):
    """A member on whose way a step was tried in vain, and what went wrong."""

    id: UUID
    journey_id: UUID
    journey_zh: str
    journey_en: str
    member_id: UUID
    store_id: UUID
    node: str
    attempts: int
    error: str | None
    entered_at: AwareDatetime


class StuckRunPage(Answer):
    """Some of them, and where the next page begins."""

    runs: list[StuckRunView]
    next_cursor: UUID | None


@router.get("/waiting/runs", operation_id="list_stuck_runs", response_model=StuckRunPage)
async def list_stuck_runs(
    request: Request, actor: Writing, query: Annotated[StoresQuery, Query()]
) -> Response:
    """The members of some stores whose step in a journey was given up. Refuses: scope.outside."""

    def question(read: Read) -> dict[str, object]:
        rows = read.all(
            waiting.RUNS,
            stores=query.narrowed(read, actor.scope),
            after_id=query.cursor or OLDEST,
            most=PAGE_ROWS,
        )
        more = len(rows) == PAGE_ROWS
        return {
            "runs": [row._asdict() for row in rows],
            "next_cursor": rows[-1].id if more else None,
        }

    return answered(await asked(edge_of(request), question))


@router.get("/waiting/messages", operation_id="list_messages_in_doubt", response_model=MessagePage)
async def list_messages_in_doubt(
    request: Request, actor: Writing, query: Annotated[StoresQuery, Query()]
) -> Response:
    """The messages of some stores of which nobody knows whether they arrived, without their texts.

    Refuses: scope.outside.
    """

    def question(read: Read) -> dict[str, object]:
        rows = read.all(
            waiting.MESSAGES,
            stores=query.narrowed(read, actor.scope),
            after_id=query.cursor or OLDEST,
            most=PAGE_ROWS,
        )
        more = len(rows) == PAGE_ROWS
        return {
            "messages": [view_of(row, None) for row in rows],
            "next_cursor": rows[-1].id if more else None,
        }

    return answered(await asked(edge_of(request), question))
