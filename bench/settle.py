"""Sales a second through HTTP, beside the same rows written by hand: `make bench-settle`.

One sale: four lines, a coupon, points, stored value and cash, for a member with a tier's discount;
16 tills over connections that stay open. In turn with it, on a copy of the same database, a script
writes the same rows straight to the engine: what it reaches is the limit. One JSON line an engine.

    python -m bench.settle --engine sqlite --members 1000000
    python -m bench.settle --engine sqlite --flush-ms 2
"""

import json
import os
import platform
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from bench.limits import by_postgres, by_sqlite
from bench.limits.recording import recording
from bench.limits.script import Known, Script, script_of
from bench.limits.work import Done, Guest, Work
from bench.scratch.children import Child, child
from bench.scratch.crowd import Crowd
from bench.scratch.load import Batch, Outcome
from bench.scratch.processes import cpu_seconds, memory_mb
from bench.scratch.servers import REGULARS, Place, Server, on_postgresql, on_sqlite, serving
from bench.scratch.shop import BASKETS, TERMINALS, TIERS, open_shop
from bench.scratch.tills import Till, new_id, priced, rotation, sales
from regulars.domain.stores.actor import SYSTEM
from regulars.domain.stores.codes import token_hash
from regulars.http.order_forms import SaleForm
from regulars.main import Regulars, build, clock
from regulars.use_cases.runner import Runner

ROUND_SECONDS = 2.5
WARM_SECONDS = 2.0
WORKERS = 2
# Connections of each of the two processes that write by hand.
HANDS = 4
GROUPS = (1, 16)
FIRST_GUESS_PER_SECOND = 2_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to measure."""

    engine: str
    seconds: float
    members: int
    flush_ms: float


@dataclass(slots=True)
class Sold:
    """What some rounds of one kind came to. Units: seconds."""

    sales: int = 0
    seconds: float = 0.0
    server_cpu: float = 0.0
    database_cpu: float = 0.0
    client_cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)
    rounds: list[float] = field(default_factory=list)

    def add(self, count: int, seconds: float) -> None:
        """One more round."""
        self.sales += count
        self.seconds += seconds
        self.rounds.append(round(count / seconds))

    @property
    def per_second(self) -> float:
        """Sales a second."""
        return self.sales / self.seconds

    def cpu_ms(self, seconds: float) -> float:
        """CPU milliseconds of one sale."""
        return round(1_000 * seconds / self.sales, 3)

    def latency_ms(self, share: float) -> float:
        """The latency that this share of the sales stayed under."""
        ordered = sorted(self.latencies)
        return round(1_000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)


@dataclass(slots=True)
class Coupons:
    """Gives the next members of a database a coupon each, and remembers how far it came."""

    place: Place
    crowd: Crowd
    issued: int
    started: int = 0

    def next_guests(self, count: int) -> list[Guest]:
        """The next members with a fresh coupon each."""
        members = rotation(self.crowd, start=self.started, count=count)
        with self.place.adding() as bulk:
            coupons = self.crowd.issue(bulk, members, first=self.issued)
        self.issued += count
        self.started += count
        return [
            Guest(self.crowd.member(member), coupon)
            for member, coupon in zip(members, coupons, strict=True)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A filled shop whose sale was recorded, and the copy that the limit writes to."""

    place: Place
    copy: Place
    crowd: Crowd
    till: Till
    scripts: list[Script]
    issued: int
    recorded: int
    round_trips: float
    statements: float
    fill_seconds: float


def prepared(place: Place, members: int) -> Ready:
    """Fill the shop, record what a sale sends, and copy the database."""
    regulars = build(place.settings)
    opened = open_shop(regulars.database, now=clock())
    regulars.close()
    crowd = Crowd(members=members, at=opened.at)
    began = time.perf_counter()
    count = 2 * len(BASKETS)
    with place.filling() as bulk:
        crowd.fill(bulk)
        shown = crowd.issue(bulk, range(len(TIERS)), first=0)
        used = crowd.issue(bulk, rotation(crowd, start=0, count=count), first=len(shown))
    fill_seconds = time.perf_counter() - began
    regulars = build(place.settings)
    try:
        till = priced(regulars, crowd, opened, shown)
        with recording(regulars.database, place) as recorder:
            runner = Runner(
                recorder, clock=clock, entropy=os.urandom, vault=regulars.vault, shops=regulars.shops
            )
            scripts = []
            ordered = list(sales(rotation(crowd, start=0, count=count), used, start=0))
            for sale in ordered:
                body = SaleForm.model_validate(till.body(sale), strict=False).command()
                runner.run_now(body, actor=SYSTEM, command_id=new_id())
                known = Known(
                    member=crowd.member(sale.member),
                    coupon=sale.coupon,
                    terminal=sale.terminal,
                    order=body.order_id,
                )
                encode = by_sqlite.encode if place.cluster is None else by_postgres.encode
                calls = recorder.sales[-1].calls
                scripts.append(script_of(calls, known, engine=place.engine, encode=encode))
            later = recorder.sales[len(BASKETS) :]
            round_trips = sum(wire.round_trips for wire in later) / len(later)
            statements = sum(wire.statements for wire in later) / len(later)
    finally:
        regulars.close()
    return Ready(
        place=place,
        copy=place.copied("limits" if place.cluster else "limits.sqlite3"),
        crowd=crowd,
        till=till,
        # The first sales of a process also load the shop.
        scripts=scripts[len(BASKETS) :],
        issued=len(shown) + len(used),
        recorded=count,
        round_trips=round_trips,
        statements=statements,
        fill_seconds=fill_seconds,
    )
