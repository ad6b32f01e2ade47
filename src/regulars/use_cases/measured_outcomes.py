"""What was counted of a programme's assigned members, each by her own window.

figures = figures_of(read, Asked(programme_id=spring), policy, now=now)
figures.counted.arms().treated.count      # 1,800 whose 28 days are over
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from regulars.domain.insights.assignment import is_everything
from regulars.domain.insights.counted import Counted, Kept, counted
from regulars.domain.insights.outcome import Basis, Cell, Outcome
from regulars.domain.insights.plan import Plan
from regulars.domain.kernel.money import SCALES
from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.liability import points_cost
from regulars.storage import assignments
from regulars.storage.assignments import Policy
from regulars.storage.clearing import unit_costs
from regulars.storage.engine import Read
from regulars.storage.outcomes import OutcomeRow, Windows, outcomes
from regulars.storage.stores import ORGANISATION
from regulars.use_cases.assigning import PROGRAMME_UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which programme, of which store (None: all), with which window (None: as declared)."""

    programme_id: UUID
    store_id: UUID | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was counted of a programme's members, and what it stands on."""

    counted: Counted
    basis: Basis
    lines: int
    uncosted: int


def policies_of(read: Read, programme_id: UUID) -> list[Policy]:
    """Every version of how a programme draws. Refuses: assignment.programme_unknown."""
    policies = assignments.policies_of(read, programme_id)
    if not policies:
        raise PROGRAMME_UNKNOWN.because()
    return policies


def plan_asked(plan: Plan, asked: Asked) -> Plan:
    """The plan with the window that is asked for. Refuses: measurement.plan_unfit."""
    return plan if asked.days is None else replace(plan, window_days=asked.days)


def figures_of(read: Read, asked: Asked, policy: Policy, *, now: Instant) -> Figures:
    """All members whose window is over, counted, read once and kept small."""
    plan = plan_asked(policy.plan, asked)
    windows = Windows(
        programme_id=asked.programme_id,
        length=timedelta(days=plan.window_days),
        now=now,
        store_id=asked.store_id,
        everything=is_everything(asked.programme_id, policy.design),
    )
    reader = Reader.of(read, now=now)
    kept, lines, uncosted = Kept(), 0, 0
    for row in outcomes(read, windows):
        kept.add(reader.outcome(row))
        lines += row.lines
        uncosted += row.uncosted
    basis = Basis.REVENUE if uncosted else Basis.PROFIT
    found = counted(
        kept,
        basis=basis,
        caps=kept.caps(plan, basis),
        variants=len(policy.design.variants),
    )
    return Figures(counted=found, basis=basis, lines=lines, uncosted=uncosted)


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns rows into outcomes: what 100 points cost each store, and the currency's digits."""

    per_hundred: Mapping[UUID, int]
    micro_per_minor: int

    @classmethod
    def of(cls, read: Read, *, now: Instant) -> "Reader":
        """The costs as the Terms of this moment have them."""
        organisation = read.one(ORGANISATION)
        scale = SCALES.get(organisation.currency, 2) if organisation else 2
        return cls(unit_costs(read, at=now), 10 ** (6 - scale))

    def outcome(self, row: OutcomeRow) -> Outcome:
        """One member's outcome."""
        points = points_cost(row.points, self.per_hundred.get(row.store_id, 0))
        half = self.micro_per_minor // 2
        return Outcome(
            cell=Cell(row.arm, row.store_id, row.tier, row.channel),
            propensity=row.propensity,
            uniform=row.uniform,
            revenue_minor=row.revenue_minor,
            goods_minor=row.goods_minor,
            value_given_minor=points + row.bonus_minor,
            message_minor=(row.cost_micro + half) // self.micro_per_minor,
            visits=row.visits,
            refunded_minor=row.refunded_minor,
            withdrawn=row.withdrawn,
            before_minor=row.revenue_before_minor,
            goods_before_minor=row.goods_before_minor,
            visits_before=row.visits_before,
        )
