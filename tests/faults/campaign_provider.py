"""A provider as bad as they come: late, cut off, wrong about itself; it keeps what it took.

there = BadProvider(chance=Random(1), shop_port=port, per_second=45)
with provider([there.answer]) as line:
    there.becomes_the_shops(home, line.url)

It keeps no keys: what is sent twice is taken twice, and stands in its log twice.
"""

import base64
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from random import Random
from threading import Lock
from time import monotonic, sleep
from typing import NamedTuple
from uuid import UUID

import orjson

from regulars.domain.kernel.period import Instant
from regulars.integrations.webhook.signing import PREFIX, secret_of, signature
from regulars.main import clock
from tests.integrations.loopback import Answering, cut, half, said

SECRET = PREFIX + base64.b64encode(bytes(range(32))).decode()
CALLS = "/api/v1/channels/webhook/calls"
CALL_SECONDS = 5.0
# How late it is when it is late. Units: seconds.
LATE_FROM, LATE_UPTO = 0.3, 2.0
# Of a hundred messages that it took it tells so many delivered, each time twice.
RECEIPTS = 30


class Manner(StrEnum):
    """How the provider deals with one message. In the last two it takes nothing."""

    WELL = "well"
    LATE = "late"
    CUT = "cut"
    HALF = "half"
    TOOK_AND_FAILED = "took_and_failed"
    FAILED = "failed"
    BUSY = "busy"


# Of a thousand.
MANNERS: Mapping[Manner, int] = {
    Manner.WELL: 805,
    Manner.LATE: 40,
    Manner.CUT: 40,
    Manner.HALF: 20,
    Manner.TOOK_AND_FAILED: 30,
    Manner.FAILED: 40,
    Manner.BUSY: 25,
}
NOT_TAKEN = frozenset({Manner.FAILED, Manner.BUSY})
OK = said({"accepted": True})
ANSWERS: Mapping[Manner, Answering] = {
    Manner.WELL: OK,
    Manner.LATE: OK,
    Manner.CUT: cut,
    Manner.HALF: half,
    Manner.TOOK_AND_FAILED: said({"error": "internal"}, status=500),
    Manner.FAILED: said({"error": "internal"}, status=500),
    Manner.BUSY: said({"error": "busy"}, status=429, headers={"Retry-After": "1"}),
}


class Given(NamedTuple):
    """One message as it came in, under our idempotency key."""

    message_id: UUID
    at: Instant
    manner: Manner

    @property
    def taken(self) -> bool:
        """Whether the member will get it."""
        return self.manner not in NOT_TAKEN

    @property
    def refused(self) -> bool:
        """Whether the provider surely did not take it, and said so."""
        return self.manner is Manner.BUSY


@dataclass
class BadProvider:
    """The provider, and its log of every request. `per_second`: it answers no faster."""

    chance: Random
    shop_port: int
    per_second: float
    manners: Mapping[Manner, int] = field(default_factory=lambda: MANNERS)
    log: list[Given] = field(default_factory=list)
    told: int = 0
    untold: list[UUID] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _free_at: float = 0.0

    def becomes_the_shops(self, home: Path, url: str) -> None:
        """The shop sends by this provider, as its processes read when they start."""
        given = {
            "webhook_url": f"{url}/messages",
            "webhook_secret": SECRET,
            "channels_loopback": "on",
        }
        for name, text in given.items():
            path = home / "keys" / name
            path.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
            path.write_text(text, encoding="utf-8")

    def answer(self, line: BaseHTTPRequestHandler) -> None:
        """Take a message or not, and say so or not."""
        given = Given(UUID(line.headers["webhook-id"]), clock(), self._manner())
        with self._lock:
            self.log.append(given)
            tells = given.taken and self.chance.randrange(100) < RECEIPTS
            first = self.chance.random() < 0.5
            late = self.chance.uniform(LATE_FROM, LATE_UPTO)
            now = monotonic()
            self._free_at = max(self._free_at, now) + 1 / self.per_second
            wait = self._free_at - now
        sleep(wait + (late if given.manner is Manner.LATE else 0.0))
        # A receipt may be there before the answer of its own call.
        if tells and first:
            self._tell(given.message_id)
        try:
            ANSWERS[given.manner](line)
        except OSError:  # whoever asked is dead
            line.close_connection = True
        if tells and not first:
            self._tell(given.message_id)

    def call_again(self) -> None:
        """Tell what could not be told while the shop was dead, as providers do for days."""
        with self._lock:
            again, self.untold = self.untold, []
        for message_id in again:
            self._tell(message_id)

    def _manner(self) -> Manner:
        with self._lock:
            return self.chance.choices(list(self.manners), list(self.manners.values()))[0]

    def _tell(self, message_id: UUID) -> None:
        """Say twice that it was delivered; what a dead shop does not hear is kept."""
        receipt = {"id": str(message_id), "state": "delivered", "at": clock().isoformat()}
        body = orjson.dumps({"receipts": [receipt]})
        heard = 0
        for _ in range(2):
            with suppress(OSError, HTTPException):
                heard += _called(self.shop_port, body) == 200
        with self._lock:
            self.told += heard
            if not heard:
                self.untold.append(message_id)


def _called(port: int, body: bytes) -> int:
    secret = secret_of(SECRET)
    assert secret is not None
    call_id, timestamp = os.urandom(8).hex(), str(int(clock().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": call_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature(secret, message_id=call_id, timestamp=timestamp, body=body),
    }
    connection = HTTPConnection("127.0.0.1", port, timeout=CALL_SECONDS)
    try:
        connection.request("POST", CALLS, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()
