"""A bad network: a proxy before the server that drops, doubles, delays and cuts what passes.

    with bad_network(server.port, random.Random(7)) as proxy:
        Line(cookie, proxy.port).send(body, key)     # may break, may have happened all the same

Of a hundred exchanges `PERCENT` go wrong, each in one of the ways of `Trouble`.
"""

import asyncio
import random
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event, Thread

PERCENT = 20
DELAY_SECONDS = 0.15
LATE_SECONDS = 0.4


class Trouble(StrEnum):
    """What may happen to one exchange."""

    NONE = "none"
    REQUEST_LOST = "request lost"
    REQUEST_CUT = "request cut"
    REQUEST_DOUBLED = "request doubled"
    REQUEST_REPEATED_LATE = "request repeated late"
    ANSWER_LOST = "answer lost"
    ANSWER_CUT = "answer cut"
    DELAYED = "delayed"


TROUBLES = tuple(trouble for trouble in Trouble if trouble is not Trouble.NONE)


@dataclass
class Proxy:
    """One proxy and what it did so far."""

    server_port: int
    chance: random.Random
    port: int = 0
    happened: Counter[Trouble] = field(default_factory=Counter)
    _late: set[asyncio.Task[bytes]] = field(default_factory=set)

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One till's connection, exchange by exchange."""
        with suppress(OSError, asyncio.IncompleteReadError):
            while await self._exchange(await message_from(reader), writer):
                pass
        writer.close()

    async def settle(self) -> None:
        """Wait for what was sent late."""
        await asyncio.gather(*self._late, return_exceptions=True)

    async def _exchange(self, request: bytes, writer: StreamWriter) -> bool:
        troubled = self.chance.randrange(100) < PERCENT
        trouble = self.chance.choice(TROUBLES) if troubled else Trouble.NONE
        self.happened[trouble] += 1
        match trouble:
            case Trouble.REQUEST_LOST:
                return False
            case Trouble.REQUEST_CUT:
                await self._ask(request[: self.chance.randrange(1, len(request))], cut=True)
                return False
            case Trouble.REQUEST_DOUBLED:
                answers = await asyncio.gather(self._ask(request), self._ask(request))
                answer = self.chance.choice(answers)
            case Trouble.REQUEST_REPEATED_LATE:
                answer = await self._ask(request)
                self._late.add(asyncio.create_task(self._later(request)))
            case Trouble.DELAYED:
                await asyncio.sleep(self.chance.uniform(0, DELAY_SECONDS))
                answer = await self._ask(request)
            case _:
                answer = await self._ask(request)
        if trouble is Trouble.ANSWER_LOST:
            return False
        if trouble is Trouble.ANSWER_CUT:
            answer = answer[: self.chance.randrange(1, len(answer))]
        writer.write(answer)
        await writer.drain()
        return trouble is not Trouble.ANSWER_CUT

    async def _later(self, request: bytes) -> bytes:
        await asyncio.sleep(self.chance.uniform(0, LATE_SECONDS))
        return await self._ask(request)

    async def _ask(self, request: bytes, *, cut: bool = False) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        try:
            writer.write(request)
            await writer.drain()
            return b"" if cut else await message_from(reader)
        finally:
            writer.close()


async def message_from(reader: StreamReader) -> bytes:
    """One HTTP message with its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head + await reader.readexactly(length)


@contextmanager
def bad_network(server_port: int, chance: random.Random) -> Iterator[Proxy]:
    """A proxy in a thread of its own, until the end of the block and of all that it still sends."""
    proxy = Proxy(server_port, chance)
    ready = Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        async with await asyncio.start_server(proxy.serve, "127.0.0.1", 0) as server:
            proxy.port = server.sockets[0].getsockname()[1]
            ready.set()
            await stop.wait()
            await proxy.settle()

    thread = Thread(target=lambda: loop.run_until_complete(run()), name="bad network")
    thread.start()
    ready.wait(timeout=10)
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=30)
        loop.close()
