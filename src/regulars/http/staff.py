"""Staff and API keys: seen by managers, changed by the owner, secrets shown once."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.codes import code_hash, one_time_code
from regulars.domain.stores.permissions import Permission, Role
from regulars.domain.stores.scope import Scope
from regulars.http.answers import answered, command_secret, revision_expected, run, run_showing
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Body, Name
from regulars.storage import staff
from regulars.storage.engine import Read
from regulars.use_cases.staff import (
    AddStaff,
    Changed,
    ChangeStaff,
    NewOneTimeCode,
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


def _roles(forms: list[RoleForm]) -> tuple[RoleAt, ...]:
    return tuple(RoleAt(role=form.role, level=form.level, place_id=form.place_id) for form in forms)


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
                    RoleView(role, level, staff.place_shown(place))
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
    """Give somebody exactly these roles, from her next request on. Needs If-Match."""
    command = SetRoles(id=staff_id, revision=revision_expected(request), roles=_roles(body.roles))
    return await run(request, command, actor)


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
