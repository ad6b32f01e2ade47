"""Two tills want the last use of one coupon at the same moment: one gets it, each time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

from bench.scratch.opening import Filled
from bench.scratch.servers import Place, Server
from bench.scratch.shop import TERMINALS
from bench.scratch.tills import Sale
from tests.faults.evidence import note
from tests.faults.harness import Guests, Intent, Line, differences, sold

ROUNDS = 200
TAKEN = {"coupon.gone", "coupon.not_usable"}


def test_of_two_guests_with_one_coupon_one_uses_it(
    place: Place, shop: Filled, server: Server
) -> None:
    guests = Guests(shop.till, server.port)
    lines = [Line(shop.till.cookie, server.port) for _ in range(2)]
    start = Barrier(2)

    def pay(intent: Intent, line: Line) -> None:
        start.wait()
        intent.reply = line.send(intent.body, intent.key)

    with ThreadPoolExecutor(2) as tills:
        for sale in shop.queue.next_sales(ROUNDS):
            both = [guests.wants(_at(sale, till)) for till in range(2)]
            list(tills.map(pay, both, lines))
            won = [intent for intent in both if intent.paid]
            beaten = [intent.reply for intent in both if intent.reply and not intent.paid]
            assert len(won) == 1, [reply.body for reply in beaten]
            assert beaten[0].status == 409
            assert beaten[0].code in TAKEN
    for line in lines:
        line.close()

    assert sum(sold(place).values()) == ROUNDS
    assert differences(place) == 0
    note(
        "R7",
        engine=place.engine,
        resource="one coupon, over HTTP",
        rounds=ROUNDS,
        tills=2,
        too_many=0,
    )


def _at(sale: Sale, till: int) -> Sale:
    return replace(sale, terminal=TERMINALS[till])
