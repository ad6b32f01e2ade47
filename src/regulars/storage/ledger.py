"""The ledger's rows: accounts under lock, open lots, and sealed entries.

    A sale with a member reads her accounts (locked), her open lots and the store's accounts in one
    group, decides in a `Book`, and records all its entries with four statements.

Balances and what is left of lots are never written here: the database's triggers copy them from
the postings and lot uses, and refuse what does not fit (`migrations/sql/*/ledger.sql`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import (
    HOUSE_KINDS,
    MEMBER_KINDS,
    OWNED_KINDS,
    PASS_KINDS,
    Account,
    AccountKind,
    floor_of,
    unit_of,
)
from regulars.domain.ledger.book import ACCOUNT_CLOSED, ACCOUNT_FROZEN
from regulars.domain.ledger.entries import Entry, UseKind
from regulars.domain.stores.actor import Actor
from regulars.storage import constraints
from regulars.storage.columns import Day, Id, Words
from regulars.storage.engine import Read, Write
from regulars.storage.ledger_rows import (
    ACCOUNT,
    ACCOUNTS,
    LOT,
    LOT_COLUMNS,
    NOTHING,
    account_row,
    lot_row,
    used_lot_row,
)
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables import ledger

ALREADY_POSTED = refusal_code("ledger.already_posted")
BALANCE_MOVED = refusal_code("ledger.balance_moved")

# What the database says no to, as the refusal that a caller understands.
constraints.means(
    {
        "uq_entry_business_id": ALREADY_POSTED,
        "posting_version": BALANCE_MOVED,
        "posting_by_from": BALANCE_MOVED,
        "posting_by_to": BALANCE_MOVED,
        "posting_from_frozen": ACCOUNT_FROZEN,
        "posting_closed": ACCOUNT_CLOSED,
        "ck_account_floor": BALANCE_MOVED,
        "ck_lot_remaining_in_range": BALANCE_MOVED,
    }
)

STATEMENT_ROWS = 100
# Later than every id that will ever be made: the first page begins here.
_NEWEST = UUID(int=(1 << 128) - 1)
_USES_OF_A_SALE = (UseKind.SPEND.value, UseKind.REFUND.value)


class Occasion(Protocol):
    """What an entry needs to know of a command's surroundings."""

    @property
    def now(self) -> Instant: ...
    @property
    def actor(self) -> Actor: ...
    @property
    def command_id(self) -> UUID: ...


# Accounts of passes are asked for by their unit: a book holds one account of a kind.
_NO_PASS = ACCOUNT.kind.not_in(
    [literal_column(f"'{kind.value}'", Words()) for kind in sorted(PASS_KINDS)]
)
# Locked in the order of their ids, so that two commands never wait for each other. The lots are
# covered by the lock of their account: read them after it, in the same group.
ACCOUNTS_OF_MEMBER = Statement(
    ACCOUNTS.where(ACCOUNT.owner_id == bindparam("member", type_=Id()), _NO_PASS)
    .order_by(ACCOUNT.id)
    .with_for_update(key_share=True),
    account_row,
)
# Of several members at once, in one order for everybody.
ACCOUNTS_OF_MEMBERS = Statement(
    ACCOUNTS.where(one_of(ACCOUNT.owner_id, "members", Id()), _NO_PASS)
    .order_by(ACCOUNT.id)
    .with_for_update(key_share=True),
    account_row,
)
# The same for a question, which locks nothing.
ACCOUNTS_OF_MEMBER_SEEN = Statement(
    ACCOUNTS.where(ACCOUNT.owner_id == bindparam("member", type_=Id()), _NO_PASS).order_by(
        ACCOUNT.id
    ),
    account_row,
)
HOUSE_OF_STORE = Statement(
    ACCOUNTS.where(ACCOUNT.owner_id == bindparam("store", type_=Id()), _NO_PASS).order_by(
        ACCOUNT.id
    ),
    account_row,
)
# Their order is the domain's to choose.
_OPEN_LOTS = (
    select(*LOT_COLUMNS)
    .select_from(ledger.account.join(ledger.lot, LOT.account_id == ACCOUNT.id))
    .where(ACCOUNT.owner_id == bindparam("member", type_=Id()), LOT.remaining > NOTHING)
)
OPEN_LOTS_OF_MEMBER = Statement(_OPEN_LOTS, lot_row)
# Regulars who never spend gather a lot with each visit. A sale that spends no points needs only
# how many may be spent, and the lots of stored value.
_POINTS = ACCOUNT.kind == literal_column(f"'{AccountKind.POINTS.value}'", Words())
MONEY_LOTS_OF_MEMBER = Statement(_OPEN_LOTS.where(~_POINTS), lot_row)
SPENDABLE_POINTS: Statement[int] = Statement(
    select(total_of(LOT.remaining))
    .select_from(ledger.account.join(ledger.lot, LOT.account_id == ACCOUNT.id))
    .where(
        ACCOUNT.owner_id == bindparam("member", type_=Id()),
        _POINTS,
        LOT.remaining > NOTHING,
        or_(LOT.expires_on.is_(None), LOT.expires_on > bindparam("day", type_=Day())),
        or_(LOT.usable_on.is_(None), LOT.usable_on <= bindparam("day", type_=Day())),
    )
)

_used = (
    select(
        ledger.lot_use.c.lot_id,
        total_of(ledger.lot_use.c.amount).label("left_over"),
    )
    .select_from(ledger.entry.join(ledger.lot_use, ledger.lot_use.c.entry_id == ledger.entry.c.id))
    .where(
        ledger.entry.c.subject_id == bindparam("subject", type_=Id()),
        ledger.lot_use.c.kind.in_(_USES_OF_A_SALE),
    )
    .group_by(ledger.lot_use.c.lot_id)
    .subquery("used")
)
# What a sale drew and no refund has put back: the weights of the next refund (`lots.put_back`).
USED_LOTS = Statement(
    select(_used.c.left_over, *LOT_COLUMNS)
    .select_from(
        _used.join(ledger.lot, LOT.id == _used.c.lot_id).join(
            ledger.account, ACCOUNT.id == LOT.account_id
        )
    )
    .where(_used.c.left_over > 0)
    .order_by(LOT.acquired_at, LOT.id),
    used_lot_row,
)


class EntryName(NamedTuple):
    """One entry of a subject."""

    id: UUID
    kind: str


ENTRIES_OF = Statement(
    select(ledger.entry.c.id, ledger.entry.c.kind)
    .where(ledger.entry.c.subject_id == bindparam("subject", type_=Id()))
    .order_by(ledger.entry.c.id),
    EntryName,
)

ENTRY_NAMED: Statement[UUID] = Statement(
    select(ledger.entry.c.id).where(
        ledger.entry.c.business_id == bindparam("business_id", type_=Words())
    )
)

_OPEN_ACCOUNT = Statement(
    postgresql.insert(ledger.account)
    .inline()
    .values(
        {
            name: bindparam(name, type_=ACCOUNT[name].type)
            for name in ("owner_id", "kind", "unit", "cached", "floor")
        }
    )
    .on_conflict_do_nothing()
)


def open_member_accounts(tx: Write, member_id: UUID, *, currency: str) -> list[Account]:
    """A new member's principal, bonus, points and growth value, all empty."""
    open_accounts_of(tx, [member_id], currency=currency)
    return tx.all(ACCOUNTS_OF_MEMBER, member=member_id)


def open_accounts_of(tx: Write, member_ids: Sequence[UUID], *, currency: str) -> None:
    """The accounts of many new members at once, for imports."""
    tx.add(
        ledger.account,
        [
            {
                "owner_id": member_id,
                "kind": kind.value,
                "unit": unit_of(kind, currency=currency),
                "cached": True,
                "floor": floor_of(kind),
            }
            for member_id in member_ids
            for kind in MEMBER_KINDS
        ],
    )


def open_points_debt(tx: Write, member_id: UUID, *, currency: str) -> Account:
    """The account that keeps what a claw-back could not take; opened once per member."""
    _open(tx, member_id, AccountKind.POINTS_DEBT, currency=currency)
    accounts = tx.all(ACCOUNTS_OF_MEMBER, member=member_id)
    return next(account for account in accounts if account.kind is AccountKind.POINTS_DEBT)


def open_owned(
    tx: Write, member_id: UUID, kinds: Sequence[AccountKind], *, currency: str
) -> list[Account]:
    """All accounts of a member, locked, after those of these kinds were opened where missing."""
    for kind in kinds:
        _open(tx, member_id, kind, currency=currency)
    return tx.all(ACCOUNTS_OF_MEMBER, member=member_id)


def house_accounts(tx: Write, store_id: UUID, *, currency: str) -> list[Account]:
    """The other side of a store's postings; opened when the store first needs them."""
    accounts = tx.all(HOUSE_OF_STORE, store=store_id)
    if len(accounts) == len(HOUSE_KINDS):
        return accounts
    for kind in HOUSE_KINDS:
        _open(tx, store_id, kind, currency=currency)
    return tx.all(HOUSE_OF_STORE, store=store_id)


def _open(tx: Write, owner_id: UUID, kind: AccountKind, *, currency: str) -> None:
    tx.send(
        _OPEN_ACCOUNT,
        owner_id=owner_id,
        kind=kind.value,
        unit=unit_of(kind, currency=currency),
        cached=kind in OWNED_KINDS,
        floor=floor_of(kind),
    )


def record(tx: Write, moment: Occasion, entries: Sequence[Entry]) -> None:
    """Write entries for ever: postings, then the entries that seal them, then lots and uses.

    Refuses: ledger.already_posted, ledger.balance_moved, ledger.account_frozen,
    ledger.account_closed (through the database's own checks).
    """
    tx.add(
        ledger.posting,
        [
            {
                "entry_id": entry.draft.id,
                "number": posting.number,
                "unit": posting.unit,
                "from_account": posting.from_account,
                "to_account": posting.to_account,
                "amount": posting.amount,
                "from_version": posting.from_version,
                "from_after": posting.from_after,
                "to_version": posting.to_version,
                "to_after": posting.to_after,
            }
            for entry in entries
            for posting in entry.postings
        ],
    )
    tx.add(ledger.entry, [_entry_row(moment, entry) for entry in entries])
    tx.add(
        ledger.lot,
        [
            {
                "id": granted.lot.id,
                "account_id": granted.account_id,
                "amount": granted.amount,
                "remaining": granted.amount,
                "acquired_at": granted.lot.acquired_at,
                "expires_on": granted.lot.expires_on,
                "entry_id": entry.draft.id,
                "origin": granted.lot.origin.value,
                "pair_id": granted.lot.pair_id,
                "store_id": granted.lot.store_id,
                "usable_on": granted.lot.usable_on,
                "spend_order": granted.lot.spend_order,
            }
            for entry in entries
            for granted in entry.granted
        ],
    )
    tx.add(
        ledger.lot_use,
        [
            {
                "lot_id": use.lot_id,
                "entry_id": entry.draft.id,
                "amount": use.amount,
                "kind": use.kind.value,
            }
            for entry in entries
            for use in entry.uses
        ],
    )


def _entry_row(moment: Occasion, entry: Entry) -> dict[str, object]:
    draft = entry.draft
    return {
        "id": draft.id,
        "business_id": draft.business_id,
        "kind": draft.kind.value,
        "occurred_at": draft.occurred_at,
        "recorded_at": moment.now,
        "business_day": draft.business_day,
        "store_id": draft.store_id,
        "actor": moment.actor.name,
        "command_id": moment.command_id,
        "subject_id": draft.subject_id,
        "reverses": draft.reverses,
        "postings": len(entry.postings),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Balances:
    """What a member owns. Units: minor units, points, growth value."""

    principal_minor: int = 0
    bonus_minor: int = 0
    points: int = 0
    growth_value: int = 0
    points_debt: int = 0


class _Balance(NamedTuple):
    kind: str
    balance: int


_BALANCES = Statement(
    select(ACCOUNT.kind, ACCOUNT.balance).where(
        ACCOUNT.owner_id == bindparam("member", type_=Id())
    ),
    _Balance,
)


def balances_of(read: Read, member_id: UUID) -> Balances:
    """What a member owns now; all zero for somebody without accounts."""
    known = dict(read.all(_BALANCES, member=member_id))
    return Balances(
        principal_minor=known.get(AccountKind.PRINCIPAL, 0),
        bonus_minor=known.get(AccountKind.BONUS, 0),
        points=known.get(AccountKind.POINTS, 0),
        growth_value=known.get(AccountKind.GROWTH, 0),
        points_debt=-known.get(AccountKind.POINTS_DEBT, 0),
    )


class StatementRow(NamedTuple):
    """One movement on a member's account: negative when value left it."""

    entry_id: UUID
    number: int
    kind: str
    at: Instant
    store_id: UUID
    subject_id: UUID | None
    account: str
    unit: str
    amount: int
    after: int


@dataclass(frozen=True, slots=True)
class StatementPage:
    """Some movements, newest first, and where the next page begins."""

    rows: list[StatementRow]
    next_cursor: UUID | None


def _side(side: str, amount: ColumnElement[int]) -> Select[tuple[object, ...]]:
    posting, entry = ledger.posting.c, ledger.entry.c
    account, version = posting[f"{side}_account"], posting[f"{side}_version"]
    return (
        select(
            posting.entry_id,
            posting.number,
            entry.kind,
            entry.occurred_at,
            entry.store_id,
            entry.subject_id,
            ACCOUNT.kind.label("account"),
            posting.unit,
            amount.label("amount"),
            posting[f"{side}_after"].label("after"),
        )
        .select_from(
            ledger.account.join(ledger.posting, account == ACCOUNT.id).join(
                ledger.entry, entry.id == posting.entry_id
            )
        )
        .where(
            ACCOUNT.owner_id == bindparam("member", type_=Id()),
            version.is_not(None),
            posting.entry_id < bindparam("before_id", type_=Id()),
        )
    )


_movements = union_all(
    _side("from", -ledger.posting.c.amount), _side("to", ledger.posting.c.amount)
).subquery("movements")
_STATEMENT = Statement(
    select(_movements)
    .order_by(_movements.c.entry_id.desc(), _movements.c.number, _movements.c.amount)
    .limit(STATEMENT_ROWS + 1),
    StatementRow,
)


def statement_of(read: Read, member_id: UUID, cursor: UUID | None = None) -> StatementPage:
    """A member's movements before a cursor, newest first; an entry is never cut in two."""
    rows = read.all(_STATEMENT, member=member_id, before_id=cursor or _NEWEST)
    if len(rows) <= STATEMENT_ROWS:
        return StatementPage(rows, None)
    cut = rows[-1].entry_id
    whole = [row for row in rows if row.entry_id != cut]
    return StatementPage(whole, whole[-1].entry_id)
