"""Who works here and what each may do. Nobody hands out more than she has, nor changes her own.

The owner adds 李敏 as cashier of 人民广场店 and gives her a slip with a one-time code; the code is
good once, for a day. A manager of one region cannot make anybody owner of the whole chain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.revision import PRECONDITION_FAILED, check_revision
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.codes import CODE_LASTS
from regulars.domain.stores.permissions import Permission, Role
from regulars.domain.stores.rights import Grant, Rights, grant_of
from regulars.storage import audit, staff
from regulars.storage.constraints import means
from regulars.storage.engine import Read, Write
from regulars.storage.places import check_place, scope_of_place
from regulars.storage.staff import WHOLE_ORGANISATION, StaffRow
from regulars.storage.tables import stores as tables
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

LOGIN_TAKEN = refusal_code("staff.login_taken")
OWN_RIGHTS = refusal_code("staff.own_rights")
OUTRANKS = refusal_code("staff.outranks_you")
ROLES_MISSING = refusal_code("staff.roles_missing")

ROLES_MAX = 50

means({"uq_staff_login": LOGIN_TAKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAt:
    """A role and where it counts; no place is the whole organisation."""

    role: Role
    level: Level
    place_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddStaff:
    """Let somebody work here; she sets her password with the one-time code."""

    id: UUID
    login: str
    name: str
    language: str
    roles: tuple[RoleAt, ...]
    code_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStaff:
    """Correct somebody's name or language, or end or renew her employment."""

    id: UUID
    revision: int
    name: str
    language: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRoles:
    """Give somebody exactly these roles; `revision` is what the caller saw of her."""

    id: UUID
    revision: int
    roles: tuple[RoleAt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOneTimeCode:
    """Let somebody who forgot her password set a new one."""

    id: UUID
    code_hash: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What was changed."""

    id: UUID


def own_rights(moment: Moment) -> Rights:
    """What the actor herself may do, at the places where she may change this."""
    return Rights((Grant(moment.actor.permissions, moment.actor.scope),))


def _check_gives(tx: Read, roles: Sequence[RoleAt], moment: Moment) -> None:
    """Refuses: staff.roles_missing, permission.missing, scope.outside, region.unknown."""
    if not 1 <= len(roles) <= ROLES_MAX:
        raise ROLES_MISSING.because()
    for role in roles:
        check_place(tx, moment.actor.scope, level=role.level, place_id=role.place_id)
        place = scope_of_place(tx, role.level, role.place_id)
        own_rights(moment).check_gives(grant_of(role.role, place))


def _reachable(tx: Read, staff_id: UUID, moment: Moment) -> StaffRow:
    """Somebody whom the actor may change: not herself, and nobody who may do more than she.

    Refuses: staff.unknown, staff.own_rights, staff.outranks_you.
    """
    moment.actor.need(Permission.STAFF_WRITE)
    row = staff.known(tx, staff_id)
    if staff_id == moment.actor.id:
        raise OWN_RIGHTS.because()
    own = own_rights(moment)
    if not all(grant.inside(own.grants) for grant in staff.rights_in(tx, staff_id).grants):
        raise OUTRANKS.because()
    return row


def _rows(roles: Sequence[RoleAt]) -> list[dict[str, object]]:
    unique = {(role.role.value, role.level.value, role.place_id) for role in roles}
    return [
        {"role": role, "level": level, "place_id": place or WHOLE_ORGANISATION}
        for role, level, place in sorted(unique, key=str)
    ]


def _told(roles: Sequence[RoleAt]) -> list[str]:
    return sorted(f"{role.role.value}@{role.level.value}:{role.place_id or ''}" for role in roles)


@use_case
def add_staff(tx: Write, command: AddStaff, moment: Moment) -> Changed:
    """Let somebody work here.

    Refuses: staff.login_taken, staff.roles_missing, permission.missing, scope.outside.
    """
    moment.actor.need(Permission.STAFF_WRITE)
    _check_gives(tx, command.roles, moment)
    tx.add(
        tables.staff,
        [
            {
                "id": command.id,
                "login": command.login,
                "name": command.name,
                "password_hash": None,
                "pin_hash": None,
                "one_time_hash": command.code_hash,
                "one_time_until": Instant(moment.now + CODE_LASTS),
                "language": command.language,
                "state": "active",
                "revision": 1,
            }
        ],
    )
    staff.add_roles(tx, command.id, _rows(command.roles))
    audit.record(
        tx,
        moment,
        action="staff.added",
        subject=f"staff:{command.id}",
        after={"roles": _told(command.roles)},
    )
    return Changed(command.id)


@use_case
def change_staff(tx: Write, command: ChangeStaff, moment: Moment) -> Changed:
    """Correct somebody's name or language, or end or renew her employment.

    Refuses: staff.unknown, staff.own_rights, staff.outranks_you, precondition.failed.
    """
    row = _reachable(tx, command.id, moment)
    check_revision(row.revision, expected=command.revision)
    state = "active" if command.active else "left"
    tx.run(
        staff.CHANGE,
        expect=1,
        refusal=PRECONDITION_FAILED.because(),
        staff=command.id,
        expected=command.revision,
        new_name=command.name,
        new_language=command.language,
        new_state=state,
    )
    if not command.active:
        tx.run(staff.END_SESSIONS_OF, staff=command.id, at=moment.now)
    audit.record(
        tx,
        moment,
        action="staff.changed",
        subject=f"staff:{command.id}",
        before={"state": row.state, "language": row.language},
        after={"state": state, "language": command.language, "renamed": row.name != command.name},
    )
    return Changed(command.id)


@use_case
def set_roles(tx: Write, command: SetRoles, moment: Moment) -> Changed:
    """Give somebody exactly these roles; they count from her next request on.

    Refuses: staff.unknown, staff.own_rights, staff.outranks_you, staff.roles_missing,
    permission.missing, scope.outside, precondition.failed.
    """
    row = _reachable(tx, command.id, moment)
    check_revision(row.revision, expected=command.revision)
    _check_gives(tx, command.roles, moment)
    tx.run(
        staff.RAISE,
        expect=1,
        refusal=PRECONDITION_FAILED.because(),
        staff=command.id,
        expected=command.revision,
    )
    before = sorted({one[1:4] for one in tx.all(staff.ROLES_OF, staff_id=command.id)}, key=str)
    tx.run(staff.TAKE_ROLES, staff=command.id)
    staff.add_roles(tx, command.id, _rows(command.roles))
    audit.record(
        tx,
        moment,
        action="staff.roles_set",
        subject=f"staff:{command.id}",
        before={"roles": [f"{role}@{level}:{place}" for role, level, place in before]},
        after={"roles": _told(command.roles)},
    )
    return Changed(command.id)


@use_case
def new_one_time_code(tx: Write, command: NewOneTimeCode, moment: Moment) -> Changed:
    """Let somebody who forgot her password set a new one within a day.

    Refuses: staff.unknown, staff.own_rights, staff.outranks_you.
    """
    _reachable(tx, command.id, moment)
    tx.run(
        staff.SET_ONE_TIME_CODE,
        staff=command.id,
        code=command.code_hash,
        until=Instant(moment.now + CODE_LASTS),
    )
    audit.record(tx, moment, action="staff.code_made", subject=f"staff:{command.id}")
    return Changed(command.id)
