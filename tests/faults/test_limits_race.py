"""Fifty tills want the last uses of one offer, and the last money of one budget: none too many.

Each round is a business day with limits of its own, so nothing of the round before helps anybody.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.storage.engine import Database, open_database
from regulars.use_cases.holds import HoldOrder, ReleaseHold, SweepHolds
from regulars.use_cases.open_orders import CancelOrder
from regulars.use_cases.sales import SellAtCounter
from regulars.use_cases.settling import SettleOrder
from tests.faults.evidence import note
from tests.limited_offers import differences, limited, used, waiting
from tests.shops import ShopUnderTest, open_shop

TILLS, VISITS = 50, 20
ROUNDS = 200 if os.environ.get("REGULARS_THOROUGH") == "1" else 8
USES, BUDGET_MINOR, OFF_MINOR = 7, 2_000, 300
DONE, PAID, TOO_LATE = "done", "paid", "too late"
# The bill asks for more than the guest saw, or the last of it went at this very moment.
BEATEN = {"offer.limit_reached", "payment.sum_wrong", "payment.cash_short", "quote.stale"}


@pytest.fixture
def crowded(database_url: str) -> Iterator[Database]:
    """A shop with as many writers at once as a chain's server has."""
    opened = open_database(database_url, threads=16)
    yield opened
    opened.close()


def said(shop: ShopUnderTest, command: object) -> str:
    """What a till hears: that it was done, or the code of a refusal."""
    try:
        shop.run(command)
    except Refusal as refusal:
        return refusal.code
    return DONE


def counted(database: Database, resource: str, tills: int = TILLS) -> None:
    """Tell the evidence what nobody got too much of."""
    note("R7", engine=database.engine, resource=resource, rounds=ROUNDS, tills=tills, too_many=0)


def heard(answers: Iterable[str]) -> dict[str, int]:
    """How many found room; any other refusal shows by its own code."""
    return Counter(TOO_LATE if answer in BEATEN else answer for answer in answers)


def test_of_fifty_tills_no_more_get_an_offer_than_it_has(crowded: Database, tmp_path: Path) -> None:
    shop = open_shop(crowded, tmp_path)
    by_uses = limited(shop, "egg_tart", OFF_MINOR, [{"whose": "all", "span": "day", "uses": USES}])
    by_money = limited(
        shop,
        "mango_ice",
        OFF_MINOR,
        [{"whose": "all", "span": "day", "amount_minor": BUDGET_MINOR}],
    )
    affordable = BUDGET_MINOR // OFF_MINOR
    start = Barrier(TILLS)

    def buy(both: tuple[SellAtCounter, SellAtCounter]) -> tuple[str, str]:
        start.wait()
        return said(shop, both[0]), said(shop, both[1])

    def pair(number: int) -> tuple[SellAtCounter, SellAtCounter]:
        tart = shop.sale([shop.line("egg_tart")], cash=500)
        ice = shop.sale([shop.line("mango_ice")], cash=1_900)
        # Every other till sells the ice first: neither limit is always taken before the other.
        return (tart, ice) if number % 2 else (ice, tart)

    with ThreadPoolExecutor(TILLS) as tills:
        for _ in range(ROUNDS):
            shop.pass_time(days=1)
            answers = list(tills.map(buy, [pair(number) for number in range(TILLS)]))
            tarts = [each[0 if number % 2 else 1] for number, each in enumerate(answers)]
            ices = [each[1 if number % 2 else 0] for number, each in enumerate(answers)]
            assert heard(tarts) == {DONE: USES, TOO_LATE: TILLS - USES}
            assert heard(ices) == {DONE: affordable, TOO_LATE: TILLS - affordable}

    assert set(used(shop, by_uses).values()) == {(USES, USES * OFF_MINOR)}
    assert set(used(shop, by_money).values()) == {(affordable, affordable * OFF_MINOR)}
    assert len(used(shop, by_uses)) == len(used(shop, by_money)) == ROUNDS
    assert differences(shop) == 0
    counted(crowded, "uses of an offer")
    counted(crowded, "budget of an offer")


def test_bills_that_are_kept_paid_let_go_and_swept_at_once_lose_nothing(
    crowded: Database, tmp_path: Path
) -> None:
    shop = open_shop(crowded, tmp_path, terms={"orders.hold_minutes": 1})
    limits = [{"whose": "all", "uses": USES}, {"whose": "store", "span": "day", "uses": USES}]
    offer_id = limited(shop, "egg_tart", OFF_MINOR, limits)
    none = Choices(coupons=())

    def visit(number: int, order_id: UUID) -> list[str]:
        hold = HoldOrder(order_id=order_id, seen=1, choices=none)
        tenders = (shop.tender(TenderKind.CASH, 500),)
        pay = SettleOrder(order_id=order_id, seen=1, choices=none, tenders=tenders)
        first = said(shop, hold)
        if first != DONE:
            return [first]
        match number % 5:
            case 0:
                answer = said(shop, pay)
                return [first, PAID if answer == DONE else answer]
            case 1:
                return [first, said(shop, ReleaseHold(order_id=order_id, seen=1))]
            case 2:
                return [first, said(shop, CancelOrder(order_id=order_id, seen=1))]
            case 3:
                return [first, said(shop, SweepHolds())]
            case _:
                return [first, said(shop, hold)]

    answers: Counter[str] = Counter()
    with ThreadPoolExecutor(TILLS) as tills:
        for _ in range(ROUNDS):
            orders = [waiting(shop, "egg_tart") for _ in range(VISITS)]
            for said_to_one in tills.map(visit, range(VISITS), orders):
                answers.update(heard(said_to_one))
            assert all(uses <= USES for uses, _ in used(shop, offer_id).values())
            shop.pass_time(minutes=2)

    shop.run(SweepHolds())
    # Whoever keeps a bill can pay it, and is counted once.
    paid = answers[PAID]
    assert set(answers) <= {DONE, TOO_LATE, PAID}
    assert used(shop, offer_id)["all", "ever"] == (paid, paid * OFF_MINOR)
    assert 1 <= paid <= USES
    assert differences(shop) == 0
    counted(crowded, "uses of an offer, kept and let go", tills=VISITS)
