"""A member's statement: each movement in words, and the page that she takes home."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from regulars import __version__
from regulars.domain.kernel.label import Label, Language
from regulars.domain.kernel.money import scale_of
from regulars.domain.kernel.period import Instant, local
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind
from regulars.domain.ledger.statement_words import ACCOUNTS, Movement, words_of
from regulars.storage import statements
from regulars.storage.engine import Read
from regulars.storage.statements import Details, MovementRow
from regulars.storage.stores import ORGANISATION, STORES, StoreRow
from regulars.use_cases.liability_statements import NO_SHOP, PERIOD_UNFIT
from regulars.use_cases.report_page import Page, page_of, section_of
from regulars.use_cases.report_sheets import Amount, Cell, Measure, Reading, Sheet

TITLE = Label("会员对账单", "Your statement")
DAYS_MAX = 1_100
# A statement tells these first, then passes and what is set aside.
ORDER = tuple(ACCOUNTS)
_MONEY = frozenset(
    {
        AccountKind.PRINCIPAL,
        AccountKind.BONUS,
        AccountKind.PRINCIPAL_HELD,
        AccountKind.BONUS_HELD,
    }
)


class Moved(Protocol):
    """A movement, from a page of the newest or from a period."""

    @property
    def entry_id(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def amount(self) -> int: ...
    @property
    def store_id(self) -> UUID: ...


class Balance(NamedTuple):
    """What one account held before and after a period. Units: the account's."""

    account: AccountKind
    unit: str
    opening: int
    closing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberStatement:
    """A member's movements of some days, the last one excluded, in words."""

    from_on: date
    until_on: date
    currency: str
    organisation: Label
    zones: Mapping[UUID, str]
    balances: tuple[Balance, ...]
    movements: tuple[tuple[MovementRow, Label], ...]


def in_words(
    read: Read, member_id: UUID, rows: Sequence[Moved], stores: Sequence[StoreRow], *, scale: int
) -> list[Label]:
    """Each movement in words, in the order given."""
    if not rows:
        return []
    details = statements.details_of(read, member_id, sorted({row.entry_id for row in rows}))
    names = {store.id: Label(store.name_zh, store.name_en) for store in stores}
    return [words_of(_movement(row, details, names), scale=scale) for row in rows]


def _movement(row: Moved, details: Details, names: Mapping[UUID, Label]) -> Movement:
    account, kind = AccountKind(row.account), EntryKind(row.kind)
    lots = [
        lot
        for lot in details.lots.get((row.entry_id, account), ())
        if (lot.amount > 0) == (row.amount > 0)
    ]
    return Movement(
        kind=kind,
        account=account,
        amount=row.amount,
        store=names.get(row.store_id, Label("")),
        bill=details.bills.get(row.entry_id),
        occasion=details.occasions.get(row.entry_id),
        worth_minor=details.worths.get(row.entry_id, 0) if kind is EntryKind.SETTLE else 0,
        lots=lots,
    )


def member_statement(read: Read, member_id: UUID, from_on: date, until_on: date) -> MemberStatement:
    """A member's statement of some days. Refuses: liability.period_unfit, liability.no_shop."""
    if not 0 < (until_on - from_on).days <= DAYS_MAX:
        raise PERIOD_UNFIT.because()
    organisation, stores = read.one(ORGANISATION), read.all(STORES)
    if organisation is None:
        raise NO_SHOP.because()
    openings, rows = statements.movements_within(read, member_id, from_on, until_on)
    words = in_words(read, member_id, rows, stores, scale=scale_of(organisation.currency))
    return MemberStatement(
        from_on=from_on,
        until_on=until_on,
        currency=organisation.currency,
        organisation=Label(organisation.name_zh, organisation.name_en),
        zones={store.id: store.zone for store in stores},
        balances=_balances(openings, rows),
        movements=tuple(zip(rows, words, strict=True)),
    )


def _balances(
    openings: Sequence[statements.Opening], rows: Sequence[MovementRow]
) -> tuple[Balance, ...]:
    held = {(AccountKind(one.account), one.unit): one.amount for one in openings}
    moved: dict[tuple[AccountKind, str], int] = {}
    for row in rows:
        key = (AccountKind(row.account), row.unit)
        moved[key] = moved.get(key, 0) + row.amount
    keys = sorted(held.keys() | moved.keys(), key=lambda each: (ORDER.index(each[0]), each[1]))
    return tuple(
        Balance(account, unit, opening, opening + moved.get((account, unit), 0))
        for account, unit in keys
        for opening in (held.get((account, unit), 0),)
    )


def page(statement: MemberStatement, who: str, language: Language, *, made_at: Instant) -> str:
    """The statement as a page to print; `who` is how the member may be shown."""
    reading = Reading(language=language, scale=scale_of(statement.currency))
    last = statement.until_on - timedelta(days=1)
    span: dict[Language, str] = {
        "zh-CN": f"{statement.from_on} 至 {last} · {statement.currency}",
        "en": f"{statement.from_on} to {last} · {statement.currency}",
    }
    zone = next(iter(statement.zones.values()), "UTC")
    printed = Label("打印于", "Printed").in_language(language)
    parts = (section_of(_summary(statement), reading), section_of(_list(statement), reading))
    return page_of(
        Page(
            title=TITLE,
            lines=(statement.organisation.in_language(language), who, span[language]),
            parts=parts,
            foot=f"{printed} {local(made_at, zone):%Y-%m-%d %H:%M} · Regulars 熟客 {__version__}",
        ),
        language,
    )


def _amount(account: AccountKind, amount: int) -> Amount:
    return Amount(amount, Measure.MONEY if account in _MONEY else Measure.COUNT)


def _name(account: AccountKind, unit: str) -> Label:
    name = ACCOUNTS[account]
    english = name.en[:1].upper() + name.en[1:]
    if account is AccountKind.PASS:
        _, _, code = unit.partition(".")
        return Label(f"{name.zh} {code}（次）", f"{english} {code} (uses)")
    return Label(name.zh, english)


def _summary(statement: MemberStatement) -> Sheet:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            _name(one.account, one.unit),
            _amount(one.account, one.opening),
            _amount(one.account, one.closing - one.opening),
            _amount(one.account, one.closing),
        )
        for one in statement.balances
    )
    return Sheet(
        title=Label("余额", "What you have"),
        heads=(
            Label("项目", "What"),
            Label("期初", "Before"),
            Label("变动", "Change"),
            Label("期末", "After"),
        ),
        rows=rows,
    )


def _list(statement: MemberStatement) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for row, words in statement.movements:
        account = AccountKind(row.account)
        at = local(row.at, statement.zones.get(row.store_id, "UTC"))
        rows.append(
            (
                f"{at:%Y-%m-%d %H:%M}",
                words,
                _name(account, row.unit),
                _amount(account, row.amount),
                _amount(account, row.after),
            )
        )
    nothing = Label("这段日期没有变动。", "Nothing moved on these days.")
    return Sheet(
        title=Label("每一笔", "Each movement"),
        heads=(
            Label("时间", "When"),
            Label("说明", "What happened"),
            Label("项目", "What"),
            Label("变动", "Change"),
            Label("余额", "Left"),
        ),
        rows=tuple(rows),
        note=None if rows else nothing,
    )
