"""Somebody who listens at the web edge, while the shop goes on.

async with listening(web, client) as ear:
    shop.run(sale)
    assert (await ear.next()).topics == {("orders", str(A1))}
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI
from starlette.types import Message

from regulars.http.listeners import Listeners, Pace
from tests.http.door import scope_of
from tests.http.web import Client, Web

EVENTS = "/api/v1/events"
PATIENCE_SECONDS = 20.0
# So often that a test need not wait; the product's own pace is that of a shop.
FAST = Pace(look_every_seconds=0.02, beat_seconds=0.1, sent_within_seconds=0.5)


@dataclass(frozen=True)
class Heard:
    """One event."""

    name: str
    id: str
    value: dict[str, object]

    @property
    def topics(self) -> set[tuple[str, str | None]]:
        """What it says has changed."""
        changed = self.value["changed"]
        assert isinstance(changed, list)
        return {(one["topic"], one["store_id"]) for one in changed}


@dataclass
class Ear:
    """What one listener was sent."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    is_over: bool = False
    taken: int = 0
    # Cleared by who takes nothing from the server.
    takes: asyncio.Event = field(default_factory=asyncio.Event)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Message) -> None:
        """What the server sends."""
        await self.takes.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {
                name.decode().lower(): value.decode() for name, value in message["headers"]
            }
        else:
            self.text += message.get("body", b"").decode()
            self.is_over = not message.get("more_body", False)

    async def receive(self) -> Message:
        """What the browser sends: nothing, until it hangs up."""
        await self.hung_up.wait()
        return {"type": "http.disconnect"}

    @property
    def events(self) -> list[Heard]:
        """The events so far, without beats."""
        found: list[Heard] = []
        for block in self.text.split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != ":")
            if "event" in lines:
                found.append(Heard(lines["event"], lines["id"], json.loads(lines["data"])))
        return found

    @property
    def beats(self) -> int:
        """How often it was told that all is well."""
        return self.text.count(": beat\n")

    async def next(self) -> Heard:
        """The next event; the first one is the welcome."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.events) <= self.taken:
                await asyncio.sleep(0.005)
        self.taken += 1
        return self.events[self.taken - 1]

    async def over(self) -> None:
        """Wait for the end."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.is_over:
                await asyncio.sleep(0.005)

    async def beaten(self, times: int = 1) -> None:
        """Wait for so many beats more."""
        until = self.beats + times
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.beats < until:
                await asyncio.sleep(0.005)


def hearing(web: Web, pace: Pace = FAST) -> Listeners:
    """All who listen at this web edge, at a pace for tests."""
    assert isinstance(web.app.app, FastAPI)
    listeners = Listeners(web.edge, log=web.log, pace=pace)
    web.app.app.state.listeners = listeners
    return listeners


@asynccontextmanager
async def listening(
    web: Web, client: Client, path: str = EVENTS, headers: Mapping[str, str] | None = None
) -> AsyncIterator[Ear]:
    """Somebody who listens until the end of the block, or until she was refused."""
    scope = scope_of("GET", path, headers={**client.headers, **(headers or {})})
    ear = Ear()
    ear.takes.set()
    answering = asyncio.create_task(web.app(scope, ear.receive, ear.send))
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while ear.status == 0 or (ear.status == 200 and not ear.events):
                await asyncio.sleep(0.005)
        if ear.status == 200:
            welcome = await ear.next()
            assert (welcome.name, welcome.value) == ("listening", {})
        yield ear
    finally:
        ear.hung_up.set()
        ear.takes.set()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await answering
