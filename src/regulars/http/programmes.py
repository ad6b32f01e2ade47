"""Programmes: what a shop invites its members to, by version."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, JsonValue
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import instant
from regulars.domain.kernel.terms import Level
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, revision_expected, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body, Name, NameOrNone, When
from regulars.storage.engine import Read
from regulars.storage.places import places_seen
from regulars.storage.programmes import ALL_NEWEST, ProgrammeRow
from regulars.use_cases.programmes import SavedProgramme, SaveProgramme, StopProgramme

router = APIRouter(prefix="/api/v1", tags=["programmes"])
Reader = Annotated[Actor, requires(Permission.OFFER_READ)]
Writer = Annotated[Actor, requires(Permission.OFFER_WRITE)]


class ProgrammeForm(Body):
    """A programme: its kind, name, where and when, and the definition that its kind reads."""

    kind: ProgrammeKind
    name_zh: Name
    name_en: NameOrNone = ""
    level: Level = Level.ORGANISATION
    place_id: UUID | None = None
    definition: dict[str, JsonValue]
    effective_at: When | None = None
    ends_at: When | None = None


class ProgrammeView(Answer):
    """The newest version of a programme."""

    id: UUID
    version: int
    kind: ProgrammeKind
    name_zh: str
    name_en: str
    level: Level
    place_id: UUID | None
    definition: dict[str, JsonValue]
    effective_at: AwareDatetime
    ends_at: AwareDatetime | None
    state: str


@router.get("/programmes", operation_id="list_programmes", response_model=list[ProgrammeView])
async def list_programmes(
    request: Request, actor: Reader, kind: ProgrammeKind | None = None
) -> Response:
    """The newest version of every programme that concerns the caller's stores."""

    def found(read: Read) -> list[ProgrammeRow]:
        places = places_seen(read, actor.scope)
        return [
            row
            for row in read.all(ALL_NEWEST)
            if row.place_id in places and (kind is None or row.kind == kind.value)
        ]

    return answered(await asked(edge_of(request), found))


@router.put(
    "/programmes/{programme_id}", operation_id="save_programme", response_model=SavedProgramme
)
async def save_programme(
    request: Request, programme_id: UUID, form: ProgrammeForm, actor: Writer
) -> Response:
    """Save a programme, new (If-Match: 0) or as the next version of what the caller saw."""
    command = SaveProgramme(
        id=programme_id,
        seen=revision_expected(request),
        kind=form.kind.value,
        name=Label(form.name_zh, form.name_en),
        level=form.level,
        place_id=form.place_id,
        definition=form.definition,
        effective_at=instant(form.effective_at) if form.effective_at else None,
        ends_at=instant(form.ends_at) if form.ends_at else None,
    )
    return await run(request, command, actor)


@router.post(
    "/programmes/{programme_id}/stop",
    operation_id="stop_programme",
    response_model=SavedProgramme,
)
async def stop_programme(request: Request, programme_id: UUID, actor: Writer) -> Response:
    """End a programme now; what members have of it stays theirs."""
    command = StopProgramme(id=programme_id, seen=revision_expected(request))
    return await run(request, command, actor)
