"""Top-up 充值: principal paid in, bonus added by the step of the Terms, as one pair of lots."""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import (
    EntryDraft,
    EntryKind,
    LotOrigin,
    NewLot,
    top_up_of,
)
from regulars.domain.loyalty.top_up import bonus_for, checked_principal
from regulars.domain.stores.permissions import Permission
from regulars.storage import facts, ledger
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.tables.orders import top_up as top_up_table
from regulars.use_cases import guest as guests
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

TENDER_UNKNOWN = refusal_code("top_up.tender_unknown")
_OUTSIDE = {"cash": AccountKind.OUTSIDE_CASH, "external": AccountKind.OUTSIDE_EXTERNAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    """A member pays money in. Units: minor units."""

    id: UUID
    member_id: UUID
    store_id: UUID
    terminal_id: UUID
    principal_minor: int
    tender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToppedUp:
    """What a top-up gave, and what the member holds after it. Units: minor units."""

    id: UUID
    member_id: UUID
    paid_minor: int
    bonus_minor: int
    principal_after_minor: int
    bonus_after_minor: int


@use_case
def top_up(tx: Write, command: TopUp, moment: Moment) -> ToppedUp:
    """Take money for stored value and add the bonus of its step.

    Refuses: scope.outside, store.closed, terminal.unknown, top_up.amount_out_of_range,
    top_up.balance_over_limit, top_up.tender_unknown, order.member_unknown.
    """
    moment.actor.need(Permission.VALUE_TOP_UP)
    moment.actor.scope.check(command.store_id)
    outside = _OUTSIDE.get(command.tender)
    if outside is None:
        raise TENDER_UNKNOWN.because()
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    shop.store.terminal(command.terminal_id)
    guest = guests.locked(tx, command.member_id, shop, moment.now)
    held_minor = guest.balance(AccountKind.PRINCIPAL)
    principal = checked_principal(command.principal_minor, shop.terms.top_up, held_minor=held_minor)
    bonus = bonus_for(principal, shop.terms.top_up)
    book = Book([*guest.accounts, *moment.shops.house(tx, shop)])
    day = shop.store.business_day(moment.now)
    draft = EntryDraft(
        id=EntryId(moment.new_id()),
        business_id=top_up_of(command.id),
        kind=EntryKind.TOP_UP,
        occurred_at=moment.now,
        business_day=day,
        store_id=shop.store.id,
        subject_id=command.id,
    )
    entry = book.entry(draft)
    for source, target, amount in (
        (outside, AccountKind.PRINCIPAL, principal),
        (AccountKind.BONUS_ISSUED, AccountKind.BONUS, bonus),
    ):
        lot = NewLot(
            id=moment.new_id(),
            acquired_at=moment.now,
            expires_on=None,
            origin=LotOrigin.TOP_UP,
            store_id=shop.store.id,
            pair_id=command.id,
        )
        entry.grant(source, target, amount, lot)
    ledger.record(tx, moment, book.entries())
    _remember(tx, command, draft, bonus=bonus, version=shop.terms.version, moment=moment)
    return ToppedUp(
        id=command.id,
        member_id=command.member_id,
        paid_minor=principal,
        bonus_minor=bonus,
        principal_after_minor=book.balance(AccountKind.PRINCIPAL),
        bonus_after_minor=book.balance(AccountKind.BONUS),
    )


def _remember(
    tx: Write,
    command: TopUp,
    draft: EntryDraft,
    *,
    bonus: int,
    version: int,
    moment: Moment,
) -> None:
    row = {
        "id": command.id,
        "member_id": command.member_id,
        "store_id": command.store_id,
        "terminal_id": command.terminal_id,
        "business_day": draft.business_day,
        "at": moment.now,
        "by": moment.actor.name,
        "tender": command.tender,
        "principal_minor": command.principal_minor,
        "bonus_minor": bonus,
        "entry_id": draft.id,
        "terms_version": version,
    }
    tx.add(top_up_table, [row])
    body = {
        "principal_minor": command.principal_minor,
        "bonus_minor": bonus,
        "tender": command.tender,
    }
    happened = Fact(
        kind="value.topped_up",
        at=moment.now,
        store_id=command.store_id,
        member_id=command.member_id,
        subject_id=command.id,
        body=body,
    )
    facts.append(tx, happened, id=moment.new_id())
