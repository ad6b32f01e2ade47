"""The item stage: which unit goes to which item offer, so that the bill is least.

    Teas of 18.00, 16.00 and 12.00; second at half price, and 3.00 off each tea: the 12.00 tea and
    the 16.00 tea take 3.00 each only if that beats pairing them. We find the best in one sweep.

One sweep over the units, dearest first. A state remembers, for each offer that counts units, how
far its group has come; a unit is left free, takes a discount of its own, or joins a group, and
the n-th to join is the one at a discount. So a group is always the dearest with the next dearest.
Source: our choice, after the knapsack-with-states form of overlapping discounts.
"""

from collections.abc import Sequence
from typing import NamedTuple

from regulars.domain.kernel.money import share_of_minor
from regulars.domain.pricing.candidates import Candidate
from regulars.domain.pricing.kinds import FixedAmount, NthDiscount, Percent
from regulars.domain.pricing.kinds.nth import Same
from regulars.domain.pricing.units import Units

STATES_MAX = 400


class Taker(NamedTuple):
    """An item offer as the sweep sees it: the saving of each unit where it is the n-th.

    `joins_max` is how many units may join in all, 0 for any number. Units: minor units.
    """

    candidate: Candidate
    savings: dict[int, int]
    n: int
    joins_max: int

    @property
    def counts(self) -> bool:
        """Whether the sweep must remember how many joined."""
        return self.n > 1 or self.joins_max > 0


class Use(NamedTuple):
    """One offer with the units that it consumes, dearest first; groups of n follow each other."""

    taker: Taker
    units: tuple[int, ...]


class Plan(NamedTuple):
    """What the item stage saves, by whom, and whether nothing saves more. Units: minor units."""

    saving_minor: int
    uses: tuple[Use, ...]
    proved: bool


NO_PLAN = Plan(0, (), True)


def takers_of(candidate: Candidate, units: Units) -> list[Taker]:
    """The candidate as takers: one, or one for each product where groups are of one product."""
    effect = candidate.offer.effect
    if isinstance(effect, NthDiscount):
        prices = units.base if effect.with_extras else units.bare
        joins_max = effect.n * (effect.groups_max or 0)
        return [
            Taker(
                candidate,
                {unit: share_of_minor(prices[unit], effect.basis_points) for unit in group},
                effect.n,
                0 if joins_max >= len(group) else joins_max,
            )
            for group in _groups(effect, units, candidate.units)
            if len(group) >= effect.n
        ]
    if isinstance(effect, Percent):
        prices = units.base if effect.with_extras else units.bare
        savings = {
            unit: share_of_minor(prices[unit], effect.basis_points) for unit in candidate.units
        }
    else:
        assert isinstance(effect, FixedAmount)
        prices = units.base if effect.with_extras else units.bare
        savings = {unit: min(effect.amount_minor, prices[unit]) for unit in candidate.units}
    limit = effect.units_max or 0
    return [Taker(candidate, savings, 1, 0 if limit >= len(savings) else limit)]


def _groups(effect: NthDiscount, units: Units, chosen: list[int]) -> list[list[int]]:
    if effect.same is Same.GOODS:
        return [chosen]
    by_product: dict[int, list[int]] = {}
    for unit in chosen:
        product = units.basket.lines[units.position[unit]].product_id.int
        by_product.setdefault(product, []).append(unit)
    return list(by_product.values())


def best_plan(takers: Sequence[Taker], dearest: Sequence[int]) -> Plan:
    """The item plan that saves most; equal ones resolve by the order of takers and units."""
    singles = single_savings([taker for taker in takers if not taker.counts])
    counting = [taker for taker in takers if taker.counts]
    taken: list[tuple[int, Taker]] = []
    saving_minor, proved = 0, True
    swept: set[int] = set()
    for component in components(counting):
        inside = set().union(*[taker.savings for taker in component])
        order = [unit for unit in dearest if unit in inside]
        value, steps, whole = _in_a_row(component, order, singles) or _sweep(
            component, order, singles
        )
        saving_minor += value
        taken += steps
        proved = proved and whole
        swept |= inside
    for unit in dearest:
        if unit in singles and unit not in swept:
            saving, taker = singles[unit]
            saving_minor += saving
            taken.append((unit, taker))
    return Plan(saving_minor, uses_of(taken), proved)


def single_savings(takers: Sequence[Taker]) -> dict[int, tuple[int, Taker]]:
    """The best saving that each unit can take alone, and from whom."""
    best: dict[int, tuple[int, Taker]] = {}
    for taker in takers:
        for unit, saving in taker.savings.items():
            known = best.get(unit)
            if saving > 0 and (known is None or saving > known[0]):
                best[unit] = (saving, taker)
    return best


def components(takers: Sequence[Taker]) -> list[list[Taker]]:
    """Counting takers in bundles that share no unit."""
    if len(takers) < 2:
        return [list(takers)] if takers else []
    bundles: list[tuple[set[int], list[Taker]]] = []
    for taker in takers:
        units = set(taker.savings)
        together = [taker]
        rest = []
        for bundle in bundles:
            if bundle[0].isdisjoint(units):
                rest.append(bundle)
            else:
                units |= bundle[0]
                together = bundle[1] + together
        bundles = [*rest, (units, together)]
    return [bundle[1] for bundle in bundles]


class Digit(NamedTuple):
    """Where a counting taker keeps its count within the state."""

    taker: Taker
    weight: int
    radix: int


def digits_of(takers: Sequence[Taker]) -> list[Digit]:
    """One digit of the state for each taker: joined units, mod n where nothing limits them."""
    digits = []
    weight = 1
    for taker in takers:
        radix = taker.joins_max + 1 if taker.joins_max else taker.n
        digits.append(Digit(taker, weight, radix))
        weight *= radix
    return digits


def joined(digit: Digit, state: int, unit: int) -> tuple[int, int] | None:
    """The state after a unit joins and what that saves; None where no more may join."""
    taker, weight, radix = digit
    count = state // weight % radix
    if taker.joins_max:
        if count == taker.joins_max:
            return None
        after = state + weight
    elif count + 1 == taker.n:
        after = state - count * weight
    else:
        after = state + weight
    return after, (taker.savings[unit] if (count + 1) % taker.n == 0 else 0)


def complete(digits: Sequence[Digit], state: int) -> bool:
    """Whether every group that was begun is full."""
    return all(state // weight % radix % taker.n == 0 for taker, weight, radix in digits)


# What led to a state: the trail before, the unit, and who took it.
Trail = tuple["Trail | None", int, Taker]


Swept = tuple[int, list[tuple[int, Taker]], bool]


def _in_a_row(
    takers: list[Taker], order: list[int], singles: dict[int, tuple[int, Taker]]
) -> Swept | None:
    """The plan of one offer that nobody competes with: the dearest units in a row, if that is
    surely the best. The j-th unit at a discount is at best the (j·n)-th dearest."""
    if len(takers) > 1:
        return None
    taker = takers[0]
    savings = [taker.savings[unit] for unit in order]
    if any(unit in singles for unit in order) or savings != sorted(savings, reverse=True):
        return None
    joins = min(taker.joins_max or len(order), len(order))
    joins -= joins % taker.n
    value = sum(savings[taker.n - 1 : joins : taker.n])
    return value, [(unit, taker) for unit in order[:joins]] if value else [], True


def _sweep(takers: list[Taker], order: list[int], singles: dict[int, tuple[int, Taker]]) -> Swept:
    digits = digits_of(takers)
    states: dict[int, tuple[int, Trail | None]] = {0: (0, None)}
    whole = True
    for unit in order:
        open_digits = digits
        if len(digits) > 1:
            open_digits = [digit for digit in digits if unit in digit.taker.savings]
        single = singles.get(unit)
        following: dict[int, tuple[int, Trail | None]] = {}
        for state, (value, trail) in states.items():
            known = following.get(state)
            kept = value + single[0] if single else value
            if known is None or kept > known[0]:
                following[state] = (kept, (trail, unit, single[1]) if single else trail)
            for digit in open_digits:
                step = joined(digit, state, unit)
                if step is None:
                    continue
                after, saving = step
                known = following.get(after)
                if known is None or value + saving > known[0]:
                    following[after] = (value + saving, (trail, unit, digit.taker))
        if len(following) > STATES_MAX:
            whole = False
            following = _narrowed(digits, following)
        states = following
    value, last = _best(digits, states)
    steps: list[tuple[int, Taker]] = []
    while last is not None:
        last, unit, taker = last
        steps.append((unit, taker))
    return value, steps[::-1], whole


def _best(
    digits: list[Digit], states: dict[int, tuple[int, Trail | None]]
) -> tuple[int, Trail | None]:
    done = sorted([state for state in states if complete(digits, state)])
    return states[max(done, key=lambda state: states[state][0])] if len(done) > 1 else states[0]


def _narrowed(
    digits: list[Digit], states: dict[int, tuple[int, Trail | None]]
) -> dict[int, tuple[int, Trail | None]]:
    """The most promising states, among them always the best complete one."""
    ranked = sorted(states, key=lambda state: (-states[state][0], state))
    kept = ranked[:STATES_MAX]
    if not any(complete(digits, state) for state in kept):
        kept.append(next(state for state in ranked if complete(digits, state)))
    return {state: states[state] for state in kept}


def uses_of(taken: Sequence[tuple[int, Taker]]) -> tuple[Use, ...]:
    """The units of each taker, in the order in which they were taken."""
    by_taker: dict[int, tuple[Taker, list[int]]] = {}
    for unit, taker in taken:
        by_taker.setdefault(id(taker), (taker, []))[1].append(unit)
    return tuple(Use(taker, tuple(units)) for taker, units in by_taker.values())
