"""Makes the demonstration: an empty database, opening day, one year, and the closing mark."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from regulars.cli.demo_shop.chain import Chain
from regulars.cli.demo_shop.home import BEGUN, FILLED, mark
from regulars.cli.demo_shop.opening import day_start, end_of, open_chain
from regulars.cli.demo_shop.pump import Clock, Pump
from regulars.cli.demo_shop.seeds import Seed
from regulars.cli.demo_shop.serving import Hiring, Premises
from regulars.cli.demo_shop.size import Size
from regulars.cli.demo_shop.year import Done, Year
from regulars.storage.engine import SQLITE_SCHEME, Database, Write, open_database
from regulars.storage.migrate import upgrade
from regulars.storage.shops import Shops
from regulars.storage.vault import open_vault
from regulars.use_cases.runner import Runner

# Nobody waits at a till: many commands share one commit.
GROUP_SECONDS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which demonstration is wanted, where, and who puts its own jobs together."""

    home: Path
    file: Path
    seed: Seed
    size: Size
    hiring: Hiring
    master_key: str | None = None


def make(order: Order, told: Callable[[Done], None]) -> None:
    """Fill an empty database; the same order makes the same shop."""
    url = f"{SQLITE_SCHEME}{order.file}"
    upgrade(url)
    database = open_database(url, group_seconds=GROUP_SECONDS)
    try:
        _fill(order, database, told)
    finally:
        database.close()


def _fill(order: Order, database: Database, told: Callable[[Done], None]) -> None:
    size, seed = order.size, order.seed
    opened_at = day_start(size.first)
    chain = Chain(seed, opened_at)

    def open_shop(tx: Write) -> None:
        mark(tx, BEGUN, opened_at)
        open_chain(tx, chain, first=size.first, last=size.until)

    database.write(open_shop).result()
    shops = Shops()
    clock = Clock(opened_at)
    vault = open_vault(order.home, database, now=opened_at, master_key=order.master_key)
    runner = Runner(
        database, clock=clock, entropy=seed.dice("ids").randbytes, vault=vault, shops=shops
    )
    premises = Premises(database=database, shops=shops, vault=vault, clock=clock)
    worker = order.hiring(premises, seed=seed.number)
    gc.collect()
    gc.freeze()
    year = Year(chain, size, premises, worker)
    year.run(Pump(runner, clock), told)
    database.write(lambda tx: mark(tx, FILLED, end_of(size))).result()
