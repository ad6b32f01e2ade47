"""All assigned members of a programme, counted once, ready to be compared in any way.

Ten thousand members of twelve stores are counted in one pass; "the east against the west", "only
those written to by SMS" or "the second wording" are then sums of what was counted.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from regulars.domain.insights.assignment import BUCKETS, CONTROL
from regulars.domain.insights.bandit import ARMS_MIN, ArmEffect, InversePropensity, Outcomes
from regulars.domain.insights.lift import Arms
from regulars.domain.insights.moments import VALUE, Moments, Tally, total_of
from regulars.domain.insights.outcome import (
    GUARDRAILS,
    SECONDARY,
    Basis,
    Cell,
    Figure,
    Outcome,
    row_of,
)
from regulars.domain.insights.plan import Plan

# What chances may be learned from.
LEARNED = (Figure.PROFIT, Figure.VISITED)


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that one member counts, now and before. Units: minor units; None is no cap."""

    now: int | None
    before: int | None


class Kept:
    """Outcomes kept small, 104 bytes a member: what is capped has to be looked at twice."""

    __slots__ = ("_cells", "_numbers")

    def __init__(self) -> None:
        self._cells: dict[Cell, int] = {}
        self._numbers = array("q")

    def add(self, outcome: Outcome) -> None:
        """Keep one member."""
        place = self._cells.setdefault(outcome.cell, len(self._cells))
        self._numbers.append(place)
        self._numbers.extend(outcome[1:])

    def __iter__(self) -> Iterator[Outcome]:
        cells, width = list(self._cells), len(Outcome._fields)
        for start in range(0, len(self._numbers), width):
            place, propensity, uniform, *figures = self._numbers[start : start + width]
            yield Outcome(cells[place], propensity, bool(uniform), *figures)

    def caps(self, plan: Plan, basis: Basis) -> Caps:
        """The declared percentile of all compared members, both arms together.

        One guest who books a feast for sixty must not decide what a free cup is worth.
        """
        now, before = array("q"), array("q")
        for one in self:
            now.append(one.earned(basis))
            before.append(one.earned_before(basis))
        if not now:
            return Caps(None, None)
        rank = plan.cap_rank(len(now))
        return Caps(sorted(now)[rank], sorted(before)[rank])


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The moments of the first figure by cell, of the others by arm, and each variant's worth.

    `variants` is read from the evenly drawn share alone; `drawn` from everybody who was invited, by
    the chance that each had: what chances are learned from, where there are enough variants.
    """

    cells: Mapping[Cell, Moments]
    others: Mapping[tuple[Figure, str], Moments]
    variants: tuple[ArmEffect, ...]
    drawn: Mapping[Figure, tuple[ArmEffect, ...]]

    def arms(self, chosen: Callable[[Cell], bool] | None = None) -> Arms:
        """Those held back and those invited, among the chosen cells (None: all)."""
        kept = [
            (cell, moments)
            for cell, moments in self.cells.items()
            if chosen is None or chosen(cell)
        ]
        return Arms(
            total_of(moments for cell, moments in kept if cell.arm == CONTROL),
            total_of(moments for cell, moments in kept if cell.arm != CONTROL),
        )

    def other_arms(self, figure: Figure) -> Arms:
        """Those held back and those invited, by another figure."""
        kept = [(arm, one) for (what, arm), one in self.others.items() if what is figure]
        return Arms(
            total_of(one for arm, one in kept if arm == CONTROL),
            total_of(one for arm, one in kept if arm != CONTROL),
        )

    def strata(self) -> dict[str, Arms]:
        """The arms within each store and tier."""
        held: dict[str, list[Moments]] = {}
        invited: dict[str, list[Moments]] = {}
        for cell, moments in self.cells.items():
            side = held if cell.arm == CONTROL else invited
            side.setdefault(f"{cell.store_id}:{cell.tier}", []).append(moments)
        return {
            place: Arms(total_of(held.get(place, ())), total_of(invited.get(place, ())))
            for place in held.keys() | invited.keys()
        }

    def lessons(self, figure: Figure) -> dict[str, Outcomes]:
        """What is known of each variant by a figure that chances may be learned from."""
        return {
            one.arm: Outcomes(
                name=one.arm,
                members=one.members,
                came=round(self.others[Figure.VISITED, one.arm].sums[VALUE]),
                mean=one.mean,
                standard_error=one.standard_error,
            )
            for one in self.drawn[figure]
        }

    def counts(self) -> dict[str, int]:
        """How many members each arm has."""
        found: dict[str, int] = {}
        for cell, moments in self.cells.items():
            found[cell.arm] = found.get(cell.arm, 0) + moments.count
        return found


def counted(outcomes: Iterable[Outcome], *, basis: Basis, caps: Caps, variants: int) -> Counted:
    """Count every member once. `variants`: how many the evenly drawn share is spread over."""
    cells: dict[Cell, Tally] = {}
    others: dict[tuple[Figure, str], Tally] = {}
    worth, drawn = InversePropensity(), {figure: InversePropensity() for figure in LEARNED}
    for one in outcomes:
        value, per, before, per_before = row_of(one, Figure.PROFIT, basis)
        value, before = _capped(value, caps.now), _capped(before, caps.before)
        cells.setdefault(one.cell, Tally()).add(value, per, before, per_before)
        if one.uniform:
            worth.add(one.cell.arm, value, propensity=1 / variants)
        if variants >= ARMS_MIN and one.cell.arm != CONTROL:
            chance = one.propensity / BUCKETS
            drawn[Figure.PROFIT].add(one.cell.arm, value, propensity=chance)
            drawn[Figure.VISITED].add(one.cell.arm, min(one.visits, 1), propensity=chance)
        for figure in (*SECONDARY, *GUARDRAILS):
            place = (figure, one.cell.arm)
            others.setdefault(place, Tally()).add(*row_of(one, figure, basis))
    return Counted(
        cells={cell: tally.moments() for cell, tally in cells.items()},
        others={place: tally.moments() for place, tally in others.items()},
        variants=tuple(worth.effects()),
        drawn={figure: tuple(one.effects()) for figure, one in drawn.items()},
    )


def _capped(value: int, cap: int | None) -> int:
    return value if cap is None else min(value, cap)
