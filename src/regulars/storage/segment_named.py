"""Whom facts are about: the member whom each one names, and those whom it touches without a name.

王芳 hands a coupon on to 李敏: the fact names 李敏, who has it now, and 王芳 has one less. At midnight one
fact tells that the points of five hundred members ended, and names none of them.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from regulars.storage.columns import At, Id
from regulars.storage.engine import Read
from regulars.storage.fact_cursors import FactSeen
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.ledger import account, lot, lot_use
from regulars.storage.tables.offers import coupon_event
from regulars.storage.tables.stored_value import value_transfer

# Nothing that a segment can ask changes with these.
IDLE = ("segment.", "message.", "journey.", "campaign.", "survey.")
# Nothing of a member changes with these but her stage and her class.
_JUDGED = frozenset({"member.stage_changed", "member.class_changed"})
_HANDED_ON = frozenset({"coupon.transferred", "coupon.taken"})

_OWNERS: Statement[UUID] = Statement(
    select(account.c.owner_id)
    .join_from(lot_use, lot, lot.c.id == lot_use.c.lot_id)
    .join(account, account.c.id == lot.c.account_id)
    .where(one_of(lot_use.c.entry_id, "entries", Id()), account.c.owner_id.is_not(None))
    .distinct()
)
_GIVERS: Statement[UUID] = Statement(
    select(coupon_event.c.from_member_id)
    .where(
        one_of(coupon_event.c.coupon_id, "coupons", Id()),
        coupon_event.c.from_member_id.is_not(None),
    )
    .distinct()
)
_TAKERS: Statement[UUID] = Statement(
    select(value_transfer.c.to_member_id)
    .where(
        one_of(value_transfer.c.from_member_id, "givers", Id()),
        one_of(value_transfer.c.at, "moments", At()),
    )
    .distinct()
)


class Named(NamedTuple):
    """Members by id: those of whom anything may have changed, and those of whom only what the
    shop's own figures make of them."""

    wholly: list[UUID]
    by_figures: list[UUID]


def members_apart(read: Read, facts: Sequence[FactSeen]) -> Named:
    """The members whose standing some facts may have changed, by how much of it."""
    wholly = members_named(read, [one for one in facts if one.kind not in _JUDGED])
    judged = {one.member_id for one in facts if one.kind in _JUDGED and one.member_id is not None}
    return Named(wholly, sorted(judged.difference(wholly)))


def members_named(read: Read, facts: Sequence[FactSeen]) -> list[UUID]:
    """The members whose standing some facts may have changed, by id."""
    named = {
        one.member_id
        for one in facts
        if one.member_id is not None and not one.kind.startswith(IDLE)
    }
    ended = [one.subject_id for one in facts if one.kind == "value.expired"]
    if ended:
        named.update(read.all(_OWNERS, entries=ended))
    handed_on = [one.subject_id for one in facts if one.kind in _HANDED_ON]
    if handed_on:
        named.update(read.all(_GIVERS, coupons=handed_on))
    moved = [one for one in facts if one.kind == "value.transferred"]
    if moved:
        givers, moments = [one.member_id for one in moved], [one.at for one in moved]
        named.update(read.all(_TAKERS, givers=givers, moments=moments))
    return sorted(named)
