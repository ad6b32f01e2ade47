"""Lots and accounts of 王芳 and of one store, for tests."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from regulars.domain.kernel.ids import AccountId, EntryId
from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.ledger.accounts import (
    HOUSE_KINDS,
    MEMBER_KINDS,
    Account,
    AccountKind,
    AccountState,
    floor_of,
    unit_of,
)
from regulars.domain.ledger.entries import EntryDraft, EntryKind, LotOrigin, NewLot
from regulars.domain.ledger.lots import Lot

TODAY = BusinessDay(date(2026, 5, 1))
NOON = Instant(datetime(2026, 5, 1, 4, tzinfo=UTC))
STORE = UUID(int=7)
KINDS = tuple(AccountKind)


def account_id(kind: AccountKind) -> AccountId:
    return AccountId(KINDS.index(kind) + 1)


def an_account(
    kind: AccountKind, balance: int = 0, *, state: AccountState = AccountState.OPEN
) -> Account:
    return Account(
        id=account_id(kind),
        owner_id=None,
        kind=kind,
        unit=unit_of(kind, currency="CNY"),
        cached=kind not in HOUSE_KINDS,
        floor=floor_of(kind),
        balance=balance,
        version=3 if balance else 0,
        state=state,
    )


def accounts(balances: dict[AccountKind, int] | None = None) -> list[Account]:
    known = balances or {}
    return [an_account(kind, known.get(kind, 0)) for kind in (*MEMBER_KINDS, *HOUSE_KINDS)]


def a_lot(
    number: int,
    amount: int,
    *,
    kind: AccountKind = AccountKind.POINTS,
    remaining: int | None = None,
    expires_on: date | None = None,
    pair: int | None = None,
) -> Lot:
    """A lot; a larger number is a younger one."""
    return Lot(
        id=UUID(int=number),
        account_id=account_id(kind),
        kind=kind,
        amount=amount,
        remaining=amount if remaining is None else remaining,
        acquired_at=Instant(NOON + timedelta(minutes=number)),
        expires_on=expires_on,
        entry_id=EntryId(UUID(int=1000 + number)),
        pair_id=None if pair is None else UUID(int=pair),
    )


def a_new_lot(number: int, *, expires_on: date | None = None) -> NewLot:
    return NewLot(
        id=UUID(int=number),
        acquired_at=NOON,
        expires_on=expires_on,
        origin=LotOrigin.REFUND,
        store_id=STORE,
    )


def a_draft(number: int = 1, kind: EntryKind = EntryKind.SETTLE) -> EntryDraft:
    return EntryDraft(
        id=EntryId(UUID(int=number)),
        business_id=f"order:{number}:{kind.value}",
        kind=kind,
        occurred_at=NOON,
        business_day=TODAY,
        store_id=STORE,
    )
