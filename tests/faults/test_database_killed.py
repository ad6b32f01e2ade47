"""A database server that dies, or is not there yet: nothing is lost, and the shop comes back by itself."""

import os
import random
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest

from bench.scratch.opening import Filled, filled
from bench.scratch.processes import family, pid_of_cluster
from bench.scratch.servers import Place, free_port, on_postgresql, serving, started
from tests.faults.evidence import note
from tests.faults.harness import Guests, proved
from tests.faults.rules import rich_members_and_a_manager

KILLS = 12 if os.environ.get("REGULARS_THOROUGH") == "1" else 2
SEED = 20_260_504
SALES_BEFORE_A_KILL = 100
# When it dies, after the first guests came. Units: seconds.
EARLIEST, LATEST = 0.03, 0.6
STARTING_SECONDS = 30.0


class DatabaseServer:
    """The database server of a place, which dies and comes back."""

    def __init__(self, place: Place) -> None:
        assert place.cluster is not None
        self._cluster = place.cluster
        first = pid_of_cluster(self._cluster.port)
        self._words = Path(f"/proc/{first}/cmdline").read_text("utf-8").rstrip("\0").split("\0")
        # Once we started it ourselves it is our child, and somebody must take note of its death.
        self._ours: subprocess.Popen[bytes] | None = None

    def kill(self) -> None:
        """SIGKILL to its first process; the others follow."""
        first = pid_of_cluster(self._cluster.port)
        everyone = list(family(first))
        os.kill(first, signal.SIGKILL)
        if self._ours is not None:
            self._ours.wait()
        end = monotonic() + STARTING_SECONDS
        while any(Path(f"/proc/{pid}").exists() for pid in everyone):
            assert monotonic() < end, "PostgreSQL did not die"
            sleep(0.02)

    def start(self) -> None:
        """It comes back, and mends what its death left."""
        user = "postgres" if os.geteuid() == 0 else None
        self._ours = subprocess.Popen(
            self._words,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            cwd="/",
        )
        end = monotonic() + STARTING_SECONDS
        while monotonic() < end:
            with suppress(psycopg.OperationalError):
                self._cluster.execute("SELECT 1")
                return
            sleep(0.05)
        raise AssertionError("PostgreSQL did not come back")


@pytest.fixture
def own_cluster() -> Iterator[Place]:
    """A database server that nobody else uses."""
    with on_postgresql() as place:
        yield place


@pytest.fixture
def own_shop(own_cluster: Place) -> Filled:
    """The tea shop on it."""
    opened = filled(own_cluster, members=120)
    rich_members_and_a_manager(own_cluster)
    return opened


def test_a_database_that_is_killed_loses_nothing_and_doubles_nothing(
    own_cluster: Place, own_shop: Filled
) -> None:
    database = DatabaseServer(own_cluster)
    chance = random.Random(SEED)
    doubts = 0
    with serving(own_cluster) as server:
        guests = Guests(own_shop.till, server.port, chance=chance)
        for _ in range(KILLS):
            coming = own_shop.queue.next_sales(SALES_BEFORE_A_KILL)
            with ThreadPoolExecutor(1) as crowd:
                buying = crowd.submit(guests.buy, coming)
                sleep(chance.uniform(EARLIEST, LATEST))
                database.kill()
                database.start()
                own_shop.queue.give_back(buying.result())
            doubts += guests.settle_doubts()
        guests.settle_doubts()
    proved(own_cluster, guests)
    note(
        "R1",
        engine="postgresql",
        killed="the database itself",
        kills=KILLS,
        intents=len(guests.intents),
        in_doubt=doubts,
        lost=0,
        doubled=0,
    )


def test_a_server_that_starts_before_its_database_waits_for_it(
    own_cluster: Place, own_shop: Filled
) -> None:
    database = DatabaseServer(own_cluster)
    database.kill()
    with ThreadPoolExecutor(1) as door:
        opening = door.submit(started, own_cluster, port=free_port())
        until_it_says(own_cluster.home / "server.log", "正在等它")
        assert not opening.done()
        database.start()
        server = opening.result()
    try:
        guests = Guests(own_shop.till, server.port)
        guests.buy(own_shop.queue.next_sales(8))
        server.stop()
    finally:
        server.kill()
    proved(own_cluster, guests)


def until_it_says(log: Path, words: str) -> None:
    """Wait for these words in a log."""
    end = monotonic() + STARTING_SECONDS
    while not (log.exists() and words in log.read_text("utf-8")):
        assert monotonic() < end, f"nothing said {words}"
        sleep(0.1)
