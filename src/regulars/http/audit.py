"""The audit trail, newest first, for whoever may read it and of their stores only.

What did 李敏 do last Friday? `GET /audit?actor=staff:…&from=…&until=…`
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, JsonValue
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import instant
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Body, When
from regulars.storage import audit
from regulars.storage.engine import Read
from regulars.storage.report_labels import names_of

router = APIRouter(prefix="/api/v1", tags=["audit"])


class AuditQuery(Body):
    """Which acts: by whom, of which kind, in which store, from one moment until before another.

    `action` is one act ("staff.roles_set") or all that is done to one thing ("staff").
    """

    actor: Annotated[str, Field(pattern=r"^(staff|api_key|system):[0-9a-f-]{36}$")] | None = None
    action: Annotated[str, Field(max_length=80, pattern=r"^[a-z_]+(\.[a-z_]+)?$")] | None = None
    store_id: UUID | None = None
    since: Annotated[When | None, Field(alias="from")] = None
    until: When | None = None
    cursor: UUID | None = None

    def wanted(self) -> audit.Wanted:
        """The same as the storage takes it."""
        return audit.Wanted(
            actor=self.actor,
            action=self.action,
            store_id=self.store_id,
            since=None if self.since is None else instant(self.since),
            until=None if self.until is None else instant(self.until),
            cursor=self.cursor,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditView:
    """One audited act; the name of whoever did it for those who may see the staff."""

    id: UUID
    at: datetime
    actor: str
    actor_name: str | None
    terminal_id: UUID | None
    store_id: UUID | None
    action: str
    subject: str | None
    before: JsonValue
    after: JsonValue
    reason: str | None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some acts, and where the next page begins: also when this one is short."""

    rows: list[AuditView]
    next_cursor: UUID | None


@router.get("/audit", operation_id="list_audit", response_model=AuditPage)
async def list_audit(
    request: Request,
    actor: Annotated[Actor, requires(Permission.AUDIT_READ)],
    query: Annotated[AuditQuery, Query()],
) -> Response:
    """The newest hundred acts before a cursor that are asked for. Refuses: scope.outside."""
    if query.store_id is not None:
        actor.scope.check(query.store_id)

    def question(read: Read) -> dict[str, object]:
        found = audit.page(read, actor.scope, query.wanted())
        people = [row.actor for row in found.rows]
        names = names_of(read, people) if actor.may(Permission.STAFF_READ) else {}
        shown = [{**asdict(row), "actor_name": names.get(row.actor)} for row in found.rows]
        return {"rows": shown, "next_cursor": found.next_cursor}

    return answered(await asked(edge_of(request), question))
