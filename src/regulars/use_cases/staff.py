"""Who works here and what each may do. Nobody hands out more than she has, nor changes her own.

The owner adds 李敏 as cashier of 人民广场店 and gives her a slip with a one-time code; the code is
good once, for a day. A manager of one region cannot make anybody owner of the whole chain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.revision import PRECONDITION_FAILED, check_revision
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.codes import CODE_LASTS
from regulars.domain.stores.permissions import Permission, Role
from regulars.domain.stores.rights import Grant, Rights, grant_of
from regulars.domain.stores.scope import OUT_OF_SCOPE
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
KEY_EXPIRY = refusal_code("api_key.expiry", "days_max")
KEY_UNKNOWN = refusal_code("api_key.unknown")
KEY_EMPTY = refusal_code("api_key.empty")

ROLES_MAX = 50
KEY_DAYS_MAX = 400

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
    """Give somebody exactly these roles."""

    id: UUID
    roles: tuple[RoleAt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOneTimeCode:
    """Let somebody who forgot her password set a new one."""

    id: UUID
    code_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateApiKey:
    """Let a machine in: with these rights, at this place, until then."""

    id: UUID
    name: str
    permissions: tuple[Permission, ...]
    level: Level
    place_id: UUID | None
    days: int
    secret_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeApiKey:
    """Let a machine in no longer."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Changed:
    """What was changed."""

    id: UUID


@dataclass(frozen=True, slots=True)
class KeyCreated:
    """A key without its secret, and when it ends."""

    id: UUID
    expires_at: Instant


def _own_rights(moment: Moment) -> Rights:
    return Rights((Grant(moment.actor.permissions, moment.actor.scope),))


def _check_gives(tx: Read, roles: Sequence[RoleAt], moment: Moment) -> None:
    """Refuses: staff.roles_missing, permission.missing, scope.outside, region.unknown."""
    if not 1 <= len(roles) <= ROLES_MAX:
        raise ROLES_MISSING.because()
    for role in roles:
        check_place(tx, moment.actor.scope, level=role.level, place_id=role.place_id)
        place = scope_of_place(tx, role.level, role.place_id)
        _own_rights(moment).check_gives(grant_of(role.role, place))


def _reachable(tx: Read, staff_id: UUID, moment: Moment) -> StaffRow:
    """Somebody whom the actor may change: not herself, and nobody who may do more than she.

    Refuses: staff.unknown, staff.own_rights, staff.outranks_you.
    """
    moment.actor.need(Permission.STAFF_WRITE)
    row = staff.known(tx, staff_id)
    if staff_id == moment.actor.id:
        raise OWN_RIGHTS.because()
    own = _own_rights(moment)
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
    permission.missing, scope.outside.
    """
    _reachable(tx, command.id, moment)
    _check_gives(tx, command.roles, moment)
    before = sorted({row[1:4] for row in tx.all(staff.ROLES_OF, staff_id=command.id)}, key=str)
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


@use_case
def create_api_key(tx: Write, command: CreateApiKey, moment: Moment) -> KeyCreated:
    """Let a machine in. Refuses: api_key.expiry, api_key.empty, permission.missing, scope.outside."""
    moment.actor.need(Permission.API_KEY_WRITE)
    if not 1 <= command.days <= KEY_DAYS_MAX:
        raise KEY_EXPIRY.because(days_max=KEY_DAYS_MAX)
    if not command.permissions:
        raise KEY_EMPTY.because()
    check_place(tx, moment.actor.scope, level=command.level, place_id=command.place_id)
    place = scope_of_place(tx, command.level, command.place_id)
    _own_rights(moment).check_gives(Grant(frozenset(command.permissions), place))
    names = sorted(set(command.permissions))
    expires_at = Instant(moment.now + timedelta(days=command.days))
    tx.add(
        tables.api_key,
        [
            {
                "id": command.id,
                "name": command.name,
                "secret_hash": command.secret_hash,
                "permissions": names,
                "level": command.level.value,
                "place_id": command.place_id or WHOLE_ORGANISATION,
                "created_by": moment.actor.name,
                "created_at": moment.now,
                "expires_at": expires_at,
                "used_at": None,
                "revoked_at": None,
            }
        ],
    )
    audit.record(
        tx,
        moment,
        action="api_key.created",
        subject=f"api_key:{command.id}",
        after={"permissions": names, "level": command.level.value, "days": command.days},
    )
    return KeyCreated(command.id, expires_at)


@use_case
def revoke_api_key(tx: Write, command: RevokeApiKey, moment: Moment) -> Changed:
    """Let a machine in no longer. Refuses: api_key.unknown, scope.outside."""
    moment.actor.need(Permission.API_KEY_WRITE)
    rows = tx.all(staff.KEY_BY_ID, id=command.id)
    if not rows:
        raise KEY_UNKNOWN.because()
    if not staff.scope_of_key(rows).inside(moment.actor.scope):
        raise OUT_OF_SCOPE.because()
    if tx.run(staff.REVOKE_KEY, key=command.id, at=moment.now):
        audit.record(tx, moment, action="api_key.revoked", subject=f"api_key:{command.id}")
    return Changed(command.id)
