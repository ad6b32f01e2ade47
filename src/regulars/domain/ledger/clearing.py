"""Settlement between stores 清算: value sold by one store and used in another.

王芳 topped up 300.00 in 人民广场店 and spends 120.00 of it in 静安寺店: the first store has the money,
the second gave the tea, so the first owes the second 120.00. Points are owed at a unit cost that
the organisation declares, bonus money and passes are counted.

A booking takes everything up to its end that no booking before has taken: all that was ever used
so far, less what is booked. So an entry that arrives late, for a day that was booked long ago, is
in the next booking, once; none is lost and none counted twice, in whatever order they commit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from regulars.domain.kernel.ids import AccountId
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import Field, FieldValues, whole
from regulars.domain.ledger.entries import Posting
from regulars.domain.ledger.liability import points_cost
from regulars.domain.ledger.units import POINTS, Unit, bonus_unit, is_pass, money_unit

UNIT_COST = Field("points.unit_cost", 0, whole(0, 10_000))
FIELDS = (UNIT_COST,)

CLEARING_REVERSED = refusal_code("clearing.reversed")
CLEARING_OPEN = refusal_code("clearing.period_open", "day")
CLEARING_GAP = refusal_code("clearing.not_next", "day")


def unit_cost_of(values: FieldValues) -> int:
    """What 100 points cost the store that gave them; 0 only counts them. Units: minor units."""
    return values.of(UNIT_COST)


@dataclass(frozen=True, slots=True, order=True)
class Between:
    """Value of one unit that `issuer_id` sold or gave and `redeemer_id` took in payment."""

    issuer_id: UUID
    redeemer_id: UUID
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """How much was used between two stores. Units: the unit's; money in minor units.

    `money_minor`: what a use of passes moved from deferred to earned; 0 for other units.
    """

    between: Between
    amount: int
    money_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearingLine:
    """One line of a settlement: the issuer owes the redeemer `cost_minor`.

    `late`: the part of the amount that belongs to days of earlier bookings. Units: as `Used`.
    """

    between: Between
    amount: int
    cost_minor: int
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What bookings so far took, of one pair and unit."""

    amount: int = 0
    cost_minor: int = 0


def checked_period(
    from_on: date, until_on: date, *, last_until_on: date | None, today: date
) -> None:
    """A period that may be booked: whole, over, and beginning where the last booking ended.

    Refuses: clearing.reversed, clearing.period_open, clearing.not_next.
    """
    if until_on <= from_on:
        raise CLEARING_REVERSED.because()
    if until_on > today:
        raise CLEARING_OPEN.because(day=today.isoformat())
    if last_until_on is not None and from_on != last_until_on:
        raise CLEARING_GAP.because(day=last_until_on.isoformat())


def lines_due(
    so_far: Iterable[Used],
    within: Iterable[Used],
    booked: Mapping[Between, Booked],
    unit_costs: Mapping[UUID, int],
) -> tuple[ClearingLine, ...]:
    """What is to be cleared: all that was used so far, less what is booked.

    `within` is the part of the period itself; the rest of a line came late.
    """
    totals = {one.between: one for one in so_far}
    own = {one.between: one.amount for one in within}
    lines = []
    for between in sorted(totals.keys() | booked.keys()):
        total = totals.get(between) or Used(between=between, amount=0)
        before = booked.get(between, Booked())
        amount = total.amount - before.amount
        cost = cost_minor(total, amount, before, unit_costs)
        if amount or cost:
            late = amount - own.get(between, 0)
            lines.append(ClearingLine(between=between, amount=amount, cost_minor=cost, late=late))
    return tuple(lines)


def cost_minor(total: Used, amount: int, booked: Booked, unit_costs: Mapping[UUID, int]) -> int:
    """What the issuer owes for an amount of one unit. Units: minor units.

    Principal is money. Points cost what the issuer declares. A pass was paid in advance: its uses
    are worth what they earned. Bonus money is the issuer's gift: it is counted, and costs nothing.
    """
    unit = total.between.unit
    if unit == POINTS:
        return points_cost(amount, unit_costs.get(total.between.issuer_id, 0))
    if is_pass(unit):
        return total.money_minor - booked.cost_minor
    return 0 if is_bonus(unit) else amount


def is_bonus(unit: Unit) -> bool:
    """Whether a unit is bonus money of any currency."""
    currency, _, _ = unit.partition(".")
    return unit == bonus_unit(currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDue:
    """What two stores owe each other: gross both ways, and who pays whom in the end.

    Units: minor units. `net_minor` > 0: the first owes the second.
    """

    first_id: UUID
    second_id: UUID
    first_owes_minor: int
    second_owes_minor: int

    @property
    def net_minor(self) -> int:
        """What the first store pays the second; negative the other way round."""
        return self.first_owes_minor - self.second_owes_minor


def pairs_of(lines: Iterable[ClearingLine]) -> tuple[PairDue, ...]:
    """Every pair of stores once, with what each owes the other."""
    owed: dict[tuple[UUID, UUID], int] = {}
    for line in lines:
        key = (line.between.issuer_id, line.between.redeemer_id)
        owed[key] = owed.get(key, 0) + line.cost_minor
    pairs = sorted({(min(pair), max(pair)) for pair in owed})
    return tuple(
        PairDue(
            first_id=first,
            second_id=second,
            first_owes_minor=owed.get((first, second), 0),
            second_owes_minor=owed.get((second, first), 0),
        )
        for first, second in pairs
    )


def net_of_stores(pairs: Iterable[PairDue]) -> dict[UUID, int]:
    """What each store gets in the end; negative is what it pays. They sum to nothing."""
    net: dict[UUID, int] = {}
    for pair in pairs:
        net[pair.first_id] = net.get(pair.first_id, 0) - pair.net_minor
        net[pair.second_id] = net.get(pair.second_id, 0) + pair.net_minor
    return net


def postings_of(
    pair: PairDue, accounts: Mapping[UUID, AccountId], *, currency: str
) -> tuple[Posting, ...]:
    """How a pair's debts move between the stores' accounts, both ways, gross."""
    moved: list[Posting] = []
    for debtor, creditor, owed_minor in (
        (pair.first_id, pair.second_id, pair.first_owes_minor),
        (pair.second_id, pair.first_id, pair.second_owes_minor),
    ):
        if not owed_minor:
            continue
        # Refunds may outweigh a period's uses: then it is the other who owes.
        payer, payee = (debtor, creditor) if owed_minor > 0 else (creditor, debtor)
        moved.append(
            Posting(
                number=len(moved) + 1,
                unit=money_unit(currency),
                from_account=accounts[payer],
                to_account=accounts[payee],
                amount=abs(owed_minor),
                from_version=None,
                from_after=None,
                to_version=None,
                to_after=None,
            )
        )
    return tuple(moved)


def settlement_of(from_on: date, until_on: date, pair: PairDue) -> str:
    """The business id of a period's settlement between two stores."""
    return f"clearing:{from_on}:{until_on}:{pair.first_id}:{pair.second_id}"
