"""Orders replayed a minute: `make bench-backtest`. One JSON line for each set of drafts.

A demonstration shop is made once (a few minutes for 20,000 orders), or taken from --home; its whole
trade is replayed by one process with no draft, with two, and with two that have limits, and by two
processes with two drafts. Without a draft every bill must be what was given; else there is no
figure.

    python -m bench.backtest --home my-demo
"""

import json
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from bench.scratch.figures import machine
from regulars.cli.backtest import replayed
from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.pricing.set_rules import Placed
from regulars.domain.pricing.stored import OfferHead, offer_from
from regulars.main import engine_of
from regulars.settings import DATABASE_FILE, Settings
from regulars.storage.engine import SQLITE_SCHEME, open_database
from regulars.storage.stores import STORES
from regulars.use_cases.replay import OffersOf, Plan

ORDERS, MEMBERS, DAYS = 20_000, 1_500, 120
DRAFTS: tuple[Mapping[str, object], ...] = (
    {"kind": "percent", "effect": {"basis_points": 1_000, "per": "order"}, "groups": ["drafts"]},
    {"kind": "nth", "effect": {"n": 2, "basis_points": 5_000, "same": "product"}},
)
LIMITS = [
    {"whose": "member", "span": "day", "uses": 1},
    {"whose": "all", "amount_minor": 2_000_000, "on_last": "clip"},
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One measurement."""

    name: str
    drafts: tuple[Mapping[str, object], ...] = ()
    jobs: int = 1


CASES = (
    Case(name="no draft"),
    Case(name="two drafts", drafts=DRAFTS),
    Case(name="two drafts with limits", drafts=tuple({**one, "limits": LIMITS} for one in DRAFTS)),
    Case(name="two drafts, two processes", drafts=DRAFTS, jobs=2),
)


def measured(url: str, case: Case) -> dict[str, object]:
    """Replay everything once."""
    now = Instant(datetime.now(UTC))
    settings = Settings.read({})
    drafts = tuple(
        Placed(offer_from(OfferHead(uuid7(now, bytes([at] * 10)), 1, Label("draft")), one), None)
        for at, one in enumerate(case.drafts)
    )
    database = open_database(url, read_only=True, threads=1)
    try:
        with database.read() as read:
            stores = tuple(row.id for row in read.all(STORES))
        plan = Plan(
            since=date(now.year - 3, 1, 1),
            until=date(now.year + 1, 1, 1),
            store_ids=stores,
            drafts=drafts,
            without=frozenset(),
            offers=OffersOf.THEN,
            now=now,
        )
        began, cpu = time.perf_counter(), time.process_time()
        found = replayed(database, plan, engine=engine_of(settings.solver), jobs=case.jobs)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    finally:
        database.close()
    if not drafts and (found.otherwise_orders or found.skipped):
        raise RuntimeError(f"{found.otherwise_orders} bills differ, left out: {found.skipped}")
    orders = found.whole.orders
    return {
        "bench": "backtest",
        "case": case.name,
        "jobs": case.jobs,
        "orders": orders,
        "with_draft": found.whole.touched,
        "orders_per_minute": round(60 * orders / seconds),
        "orders_per_minute_of_cpu": round(60 * orders / cpu) if case.jobs == 1 else None,
        "not_proved": found.unproved,
        "peak_mb": round(getrusage(RUSAGE_SELF).ru_maxrss / 1024),
        "machine": machine(),
    }


def main() -> None:
    """Make or take a shop, and measure."""
    parser = ArgumentParser()
    parser.add_argument("--home", type=Path, help="a demonstration shop that is there")
    parser.add_argument("--orders", type=int, default=ORDERS)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = args.home or Path(folder)
        if args.home is None:
            regulars = Path(sys.executable).with_name("regulars")
            size = ("--orders", str(args.orders), "--members", str(MEMBERS), "--days", str(DAYS))
            subprocess.run(
                [regulars, "demo", "--home", str(home), *size], check=True, stdout=sys.stderr
            )
        url = f"{SQLITE_SCHEME}{home / DATABASE_FILE}"
        for case in CASES:
            # Each in a process of its own, so that its memory is its own too.
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
                print(json.dumps(alone.submit(measured, url, case).result()), flush=True)


if __name__ == "__main__":
    main()
