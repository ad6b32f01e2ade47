"""A till that heard nothing asks again: the same key is the same sale, whatever happens."""

from concurrent.futures import ThreadPoolExecutor

from bench.scratch.opening import Filled
from bench.scratch.servers import Place, Server
from bench.scratch.tills import new_id
from tests.faults.harness import Guests, Line, Reply, differences, sold

AT_ONCE = 8


def test_the_same_key_gets_the_same_bytes_and_another_body_is_refused(
    place: Place, shop: Filled, server: Server
) -> None:
    guests = Guests(shop.till, server.port)
    line = Line(shop.till.cookie, server.port)
    first, other = (guests.wants(sale) for sale in shop.queue.next_sales(2))
    told = line.send(first.body, first.key)
    again = line.send(first.body, first.key)
    assert (told.status, told.replayed) == (201, False)
    assert again == Reply(201, told.body, replayed=True)

    reused = line.send(other.body, first.key)
    assert (reused.status, reused.code) == (422, "command.reused")
    under_another_key = line.send(first.body, new_id())
    assert under_another_key.status == 409  # the order exists already, and her coupon is used

    assert line.send(first.body, first.key) == again
    line.close()
    assert sold(place) == {first.name: 1}
    assert differences(place) == 0


def test_eight_retries_at_once_sell_once(place: Place, shop: Filled, server: Server) -> None:
    guests = Guests(shop.till, server.port)
    intents = [guests.wants(sale) for sale in shop.queue.next_sales(10)]
    with ThreadPoolExecutor(AT_ONCE) as tills:
        for intent in intents:
            lines = [Line(shop.till.cookie, server.port) for _ in range(AT_ONCE)]
            sending = [tills.submit(line.send, intent.body, intent.key) for line in lines]
            replies = [each.result() for each in sending]
            for line in lines:
                line.close()
            assert {reply.status for reply in replies} <= {201, 409}
            paid = [reply for reply in replies if reply.status == 201]
            assert len({reply.body for reply in paid}) == 1
            assert sum(not reply.replayed for reply in paid) == 1
    assert sold(place) == {intent.name: 1 for intent in intents}
