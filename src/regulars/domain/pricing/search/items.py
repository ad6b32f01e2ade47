"""The item stage: which unit goes to which item offer, for each number of coupons, with its proof.

    Teas of 18.00, 16.00 and 12.00; second at half price, and 3.00 off each tea: the 12.00 tea takes
    its 3.00, the other two make a pair and save 8.00. No other way saves more than 11.00.

Small components are swept whole. Larger ones are swept inside a bound; what is too large for that
goes to the integer program. Counts limit the work, never a clock, so every till decides alike.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from regulars.domain.pricing.kinds.acts import Single, Taking
from regulars.domain.pricing.search.automaton import Automaton, automaton_of, gains_of, roles
from regulars.domain.pricing.search.bound import Outlook, Prices, priced_well
from regulars.domain.pricing.search.components import (
    Component,
    Gain,
    Tolls,
    components_of,
    gains_alone,
    minor_of,
    undominated,
)
from regulars.domain.pricing.search.milp import MilpEngine, solved, value_of
from regulars.domain.pricing.search.sweep import Found, Hope, Step, Sweep, states_of

PLAIN_STATES_MAX = 1_500
SWEPT_PRODUCT_MAX = 200_000
BEAMS = (12, 48, 192)
PRUNED_WIDTH = 300


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


class Taken(NamedTuple):
    """One unit, the offer that takes it and the role it takes."""

    unit: int
    number: int
    role: int


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


class ItemOffer(NamedTuple):
    """An item offer in the search: its number, what it takes, how many coupons it may spend."""

    number: int
    taking: Taking
    copies: int


class ItemStage:
    """The best plans of some item offers, found when they are asked for."""

    __slots__ = ("_coupons_max", "_engine", "_free", "_kept", "_parts", "_tolls")

    def __init__(
        self,
        offers: Sequence[ItemOffer],
        dearest: Sequence[int],
        tolls: Tolls,
        *,
        coupons_max: int,
        engine: MilpEngine | None,
    ) -> None:
        self._coupons_max = coupons_max
        self._engine = engine
        self._tolls = tolls
        self._kept: dict[int, ItemPlan] = {}
        free = [
            (one.number, role, gains_of(one.taking, pattern, slot))
            for one in offers
            if not one.copies and not one.taking.uses_max
            for role, (pattern, slot) in enumerate(roles(one.taking))
            if isinstance(one.taking.patterns[pattern], Single)
        ]
        alone = gains_alone(free, tolls)
        machines = [machine for one in offers for machine in _machines(one)]
        machines = undominated([one for one in machines if _useful(one, dearest, alone, tolls)])
        components = components_of(machines, dearest, alone)
        busy = {unit for component in components for unit in component.order}
        self._free = [(unit, alone[unit]) for unit in dearest if unit in alone and unit not in busy]
        self._parts = [_Part(one, tolls, coupons_max, engine) for one in components]

    def best(self, coupons: int) -> ItemPlan:
        """The plan that saves most with at most so many coupons."""
        known = self._kept.get(coupons)
        if known is None:
            known = self._kept[coupons] = self._combined(coupons)
        return known

    @property
    def spends_coupons(self) -> bool:
        """Whether a coupon could be among the item offers."""
        return any(part.spends for part in self._parts)

    def _combined(self, coupons: int) -> ItemPlan:
        # For each number of coupons the best so far: value, bound, proofs by part.
        rows: dict[int, tuple[int, int, tuple[Proof, ...]]] = {0: (0, 0, ())}
        for part in self._parts:
            following: dict[int, tuple[int, int, tuple[Proof, ...]]] = {}
            for spent, (value, bound, proofs) in rows.items():
                for more in range(coupons - spent + 1 if part.spends else 1):
                    found = part.best(more)
                    if found is None:
                        continue
                    reached = value + found[0]
                    known = following.get(spent + more)
                    upper = bound + found[1].bound_minor
                    if known is not None:
                        upper = max(upper, known[1])
                    if known is None or reached > known[0]:
                        following[spent + more] = (reached, upper, (*proofs, found[1]))
                    else:
                        following[spent + more] = (known[0], upper, known[2])
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
        return ItemPlan(value + free, saving_minor, spent, tuple(taken), bound + free_minor, proofs)


def _machines(offer: ItemOffer) -> list[Automaton]:
    """An offer as machines: patterns that share no limit are machines of their own."""
    taking = offer.taking
    if offer.copies or taking.uses_max:
        machine = automaton_of(offer.number, taking, offer.copies)
        if machine is not None:
            return [machine]
        # Too many patterns under one limit: the sweep cannot hold them, so each has its own.
    found: list[Automaton] = []
    first_role = 0
    for pattern in taking.patterns:
        alone = Taking((pattern,), taking.uses_max)
        if not isinstance(pattern, Single) or offer.copies or taking.uses_max:
            machine = automaton_of(offer.number, alone, offer.copies)
            if machine is not None:
                found.append(machine._replace(first_role=first_role))
        first_role += sum(1 for _ in roles(alone))
    return found


def _useful(
    machine: Automaton, dearest: Sequence[int], alone: Mapping[int, Gain], tolls: Tolls
) -> bool:
    """Whether a machine, by itself, beats what its units gain alone."""
    order = tuple([unit for unit in dearest if unit in machine.roles])
    sweep = Sweep(Component(order, (machine,), alone), tolls, max(machine.copies, 0))
    found = sweep.run(most=PLAIN_STATES_MAX)
    if found is None:
        return True
    base = sum(alone[unit].value for unit in order if unit in alone)
    best = max(end[0] for end in found.best if end is not None)
    return minor_of(best) > minor_of(base)


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


class _Part:
    """One component and its best plan for each number of coupons."""

    __slots__ = ("_asked", "_component", "_coupons_max", "_engine", "_found", "_tolls", "spends")

    def __init__(
        self, component: Component, tolls: Tolls, coupons_max: int, engine: MilpEngine | None
    ) -> None:
        self.spends = any(machine.copies for machine in component.machines)
        self._component = component
        self._coupons_max = coupons_max if self.spends else 0
        self._engine = engine
        self._tolls = tolls
        self._asked = False
        # By number of coupons; None once the component has gone to the integer program.
        self._found: dict[int, tuple[int, Proof] | None] | None = None

    def best(self, coupons: int) -> tuple[int, Proof] | None:
        """The best with so many coupons; None where fewer bring as much."""
        if not self._asked:
            self._asked = True
            self._found = self._swept()
        if self._found is not None:
            return self._found.get(coupons)
        return self._programmed(coupons)

    def _swept(self) -> dict[int, tuple[int, Proof] | None] | None:
        component, coupons_max = self._component, self._coupons_max
        product = states_of(component.machines) * (coupons_max + 1)
        sweep = Sweep(component, self._tolls, coupons_max)
        found = sweep.run(most=PLAIN_STATES_MAX) if product <= SWEPT_PRODUCT_MAX else None
        if found is not None:
            return self._kept(found, How.EXHAUSTED, None)
        if product > SWEPT_PRODUCT_MAX and self._engine is not None:
            return None
        return self._bounded(sweep)

    def _bounded(self, sweep: Sweep) -> dict[int, tuple[int, Proof] | None] | None:
        """Beams find a good plan, prices bound it, and a sweep inside the bound closes the gap."""
        component, tolls, coupons_max = self._component, self._tolls, self._coupons_max
        best = sweep.run(width=BEAMS[0])
        assert best is not None
        prices, outlook = priced_well(component, tolls, coupons_max, _floors(best)[-1])
        hope = _hope(sweep, outlook, prices, coupons_max)
        for width in BEAMS:
            found = sweep.run(width=width, hope=hope)
            assert found is not None
            best = _better(best, found)
            if not coupons_max and minor_of(outlook.upper) <= minor_of(_floors(best)[-1]):
                return self._kept(best, How.BOUND_MET, prices, minor_of(outlook.upper))
        pruned = sweep.run(width=PRUNED_WIDTH, hope=hope, floor=_floors(best))
        assert pruned is not None
        best = _better(best, pruned)
        if pruned.exhausted:
            return self._kept(best, How.EXHAUSTED, prices)
        if self._engine is not None:
            return None
        return self._kept(best, How.OPEN, prices, minor_of(outlook.upper))

    def _kept(
        self, found: Found, how: How, prices: Prices | None, bound_minor: int | None = None
    ) -> dict[int, tuple[int, Proof] | None]:
        kept: dict[int, tuple[int, Proof] | None] = {}
        for coupons, end in enumerate(found.best):
            if end is None:
                kept[coupons] = None
                continue
            value, steps = end
            value_minor = minor_of(value)
            bound = value_minor if bound_minor is None else bound_minor
            proof = Proof(
                how,
                self._component,
                coupons,
                steps,
                value_minor,
                bound,
                prices,
                found.layers,
                sum(found.layers),
                None,
            )
            kept[coupons] = (value, proof)
        return kept

    def _programmed(self, coupons: int) -> tuple[int, Proof] | None:
        assert self._engine is not None
        answer = solved(self._component, self._engine, coupons)
        value = None if answer is None else value_of(self._component, answer.steps, self._tolls)
        if answer is None or value is None:
            found = Sweep(self._component, self._tolls, coupons).run(width=BEAMS[-1])
            assert found is not None
            kept = self._kept(found, How.OPEN, None, self._most_minor())
            return next((kept[at] for at in range(coupons, -1, -1) if kept[at] is not None), None)
        value_minor = minor_of(value[0])
        how = How.PROGRAM if answer.bound_minor <= value_minor else How.OPEN
        return value[0], Proof(
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


def _hope(sweep: Sweep, outlook: Outlook, prices: Prices, coupons_max: int) -> Hope:
    radices, weight = sweep.radices, sweep.coupon_weight
    ahead, priced, coupon = outlook.ahead, outlook.priced, prices.coupon

    def hope(place: int, state: int) -> int:
        value = priced[place] + coupon * (coupons_max - state // weight)
        for (unit_weight, radix), table in zip(radices, ahead, strict=True):
            value += table[place][state // unit_weight % radix]
        return value

    return hope
