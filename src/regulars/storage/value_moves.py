"""What a move of value needs to know of lots: who sold them, and what of them has lapsed."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import MONEY_KINDS
from regulars.domain.ledger.entries import EntryKind, UseKind
from regulars.storage.columns import At, Id, Words
from regulars.storage.ledger_rows import ACCOUNT, LOT
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables import ledger
from regulars.storage.tables.stored_value import value_freeze, value_reactivation


class Sold(NamedTuple):
    """Which store sold a lot."""

    lot_id: UUID
    store_id: UUID


class LapsedLot(NamedTuple):
    """A lot of principal whose time was over. Units: minor units."""

    id: UUID
    member_id: UUID
    store_id: UUID
    pair_id: UUID | None
    spend_order: str | None
    expires_on: date | None
    lapsed_minor: int
    reactivated_at: Instant | None


class FreezeRow(NamedTuple):
    """Table `value_freeze`."""

    member_id: UUID
    since: Instant
    by: str
    reason: str


_MEMBER = bindparam("member", type_=Id())
_LOT_ID = bindparam("lot_id", type_=Id())
SOLD_BY = Statement(select(LOT.id, LOT.store_id).where(one_of(LOT.id, "lots", Id())), Sold)

_lapses = (
    select(
        LOT.id,
        ACCOUNT.owner_id,
        LOT.store_id,
        LOT.pair_id,
        LOT.spend_order,
        LOT.expires_on,
        total_of(ledger.lot_use.c.amount).label("lapsed"),
        func.max(value_reactivation.c.at, type_=At()).label("reactivated_at"),
    )
    .select_from(
        ledger.account.join(ledger.lot, LOT.account_id == ACCOUNT.id)
        .join(ledger.lot_use, ledger.lot_use.c.lot_id == LOT.id)
        .outerjoin(value_reactivation, value_reactivation.c.lot_id == LOT.id)
    )
    .where(
        ACCOUNT.kind == "principal",
        ledger.lot_use.c.kind == UseKind.EXPIRE.value,
    )
    .group_by(LOT.id, ACCOUNT.owner_id, LOT.store_id, LOT.pair_id, LOT.spend_order, LOT.expires_on)
    .order_by(LOT.id)
)
LAPSED = Statement(_lapses.where(LOT.id == _LOT_ID), LapsedLot)
# A lot that is used up is in no index of its account: the entries that ended some lead to it.
_principal = ledger.account.alias("principal")
_ended = (
    select(ledger.posting.c.entry_id)
    .select_from(
        _principal.join(ledger.posting, ledger.posting.c.from_account == _principal.c.id).join(
            ledger.entry, ledger.entry.c.id == ledger.posting.c.entry_id
        )
    )
    .where(
        _principal.c.owner_id == _MEMBER,
        _principal.c.kind == "principal",
        ledger.posting.c.from_version.is_not(None),
        ledger.entry.c.kind == EntryKind.EXPIRE.value,
    )
)
LAPSED_OF_MEMBER = Statement(
    _lapses.where(ACCOUNT.owner_id == _MEMBER, ledger.lot_use.c.entry_id.in_(_ended)), LapsedLot
)

# The one who freezes adds a row or finds one; the one who lifts takes it away.
FREEZE = Statement[object](
    insert(value_freeze)
    .values(
        {
            name: bindparam(name, type_=value_freeze.c[name].type)
            for name in ("member_id", "since", "by", "reason")
        }
    )
    .on_conflict_do_nothing()
)
LIFT = Statement[object](delete(value_freeze).where(value_freeze.c.member_id == _MEMBER))
# Only these two accounts: points and growth value go on as they are.
MONEY_STATE = Statement[object](
    ledger.account.update()
    .where(
        ACCOUNT.owner_id == _MEMBER,
        ACCOUNT.kind.in_([kind.value for kind in MONEY_KINDS]),
        ACCOUNT.state != "closed",
    )
    .values(state=bindparam("new_state", type_=Words()))
)
