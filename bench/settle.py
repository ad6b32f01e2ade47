"""Sales a second through HTTP, beside the same rows written by hand: `make bench-settle`.

One sale: four lines, a coupon, points, stored value and cash, for a member with a tier's discount;
16 tills over connections that stay open. In turn with it, on a copy of the same database, a script
writes the same rows straight to the engine: what it reaches is the limit. One JSON line an engine.

    python -m bench.settle --engine sqlite --members 1000000
    python -m bench.settle --engine sqlite --flush-ms 2
"""

import json
import math
import os
import subprocess
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from bench.limits.recorded_sales import recorded
from bench.limits.script import Script
from bench.limits.work import Done, Guest, Work
from bench.scratch.children import Child, child
from bench.scratch.figures import Sold, machine
from bench.scratch.load import Batch, Outcome
from bench.scratch.opening import Queue, by_terminal, filled
from bench.scratch.processes import cpu_seconds, memory_mb
from bench.scratch.servers import REGULARS, Place, Server, on_postgresql, on_sqlite, serving
from bench.scratch.shop import BASKETS, TERMINALS
from bench.scratch.tills import Till
from regulars.domain.stores.codes import token_hash
from regulars.main import build

ROUND_SECONDS, WARM_SECONDS = 2.5, 2.0
WORKERS = 2
# Connections of each of the two processes that write by hand on PostgreSQL.
HANDS = 4
# Sales per commit by hand: the better one is the limit.
GROUPS = {"sqlite": (1, 16), "postgresql": (1,)}
FIRST_GUESS_PER_SECOND = 500
AT_REST_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to measure."""

    seconds: float
    members: int
    flush_seconds: float


@dataclass(slots=True)
class Served:
    """The product: real server processes, and the load beside them."""

    server: Server
    load: Child
    till: Till
    queue: Queue
    per_second: float = FIRST_GUESS_PER_SECOND
    made: int = 0

    def sell(self, seconds: float) -> Sold:
        """Send sales for so long; each one must be accepted."""
        coming = by_terminal(self.queue.next_sales(_more_than(self.per_second * seconds)))
        requests = [[self.till.request(sale) for sale in of_till] for of_till in coming]
        sold, place = Sold(), self.queue.place
        server, database = cpu_seconds(self.server.pids()), cpu_seconds(place.database_pids())
        outcome = self.load.ask(Batch(requests, seconds))
        assert isinstance(outcome, Outcome)
        sold.server_cpu = cpu_seconds(self.server.pids()) - server
        sold.database_cpu = cpu_seconds(place.database_pids()) - database
        for sent, of_till in zip(outcome.sent, coming, strict=True):
            self.queue.give_back(of_till[sent:])
        if set(outcome.statuses) != {201}:
            raise RuntimeError(f"{outcome.statuses}: {outcome.first_refusal.decode()}")
        sold.client_cpu = outcome.cpu_seconds
        sold.latencies = list(outcome.latencies)
        sold.add(len(outcome.latencies), outcome.seconds)
        self.per_second = sold.per_second
        self.made += sold.sales
        return sold


@dataclass(slots=True)
class ByHand:
    """The limit: processes that write the same rows straight to the engine."""

    hands: list[Child]
    scripts: list[Script]
    queue: Queue
    per_second: float = FIRST_GUESS_PER_SECOND
    made: int = 0

    def sell(self, seconds: float, *, group: int) -> Sold:
        """Write sales for so long."""
        crowd, place = self.queue.crowd, self.queue.place
        coming = self.queue.next_sales(_more_than(self.per_second * seconds))
        shares = [coming[number :: len(self.hands)] for number in range(len(self.hands))]
        sold = Sold()
        database = cpu_seconds(place.database_pids())
        for hand, share in zip(self.hands, shares, strict=True):
            guests = [Guest(crowd.member(sale.member), sale.coupon) for sale in share]
            hand.send(Work(guests=guests, scripts=self.scripts, seconds=seconds, group=group))
        done = [each for hand in self.hands if isinstance(each := hand.receive(), Done)]
        for each, share in zip(done, shares, strict=True):
            self.queue.give_back(share[each.sales :])
        sold.database_cpu = cpu_seconds(place.database_pids()) - database
        sold.client_cpu = sum(each.cpu_seconds for each in done)
        sold.add(sum(each.sales for each in done), max(each.seconds for each in done))
        self.per_second = max(self.per_second, sold.per_second)
        self.made += sold.sales
        return sold


def _more_than(count: float) -> int:
    return int(count * 1.5) + len(TERMINALS)


def measured(place: Place, wanted: Wanted) -> dict[str, object]:
    """Fill a shop, sell in it and by hand in turn, prove the books."""
    shop = filled(place, members=wanted.members)
    coming = shop.queue.next_sales(2 * len(BASKETS))
    regulars = build(place.settings)
    scripts = recorded(regulars, place, shop.till, coming, warm=len(BASKETS))
    regulars.close()
    copy = place.copied("limits.sqlite3" if place.cluster is None else "limits")
    with ExitStack() as stack:
        server = stack.enter_context(
            serving(place, workers=WORKERS, flush_seconds=wanted.flush_seconds)
        )
        time.sleep(AT_REST_SECONDS)
        idle_memory_mb = memory_mb(server.pids())
        load = stack.enter_context(child("bench.scratch.load", str(server.port)))
        token = token_hash(shop.till.cookie.partition("=")[2]).hex()
        hands = [
            stack.enter_context(child(*arguments))
            for arguments in _hands(copy, token, wanted.flush_seconds)
        ]
        served = Served(server, load, shop.till, shop.queue)
        by_hand = ByHand(hands, scripts.scripts, shop.queue.on(copy))
        sold, limits = in_turn(served, by_hand, wanted.seconds)
    prove(place, len(coming) + served.made)
    prove(copy, len(coming) + by_hand.made)
    limit = max(limits.values(), key=lambda one: one.per_second)
    return {
        "bench": "settle",
        "engine": place.engine,
        "sales_per_s": round(sold.per_second),
        "p50_ms": round(sold.latency_ms(0.50), 1),
        "p99_ms": round(sold.latency_ms(0.99), 1),
        "python_ms_per_sale": round(sold.cpu_ms(sold.server_cpu), 3),
        "round_trips_per_sale": scripts.round_trips,
        "statements_per_sale": scripts.statements,
        "limit_per_s": round(limit.per_second),
        "ratio_to_limit": round(sold.per_second / limit.per_second, 2),
        "ratio_by_cpu": round(limit.cpu / sold.cpu, 2),
        "limit_group": next(group for group, one in limits.items() if one is limit),
        "database_ms_per_sale": round(sold.cpu_ms(sold.database_cpu), 3),
        "load_ms_per_sale": round(sold.cpu_ms(sold.client_cpu), 3),
        "limit_cpu_ms_per_sale": round(limit.cpu, 3),
        "rounds_per_s": sold.rounds,
        "limit_rounds_per_s": limit.rounds,
        "members": wanted.members,
        "flush_ms": wanted.flush_seconds * 1_000,
        "idle_memory_mb": round(idle_memory_mb),
        "seconds": round(sold.seconds, 1),
        "sales": sold.sales,
        "fill_seconds": round(shop.fill_seconds, 1),
        "machine": machine(),
    }


def _hands(copy: Place, token: str, flush_seconds: float) -> Iterator[tuple[str, ...]]:
    if copy.cluster is None:
        path = str(copy.home / copy.name)
        yield ("bench.limits.by_sqlite", path, token, str(flush_seconds))
    else:
        for number in range(WORKERS):
            first = str(number * HANDS)
            yield ("bench.limits.by_postgres", copy.url, token, first, str(HANDS))


def in_turn(served: Served, by_hand: ByHand, seconds: float) -> tuple[Sold, dict[int, Sold]]:
    """Rounds of the product and of the limit, one after the other, so that both meet the same."""
    groups = GROUPS[served.queue.place.engine]
    served.sell(WARM_SECONDS)
    for group in groups:
        by_hand.sell(WARM_SECONDS / len(groups), group=group)
    sold, limits = Sold(), {group: Sold() for group in groups}
    for _ in range(math.ceil(seconds / ROUND_SECONDS)):
        sold.join(served.sell(ROUND_SECONDS))
        for group in groups:
            limits[group].join(by_hand.sell(ROUND_SECONDS / len(groups), group=group))
    return sold, limits


def prove(place: Place, made: int) -> None:
    """`regulars verify` finds every sale and no difference."""
    environment = {**os.environ, "REGULARS_HOME": str(place.home), "REGULARS_DATABASE": place.url}
    told = subprocess.run(
        [REGULARS, "verify", "--json"], env=environment, stdout=subprocess.PIPE, check=False
    )
    report = json.loads(told.stdout)
    if report["differences"] or report["orders"] != made:
        raise RuntimeError(f"{made} sales were made: {told.stdout.decode()[:2_000]}")


def main() -> None:
    """Measure the engines that were asked for."""
    parser = ArgumentParser(prog="bench.settle")
    parser.add_argument("--engine", choices=sorted(GROUPS), help="one engine alone")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--members", type=int, default=1_000)
    parser.add_argument("--flush-ms", type=float, default=0.0, help="SQLite: a slower disk")
    args = parser.parse_args()
    wanted = Wanted(seconds=args.seconds, members=args.members, flush_seconds=args.flush_ms / 1_000)
    for engine, opened in (("sqlite", on_sqlite), ("postgresql", on_postgresql)):
        if args.engine in (None, engine):
            with opened() as place:
                print(json.dumps(measured(place, wanted)), flush=True)


if __name__ == "__main__":
    main()
