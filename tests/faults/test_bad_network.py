"""A till behind a bad network: what it wants happens once, however often it has to ask."""

import json
import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

import pytest

from bench.scratch.opening import Filled
from bench.scratch.servers import Place, Server
from bench.scratch.tills import Sale, new_id
from tests.faults.evidence import note
from tests.faults.harness import Guests, Intent, Line, Reply, differences, done, doubled, lost
from tests.faults.proxy import Proxy, Trouble, bad_network

WANTED = 4_000 if os.environ.get("REGULARS_THOROUGH") == "1" else 300
TILLS = 8
TRIES_MAX = 30
IN_FLIGHT = "command.in_flight"


def heard(line: Line, intent: Intent) -> bool:
    """Whether a till heard a whole answer to what it sent."""
    try:
        reply = line.send(intent.body, intent.key, intent.path)
        json.loads(reply.body)  # half an answer is none
    except (OSError, HTTPException, ValueError):
        line.close()
        return False
    if reply.code == IN_FLIGHT:
        return False
    intent.reply = reply
    return True


def insist(line: Line, intent: Intent) -> int:
    """Ask until there is an answer, always under the same key; answers how often."""
    for tries in range(1, TRIES_MAX):
        if heard(line, intent):
            return tries
    raise AssertionError("a till never heard an answer")


def all_insist(guests: Guests, proxy: Proxy, coming: list[Sale]) -> int:
    """Every guest buys, some pay money in, some bring it all back; answers how often they sent."""

    def in_turn(share: list[Sale]) -> int:
        line = Line(guests.till.cookie, proxy.port)
        sent = 0
        for number, sale in enumerate(share):
            sold = guests.wants(sale)
            sent += insist(line, sold)
            if number % 3 == 0:
                sent += insist(line, guests.wants_to_top_up(sale))
            if number % 4 == 0:
                sent += insist(line, guests.wants_back(sold))
        line.close()
        return sent

    with ThreadPoolExecutor(TILLS) as tills:
        return sum(tills.map(in_turn, [coming[number::TILLS] for number in range(TILLS)]))


def test_each_intent_has_one_effect_behind_a_bad_network(
    place: Place, shop: Filled, server: Server
) -> None:
    guests = Guests(shop.till, server.port)
    with bad_network(server.port, random.Random(20_261_122)) as proxy:
        sent = all_insist(guests, proxy, shop.queue.next_sales(WANTED))
    assert {intent.reply.status for intent in guests.intents if intent.reply} == {201}
    found = done(place)
    assert lost(guests.intents, found) == []
    assert doubled(guests.intents, found) == []
    assert sum(found.values()) == len(guests.intents)
    assert set(proxy.happened) == set(Trouble)
    assert differences(place) == 0
    replayed_alike(guests, server.port)
    note(
        "R4",
        engine=place.engine,
        intents=len(guests.intents),
        sent=sent,
        troubles=sum(count for trouble, count in proxy.happened.items() if trouble != Trouble.NONE),
        effects=sum(found.values()),
        different_answers=0,
    )


def replayed_alike(guests: Guests, port: int) -> None:
    """Whoever asks again hears the same bytes; another body under her key is refused."""
    line = Line(guests.till.cookie, port)
    for intent in guests.intents[:100]:
        assert intent.reply is not None
        again = line.send(intent.body, intent.key, intent.path)
        assert again == Reply(201, intent.reply.body, replayed=True)
        changed = json.loads(intent.body)
        changed["id" if "id" in changed else "order_id"] = str(new_id())
        other = line.send(json.dumps(changed).encode(), intent.key, intent.path)
        assert (other.status, other.code) == (422, "command.reused")
    line.close()


def careless(guests: Guests, port: int, coming: list[Sale]) -> Callable[[], None]:
    """A till that makes new ids each time it asks again."""

    def buy() -> None:
        line = Line(guests.till.cookie, port)
        for sale in coming:
            while True:
                intent = guests.wants_to_top_up(sale)
                if heard(line, intent):
                    break
        line.close()

    return buy


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_till_that_makes_new_ids_to_ask_again_is_found(
    place: Place, shop: Filled, server: Server
) -> None:
    guests = Guests(shop.till, server.port)
    with bad_network(server.port, random.Random(7)) as proxy:
        careless(guests, proxy.port, shop.queue.next_sales(120))()
    wanted = sum(intent.paid for intent in guests.intents)
    assert wanted == 120
    assert sum(done(place).values()) > wanted
