"""Terms: what is in force at a store and where it comes from; and setting a field at a level."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, JsonValue
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import Instant, instant
from regulars.domain.kernel.terms import Level, Place, Resolved, Setting, resolve
from regulars.domain.orders.shop_terms import DEFAULTS
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Body, Reason, When
from regulars.storage import stores, terms
from regulars.storage.engine import Read
from regulars.storage.places import places_seen
from regulars.use_cases.terms import SetTerm, TakeTermAway, TermSet

router = APIRouter(prefix="/api/v1", tags=["terms"])

Bound = Annotated[int, Field(strict=True, ge=-1_000_000_000, le=1_000_000_000)]


class TermForm(Body):
    """One field at one level: its value, from when, and what it leaves to the levels below."""

    id: UUID
    level: Level
    place_id: UUID | None = None
    value: JsonValue
    effective_at: When | None = None
    locked: bool = False
    low: Bound | None = None
    high: Bound | None = None
    reason: Reason


class TakeAwayForm(Body):
    """Where a field is said no more, and from when."""

    id: UUID
    level: Level
    place_id: UUID | None = None
    effective_at: When | None = None
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """The setting that a value comes from."""

    level: Level
    place_id: UUID | None
    version: int
    effective_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TermView:
    """One field in force at a store; without a source it is as shipped."""

    field: str
    value: JsonValue
    default: JsonValue
    source: SourceView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingView:
    """One setting as it was made; `taken_away`: from then on its place says nothing any more."""

    id: UUID
    field: str
    level: str
    place_id: UUID | None
    value: JsonValue
    effective_at: datetime
    version: int
    locked: bool
    low: int | None
    high: int | None
    recorded_at: datetime
    recorded_by: str
    reason: str | None
    taken_away: bool


def _source(setting: Setting | None) -> SourceView | None:
    if setting is None:
        return None
    return SourceView(
        level=setting.level,
        place_id=setting.place,
        version=setting.version,
        effective_at=setting.effective_at,
    )


def _view(field: str, resolved: Resolved) -> dict[str, object]:
    return {
        "field": field,
        "value": resolved.value,
        "default": DEFAULTS[field],
        "source": _source(resolved.source),
    }


@router.get("/terms", operation_id="list_terms", response_model=list[TermView])
async def list_terms(
    request: Request,
    store_id: Annotated[UUID, Query()],
    actor: Annotated[Actor, requires(Permission.TERMS_READ)],
) -> Response:
    """Every field in force at a store now, and where its value comes from."""
    actor.scope.check(store_id)
    edge = edge_of(request)
    now = edge.clock()

    def views(read: Read) -> list[dict[str, object]]:
        row = stores.store_known(read, store_id)
        settings = [terms.setting_of(one) for one in read.all(terms.ALL)]
        place = Place(region=row.region_id, store=row.id)
        resolved = resolve(settings, DEFAULTS, place=place, at=now)
        return [_view(field, resolved[field]) for field in sorted(resolved)]

    return answered(await asked(edge, views))


@router.get(
    "/terms/{field}/history", operation_id="list_term_history", response_model=list[SettingView]
)
async def list_term_history(
    request: Request, field: str, actor: Annotated[Actor, requires(Permission.TERMS_READ)]
) -> Response:
    """Every setting of a field that concerns one's stores, the newest last."""

    def rows(read: Read) -> list[terms.SettingRow]:
        places = places_seen(read, actor.scope)
        return [one for one in terms.settings_of(read, field) if one.place_id in places]

    return answered(await asked(edge_of(request), rows))


@router.put("/terms/{field}", operation_id="set_term", response_model=TermSet)
async def set_term(
    request: Request,
    field: str,
    body: TermForm,
    actor: Annotated[Actor, requires(Permission.TERMS_WRITE)],
) -> Response:
    """Set one field at one level, from now or from a later moment on."""
    begins: Instant | None = None if body.effective_at is None else instant(body.effective_at)
    command = SetTerm(
        id=body.id,
        field=field,
        level=body.level,
        place_id=body.place_id,
        value=body.value,
        effective_at=begins,
        locked=body.locked,
        low=body.low,
        high=body.high,
        reason=body.reason,
    )
    return await run(request, command, actor)


@router.post("/terms/{field}/take-away", operation_id="take_term_away", response_model=TermSet)
async def take_term_away(
    request: Request,
    field: str,
    body: TakeAwayForm,
    actor: Annotated[Actor, requires(Permission.TERMS_WRITE)],
) -> Response:
    """Let the level above count again, from now or from a later moment on."""
    begins: Instant | None = None if body.effective_at is None else instant(body.effective_at)
    command = TakeTermAway(
        id=body.id,
        field=field,
        level=body.level,
        place_id=body.place_id,
        effective_at=begins,
        reason=body.reason,
    )
    return await run(request, command, actor)
