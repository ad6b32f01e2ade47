"""From item offers to independent small problems: what a unit gains alone, and who competes.

    Each tea may have 3.00 off by itself; 第二杯半价 and 买二送一 compete for teas, 组合价 takes a
    burger and a fries: two components, teas and burgers, that nothing connects.

A gain carries its tie-break in its low bits, so that one comparison of integers decides: less to
pay, then fewer coupons and those that expire first, then lower priority figures, then ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from regulars.domain.pricing.kinds.acts import Group
from regulars.domain.pricing.search.automaton import Automaton, Move

# One minor unit of saving outweighs every tie-break that a basket can gather.
TIE_BITS = 24
COUPON_TIE_BITS = 14
RANK_MAX = (1 << 10) - 1
_ROUND_UP = (1 << TIE_BITS) - 1


class Gain(NamedTuple):
    """What a unit gains by itself, and the offer and role that give it."""

    value: int
    number: int
    role: int


class Component(NamedTuple):
    """Units, dearest first, with the machines that compete for them and what each gains alone."""

    order: tuple[int, ...]
    machines: tuple[Automaton, ...]
    alone: Mapping[int, Gain]


def minor_of(value: int) -> int:
    """The saving within a value, its tie-break left out. Units: minor units."""
    return (value + _ROUND_UP) >> TIE_BITS


def weighed(gain_minor: int, rank: int) -> int:
    """A saving of one unit with the tie-break of its offer."""
    return (gain_minor << TIE_BITS) - min(rank, RANK_MAX) - 1


def coupon_toll(expiry_rank: int) -> int:
    """What spending a coupon costs in tie-breaks: later ones are kept, fewer are better."""
    return (min(expiry_rank, 60) + 1) << COUPON_TIE_BITS


class Tolls(NamedTuple):
    """The tie-breaks of each offer by its number: of every unit, and of a coupon spent."""

    rank: Sequence[int]
    coupon: Sequence[int]

    def of_move(self, machine: Automaton, gain_minor: int, move: Move) -> int:
        """What a move is worth, tie-breaks included."""
        _, pays, charge, coupon = move
        saved = (gain_minor if pays else 0) - charge
        value = weighed(saved, self.rank[machine.number])
        return value - self.coupon[machine.number] if coupon else value

    def of_moves(
        self, machine: Automaton, gain_minor: int, moves: Sequence[Move | None]
    ) -> list[int]:
        """What each move of a role is worth; 0 where there is none."""
        toll, coupon_toll = weighed(0, self.rank[machine.number]), self.coupon[machine.number]
        return [
            0
            if move is None
            else (((gain_minor if move[1] else 0) - move[2]) << TIE_BITS)
            + toll
            - (coupon_toll if move[3] else 0)
            for move in moves
        ]


def gains_alone(
    free: Iterable[tuple[int, int, Mapping[int, int]]], tolls: Tolls
) -> dict[int, Gain]:
    """The best that each unit gains by itself, from offers that nothing limits."""
    best: dict[int, Gain] = {}
    for number, role, savings in free:
        rank = tolls.rank[number]
        for unit, saving in savings.items():
            if saving <= 0:
                continue
            value = weighed(saving, rank)
            known = best.get(unit)
            if known is None or value > known.value:
                best[unit] = Gain(value, number, role)
    return best


def components_of(
    machines: Sequence[Automaton], dearest: Sequence[int], alone: Mapping[int, Gain]
) -> list[Component]:
    """Machines that share units, together; the rest of the units need no search."""
    bundles: list[tuple[set[int], list[Automaton]]] = []
    for machine in machines:
        units = set(machine.roles)
        together = [machine]
        apart = []
        for bundle in bundles:
            if bundle[0].isdisjoint(units):
                apart.append(bundle)
            else:
                units |= bundle[0]
                together = bundle[1] + together
        bundles = [*apart, (units, together)]
    return [
        Component(
            tuple([unit for unit in dearest if unit in units]),
            tuple(sorted(together, key=lambda machine: machine.number)),
            {unit: alone[unit] for unit in units if unit in alone},
        )
        for units, together in bundles
    ]


def undominated(machines: Sequence[Automaton], dearest: Sequence[int]) -> list[Automaton]:
    """The machines without those that another, alike and never worse, makes needless."""
    kept: list[Automaton] = []
    for machine in machines:
        if not any(_covers(other, machine, dearest) for other in kept):
            kept = [other for other in kept if not _covers(machine, other, dearest)]
            kept.append(machine)
    return kept


def _covers(better: Automaton, worse: Automaton, dearest: Sequence[int]) -> bool:
    """Whether all groups of the one, put into the other, save as much or more."""
    if better.copies or better.taking.uses_max:
        return False
    if len(better.taking.patterns) > 1 or len(worse.taking.patterns) > 1:
        return False
    mine, other = better.taking.patterns[0], worse.taking.patterns[0]
    if not (isinstance(mine, Group) and isinstance(other, Group)):
        return False
    if (mine.n, mine.m) != (other.n, other.m):
        return False
    savings = mine.savings
    if any(savings.get(unit, -1) < saving for unit, saving in other.savings.items()):
        return False
    # Groups of both, merged, save on dearer units only if what is saved falls with the price:
    # modifiers that save nothing may break that.
    falling = [savings[unit] for unit in dearest if unit in savings]
    return all(one >= following for one, following in pairwise(falling))
