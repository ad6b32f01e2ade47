"""What a component can save at most: a price for each unit, and each machine alone against it.

    The tea is wanted by 第二杯半价 and by 买二送一. Give it a price of 3.00: each offer now takes it
    only if that brings more than 3.00. The prices of all units plus what each offer, alone, makes
    beyond them is never less than any plan; good prices bring the two together.

Source: Lagrangian relaxation of "each unit once" and "so many coupons", by subgradient steps. All
figures are integers, so the bound holds whatever the prices are.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from regulars.domain.pricing.search.automaton import Automaton
from regulars.domain.pricing.search.components import Component, Gain, Tolls

ROUNDS_MAX = 40
NEVER = -(1 << 80)


class Prices(NamedTuple):
    """A price for each unit of a component and one for a coupon: any that are not negative."""

    unit: Mapping[int, int]
    coupon: int


class Outlook(NamedTuple):
    """Per machine, what it can still make before each unit from each of its states."""

    upper: int
    ahead: Sequence[Sequence[Sequence[int]]]
    priced: Sequence[int]


def outlook_of(component: Component, tolls: Tolls, prices: Prices, coupons_max: int) -> Outlook:
    """The bound that some prices give, with the tables that say where it comes from."""
    rest = [0]
    for unit in reversed(component.order):
        alone = component.alone.get(unit)
        rest.append(rest[-1] + prices.unit[unit] + (alone.value if alone else 0))
    rest.reverse()
    ahead = [_ahead(machine, component, tolls, prices) for machine in component.machines]
    upper = rest[0] + prices.coupon * coupons_max + sum(table[0][0] for table in ahead)
    return Outlook(upper, ahead, rest)


def _ahead(
    machine: Automaton, component: Component, tolls: Tolls, prices: Prices
) -> list[list[int]]:
    """What one machine makes from each place and state on, beyond the prices of its units."""
    following = [0 if final else NEVER for final in machine.final]
    tables = [following]
    for unit in reversed(component.order):
        places = machine.roles.get(unit)
        if places is None:
            tables.append(following)
            continue
        alone = component.alone.get(unit)
        price = prices.unit[unit] + (alone.value if alone else 0)
        following = _before(machine, unit, following, tolls, (price, prices.coupon))
        tables.append(following)
    tables.reverse()
    return tables


def _before(
    machine: Automaton, unit: int, following: list[int], tolls: Tolls, prices: tuple[int, int]
) -> list[int]:
    """What a machine makes from each state before a unit, that unit at a price, coupons at one."""
    price, coupon_price = prices
    best = list(following)
    for role, gain in machine.roles[unit]:
        moves = machine.moves[role]
        for state, value in enumerate(tolls.of_moves(machine, gain, moves)):
            move = moves[state]
            if move is not None:
                made = following[move[0]] + value - price
                if move[3]:
                    made -= coupon_price
                best[state] = max(best[state], made)
    return best


def beyond_alone(
    machine: Automaton, dearest: Sequence[int], alone: Mapping[int, Gain], tolls: Tolls
) -> int:
    """What one machine, by itself, makes beyond what its units gain alone."""
    following = [0 if final else NEVER for final in machine.final]
    for unit in reversed(dearest):
        if unit in machine.roles:
            price = alone[unit].value if unit in alone else 0
            following = _before(machine, unit, following, tolls, (price, 0))
    return following[0]


def round_of(component: Component) -> int:
    """How many steps one round of prices takes."""
    return sum(
        machine.size * len(places)
        for machine in component.machines
        for places in machine.roles.values()
    )


def priced_well(
    component: Component, tolls: Tolls, coupons_max: int, goal: int, *, rounds_max: int = ROUNDS_MAX
) -> tuple[Prices, Outlook]:
    """Prices whose bound comes close to a value that is known to be reached (`goal`)."""
    prices = Prices(dict.fromkeys(component.order, 0), 0)
    best: tuple[Prices, Outlook] | None = None
    share, stale = 64, 0
    for _ in range(rounds_max):
        outlook = outlook_of(component, tolls, prices, coupons_max)
        if best is None or outlook.upper < best[1].upper:
            best, stale = (prices, outlook), 0
        else:
            stale += 1
            if stale == 3:
                share, stale = max(share // 2, 1), 0
        if best[1].upper <= goal:
            break
        used, coupons = _used(component, tolls, prices, outlook)
        slopes = {unit: 1 - used.get(unit, 0) for unit in component.order}
        slope = coupons_max - coupons
        length = sum(each * each for each in slopes.values()) + slope * slope
        if not length:
            break
        step = max((outlook.upper - goal) * share // (64 * length), 1)
        prices = Prices(
            {unit: max(prices.unit[unit] - step * slopes[unit], 0) for unit in component.order},
            max(prices.coupon - step * slope, 0),
        )
    assert best is not None
    return best


def _used(
    component: Component, tolls: Tolls, prices: Prices, outlook: Outlook
) -> tuple[dict[int, int], int]:
    """How often each unit is taken, and how many coupons are spent, if each machine is free."""
    used: dict[int, int] = {}
    coupons = 0
    for machine, ahead in zip(component.machines, outlook.ahead, strict=True):
        state = 0
        for place, unit in enumerate(component.order):
            value = ahead[place][state]
            if value == ahead[place + 1][state]:
                continue
            alone = component.alone.get(unit)
            price = prices.unit[unit] + (alone.value if alone else 0)
            for role, gain in machine.roles[unit]:
                move = machine.moves[role][state]
                if move is None:
                    continue
                toll = prices.coupon if move[3] else 0
                made = ahead[place + 1][move[0]] + tolls.of_move(machine, gain, move) - price - toll
                if made == value:
                    used[unit] = used.get(unit, 0) + 1
                    coupons += move[3]
                    state = move[0]
                    break
    return used, coupons
