"""The working copy of some locked accounts, in which a command writes its entries.

    book = Book([*accounts_of_wang_fang, *house_of_the_store])
    settle = book.entry(draft)
    settle.spend(AccountKind.POINTS, AccountKind.POINTS_SPENT, shares)      # 600 points
    settle.move(AccountKind.OUTSIDE_CASH, AccountKind.SALES, 3_000)         # 30.00 in cash
    ledger.record(tx, moment, book.entries())

The book refuses what the database would refuse, before anything is written.
"""

from collections.abc import Iterable, Sequence

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import (
    HELD_KINDS,
    LOTTED_KINDS,
    Account,
    AccountKind,
    AccountState,
    short_of,
)
from regulars.domain.ledger.entries import (
    Entry,
    EntryDraft,
    Granted,
    LotUse,
    NewLot,
    Posting,
    UseKind,
)
from regulars.domain.ledger.lots import LotShare, total_of

ACCOUNT_FROZEN = refusal_code("ledger.account_frozen")
ACCOUNT_CLOSED = refusal_code("ledger.account_closed")


class _Running:
    """An account with the balance and version that it has inside this book."""

    __slots__ = ("account", "balance", "version")

    def __init__(self, account: Account) -> None:
        self.account = account
        self.balance = account.balance
        self.version = account.version


class Book:
    """Accounts by kind (one member's and one store's), and the entries written so far."""

    __slots__ = ("_entries", "_running")

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._running: dict[AccountKind, _Running] = {}
        self._entries: list[OpenEntry] = []
        for account in accounts:
            if account.kind in self._running:
                raise ValueError(f"two {account.kind.value} accounts in one book")
            self._running[account.kind] = _Running(account)

    def holds(self, kind: AccountKind) -> bool:
        """Whether there is an account of this kind."""
        return kind in self._running

    def balance(self, kind: AccountKind) -> int:
        """The balance after all entries of this book. Units: the account's."""
        return self._running[kind].balance

    def entry(self, draft: EntryDraft) -> "OpenEntry":
        """Begin an entry; without postings it is never recorded."""
        entry = OpenEntry(draft, self._running)
        self._entries.append(entry)
        return entry

    def entries(self) -> tuple[Entry, ...]:
        """The finished entries, in the order in which they were begun."""
        return tuple(entry.finished() for entry in self._entries if entry.postings)


class OpenEntry:
    """An entry to which postings are still added."""

    __slots__ = ("_granted", "_running", "_uses", "draft", "postings")

    def __init__(self, draft: EntryDraft, running: dict[AccountKind, _Running]) -> None:
        self.draft = draft
        self.postings: list[Posting] = []
        self._running = running
        self._granted: list[Granted] = []
        self._uses: dict[tuple[object, UseKind], LotUse] = {}

    def move(self, source: AccountKind, target: AccountKind, amount: int) -> None:
        """Move a plain amount (cash, growth value, debt); nothing happens for 0.

        Refuses: ledger.balance_short, ledger.growth_short, ledger.account_frozen,
        ledger.account_closed.
        """
        if source in LOTTED_KINDS or target in LOTTED_KINDS:
            raise ValueError("points and stored value move with their lots")
        self._post(source, target, amount)

    def spend(
        self,
        source: AccountKind,
        target: AccountKind,
        shares: Sequence[LotShare],
        *,
        kind: UseKind = UseKind.SPEND,
    ) -> None:
        """Move shares of a member's lots out of her account.

        Refuses: ledger.balance_short, ledger.points_short, ledger.account_frozen,
        ledger.account_closed.
        """
        self._post(source, target, total_of(shares))
        for share in shares:
            self._check_lot(share, source)
            self._use(share, share.amount, kind)

    def grant(self, source: AccountKind, target: AccountKind, amount: int, lot: NewLot) -> None:
        """Give a member an amount, as a new lot. Refuses: ledger.account_closed."""
        if target not in LOTTED_KINDS:
            raise ValueError("only points and stored value lie in lots")
        if amount:
            self._post(source, target, amount)
            self._granted.append(
                Granted(lot=lot, account_id=self._running[target].account.id, amount=amount)
            )

    def put_back(
        self,
        source: AccountKind,
        target: AccountKind,
        shares: Sequence[LotShare],
        *,
        on: BusinessDay,
        expired_into: NewLot,
        kind: UseKind = UseKind.REFUND,
    ) -> None:
        """Give shares back to the lots they came from.

        What came from a lot that has expired meanwhile goes into a new one, so that it can be
        used again. Refuses: ledger.account_closed.
        """
        self._post(source, target, total_of(shares))
        revived = 0
        for share in shares:
            self._check_lot(share, target)
            self._use(share, -share.amount, kind)
            if share.lot.expired(on):
                self._use(share, share.amount, UseKind.REVIVE)
                revived += share.amount
        if revived:
            account = self._running[target].account.id
            self._granted.append(Granted(lot=expired_into, account_id=account, amount=revived))

    def spend_held(
        self,
        owned: AccountKind,
        target: AccountKind,
        shares: Sequence[LotShare],
    ) -> None:
        """Pay with what a hold took out of a member's lots: released and spent at once.

        `owned`: the account that the lots belong to; its held account pays.
        Refuses: ledger.balance_short, ledger.points_short, ledger.account_closed.
        """
        self._post(HELD_KINDS[owned], target, total_of(shares))
        for share in shares:
            self._check_lot(share, owned)
            self._use(share, -share.amount, UseKind.RELEASE)
            self._use(share, share.amount, UseKind.SPEND)

    def finished(self) -> Entry:
        """The entry as it will be recorded."""
        return Entry(
            draft=self.draft,
            postings=tuple(self.postings),
            granted=tuple(self._granted),
            uses=tuple(self._uses.values()),
        )

    def _use(self, share: LotShare, amount: int, kind: UseKind) -> None:
        key = (share.lot.id, kind)
        known = self._uses.get(key)
        total = amount if known is None else known.amount + amount
        self._uses[key] = LotUse(lot_id=share.lot.id, amount=total, kind=kind)

    def _check_lot(self, share: LotShare, kind: AccountKind) -> None:
        if share.lot.account_id != self._running[kind].account.id:
            raise ValueError("a lot belongs to another account")

    def _post(self, source: AccountKind, target: AccountKind, amount: int) -> None:
        if amount == 0:
            return
        giving, taking = self._running[source], self._running[target]
        unit = giving.account.unit
        if amount < 0 or taking.account.unit != unit:
            raise ValueError("a posting moves a positive amount of one unit")
        _check_state(giving, taking)
        from_version, from_after = _moved(giving, -amount)
        to_version, to_after = _moved(taking, amount)
        self.postings.append(
            Posting(
                number=len(self.postings) + 1,
                unit=unit,
                from_account=giving.account.id,
                to_account=taking.account.id,
                amount=amount,
                from_version=from_version,
                from_after=from_after,
                to_version=to_version,
                to_after=to_after,
            )
        )


def _check_state(giving: _Running, taking: _Running) -> None:
    if giving.account.state is AccountState.CLOSED or taking.account.state is AccountState.CLOSED:
        raise ACCOUNT_CLOSED.because()
    if giving.account.state is AccountState.FROZEN:
        raise ACCOUNT_FROZEN.because()


def _moved(running: _Running, amount: int) -> tuple[int | None, int | None]:
    if not running.account.cached:
        return (None, None)
    after = running.balance + amount
    floor = running.account.floor
    if amount < 0 and floor is not None and after < floor:
        raise short_of(running.account.unit, floor - after)
    running.balance = after
    running.version += 1
    return (running.version, after)
