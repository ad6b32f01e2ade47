"""How long a proved best bill takes, by offers and baskets: `make bench-quote`.

Whole quotes, from the index of offers to the fingerprint, by a member with 50 coupons of which an
order takes two. Each line of output is one pair of distribution and number of active offers; of
1,000 and of 10,000 offers the same 38 are in force. Then what the engine of the hard tail costs a
server to import, and the worst basket that a search for bad baskets finds.

Beside the times stands `loop_ns`, a step of `for i in range(n): s += i`, taken in turn with the
baskets: what this machine gives Python just then.

    python -m bench.quote --offers 1000 --distribution everyday --baskets 500
    python -m bench.quote --engine none
"""

import gc
import json
import os
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import median
from time import perf_counter, process_time

from bench.quotes.baskets import DISTRIBUTIONS, basket_of
from bench.quotes.importing import imported
from bench.quotes.menu import Menu
from bench.quotes.priced import Priced, Shop, shop_of
from bench.quotes.worst import climbed
from bench.scratch.figures import machine
from regulars.domain.pricing.basket import Basket
from regulars.domain.pricing.search.milp import MilpEngine
from regulars.main import engine_of
from regulars.settings import Solver

OFFERS = (10, 100, 1_000, 10_000)
SHOPS = 10
BASKETS = {"everyday": 2_000, "even": 1_000}
LOOPS = 100_000
WORST_OFFERS = 1_000


@dataclass(slots=True)
class Figures:
    """What some quotes came to. Units: milliseconds; `loop_ns` nanoseconds."""

    quotes: list[Priced] = field(default_factory=list)
    loop_ns: list[float] = field(default_factory=list)

    def line(self, distribution: str, offers: int) -> dict[str, object]:
        """The line of output."""
        wall = sorted(one.wall_ms for one in self.quotes)
        cpu = sorted(one.cpu_ms for one in self.quotes)
        nodes = sorted(one.nodes for one in self.quotes)
        loop_ns = median(self.loop_ns)
        return {
            "bench": "quote",
            "baskets": distribution,
            "offers": offers,
            "p50_ms": round(_at(wall, 0.50), 2),
            "p95_ms": round(_at(wall, 0.95), 2),
            "p99_ms": round(_at(wall, 0.99), 1),
            "max_ms": round(wall[-1], 1),
            "proved": round(sum(one.proved for one in self.quotes) / len(self.quotes), 5),
            "nodes_p99": _at(nodes, 0.99),
            "cpu_p50_ms": round(_at(cpu, 0.50), 2),
            "cpu_p95_ms": round(_at(cpu, 0.95), 2),
            "cpu_p99_ms": round(_at(cpu, 0.99), 1),
            "loop_ns": round(loop_ns, 1),
            "p50_loops": round(1_000_000 * _at(cpu, 0.50) / loop_ns),
            "gap_minor_max": max(one.gap_minor for one in self.quotes),
            "programs": round(sum(one.programs > 0 for one in self.quotes) / len(self.quotes), 3),
            "in_play_p50": round(median([one.candidates for one in self.quotes])),
            "units_p50": round(median([one.units for one in self.quotes])),
            "count": len(self.quotes),
            "machine": machine(),
        }


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measured(shops: Sequence[Shop], distribution: str, baskets: int) -> Figures:
    """Quote the baskets of each shop, shop after shop."""
    figures = Figures()
    for number, shop in enumerate(shops):
        dice = Random(f"{distribution} {number}")
        coming = list(_baskets(distribution, shop.menu, dice, baskets // len(shops)))
        shop.price(coming[0])
        for basket in coming:
            figures.quotes.append(shop.price(basket))
        figures.loop_ns.append(_loop_ns())
    return figures


def _baskets(distribution: str, menu: Menu, dice: Random, count: int) -> Iterator[Basket]:
    for _ in range(count):
        yield basket_of(distribution, menu, dice)


def _loop_ns() -> float:
    started, total = process_time(), 0
    for i in range(LOOPS):
        total += i
    return 1_000_000_000 * (process_time() - started) / LOOPS


def worst(engine: MilpEngine | None, solver: Solver) -> dict[str, object]:
    """The slowest basket that climbing from bad baskets finds."""
    shops = [shop_of(number, WORST_OFFERS, engine) for number in range(SHOPS)]
    started = perf_counter()
    found, tried = climbed(shops, Random("worst"))
    return {
        "bench": "quote",
        "baskets": "worst",
        "offers": WORST_OFFERS,
        "solver": solver.value,
        "max_ms": round(found.wall_ms, 1),
        "cpu_ms": round(found.cpu_ms, 1),
        "proved": found.proved,
        "gap_minor": found.gap_minor,
        "nodes": found.nodes,
        "units": found.units,
        "tried": tried,
        "seconds": round(perf_counter() - started, 1),
        "machine": machine(),
    }


def main() -> None:
    """Measure what was asked for; all of it by default."""
    parser = ArgumentParser(prog="bench.quote")
    parser.add_argument("--distribution", choices=DISTRIBUTIONS, help="one alone")
    parser.add_argument("--offers", type=int, help="one number of offers alone")
    parser.add_argument("--baskets", type=int, help="of each distribution")
    parser.add_argument("--engine", choices=list(Solver), default=Solver.HIGHS, type=Solver)
    parser.add_argument("--no-worst", action="store_true", help="leave out the search for bad ones")
    args = parser.parse_args()
    engine = engine_of(args.engine)
    # One core, as a till's request has; the others are left to whatever else runs.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    for offers in (args.offers,) if args.offers else OFFERS:
        shops = [shop_of(number, offers, engine) for number in range(SHOPS)]
        gc.collect()
        gc.freeze()
        for distribution in (args.distribution,) if args.distribution else DISTRIBUTIONS:
            count = args.baskets or BASKETS[distribution]
            line = measured(shops, distribution, count).line(distribution, offers)
            print(json.dumps({**line, "solver": args.engine.value}), flush=True)
        gc.unfreeze()
    print(json.dumps({"bench": "quote", "baskets": "import", **imported()}), flush=True)
    if not args.no_worst:
        for solver in Solver:
            print(json.dumps(worst(engine_of(solver), solver)), flush=True)


if __name__ == "__main__":
    main()
