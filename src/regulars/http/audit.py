"""The audit trail, newest first, for whoever may read it and of their stores only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import JsonValue
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.storage import audit

router = APIRouter(prefix="/api/v1", tags=["audit"])


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditView:
    """One audited act."""

    id: UUID
    at: datetime
    actor: str
    terminal_id: UUID | None
    store_id: UUID | None
    action: str
    subject: str | None
    before: JsonValue
    after: JsonValue
    reason: str | None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some acts, and where the next page begins."""

    rows: list[AuditView]
    next_cursor: UUID | None


@router.get("/audit", operation_id="list_audit", response_model=AuditPage)
async def list_audit(
    request: Request,
    actor: Annotated[Actor, requires(Permission.AUDIT_READ)],
    cursor: Annotated[UUID | None, Query()] = None,
) -> Response:
    """The newest hundred acts before a cursor."""
    page = await asked(edge_of(request), lambda read: audit.page(read, actor.scope, cursor=cursor))
    return answered(page)
