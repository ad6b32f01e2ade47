"""The item offers of a basket, taken apart: what each unit gains alone, and who competes for it.

    Each tea has 3.00 off by itself; 第二杯半价 competes with that and stays; a second 第二杯半价 for
    fewer teas is needless; "burger and fries" has neither in the basket and saves nothing.

What is left out is named, so that a checker can see that nothing was lost by it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from regulars.domain.pricing.kinds.acts import Bundle, Pattern, Single, Slot, Taking
from regulars.domain.pricing.search.automaton import (
    Automaton,
    ItemOffer,
    automaton_of,
    gains_of,
    roles,
)
from regulars.domain.pricing.search.bound import beyond_alone
from regulars.domain.pricing.search.components import (
    Component,
    Gain,
    Tolls,
    components_of,
    gains_alone,
    minor_of,
    undominated,
)
from regulars.domain.pricing.search.effort import Effort


class Division(NamedTuple):
    """Components, the units that need none, and what was left out. Units: minor units.

    `beyond_minor` is what patterns that no machine can hold could save; `needless` are machines that
    save nothing by themselves or nothing beyond another.
    """

    components: tuple[Component, ...]
    alone: Mapping[int, Gain]
    free: tuple[tuple[int, Gain], ...]
    needless: tuple[Automaton, ...]
    beyond_minor: int


class Machines:
    """The machines of a basket's offers, made once, whichever offers a case leaves out."""

    __slots__ = ("_effort", "_machines", "_useful")

    def __init__(self, effort: Effort) -> None:
        self._effort = effort
        self._machines: dict[int, tuple[list[Automaton], int]] = {}
        self._useful: dict[tuple[int, int, tuple[Gain | None, ...]], bool] = {}

    def machines_of(self, offer: ItemOffer) -> tuple[list[Automaton], int]:
        """The machines of an offer, and what those that cannot be held could save."""
        found = self._machines.get(offer.number)
        if found is None:
            found = self._machines[offer.number] = _machines(offer)
            self._effort.spend(sum(one.size * len(one.moves) for one in found[0]))
        return found

    def useful(
        self, machine: Automaton, dearest: Sequence[int], alone: Mapping[int, Gain], tolls: Tolls
    ) -> bool:
        """Whether a machine, by itself, beats what its units gain alone."""
        gains = tuple([alone.get(unit) for unit in machine.roles])
        key = (machine.number, machine.first_role, gains)
        found = self._useful.get(key)
        if found is None:
            found = self._useful[key] = _useful(machine, dearest, alone, tolls)
            self._effort.spend(machine.size * len(machine.roles))
        return found


def divided(
    offers: Sequence[ItemOffer],
    dearest: Sequence[int],
    tolls: Tolls,
    known: Machines,
) -> Division:
    """Some item offers taken apart."""
    free = [
        (one.number, role, gains_of(one.taking, pattern, slot))
        for one in offers
        if not one.copies and not one.taking.uses_max
        for role, (pattern, slot) in enumerate(roles(one.taking))
        if isinstance(one.taking.patterns[pattern], Single)
    ]
    alone = gains_alone(free, tolls)
    machines: list[Automaton] = []
    beyond_minor = 0
    for one in offers:
        found, beyond = known.machines_of(one)
        machines += found
        beyond_minor += beyond
    useful = [one for one in machines if known.useful(one, dearest, alone, tolls)]
    kept = undominated(useful, dearest)
    components = tuple(components_of(kept, dearest, alone))
    busy = {unit for component in components for unit in component.order}
    return Division(
        components,
        alone,
        tuple([(unit, alone[unit]) for unit in dearest if unit in alone and unit not in busy]),
        tuple([one for one in machines if not any(one is other for other in kept)]),
        beyond_minor,
    )


def _machines(offer: ItemOffer) -> tuple[list[Automaton], int]:
    """An offer as machines, and what those of its patterns could save that no machine can hold.

    Patterns that share no limit are machines of their own; those that share one are one machine,
    of as many patterns as it can hold, the ones that could save most. Units: minor units.
    """
    taking = offer.taking
    found: list[Automaton] = []
    beyond_minor = 0
    if offer.copies or taking.uses_max:
        held = taking
        machine = automaton_of(offer.number, held, offer.copies)
        while machine is None and any(_most_minor(one) for one in held.patterns):
            least = min(
                [one for one in held.patterns if _most_minor(one)],
                key=_most_minor,
            )
            beyond_minor += _most_minor(least)
            held = held._replace(
                patterns=tuple(_emptied(one) if one is least else one for one in held.patterns)
            )
            machine = automaton_of(offer.number, held, offer.copies)
        return ([] if machine is None else [machine]), beyond_minor
    first_role = 0
    for pattern in taking.patterns:
        alone = Taking((pattern,))
        if not isinstance(pattern, Single):
            machine = automaton_of(offer.number, alone, 0)
            if machine is None:
                beyond_minor += _most_minor(pattern)
            else:
                found.append(machine._replace(first_role=first_role))
        first_role += sum(1 for _ in roles(alone))
    return found, beyond_minor


def _most_minor(pattern: Pattern) -> int:
    """What a pattern could save at most, its price left out. Units: minor units."""
    slots = pattern.slots if isinstance(pattern, Bundle) else [pattern]
    best: dict[int, int] = {}
    for slot in slots:
        for unit, gain in (slot.gains if isinstance(slot, Slot) else slot.savings).items():
            best[unit] = max(best.get(unit, 0), gain)
    return sum(best.values())


def _emptied(pattern: Pattern) -> Pattern:
    """The same pattern with no units to take, so that the others keep their roles."""
    if isinstance(pattern, Bundle):
        return pattern._replace(slots=tuple(slot._replace(gains={}) for slot in pattern.slots))
    return pattern._replace(savings={})


def _useful(
    machine: Automaton, dearest: Sequence[int], alone: Mapping[int, Gain], tolls: Tolls
) -> bool:
    """Whether a machine, by itself, beats what its units gain alone."""
    base = sum([alone[unit].value for unit in machine.roles if unit in alone])
    return minor_of(base + beyond_alone(machine, dearest, alone, tolls)) > minor_of(base)
