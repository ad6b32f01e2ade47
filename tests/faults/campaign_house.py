"""The processes of a shop that die again and again, and the members who leave meanwhile.

house = House(place, port, Random(1))
with house.open():
    house.die()             # one of them, or all; who died comes back
"""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random
from threading import Event
from time import monotonic, sleep
from uuid import UUID

import orjson

from bench.scratch.servers import Place, Server, started, wait_until_ready
from bench.scratch.tills import new_id
from regulars.domain.kernel.period import Instant, microseconds_of
from regulars.main import clock
from regulars.storage.jobs import LEASES, lease_of
from tests.faults.campaign_books import work_left
from tests.faults.campaign_shop import choice
from tests.faults.harness import TIMEOUT_SECONDS, Line, reading
from tests.faults.test_kill import kill, working

# How they die. A chain has several processes, of which some go on.
WAYS: Mapping[str, Sequence[str]] = {
    "sqlite": ("all", "all", "all", "all", "child"),
    "postgresql": ("all", "all", "server", "worker", "child"),
}
# After so many of ten deaths of all nobody comes back before the leases of the dead ran out.
LONG_SILENCES = 5
LOOK_SECONDS = 0.5


@dataclass
class House:
    """`regulars serve`, and `regulars work` beside it where the shop is a chain."""

    place: Place
    port: int
    chance: Random
    deaths: Counter[str] = field(default_factory=Counter)
    _server: Server | None = None
    _worker: subprocess.Popen[bytes] | None = None

    @contextmanager
    def open(self) -> Iterator[None]:
        """Open until the end of the block; whatever happens, no process is left."""
        self._start()
        try:
            yield
        finally:
            self._kill_server()
            self._kill_worker()

    def die(self) -> None:
        """SIGKILL to some of the processes; then who died comes back."""
        way = self.chance.choice(WAYS[self.place.engine])
        self.deaths[way] += 1
        dead: list[int] = []
        match way:
            case "child":
                dead = self._kill_child()
            case "server":
                dead = self._kill_server()
            case "worker":
                dead = self._kill_worker()
            case _:
                dead = [*self._kill_server(), *self._kill_worker()]
        if way == "all" and self.chance.randrange(10) < LONG_SILENCES:
            leases_run_out(self.place)
        holder_is_gone(self.place, dead)
        if way == "child":
            self._wait_for_another()
        self._start()

    def rest(self) -> None:
        """All stop as they should, and come back when nothing that the dead held is held any more."""
        self.stop()
        leases_run_out(self.place)
        self._start()

    def stop(self) -> None:
        """SIGTERM, and wait until they have finished what they had begun."""
        if self._worker is not None:
            self._worker.terminate()
            self._worker.wait()
            self._worker = None
        if self._server is not None:
            self._server.stop()
            self._server = None

    def work_off(self, seconds: float) -> None:
        """Wait until the shop has nothing left to do for its campaign."""
        end = monotonic() + seconds
        while (left := work_left(self.place)) is not None:
            assert monotonic() < end, left
            waits_run_out(self.place)
            sleep(LOOK_SECONDS)

    def _start(self) -> None:
        if self._server is None or self._server.process.poll() is not None:
            self._server = started(self.place, port=self.port)
        if self._worker is None and self.place.cluster is not None:
            self._worker = working(self.place)

    def _kill_server(self) -> list[int]:
        if self._server is None:
            return []
        dead = self._server.pids()
        self._server.kill()
        self._server = None
        return dead

    def _kill_worker(self) -> list[int]:
        if self._worker is None:
            return []
        dead = [self._worker.pid]
        kill(self._worker)
        self._worker = None
        return dead

    def _kill_child(self) -> list[int]:
        assert self._server is not None
        _, *serve = self._server.pids()
        if not serve:
            return []
        child = self.chance.choice(serve)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        return [child]

    def _wait_for_another(self) -> None:
        """The server replaces a process that died; one that dies newly born ends all of it."""
        assert self._server is not None
        with suppress(RuntimeError):
            wait_until_ready(self._server, self.place.home / "server.log")


def holder_is_gone(place: Place, dead: Sequence[int]) -> None:
    """As if half a minute had passed: whoever died holds the leases of jobs no longer."""
    for name in LEASES:
        with reading(place) as read:
            held = lease_of(read, name)
        if held is not None and int(held.holder.rpartition(":")[2]) in dead:
            ends = microseconds_of(clock())
            with place.adding() as bulk:
                bulk.run(f"UPDATE lease SET until_at = {ends} WHERE name = '{name}'")


def leases_run_out(place: Place) -> None:
    """As if three minutes had passed: what the dead had leased or handed over is found lost."""
    now = microseconds_of(clock())
    with place.adding() as bulk:
        bulk.run(f"UPDATE message SET lease_until = {now} WHERE lease_until > {now}")


def waits_run_out(place: Place) -> None:
    """As if the time had come at which those that were refused are tried again."""
    now = microseconds_of(clock())
    with place.adding() as bulk:
        bulk.run(f"UPDATE message SET due_at = {now} WHERE state = 'queued' AND due_at > {now}")


@dataclass
class Leavers:
    """Members who take their yes back at the till, one after the other, while processes die.

    `every_seconds` they come. Each asks again under the same key until the shop confirms it.
    """

    who: Sequence[UUID]
    cookie: str
    port: int
    every_seconds: float
    left_at: dict[UUID, Instant] = field(default_factory=dict)
    _stop: Event = field(default_factory=Event)
    _going: Future[None] | None = None

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """They leave during the block; when it fails, the rest stays."""
        with ThreadPoolExecutor(1) as thread:
            self._going = thread.submit(self._leave_in_turn)
            try:
                yield
            finally:
                self._stop.set()

    def wait(self) -> None:
        """Until all have left."""
        assert self._going is not None
        self._going.result()

    def _leave_in_turn(self) -> None:
        line = Line(self.cookie, self.port)
        for member_id in self.who:
            if self._stop.wait(self.every_seconds):
                return
            self._leave(line, member_id)
        line.close()

    def _leave(self, line: Line, member_id: UUID) -> None:
        no, key = choice(granted=False), new_id()
        choices = [
            {
                "channel": no.channel.value,
                "purpose": no.purpose.value,
                "granted": no.granted,
                "wording_version": no.wording_version,
            }
        ]
        body = orjson.dumps({"choices": choices, "language": "zh-CN"})
        while not self._stop.is_set():
            with suppress(OSError, HTTPException):
                reply = line.send(body, key, f"/api/v1/members/{member_id}/consents")
                if reply.status == 201:
                    self.left_at[member_id] = clock()
                    return
                assert reply.status == 503, reply.body
            self._stop.wait(0.1)


@dataclass(frozen=True, slots=True)
class Office:
    """What the marketer sees and does about the campaign's messages."""

    cookie: str
    port: int

    def asks(self, path: str) -> object:
        """What the shop answers to a question."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        connection.request("GET", f"/api/v1{path}", headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        assert answer.status == 200, body
        told: object = orjson.loads(body)
        return told

    def rows(self, path: str) -> list[dict[str, object]]:
        """The rows of a list."""
        told = self.asks(path)
        assert isinstance(told, list)
        return told

    def part(self, path: str) -> dict[str, object]:
        """One thing."""
        told = self.asks(path)
        assert isinstance(told, dict)
        return told

    def in_doubt(self) -> list[UUID]:
        """The messages of which nobody knows whether they arrived, page by page."""
        found: list[UUID] = []
        page = self.rows("/messages?state=unknown")
        while page:
            found += [UUID(str(one["id"])) for one in page]
            page = self.rows(f"/messages?state=unknown&cursor={found[-1]}")
        return found

    def decides(self, message_id: UUID, what: str) -> str:
        """Send a message again, or send it no more; answers its state."""
        line = Line(self.cookie, self.port)
        body = orjson.dumps({"reason": "问过服务商"})
        reply = line.send(body, new_id(), f"/api/v1/messages/{message_id}/{what}")
        line.close()
        assert reply.status == 200, reply.body
        return str(orjson.loads(reply.body)["state"])
