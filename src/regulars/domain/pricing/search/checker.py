"""Whether a certificate holds: by its own arithmetic, without searching.

It prices the bill again, evaluates the prices of units against every item offer by itself, sweeps
again where a sweep was the proof, and sees that the cases leave no bill out. The first thing that is
wrong is named. Where an integer program was the proof, engine and figures must be there; their truth
is the engine's, which another engine repeats.
"""

from collections.abc import Iterator, Sequence

from regulars.domain.pricing.search.automaton import Taken
from regulars.domain.pricing.search.certificate import (
    CERTIFICATE_FORMAT,
    Certificate,
)
from regulars.domain.pricing.search.division import divided
from regulars.domain.pricing.search.exhaust import best_of_all
from regulars.domain.pricing.search.solve import Problem, trial_of

NEVER = -(1 << 80)


def faults(certificate: Certificate, problem: Problem) -> Iterator[str]:
    """What is wrong with a certificate, the first fault first; nothing where it holds."""
    if certificate.format != CERTIFICATE_FORMAT:
        yield "the format is not known"
    if certificate.bound_minor > certificate.value_minor:
        yield "the bound passes the value"
    yield from _bill(certificate, problem)
    yield from _cases(certificate, problem)
    proofs = {one.banned: one for one in certificate.stages}
    items = sum(1 << one.number for one in problem.items)
    bounds: dict[int, Sequence[int]] = {}
    for banned, proof in proofs.items():
        offers = [one for one in problem.items if not banned >> one.number & 1]
        division = divided(offers, problem.dearest, problem.tolls)
        yield from _stage(proof, division, problem)
        bounds[banned] = _bounds(proof, division, problem.coupons_max)
    for case in certificate.cases:
        if case.split is not None:
            continue
        if case.tried:
            tried = best_of_all(trial_of(problem, case.banned))
            if tried is None or tried.total_minor < certificate.bound_minor:
                yield f"case {case.banned:x}: trying all bills leaves less than the bound"
        elif case.banned & items not in bounds:
            yield f"case {case.banned:x}: its item offers have no proof"
        elif _falls_below(certificate, problem, case.banned, bounds[case.banned & items]):
            yield f"case {case.banned:x}: some set of offers could leave less than the bound"


def _bill(certificate: Certificate, problem: Problem) -> Iterator[str]:
    """The bill itself: legal, and worth what it says."""
    copies = {(one.number, one.copy): one for one in problem.orders}
    if not set(certificate.orders) <= set(copies):
        yield "the bill names an offer that is not in play"
        return
    used = {number for number, _ in certificate.orders}
    used |= {number for _, number, _ in certificate.taken}
    mask = sum(1 << number for number in used)
    if any(problem.masks[number] & mask & ~(1 << number) for number in used):
        yield "the bill holds offers that exclude each other"
    coupons = sum(copies[one].is_coupon for one in certificate.orders)
    for one in problem.items:
        steps = [(unit, role) for unit, number, role in certificate.taken if number == one.number]
        if not steps:
            continue
        spent = one.taking.uses_by(steps, problem.dearest, one.copies)
        if spent is None:
            yield "an item offer takes units that make no whole uses"
            return
        coupons += spent
    if len({unit for unit, _, _ in certificate.taken}) < len(certificate.taken):
        yield "a unit is taken twice"
    if coupons > problem.coupons_max:
        yield "the bill spends more coupons than an order takes"
    taken = [Taken(*one[:1], one[1], one[2]) for one in certificate.taken]
    orders = sorted([copies[one] for one in certificate.orders], key=lambda one: one.rank)
    after_item = problem.ledger.after_item(taken)
    total = None if after_item is None else problem.ledger.left(after_item, orders)
    if total != certificate.value_minor:
        yield f"the bill comes to {total}, not to {certificate.value_minor}"
