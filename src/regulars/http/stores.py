"""Regions and stores: listed for whoever works there, changed by head office."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import Scope
from regulars.domain.stores.store import StoreKind
from regulars.http.answers import answered, run, tag_expected
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Body, Code, Name, NameOrNone
from regulars.storage import stores
from regulars.storage.engine import Read
from regulars.storage.stores import tag_of
from regulars.use_cases.staff import Changed
from regulars.use_cases.stores import AddRegion, AddStore, ChangeRegion, ChangeStore

router = APIRouter(prefix="/api/v1", tags=["stores"])

Zone = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_+/-]+$")]
CutOff = Annotated[int, Field(strict=True, ge=0, le=720)]


class NewRegion(Body):
    """A region to open."""

    id: UUID
    name_zh: Name
    name_en: NameOrNone = ""


class RegionChange(Body):
    """A region as it should read."""

    name_zh: Name
    name_en: NameOrNone = ""


class NewStore(Body):
    """A store to open; `like_store_id`: whose own prices, rules and gaps in the menu it begins with."""

    id: UUID
    region_id: UUID
    code: Code
    name_zh: Name
    name_en: NameOrNone = ""
    zone: Zone = "Asia/Shanghai"
    cut_off_minutes: CutOff = 240
    kind: StoreKind = StoreKind.TEA
    like_store_id: UUID | None = None


class StoreChange(Body):
    """A store as it should be."""

    name_zh: Name
    name_en: NameOrNone
    zone: Zone
    cut_off_minutes: CutOff
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionView:
    """A region; `revision` goes back in If-Match."""

    id: UUID
    name_zh: str
    name_en: str
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreView:
    """A store; `revision` goes back in If-Match."""

    id: UUID
    region_id: UUID
    code: str
    name_zh: str
    name_en: str
    zone: str
    cut_off_minutes: int
    kind: str
    state: str
    revision: str


def regions_within(read: Read, scope: Scope) -> list[RegionView]:
    """The regions of the stores in a scope."""
    rows, every = read.group(stores.REGIONS.ask(), stores.STORES.ask())
    held = {row.region_id for row in every if scope.holds(row.id)}
    return [
        RegionView(id=row.id, name_zh=row.name_zh, name_en=row.name_en, revision=tag_of(row))
        for row in rows
        if scope.everywhere or row.id in held
    ]


def stores_within(read: Read, scope: Scope) -> list[StoreView]:
    """The stores in a scope."""
    return [
        StoreView(**row._asdict(), revision=tag_of(row))
        for row in read.all(stores.STORES)
        if scope.holds(row.id)
    ]


@router.get("/regions", operation_id="list_regions", response_model=list[RegionView])
async def list_regions(
    request: Request, actor: Annotated[Actor, requires(Permission.STORE_READ)]
) -> Response:
    """The regions where one works."""
    return answered(await asked(edge_of(request), lambda read: regions_within(read, actor.scope)))


@router.post("/regions", operation_id="add_region", response_model=Changed, status_code=201)
async def add_region(
    request: Request,
    body: NewRegion,
    actor: Annotated[Actor, requires(Permission.STORE_WRITE)],
) -> Response:
    """Open a region."""
    command = AddRegion(id=body.id, name_zh=body.name_zh, name_en=body.name_en)
    return await run(request, command, actor, status=201)


@router.patch("/regions/{region_id}", operation_id="change_region", response_model=Changed)
async def change_region(
    request: Request,
    region_id: UUID,
    body: RegionChange,
    actor: Annotated[Actor, requires(Permission.STORE_WRITE)],
) -> Response:
    """Rename a region. Needs If-Match."""
    command = ChangeRegion(
        id=region_id,
        expected=tag_expected(request),
        name_zh=body.name_zh,
        name_en=body.name_en,
    )
    return await run(request, command, actor)


@router.get("/stores", operation_id="list_stores", response_model=list[StoreView])
async def list_stores(
    request: Request, actor: Annotated[Actor, requires(Permission.STORE_READ)]
) -> Response:
    """The stores where one works."""
    return answered(await asked(edge_of(request), lambda read: stores_within(read, actor.scope)))


@router.post("/stores", operation_id="add_store", response_model=Changed, status_code=201)
async def add_store(
    request: Request, body: NewStore, actor: Annotated[Actor, requires(Permission.STORE_WRITE)]
) -> Response:
    """Open a store."""
    return await run(request, AddStore(**body.model_dump()), actor, status=201)


@router.patch("/stores/{store_id}", operation_id="change_store", response_model=Changed)
async def change_store(
    request: Request,
    store_id: UUID,
    body: StoreChange,
    actor: Annotated[Actor, requires(Permission.STORE_WRITE)],
) -> Response:
    """Correct or close a store. Needs If-Match."""
    command = ChangeStore(id=store_id, expected=tag_expected(request), **body.model_dump())
    return await run(request, command, actor)
