"""Staff and API keys: seen by managers, changed by the owner, secrets shown once."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.codes import code_hash, one_time_code, token_hash, token_of
from regulars.domain.stores.permissions import Permission, Role
from regulars.domain.stores.scope import Scope
from regulars.http.answers import answered, command_secret, revision_expected, run, run_showing
from regulars.http.auth import KEY_PREFIX, asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Body, Name
from regulars.storage import staff
from regulars.storage.engine import Read
from regulars.use_cases.staff import (
    AddStaff,
    Changed,
    ChangeStaff,
    CreateApiKey,
    NewOneTimeCode,
    RevokeApiKey,
    RoleAt,
    SetRoles,
)

router = APIRouter(prefix="/api/v1", tags=["staff"])

LoginName = Annotated[str, Field(min_length=2, max_length=60, pattern=r"^[^\s\x00-\x1f\x7f]+$")]
Language = Literal["zh-CN", "en"]


class RoleForm(Body):
    """A role and where it counts; no place is the whole organisation."""

    role: Role
    level: Level
    place_id: UUID | None = None


Roles = Annotated[list[RoleForm], Field(min_length=1, max_length=50)]


class NewStaff(Body):
    """Somebody who begins to work here."""

    id: UUID
    login: LoginName
    name: Name
    language: Language = "zh-CN"
    roles: Roles


class StaffChange(Body):
    """Somebody as she should be; `active` is false when she left."""

    name: Name
    language: Language
    active: bool


class RoleList(Body):
    """Exactly the roles that somebody has from now on."""

    roles: Roles


class NewApiKey(Body):
    """A machine to let in. Units: days until it ends."""

    id: UUID
    name: Name
    permissions: Annotated[list[Permission], Field(min_length=1, max_length=40)]
    level: Level
    place_id: UUID | None = None
    days: Annotated[int, Field(strict=True, ge=1, le=400)]


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role and where it counts."""

    role: str
    level: str
    place_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMemberView:
    """Somebody who works here; `revision` goes back in If-Match."""

    id: UUID
    login: str
    name: str
    language: str
    state: str
    roles: list[RoleView]
    has_pin: bool
    has_password: bool
    revision: int


@dataclass(frozen=True, slots=True)
class StaffAdded:
    """Who was added, and the one-time code to hand over: it is shown here and nowhere else."""

    id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class KeyShown:
    """A new key: its secret is shown here and nowhere else."""

    id: UUID
    expires_at: Instant
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyView:
    """A key without its secret."""

    id: UUID
    name: str
    permissions: list[str]
    level: str
    place_id: UUID | None
    created_by: str
    created_at: Instant
    expires_at: Instant
    used_at: Instant | None
    revoked_at: Instant | None


def _roles(forms: list[RoleForm]) -> tuple[RoleAt, ...]:
    return tuple(RoleAt(role=form.role, level=form.level, place_id=form.place_id) for form in forms)


def _place(place_id: UUID) -> UUID | None:
    return None if place_id == staff.WHOLE_ORGANISATION else place_id


def _overlaps(one: Scope, other: Scope) -> bool:
    if one.stores is None or other.stores is None:
        return True
    return not one.stores.isdisjoint(other.stores)


def staff_within(read: Read, scope: Scope) -> list[StaffMemberView]:
    """Everybody who works in some store of a scope; head office staff are head office's."""
    everybody, roles = read.group(staff.EVERYBODY.ask(), staff.ALL_ROLES.ask())
    held: dict[UUID, list[staff.Assigned]] = {}
    for row in roles:
        held.setdefault(row.staff_id, []).append(row[1:])
    views: list[StaffMemberView] = []
    for who in everybody:
        assigned = held.get(who.id, [])
        grants = staff.rights_of(assigned).grants
        local = [grant for grant in grants if not grant.scope.everywhere]
        if not scope.everywhere and not any(_overlaps(one.scope, scope) for one in local):
            continue
        views.append(
            StaffMemberView(
                id=who.id,
                login=who.login,
                name=who.name,
                language=who.language,
                state=who.state,
                roles=[
                    RoleView(role, level, _place(place))
                    for role, level, place in sorted({one[:3] for one in assigned}, key=str)
                ],
                has_pin=who.pin_hash is not None,
                has_password=who.password_hash is not None,
                revision=who.revision,
            )
        )
    return views


@router.get("/staff", operation_id="list_staff", response_model=list[StaffMemberView])
async def list_staff(
    request: Request, actor: Annotated[Actor, requires(Permission.STAFF_READ)]
) -> Response:
    """Everybody who works where one may see it."""
    return answered(await asked(edge_of(request), lambda read: staff_within(read, actor.scope)))


@router.post("/staff", operation_id="add_staff", response_model=StaffAdded, status_code=201)
async def add_staff(
    request: Request, body: NewStaff, actor: Annotated[Actor, requires(Permission.STAFF_WRITE)]
) -> Response:
    """Let somebody work here; the answer holds her one-time code."""
    code = one_time_code(command_secret(request, actor, "one-time-code"))
    command = AddStaff(
        id=body.id,
        login=body.login.casefold(),
        name=body.name,
        language=body.language,
        roles=_roles(body.roles),
        code_hash=code_hash(code),
    )
    return await run_showing(request, command, actor, {"code": code})


@router.patch("/staff/{staff_id}", operation_id="change_staff", response_model=Changed)
async def change_staff(
    request: Request,
    staff_id: UUID,
    body: StaffChange,
    actor: Annotated[Actor, requires(Permission.STAFF_WRITE)],
) -> Response:
    """Correct somebody, or end her employment: she is signed out at once. Needs If-Match."""
    command = ChangeStaff(id=staff_id, revision=revision_expected(request), **body.model_dump())
    return await run(request, command, actor)


@router.put("/staff/{staff_id}/roles", operation_id="set_roles", response_model=Changed)
async def set_roles(
    request: Request,
    staff_id: UUID,
    body: RoleList,
    actor: Annotated[Actor, requires(Permission.STAFF_WRITE)],
) -> Response:
    """Give somebody exactly these roles, from her next request on."""
    return await run(request, SetRoles(id=staff_id, roles=_roles(body.roles)), actor)


@router.post(
    "/staff/{staff_id}/one-time-code",
    operation_id="new_one_time_code",
    response_model=StaffAdded,
    status_code=201,
)
async def new_one_time_code(
    request: Request,
    staff_id: UUID,
    actor: Annotated[Actor, requires(Permission.STAFF_WRITE)],
) -> Response:
    """A new one-time code for somebody who forgot her password."""
    code = one_time_code(command_secret(request, actor, "one-time-code"))
    command = NewOneTimeCode(id=staff_id, code_hash=code_hash(code))
    return await run_showing(request, command, actor, {"code": code})


@router.get("/api-keys", operation_id="list_api_keys", response_model=list[ApiKeyView])
async def list_api_keys(
    request: Request, actor: Annotated[Actor, requires(Permission.API_KEY_WRITE)]
) -> Response:
    """The keys whose whole scope one may see, with when each was last used."""

    def views(read: Read) -> list[ApiKeyView]:
        rows: dict[UUID, list[staff.KeyRow]] = {}
        for row in read.all(staff.KEYS):
            rows.setdefault(row.id, []).append(row)
        return [
            _key_view(ones[0])
            for ones in rows.values()
            if staff.scope_of_key(ones).inside(actor.scope)
        ]

    return answered(await asked(edge_of(request), views))


def _key_view(row: staff.KeyRow) -> ApiKeyView:
    return ApiKeyView(
        id=row.id,
        name=row.name,
        permissions=[str(one) for one in row.permissions]
        if isinstance(row.permissions, list)
        else [],
        level=row.level,
        place_id=_place(row.place_id),
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )


@router.post("/api-keys", operation_id="create_api_key", response_model=KeyShown, status_code=201)
async def create_api_key(
    request: Request, body: NewApiKey, actor: Annotated[Actor, requires(Permission.API_KEY_WRITE)]
) -> Response:
    """Let a machine in; the answer holds its secret."""
    secret = token_of(command_secret(request, actor, "api-key"), prefix=KEY_PREFIX)
    command = CreateApiKey(
        id=body.id,
        name=body.name,
        permissions=tuple(body.permissions),
        level=body.level,
        place_id=body.place_id,
        days=body.days,
        secret_hash=token_hash(secret),
    )
    return await run_showing(request, command, actor, {"secret": secret})


@router.delete("/api-keys/{key_id}", operation_id="revoke_api_key", response_model=Changed)
async def revoke_api_key(
    request: Request, key_id: UUID, actor: Annotated[Actor, requires(Permission.API_KEY_WRITE)]
) -> Response:
    """Let a machine in no longer."""
    return await run(request, RevokeApiKey(id=key_id), actor)
