"""What a statement in words needs to know of some movements: bills, occasions and lots.

told = details_of(read, [row.entry_id for row in page.rows])
told.lots[entry_id, account]      # 40 points good until 31 May, 60 good until December
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, literal, select, union_all

from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind
from regulars.domain.ledger.statement_words import NOT_FETCHED, LotTold
from regulars.storage import mall
from regulars.storage.columns import Day, Id, Whole, Words
from regulars.storage.engine import Read
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables import ledger, orders, rewards, rewards_done

_account, _entry, _lot = ledger.account.c, ledger.entry.c, ledger.lot.c
_posting, _use = ledger.posting.c, ledger.lot_use.c
_order, _gift = orders.orders.c, rewards.gift.c
_mall = rewards_done.mall_order.c
_adjustment = orders.order_adjustment.c
_MEMBER = bindparam("member", type_=Id())


class MovementRow(NamedTuple):
    """One movement on one of a member's accounts, with its business day."""

    entry_id: UUID
    number: int
    kind: str
    at: Instant
    day: date
    store_id: UUID
    account: str
    unit: str
    amount: int
    after: int


class Opening(NamedTuple):
    """What an account held before the first movement of a period."""

    account: str
    unit: str
    amount: int


class _BillRow(NamedTuple):
    entry_id: UUID
    number: str
    worth_minor: int


class _OccasionRow(NamedTuple):
    entry_id: UUID
    occasion: str


class _LotRow(NamedTuple):
    entry_id: UUID
    account: str
    amount: int
    expires_on: date | None
    usable_on: date | None


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of entries beyond their amounts."""

    bills: Mapping[UUID, str]
    worths: Mapping[UUID, int]
    occasions: Mapping[UUID, str]
    lots: Mapping[tuple[UUID, AccountKind], list[LotTold]]


_NAMED = one_of(_entry.id, "entries", Id())
_worth = (
    select(total_of(_adjustment.amount_minor))
    .where(_adjustment.order_id == _order.id, _adjustment.source == "points")
    .scalar_subquery()
)
_BILLS = Statement(
    select(_entry.id, _order.number, _worth.label("worth_minor"))
    .select_from(ledger.entry.join(orders.orders, _order.id == _entry.subject_id))
    .where(_NAMED),
    _BillRow,
)
_OCCASIONS = Statement(
    select(_entry.id, _gift.occasion)
    .select_from(ledger.entry.join(rewards.gift, _gift.business_id == _entry.business_id))
    .where(_NAMED),
    _OccasionRow,
)
# Orders of the mall that their own rule ended.
_UNFETCHED: Statement[UUID] = Statement(
    select(_entry.id)
    .select_from(ledger.entry.join(rewards_done.mall_order, _mall.id == _entry.subject_id))
    .where(
        _NAMED,
        _entry.kind.in_((EntryKind.MALL_BACK.value, EntryKind.EXPIRE.value)),
        _mall.ended_by == bindparam("rule", type_=Words()),
    )
)
_of_member = _account.owner_id == _MEMBER
_lots = union_all(
    select(
        _entry.id.label("entry_id"),
        _account.kind.label("account"),
        _lot.id.label("lot_id"),
        _lot.amount.label("amount"),
        _lot.expires_on.label("expires_on"),
        _lot.usable_on.label("usable_on"),
    )
    .select_from(
        ledger.account.join(ledger.lot, _lot.account_id == _account.id).join(
            ledger.entry, _entry.id == _lot.entry_id
        )
    )
    .where(_of_member, _NAMED),
    select(_entry.id, _account.kind, _lot.id, -_use.amount, _lot.expires_on, _lot.usable_on)
    .select_from(
        ledger.entry.join(ledger.lot_use, _use.entry_id == _entry.id)
        .join(ledger.lot, _lot.id == _use.lot_id)
        .join(ledger.account, _account.id == _lot.account_id)
    )
    .where(_of_member, _NAMED),
).subquery("told")
_change = total_of(_lots.c.amount)
# What an entry gave a lot and took from it again never reached the member: a refund that finds its
# lot over puts the value into a new one.
_LOTS = Statement(
    select(
        _lots.c.entry_id,
        _lots.c.account,
        _change.label("amount"),
        _lots.c.expires_on,
        _lots.c.usable_on,
    )
    .group_by(
        _lots.c.entry_id, _lots.c.account, _lots.c.lot_id, _lots.c.expires_on, _lots.c.usable_on
    )
    .having(_change != literal(0, Whole()))
    .order_by(_lots.c.entry_id, _lots.c.expires_on, _lots.c.lot_id),
    _LotRow,
)


def details_of(read: Read, member_id: UUID, entries: Sequence[UUID]) -> Details:
    """The bills, occasions and lots of some entries of a member."""
    bills, occasions, unfetched, lots = read.group(
        _BILLS.ask(entries=entries),
        _OCCASIONS.ask(entries=entries),
        _UNFETCHED.ask(entries=entries, rule=mall.NOT_FETCHED),
        _LOTS.ask(entries=entries, member=member_id),
    )
    told: dict[tuple[UUID, AccountKind], list[LotTold]] = {}
    for row in lots:
        one = LotTold(row.amount, row.expires_on, row.usable_on)
        told.setdefault((row.entry_id, AccountKind(row.account)), []).append(one)
    return Details(
        bills={row.entry_id: row.number for row in bills},
        worths={row.entry_id: row.worth_minor for row in bills},
        occasions={
            **{row.entry_id: row.occasion for row in occasions},
            **dict.fromkeys(unfetched, NOT_FETCHED),
        },
        lots=told,
    )


_moved = union_all(
    *(
        select(
            _posting.entry_id,
            _posting.number,
            _entry.kind,
            _entry.occurred_at,
            _entry.business_day,
            _entry.store_id,
            _account.kind.label("account"),
            _posting.unit,
            (-_posting.amount if side == "from" else _posting.amount).label("amount"),
            _posting[f"{side}_after"].label("after"),
        )
        .select_from(
            ledger.account.join(ledger.posting, _posting[f"{side}_account"] == _account.id).join(
                ledger.entry, _entry.id == _posting.entry_id
            )
        )
        .where(_of_member, _posting[f"{side}_version"].is_not(None))
        for side in ("from", "to")
    )
).subquery("moved")
_WITHIN = Statement(
    select(_moved)
    .where(
        _moved.c.business_day >= bindparam("from_on", type_=Day()),
        _moved.c.business_day < bindparam("until_on", type_=Day()),
    )
    .order_by(_moved.c.occurred_at, _moved.c.entry_id, _moved.c.number, _moved.c.amount),
    MovementRow,
)
_OPENINGS = Statement(
    select(_moved.c.account, _moved.c.unit, total_of(_moved.c.amount))
    .where(_moved.c.business_day < bindparam("from_on", type_=Day()))
    .group_by(_moved.c.account, _moved.c.unit)
    .order_by(_moved.c.account, _moved.c.unit),
    Opening,
)


def movements_within(
    read: Read, member_id: UUID, from_on: date, until_on: date
) -> tuple[list[Opening], list[MovementRow]]:
    """What a member's accounts held before some days, and each movement on them, oldest first."""
    return read.group(
        _OPENINGS.ask(member=member_id, from_on=from_on),
        _WITHIN.ask(member=member_id, from_on=from_on, until_on=until_on),
    )
