"""The ledger's figures, one JSON line an engine: `make bench-ledger`.

Postings a second through `ledger.record` beside the same rows by the bare driver, in turn; the
proof of the books at two sizes; a million lots that end, alone and beside tills that never stop.

    python -m bench.ledger --engine sqlite --lots 1000000
    python -m bench.ledger --lots 40000 --visits 4000           # in less than a minute
"""

import json
from argparse import ArgumentParser
from contextlib import ExitStack
from dataclasses import dataclass

from bench.ledgers.bare import written
from bench.ledgers.ending import LOTS_PER_MEMBER, emptied, left, make_due
from bench.ledgers.proving import Proof, chained, proved
from bench.ledgers.visits import POSTINGS_PER_VISIT, Visits, scripts_of
from bench.scratch.children import child
from bench.scratch.figures import Sold, machine
from bench.scratch.opening import Filled, filled
from bench.scratch.servers import Place, on_postgresql, on_sqlite, serving
from bench.settle import WORKERS, Served
from regulars.storage.engine import open_database

ENGINES = {"sqlite": on_sqlite, "postgresql": on_postgresql}
ROUNDS = 4
WARM_SECONDS, CALM_SECONDS, ROUND_SECONDS, SELLING_SECONDS_MAX = 1.0, 2.0, 0.5, 300.0
# How much smaller the smaller of the two ledgers is that are proved.
SMALLER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to measure."""

    lots: int
    visits: int

    @property
    def members(self) -> int:
        """As many members as hold so many lots that end."""
        return self.lots // LOTS_PER_MEMBER


def postings(place: Place, shop: Filled, wanted: Wanted) -> dict[str, object]:
    """Visits through the product and by the bare driver in turn, on two copies of one shop."""
    copy = copied(place, "bare")
    share = wanted.visits // ROUNDS
    made = bare = 0.0
    together = 1
    database = open_database(place.url, threads=WORKERS * 2)
    try:
        visits = Visits.to(database, shop.queue.crowd)
        scripts = scripts_of(visits.book(share)[0], place.engine)
        written(copy, scripts, group=1)
        commits = database.totals.commits
        for _ in range(ROUNDS):
            booked, seconds = visits.book(share)
            made += seconds
            together = max(1, round(share / (database.totals.commits - commits)))
            commits = database.totals.commits
            bare += written(copy, scripts_of(booked, place.engine), group=together)
    finally:
        database.close()
    proved(place)
    counted = ROUNDS * share * POSTINGS_PER_VISIT
    return {
        "postings_per_s": round(counted / made),
        "limit_postings_per_s": round(counted / bare),
        "ratio_to_limit": round(bare / made, 2),
        "visits_per_commit": together,
    }


def copied(place: Place, name: str) -> Place:
    """The same shop once more."""
    return place.copied(f"{name}.sqlite3" if place.cluster is None else name)


def ending(place: Place, shop: Filled) -> dict[str, object]:
    """The lots that are over: ended alone, and beside the tills of a served shop."""
    make_due(place)
    # Only now: what is chained may not be changed any more.
    chained(place)
    beside = copied(place, "beside")
    alone = emptied(place)
    calm, busy, seconds = sold_beside(beside, shop)
    proved(beside)
    return {
        "expire_lots": alone.lots,
        "expire_lots_s": round(alone.seconds, 2),
        "expire_lots_s_per_million": round(alone.seconds / alone.lots * 1_000_000, 1),
        "expire_batches": alone.batches,
        "expire_batch_ms_max": round(alone.longest_seconds * 1_000, 1),
        "expire_seconds_beside_sales": round(seconds, 1),
        "sale_p99_ms_during_expiry": round(busy.latency_ms(0.99), 1),
        "sale_max_ms_during_expiry": round(busy.latency_ms(1.0), 1),
        "sale_p99_ms_before": round(calm.latency_ms(0.99), 1),
        "sales_per_s_during_expiry": round(busy.per_second),
        "sales_per_s_before": round(calm.per_second),
    }


def sold_beside(place: Place, shop: Filled) -> tuple[Sold, Sold, float]:
    """Sales of a served shop when nothing is due, and while its own job ends the lots."""
    queue = shop.queue.on(place)
    sold: list[Sold] = []
    seconds = 0.0
    for work in (False, True):
        with ExitStack() as stack:
            server = stack.enter_context(serving(place, workers=WORKERS, work=work))
            load = stack.enter_context(child("bench.scratch.load", str(server.port)))
            served = Served(server, load, shop.till, queue)
            cold = served.sell(WARM_SECONDS)
            if not work:
                sold.append(served.sell(CALM_SECONDS))
                continue
            watching = open_database(place.url, read_only=True)
            stack.callback(watching.close)
            # Of a few lots all may end while the server is still warming up.
            warm = Sold()
            while left(watching) and warm.seconds < SELLING_SECONDS_MAX:
                warm.join(served.sell(ROUND_SECONDS))
            sold.append(warm if warm.sales else cold)
            seconds = cold.seconds + warm.seconds
    return sold[0], sold[1], seconds


def proofs(smaller: Proof, larger: Proof) -> dict[str, object]:
    """What proving took at both sizes."""
    return {
        "verify_postings_per_min": round(larger.postings_per_minute),
        "verify_postings": [smaller.postings, larger.postings],
        "verify_seconds": [round(one.seconds, 2) for one in (smaller, larger)],
        "verify_peak_mb": [round(one.peak_mb) for one in (smaller, larger)],
    }


def measured(engine: str, wanted: Wanted) -> dict[str, object]:
    """All figures of one engine."""
    with ENGINES[engine]() as place:
        filled(place, members=wanted.members // SMALLER)
        chained(place)
        smaller = proved(place)
    with ENGINES[engine]() as place:
        shop = filled(place, members=wanted.members)
        due = copied(place, "ending")
        chained(place)
        larger = proved(place)
        ended = ending(due, shop)
        posted = postings(place, shop, wanted)
    return {
        "bench": "ledger",
        "engine": engine,
        **posted,
        **proofs(smaller, larger),
        **ended,
        "members": wanted.members,
        "visits": wanted.visits,
        "machine": machine(),
    }


def main() -> None:
    """Measure the engines that were asked for."""
    parser = ArgumentParser(prog="bench.ledger")
    parser.add_argument("--engine", choices=sorted(ENGINES), help="one engine alone")
    parser.add_argument("--lots", type=int, default=1_000_000, help="lots that end")
    parser.add_argument("--visits", type=int, default=20_000, help="visits that are booked")
    args = parser.parse_args()
    wanted = Wanted(lots=args.lots, visits=args.visits)
    for engine in ENGINES:
        if args.engine in (None, engine):
            print(json.dumps(measured(engine, wanted)), flush=True)


if __name__ == "__main__":
    main()
