"""The checks of these tests, tried on what they must see: each one finds its planted fault."""

import orjson

from bench.scratch.opening import Filled
from bench.scratch.servers import Place, Server
from bench.scratch.tills import new_id
from tests.faults.harness import (
    Guests,
    Line,
    Reply,
    differences,
    doubled,
    lost,
    sold,
    sold_in_spite,
)


def test_each_check_finds_its_planted_fault(place: Place, shop: Filled, server: Server) -> None:
    guests = Guests(shop.till, server.port)
    never_sent, repeated, unheard, altered, *rest = shop.queue.next_sales(8)
    guests.buy(rest, tills=1)
    assert not lost(guests.intents, sold(place))
    line = Line(shop.till.cookie, server.port)

    # A till that takes silence for a yes.
    hopeful = guests.wants(never_sent)
    hopeful.reply = Reply(201, b"")
    # A till that makes new ids to try again: order, tenders and key.
    careless = guests.wants(repeated)
    careless.reply = line.send(careless.body, careless.key)
    again = shop.till.body(shop.queue.next_sales(1)[0]) | {"note": careless.name}
    second = line.send(orjson.dumps(again), new_id())
    assert (careless.reply.status, second.status) == (201, 201)
    # A server that says no and sells all the same.
    denied = guests.wants(unheard)
    denied.reply = Reply(409, line.send(denied.body, denied.key).body)
    line.close()

    found = sold(place)
    assert lost(guests.intents, found) == [hopeful.name]
    assert doubled(guests.intents, found) == [careless.name]
    assert sold_in_spite(guests.intents, found) == [denied.name]

    # Somebody who edits an order behind the books' back.
    assert differences(place) == 0
    guests.buy([altered], tills=1)
    with place.adding() as bulk:
        name = guests.intents[-1].name
        bulk.run(f"UPDATE orders SET due_minor = due_minor + 1 WHERE note = '{name}'")
    assert differences(place) > 0
