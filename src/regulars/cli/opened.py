"""A shop as a command opens it that changes something in it.

with opened_shop(args.database, home=args.home, master_key=args.master_key) as shop:
    shop.runner.submit(...)
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from regulars.domain.kernel.period import Instant
from regulars.storage.engine import Database, open_database
from regulars.storage.schema import require_current
from regulars.storage.shops import Shops
from regulars.storage.vault import Vault, open_vault
from regulars.use_cases.runner import Runner


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a command works with."""

    database: Database
    vault: Vault
    shops: Shops
    runner: Runner
    clock: Callable[[], Instant]
    entropy: Callable[[int], bytes]


@contextmanager
def opened_shop(url: str, *, home: Path, master_key: str | None) -> Iterator[Opened]:
    """The shop as its server opens it; on SQLite the server must not be running."""
    database = open_database(url)
    try:
        require_current(database)
        vault = open_vault(home, database, now=_clock(), master_key=master_key)
        shops = Shops()
        runner = Runner(
            database, clock=_clock, entropy=secrets.token_bytes, vault=vault, shops=shops
        )
        yield Opened(
            database=database,
            vault=vault,
            shops=shops,
            runner=runner,
            clock=_clock,
            entropy=secrets.token_bytes,
        )
    finally:
        database.close()


def _clock() -> Instant:
    return Instant(datetime.now(UTC))
