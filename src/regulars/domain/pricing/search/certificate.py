"""Why a bill is the least, as plain data that anybody can check without searching.

    41.00, bound 41.00: cases "without 招牌九折" and "without 第二杯半价" were looked into; in each, the
    teas were swept whole (12 states, digest 3f2a…) or bounded by prices (tea 3.00, cake 0.00), and no
    set of offers on the bill leaves less than 41.00.

Made on request from the problem alone: the sale path keeps none of it. `checker.py` reads it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from regulars.domain.pricing.search.bound import Prices, outlook_of
from regulars.domain.pricing.search.items import How, ItemStage, Proof
from regulars.domain.pricing.search.milp import value_of
from regulars.domain.pricing.search.solve import Problem, Search
from regulars.domain.pricing.search.sweep import Hope, Sweep

CERTIFICATE_FORMAT = 1


class PartProof(NamedTuple):
    """Why one component saves no more with at most so many coupons.

    Units: minor units for `value_minor` and `bound_minor`; `prices` (by unit, then of a coupon) and
    `floors` carry tie-breaks in their low bits. `machines` are (offer, first role) pairs.
    """

    machines: tuple[tuple[int, int], ...]
    coupons_max: int
    how: str
    value_minor: int
    bound_minor: int
    steps: tuple[tuple[int, int, int], ...]
    prices: tuple[tuple[tuple[int, int], ...], int] | None
    floors: tuple[int, ...]
    layers: tuple[int, ...]
    digest: str
    engine: str | None


class StageProof(NamedTuple):
    """The components of the item offers without the banned."""

    banned: int
    parts: tuple[PartProof, ...]


class CaseProof(NamedTuple):
    """One case: the banned, the offer over which it was split, or whether all bills were tried."""

    banned: int
    split: int | None
    tried: bool


class Certificate(NamedTuple):
    """The bill and why none is less. Units: minor units.

    `taken` are (unit, offer, role), `orders` (offer, copy). `thresholds` are (banned, coupons,
    threshold, the most that item offers can save and stay above it).
    """

    format: int
    value_minor: int
    bound_minor: int
    taken: tuple[tuple[int, int, int], ...]
    orders: tuple[tuple[int, int], ...]
    cases: tuple[CaseProof, ...]
    stages: tuple[StageProof, ...]
    thresholds: tuple[tuple[int, int, int, int], ...]

    @property
    def proved(self) -> bool:
        """Whether no legal choice leaves less."""
        return self.bound_minor >= self.value_minor

    def data(self) -> dict[str, object]:
        """The same in lists, words and whole numbers."""
        return {
            "format": self.format,
            "value_minor": self.value_minor,
            "bound_minor": self.bound_minor,
            "proved": self.proved,
            "taken": [list(one) for one in self.taken],
            "orders": [list(one) for one in self.orders],
            "cases": [one._asdict() for one in self.cases],
            "stages": [
                {"banned": one.banned, "parts": [part._asdict() for part in one.parts]}
                for one in self.stages
            ],
            "thresholds": [list(one) for one in self.thresholds],
        }


def certificate_of(problem: Problem) -> Certificate:
    """The search once more, with everything noted that a third party needs."""
    search = Search(problem)
    choice = search.run()
    items = sum(1 << one.number for one in problem.items)
    leaves = [one for one in search.seen if one not in search.splits]
    stages = sorted({banned & items for banned in leaves if banned not in search.tried})
    return Certificate(
        CERTIFICATE_FORMAT,
        choice.total_minor,
        choice.bound_minor,
        tuple((one.unit, one.number, one.role) for one in choice.taken),
        tuple((one.number, one.copy) for one in choice.orders),
        tuple(
            CaseProof(banned, search.splits.get(banned), banned in search.tried)
            for banned in dict.fromkeys((*search.seen, *sorted(search.tried)))
        ),
        tuple(StageProof(banned, _parts(search.stage(banned), problem)) for banned in stages),
        tuple((*key, saved) for key, saved in sorted(search.reached.items())),
    )


def _parts(stage: ItemStage, problem: Problem) -> tuple[PartProof, ...]:
    return tuple(
        _part(proofs, problem, coupons)
        for proofs in stage.proofs(problem.coupons_max)
        for coupons in range(len(proofs))
    )


def _part(proofs: Sequence[Proof], problem: Problem, coupons: int) -> PartProof:
    proof = proofs[coupons]
    component, prices = proof.component, proof.prices
    floors: tuple[int, ...] = ()
    layers: tuple[int, ...] = ()
    digest = ""
    if proof.how is How.EXHAUSTED:
        hope: Hope | None = None
        sweep = Sweep(component, problem.tolls, coupons)
        if prices is not None:
            floors = tuple(_worth(one, problem) for one in proofs[: coupons + 1])
            hope = hope_of(proof, prices, sweep, problem, coupons)
        found = sweep.run(hope=hope, floor=floors or None, proof=True)
        assert found is not None
        layers, digest = found.layers, found.digest
    return PartProof(
        tuple((machine.number, machine.first_role) for machine in component.machines),
        coupons,
        proof.how.value,
        proof.value_minor,
        proof.bound_minor,
        tuple((step.unit, step.machine, step.role) for step in proof.steps),
        None if prices is None else (tuple(sorted(prices.unit.items())), prices.coupon),
        floors,
        layers,
        digest,
        proof.engine,
    )


def _worth(proof: Proof, problem: Problem) -> int:
    worth = value_of(proof.component, proof.steps, problem.tolls)
    assert worth is not None
    return worth[0]


def hope_of(proof: Proof, prices: Prices, sweep: Sweep, problem: Problem, coupons: int) -> Hope:
    """What can still be gained from a state on, at some prices."""
    outlook = outlook_of(proof.component, problem.tolls, prices, coupons)
    return sweep.hope(outlook.ahead, outlook.priced, (prices.coupon, coupons))
