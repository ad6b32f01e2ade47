"""Entries 凭证: what happened, as postings between accounts.

Order A017, 100.00, paid 60.00 from principal, 10.00 from bonus and 30.00 in cash, is one entry
with three postings: principal → sales 60.00, bonus → bonus.used 10.00, outside.cash → sales 30.00.
Its business id `order:<id>:settle` exists once for ever, so no retry, import or job posts it twice.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.ids import AccountId, EntryId
from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.ledger.units import Unit


class EntryKind(StrEnum):
    """Why value moved."""

    TOP_UP = "top_up"
    SETTLE = "settle"
    EARN = "earn"
    REFUND = "refund"
    GIFT = "gift"
    EXPIRE = "expire"
    IMPORT = "import"
    HOLD = "hold"
    HOLD_END = "hold_end"
    TOP_UP_REFUND = "top_up_refund"
    TRANSFER = "transfer"
    LAPSE = "lapse"
    REACTIVATE = "reactivate"
    MALL = "mall"
    MALL_BACK = "mall_back"
    DRAW = "draw"
    GROUP = "group"
    PASS_SALE = "pass_sale"  # noqa: S105 - a pass of ten visits, not a password
    PASS_USE = "pass_use"  # noqa: S105
    PASS_BACK = "pass_back"  # noqa: S105
    SETTLEMENT = "settlement"
    GROWTH = "growth"


class LotOrigin(StrEnum):
    """Where a lot came from."""

    ORDER = "order"
    TOP_UP = "top_up"
    GIFT = "gift"
    REFUND = "refund"
    IMPORT = "import"
    TRANSFER = "transfer"
    REACTIVATE = "reactivate"
    PASS = "pass"  # noqa: S105


class UseKind(StrEnum):
    """Why a lot got smaller or larger. REVIVE moves a refund out of an expired lot.

    HOLD takes out what a hold keeps, RELEASE puts it back when the hold ends; what is then spent
    is SPEND, as in any sale. PAY_OUT is principal that its guest gets back as money.
    """

    SPEND = "spend"
    EXPIRE = "expire"
    REFUND = "refund"
    CLAW_BACK = "claw_back"
    REVIVE = "revive"
    HOLD = "hold"
    RELEASE = "release"
    TRANSFER = "transfer"
    FORFEIT = "forfeit"
    PAY_OUT = "pay_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft:
    """What an entry is about, before its postings are known."""

    id: EntryId
    business_id: str
    kind: EntryKind
    occurred_at: Instant
    business_day: BusinessDay
    store_id: UUID
    subject_id: UUID | None = None
    reverses: EntryId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One positive amount moved between two accounts of one unit.

    Version and after are the account's own running number and new balance; both are None on a
    side that belongs to the house.
    """

    number: int
    unit: Unit
    from_account: AccountId
    to_account: AccountId
    amount: int
    from_version: int | None
    from_after: int | None
    to_version: int | None
    to_after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLot:
    """A lot to be: everything but its amount and account.

    `usable_on`: pending until that business day; None is usable at once. `spend_order`: the rule
    by which its top-up is spent, as it was promised then; None is pro rata.
    """

    id: UUID
    acquired_at: Instant
    expires_on: date | None
    origin: LotOrigin
    store_id: UUID
    pair_id: UUID | None = None
    usable_on: date | None = None
    spend_order: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A lot that an entry opens."""

    lot: NewLot
    account_id: AccountId
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LotUse:
    """What an entry takes out of a lot (positive) or puts back into it (negative)."""

    lot_id: UUID
    amount: int
    kind: UseKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A finished entry: its postings and what it did to lots."""

    draft: EntryDraft
    postings: tuple[Posting, ...]
    granted: tuple[Granted, ...]
    uses: tuple[LotUse, ...]


def settle_of(order_id: UUID) -> str:
    """The business id of an order's payment."""
    return f"order:{order_id}:settle"


def earn_of(order_id: UUID) -> str:
    """The business id of what an order earns."""
    return f"order:{order_id}:earn"


def refund_of(order_id: UUID, number: int) -> str:
    """The business id of an order's n-th refund."""
    return f"order:{order_id}:refund:{number}"


def top_up_of(top_up_id: UUID) -> str:
    """The business id of a top-up."""
    return f"topup:{top_up_id}"


def top_up_refund_of(top_up_id: UUID, number: int) -> str:
    """The business id of a top-up's n-th refund."""
    return f"topup:{top_up_id}:refund:{number}"


def gift_of(occasion: str, member_id: UUID) -> str:
    """The business id of a gift that a member gets once for an occasion, e.g. `join`."""
    return f"grant:{occasion}:{member_id}"
