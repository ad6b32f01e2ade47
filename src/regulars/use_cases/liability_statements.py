"""The liability statement 负债表: what is owed to members, from one day to another, and why.

    report = liability_report(read, Asked(from_on=date(2026, 5, 1), until_on=date(2026, 6, 1)), now=now)
    report.statement.agrees      # lots, accounts and the statement's own lines say the same

It only reads, and lets the database sum: a year of a chain is a few hundred rows here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import (
    BusinessDay,
    Instant,
    business_day_of,
    months_after,
    start_of,
)
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import HELD_KINDS, AccountKind
from regulars.domain.ledger.breakage import Breakage, forecast
from regulars.domain.ledger.liability import (
    AGE_DAYS,
    NO_FLOW,
    OWED_KINDS,
    Flow,
    LiabilityKey,
    LiabilityStatement,
    UnitCheck,
    lines_of,
)
from regulars.domain.ledger.units import Unit
from regulars.storage import liability
from regulars.storage.clearing import unit_costs
from regulars.storage.engine import Read
from regulars.storage.liability import Window
from regulars.storage.stores import ORGANISATION, STORES, StoreRow

PERIOD_UNFIT = refusal_code("liability.period_unfit")
NO_SHOP = refusal_code("liability.no_shop")

DAYS_MAX = 3_700
ONE_DAY = timedelta(days=1)
# Nothing was owed before; from here a statement can look back at its ages.
FIRST_DAY = date(2000, 1, 1)
FORECAST_KINDS = (AccountKind.POINTS, AccountKind.BONUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which days are asked for, half-open; `known_at` asks what was known at an earlier moment."""

    from_on: date | None = None
    until_on: date | None = None
    known_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiabilityReport:
    """A statement with what is needed to read it: names, and what will never be used."""

    organisation: Label
    zone: str
    stores: Mapping[UUID, Label]
    statement: LiabilityStatement
    breakage: tuple[Breakage, ...]
    made_at: Instant


def today_of(read: Read, now: Instant) -> BusinessDay:
    """The business day of the organisation's first store. Refuses: liability.no_shop."""
    store = _first_store(read)
    return business_day_of(now, zone=store.zone, cut_off_minutes=store.cut_off_minutes)


def liability_report(read: Read, asked: Asked, *, now: Instant) -> LiabilityReport:
    """The statement of a period: by itself the running month up to today.

    Refuses: liability.period_unfit, liability.no_shop.
    """
    organisation = read.one(ORGANISATION)
    stores = read.all(STORES)
    if organisation is None or not stores:
        raise NO_SHOP.because()
    window = _window(asked, stores[0], now)
    lines = lines_of(liability.moves(read, window))
    accounts = liability.account_totals(read, window)
    of_stores = liability.store_totals(read, window)
    statement = LiabilityStatement(
        from_on=window.from_on,
        until_on=window.until_on,
        known_at=window.known_at,
        currency=organisation.currency,
        lines=lines,
        checks=_checks(accounts, lines_total(lines)),
        points_debt=-sum(
            amount for (kind, _), amount in accounts.items() if kind is AccountKind.POINTS_DEBT
        ),
        pass_deferred_minor=of_stores.get(AccountKind.PASS_DEFERRED, {}),
        deposits_minor=of_stores.get(AccountKind.DEPOSITS, {}),
        unit_costs=unit_costs(read, at=_end_of(window, stores[0])),
    )
    return LiabilityReport(
        organisation=Label(organisation.name_zh, organisation.name_en),
        zone=stores[0].zone,
        stores={each.id: Label(each.name_zh, each.name_en) for each in stores},
        statement=statement,
        breakage=_breakage(read, window),
        made_at=now,
    )


def _first_store(read: Read) -> StoreRow:
    stores = read.all(STORES)
    if not stores:
        raise NO_SHOP.because()
    return stores[0]


def _window(asked: Asked, store: StoreRow, now: Instant) -> Window:
    today = business_day_of(now, zone=store.zone, cut_off_minutes=store.cut_off_minutes)
    until = asked.until_on or today + ONE_DAY
    from_on = asked.from_on or (until - ONE_DAY).replace(day=1)
    over = FIRST_DAY <= until <= today + ONE_DAY
    if not over or not 0 < (until - from_on).days <= DAYS_MAX:
        raise PERIOD_UNFIT.because()
    # A lot is n whole days old at the end of the period when it came in the n + 1 days before.
    aged = tuple(
        start_of(
            BusinessDay(until - timedelta(days=days + 1)),
            zone=store.zone,
            cut_off_minutes=store.cut_off_minutes,
        )
        for days in AGE_DAYS
    )
    return Window(
        from_on=from_on,
        until_on=until,
        known_at=min(asked.known_at or now, now),
        aged_at=aged,
    )


def _end_of(window: Window, store: StoreRow) -> Instant:
    """The end of the last day, or what is known of it: a later price list changes no past day."""
    end = start_of(
        BusinessDay(window.until_on), zone=store.zone, cut_off_minutes=store.cut_off_minutes
    )
    # The moment itself belongs to the next day.
    return min(window.known_at, Instant(end - timedelta(microseconds=1)))


def lines_total(lines: Mapping[LiabilityKey, Flow]) -> dict[tuple[AccountKind, Unit], Flow]:
    """The lines of a statement by kind and unit."""
    totals: dict[tuple[AccountKind, Unit], Flow] = {}
    for key, flow in lines.items():
        unit = (key.account, key.unit)
        totals[unit] = totals.get(unit, NO_FLOW) + flow
    return totals


def _checks(
    accounts: Mapping[tuple[AccountKind, Unit], int],
    totals: Mapping[tuple[AccountKind, Unit], Flow],
) -> tuple[UnitCheck, ...]:
    owed = {unit for unit in accounts if unit[0] in OWED_KINDS} | set(totals)
    return tuple(
        UnitCheck(
            account=kind,
            unit=unit,
            statement=totals.get((kind, unit), NO_FLOW).closing,
            accounts=accounts.get((kind, unit), 0),
            kept_statement=totals.get((kind, unit), NO_FLOW).kept,
            kept_accounts=_kept(accounts, kind, unit),
        )
        for kind, unit in sorted(owed, key=lambda each: (OWED_KINDS.index(each[0]), each[1]))
    )


def _kept(accounts: Mapping[tuple[AccountKind, Unit], int], kind: AccountKind, unit: Unit) -> int:
    held = HELD_KINDS.get(kind)
    return 0 if held is None else accounts.get((held, unit), 0)


def _breakage(read: Read, window: Window) -> tuple[Breakage, ...]:
    issued, moved = liability.cohorts(read, window)
    last = months_after(window.until_on.replace(day=1), -1)
    return tuple(
        forecast(kind, issued, moved, last_month=f"{last:%Y-%m}") for kind in FORECAST_KINDS
    )
