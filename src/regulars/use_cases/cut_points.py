"""Measuring the shop once a night: where its classes begin, and how often its guests come.

Of 1,200 guests of the year in tea shops a fifth came within 6 days, half of those who came again do
so every 11 days: by that tomorrow's members are judged, if it differs from what was in force.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from regulars.domain.insights.lifecycle import GAP_DAYS_UNMEASURED
from regulars.domain.insights.rfm import CutPoints, has_moved, median_of, quantile_edges
from regulars.domain.stores.permissions import Permission
from regulars.storage import insights
from regulars.storage.engine import Read, Write
from regulars.storage.insights import Buyer, CutRow
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.yardstick import cuts_of

WINDOW_DAYS = 365
# Of fewer guests nothing is said.
BUYERS_MIN = 20
COMING_AGAIN_MIN = 10
# Spending is counted by whole units of the currency: edges need no more.
STEP_MINOR = 100


@dataclass(slots=True)
class Tally:
    """How many members of one kind of store have which figures."""

    buyers: int = 0
    recency_days: Counter[int] = field(default_factory=Counter)
    visits: Counter[int] = field(default_factory=Counter)
    spent: Counter[int] = field(default_factory=Counter)
    gap_days: Counter[int] = field(default_factory=Counter)

    def count(self, buyer: Buyer, *, on: date) -> None:
        """Count one more member."""
        self.buyers += 1
        self.recency_days[max((on - buyer.last_on).days, 0)] += 1
        self.visits[buyer.days] += 1
        self.spent[buyer.spent_minor // STEP_MINOR] += 1
        if buyer.days > 1:
            span = (buyer.last_on - buyer.first_on).days
            self.gap_days[max((2 * span + buyer.days - 1) // (2 * (buyer.days - 1)), 1)] += 1

    @property
    def cuts(self) -> CutPoints:
        """The edges of this tally."""
        return CutPoints(
            recency_days=quantile_edges(self.recency_days),
            visits=quantile_edges(self.visits),
            spent_minor=tuple(one * STEP_MINOR for one in quantile_edges(self.spent)),
        )

    @property
    def usual_gap_days(self) -> int:
        """The median of the members' mean gaps, once enough of them came again."""
        if self.gap_days.total() < COMING_AGAIN_MIN:
            return GAP_DAYS_UNMEASURED
        return median_of(self.gap_days) or GAP_DAYS_UNMEASURED


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one kind of store was measured to be."""

    store_kind: str
    members: int
    gap_days: int
    recency_days: tuple[int, ...]
    visits: tuple[int, ...]
    spent_minor: tuple[int, ...]

    @property
    def cuts(self) -> CutPoints:
        """Its edges."""
        return CutPoints(
            recency_days=self.recency_days, visits=self.visits, spent_minor=self.spent_minor
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepCutPoints:
    """Judge members by these edges from now on, where they differ from those in force."""

    measured: tuple[Measured, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutPointsKept:
    """Which kinds of store have new edges."""

    kinds: tuple[str, ...]


def measured(read: Read, *, on: date) -> tuple[Measured, ...]:
    """What each kind of store with enough guests is, over the year before a day."""
    tallies = tallied(insights.buyers(read, after=on - timedelta(days=WINDOW_DAYS)), on=on)
    found = []
    for kind, tally in sorted(tallies.items()):
        if tally.buyers < BUYERS_MIN:
            continue
        cuts = tally.cuts
        found.append(
            Measured(
                store_kind=kind,
                members=tally.buyers,
                gap_days=tally.usual_gap_days,
                recency_days=cuts.recency_days,
                visits=cuts.visits,
                spent_minor=cuts.spent_minor,
            )
        )
    return tuple(found)


def tallied(buyers: Iterable[Buyer], *, on: date) -> Mapping[str, Tally]:
    """The members' figures by kind of store."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for buyer in buyers:
        tallies[buyer.store_kind].count(buyer, on=on)
    return tallies


@use_case
def keep_cut_points(tx: Write, command: KeepCutPoints, moment: Moment) -> CutPointsKept:
    """Keep what was measured, where it moved. Refuses: permission.missing."""
    moment.actor.need(Permission.MEMBER_WRITE)
    in_force = {row.store_kind: row for row in tx.all(insights.CUTS)}
    kept = []
    for one in command.measured:
        before = in_force.get(one.store_kind)
        same_gap = before is not None and before.gap_days == one.gap_days
        if before is not None and same_gap and not has_moved(cuts_of(before), one.cuts):
            continue
        row = CutRow(
            store_kind=one.store_kind,
            version=1 if before is None else before.version + 1,
            measured_at=moment.now,
            members=one.members,
            gap_days=one.gap_days,
            recency_days=list(one.recency_days),
            visits=list(one.visits),
            spent_minor=list(one.spent_minor),
        )
        insights.add_cuts(tx, row)
        kept.append(one.store_kind)
    return CutPointsKept(kinds=tuple(kept))
