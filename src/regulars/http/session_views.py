"""What somebody is told about herself after signing in, and what a bound till shows to anybody."""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.stores.rights import Rights
from regulars.storage import staff, stores
from regulars.storage.engine import Read
from regulars.storage.stores import StoreRow, TerminalRow


@dataclass(frozen=True, slots=True)
class StaffView:
    """Who is signed in."""

    id: UUID
    login: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class TerminalOfStore:
    """One terminal in a list."""

    id: UUID
    letter: str
    name: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreOfSession:
    """One store that the signed-in person may work in."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    kind: str
    region_id: UUID
    zone: str
    terminals: list[TerminalOfStore]


@dataclass(frozen=True, slots=True)
class BoundTerminalView:
    """The till that this browser is."""

    id: UUID
    letter: str
    name: str
    store_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A sign-in: who, what she may do, and where; `everywhere` is the whole organisation."""

    staff: StaffView
    roles: list[str]
    permissions: list[str]
    stores: list[StoreOfSession]
    everywhere: bool
    terminal: BoundTerminalView | None
    currency: str
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class StaffTile:
    """Somebody who may sign in at a till by PIN."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalView:
    """A bound till: its store, and who works there."""

    terminal: TerminalOfStore
    store: StoreOfSession
    staff: list[StaffTile]
    currency: str


def _terminal(row: TerminalRow) -> TerminalOfStore:
    return TerminalOfStore(row.id, row.letter, row.name, row.state)


def _store(row: StoreRow, terminals: list[TerminalRow]) -> StoreOfSession:
    return StoreOfSession(
        id=row.id,
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        kind=row.kind,
        zone=row.zone,
        region_id=row.region_id,
        terminals=[_terminal(one) for one in terminals if one.store_id == row.id],
    )


def session_view(
    read: Read, staff_id: UUID, rights: Rights, *, terminal_id: UUID | None, expires_at: Instant
) -> SessionView:
    """What a signed-in person is told. Refuses: staff.unknown."""
    who = staff.known(read, staff_id)
    roles, rows, terminals, organisations = read.group(
        staff.ROLES_OF.ask(staff_id=staff_id),
        stores.STORES.ask(),
        stores.TERMINALS.ask(),
        stores.ORGANISATION.ask(),
    )
    bound = next((one for one in terminals if one.id == terminal_id), None)
    return SessionView(
        staff=StaffView(who.id, who.login, who.name, who.language),
        roles=sorted({one.role for one in roles}),
        permissions=sorted(permission.value for permission in rights.permissions),
        stores=[_store(row, terminals) for row in rows if rights.scope.holds(row.id)],
        everywhere=rights.scope.everywhere,
        terminal=None
        if bound is None
        else BoundTerminalView(bound.id, bound.letter, bound.name, bound.store_id),
        currency=organisations[0].currency if organisations else "CNY",
        expires_at=expires_at,
    )


def terminal_view(read: Read, terminal_id: UUID) -> TerminalView:
    """What a bound till shows before anybody signs in. Refuses: terminal.unknown."""
    terminal = stores.terminal_known(read, terminal_id)
    row = stores.store_known(read, terminal.store_id)
    everybody, roles, organisations = read.group(
        staff.EVERYBODY.ask(), staff.ALL_ROLES.ask(), stores.ORGANISATION.ask()
    )
    working: dict[UUID, list[staff.Assigned]] = {}
    for one in roles:
        working.setdefault(one.staff_id, []).append(one[1:])
    return TerminalView(
        terminal=_terminal(terminal),
        store=_store(row, [terminal]),
        staff=[
            StaffTile(who.id, who.name)
            for who in everybody
            if who.state == "active"
            and who.pin_hash is not None
            and staff.rights_of(working.get(who.id, [])).at_till(row.id).permissions
        ],
        currency=organisations[0].currency if organisations else "CNY",
    )
