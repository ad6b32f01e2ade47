"""Guests at a server that is killed: what they sent, what they heard, and what the books say.

till = Guests(shop.till, server.port)
till.buy(sales)                 # each intent is kept before it is sent
till.settle_doubts()            # who heard nothing sends the same again
assert not lost(till.intents, done(place)) and not doubled(till.intents, done(place))
"""

import json
import os
import random
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from uuid import UUID

import orjson
from sqlalchemy import select

from bench.scratch.servers import REGULARS, Place
from bench.scratch.shop import STORE
from bench.scratch.tills import Sale, Till, new_id
from regulars.storage.engine import Read, open_database
from regulars.storage.statement import Statement
from regulars.storage.tables.orders import orders, refund, top_up

GUESTS = 8
TIMEOUT_SECONDS = 30.0
SALES = "/api/v1/sales"
# Of a hundred sales so many come with a top-up, and so many are refunded.
TOP_UPS, REFUNDS = 12, 12


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server said."""

    status: int
    body: bytes
    replayed: bool = False

    @property
    def code(self) -> object:
        """The refusal's code, if it is one."""
        return json.loads(self.body).get("code")


@dataclass(slots=True)
class Intent:
    """Something that a guest wants once. Without a reply nobody knows whether it happened."""

    name: str
    key: UUID
    body: bytes
    reply: Reply | None = None
    path: str = SALES

    @property
    def paid(self) -> bool:
        """Whether the server said so."""
        return self.reply is not None and self.reply.status == 201

    @property
    def in_doubt(self) -> bool:
        """Whether the guest must ask again: silence, or a server that lost its database."""
        return self.reply is None or self.reply.status == 503

    @property
    def refused(self) -> bool:
        """Whether the server said no."""
        return self.reply is not None and self.reply.status >= 400 and not self.in_doubt


class Line:
    """One till's connection, opened anew when it broke."""

    def __init__(self, cookie: str, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        self._headers = {
            "Cookie": cookie,
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/json",
        }

    def send(self, body: bytes, key: UUID, path: str = SALES) -> Reply:
        """Send one sale and hear the answer; raises OSError or HTTPException when it breaks."""
        headers = {**self._headers, "Idempotency-Key": str(key)}
        try:
            self._connection.request("POST", path, body, headers)
            answer = self._connection.getresponse()
            replayed = answer.getheader("Idempotency-Replayed") == "true"
            return Reply(answer.status, answer.read(), replayed)
        except (OSError, HTTPException):
            self._connection.close()
            raise

    def ask(self, intent: Intent) -> None:
        """Send an intent and keep its reply; raises OSError or HTTPException when it breaks."""
        intent.reply = self.send(intent.body, intent.key, intent.path)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@dataclass(slots=True)
class Guests:
    """Guests at several tills of one server, and the log of all that they wanted."""

    till: Till
    port: int
    intents: list[Intent] = field(default_factory=list)
    # Decides who also pays money in and whose order comes back; None: nobody's.
    chance: random.Random | None = None

    def wants(self, sale: Sale) -> Intent:
        """A guest's intent, kept before anything of it is sent."""
        name = str(new_id())
        body = orjson.dumps({**self.till.body(sale), "note": name})
        return self._keep(Intent(name=name, key=new_id(), body=body))

    def wants_to_top_up(self, sale: Sale) -> Intent:
        """Money that the sale's member pays in."""
        name = new_id()
        body = {
            "id": str(name),
            "store_id": str(STORE),
            "terminal_id": str(sale.terminal),
            "principal_minor": 1_000,
            "tender": "cash",
        }
        path = f"/api/v1/members/{self.till.crowd.member(sale.member)}/top-ups"
        return self._keep(Intent(str(name), new_id(), orjson.dumps(body), path=path))

    def wants_back(self, sold: Intent) -> Intent:
        """All that is left of an order comes back."""
        name = new_id()
        body = {"id": str(name), "units": None, "reason": "不合口味", "plan": "return_share"}
        order_id = json.loads(sold.body)["order_id"]
        path = f"/api/v1/orders/{order_id}/refunds"
        return self._keep(Intent(str(name), new_id(), orjson.dumps(body), path=path))

    def _keep(self, intent: Intent) -> Intent:
        self.intents.append(intent)
        return intent

    def buy(self, coming: Sequence[Sale], *, tills: int = GUESTS) -> list[Sale]:
        """All buy, at several tills at once, until the server is gone or all have bought.

        Answers those whose turn never came.
        """
        shares = [coming[number::tills] for number in range(tills)]
        with ThreadPoolExecutor(tills) as threads:
            left = threads.map(self._buy_in_turn, shares)
        return [sale for of_till in left for sale in of_till]

    def settle_doubts(self) -> int:
        """Whoever heard nothing sends the same again, under the same key; answers how many."""
        doubts = [intent for intent in self.intents if intent.in_doubt]
        line = Line(self.till.cookie, self.port)
        for intent in doubts:
            line.ask(intent)
        line.close()
        return len(doubts)

    def _buy_in_turn(self, share: Sequence[Sale]) -> Sequence[Sale]:
        line = Line(self.till.cookie, self.port)
        for place, sale in enumerate(share, start=1):
            try:
                sold = self.wants(sale)
                line.ask(sold)
                for also in self._also(sale, sold):
                    line.ask(also)
            except (OSError, HTTPException):
                return share[place:]
        line.close()
        return []

    def _also(self, sale: Sale, sold: Intent) -> Iterator[Intent]:
        if self.chance is None:
            return
        if self.chance.randrange(100) < TOP_UPS:
            yield self.wants_to_top_up(sale)
        if sold.paid and self.chance.randrange(100) < REFUNDS:
            yield self.wants_back(sold)


_NOTES = Statement[str | None](select(orders.c.note))
_NAMED = tuple(Statement[UUID](select(each.c.id)) for each in (top_up, refund))


def sold(place: Place) -> Counter[str]:
    """How often each intent was sold, by the orders in the database."""
    with reading(place) as read:
        return Counter(note for note in read.all(_NOTES) if note is not None)


def done(place: Place) -> Counter[str]:
    """How often each intent was done, by the orders, top-ups and refunds in the database."""
    found = sold(place)
    with reading(place) as read:
        for statement in _NAMED:
            found.update(str(name) for name in read.all(statement))
    return found


@contextmanager
def reading(place: Place) -> Iterator[Read]:
    """The database of a place, to be read beside its servers."""
    database = open_database(place.url, read_only=True, threads=1)
    try:
        with database.read() as read:
            yield read
    finally:
        database.close()


def lost(intents: Iterable[Intent], found: Mapping[str, int]) -> list[str]:
    """The intents that the server said were paid and of which there is no order."""
    return [intent.name for intent in intents if intent.paid and not found.get(intent.name)]


def doubled(intents: Iterable[Intent], found: Mapping[str, int]) -> list[str]:
    """The intents that were sold more than once."""
    return [intent.name for intent in intents if found.get(intent.name, 0) > 1]


def sold_in_spite(intents: Iterable[Intent], found: Mapping[str, int]) -> list[str]:
    """The intents that the server refused and that were sold all the same."""
    return [intent.name for intent in intents if intent.refused and found.get(intent.name)]


def differences(place: Place) -> int:
    """How many differences `regulars verify` finds."""
    environment = {**os.environ, "REGULARS_HOME": str(place.home), "REGULARS_DATABASE": place.url}
    told = subprocess.run(
        [REGULARS, "verify", "--json"], env=environment, stdout=subprocess.PIPE, check=False
    )
    found: int = json.loads(told.stdout)["differences"]
    if found:
        print(told.stdout.decode())  # which rows differ, for whoever reads the failure
    return found


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
