"""A server that dies in the middle of its work loses nothing that it promised and doubles nothing."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep

import psycopg
import pytest

from bench.scratch.opening import Filled, filled
from bench.scratch.processes import family, pid_of_cluster
from bench.scratch.servers import (
    REGULARS,
    Place,
    Server,
    free_port,
    on_postgresql,
    serving,
    started,
)
from tests.faults.evidence import note
from tests.faults.harness import (
    SALES,
    Guests,
    differences,
    done,
    doubled,
    lost,
    sold_in_spite,
)
from tests.faults.rules import rich_members_and_a_manager

THOROUGH = os.environ.get("REGULARS_THOROUGH") == "1"
KILLS = 200 if THOROUGH else 3
SALES_AT_LEAST = 10_000 if THOROUGH else 0
DATABASE_KILLS = 12 if THOROUGH else 2
SEED = 20_260_504
SALES_BEFORE_A_KILL = 400
# How often the process of the jobs dies with the server.
WORKER_DIES_TOO = 0.3
# When it dies, after the first guests came. Units: seconds.
EARLIEST, LATEST = 0.03, 0.6
STARTING_SECONDS = 30.0


def working(place: Place) -> subprocess.Popen[bytes]:
    """`regulars work`: the jobs in a process of their own."""
    environment = {**os.environ, "REGULARS_HOME": str(place.home), "REGULARS_DATABASE": place.url}
    with (place.home / "work.log").open("ab") as log:
        return subprocess.Popen(
            [REGULARS, "work"], env=environment, stdout=log, stderr=log, start_new_session=True
        )


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL, to it and its children."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def at_work(place: Place) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A chain's jobs run beside its servers; with a file they run in the server itself."""
    workers = [] if place.cluster is None else [working(place)]
    try:
        yield workers
    finally:
        for worker in workers:
            kill(worker)


@contextmanager
def none_left(servers: list[Server]) -> Iterator[None]:
    """Whatever happens, no server runs after the test."""
    try:
        yield
    finally:
        for running in servers:
            running.kill()


def proved(place: Place, guests: Guests) -> None:
    """Whatever was promised happened, once; nothing else did; the books fit."""
    assert all(intent.reply is not None for intent in guests.intents)
    assert {intent.reply.status for intent in guests.intents if intent.reply} == {201}
    found = done(place)
    assert sum(found.values()) == len(guests.intents)
    assert lost(guests.intents, found) == []
    assert doubled(guests.intents, found) == []
    assert sold_in_spite(guests.intents, found) == []
    assert differences(place) == 0


def rush(guests: Guests, shop: Filled, die: Server, seconds: float) -> None:
    """Guests buy, and after so long the server is gone."""
    coming = shop.queue.next_sales(SALES_BEFORE_A_KILL)
    with ThreadPoolExecutor(1) as crowd:
        buying = crowd.submit(guests.buy, coming)
        sleep(seconds)
        die.kill()
        shop.queue.give_back(buying.result())


def test_kill_9_loses_nothing_and_doubles_nothing(place: Place, shop: Filled) -> None:
    chance = random.Random(SEED)
    port = free_port()
    guests = Guests(shop.till, port, chance=chance)
    servers = [started(place, port=port)]
    doubts = 0
    with at_work(place) as workers, none_left(servers):
        for _ in range(KILLS):
            rush(guests, shop, servers.pop(), chance.uniform(EARLIEST, LATEST))
            for number, worker in enumerate(workers):
                if chance.random() < WORKER_DIES_TOO:
                    kill(worker)
                    workers[number] = working(place)
            servers.append(started(place, port=port))
            doubts += guests.settle_doubts()
        while len(guests.intents) < SALES_AT_LEAST:
            guests.buy(shop.queue.next_sales(SALES_BEFORE_A_KILL))
        guests.buy(shop.queue.next_sales(16))
        servers.pop().stop()
    assert doubts > 0  # it died while guests were waiting
    proved(place, guests)
    sales = sum(intent.path == SALES for intent in guests.intents)
    note(
        "R1",
        engine=place.engine,
        kills=KILLS,
        sales=sales,
        top_ups_and_refunds=len(guests.intents) - sales,
        heard_nothing=doubts,
        lost=0,
        doubled=0,
    )


@pytest.fixture
def own_cluster() -> Iterator[Place]:
    """A database server that nobody else uses."""
    with on_postgresql() as place:
        yield place


def database_killed(place: Place) -> list[str]:
    """SIGKILL to PostgreSQL's first process; answers the words by which it is started again."""
    assert place.cluster is not None
    first = pid_of_cluster(place.cluster.port)
    words = Path(f"/proc/{first}/cmdline").read_text("utf-8").rstrip("\0").split("\0")
    everyone = list(family(first))
    os.kill(first, signal.SIGKILL)
    end = time.monotonic() + STARTING_SECONDS
    while any(Path(f"/proc/{pid}").exists() for pid in everyone) and time.monotonic() < end:
        sleep(0.02)
    return words


def database_started(place: Place, words: list[str]) -> None:
    """The database server comes back and mends what its death left."""
    assert place.cluster is not None
    user = "postgres" if os.geteuid() == 0 else None
    subprocess.Popen(
        words,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        cwd="/",
    )
    end = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < end:
        with suppress(psycopg.OperationalError):
            place.cluster.execute("SELECT 1")
            return
        sleep(0.05)
    raise AssertionError("PostgreSQL did not come back")


def test_a_database_that_is_killed_loses_nothing_and_doubles_nothing(own_cluster: Place) -> None:
    place = own_cluster
    chance = random.Random(SEED)
    shop = filled(place, members=120)
    rich_members_and_a_manager(place)
    doubts = 0
    with serving(place) as server:
        guests = Guests(shop.till, server.port, chance=chance)
        for _ in range(DATABASE_KILLS):
            coming = shop.queue.next_sales(SALES_BEFORE_A_KILL // 4)
            with ThreadPoolExecutor(1) as crowd:
                buying = crowd.submit(guests.buy, coming)
                sleep(chance.uniform(EARLIEST, LATEST))
                words = database_killed(place)
                database_started(place, words)
                shop.queue.give_back(buying.result())
            doubts += guests.settle_doubts()
        guests.settle_doubts()
    proved(place, guests)
    note(
        "R1",
        engine="postgresql",
        killed="the database itself",
        kills=DATABASE_KILLS,
        intents=len(guests.intents),
        in_doubt=doubts,
        lost=0,
        doubled=0,
    )
