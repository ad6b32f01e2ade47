"""The hard tail as an integer program, for an engine behind a port.

    Thirty teas under eleven overlapping offers: too many states to sweep. The program asks how many
    units of each class (same price, same offers) pay or save in each offer; groups of the dearest
    with the next dearest come out even in every prefix of prices.

The answer is taken back into steps and valued again in plain integers: the engine proposes and
bounds, it never decides a cent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from regulars.domain.pricing.kinds.acts import Bundle, Group
from regulars.domain.pricing.search.automaton import Automaton, roles
from regulars.domain.pricing.search.components import Component, Tolls, minor_of
from regulars.domain.pricing.search.effort import Effort
from regulars.domain.pricing.search.sweep import Step

# Even a bill whose budget is spent gets a plan that is worth something.
NODES_MIN, NODES_MAX = 20, 2_000
# What a program costs in steps of our own search, for each of its columns: measured.
ROOT_STEPS, NODE_STEPS = 200, 20


class Row(NamedTuple):
    """low ≤ Σ coefficient · column ≤ high; None is unbounded."""

    low: int | None
    high: int | None
    terms: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Program:
    """Maximise `gains` over whole numbers 0 … `highs`. Units: minor units."""

    gains: list[int] = field(default_factory=list)
    highs: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def column(self, gain: int, high: int) -> int:
        """A new column; answers its number."""
        self.gains.append(gain)
        self.highs.append(high)
        return len(self.gains) - 1

    def row(self, low: int | None, high: int | None, terms: Sequence[tuple[int, int]]) -> None:
        """A new row."""
        self.rows.append(Row(low, high, tuple(terms)))


class Optimum(NamedTuple):
    """What an engine found: whole numbers, and a bound that nothing passes. Units: minor units."""

    columns: tuple[int, ...]
    bound: int
    proved: bool
    nodes: int
    engine: str


class MilpEngine(Protocol):
    """Solves small integer programs, the same way every time."""

    def solve(self, program: Program, *, nodes_max: int) -> Optimum | None:
        """The best found and its bound; None where nothing was found."""


class _Class(NamedTuple):
    """Units that no offer tells apart, with the roles that they may take."""

    units: tuple[int, ...]
    alone_minor: int
    roles: tuple[tuple[int, int, int], ...]


class Solved(NamedTuple):
    """A plan of a component with the engine's bound on its saving. Units: minor units."""

    steps: tuple[Step, ...]
    bound_minor: int
    proved: bool
    nodes: int
    engine: str


def solved(
    component: Component, engine: MilpEngine, coupons_max: int, *, effort: Effort | None = None
) -> Solved | None:
    """The plan that an engine finds for a component with up to so many coupons."""
    writer = _Writer(component, coupons_max)
    effort = Effort() if effort is None else effort
    width = len(writer.program.gains)
    nodes_max = min(max(effort.left // (width * NODE_STEPS), NODES_MIN), NODES_MAX)
    optimum = engine.solve(writer.program, nodes_max=nodes_max)
    effort.spend(width * (ROOT_STEPS + NODE_STEPS * (optimum.nodes if optimum else nodes_max)))
    if optimum is None:
        return None
    steps = writer.steps(optimum.columns)
    return Solved(
        steps, optimum.bound + writer.alone_minor, optimum.proved, optimum.nodes, optimum.engine
    )


def classes_of(component: Component) -> list[_Class]:
    """Neighbours in the order of prices that every machine treats alike."""
    found: list[_Class] = []
    members: list[int] = []
    last: tuple[int, tuple[tuple[int, int, int], ...]] | None = None
    for unit in component.order:
        alone = component.alone.get(unit)
        key = (
            alone.value if alone else 0,
            tuple(
                (at, role, gain)
                for at, machine in enumerate(component.machines)
                for role, gain in machine.roles.get(unit, ())
            ),
        )
        if key != last and last is not None:
            found.append(_Class(tuple(members), minor_of(last[0]), last[1]))
            members = []
        last = key
        members.append(unit)
    if last is not None:
        found.append(_Class(tuple(members), minor_of(last[0]), last[1]))
    return found


class _Writer:
    """Writes the program of a component, and reads its answer."""

    __slots__ = ("_classes", "_component", "_coupons", "_places", "alone_minor", "program")

    def __init__(self, component: Component, coupons_max: int) -> None:
        self._component = component
        self._classes = classes_of(component)
        self.program = Program()
        # (machine, role, class) → the columns that count its units, paying first.
        self._places: dict[tuple[int, int, int], tuple[int, ...]] = {}
        self._coupons: list[tuple[int, int]] = []
        self.alone_minor = sum(one.alone_minor * len(one.units) for one in self._classes)
        for at, machine in enumerate(component.machines):
            self._machine(at, machine)
        for number, one in enumerate(self._classes):
            terms = [
                (column, 1)
                for at, role, _ in one.roles
                for column in self._places[at, role, number]
            ]
            self.program.row(None, len(one.units), terms)
        if self._coupons:
            self.program.row(None, coupons_max, self._coupons)

    def _columns(self, at: int, role: int, *, pays_too: bool) -> list[tuple[int, tuple[int, ...]]]:
        """A column for each class in a role; two where units may pay in full as well."""
        made: list[tuple[int, tuple[int, ...]]] = []
        for number, one in enumerate(self._classes):
            gain = next((g for m, r, g in one.roles if (m, r) == (at, role)), None)
            if gain is None:
                continue
            size = len(one.units)
            paying = [self.program.column(-one.alone_minor, size)] if pays_too else []
            columns = (*paying, self.program.column(gain - one.alone_minor, size))
            self._places[at, role, number] = columns
            made.append((number, columns))
        return made

    def _machine(self, at: int, machine: Automaton) -> None:
        taking = machine.taking
        uses: list[tuple[int, int]] = []
        bundle = 0
        for role, (pattern, slot) in enumerate(roles(taking)):
            known = taking.patterns[pattern]
            if isinstance(known, Group):
                uses.append((self._group(known, self._columns(at, role, pays_too=True)), 1))
            elif isinstance(known, Bundle):
                if slot == 0:
                    bundle = self.program.column(-known.charge_minor, len(self._component.order))
                    uses.append((bundle, 1))
                columns = self._columns(at, role, pays_too=False)
                terms = [(column, 1) for _, (column,) in columns]
                self.program.row(0, 0, [*terms, (bundle, -known.slots[slot].quantity)])
            else:
                columns = self._columns(at, role, pays_too=False)
                uses += [(column, 1) for _, (column,) in columns]
        self._limit(machine, uses)

    def _limit(self, machine: Automaton, uses: list[tuple[int, int]]) -> None:
        each = machine.taking.uses_max
        if machine.copies:
            copies = machine.copies if each else 1
            spent = self.program.column(0, copies)
            self._coupons.append((spent, 1))
            for column, _ in uses if not each else ():
                self.program.row(None, 0, [(column, 1), (spent, -self.program.highs[column])])
            if each:
                self.program.row(None, 0, [*uses, (spent, -each)])
        elif each:
            self.program.row(None, each, uses)

    def _group(self, group: Group, columns: list[tuple[int, tuple[int, ...]]]) -> int:
        """Groups of n, the last m of each at a saving, even in every prefix; the groups' column."""
        n, m = group.n, group.m
        program = self.program
        most = sum(program.highs[pays] for _, (pays, _) in columns) // n
        full = program.column(0, most)
        if m == 1:
            self._waiting(n, columns)
        paying: list[tuple[int, int]] = []
        saving: list[tuple[int, int]] = []
        for place, (_, (pays, saves)) in enumerate(columns):
            paying.append((pays, 1))
            saving.append((saves, 1))
            if m == 1 or place == len(columns) - 1:
                continue
            whole, begun = program.column(0, most), program.column(0, n - m)
            some, ready = program.column(0, m - 1), program.column(0, 1)
            program.row(0, 0, [*paying, (whole, -(n - m)), (begun, -1)])
            program.row(0, 0, [*saving, (whole, -m), (some, -1)])
            program.row(None, 0, [(some, 1), (ready, -(m - 1))])
            program.row(0, None, [(begun, 1), (ready, -(n - m))])
        program.row(0, 0, [*paying, (full, -(n - m))])
        program.row(0, 0, [*saving, (full, -m)])
        return full

    def _waiting(self, n: int, columns: list[tuple[int, tuple[int, ...]]]) -> None:
        """After each class as many wait as paid beyond the groups that got their last unit."""
        program = self.program
        before: list[tuple[int, int]] = []
        for number, (pays, saves) in columns:
            size = len(self._classes[number].units)
            if size < n:
                # They make one group at most, and that only with as many waiting as they lack. The
                # engine would find out by itself, in hundreds of nodes.
                program.row(0, None, [*before, (saves, size - n)])
            if size == 1:
                program.row(None, n - 1, [*before, (pays, 1)])
            waiting = program.column(0, n - 1)
            program.row(0, 0, [*before, (pays, 1), (saves, 1 - n), (waiting, -1)])
            before = [(waiting, 1)]

    def steps(self, columns: Sequence[int]) -> tuple[Step, ...]:
        """The units that each machine takes, dearest first, and the rest alone."""
        taken: list[Step] = []
        for number, one in enumerate(self._classes):
            waiting = iter(one.units)
            for at, role, _ in one.roles:
                count = sum(columns[column] for column in self._places[at, role, number])
                taken += [Step(next(waiting), at, role) for _ in range(count)]
            if one.alone_minor:
                taken += [Step(unit, -1, 0) for unit in waiting]
        return tuple(taken)


def value_of(component: Component, steps: Sequence[Step], tolls: Tolls) -> tuple[int, int] | None:
    """What steps are worth and how many coupons they spend; None where they break a rule."""
    states = [0] * len(component.machines)
    value = coupons = 0
    seen: set[int] = set()
    rank = {unit: place for place, unit in enumerate(component.order)}
    for unit, at, role in sorted(steps, key=lambda step: rank[step.unit]):
        if unit in seen:
            return None
        seen.add(unit)
        if at < 0:
            alone = component.alone.get(unit)
            value += alone.value if alone else 0
            continue
        machine = component.machines[at]
        gain = next((g for r, g in machine.roles.get(unit, ()) if r == role), None)
        move = machine.moves[role][states[at]]
        if gain is None or move is None:
            return None
        value += tolls.of_move(machine, gain, move)
        coupons += move[3]
        states[at] = move[0]
    if not all(
        machine.final[state] for machine, state in zip(component.machines, states, strict=True)
    ):
        return None
    return value, coupons
