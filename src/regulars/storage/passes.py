"""Passes as rows: the pass itself under lock, its uses and its events.

row = tx.one(PASS_LOCKED, pass_id=pass_id)
save(tx, row, row._replace(used=row.used + 1), refusal=PASS_CHANGED.because())
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select, update

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.ledger.accounts import AccountState
from regulars.domain.loyalty.passes import PassNow, PassState
from regulars.storage import constraints
from regulars.storage.columns import Day, Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.ledger import ALREADY_POSTED
from regulars.storage.statement import Statement
from regulars.storage.tables.ledger import account, lot
from regulars.storage.tables.passes import member_pass, pass_event, pass_use

PASS_UNKNOWN = refusal_code("pass.unknown")
PASS_CHANGED = refusal_code("pass.changed")
USE_UNDONE_ALREADY = refusal_code("pass.use_undone_already")

constraints.means(
    {
        "pk_member_pass": ALREADY_POSTED,
        "pk_pass_use": ALREADY_POSTED,
        "uq_pass_use_pass_id_number": PASS_CHANGED,
        "uq_pass_use_undoes": USE_UNDONE_ALREADY,
    }
)


class PassRow(NamedTuple):
    """Table `member_pass`. Units: minor units, uses, days."""

    id: UUID
    programme_id: UUID
    programme_version: int
    member_id: UUID
    store_id: UUID
    sold_at: Instant
    by: str
    tender: str
    unit: str
    lot_id: UUID
    price_minor: int
    uses: int
    used: int
    deferred_minor: int
    state: str
    ends_on: date
    remind_on: date
    reminded: bool
    frozen_on: date | None
    frozen_until: date | None
    frozen_days: int

    @property
    def now(self) -> PassNow:
        """The pass as the domain's rules see it."""
        return PassNow(
            state=PassState(self.state),
            uses=self.uses,
            used=self.used,
            ends_on=self.ends_on,
            frozen_on=self.frozen_on,
            frozen_days=self.frozen_days,
        )


class UseRow(NamedTuple):
    """Table `pass_use`: some uses, or (with the signs turned) the undoing of some."""

    id: UUID
    pass_id: UUID
    number: int
    at: Instant
    business_day: date
    store_id: UUID
    terminal_id: UUID
    by: str
    uses: int
    value_minor: int
    entry_id: UUID
    coupons: Sequence[str]
    undoes: UUID | None


class EventRow(NamedTuple):
    """Table `pass_event`. Units: minor units, days."""

    id: UUID
    pass_id: UUID
    kind: str
    at: Instant
    by: str
    store_id: UUID | None
    days: int | None
    from_member_id: UUID | None
    to_member_id: UUID | None
    amount_minor: int
    paid_back_minor: int
    reason: str | None


_row = member_pass.c
_THIS = _row.id == bindparam("pass_id", type_=Id())
_PASS = select(*member_pass.c)
PASS = Statement(_PASS.where(_THIS), PassRow)
PASS_LOCKED = Statement(_PASS.where(_THIS).with_for_update(), PassRow)
OF_MEMBER = Statement(
    _PASS.where(_row.member_id == bindparam("member_id", type_=Id())).order_by(_row.sold_at),
    PassRow,
)
USES = Statement(
    select(*pass_use.c)
    .where(pass_use.c.pass_id == bindparam("pass_id", type_=Id()))
    .order_by(pass_use.c.number),
    UseRow,
)
EVENTS = Statement(
    select(*pass_event.c)
    .where(pass_event.c.pass_id == bindparam("pass_id", type_=Id()))
    .order_by(pass_event.c.at, pass_event.c.id),
    EventRow,
)


USES_SO_FAR: Statement[int] = Statement(
    select(func.count()).where(pass_use.c.pass_id == bindparam("pass_id", type_=Id()))
)


class DuePass(NamedTuple):
    """A pass about which something may be due."""

    id: UUID
    due_on: date


_BY_DAY = bindparam("day", type_=Day())
_BATCH = bindparam("batch", type_=Whole())
# A frozen account pays nothing out: its passes wait until it is open again, and keep none waiting.
ENDING = Statement(
    select(_row.id, _row.ends_on)
    .where(
        _row.state == PassState.ACTIVE.value,
        _row.ends_on <= _BY_DAY,
        _row.used < _row.uses,
        select(account.c.id)
        .join_from(lot, account, account.c.id == lot.c.account_id)
        .where(lot.c.id == _row.lot_id, account.c.state == AccountState.OPEN.value)
        .exists(),
    )
    .order_by(_row.ends_on, _row.id)
    .limit(_BATCH),
    DuePass,
)
THAWING = Statement(
    select(_row.id, _row.frozen_until)
    .where(_row.state == PassState.FROZEN.value, _row.frozen_until <= _BY_DAY)
    .order_by(_row.frozen_until, _row.id)
    .limit(_BATCH),
    DuePass,
)
TO_REMIND = Statement(
    select(_row.id, _row.remind_on)
    .where(
        ~_row.reminded,
        _row.remind_on <= _BY_DAY,
        _row.ends_on >= _BY_DAY,
        _row.state == PassState.ACTIVE.value,
        _row.used < _row.uses,
    )
    .order_by(_row.remind_on, _row.id)
    .limit(_BATCH),
    DuePass,
)

_CHANGING = (
    "member_id",
    "lot_id",
    "used",
    "deferred_minor",
    "state",
    "ends_on",
    "remind_on",
    "reminded",
    "frozen_on",
    "frozen_until",
    "frozen_days",
)
# Take, don't check: of two tills with one last use, only one still finds the pass as it was.
_SAVE = Statement[object](
    update(member_pass)
    .where(
        _THIS,
        _row.used == bindparam("seen_used", type_=Whole()),
        _row.state == bindparam("seen_state", type_=Words()),
    )
    .values({name: bindparam(f"to_{name}", type_=_row[name].type) for name in _CHANGING})
)


def add(tx: Write, row: PassRow) -> None:
    """Write a pass that was sold. Refuses: ledger.already_posted (when the writes are sent)."""
    tx.add_rows(member_pass, [row])


def save(tx: Write, seen: PassRow, now: PassRow, *, refusal: Refusal) -> None:
    """Change a pass from what was seen of it, or `refusal` (at the latest at the commit)."""
    changed = {f"to_{name}": value for name, value in now._asdict().items() if name in _CHANGING}
    tx.take(
        _SAVE,
        refusal=refusal,
        pass_id=seen.id,
        seen_used=seen.used,
        seen_state=seen.state,
        **changed,
    )


def add_use(tx: Write, row: UseRow) -> None:
    """Write a use, or its undoing. Refuses: pass.use_undone_already (when the writes are sent)."""
    tx.add_rows(pass_use, [row])


def add_event(tx: Write, row: EventRow) -> None:
    """Write what happened to a pass."""
    tx.add_rows(pass_event, [row])


def found(read: Read, pass_id: UUID) -> PassRow:
    """A pass. Refuses: pass.unknown."""
    row = read.one(PASS, pass_id=pass_id)
    if row is None:
        raise PASS_UNKNOWN.because()
    return row
