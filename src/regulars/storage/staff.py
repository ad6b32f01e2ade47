"""Staff, their roles, sessions and API keys as rows.

One read answers who a cookie belongs to and where each of her roles counts, so a role that was
taken away at 10:00 no longer sells at 10:00.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, select, update

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.actor import ActorKind
from regulars.domain.stores.permissions import Role
from regulars.domain.stores.rights import Grant, Rights, grant_of
from regulars.domain.stores.scope import EVERYWHERE, Scope
from regulars.storage.columns import At, Bytes, Id, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement
from regulars.storage.tables import stores as tables

# A role of the whole organisation has no place: this id stands in its key.
WHOLE_ORGANISATION = UUID(int=0)

STAFF_UNKNOWN = refusal_code("staff.unknown")


def place_shown(place_id: UUID) -> UUID | None:
    """The place of a role or key; None is the whole organisation."""
    return None if place_id == WHOLE_ORGANISATION else place_id


staff, staff_role, session = tables.staff, tables.staff_role, tables.session


class SessionRow(NamedTuple):
    """A live session with one role at one store of it; one row for each."""

    staff_id: UUID
    name: str
    login: str
    language: str
    terminal_id: UUID | None
    method: str
    seen_at: Instant
    expires_at: Instant
    terminal_store_id: UUID | None
    terminal_secret_hash: bytes | None
    role: str | None
    level: str | None
    place_id: UUID | None
    region_store_id: UUID | None


_ROLES = staff_role.outerjoin(
    tables.store,
    and_(
        staff_role.c.level == Level.REGION.value, tables.store.c.region_id == staff_role.c.place_id
    ),
)

SESSION = Statement(
    select(
        staff.c.id,
        staff.c.name,
        staff.c.login,
        staff.c.language,
        session.c.terminal_id,
        session.c.method,
        session.c.seen_at,
        session.c.expires_at,
        tables.terminal.c.store_id,
        tables.terminal.c.secret_hash,
        staff_role.c.role,
        staff_role.c.level,
        staff_role.c.place_id,
        tables.store.c.id,
    )
    .select_from(
        session.join(staff, staff.c.id == session.c.staff_id)
        .outerjoin(tables.terminal, tables.terminal.c.id == session.c.terminal_id)
        .outerjoin(_ROLES, staff_role.c.staff_id == staff.c.id)
    )
    .where(
        session.c.token_hash == bindparam("token_hash", type_=Bytes()),
        session.c.ended_at.is_(None),
        staff.c.state == "active",
    ),
    SessionRow,
)


class RoleRow(NamedTuple):
    """One role of a person at one store of its place."""

    staff_id: UUID
    role: str
    level: str
    place_id: UUID
    region_store_id: UUID | None


_ROLE_COLUMNS = select(
    staff_role.c.staff_id,
    staff_role.c.role,
    staff_role.c.level,
    staff_role.c.place_id,
    tables.store.c.id,
).select_from(_ROLES)
ROLES_OF = Statement(
    _ROLE_COLUMNS.where(staff_role.c.staff_id == bindparam("staff_id", type_=Id())), RoleRow
)
ALL_ROLES = Statement(_ROLE_COLUMNS, RoleRow)

Assigned = tuple[str, str, UUID, UUID | None]


def rights_of(assigned: Sequence[Assigned]) -> Rights:
    """The rights that (role, level, place, store of the region) rows add up to."""
    found: dict[tuple[str, str], set[UUID] | None] = {}
    for role, level, place, region_store in assigned:
        if level == Level.ORGANISATION.value:
            found[role, level] = None
            continue
        stores = found.setdefault((role, level), set())
        store = region_store if level == Level.REGION.value else place
        if stores is not None and store is not None:
            stores.add(store)
    grants: list[Grant] = [
        grant_of(Role(role), EVERYWHERE if stores is None else Scope(frozenset(stores)))
        for (role, _), stores in found.items()
    ]
    return Rights(tuple(grants))


class StaffRow(NamedTuple):
    """Table `staff`."""

    id: UUID
    login: str
    name: str
    password_hash: str | None
    pin_hash: str | None
    one_time_hash: str | None
    one_time_until: Instant | None
    language: str
    state: str
    revision: int


BY_LOGIN = Statement(select(staff).where(staff.c.login == bindparam("login")), StaffRow)
BY_ID = Statement(select(staff).where(staff.c.id == bindparam("id", type_=Id())), StaffRow)
EVERYBODY = Statement(select(staff).order_by(staff.c.login), StaffRow)


def known(read: Read, staff_id: UUID) -> StaffRow:
    """One member of staff. Refuses: staff.unknown."""
    row = read.one(BY_ID, id=staff_id)
    if row is None:
        raise STAFF_UNKNOWN.because()
    return row


def rights_in(read: Read, staff_id: UUID) -> Rights:
    """The rights that somebody has today."""
    return rights_of([row[1:] for row in read.all(ROLES_OF, staff_id=staff_id)])


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its owner sees it in a list."""

    method: str
    terminal_id: UUID | None
    created_at: Instant
    seen_at: Instant
    expires_at: Instant


SESSIONS_OF = Statement(
    select(
        session.c.method,
        session.c.terminal_id,
        session.c.created_at,
        session.c.seen_at,
        session.c.expires_at,
    )
    .where(
        session.c.staff_id == bindparam("staff_id", type_=Id()),
        session.c.ended_at.is_(None),
        session.c.expires_at > bindparam("now", type_=At()),
    )
    .order_by(session.c.seen_at.desc()),
    OpenSession,
)

TOUCH_SESSION: Statement[object] = Statement(
    update(session)
    .where(session.c.token_hash == bindparam("token", type_=Bytes()))
    .values(seen_at=bindparam("at", type_=At()))
)
END_SESSION: Statement[object] = Statement(
    update(session)
    .where(session.c.token_hash == bindparam("token", type_=Bytes()), session.c.ended_at.is_(None))
    .values(ended_at=bindparam("at", type_=At()))
)
END_SESSIONS_OF: Statement[object] = Statement(
    update(session)
    .where(session.c.staff_id == bindparam("staff", type_=Id()), session.c.ended_at.is_(None))
    .values(ended_at=bindparam("at", type_=At()))
)
END_OTHER_SESSIONS: Statement[object] = Statement(
    update(session)
    .where(
        session.c.staff_id == bindparam("staff", type_=Id()),
        session.c.ended_at.is_(None),
        session.c.token_hash != bindparam("kept", type_=Bytes()),
    )
    .values(ended_at=bindparam("at", type_=At()))
)

SET_PASSWORD: Statement[object] = Statement(
    update(staff)
    .where(staff.c.id == bindparam("staff", type_=Id()))
    .values(
        password_hash=bindparam("password", type_=Words()),
        one_time_hash=None,
        one_time_until=None,
        revision=staff.c.revision + 1,
    )
)
# The hash of the same password, made anew with today's parameters.
REHASH: Statement[object] = Statement(
    update(staff)
    .where(staff.c.id == bindparam("staff", type_=Id()))
    .values(password_hash=bindparam("password", type_=Words()))
)
SET_PIN: Statement[object] = Statement(
    update(staff)
    .where(staff.c.id == bindparam("staff", type_=Id()))
    .values(pin_hash=bindparam("pin", type_=Words()), revision=staff.c.revision + 1)
)
SET_ONE_TIME_CODE: Statement[object] = Statement(
    update(staff)
    .where(staff.c.id == bindparam("staff", type_=Id()))
    .values(
        one_time_hash=bindparam("code", type_=Words()),
        one_time_until=bindparam("until", type_=At()),
        revision=staff.c.revision + 1,
    )
)
# A one-time code works once: whoever comes second changes no row.
TAKE_ONE_TIME_CODE: Statement[object] = Statement(
    update(staff)
    .where(
        staff.c.id == bindparam("staff", type_=Id()),
        staff.c.one_time_hash == bindparam("code", type_=Words()),
        staff.c.one_time_until > bindparam("at", type_=At()),
        staff.c.state == "active",
    )
    .values(
        password_hash=bindparam("password", type_=Words()),
        one_time_hash=None,
        one_time_until=None,
        revision=staff.c.revision + 1,
    )
)
CHANGE: Statement[object] = Statement(
    update(staff)
    .where(
        staff.c.id == bindparam("staff", type_=Id()),
        staff.c.revision == bindparam("expected"),
    )
    .values(
        name=bindparam("new_name", type_=Words()),
        language=bindparam("new_language", type_=Words()),
        state=bindparam("new_state", type_=Words()),
        revision=staff.c.revision + 1,
    )
)
# Roles are rows of their own: whoever changes them changes the person that others look at.
RAISE: Statement[object] = Statement(
    update(staff)
    .where(
        staff.c.id == bindparam("staff", type_=Id()),
        staff.c.revision == bindparam("expected"),
    )
    .values(revision=staff.c.revision + 1)
)
TAKE_ROLES: Statement[object] = Statement(
    delete(staff_role).where(staff_role.c.staff_id == bindparam("staff", type_=Id()))
)


def open_sessions(read: Read, staff_id: UUID, *, now: Instant) -> list[OpenSession]:
    """Somebody's sessions that are still open."""
    return read.all(SESSIONS_OF, staff_id=staff_id, now=now)


def add_roles(tx: Write, staff_id: UUID, roles: Sequence[Mapping[str, object]]) -> None:
    """Give roles to somebody."""
    if roles:
        tx.add(staff_role, [{"staff_id": staff_id, **role} for role in roles])


_NAME = Statement[str](select(staff.c.name).where(staff.c.id == bindparam("staff_id", type_=Id())))


def name_of(read: Read, actor: str) -> str | None:
    """The name of the person behind an actor's name, for a receipt; None for machines."""
    kind, _, text = actor.partition(":")
    return read.one(_NAME, staff_id=UUID(text)) if kind == ActorKind.STAFF else None
