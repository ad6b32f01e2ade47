"""The accounts and the lot of a pass, in the unit of its kind.

"TEA10" counts in `PASS.TEA10`: 李敏's account of it is opened when she buys her first pass of that
kind, the store's side when it sells or serves the first one. A sale of goods never reads them.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql

from regulars.domain.ledger.accounts import Account, AccountKind, floor_of
from regulars.domain.ledger.units import Unit
from regulars.storage.columns import Id, Words
from regulars.storage.engine import Write
from regulars.storage.ledger_rows import ACCOUNT, ACCOUNTS, LOT, LOT_COLUMNS, account_row, lot_row
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables import ledger

HOUSE_KINDS_OF_PASS = (AccountKind.PASS_ISSUED, AccountKind.PASS_USED, AccountKind.PASS_EXPIRED)

LOT_OF_PASS = Statement(
    select(*LOT_COLUMNS)
    .select_from(ledger.account.join(ledger.lot, LOT.account_id == ACCOUNT.id))
    .where(LOT.id == bindparam("lot_id", type_=Id())),
    lot_row,
)
_OF_UNIT = (
    ACCOUNT.owner_id == bindparam("owner", type_=Id()),
    ACCOUNT.unit == bindparam("in_unit", type_=Words()),
)
_ACCOUNT_LOCKED = Statement(
    ACCOUNTS.where(*_OF_UNIT).order_by(ACCOUNT.id).with_for_update(key_share=True), account_row
)
_ACCOUNTS_LOCKED = Statement(
    ACCOUNTS.where(one_of(ACCOUNT.owner_id, "owners", Id()), _OF_UNIT[1])
    .order_by(ACCOUNT.id)
    .with_for_update(key_share=True),
    account_row,
)
# The store's side has no balance: nobody waits for it.
_HOUSE = Statement(ACCOUNTS.where(*_OF_UNIT).order_by(ACCOUNT.id), account_row)
_OPEN = Statement[object](
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


def account_of(tx: Write, member_id: UUID, unit: Unit) -> Account:
    """A member's account of one kind of pass, locked; opened when she first needs it."""
    known = tx.all(_ACCOUNT_LOCKED, owner=member_id, in_unit=unit)
    if not known:
        _open(tx, member_id, AccountKind.PASS, unit)
        known = tx.all(_ACCOUNT_LOCKED, owner=member_id, in_unit=unit)
    return known[0]


def lock_accounts(tx: Write, member_ids: Sequence[UUID], unit: Unit) -> None:
    """Lock the accounts of two members in the order of their ids, opened where they are missing."""
    for member_id in member_ids:
        _open(tx, member_id, AccountKind.PASS, unit)
    tx.all(_ACCOUNTS_LOCKED, owners=list(member_ids), in_unit=unit)


def house_of(tx: Write, store_id: UUID, unit: Unit) -> Sequence[Account]:
    """A store's side of one kind of pass; opened when the store first needs it."""
    known = tx.all(_HOUSE, owner=store_id, in_unit=unit)
    if len(known) < len(HOUSE_KINDS_OF_PASS):
        for kind in HOUSE_KINDS_OF_PASS:
            _open(tx, store_id, kind, unit)
        known = tx.all(_HOUSE, owner=store_id, in_unit=unit)
    return known


def _open(tx: Write, owner_id: UUID, kind: AccountKind, unit: Unit) -> None:
    tx.send(
        _OPEN,
        owner_id=owner_id,
        kind=kind.value,
        unit=unit,
        cached=kind is AccountKind.PASS,
        floor=floor_of(kind),
    )
