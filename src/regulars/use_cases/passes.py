"""Passes 次卡: sold, and at hand for whatever is done with them.

李敏 buys "奶茶十次卡" for 150.00: ten uses lie in her account, and 150.00 are owed to her until she
has had them. Each command locks the pass first, then her account; of two tills that want the last
use, one gets it.
"""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryDraft, EntryKind, LotOrigin, NewLot
from regulars.domain.ledger.lots import Lot
from regulars.domain.ledger.units import Unit
from regulars.domain.loyalty.pass_promise import PassPromise
from regulars.domain.loyalty.passes import PassState
from regulars.domain.loyalty.programme import (
    UNTOLD,
    Offered,
    Programme,
    ProgrammeKind,
    check_price,
)
from regulars.domain.members.member import MEMBER_UNKNOWN, MemberState
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.storage import facts, ledger, members, pass_accounts, passes, programmes
from regulars.storage.engine import Read, Write
from regulars.storage.facts import Fact
from regulars.storage.passes import PASS_UNKNOWN, EventRow, PassRow
from regulars.use_cases.guest import MEMBER_FROZEN
from regulars.use_cases.moment import Moment
from regulars.use_cases.payment_references import use_reference
from regulars.use_cases.runner import use_case

TENDER_UNKNOWN = refusal_code("pass.tender_unknown")

CASH = "cash"
OUTSIDE = {"cash": AccountKind.OUTSIDE_CASH, "external": AccountKind.OUTSIDE_EXTERNAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class SellPass:
    """Sell a member a pass, at the price that its programme names.

    `reference` names an external payment; `offered` is what the guest was shown.
    """

    id: UUID
    member_id: UUID
    programme_id: UUID
    store_id: UUID
    terminal_id: UUID
    tender: str
    reference: str | None = None
    offered: Offered = UNTOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class PassSeen:
    """A pass after a command. Units: uses, minor units."""

    id: UUID
    member_id: UUID
    state: str
    uses: int
    left: int
    ends_on: str
    deferred_minor: int


class PassAtHand(NamedTuple):
    """A pass under lock: its row, what was promised, the acting store, its lot, an open book."""

    row: PassRow
    promise: PassPromise
    shop: Shop
    lot: Lot
    book: Book
    day: BusinessDay


def seen(row: PassRow) -> PassSeen:
    """A pass as a command answers it."""
    return PassSeen(
        id=row.id,
        member_id=row.member_id,
        state=row.state,
        uses=row.uses,
        left=row.uses - row.used,
        ends_on=row.ends_on.isoformat(),
        deferred_minor=row.deferred_minor,
    )


def promise_of(read: Read, row: PassRow) -> PassPromise:
    """What was promised when a pass was sold."""
    promise = programmes.version_of(read, row.programme_id, row.programme_version).definition
    assert isinstance(promise, PassPromise)
    return promise


def at_hand(tx: Write, pass_id: UUID, store_id: UUID | None, moment: Moment) -> PassAtHand:
    """A pass locked for a command of a store; None is the store that sold it.

    Refuses: pass.unknown, store.unknown.
    """
    row = tx.one(passes.PASS_LOCKED, pass_id=pass_id)
    if row is None:
        raise PASS_UNKNOWN.because()
    shop = moment.shops.in_force(tx, store_id or row.store_id, at=moment.now)
    account = pass_accounts.account_of(tx, row.member_id, Unit(row.unit))
    lot = tx.one(pass_accounts.LOT_OF_PASS, lot_id=row.lot_id)
    assert lot is not None
    house = list(moment.shops.house(tx, shop))
    if shop.store.id != row.store_id:
        # What is not earned yet lies with the store that sold the pass.
        seller = moment.shops.in_force(tx, row.store_id, at=moment.now)
        owing = [
            one for one in moment.shops.house(tx, seller) if one.kind is AccountKind.PASS_DEFERRED
        ]
        house = [one for one in house if one.kind is not AccountKind.PASS_DEFERRED] + owing
    sides = pass_accounts.house_of(tx, shop.store.id, Unit(row.unit))
    return PassAtHand(
        row=row,
        promise=promise_of(tx, row),
        shop=shop,
        lot=lot,
        book=Book([account, *sides, *house]),
        day=shop.store.business_day(moment.now),
    )


def draft_of(
    hand: PassAtHand, moment: Moment, *, business_id: str, kind: EntryKind, reverses: UUID | None
) -> EntryDraft:
    """The head of an entry about a pass."""
    return EntryDraft(
        id=EntryId(moment.new_id()),
        business_id=business_id,
        kind=kind,
        occurred_at=moment.now,
        business_day=hand.day,
        store_id=hand.shop.store.id,
        subject_id=hand.row.id,
        reverses=None if reverses is None else EntryId(reverses),
    )


def check_holder(read: Read, member_id: UUID) -> None:
    """Whether a member may hold a pass. Refuses: member.unknown, member.closed,
    order.member_frozen."""
    member = read.one(members.MEMBER, member_id=member_id)
    if member is None:
        raise MEMBER_UNKNOWN.because()
    if member.changeable().state is not MemberState.ACTIVE:
        raise MEMBER_FROZEN.because()


def remember(
    tx: Write,
    moment: Moment,
    row: PassRow,
    kind: str,
    body: dict[str, object],
    *,
    store_id: UUID,
) -> None:
    """Let others know what happened to a pass."""
    fact = Fact(
        kind=kind,
        at=moment.now,
        store_id=store_id,
        member_id=row.member_id,
        subject_id=row.id,
        body=body,
    )
    facts.append(tx, fact, id=moment.new_id())


@use_case
def sell_pass(tx: Write, command: SellPass, moment: Moment) -> PassSeen:
    """Take money for a pass; its uses are the member's, its money is owed until they are had.

    Refuses: scope.outside, store.closed, terminal.unknown, pass.tender_unknown, member.unknown,
    member.closed, order.member_frozen, programme.unknown, programme.not_in_force,
    programme.price_changed, programme.promise_changed, payment.reference_used,
    ledger.already_posted.
    """
    moment.actor.need(Permission.VALUE_TOP_UP)
    moment.actor.scope.check(command.store_id)
    if command.tender not in OUTSIDE:
        raise TENDER_UNKNOWN.because()
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    shop.store.terminal(command.terminal_id)
    programme = programmes.running(
        tx, ProgrammeKind.PASS, command.programme_id, shop.store, at=moment.now
    )
    promise = programme.definition
    assert isinstance(promise, PassPromise)
    check_price(command.offered, price_minor=promise.price_minor, version=programme.version)
    check_holder(tx, command.member_id)
    _record_sale(tx, command, promise, shop=shop, moment=moment)
    row = _sold(command, programme, shop=shop, moment=moment)
    passes.add(tx, row)
    passes.add_event(tx, event(row, moment, "sold", store_id=shop.store.id))
    sold: dict[str, object] = {"price_minor": row.price_minor, "uses": row.uses}
    remember(tx, moment, row, "pass.sold", sold, store_id=shop.store.id)
    if command.tender != CASH:
        use_reference(tx, moment, command.reference, taker=command.id)
    return seen(row)


def _record_sale(
    tx: Write, command: SellPass, promise: PassPromise, *, shop: Shop, moment: Moment
) -> None:
    account = pass_accounts.account_of(tx, command.member_id, promise.unit)
    sides = pass_accounts.house_of(tx, shop.store.id, promise.unit)
    book = Book([account, *sides, *moment.shops.house(tx, shop)])
    entry = book.entry(
        EntryDraft(
            id=EntryId(moment.new_id()),
            business_id=f"pass:{command.id}",
            kind=EntryKind.PASS_SALE,
            occurred_at=moment.now,
            business_day=shop.store.business_day(moment.now),
            store_id=shop.store.id,
            subject_id=command.id,
        )
    )
    lot = NewLot(
        id=command.id,
        acquired_at=moment.now,
        expires_on=None,
        origin=LotOrigin.PASS,
        store_id=shop.store.id,
    )
    entry.grant(AccountKind.PASS_ISSUED, AccountKind.PASS, promise.uses, lot)
    entry.move(OUTSIDE[command.tender], AccountKind.PASS_DEFERRED, promise.price_minor)
    ledger.record(tx, moment, book.entries())


def _sold(command: SellPass, programme: Programme, *, shop: Shop, moment: Moment) -> PassRow:
    promise = programme.definition
    assert isinstance(promise, PassPromise)
    ends_on = promise.ends_on(shop.store.business_day(moment.now))
    return PassRow(
        id=command.id,
        programme_id=programme.id,
        programme_version=programme.version,
        member_id=command.member_id,
        store_id=shop.store.id,
        sold_at=moment.now,
        by=moment.actor.name,
        tender=command.tender,
        unit=promise.unit,
        lot_id=command.id,
        price_minor=promise.price_minor,
        uses=promise.uses,
        used=0,
        deferred_minor=promise.price_minor,
        state=PassState.ACTIVE.value,
        ends_on=ends_on,
        remind_on=promise.remind_on(ends_on),
        reminded=False,
        frozen_on=None,
        frozen_until=None,
        frozen_days=0,
    )


def event(row: PassRow, moment: Moment, kind: str, *, store_id: UUID) -> EventRow:
    """Something that happened to a pass; more of it is filled in by who knows."""
    return EventRow(
        id=moment.new_id(),
        pass_id=row.id,
        kind=kind,
        at=moment.now,
        by=moment.actor.name,
        store_id=store_id,
        days=None,
        from_member_id=None,
        to_member_id=None,
        amount_minor=0,
        paid_back_minor=0,
        reason=None,
    )
