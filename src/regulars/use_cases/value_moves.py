"""Stored value that lies still: frozen by hand, or lapsed and brought back.

王芳 quarrels with her partner over the card: its money is frozen, her points and her greeting are
not. 李敏 comes back after four years: the 80.00 that lapsed are hers again, as a new lot.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import AccountKind, AccountState
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryDraft, EntryKind, LotOrigin, NewLot
from regulars.domain.members.member import MEMBER_UNKNOWN, Member, MemberState
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, constraints, ledger, members, value_moves
from regulars.storage.engine import Write
from regulars.storage.tables.stored_value import value_reactivation
from regulars.storage.value_moves import LapsedLot
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.top_up_refunds import reason_of
from regulars.use_cases.value_transfers import tell

VALUE_FROZEN_ALREADY = refusal_code("value.frozen_already")
VALUE_NOT_FROZEN = refusal_code("value.not_frozen")
NOT_LAPSED = refusal_code("value.not_lapsed")
REACTIVATED_ALREADY = refusal_code("value.reactivated_already")

constraints.means({"pk_value_reactivation": REACTIVATED_ALREADY})


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeValue:
    """Let nobody spend a member's stored value; she stays active otherwise."""

    member_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfreezeValue:
    """Let a member's stored value be spent again."""

    member_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactivateValue:
    """Bring principal back that lapsed with its lot."""

    lot_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueState:
    """Whether a member's stored value is frozen by itself."""

    member_id: UUID
    frozen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueReactivated:
    """What came back of a lapsed lot, as a new lot without an end. Units: minor units."""

    lot_id: UUID
    member_id: UUID
    new_lot_id: UUID
    principal_minor: int


@use_case
def freeze_value(tx: Write, command: FreezeValue, moment: Moment) -> ValueState:
    """Let nobody spend a member's stored value.

    Refuses: member.unknown, member.closed, value.frozen_already, value.reason_missing.
    """
    moment.actor.need(Permission.VALUE_MOVE)
    reason = reason_of(command.reason)
    _locked(tx, command.member_id)
    tx.take(
        value_moves.FREEZE,
        refusal=VALUE_FROZEN_ALREADY.because(),
        member_id=command.member_id,
        since=moment.now,
        by=moment.actor.name,
        reason=reason,
    )
    return _stated(tx, command.member_id, AccountState.FROZEN, reason, moment)


@use_case
def unfreeze_value(tx: Write, command: UnfreezeValue, moment: Moment) -> ValueState:
    """Let a member's stored value be spent again, unless she herself is frozen.

    Refuses: member.unknown, member.closed, value.not_frozen, value.reason_missing.
    """
    moment.actor.need(Permission.VALUE_MOVE)
    reason = reason_of(command.reason)
    member = _locked(tx, command.member_id)
    tx.take(value_moves.LIFT, refusal=VALUE_NOT_FROZEN.because(), member=command.member_id)
    frozen = member.state is MemberState.FROZEN
    state = AccountState.FROZEN if frozen else AccountState.OPEN
    _stated(tx, command.member_id, state, reason, moment, lifted=True)
    return ValueState(member_id=command.member_id, frozen=False)


@use_case
def reactivate_value(tx: Write, command: ReactivateValue, moment: Moment) -> ValueReactivated:
    """Bring lapsed principal back, once, as a new lot that never ends.

    Refuses: scope.outside, value.not_lapsed, value.reactivated_already, value.reason_missing,
    ledger.account_closed.
    """
    moment.actor.need(Permission.VALUE_MOVE)
    reason = reason_of(command.reason)
    lapsed = tx.one(value_moves.LAPSED, lot_id=command.lot_id)
    if lapsed is None or not lapsed.lapsed_minor:
        raise NOT_LAPSED.because()
    if lapsed.reactivated_at is not None:
        raise REACTIVATED_ALREADY.because()
    moment.actor.scope.check(lapsed.store_id)
    shop = moment.shops.in_force(tx, lapsed.store_id, at=moment.now)
    accounts = tx.all(ledger.ACCOUNTS_OF_MEMBER, member=lapsed.member_id)
    book = Book([*accounts, *moment.shops.house(tx, shop)])
    draft = EntryDraft(
        id=EntryId(moment.new_id()),
        business_id=f"reactivate:{lapsed.id}",
        kind=EntryKind.REACTIVATE,
        occurred_at=moment.now,
        business_day=shop.store.business_day(moment.now),
        store_id=lapsed.store_id,
        subject_id=lapsed.id,
    )
    lot = NewLot(
        id=moment.new_id(),
        acquired_at=moment.now,
        expires_on=None,
        origin=LotOrigin.REACTIVATE,
        store_id=lapsed.store_id,
        pair_id=lapsed.pair_id,
        spend_order=lapsed.spend_order,
    )
    book.entry(draft).grant(
        AccountKind.PRINCIPAL_LAPSED, AccountKind.PRINCIPAL, lapsed.lapsed_minor, lot
    )
    ledger.record(tx, moment, book.entries())
    _remember_reactivation(tx, lapsed, draft, reason, moment)
    return ValueReactivated(
        lot_id=lapsed.id,
        member_id=lapsed.member_id,
        new_lot_id=lot.id,
        principal_minor=lapsed.lapsed_minor,
    )


def _locked(tx: Write, member_id: UUID) -> Member:
    member = tx.one(members.MEMBER_LOCKED, member_id=member_id)
    if member is None:
        raise MEMBER_UNKNOWN.because()
    # In the order of a sale, so that an update of both never waits for one in the other order.
    tx.all(ledger.ACCOUNTS_OF_MEMBER, member=member_id)
    return member.changeable()


def _stated(
    tx: Write,
    member_id: UUID,
    state: AccountState,
    reason: str,
    moment: Moment,
    *,
    lifted: bool = False,
) -> ValueState:
    tx.send(value_moves.MONEY_STATE, member=member_id, new_state=state.value)
    kind = "value.unfrozen" if lifted else "value.frozen"
    audit.record(tx, moment, action=kind, subject=f"member:{member_id}", reason=reason)
    tell(tx, moment, kind, member_id=member_id, body={})
    return ValueState(member_id=member_id, frozen=not lifted)


def _remember_reactivation(
    tx: Write, lapsed: LapsedLot, draft: EntryDraft, reason: str, moment: Moment
) -> None:
    row = {
        "lot_id": lapsed.id,
        "member_id": lapsed.member_id,
        "store_id": lapsed.store_id,
        "at": moment.now,
        "by": moment.actor.name,
        "reason": reason,
        "principal_minor": lapsed.lapsed_minor,
        "entry_id": draft.id,
    }
    tx.add(value_reactivation, [row])
    told: dict[str, object] = {"lot": str(lapsed.id), "principal_minor": lapsed.lapsed_minor}
    audit.record(
        tx,
        moment,
        action="value.reactivated",
        subject=f"member:{lapsed.member_id}",
        store_id=lapsed.store_id,
        after=told,
        reason=reason,
    )
    tell(tx, moment, "value.reactivated", member_id=lapsed.member_id, body=told)
