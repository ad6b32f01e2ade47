"""Places in the rolling windows of caps, and what campaigns may spend: taken, never counted after.

A place is taken in the transaction that hands the message over and given back when it did not
leave. Whoever takes one locks the member's and the address's key first, in the order of the keys.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Bytes, Id, Whole
from regulars.storage.engine import Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.messaging import contact_lock, contact_slot, message_budget


class SlotRow(NamedTuple):
    """A place that is taken."""

    key: bytes
    at: Instant
    message_id: UUID


class BudgetRow(NamedTuple):
    """What a campaign may still spend. Units: millionths of the currency's main unit."""

    campaign_id: UUID
    limit_micro: int
    used_micro: int


_slot, _budget = contact_slot.c, message_budget.c
_CAMPAIGN = _budget.campaign_id == bindparam("campaign", type_=Id())
_LOCKED: Statement[bytes] = Statement(
    select(contact_lock.c.key)
    .where(one_of(contact_lock.c.key, "keys", Bytes()))
    .order_by(contact_lock.c.key)
    .with_for_update()
)
_TAKEN = Statement(
    select(_slot.key, _slot.at, _slot.message_id)
    .where(
        one_of(_slot.key, "keys", Bytes()),
        _slot.released_at.is_(None),
        _slot.at > bindparam("since", type_=At()),
    )
    .order_by(_slot.at, _slot.message_id),
    SlotRow,
)
_TAKE = Statement[object](
    insert(contact_slot)
    .values(
        message_id=bindparam("message_id", type_=Id()),
        key=bindparam("key", type_=Bytes()),
        at=bindparam("at", type_=At()),
        released_at=None,
    )
    .on_conflict_do_update(
        index_elements=[_slot.message_id, _slot.key],
        set_={"at": bindparam("at", type_=At()), "released_at": None},
    )
)
_RELEASE = Statement[object](
    update(contact_slot)
    .where(_slot.message_id == bindparam("of_message", type_=Id()), _slot.released_at.is_(None))
    .values(released_at=bindparam("released", type_=At()))
)
_TAKE_AGAIN = Statement[object](
    update(contact_slot)
    .where(_slot.message_id == bindparam("of_message", type_=Id()))
    .values(released_at=None)
)
_BUDGETS = Statement(
    select(_budget.campaign_id, _budget.limit_micro, _budget.used_micro)
    .where(one_of(_budget.campaign_id, "campaigns", Id()))
    .order_by(_budget.campaign_id)
    .with_for_update(),
    BudgetRow,
)
BUDGET = Statement(
    select(_budget.campaign_id, _budget.limit_micro, _budget.used_micro).where(_CAMPAIGN),
    BudgetRow,
)
_DRAW = Statement[object](
    update(message_budget)
    .where(_CAMPAIGN)
    .values(used_micro=_budget.used_micro + bindparam("more", type_=Whole()))
)
_SET = Statement[object](
    insert(message_budget)
    .values(
        campaign_id=bindparam("campaign", type_=Id()),
        limit_micro=bindparam("limit", type_=Whole()),
        used_micro=0,
    )
    .on_conflict_do_update(
        index_elements=[_budget.campaign_id],
        set_={"limit_micro": bindparam("limit", type_=Whole())},
    )
)


def lock(tx: Write, keys: Collection[bytes]) -> None:
    """Wait until nobody else takes places of these keys. SQLite has one writer: nothing to do."""
    if tx.engine == "sqlite" or not keys:
        return
    ordered = sorted(keys)
    tx.add_new(contact_lock, [{"key": key} for key in ordered])
    tx.all(_LOCKED, keys=ordered)


def taken(tx: Write, keys: Collection[bytes], *, since: Instant) -> dict[bytes, list[SlotRow]]:
    """The places that are taken, by key, oldest first."""
    found: dict[bytes, list[SlotRow]] = defaultdict(list)
    for row in tx.all(_TAKEN, keys=sorted(keys), since=since) if keys else ():
        found[row.key].append(row)
    return found


def take(tx: Write, message_id: UUID, keys: Sequence[bytes], *, at: Instant) -> None:
    """Take a place of each key for a message."""
    for key in keys:
        tx.send(_TAKE, message_id=message_id, key=key, at=at)


def take_first(tx: Write, rows: Sequence[SlotRow]) -> None:
    """Take places for messages that never took any."""
    tx.add(contact_slot, [{**row._asdict(), "released_at": None} for row in rows])


def release(tx: Write, message_id: UUID, *, at: Instant) -> None:
    """Give a message's places back: it did not leave."""
    tx.send(_RELEASE, of_message=message_id, released=at)


def take_again(tx: Write, message_id: UUID) -> None:
    """Take a message's places as they were: it has arrived after all."""
    tx.send(_TAKE_AGAIN, of_message=message_id)


def budgets(tx: Write, campaigns: Collection[UUID]) -> dict[UUID, int]:
    """What each campaign that has a budget may still spend; locked until the commit."""
    if not campaigns:
        return {}
    rows = tx.all(_BUDGETS, campaigns=sorted(campaigns, key=lambda one: one.int))
    return {row.campaign_id: row.limit_micro - row.used_micro for row in rows}


def draw(tx: Write, amounts: Mapping[UUID, int]) -> None:
    """Draw from budgets, or (below zero) give back."""
    for campaign, amount in sorted(amounts.items(), key=lambda one: one[0].int):
        if amount:
            tx.send(_DRAW, campaign=campaign, more=amount)


def set_budget(tx: Write, campaign: UUID, *, limit_micro: int) -> None:
    """Say what a campaign may spend on messages."""
    tx.send(_SET, campaign=campaign, limit=limit_micro)
