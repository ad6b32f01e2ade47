"""A server that dies in the middle of sales loses none and doubles none."""

import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import sleep

from bench.scratch.opening import Filled
from bench.scratch.servers import Place, free_port, started
from tests.faults.harness import (
    Guests,
    differences,
    doubled,
    lost,
    sold,
    sold_in_spite,
)

KILLS = 200 if os.environ.get("REGULARS_THOROUGH") == "1" else 20
SEED = 20_260_504
SALES_BEFORE_A_KILL = 400
# When it dies, after the first guests came. Units: seconds.
EARLIEST, LATEST = 0.03, 0.6


def test_kill_9_loses_no_sale_and_doubles_none(
    place: Place, shop: Filled, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(SEED)
    port = free_port()
    guests = Guests(shop.till, port)
    server = started(place, port=port)
    doubts = 0
    for _ in range(KILLS):
        coming = shop.queue.next_sales(SALES_BEFORE_A_KILL)
        with ThreadPoolExecutor(1) as crowd:
            buying = crowd.submit(guests.buy, coming)
            sleep(chance.uniform(EARLIEST, LATEST))
            server.kill()
            shop.queue.give_back(buying.result())
        server = started(place, port=port)
        doubts += guests.settle_doubts()
    guests.buy(shop.queue.next_sales(16))
    server.stop()

    figures = {"kills": KILLS, "sales": len(guests.intents), "heard_nothing": doubts}
    for name, figure in figures.items():
        record_property(name, figure)
    assert doubts > 0  # it died while guests were waiting
    assert all(intent.reply is not None for intent in guests.intents)
    assert {intent.reply.status for intent in guests.intents if intent.reply} == {201}
    found = sold(place)
    assert sum(found.values()) == len(guests.intents)
    assert lost(guests.intents, found) == []
    assert doubled(guests.intents, found) == []
    assert sold_in_spite(guests.intents, found) == []
    assert differences(place) == 0
