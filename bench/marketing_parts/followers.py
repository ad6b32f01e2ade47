"""What follows a sale: its CPU with and without segments and journeys that listen.

Two copies of one shop are served at once and sell in turns. A turn is over when the followers of its
facts have caught up, so that nothing it caused is counted elsewhere.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from sqlalchemy import func, select

from bench.marketing_parts.opening import Opened
from bench.scratch.children import child
from bench.scratch.figures import Sold
from bench.scratch.processes import cpu_seconds
from bench.scratch.servers import Place, serving
from bench.settle import WARM_SECONDS, WORKERS, Served
from regulars.jobs import insights
from regulars.storage.engine import Database, open_database
from regulars.storage.statement import Statement
from regulars.storage.tables.journeys import journey_run
from regulars.storage.tables.rewards_done import job_cursor
from regulars.storage.tables.system import fact
from regulars.use_cases.journey_facts import READER
from regulars.use_cases.segment_writing import CURSOR

ROUND_SECONDS = 2.0
LOOK_SECONDS, PATIENCE_SECONDS = 0.1, 900.0
FOLLOWERS = (CURSOR, READER, insights.NAME)
_NEWEST = select(func.max(fact.c.sequence)).scalar_subquery()
_THROUGH: Statement[int] = Statement(
    select(func.count()).where(
        job_cursor.c.name.in_(FOLLOWERS),
        job_cursor.c.position >= _NEWEST,
    )
)
_FACTS_BEHIND: Statement[int] = Statement(
    select(_NEWEST - func.min(job_cursor.c.position)).where(job_cursor.c.name.in_(FOLLOWERS))
)
_PLACES = Statement(
    select(job_cursor.c.name, job_cursor.c.position).order_by(job_cursor.c.name),
    lambda name, position: (name, position),
)
_CROSSINGS: Statement[int] = Statement(
    select(func.count()).where(fact.c.kind.in_(("segment.entered", "segment.left")))
)
_RUNS: Statement[int] = Statement(select(func.count()).select_from(journey_run))


@dataclass(slots=True)
class Selling:
    """A served shop that sells, and what its sales came to. Units: seconds."""

    served: Served
    watching: Database
    sold: Sold = field(default_factory=Sold)
    followed_seconds: float = 0.0

    def turn(self) -> None:
        """Sell for a while, and wait until the followers have caught up."""
        server, database = self._cpu()
        sold = self.served.sell(ROUND_SECONDS)
        began = time.monotonic()
        self.wait_for_followers()
        self.followed_seconds += time.monotonic() - began
        server_after, database_after = self._cpu()
        sold.server_cpu, sold.database_cpu = server_after - server, database_after - database
        self.sold.join(sold)

    def wait_for_followers(self) -> None:
        """Until every follower has read the newest fact."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            with self.watching.read() as read:
                if read.all(_THROUGH)[0] == len(FOLLOWERS):
                    return
            time.sleep(LOOK_SECONDS)
        with self.watching.read() as read:
            places = read.all(_PLACES)
        raise RuntimeError(f"the followers of the facts do not catch up: {places}")

    def facts_behind(self) -> int:
        """How many facts the slowest follower has still to read."""
        return self.count(_FACTS_BEHIND)

    def count(self, statement: Statement[int]) -> int:
        """The answer to a question of one number."""
        with self.watching.read() as read:
            return read.all(statement)[0]

    def _cpu(self) -> tuple[float, float]:
        place = self.served.queue.place
        return cpu_seconds(self.served.server.pids()), cpu_seconds(place.database_pids())


@contextmanager
def selling(place: Place, shop: Opened, **given: str) -> Iterator[Selling]:
    """A served shop with tills that are warm."""
    with ExitStack() as stack:
        server = stack.enter_context(serving(place, workers=WORKERS, given=given))
        load = stack.enter_context(child("bench.scratch.load", str(server.port)))
        watching = open_database(place.url, read_only=True)
        stack.callback(watching.close)
        found = Selling(Served(server, load, shop.till, shop.queue.on(place)), watching)
        found.served.sell(WARM_SECONDS)
        found.wait_for_followers()
        yield found


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """Sales with nothing active, and with segments and journeys that listen."""

    plain: Sold
    listened: Sold
    crossings: int
    entered: int
    followed_seconds: float


def in_turns(plain: Selling, listened: Selling, rounds: int) -> Added:
    """Rounds of both, one after the other, so that both meet the same."""
    crossings, entered = listened.count(_CROSSINGS), listened.count(_RUNS)
    for _ in range(rounds):
        plain.turn()
        listened.turn()
    return Added(
        plain=plain.sold,
        listened=listened.sold,
        crossings=listened.count(_CROSSINGS) - crossings,
        entered=listened.count(_RUNS) - entered,
        followed_seconds=listened.followed_seconds / rounds,
    )


def told(added: Added) -> dict[str, object]:
    """The figures of all turns."""
    plain, listened = added.plain, added.listened
    python = [one.cpu_ms(one.server_cpu) for one in (plain, listened)]
    database = [one.cpu_ms(one.database_cpu) for one in (plain, listened)]
    more = python[1] - python[0] + database[1] - database[0]
    return {
        "added_ms_per_sale": round(more, 3),
        "python_ms_per_sale": [round(one, 3) for one in python],
        "database_ms_per_sale": [round(one, 3) for one in database],
        "sale_p50_ms": [round(one.latency_ms(0.50), 1) for one in (plain, listened)],
        "sale_p99_ms": [round(one.latency_ms(0.99), 1) for one in (plain, listened)],
        "sales_per_s": [round(one.per_second) for one in (plain, listened)],
        "sales": [plain.sales, listened.sales],
        "crossings_per_sale": round(added.crossings / listened.sales, 2),
        "entries_per_sale": round(added.entered / listened.sales, 2),
        "followed_s": round(added.followed_seconds, 1),
    }
