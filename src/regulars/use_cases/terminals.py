"""Tills: put into a store by head office, bound to the browser on its counter by its manager.

The tablet on the counter becomes terminal A of 人民广场店; the one that was it before is no more.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.store import TERMINAL_UNKNOWN
from regulars.storage import audit, stores
from regulars.storage.constraints import means
from regulars.storage.engine import Read, Write
from regulars.storage.shops import raise_revision
from regulars.storage.tables import stores as tables
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.staff import Changed

LETTER_TAKEN = refusal_code("terminal.letter_taken")

means({"uq_terminal_store_id_letter": LETTER_TAKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTerminal:
    """A till of a store; its letter begins the short order numbers."""

    id: UUID
    store_id: UUID
    letter: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTerminal:
    """Rename a till, or put it out of use: then its binding ends too."""

    id: UUID
    expected: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BindTerminal:
    """Make a browser this till; an earlier one is it no longer."""

    id: UUID
    secret_hash: bytes


def _terminal(tx: Read, terminal_id: UUID, moment: Moment) -> stores.TerminalRow:
    """A terminal within the actor's scope. Refuses: terminal.unknown, scope.outside."""
    row = stores.terminal_known(tx, terminal_id)
    moment.actor.scope.check(row.store_id)
    return row


@use_case
def add_terminal(tx: Write, command: AddTerminal, moment: Moment) -> Changed:
    """Put a till into a store. Refuses: store.unknown, terminal.letter_taken, scope.outside."""
    moment.actor.need(Permission.STORE_WRITE)
    moment.actor.scope.check(command.store_id)
    stores.store_known(tx, command.store_id)
    tx.add(
        tables.terminal,
        [
            {
                "id": command.id,
                "store_id": command.store_id,
                "letter": command.letter,
                "name": command.name,
                "secret_hash": None,
                "bound_at": None,
                "state": "active",
            }
        ],
    )
    raise_revision(tx, "stores")
    audit.record(
        tx,
        moment,
        action="terminal.added",
        subject=f"terminal:{command.id}",
        store_id=command.store_id,
    )
    return Changed(command.id)


@use_case
def change_terminal(tx: Write, command: ChangeTerminal, moment: Moment) -> Changed:
    """Rename a till, or put it out of use. Refuses: terminal.unknown, precondition.failed."""
    moment.actor.need(Permission.STORE_WRITE)
    row = _terminal(tx, command.id, moment)
    stores.check_tag(row, expected=command.expected)
    state = "active" if command.active else "retired"
    tx.run(stores.CHANGE_TERMINAL, changed=command.id, new_name=command.name, new_state=state)
    if not command.active:
        tx.run(stores.UNBIND_TERMINAL, unbound=command.id)
    raise_revision(tx, "stores")
    audit.record(
        tx,
        moment,
        action="terminal.changed",
        subject=f"terminal:{command.id}",
        store_id=row.store_id,
        before={"name": row.name, "state": row.state},
        after={"name": command.name, "state": state},
    )
    return Changed(command.id)


@use_case
def bind_terminal(tx: Write, command: BindTerminal, moment: Moment) -> Changed:
    """Make a browser this till. Refuses: terminal.unknown, scope.outside."""
    moment.actor.need(Permission.TERMINAL_BIND)
    row = _terminal(tx, command.id, moment)
    tx.run(
        stores.BIND_TERMINAL,
        expect=1,
        refusal=TERMINAL_UNKNOWN.because(),
        bound=command.id,
        secret=command.secret_hash,
        at=moment.now,
    )
    audit.record(
        tx,
        moment,
        action="terminal.bound",
        subject=f"terminal:{command.id}",
        store_id=row.store_id,
        before={"bound_at": None if row.bound_at is None else row.bound_at.isoformat()},
    )
    return Changed(command.id)
