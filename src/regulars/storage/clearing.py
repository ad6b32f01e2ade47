"""What was used between stores, and what was booked of it.

used_between(read, from_on, until_on)    # S1's principal in S2: 12,000; its points: 300
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, select, union_all

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import FieldValues
from regulars.domain.kernel.terms import Level, Place, Setting, resolve
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.clearing import (
    UNIT_COST,
    Between,
    Booked,
    ClearingLine,
    Used,
    unit_cost_of,
)
from regulars.domain.ledger.entries import EntryKind, UseKind
from regulars.domain.ledger.units import Unit
from regulars.storage import constraints
from regulars.storage.columns import Day, Whole
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, total_of
from regulars.storage.stores import STORES
from regulars.storage.tables import ledger, settlement
from regulars.storage.tables.stores import setting

BOOKED_MEANWHILE = refusal_code("clearing.booked_meanwhile")

constraints.means(
    {
        "pk_clearing": BOOKED_MEANWHILE,
        "uq_clearing_from_on": BOOKED_MEANWHILE,
        "uq_clearing_until_on": BOOKED_MEANWHILE,
    }
)

_account, _entry, _lot = ledger.account.c, ledger.entry.c, ledger.lot.c
_use, _posting = ledger.lot_use.c, ledger.posting.c
_clearing, _line = settlement.clearing.c, settlement.clearing_line.c

_OF_PASSES = (
    EntryKind.PASS_USE.value,
    EntryKind.PASS_BACK.value,
    EntryKind.HOLD_END.value,
    EntryKind.EXPIRE.value,
)
# REVIVE takes a refund out of a lot that has ended, into a new one of the store that refunds: the
# store that sold it once has had its money, and owes it to the store that takes the debt over.
# PAY_OUT is a top-up whose money another store gives back out of its own till. CLAW_BACK takes
# points of another store for those that were spent already: the refunding store redeems them.
_BETWEEN = (
    UseKind.SPEND.value,
    UseKind.REFUND.value,
    UseKind.REVIVE.value,
    UseKind.PAY_OUT.value,
    UseKind.CLAW_BACK.value,
)
_DAYS = (
    _entry.business_day >= bindparam("from_on", type_=Day()),
    _entry.business_day < bindparam("until_on", type_=Day()),
)


class ClearingRow(NamedTuple):
    """One booking."""

    number: int
    from_on: date
    until_on: date
    recorded_at: Instant
    recorded_by: str


class LineRow(NamedTuple):
    """One line of a booking."""

    issuer_id: UUID
    redeemer_id: UUID
    unit: str
    amount: int
    cost_minor: int
    late: int
    entry_id: UUID | None


class _UsedRow(NamedTuple):
    issuer_id: UUID
    redeemer_id: UUID
    unit: str
    amount: int


class _BookedRow(NamedTuple):
    issuer_id: UUID
    redeemer_id: UUID
    unit: str
    amount: int
    cost_minor: int


_USED = Statement(
    select(_lot.store_id, _entry.store_id.label("redeemer"), _account.unit, total_of(_use.amount))
    .select_from(
        ledger.entry.join(ledger.lot_use, _use.entry_id == _entry.id)
        .join(ledger.lot, _lot.id == _use.lot_id)
        .join(ledger.account, _account.id == _lot.account_id)
    )
    .where(*_DAYS, _use.kind.in_(_BETWEEN), _lot.store_id != _entry.store_id)
    .group_by(_lot.store_id, _entry.store_id, _account.unit),
    _UsedRow,
)
# A pass was paid where it was sold. When another store serves it, or pays its money back, what was
# deferred there is earned or paid here: one posting between accounts of two stores.
_seller, _server = ledger.account.alias("seller"), ledger.account.alias("server")


def _passes(seller: str, server: str, amount: ColumnElement[int]) -> Select[tuple[object, ...]]:
    unit = (
        select(_account.unit)
        .select_from(
            ledger.lot_use.join(ledger.lot, _lot.id == _use.lot_id).join(
                ledger.account, _account.id == _lot.account_id
            )
        )
        .where(_use.entry_id == _entry.id, _account.kind == AccountKind.PASS.value)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            _seller.c.owner_id.label("issuer_id"),
            _server.c.owner_id.label("redeemer_id"),
            unit.label("unit"),
            amount.label("amount"),
        )
        .select_from(
            ledger.entry.join(ledger.posting, _posting.entry_id == _entry.id)
            .join(_seller, _seller.c.id == _posting[seller])
            .join(_server, _server.c.id == _posting[server])
        )
        .where(
            *_DAYS,
            _entry.kind.in_(_OF_PASSES),
            _seller.c.kind == AccountKind.PASS_DEFERRED.value,
            _server.c.owner_id != _seller.c.owner_id,
        )
    )


_pass_money = union_all(
    _passes("from_account", "to_account", _posting.amount),
    _passes("to_account", "from_account", -_posting.amount),
).subquery("pass_money")
_PASS_MONEY = Statement(
    select(
        _pass_money.c.issuer_id,
        _pass_money.c.redeemer_id,
        _pass_money.c.unit,
        total_of(_pass_money.c.amount),
    )
    .where(_pass_money.c.unit.is_not(None))
    .group_by(_pass_money.c.issuer_id, _pass_money.c.redeemer_id, _pass_money.c.unit),
    _UsedRow,
)
BOOKINGS = Statement(select(settlement.clearing).order_by(_clearing.number.desc()), ClearingRow)
NEWEST = Statement(
    select(settlement.clearing).order_by(_clearing.number.desc()).limit(1), ClearingRow
)
LINES = Statement(
    select(
        _line.issuer_id,
        _line.redeemer_id,
        _line.unit,
        _line.amount,
        _line.cost_minor,
        _line.late,
        _line.entry_id,
    )
    .where(_line.number == bindparam("of_number", type_=Whole()))
    .order_by(_line.issuer_id, _line.redeemer_id, _line.unit),
    LineRow,
)
_BOOKED = Statement(
    select(
        _line.issuer_id,
        _line.redeemer_id,
        _line.unit,
        total_of(_line.amount).label("amount"),
        total_of(_line.cost_minor).label("cost_minor"),
    ).group_by(_line.issuer_id, _line.redeemer_id, _line.unit),
    _BookedRow,
)


_COSTS = Statement(
    select(
        setting.c.field,
        setting.c.level,
        setting.c.place_id,
        setting.c.value,
        setting.c.effective_at,
        setting.c.version,
        setting.c.locked,
        setting.c.low,
        setting.c.high,
        setting.c.taken_away,
    )
    .where(setting.c.field == UNIT_COST.name)
    .order_by(setting.c.version),
    lambda field, level, place, value, effective_at, version, locked, low, high, gone: Setting(
        field=field,
        level=Level(level),
        place=place,
        value=value,
        effective_at=effective_at,
        version=version,
        locked=locked,
        low=low,
        high=high,
        taken_away=gone,
    ),
)


def unit_costs(read: Read, *, at: Instant) -> dict[UUID, int]:
    """What 100 points cost each store that gives them, by the Terms of a moment.

    Units: minor units.
    """
    settings = read.all(_COSTS)
    costs = {}
    for store in read.all(STORES):
        place = Place(region=store.region_id, store=store.id)
        resolved = resolve(settings, {UNIT_COST.name: UNIT_COST.default}, place=place, at=at)
        values = FieldValues({name: one.value for name, one in resolved.items()})
        costs[store.id] = unit_cost_of(values)
    return costs


def used_between(read: Read, from_on: date, until_on: date) -> list[Used]:
    """What was used of other stores' value on these business days, `until_on` not included."""
    values = {"from_on": from_on, "until_on": until_on}
    used, earned = read.group(_USED.ask(**values), _PASS_MONEY.ask(**values))
    amounts = {_between(row): row.amount for row in used}
    money = {_between(row): row.amount for row in earned}
    return [
        Used(between=between, amount=amounts.get(between, 0), money_minor=money.get(between, 0))
        for between in amounts.keys() | money.keys()
    ]


def _between(row: _UsedRow | _BookedRow) -> Between:
    return Between(row.issuer_id, row.redeemer_id, Unit(row.unit))


def booked_so_far(read: Read) -> dict[Between, Booked]:
    """What all bookings together took."""
    return {
        _between(row): Booked(amount=row.amount, cost_minor=row.cost_minor)
        for row in read.all(_BOOKED)
    }


def lines_of(read: Read, number: int) -> list[LineRow]:
    """The lines of one booking."""
    return read.all(LINES, of_number=number)


def add_booking(
    tx: Write,
    booking: ClearingRow,
    lines: Sequence[ClearingLine],
    entries: Mapping[tuple[UUID, UUID], UUID],
) -> None:
    """Remember a booking; `entries` names what moved each pair's money."""
    tx.add(settlement.clearing, [booking._asdict()])
    tx.add(
        settlement.clearing_line,
        [
            {
                "number": booking.number,
                "issuer_id": line.between.issuer_id,
                "redeemer_id": line.between.redeemer_id,
                "unit": line.between.unit,
                "amount": line.amount,
                "cost_minor": line.cost_minor,
                "late": line.late,
                "entry_id": entries.get(_pair(line.between)) if line.cost_minor else None,
            }
            for line in lines
        ],
    )


def _pair(between: Between) -> tuple[UUID, UUID]:
    pair = (between.issuer_id, between.redeemer_id)
    return (min(pair), max(pair))
