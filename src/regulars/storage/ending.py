"""Lots that end: chosen, locked and posted in a few statements, however many there are.

    due = tx.all(DUE_LOTS, day=today, store=store_id, most=400)
    tx.all(LOCK_ACCOUNTS, accounts=[one.account_id for one in due])   # in the order of their ids
    tx.send(POST, ...); tx.send(SEAL, ...); tx.send(USE, ...)

Versions, balances and sums are worked out by the database, for all lots of the batch at once. A
lot ends once, since what remains of it is then 0.
"""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    null,
    select,
)

from regulars.domain.ledger.accounts import AccountKind, AccountState
from regulars.domain.ledger.entries import EntryKind, UseKind
from regulars.storage.columns import At, Day, Id, Whole, Words
from regulars.storage.ledger_rows import ACCOUNT, LOT, NOTHING
from regulars.storage.statement import Statement, one_of
from regulars.storage.statement import total_of as sum_of
from regulars.storage.tables import ledger, stores

# Where each kind of value goes when its day is over.
ENDS_IN = {
    AccountKind.POINTS: AccountKind.POINTS_EXPIRED,
    AccountKind.BONUS: AccountKind.BONUS_EXPIRED,
    AccountKind.PRINCIPAL: AccountKind.PRINCIPAL_LAPSED,
}


def _word(value: str) -> ColumnElement[str]:
    return literal_column(f"'{value}'", Words())


_ENDS = ACCOUNT.kind.in_([_word(kind.value) for kind in ENDS_IN])
# A frozen account pays nothing out: its lots wait until it is open again.
_OPEN = ACCOUNT.state == _word(AccountState.OPEN.value)
_ACCOUNT_OF_LOT = ledger.lot.join(ledger.account, ACCOUNT.id == LOT.account_id)
# An account of which the lots hold more than its balance is damaged: what is taken from it might
# not be there. Its lots wait until somebody has looked, and all others end.
_open_lot = ledger.lot.alias("open_lot")
_IN_LOTS = (
    select(sum_of(_open_lot.c.remaining))
    .where(_open_lot.c.account_id == ACCOUNT.id, _open_lot.c.remaining > NOTHING)
    .scalar_subquery()
)
_SOUND = ACCOUNT.balance >= _IN_LOTS
_IS_DUE = (
    LOT.remaining > NOTHING,
    LOT.expires_on.is_not(None),
    LOT.expires_on <= bindparam("day", type_=Day()),
)


class DueLot(NamedTuple):
    """A lot whose day has come, and the account that it lies in."""

    id: UUID
    account_id: int
    remaining: int
    balance: int


# The oldest day first; within a day in the order of the index.
_DUE = (
    select(LOT.id, LOT.account_id, LOT.remaining, ACCOUNT.balance)
    .select_from(_ACCOUNT_OF_LOT)
    .where(*_IS_DUE, LOT.store_id == bindparam("store", type_=Id()), _ENDS, _OPEN)
    .order_by(LOT.expires_on)
    .limit(bindparam("most", type_=Whole()))
)
DUE_LOTS = Statement(_DUE, DueLot)
# Asked only where those above turn out to hold more than there is: it reads every lot of each
# account, which takes several times as long.
DUE_LOTS_OF_SOUND = Statement(_DUE.where(_SOUND), DueLot)

# Of the stores where it is that day.
STORE_OF_DUE_LOT: Statement[UUID] = Statement(
    select(LOT.store_id)
    .select_from(_ACCOUNT_OF_LOT)
    .where(
        *_IS_DUE,
        one_of(LOT.store_id, "stores", Id()),
        _ENDS,
        _OPEN,
        _SOUND,
    )
    .order_by(LOT.expires_on)
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """An account of which a lot is due, and whose lots hold more than its balance."""

    account_id: int
    member_id: UUID
    balance: int
    in_lots: int


DAMAGED = Statement(
    select(ACCOUNT.id, ACCOUNT.owner_id, ACCOUNT.balance, _IN_LOTS)
    .where(
        ACCOUNT.id.in_(
            select(LOT.account_id).where(*_IS_DUE, one_of(LOT.store_id, "stores", Id()))
        ),
        _ENDS,
        _OPEN,
        ~_SOUND,
    )
    .order_by(ACCOUNT.id)
    .limit(bindparam("most", type_=Whole())),
    lambda account_id, member_id, balance, in_lots: Damaged(
        account_id=account_id, member_id=member_id, balance=balance, in_lots=in_lots
    ),
)

_GIVEN = one_of(LOT.id, "lots", Id())
# One order for all locks; the lots are covered by the lock of their account.
LOCK_ACCOUNTS: Statement[int] = Statement(
    select(ACCOUNT.id)
    .where(
        one_of(ACCOUNT.id, "accounts", Whole()),
        _OPEN,
    )
    .order_by(ACCOUNT.id)
    .with_for_update(key_share=True)
)

_ENTRY = bindparam("entry", type_=Id())
# Chosen by their day in the same command, and still there now that their accounts are locked.
_ENDING = (_GIVEN, one_of(LOT.account_id, "accounts", Whole()), LOT.remaining > NOTHING)
_owing = (
    select(
        ACCOUNT.id.label("account"),
        ACCOUNT.kind.label("kind"),
        ACCOUNT.unit.label("unit"),
        ACCOUNT.version.label("version"),
        ACCOUNT.balance.label("balance"),
        sum_of(LOT.remaining).label("amount"),
    )
    .select_from(_ACCOUNT_OF_LOT)
    .where(*_ENDING, one_of(ACCOUNT.id, "accounts", Whole()))
    .group_by(ACCOUNT.id, ACCOUNT.kind, ACCOUNT.unit, ACCOUNT.version, ACCOUNT.balance)
    .subquery("owing")
)
# One posting for each account: its lots of this batch together.
POST = Statement[object](
    insert(ledger.posting)
    .inline()
    .from_select(
        [
            "entry_id",
            "number",
            "unit",
            "from_account",
            "to_account",
            "amount",
            "from_version",
            "from_after",
            "to_version",
            "to_after",
        ],
        select(
            _ENTRY,
            func.row_number().over(order_by=_owing.c.account),
            _owing.c.unit,
            _owing.c.account,
            case(
                {
                    kind.value: bindparam(target.value.replace(".", "_"), type_=Whole())
                    for kind, target in ENDS_IN.items()
                },
                value=_owing.c.kind,
            ),
            _owing.c.amount,
            _owing.c.version + 1,
            _owing.c.balance - _owing.c.amount,
            null(),
            null(),
        ),
        include_defaults=False,
    )
)
_posted = (
    select(func.count())
    .select_from(ledger.posting)
    .where(ledger.posting.c.entry_id == _ENTRY)
    .scalar_subquery()
)
SEAL = Statement[object](
    insert(ledger.entry)
    .inline()
    .from_select(
        [
            "id",
            "business_id",
            "kind",
            "occurred_at",
            "recorded_at",
            "business_day",
            "store_id",
            "actor",
            "command_id",
            "postings",
        ],
        select(
            _ENTRY,
            bindparam("business_id", type_=Words()),
            _word(EntryKind.EXPIRE.value),
            bindparam("at", type_=At()),
            bindparam("at", type_=At()),
            bindparam("day", type_=Day()),
            bindparam("store", type_=Id()),
            bindparam("actor", type_=Words()),
            bindparam("command", type_=Id()),
            _posted,
        ),
        include_defaults=False,
    )
)
USE = Statement[object](
    insert(ledger.lot_use)
    .inline()
    .from_select(
        ["lot_id", "entry_id", "amount", "kind"],
        select(LOT.id, _ENTRY, LOT.remaining, _word(UseKind.EXPIRE.value)).where(*_ENDING),
        include_defaults=False,
    )
)
# A lot that a refund or a released hold filled again ends again, under another name.
USES_OF_LOT: Statement[int] = Statement(
    select(func.count())
    .select_from(ledger.lot_use)
    .where(ledger.lot_use.c.lot_id == bindparam("lot", type_=Id()))
)


class StoreClock(NamedTuple):
    """A store, and when its business days begin. Units: minutes after local midnight."""

    id: UUID
    zone: str
    cut_off_minutes: int


STORES = Statement(
    select(stores.store.c.id, stores.store.c.zone, stores.store.c.cut_off_minutes).order_by(
        stores.store.c.id
    ),
    StoreClock,
)
