"""A certificate is accepted as it is made, and refused once anything in it is changed."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

import pytest

from regulars.domain.pricing.search.bound import priced_well
from regulars.domain.pricing.search.certificate import CaseProof, Certificate, PartProof
from regulars.domain.pricing.search.checker import faults
from regulars.domain.pricing.search.components import Component, minor_of
from regulars.domain.pricing.search.division import Machines, divided
from regulars.domain.pricing.search.effort import Effort
from regulars.domain.pricing.search.items import How
from regulars.domain.pricing.search.solve import Problem
from tests.domain.pricing.dice import Dice, Sizes
from tests.domain.pricing.shops import quoted

SMALL = Sizes()
MEDIUM = Sizes(units=20, offers=10, coupons=4)


def made(seed: int, sizes: Sizes) -> tuple[Certificate, Problem]:
    """The certificate of a random shop, and what it is about."""
    quote = quoted(Dice(Random(seed), sizes).case())
    return quote.certificate(), quote.bill.chosen.problem


@pytest.mark.parametrize(("sizes", "count"), [(SMALL, 250), (MEDIUM, 50)])
def test_every_certificate_is_accepted(sizes: Sizes, count: int) -> None:
    for seed in range(count):
        certificate, problem = made(seed, sizes)
        assert not list(faults(certificate, problem)), f"seed {seed}"


def test_a_certificate_is_lists_words_and_whole_numbers() -> None:
    certificate, _ = made(7, MEDIUM)
    read = json.loads(json.dumps(certificate.data()))
    assert read["value_minor"] == certificate.value_minor
    assert len(read["stages"]) == len(certificate.stages)


def changed(
    certificate: Certificate, how: How, change: Callable[[PartProof], PartProof]
) -> Iterator[Certificate]:
    """The certificate with the first part that was proved in a way changed, if there is one."""
    for at, stage in enumerate(certificate.stages):
        for place, part in enumerate(stage.parts):
            if part.how == how:
                parts = (*stage.parts[:place], change(part), *stage.parts[place + 1 :])
                stages = certificate.stages
                other = stage._replace(parts=parts)
                yield certificate._replace(stages=(*stages[:at], other, *stages[at + 1 :]))
                return


def _dearer(part: PartProof) -> PartProof:
    assert part.prices is not None
    units, coupon = part.prices
    return part._replace(prices=(tuple((unit, each + (1 << 40)) for unit, each in units), coupon))


def _negative(part: PartProof) -> PartProof:
    assert part.prices is not None
    units, coupon = part.prices
    return part._replace(prices=(((units[0][0], -1), *units[1:]), coupon))


CHANGES: tuple[tuple[How, Callable[[PartProof], PartProof]], ...] = (
    (How.EXHAUSTED, lambda part: part._replace(digest="0" * 32)),
    (How.EXHAUSTED, lambda part: part._replace(layers=(*part.layers[:-1], part.layers[-1] + 1))),
    (How.EXHAUSTED, lambda part: part._replace(value_minor=part.value_minor + 1)),
    (How.EXHAUSTED, lambda part: part._replace(bound_minor=part.bound_minor - 1)),
    (How.EXHAUSTED, lambda part: part._replace(how="guessed")),
    (How.EXHAUSTED, lambda part: part._replace(steps=part.steps[1:])),
    (How.BOUND_MET, lambda part: part._replace(bound_minor=part.bound_minor - 1)),
    (How.BOUND_MET, lambda part: part._replace(value_minor=part.value_minor - 1)),
    (How.BOUND_MET, lambda part: part._replace(prices=None)),
    (How.BOUND_MET, _dearer),
    (How.BOUND_MET, _negative),
    (How.BOUND_MET, lambda part: part._replace(steps=(part.steps[0], *part.steps))),
    (How.PROGRAM, lambda part: part._replace(engine=None)),
    (How.PROGRAM, lambda part: part._replace(engine="some engine")),
    (How.PROGRAM, lambda part: part._replace(bound_minor=part.bound_minor + 1)),
    (How.PROGRAM, lambda part: part._replace(value_minor=part.value_minor + 1)),
)
WHOLE: tuple[Callable[[Certificate], Certificate], ...] = (
    lambda one: one._replace(value_minor=one.value_minor - 1),
    lambda one: one._replace(value_minor=one.value_minor + 1),
    lambda one: one._replace(bound_minor=one.bound_minor + 1),
    lambda one: one._replace(format=2),
    lambda one: one._replace(cases=one.cases[1:]),
    lambda one: one._replace(stages=()),
    lambda one: one._replace(taken=one.taken[:-1]),
    lambda one: one._replace(taken=(*one.taken, one.taken[0])),
    lambda one: one._replace(orders=(*one.orders, (99, 0))),
)


def proved_anew(
    certificate: Certificate, problem: Problem, prove: Callable[[PartProof, Problem], PartProof]
) -> Certificate:
    """The same certificate with other proofs of its parts."""
    return certificate._replace(
        stages=tuple(
            stage._replace(
                parts=tuple(
                    prove(part, problem) if part.how == How.EXHAUSTED else part
                    for part in stage.parts
                )
            )
            for stage in certificate.stages
        )
    )


def by_prices(part: PartProof, problem: Problem) -> PartProof:
    """A part proved by the prices of its units, where prices can do that."""
    numbers = {number for number, _ in part.machines}
    if any(one.copies for one in problem.items if one.number in numbers):
        return part
    component = component_of(part, problem)
    if component is None:
        return part
    prices, outlook = priced_well(component, problem.tolls, 0, part.value_minor << 24)
    if minor_of(outlook.upper) > part.value_minor:
        return part
    told = (tuple(sorted(prices.unit.items())), prices.coupon)
    return part._replace(how=How.BOUND_MET.value, prices=told, floors=(), layers=(), digest="")


def component_of(part: PartProof, problem: Problem) -> Component | None:
    """The component that a part is about, if it stands so where nothing is banned."""
    division = divided(problem.items, problem.dearest, problem.tolls, Machines(Effort()))
    for component in division.components:
        if tuple((one.number, one.first_role) for one in component.machines) == part.machines:
            return component
    return None


def by_program(part: PartProof, problem: Problem) -> PartProof:
    """A part as an engine would have proved it."""
    return part._replace(
        how=How.PROGRAM.value, engine="engine 1.15.1", layers=(), digest="", floors=(), prices=None
    )


@pytest.fixture(scope="module")
def shops() -> list[tuple[Certificate, Problem]]:
    """Certificates with every kind of proof, all of them right."""
    found = [made(seed, SMALL) for seed in range(60)]
    plain = [each for each in found if len(each[0].stages) == 1]
    found += [(proved_anew(*each, by_prices), each[1]) for each in plain[:20]]
    found += [(proved_anew(*each, by_program), each[1]) for each in plain[:20]]
    assert not [fault for each in found for fault in faults(*each)]
    return found


@pytest.mark.parametrize("at", range(len(CHANGES)))
def test_a_changed_proof_is_refused(at: int, shops: list[tuple[Certificate, Problem]]) -> None:
    how, change = CHANGES[at]
    seen: Counter[bool] = Counter()
    for certificate, problem in shops:
        for other in changed(certificate, how, change):
            if other != certificate:
                seen[bool(list(faults(other, problem)))] += 1
    assert seen[True]
    assert not seen[False]


@pytest.mark.parametrize("at", range(len(WHOLE)))
def test_a_changed_bill_is_refused(at: int, shops: list[tuple[Certificate, Problem]]) -> None:
    seen: Counter[bool] = Counter()
    for certificate, problem in shops:
        if certificate.taken and not any(one.tried for one in certificate.cases):
            seen[bool(list(faults(WHOLE[at](certificate), problem)))] += 1
    assert seen[True]
    assert not seen[False]


def test_a_case_that_was_left_out_is_missed(shops: list[tuple[Certificate, Problem]]) -> None:
    seen = 0
    for certificate, problem in shops:
        split = [one for one in certificate.cases if one.split is not None]
        if split and not any(one.tried for one in certificate.cases):
            seen += 1
            less = certificate._replace(cases=certificate.cases[:-1])
            assert list(faults(less, problem))
            first = split[0]
            whole = CaseProof(first.banned, None, tried=False)
            cases = tuple(whole if one is first else one for one in certificate.cases)
            assert list(faults(certificate._replace(cases=cases), problem))
    assert seen
