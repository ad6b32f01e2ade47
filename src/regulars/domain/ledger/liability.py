"""What the shop owes its members, and how it came to owe it.

On 31 May the members of 人民广场店 hold 12,400.00 of principal: 9,800.00 on the 1st, 5,000.00 topped
up since, 2,500.00 spent, 100.00 put back by a refund. Each line says so for one unit, one store that
once sold or gave it, and one age; every line adds up, and so do the sums of all lines.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import assert_never
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind, LotOrigin, UseKind
from regulars.domain.ledger.units import Unit

# A lot's age in whole days at the end of the period: 0–30, 31–90, 91–180, 181–365, older.
AGE_DAYS = (30, 90, 180, 365)
AGES = len(AGE_DAYS) + 1
# What a member may be owed, in the order in which a statement tells it.
OWED_KINDS = (AccountKind.PRINCIPAL, AccountKind.BONUS, AccountKind.POINTS, AccountKind.PASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """How an amount owed went from an opening to a closing. Units: those of its account.

    Every part is signed: what lowers the debt to members is negative, so they sum to the closing.
    `paid_back` went to a member in money, `taken_back` was cancelled, `held` was set apart for an
    open hold. Of the closing `pending` may not be spent yet; `kept` is owed besides, in open holds.
    """

    opening: int = 0
    issued: int = 0
    used: int = 0
    put_back: int = 0
    expired: int = 0
    taken_back: int = 0
    paid_back: int = 0
    transferred: int = 0
    held: int = 0
    pending: int = 0
    kept: int = 0

    @property
    def closing(self) -> int:
        """What is owed at the end: the opening and everything since."""
        return sum(figure for name, figure in self.figures().items() if name in PARTS)

    def figures(self) -> dict[str, int]:
        """Every figure by its name."""
        return {name: getattr(self, name) for name in _NAMES}

    def __add__(self, other: "Flow") -> "Flow":
        ours, theirs = self.figures(), other.figures()
        return Flow(**{name: ours[name] + theirs[name] for name in _NAMES})


_NAMES = tuple(each.name for each in fields(Flow))
PARTS = _NAMES[:-2]
NO_FLOW = Flow()


def flow_of(flows: Iterable[Flow]) -> Flow:
    """The sum of some flows."""
    return sum(flows, start=NO_FLOW)


@dataclass(frozen=True, slots=True)
class LiabilityKey:
    """Whose line it is: the store that sold or gave it, the unit and the age."""

    store_id: UUID
    account: AccountKind
    unit: Unit
    age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LotMove:
    """One kind of movement of many lots at once, summed by the database.

    `before`: it happened before the period began. `cause`: the origin of new lots, or why lots got
    smaller (`amount` < 0) or larger. `pending`: of lots that may not be spent yet.
    """

    key: LiabilityKey
    before: bool
    pending: bool
    entry: EntryKind
    cause: LotOrigin | UseKind
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCheck:
    """Independent sums of one unit, which must be one figure, and what is in open holds."""

    account: AccountKind
    unit: Unit
    statement: int
    accounts: int
    kept_statement: int = 0
    kept_accounts: int = 0

    @property
    def agrees(self) -> bool:
        """Whether the lots of the statement and the accounts say the same."""
        return (self.statement, self.kept_statement) == (self.accounts, self.kept_accounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiabilityStatement:
    """What was owed from one day to another. Units: each line's own; money in minor units.

    `until_on` is not part of it. `known_at`: entries recorded later are left out, so the statement
    of a past day can be asked again as it was told then. `unit_costs`: per 100 points, by store.
    """

    from_on: date
    until_on: date
    known_at: Instant
    currency: str
    lines: Mapping[LiabilityKey, Flow]
    checks: tuple[UnitCheck, ...]
    points_debt: int
    pass_deferred_minor: Mapping[UUID, int]
    deposits_minor: Mapping[UUID, int]
    unit_costs: Mapping[UUID, int]

    @property
    def agrees(self) -> bool:
        """Whether every check of the statement agrees."""
        return all(check.agrees for check in self.checks)

    def total(self, account: AccountKind) -> Flow:
        """All stores, ages and units of one kind of account."""
        return flow_of(flow for key, flow in self.lines.items() if key.account is account)

    def of_store(self, store_id: UUID, account: AccountKind) -> Flow:
        """All ages of what one store sold or gave."""
        return flow_of(
            flow
            for key, flow in self.lines.items()
            if key.account is account and key.store_id == store_id
        )

    @property
    def points_cost_minor(self) -> int:
        """What the points owed cost, held ones included, each at its issuing store's unit cost."""
        total = 0
        for store_id, per_hundred in self.unit_costs.items():
            flow = self.of_store(store_id, AccountKind.POINTS)
            total += points_cost(flow.closing + flow.kept, per_hundred)
        return total

    @property
    def deferred_minor(self) -> int:
        """Deferred revenue: principal paid in and passes sold, as far as not used."""
        principal = self.total(AccountKind.PRINCIPAL)
        return principal.closing + principal.kept + sum(self.pass_deferred_minor.values())


def points_cost(points: int, per_hundred_minor: int) -> int:
    """What points cost the store that gave them, half a minor unit away from zero.

    Units: minor units; `per_hundred_minor` is the cost of 100 points.
    """
    cost = (2 * abs(points) * per_hundred_minor + 100) // 200
    return cost if points >= 0 else -cost


def lines_of(moves: Iterable[LotMove]) -> dict[LiabilityKey, Flow]:
    """The lines of a statement, from what the database summed."""
    lines: dict[LiabilityKey, Flow] = {}
    for move in moves:
        part = "opening" if move.before else part_of(move.entry, move.cause)
        figures = {part: move.amount}
        if move.pending:
            figures["pending"] = move.amount
        if move.cause is UseKind.HOLD or move.cause is UseKind.RELEASE:
            figures["kept"] = -move.amount
        lines[move.key] = lines.get(move.key, NO_FLOW) + Flow(**figures)
    return {key: flow for key, flow in lines.items() if flow != NO_FLOW}


def part_of(entry: EntryKind, cause: LotOrigin | UseKind) -> str:
    """Which part of a flow a movement belongs to."""
    if isinstance(cause, LotOrigin):
        return _part_of_lot(cause)
    if entry is EntryKind.PASS_BACK and cause is UseKind.FORFEIT:
        # The uses of a pass go when its money is paid back.
        return "paid_back"
    return _part_of_use(cause)


def _part_of_lot(origin: LotOrigin) -> str:
    match origin:
        case LotOrigin.REFUND | LotOrigin.REACTIVATE:
            return "put_back"
        case LotOrigin.TRANSFER:
            return "transferred"
        case (
            LotOrigin.ORDER | LotOrigin.TOP_UP | LotOrigin.GIFT | LotOrigin.IMPORT | LotOrigin.PASS
        ):
            return "issued"
        case _:
            assert_never(origin)


def _part_of_use(cause: UseKind) -> str:
    match cause:
        case UseKind.SPEND:
            return "used"
        case UseKind.REFUND | UseKind.REVIVE:
            return "put_back"
        case UseKind.EXPIRE:
            return "expired"
        case UseKind.PAY_OUT:
            return "paid_back"
        case UseKind.CLAW_BACK | UseKind.FORFEIT:
            return "taken_back"
        case UseKind.TRANSFER:
            return "transferred"
        case UseKind.HOLD | UseKind.RELEASE:
            return "held"
        case _:
            assert_never(cause)
