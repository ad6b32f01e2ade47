"""Many times the tills that a shop has, and each asks without a pause: it says "busy" and lives."""

import asyncio
import os
import time
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException

import pytest

from bench.scratch.opening import Filled
from bench.scratch.servers import Place, Server, free_port
from tests.faults.evidence import note
from tests.faults.harness import Guests, Intent, Line, Reply, differences, done, doubled, lost
from tests.faults.proxy import message_from

SECONDS = 60.0 if os.environ.get("REGULARS_THOROUGH") == "1" else 5.0
# More than a process of the server lets wait: some hear that it is busy.
TILLS_A_PROCESS = 400
PROCESSES = {"sqlite": 1, "postgresql": 2}
SALES = 6_000 if SECONDS > 5 else 1_500
RECOVERS_SECONDS = 10.0
STUCK_SECONDS = 30.0
BUSY = {429, 503}


@dataclass
class Crowd:
    """What all tills heard."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    without_retry_after: int = 0
    begun: list[Intent] = field(default_factory=list)

    def hear(self, answer: bytes, seconds: float) -> int:
        """Keep one answer; its status."""
        head = answer.partition(b"\r\n\r\n")[0].lower()
        status = int(head.split(b" ", 2)[1])
        self.statuses[status] += 1
        if status == 201:
            self.seconds.append(seconds)
        if status in BUSY and b"\r\nretry-after:" not in head:
            self.without_retry_after += 1
        return status

    @property
    def complaints(self) -> list[str]:
        """What no crowd may hear, or should have heard."""
        wrong = [f"answered {status}" for status in set(self.statuses) - {201, *BUSY}]
        if not self.statuses[201]:
            wrong.append("nobody was served")
        if not self.statuses[503]:
            wrong.append("nobody heard that the shop is busy")
        if self.without_retry_after:
            wrong.append("not told when to come again")
        return wrong

    @property
    def p99_seconds(self) -> float:
        """How long all but one of a hundred sales took at most."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)]


async def till(port: int, cookie: str, coming: Iterator[Intent], crowd: Crowd, end: float) -> None:
    """One till that sells until the end; whoever hears "busy" asks again, a little later."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.monotonic() < end and (intent := next(coming, None)) is not None:
        crowd.begun.append(intent)
        while time.monotonic() < end:
            began = time.monotonic()
            answer = await asyncio.wait_for(asked(reader, writer, cookie, intent), STUCK_SECONDS)
            status = crowd.hear(answer, time.monotonic() - began)
            if status not in BUSY:
                intent.reply = Reply(status, answer.partition(b"\r\n\r\n")[2])
                break
            await asyncio.sleep(0.05)
            if b"connection: close" in answer.lower():
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


async def asked(reader: StreamReader, writer: StreamWriter, cookie: str, intent: Intent) -> bytes:
    """Send one sale and wait for its answer."""
    head = (
        f"POST {intent.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
        f"Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {intent.key}\r\nContent-Length: {len(intent.body)}\r\n\r\n"
    )
    writer.write(head.encode() + intent.body)
    await writer.drain()
    return await message_from(reader)


async def rush(guests: Guests, intents: list[Intent], *, tills: int, seconds: float) -> Crowd:
    """So many tills at once, until everybody bought or the time is over."""
    crowd, coming = Crowd(), iter(intents)
    cookie, end = guests.till.cookie, time.monotonic() + seconds
    await asyncio.gather(*(till(guests.port, cookie, coming, crowd, end) for _ in range(tills)))
    return crowd


def seconds_until_it_sells(
    guests: Guests, intent: Intent, *, at_most: float = RECOVERS_SECONDS
) -> float:
    """How long after the crowd has gone the next guest has to wait."""
    began = time.monotonic()
    while not intent.paid and time.monotonic() - began < at_most:
        line = Line(guests.till.cookie, guests.port)
        try:
            line.ask(intent)
        except (OSError, HTTPException):
            time.sleep(0.05)
        line.close()
    return time.monotonic() - began


def test_a_crowd_hears_that_the_shop_is_busy_and_the_shop_recovers(
    place: Place, shop: Filled, server: Server
) -> None:
    guests = Guests(shop.till, server.port)
    intents = [guests.wants(sale) for sale in shop.queue.next_sales(SALES)]
    tills = TILLS_A_PROCESS * PROCESSES[place.engine]
    crowd = asyncio.run(rush(guests, intents, tills=tills, seconds=SECONDS))
    assert crowd.complaints == [], crowd.statuses
    (after,) = [guests.wants(sale) for sale in shop.queue.next_sales(1)]
    recovered = seconds_until_it_sells(guests, after)
    assert after.paid

    guests.intents = [*crowd.begun, after]
    guests.settle_doubts()
    found = done(place)
    assert lost(guests.intents, found) == []
    assert doubled(guests.intents, found) == []
    assert differences(place) == 0
    note(
        "R19",
        engine=place.engine,
        seconds=SECONDS,
        tills=tills,
        sold=crowd.statuses[201],
        busy=sum(crowd.statuses[status] for status in BUSY),
        sale_p99_seconds=round(crowd.p99_seconds, 2),
        recovered_seconds=round(recovered, 2),
    )


# What servers say that were never asked by a crowd before.
RUDE = {
    "an error": (b"500 Internal Server Error", "answered 500"),
    "busy for ever": (b"503 Service Unavailable", "not told when to come again"),
    "nothing but yes": (b"201 Created", "nobody heard that the shop is busy"),
}


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize("way", RUDE)
def test_a_server_that_takes_a_crowd_badly_is_found(way: str, shop: Filled) -> None:
    status, complaint = RUDE[way]
    guests = Guests(shop.till, 0)
    intents = [guests.wants(sale) for sale in shop.queue.next_sales(4)]

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while await message_from(reader):
                writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        writer.close()

    async def crowded() -> Crowd:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            guests.port = server.sockets[0].getsockname()[1]
            return await rush(guests, intents, tills=2, seconds=0.3)

    assert complaint in asyncio.run(crowded()).complaints


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_server_that_never_recovers_is_found(shop: Filled) -> None:
    guests = Guests(shop.till, free_port())
    (after,) = [guests.wants(sale) for sale in shop.queue.next_sales(1)]
    seconds_until_it_sells(guests, after, at_most=0.2)
    assert not after.paid
