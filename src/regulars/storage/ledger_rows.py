"""What the ledger's queries give: rows of the tables as the domain's accounts and lots."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from sqlalchemy import literal_column, select

from regulars.domain.kernel.ids import AccountId, EntryId
from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import Account, AccountKind, AccountState
from regulars.domain.ledger.lots import Lot, UsedLot
from regulars.domain.ledger.units import Unit
from regulars.storage.columns import Whole
from regulars.storage.tables import ledger

# A member's rows are read at each sale: a dict finds in a third of the time of an Enum's call.
_KINDS = {kind.value: kind for kind in AccountKind}
_STATES = {state.value: state for state in AccountState}


def account_row(  # noqa: PLR0913, PLR0917
    number: int,
    owner_id: UUID | None,
    kind: str,
    unit: str,
    cached: bool,
    floor: int | None,
    balance: int,
    version: int,
    state: str,
) -> Account:
    """An account, from `ACCOUNTS`."""
    return Account(
        id=AccountId(number),
        owner_id=owner_id,
        kind=_KINDS[kind],
        unit=Unit(unit),
        cached=cached,
        floor=floor,
        balance=balance,
        version=version,
        state=_STATES[state],
    )


def lot_row(  # noqa: PLR0913, PLR0917
    name: UUID,
    account_id: int,
    kind: str,
    amount: int,
    remaining: int,
    acquired_at: Instant,
    expires_on: date | None,
    entry_id: UUID,
    pair_id: UUID | None,
    usable_on: date | None,
    spend_order: str | None,
) -> Lot:
    """A lot, from `LOT_COLUMNS`."""
    return Lot(
        id=name,
        account_id=AccountId(account_id),
        kind=_KINDS[kind],
        amount=amount,
        remaining=remaining,
        acquired_at=acquired_at,
        expires_on=expires_on,
        entry_id=EntryId(entry_id),
        pair_id=pair_id,
        usable_on=usable_on,
        spend_order=spend_order,
    )


_LOT_ROW: Callable[..., Lot] = lot_row


def used_lot_row(left: int, *lot: object) -> UsedLot:
    """What a sale still holds of a lot, and the lot."""
    return UsedLot(_LOT_ROW(*lot), left)


# Written into the SQL, so that both engines use the index of open lots.
NOTHING = literal_column("0", Whole())
ACCOUNT = ledger.account.c
ACCOUNTS = select(
    ACCOUNT.id,
    ACCOUNT.owner_id,
    ACCOUNT.kind,
    ACCOUNT.unit,
    ACCOUNT.cached,
    ACCOUNT.floor,
    ACCOUNT.balance,
    ACCOUNT.version,
    ACCOUNT.state,
)
LOT = ledger.lot.c
LOT_COLUMNS = (
    LOT.id,
    LOT.account_id,
    ACCOUNT.kind,
    LOT.amount,
    LOT.remaining,
    LOT.acquired_at,
    LOT.expires_on,
    LOT.entry_id,
    LOT.pair_id,
    LOT.usable_on,
    LOT.spend_order,
)
