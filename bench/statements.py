"""What one statement costs in Python, beside the driver's cursor by hand: `make bench-statements`.

CPU of this thread in µs, the lowest of seven rounds: waiting for the server does not count.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from psycopg import RawCursor
from sqlalchemy import bindparam, select

from regulars.storage.columns import Id
from regulars.storage.engine import Statement, Write
from regulars.storage.migrate import upgrade
from regulars.storage.postgres import PostgresWire
from regulars.storage.session import Session
from regulars.storage.sqlite import SqliteWire, connect
from regulars.storage.statement import one_of
from regulars.storage.tables.stores import region
from tests.postgres import APP, OWNER, running_cluster

ROUNDS, CALLS = 7, 1_000


class Region(NamedTuple):
    """A row to read."""

    id: UUID
    name_zh: str
    name_en: str


COLUMNS = (region.c.id, region.c.name_zh, region.c.name_en)
ONE = Statement(select(*COLUMNS).where(region.c.id == bindparam("id")), Region)
SOME = Statement(select(*COLUMNS).where(one_of(region.c.id, "ids", Id())), Region)
IDS = [UUID(int=(0x019DE0D5C8007000 << 64) | (0x8 << 60) | number) for number in range(200)]


def lowest(call: Callable[[], object]) -> float:
    """CPU µs of one call."""
    call()
    rounds = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        for _ in range(CALLS):
            call()
        rounds.append(time.thread_time() - began)
    return min(rounds) / CALLS * 1e6


def measure(engine: str, tx: Write, by_hand: Callable[[], object]) -> None:
    """Print the figures of one engine."""
    tx.add(region, [{"id": each, "name_zh": "东区", "name_en": "East"} for each in IDS])
    tx.flush()
    calls: dict[str, Callable[[], object]] = {
        "one row by key, the driver's cursor by hand": by_hand,
        "one row by key, Statement": lambda: tx.one(ONE, id=IDS[0]),
        "4 rows by one_of": lambda: tx.all(SOME, ids=IDS[:4]),
        "3 reads in a group": lambda: tx.group(*[ONE.ask(id=each) for each in IDS[:3]]),
    }
    for name, call in calls.items():
        print(f"{engine:<11} {name:<46} {lowest(call):7.1f} µs")
    numbers = iter(range(10**9))
    for count in (1, 4, 20):

        def add(count: int = count) -> None:
            names = {"name_zh": "东区", "name_en": "East"}
            tx.add(region, [{"id": UUID(int=next(numbers)), **names} for _ in range(count)])
            tx.flush()

        print(f"{engine:<11} {f'{count} rows added':<46} {lowest(add):7.1f} µs")


def main() -> None:
    """Measure both engines, the server's on loopback."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.sqlite3"
        upgrade(f"sqlite:///{path}")
        file = connect(path, "rw")
        sql, key = ONE.on("sqlite").sql, (IDS[0].bytes,)
        file.execute("BEGIN")
        measure("SQLite", Write(SqliteWire(file)), lambda: file.execute(sql, key).fetchall())
        file.close()
    with running_cluster() as cluster:
        cluster.execute(f"CREATE DATABASE bench OWNER {OWNER}")
        upgrade(cluster.url(OWNER, "bench"), app_role=APP)
        session = Session(cluster.url(APP, "bench"))
        text, names = ONE.on("postgresql").sql.encode(), (IDS[0].hex,)

        def by_hand() -> object:
            cursor = RawCursor(session.connection)
            return cursor.execute(text, names, prepare=True).fetchall()

        measure("PostgreSQL", Write(PostgresWire(session)), by_hand)
        session.close()


if __name__ == "__main__":
    main()
