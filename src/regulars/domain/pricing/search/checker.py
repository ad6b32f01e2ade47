"""Whether a certificate holds: by its own arithmetic, without searching.

It prices the bill again, evaluates the prices of units against every item offer by itself, sweeps
again where a sweep was the proof, and sees that the cases leave no bill out. What is wrong is named.
Where an integer program was the proof, engine and figures must be there; their truth is the
engine's, which another engine repeats.
"""

from collections.abc import Iterator, Mapping, Sequence

from regulars.domain.pricing.kinds.acts import Group
from regulars.domain.pricing.search.automaton import Automaton
from regulars.domain.pricing.search.certificate import (
    CERTIFICATE_FORMAT,
    Certificate,
    PartProof,
    StageProof,
)
from regulars.domain.pricing.search.check_bill import bill_faults, falls_below
from regulars.domain.pricing.search.components import Component, Gain, Tolls, minor_of
from regulars.domain.pricing.search.division import Division, Machines, divided
from regulars.domain.pricing.search.effort import Effort
from regulars.domain.pricing.search.exhaust import best_of_all
from regulars.domain.pricing.search.items import How
from regulars.domain.pricing.search.solve import Problem, trial_of
from regulars.domain.pricing.search.sweep import Sweep

NEVER = -(1 << 80)


def faults(certificate: Certificate, problem: Problem) -> Iterator[str]:
    """What is wrong with a certificate; nothing where it holds."""
    if certificate.format != CERTIFICATE_FORMAT:
        yield "the format is not known"
    if certificate.bound_minor > certificate.value_minor:
        yield "the bound passes the value"
    yield from bill_faults(certificate, problem)
    yield from _left_out(certificate, problem)
    saved: dict[int, Sequence[int]] = {}
    for stage in certificate.stages:
        offers = [one for one in problem.items if not stage.banned >> one.number & 1]
        division = divided(offers, problem.dearest, problem.tolls, Machines(Effort()))
        yield from _stage_faults(stage, division, problem)
        saved[stage.banned] = _most_saved(stage, division, problem.coupons_max)
    items = sum(1 << one.number for one in problem.items)
    everything_tried = any(case.tried and not case.banned for case in certificate.cases)
    for case in certificate.cases:
        if case.tried:
            tried = best_of_all(trial_of(problem, case.banned, Effort(1 << 40)))
            if tried is None or tried.total_minor < certificate.bound_minor:
                yield f"case {case.banned:x}: trying all bills leaves less than the bound"
        elif case.split is None and not everything_tried:
            most = saved.get(case.banned & items)
            if most is None:
                yield f"case {case.banned:x}: its item offers have no proof"
            elif falls_below(certificate.bound_minor, problem, case.banned, most):
                yield f"case {case.banned:x}: some set of offers could leave less than the bound"


def _left_out(certificate: Certificate, problem: Problem) -> Iterator[str]:
    """Whether the cases hold every legal bill: with an offer, what it excludes is out."""
    cases = {case.banned: case for case in certificate.cases}
    everything = (1 << len(problem.masks)) - 1
    roots = [problem.alone]
    roots += [
        everything & ~(1 << at) for at in range(len(problem.masks)) if problem.alone >> at & 1
    ]
    if any(root not in cases for root in roots):
        yield "a case that must be looked into is missing"
    for case in certificate.cases:
        if case.split is None:
            continue
        without = (1 << case.split, problem.masks[case.split])
        if not {case.banned | one for one in without} <= set(cases):
            yield f"case {case.banned:x}: a part of the split is missing"


def _stage_faults(stage: StageProof, division: Division, problem: Problem) -> Iterator[str]:
    alone, tolls = division.alone, problem.tolls
    kept = [machine for component in division.components for machine in component.machines]
    for machine in division.needless:
        order = [unit for unit in problem.dearest if unit in machine.roles]
        beyond = _ahead(machine, order, dict.fromkeys(order, 0), (alone, tolls, 0))[0][0]
        base = sum(alone[unit].value for unit in order if unit in alone)
        useless = minor_of(base + beyond) <= minor_of(base)
        if not useless and not any(_dominates(other, machine, order) for other in kept):
            yield f"offer {machine.number} was left out and may save something"
    records = {(part.machines, part.coupons_max): part for part in stage.parts}
    for component in division.components:
        for coupons in range(_counts(component, problem.coupons_max)):
            part = records.get((_machines_of(component), coupons))
            if part is None:
                yield f"machines {_machines_of(component)}: no proof"
                continue
            for fault in _part_faults(part, component, problem):
                yield f"machines {part.machines}, {coupons} coupons: {fault}"


def _machines_of(component: Component) -> tuple[tuple[int, int], ...]:
    return tuple((machine.number, machine.first_role) for machine in component.machines)


def _counts(component: Component, coupons_max: int) -> int:
    return coupons_max + 1 if any(one.copies for one in component.machines) else 1


def _most_saved(stage: StageProof, division: Division, coupons_max: int) -> list[int]:
    """What the item offers save at most with each number of coupons, by the proofs of their parts."""
    bounds = {(part.machines, part.coupons_max): part.bound_minor for part in stage.parts}
    free = sum(minor_of(gain.value) for _, gain in division.free) + division.beyond_minor
    most = [free] * (coupons_max + 1)
    for component in division.components:
        own = [
            bounds.get((_machines_of(component), coupons), 1 << 60)
            for coupons in range(_counts(component, coupons_max))
        ]
        most = [
            max(most[at - spent] + own[spent] for spent in range(min(at + 1, len(own))))
            for at in range(coupons_max + 1)
        ]
    return most


def _part_faults(part: PartProof, component: Component, problem: Problem) -> Iterator[str]:
    """Whether a part's plan is worth what it says, and nothing saves more than its bound."""
    worth = _worth(part, component, problem.tolls)
    if worth is None or minor_of(worth) != part.value_minor:
        yield "the plan is not worth what it says"
        return
    if part.how != How.OPEN and part.bound_minor != part.value_minor:
        yield "the bound is not the value"
    prices = None if part.prices is None else dict(part.prices[0])
    coupon = 0 if part.prices is None else part.prices[1]
    if prices is not None and (
        set(prices) != set(component.order) or min([coupon, *prices.values()]) < 0
    ):
        yield "the prices are not prices of these units"
        return
    if part.how == How.EXHAUSTED:
        yield from _sweep_faults(part, component, problem, worth)
    elif prices is not None and part.engine is None:
        most = _counts(component, problem.coupons_max) - 1
        ahead, priced = _tables(component, prices, coupon, problem.tolls)
        upper = priced[0] + coupon * most + sum(table[0][0] for table in ahead)
        if minor_of(upper) > part.bound_minor:
            yield f"the prices bound {minor_of(upper)}, not {part.bound_minor}"
    elif part.how == How.PROGRAM or part.engine is not None:
        if not part.engine or not any(sign.isdigit() for sign in part.engine):
            yield "no engine and version is named"
    elif part.how == How.OPEN:
        gains = {unit: gain.value for unit, gain in component.alone.items()}
        most = sum(
            max(
                [minor_of(gains.get(unit, 0))]
                + [gain for one in component.machines for _, gain in one.roles.get(unit, ())]
            )
            for unit in component.order
        )
        if most > part.bound_minor:
            yield "the units' best gains pass the bound"
    else:
        yield "it has no proof"


def _worth(part: PartProof, component: Component, tolls: Tolls) -> int | None:
    """What the steps of a plan come to, tie-breaks included; None where they break a rule."""
    taken = {unit: (machine, role) for unit, machine, role in part.steps}
    if len(taken) != len(part.steps) or not set(taken) <= set(component.order):
        return None
    states = [0] * len(component.machines)
    value = spent = 0
    for unit in component.order:
        at, role = taken.get(unit, (-1, 0))
        if at < 0:
            if unit in taken:
                value += component.alone[unit].value if unit in component.alone else 0
            continue
        machine = component.machines[at]
        gains = dict(machine.roles.get(unit, ()))
        move = machine.moves[role][states[at]] if role in gains else None
        if move is None:
            return None
        value += tolls.of_move(machine, gains[role], move)
        spent += move[3]
        states[at] = move[0]
    ended = all(one.final[state] for one, state in zip(component.machines, states, strict=True))
    return value if ended and spent <= part.coupons_max else None


def _sweep_faults(
    part: PartProof, component: Component, problem: Problem, worth: int
) -> Iterator[str]:
    sweep = Sweep(component, problem.tolls, part.coupons_max)
    hope = None
    if part.prices is not None:
        floors = list(part.floors)
        if len(floors) != part.coupons_max + 1 or sorted(floors) != floors or floors[-1] != worth:
            yield "the floors are not what the plans are worth"
            return
        prices, coupon = dict(part.prices[0]), part.prices[1]
        ahead, priced = _tables(component, prices, coupon, problem.tolls)
        hope = sweep.hope(ahead, priced, (coupon, part.coupons_max))
    found = sweep.run(hope=hope, floor=part.floors or None, proof=True)
    assert found is not None
    if found.layers != part.layers or found.digest != part.digest:
        yield "sweeping again gives other layers"
    if any(end is not None and end[0] > worth for end in found.best):
        yield "sweeping again saves more"


_Rest = tuple[Mapping[int, Gain], Tolls, int]


def _tables(
    component: Component, prices: Mapping[int, int], coupon: int, tolls: Tolls
) -> tuple[list[list[list[int]]], list[int]]:
    """What each machine makes beyond the prices from each place on, and what those come to."""
    alone = component.alone
    priced = [0]
    for unit in reversed(component.order):
        priced.append(priced[-1] + prices[unit] + (alone[unit].value if unit in alone else 0))
    rest = (alone, tolls, coupon)
    ahead = [_ahead(one, component.order, prices, rest) for one in component.machines]
    return ahead, priced[::-1]


def _ahead(
    machine: Automaton, order: Sequence[int], prices: Mapping[int, int], rest: _Rest
) -> list[list[int]]:
    alone, tolls, coupon = rest
    tables = [[0 if final else NEVER for final in machine.final]]
    for unit in reversed(order):
        after = tables[-1]
        before = list(after)
        cost = prices[unit] + (alone[unit].value if unit in alone else 0)
        for role, gain in machine.roles.get(unit, ()):
            for state in range(machine.size):
                move = machine.moves[role][state]
                if move is not None:
                    made = tolls.of_move(machine, gain, move) - cost - coupon * move[3]
                    before[state] = max(before[state], after[move[0]] + made)
        tables.append(before)
    return tables[::-1]


def _dominates(better: Automaton, worse: Automaton, order: Sequence[int]) -> bool:
    """Whether every group of the one could be a group of the other that saves as much."""
    if better.copies or better.taking.uses_max:
        return False
    mine, its = better.taking.patterns, worse.taking.patterns
    if len(mine) != 1 or len(its) != 1:
        return False
    one, other = mine[0], its[0]
    if not isinstance(one, Group) or not isinstance(other, Group) or one[1:] != other[1:]:
        return False
    saved = [one.savings.get(unit, -1) for unit in order]
    return saved == sorted(saved, reverse=True) and all(
        one.savings.get(unit, -1) >= saving for unit, saving in other.savings.items()
    )
