"""A server that dies in the middle of its work loses nothing that it promised and doubles nothing."""

import os
import random
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from time import sleep

from bench.scratch.opening import Filled
from bench.scratch.servers import (
    REGULARS,
    Place,
    Server,
    free_port,
    serving,
    started,
    wait_until_ready,
)
from tests.faults.evidence import note
from tests.faults.harness import SALES, Guests, proved

THOROUGH = os.environ.get("REGULARS_THOROUGH") == "1"
KILLS = 200 if THOROUGH else 3
SALES_AT_LEAST = 10_000 if THOROUGH else 0
SEED = 20_260_504
SALES_BEFORE_A_KILL = 400
# How often the process of the jobs dies with the server.
WORKER_DIES_TOO = 0.3
# When it dies, after the first guests came. Units: seconds.
EARLIEST, LATEST = 0.03, 0.6


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


def rush(guests: Guests, shop: Filled, die: Server, seconds: float) -> None:
    """Guests buy, and after so long the server is gone."""
    coming = shop.queue.next_sales(SALES_BEFORE_A_KILL)
    with ThreadPoolExecutor(1) as crowd:
        buying = crowd.submit(guests.buy, coming)
        sleep(seconds)
        die.kill()
        shop.queue.give_back(buying.result())


def sales_of(guests: Guests) -> int:
    """How many of what guests wanted were sales."""
    return sum(intent.path == SALES for intent in guests.intents)


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
        while sales_of(guests) < SALES_AT_LEAST:
            guests.buy(shop.queue.next_sales(SALES_BEFORE_A_KILL))
        guests.buy(shop.queue.next_sales(16))
        servers.pop().stop()
    assert doubts > 0  # it died while guests were waiting
    proved(place, guests)
    sales = sales_of(guests)
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


def test_a_process_of_the_server_that_dies_is_replaced(place: Place, shop: Filled) -> None:
    with serving(place) as server:
        guests = Guests(shop.till, server.port)
        guests.buy(shop.queue.next_sales(8))
        first, *serve = server.pids()
        assert serve
        for pid in serve:
            os.kill(pid, signal.SIGKILL)
        guests.wants(shop.queue.next_sales(1)[0])
        wait_until_ready(server, place.home / "server.log")
        guests.settle_doubts()
        guests.buy(shop.queue.next_sales(8))
        assert server.pids()[0] == first
        assert not set(serve) & set(server.pids())
    proved(place, guests)
