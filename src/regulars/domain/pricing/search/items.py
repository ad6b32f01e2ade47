"""The item stage: which unit goes to which item offer, for each number of coupons, with its proof.

    Teas of 18.00, 16.00 and 12.00; second at half price, and 3.00 off each tea: the 12.00 tea takes
    its 3.00, the other two make a pair and save 8.00. No other way saves more than 11.00.

Small components are swept whole. Larger ones are swept inside a bound; what is too large for that
goes to the integer program. Counts limit the work, never a clock, so every till decides alike.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from regulars.domain.pricing.search.automaton import Automaton, ItemOffer, Taken
from regulars.domain.pricing.search.bound import ROUNDS_MAX, Prices, priced_well, round_of
from regulars.domain.pricing.search.components import Component, Gain, Tolls, minor_of
from regulars.domain.pricing.search.division import Machines, divided
from regulars.domain.pricing.search.effort import Effort
from regulars.domain.pricing.search.milp import MilpEngine, solved, value_of
from regulars.domain.pricing.search.sweep import Found, Step, Sweep, states_of

PLAIN_STATES_MAX = 1_500
SWEPT_PRODUCT_MAX = 200_000
BEAMS = (12, 48, 192)
PRUNED_WIDTH = 300
UNKNOWN_MINOR = 1 << 60


class How(StrEnum):
    """Why nothing saves more than a plan of a component."""

    EXHAUSTED = "exhausted"
    BOUND_MET = "bound_met"
    PROGRAM = "program"
    OPEN = "open"


class Proof(NamedTuple):
    """What a third party needs to check the saving of one component. Units: minor units."""

    how: How
    component: Component
    coupons_max: int
    steps: tuple[Step, ...]
    value_minor: int
    bound_minor: int
    prices: Prices | None
    layers: tuple[int, ...]
    nodes: int
    engine: str | None


class ItemPlan(NamedTuple):
    """What the item offers save, by whom, with how many coupons. Units: minor units."""

    value: int
    saving_minor: int
    coupons: int
    taken: tuple[Taken, ...]
    bound_minor: int
    proofs: tuple[Proof, ...]

    @property
    def proved(self) -> bool:
        """Whether nothing saves more with so many coupons."""
        return self.bound_minor <= self.saving_minor


class ItemStage:
    """The best plans of some item offers, found when they are asked for."""

    __slots__ = ("_beyond_minor", "_free", "_kept", "_parts", "_spending")

    def __init__(
        self,
        offers: Sequence[ItemOffer],
        dearest: Sequence[int],
        tolls: Tolls,
        *,
        coupons_max: int,
        engine: MilpEngine | None,
        known: "Known | None" = None,
    ) -> None:
        self._kept: dict[int, ItemPlan] = {}
        known = Known() if known is None else known
        division = divided(offers, dearest, tolls, known.machines)
        self._beyond_minor = division.beyond_minor
        self._free = division.free
        self._parts: list[_Part] = []
        for component in division.components:
            key = _key(component)
            part = known.parts.get(key)
            if part is None:
                part = known.parts[key] = _Part(component, tolls, coupons_max, engine, known.effort)
            self._parts.append(part)
        self._spending = sum(part.spends for part in self._parts)

    def best(self, coupons: int) -> ItemPlan:
        """The plan that saves most with at most so many coupons."""
        known = self._kept.get(coupons)
        if known is None:
            known = self._kept[coupons] = self._combined(coupons)
        return known

    def most_minor(self, coupons: int) -> int:
        """What is known not to be passed with so many coupons. Units: minor units."""
        known = [plan.bound_minor for most, plan in self._kept.items() if most >= coupons]
        return min(known, default=UNKNOWN_MINOR)

    @property
    def spends_coupons(self) -> bool:
        """Whether a coupon could be among the item offers."""
        return self._spending > 0

    def proofs(self, coupons_max: int) -> list[list[Proof]]:
        """Why each component saves no more, for each number of coupons that it may spend."""
        return [
            [part.best(coupons).proof for coupons in range(coupons_max + 1 if part.spends else 1)]
            for part in self._parts
        ]

    def _combined(self, coupons: int) -> ItemPlan:
        # For each number of coupons the best so far: value, bound, proofs by part.
        rows: dict[int, tuple[int, int, tuple[Proof, ...]]] = {0: (0, 0, ())}
        for part in self._parts:
            following: dict[int, tuple[int, int, tuple[Proof, ...]]] = {}
            for spent, (value, bound, proofs) in rows.items():
                for found in self._choices(part, coupons - spent):
                    reached = value + found.value
                    after = spent + found.coupons
                    known = following.get(after)
                    upper = bound + found.proof.bound_minor
                    if known is not None:
                        upper = max(upper, known[1])
                    if known is None or reached > known[0]:
                        following[after] = (reached, upper, (*proofs, found.proof))
                    else:
                        following[after] = (known[0], upper, known[2])
            rows = following
        spent = max(rows, key=lambda each: (rows[each][0], -each))
        value, _, proofs = rows[spent]
        bound = max(row[1] for row in rows.values())
        free = sum(gain.value for _, gain in self._free)
        free_minor = sum(minor_of(gain.value) for _, gain in self._free)
        taken = [Taken(unit, gain.number, gain.role) for unit, gain in self._free]
        for proof in proofs:
            taken += _taken(proof)
        saving_minor = free_minor + sum(proof.value_minor for proof in proofs)
        bound += free_minor + self._beyond_minor
        return ItemPlan(value + free, saving_minor, spent, tuple(taken), bound, proofs)

    def _choices(self, part: "_Part", coupons: int) -> Iterator["_Best"]:
        """What a part can do with its share of the coupons: with all, where no other part asks."""
        if self._spending < 2 or not part.spends:
            yield part.best(coupons)
            return
        # From the most down: what spends fewer than it may is the best for those fewer as well.
        for spent in range(coupons, -1, -1):
            found = part.best(spent)
            if found.coupons == spent:
                yield found


def _taken(proof: Proof) -> list[Taken]:
    component = proof.component
    return [
        Taken(step.unit, component.alone[step.unit].number, component.alone[step.unit].role)
        if step.machine < 0
        else _taken_by(component.machines[step.machine], step)
        for step in proof.steps
    ]


def _taken_by(machine: Automaton, step: Step) -> Taken:
    return Taken(step.unit, machine.number, machine.first_role + step.role)


class _Best(NamedTuple):
    """The best of a component, the coupons that it spends, and its proof."""

    value: int
    coupons: int
    proof: Proof


class _Part:
    """One component and its best plan for each number of coupons."""

    __slots__ = (
        "_component",
        "_coupons_max",
        "_effort",
        "_engine",
        "_known",
        "_swept",
        "_tolls",
        "spends",
    )

    def __init__(
        self,
        component: Component,
        tolls: Tolls,
        coupons_max: int,
        engine: MilpEngine | None,
        effort: Effort,
    ) -> None:
        self._effort = effort
        self.spends = any(machine.copies for machine in component.machines)
        self._component = component
        self._coupons_max = coupons_max if self.spends else 0
        self._engine = engine
        self._tolls = tolls
        self._known: dict[int, _Best] = {}
        # None: not tried yet. Empty: it has gone to the integer program.
        self._swept: Sequence[_Best] | None = None

    def best(self, coupons: int) -> _Best:
        """The best with at most so many coupons."""
        coupons = min(coupons, self._coupons_max)
        found = self._known.get(coupons)
        if found is None:
            found = self._known[coupons] = self._found(coupons)
        return found

    def _found(self, coupons: int) -> _Best:
        if self._swept is None:
            self._swept = self._tried()
        more = [self._known[asked] for asked in sorted(self._known) if asked > coupons]
        for found in self._swept or more:
            if found.coupons <= coupons:
                return found
        return self._programmed(coupons)

    def _tried(self) -> Sequence[_Best]:
        """The best for each number of coupons by our own search, the most first; none if it is too
        much for it."""
        component, coupons_max = self._component, self._coupons_max
        product = states_of(component.machines) * (coupons_max + 1)
        if product > SWEPT_PRODUCT_MAX and self._engine is not None:
            return ()
        sweep = Sweep(component, self._tolls, coupons_max)
        found = None
        if product <= SWEPT_PRODUCT_MAX:
            found = sweep.run(most=PLAIN_STATES_MAX, effort=self._effort)
        if found is not None:
            return self._kept(found, How.EXHAUSTED, None)
        return self._bounded(sweep) if self._engine is None else ()

    def _bounded(self, sweep: Sweep) -> Sequence[_Best]:
        """Beams find a good plan, prices bound it, and a sweep inside the bound closes the gap."""
        component, tolls, coupons_max = self._component, self._tolls, self._coupons_max
        best = sweep.run(width=BEAMS[0])
        assert best is not None
        effort = self._effort
        rounds = min(effort.left // (2 * round_of(component)), ROUNDS_MAX)
        if rounds < 1:
            return self._kept(best, How.OPEN, None, self._most_minor())
        prices, outlook = priced_well(
            component, tolls, coupons_max, _floors(best)[-1], rounds_max=rounds
        )
        effort.spend(rounds * round_of(component))
        hope = sweep.hope(outlook.ahead, outlook.priced, (prices.coupon, coupons_max))
        for width in BEAMS:
            found = sweep.run(width=width, hope=hope, effort=effort)
            if found is None:
                return self._kept(best, How.OPEN, prices, minor_of(outlook.upper))
            best = _better(best, found)
            if not coupons_max and minor_of(outlook.upper) <= minor_of(_floors(best)[-1]):
                return self._kept(best, How.BOUND_MET, prices, minor_of(outlook.upper))
        pruned = sweep.run(width=PRUNED_WIDTH, hope=hope, floor=_floors(best), effort=effort)
        if pruned is None:
            return self._kept(best, How.OPEN, prices, minor_of(outlook.upper))
        best = _better(best, pruned)
        if pruned.exhausted:
            return self._kept(best, How.EXHAUSTED, prices)
        return self._kept(best, How.OPEN, prices, minor_of(outlook.upper))

    def _kept(
        self, found: Found, how: How, prices: Prices | None, bound_minor: int | None = None
    ) -> Sequence[_Best]:
        kept: list[_Best] = []
        for coupons, end in enumerate(found.best):
            if end is None:
                continue
            value, steps = end
            value_minor = minor_of(value)
            proof = Proof(
                how,
                self._component,
                coupons,
                steps,
                value_minor,
                value_minor if bound_minor is None else bound_minor,
                prices,
                found.layers,
                sum(found.layers),
                None,
            )
            kept.append(_Best(value, coupons, proof))
        kept.reverse()
        return kept

    def _programmed(self, coupons: int) -> _Best:
        assert self._engine is not None
        answer = solved(self._component, self._engine, coupons, effort=self._effort)
        worth = None if answer is None else value_of(self._component, answer.steps, self._tolls)
        if answer is None or worth is None or worth[1] > coupons:
            return self._beamed(coupons, self._most_minor())
        value, spent = worth
        value_minor = minor_of(value)
        how = How.PROGRAM if answer.bound_minor <= value_minor else How.OPEN
        if how is How.OPEN:
            beamed = self._beamed(coupons, answer.bound_minor)
            if beamed.value > value:
                return beamed
        proof = Proof(
            how,
            self._component,
            coupons,
            answer.steps,
            value_minor,
            max(answer.bound_minor, value_minor),
            None,
            (),
            answer.nodes,
            answer.engine,
        )
        return _Best(value, spent, proof)

    def _beamed(self, coupons: int, bound_minor: int) -> _Best:
        """A good plan beside a bound that the engine could not bring down to it."""
        found = Sweep(self._component, self._tolls, coupons).run(width=BEAMS[-1])
        assert found is not None
        return self._kept(found, How.OPEN, None, bound_minor)[0]

    def _most_minor(self) -> int:
        """What no plan can pass: every unit at the best of its gains. Units: minor units."""
        component = self._component
        return sum(
            max(
                [gain for machine in component.machines for _, gain in machine.roles.get(unit, ())]
                + [minor_of(component.alone[unit].value) if unit in component.alone else 0]
            )
            for unit in component.order
        )


# By what tells components of one basket apart.
PartKey = tuple[tuple[tuple[int, int], ...], tuple[Gain | None, ...]]


class Known:
    """What the stages of one basket share, whichever offers they leave out."""

    __slots__ = ("effort", "machines", "parts")

    def __init__(self) -> None:
        self.effort = Effort()
        self.parts: dict[PartKey, _Part] = {}
        self.machines = Machines(self.effort)


def _key(component: Component) -> PartKey:
    return (
        tuple([(machine.number, machine.first_role) for machine in component.machines]),
        tuple([component.alone.get(unit) for unit in component.order]),
    )


def _floors(found: Found) -> list[int]:
    """The best value with at most so many coupons."""
    floors: list[int] = []
    best = -(1 << 80)
    for end in found.best:
        if end is not None:
            best = max(best, end[0])
        floors.append(best)
    return floors


def _better(one: Found, other: Found) -> Found:
    """The better of two for each number of coupons, and only where a further coupon pays."""
    ends: list[tuple[int, tuple[Step, ...]] | None] = []
    best: int | None = None
    for mine, its in zip(one.best, other.best, strict=True):
        end = max([e for e in (mine, its) if e is not None], key=lambda e: e[0], default=None)
        if end is not None and (best is None or end[0] > best):
            best = end[0]
            ends.append(end)
        else:
            ends.append(None)
    return other._replace(best=tuple(ends))
