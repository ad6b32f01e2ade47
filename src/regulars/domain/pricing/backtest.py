"""A draft offer on the shop's own past: bills that were replayed, folded into figures.

第二杯半价 on lemon tea, replayed on June to August: 1,840 orders would have had it, for 6,210.00 off;
412.00 of that took the place of the member day, and 王芳 alone would have had 9 % of it.

Nothing is kept of a single order but the few that stand out: a year of trade folds into the same
few kilobytes as a week, and a little for each member whom the draft touches.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from heapq import heappush, heappushpop
from typing import NamedTuple
from uuid import UUID

from regulars.domain.catalog.lines import LineKind
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.quote_parts import Source

BIGGEST_MAX = 10
EXAMPLES_MAX = 5

# One row for all tiers, whatever each is called.
TIERS = Label("等级折扣", "Tier discount")
# Until a bill says what an offer is called.
NAMELESS = Label("")

Key = tuple[str, UUID | None]


class Given(NamedTuple):
    """What an order was really given. Units: minor units.

    `by`: per source of a saving. `revenue`: what each line brought without tax. `costs`: of one
    unit of each line, where it is known.
    """

    list_minor: int
    discount_minor: int
    due_minor: int
    by: Mapping[Key, int]
    revenue: Mapping[UUID, int]
    costs: Mapping[UUID, int]


class Occurred(NamedTuple):
    """Which order it was: where, when, for whom; `segment` is guest, new_member or member."""

    order_id: UUID
    store_id: UUID
    day: BusinessDay
    member_id: UUID | None
    tier: str
    segment: str


@dataclass(slots=True)
class Sums:
    """Orders and their money. Units: minor units.

    `given` is what was really taken off, `replayed` what would have been, `draft` the part of the
    drafts. Revenue is without tax and of goods whose cost is known, as `cost` is.
    """

    orders: int = 0
    touched: int = 0
    list_minor: int = 0
    given_minor: int = 0
    replayed_minor: int = 0
    draft_minor: int = 0
    units: int = 0
    units_without_cost: int = 0
    cost_minor: int = 0
    revenue_given_minor: int = 0
    revenue_minor: int = 0

    def add(self, other: "Sums") -> None:
        """Add the sums of others."""
        self.orders += other.orders
        self.touched += other.touched
        self.list_minor += other.list_minor
        self.given_minor += other.given_minor
        self.replayed_minor += other.replayed_minor
        self.draft_minor += other.draft_minor
        self.units += other.units
        self.units_without_cost += other.units_without_cost
        self.cost_minor += other.cost_minor
        self.revenue_given_minor += other.revenue_given_minor
        self.revenue_minor += other.revenue_minor


@dataclass(slots=True)
class OfferSums:
    """One offer, kind of coupon, tier or member price. Units: minor units.

    `displaced`: what it gave, and gives no more where a draft is on the bill.
    """

    name: Label = NAMELESS
    orders: int = 0
    units: int = 0
    replayed_minor: int = 0
    given_orders: int = 0
    given_minor: int = 0
    displaced_orders: int = 0
    displaced_minor: int = 0


@dataclass(slots=True)
class Paying:
    """Orders by what they would have paid. Units: minor units."""

    less: int = 0
    same: int = 0
    more: int = 0
    less_minor: int = 0
    more_minor: int = 0


@dataclass(slots=True)
class Purse:
    """What the drafts do for one member. Units: minor units; `change` below 0: she pays less."""

    uses: int = 0
    draft_minor: int = 0
    change_minor: int = 0


class Standing(NamedTuple):
    """An order that stands out, ranked by `rank_minor`. Units: minor units."""

    rank_minor: int
    order: int
    store: int
    day: int
    list_minor: int
    due_minor: int


class Backtest:
    """What the replayed bills come to; parts of a time are folded apart and merged."""

    def __init__(self, drafts: Iterable[UUID]) -> None:
        self.drafts = frozenset(drafts)
        self.whole = Sums()
        self.by: dict[str, dict[str, Sums]] = {
            name: {} for name in ("store", "tier", "segment", "month", "day")
        }
        self.offers: dict[Key, OfferSums] = {}
        self.weeks: dict[tuple[str, str], int] = {}
        self.paying = Paying()
        self.members: dict[int, Purse] = {}
        self.biggest: list[Standing] = []
        self.below_cost: list[Standing] = []
        self.otherwise: list[Standing] = []
        self.displaced_orders = 0
        self.below_cost_orders = 0
        self.otherwise_orders = 0
        self.otherwise_minor = 0
        self.unproved = 0
        self.skipped: dict[str, int] = {}

    def add(self, order: Occurred, given: Given, bill: Quote) -> None:
        """Fold one replayed bill."""
        by, draft_minor = self._offers(bill, given)
        totals = bill.totals
        sums = Sums(
            orders=1,
            touched=1 if draft_minor else 0,
            list_minor=totals.list_minor,
            given_minor=given.discount_minor,
            replayed_minor=totals.discount_minor,
            draft_minor=draft_minor,
        )
        covered = _margin(sums, given, bill)
        self._sum(order, sums)
        change_minor = totals.due_minor - given.due_minor
        self._pays(order, change_minor, draft_minor)
        self.unproved += not bill.proved

        def standing(rank_minor: int) -> Standing:
            return Standing(
                rank_minor,
                order.order_id.int,
                order.store_id.int,
                order.day.toordinal(),
                totals.list_minor,
                totals.due_minor,
            )

        if draft_minor:
            _keep(self.biggest, standing(draft_minor), BIGGEST_MAX)
            self._displace(given.by, by)
            if covered and sums.revenue_minor < sums.cost_minor:
                self.below_cost_orders += 1
                short = sums.cost_minor - sums.revenue_minor
                _keep(self.below_cost, standing(short), EXAMPLES_MAX)
        elif totals.discount_minor != given.discount_minor:
            difference = abs(totals.discount_minor - given.discount_minor)
            self.otherwise_orders += 1
            self.otherwise_minor += difference
            _keep(self.otherwise, standing(difference), EXAMPLES_MAX)

    def leave_out(self, why: str) -> None:
        """Count an order that could not be replayed."""
        self.skipped[why] = self.skipped.get(why, 0) + 1

    def call(self, names: Mapping[UUID, Label]) -> None:
        """Give names to those that no replayed bill called by name."""
        for (_, source_id), sums in self.offers.items():
            if sums.name == NAMELESS and source_id is not None and source_id in names:
                sums.name = names[source_id]

    def merge(self, other: "Backtest") -> None:
        """Add what was folded of another part of the time."""
        self.whole.add(other.whole)
        for name, parts in other.by.items():
            for part, sums in parts.items():
                self.by[name].setdefault(part, Sums()).add(sums)
        for key, found in other.offers.items():
            mine = self.offers.setdefault(key, OfferSums(name=found.name))
            mine.name = found.name if mine.name == NAMELESS else mine.name
            _add(mine, found)
        for week, minor in other.weeks.items():
            self.weeks[week] = self.weeks.get(week, 0) + minor
        _add(self.paying, other.paying)
        for member, purse in other.members.items():
            _add(self.members.setdefault(member, Purse()), purse)
        for heap, more, most in (
            (self.biggest, other.biggest, BIGGEST_MAX),
            (self.below_cost, other.below_cost, EXAMPLES_MAX),
            (self.otherwise, other.otherwise, EXAMPLES_MAX),
        ):
            for one in more:
                _keep(heap, one, most)
        self.displaced_orders += other.displaced_orders
        self.below_cost_orders += other.below_cost_orders
        self.otherwise_orders += other.otherwise_orders
        self.otherwise_minor += other.otherwise_minor
        self.unproved += other.unproved
        for why, count in other.skipped.items():
            self.skipped[why] = self.skipped.get(why, 0) + count

    def _offers(self, bill: Quote, given: Given) -> tuple[dict[Key, int], int]:
        """What each source takes off the replayed bill, and what the drafts do."""
        by: dict[Key, int] = {}
        draft_minor = 0
        for part in bill.adjustments:
            if part.source is Source.POINTS:
                continue
            key = _key(part.source, part.source_id)
            sums = self.offers.get(key)
            if sums is None:
                sums = self.offers[key] = OfferSums()
            if sums.name is NAMELESS:
                sums.name = TIERS if part.source is Source.TIER else part.name
            if key not in by:
                by[key] = 0
                sums.orders += 1
            by[key] += part.amount_minor
            sums.replayed_minor += part.amount_minor
            sums.units += len(part.units) - part.units.count(0)
            if part.source_id in self.drafts:
                draft_minor += part.amount_minor
        for key, minor in given.by.items():
            sums = self.offers.setdefault(key, OfferSums())
            sums.given_orders += 1
            sums.given_minor += minor
        return by, draft_minor

    def _displace(self, given: Mapping[Key, int], by: Mapping[Key, int]) -> None:
        displaced = False
        for key, minor in given.items():
            lost = minor - by.get(key, 0)
            if lost > 0 and key[1] not in self.drafts:
                self.offers[key].displaced_orders += 1
                self.offers[key].displaced_minor += lost
                displaced = True
        self.displaced_orders += displaced

    def _sum(self, order: Occurred, sums: Sums) -> None:
        day, store = order.day, str(order.store_id)
        self.whole.add(sums)
        for name, part in (
            ("store", store),
            ("tier", order.tier),
            ("segment", order.segment),
            ("month", f"{day.year}-{day.month:02d}"),
            ("day", day.isoformat()),
        ):
            parts = self.by[name]
            known = parts.get(part)
            if known is None:
                known = parts[part] = Sums()
            known.add(sums)
        if sums.draft_minor:
            week = (store, monday_of(day).isoformat())
            self.weeks[week] = self.weeks.get(week, 0) + sums.draft_minor

    def _pays(self, order: Occurred, change_minor: int, draft_minor: int) -> None:
        paying = self.paying
        if change_minor < 0:
            paying.less += 1
            paying.less_minor -= change_minor
        elif change_minor > 0:
            paying.more += 1
            paying.more_minor += change_minor
        else:
            paying.same += 1
        if order.member_id is not None and (draft_minor or change_minor):
            purse = self.members.setdefault(order.member_id.int, Purse())
            purse.uses += 1 if draft_minor else 0
            purse.draft_minor += draft_minor
            purse.change_minor += change_minor


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _key(source: str, source_id: UUID | None) -> Key:
    # What people gave by hand has an id of its own each time: one row for all of it.
    return source, None if source == Source.MANUAL else source_id


def given_by(parts: Iterable[tuple[str, UUID | None, int]]) -> dict[Key, int]:
    """What an order was given per source, points aside. Units: minor units."""
    by: dict[Key, int] = {}
    for source, source_id, amount_minor in parts:
        if source != Source.POINTS:
            key = _key(source, source_id)
            by[key] = by.get(key, 0) + amount_minor
    return by


def _margin(sums: Sums, given: Given, bill: Quote) -> bool:
    """Put cost and revenue of the goods into the sums; whether every cost is known."""
    covered = True
    for quoted in bill.lines:
        line = quoted.line
        if line.kind is not LineKind.GOODS:
            continue
        sums.units += line.quantity
        cost_minor = given.costs.get(line.id)
        if cost_minor is None:
            sums.units_without_cost += line.quantity
            covered = False
            continue
        sums.cost_minor += cost_minor * line.quantity
        sums.revenue_minor += quoted.due_minor - quoted.tax_minor
        sums.revenue_given_minor += given.revenue.get(line.id, 0)
    return covered


def _keep(heap: list[Standing], one: Standing, most: int) -> None:
    if len(heap) < most:
        heappush(heap, one)
    else:
        heappushpop(heap, one)


def _add(mine: OfferSums | Paying | Purse, other: OfferSums | Paying | Purse) -> None:
    for field in fields(mine):
        more = getattr(other, field.name)
        if isinstance(more, int):
            setattr(mine, field.name, getattr(mine, field.name) + more)
