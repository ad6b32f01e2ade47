"""An item offer as a small machine that reads units, the dearest first.

    第二杯半价 has two states: no cup waits, one cup waits. A tea moves it from the first to the
    second and saves nothing; the next tea moves it back and saves half of that tea. Only a machine
    that ends in its first state has given every group its last cup.

Sweep, bound, windows and checker all read these tables, and none of them knows kinds of offer.
"""

from collections.abc import Iterator
from typing import NamedTuple

from regulars.domain.pricing.kinds.acts import Bundle, Group, Pattern, Single, Taking

STATES_MAX = 4_096
# States times the places that units may take: what one pass over a machine costs.
PASS_MAX = 120_000

# The state after a move, whether the unit's gain counts, what is charged, coupons spent.
Move = tuple[int, int, int, int]
# What a pattern remembers: units waiting in a group, or places still open in each slot.
Phase = tuple[int, ...]


class Taken(NamedTuple):
    """One unit, the offer that takes it and the role it takes."""

    unit: int
    number: int
    role: int


class ItemOffer(NamedTuple):
    """An item offer in the search: its number, what it takes, how many coupons it may spend."""

    number: int
    taking: Taking
    copies: int


class Automaton(NamedTuple):
    """One item offer. A role is one place that a unit can take in it. Units: minor units.

    `moves[role][state]` is None where no unit may take that role. State 0 is the start.
    `copies` is how many of its coupons the order may spend, 0 where it is no coupon. Where patterns
    of an offer are machines of their own, `first_role` is the offer's number of role 0.
    """

    number: int
    taking: Taking
    copies: int
    size: int
    moves: tuple[tuple[Move | None, ...], ...]
    final: tuple[bool, ...]
    roles: dict[int, tuple[tuple[int, int], ...]]
    first_role: int = 0

    @property
    def units(self) -> frozenset[int]:
        """The units that it may take."""
        return frozenset(self.roles)


def automaton_of(number: int, taking: Taking, copies: int) -> Automaton | None:
    """The machine of an offer; None where it would have more states than can be swept."""
    machine = _Machine(taking, copies)
    units = _roles_of_units(taking)
    entries = sum(len(each) for each in units.values())
    states_max = min(STATES_MAX, PASS_MAX // max(entries, 1))
    start = (0, tuple(_start(pattern) for pattern in taking.patterns))
    places: dict[_Place, int] = {start: 0}
    queue = [start]
    moves: list[list[Move | None]] = [[] for _ in machine.roles]
    for place in queue:
        for at, (pattern, slot) in enumerate(machine.roles):
            step = machine.step(place, pattern, slot)
            if step is None:
                moves[at].append(None)
                continue
            after, pays, charge, coupon = step
            known = places.get(after)
            if known is None:
                if len(places) == states_max:
                    return None
                known = places[after] = len(places)
                queue.append(after)
            moves[at].append((known, pays, charge, coupon))
    return Automaton(
        number,
        taking,
        copies,
        len(places),
        tuple(tuple(row) for row in moves),
        tuple(not any(any(phase) for phase in phases) for _, phases in queue),
        units,
    )


_Place = tuple[int, tuple[Phase, ...]]


def _start(pattern: Pattern) -> Phase:
    match pattern:
        case Single():
            return ()
        case Group():
            return (0,)
        case Bundle(slots=slots):
            return (0,) * len(slots)


def roles(taking: Taking) -> Iterator[tuple[int, int]]:
    """Every role as (pattern, slot): one for each pattern, one for each slot of a bundle."""
    for at, pattern in enumerate(taking.patterns):
        for slot in range(len(pattern.slots) if isinstance(pattern, Bundle) else 1):
            yield at, slot


def gains_of(taking: Taking, pattern: int, slot: int) -> dict[int, int]:
    """What each unit brings in a role. Units: minor units."""
    known = taking.patterns[pattern]
    return dict(known.slots[slot].gains if isinstance(known, Bundle) else known.savings)


def _roles_of_units(taking: Taking) -> dict[int, tuple[tuple[int, int], ...]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for at, (pattern, slot) in enumerate(roles(taking)):
        for unit, gain in gains_of(taking, pattern, slot).items():
            found.setdefault(unit, []).append((at, gain))
    return {unit: tuple(places) for unit, places in found.items()}


class _Machine:
    """The rules by which a machine moves: groups fill up, bundles open, coupons pay for uses."""

    __slots__ = ("_counted", "_each", "_most", "_taking", "roles")

    def __init__(self, taking: Taking, copies: int) -> None:
        self._taking = taking
        self.roles = list(roles(taking))
        self._each = taking.uses_max
        # How many uses are counted, and how many there may be: with a coupon that has no limit of
        # its own, only whether it was spent.
        self._most = taking.uses_max * max(copies, 1) if taking.uses_max else min(copies, 1)
        self._counted = copies > 0

    def step(self, place: _Place, pattern: int, slot: int) -> tuple[_Place, int, int, int] | None:
        """Where a unit in a role leads; None where it may not be taken."""
        uses, phases = place
        known = self._taking.patterns[pattern]
        phase = phases[pattern]
        charge, pays, opens, after = 0, 1, True, phase
        match known:
            case Single():
                pass
            case Group(savings=savings, n=n, m=m):
                if not savings:
                    return None
                opens = phase[0] == 0
                pays = int(phase[0] >= n - m)
                after = ((phase[0] + 1) % n,)
            case Bundle(slots=slots, charge_minor=charge_minor):
                opens = phase[slot] == 0
                left = list(phase)
                if opens:
                    charge = charge_minor
                    left = [open_ + one.quantity for open_, one in zip(left, slots, strict=True)]
                left[slot] -= 1
                if any(open_ > len(one.gains) for open_, one in zip(left, slots, strict=True)):
                    return None
                after = tuple(left)
        coupon = 0
        if opens and self._most:
            if not self._each:
                coupon = 1 - uses if self._counted else 0
                uses = 1
            else:
                if uses == self._most:
                    return None
                coupon = int(self._counted and uses % self._each == 0)
                uses += 1
        return (uses, (*phases[:pattern], after, *phases[pattern + 1 :])), pays, charge, coupon
