"""Thirty-two clients move value between the same members in opposite order: nobody is stuck."""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select

from regulars.domain.kernel.refusal import Refusal
from regulars.storage.columns import Whole
from regulars.storage.engine import Database, Statement, Write, open_database
from regulars.storage.tables.ledger import account
from regulars.use_cases.value_transfers import TransferValue
from tests.faults.evidence import note
from tests.limited_offers import differences
from tests.shops import ShopUnderTest, open_shop

SECONDS = 60.0 if os.environ.get("REGULARS_THOROUGH") == "1" else 4.0
CLIENTS, MEMBERS = 32, 10
TOP_UP_MINOR = 50_000
STUCK_SECONDS = 5.0
# What a client may hear: done, or that there is too little of it.
SAID = {"done", "ledger.balance_short", "transfer.nothing", "value.nothing"}


@pytest.fixture
def crowded(database_url: str) -> Iterator[Database]:
    """A shop with as many writers at once as a chain's server has."""
    opened = open_database(database_url, threads=16)
    yield opened
    opened.close()


class Clients:
    """Everybody who moves value, and what they heard."""

    def __init__(self, shop: ShopUnderTest, members: list[UUID]) -> None:
        self.shop = shop
        self.members = members
        self.heard: Counter[str] = Counter()
        self.longest_seconds = 0.0
        self._lock = Lock()

    def move(self, number: int) -> None:
        """One client's time: pairs of members in either order."""
        chance = random.Random(number)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            giver, taker = chance.sample(self.members, 2)
            command = TransferValue(
                id=self.shop.new_id(),
                from_member_id=giver,
                to_member_id=taker,
                store_id=self.shop.store_id,
                amount_minor=chance.randint(1, 3_000),
                reason="转给家人",
            )
            self.hear(command if number % 3 else self.bill(giver, chance))

    def bill(self, member: UUID, chance: random.Random) -> object:
        """A sale on stored value, between the transfers."""
        if chance.random() < 0.8:
            return self.shop.sale([self.shop.line("egg_tart")], member=member, stored=800)
        return self.shop.sale([self.shop.line("egg_tart")], member=member, cash=800)

    def hear(self, command: object) -> None:
        began = time.monotonic()
        try:
            self.shop.run(command)
            said = "done"
        except Refusal as refused:
            said = refused.code
        seconds = time.monotonic() - began
        with self._lock:
            self.heard[said] += 1
            self.longest_seconds = max(self.longest_seconds, seconds)


def test_opposite_orders_of_locking_stop_nobody(crowded: Database, tmp_path: Path) -> None:
    terms = {
        "tiers.ladder": [{"code": "leaf", "name_zh": "茶友", "name_en": "Leaf", "growth_from": 0}]
    }
    shop = open_shop(crowded, tmp_path, terms={**terms, "law.region": "none"})
    members = [shop.join(str(13_000_000_000 + number)) for number in range(MEMBERS)]
    for member in members:
        shop.top_up(member, TOP_UP_MINOR)
    clients = Clients(shop, members)
    with ThreadPoolExecutor(CLIENTS) as threads:
        list(threads.map(clients.move, range(CLIENTS)))
    reruns = shop.database.totals.reruns
    assert clients.heard["done"] > CLIENTS
    assert set(clients.heard) <= SAID, clients.heard
    assert clients.longest_seconds < STUCK_SECONDS
    assert differences(shop) == 0
    note(
        "R10",
        engine=crowded.engine,
        clients=CLIENTS,
        seconds=SECONDS,
        moved=clients.heard["done"],
        longest_seconds=round(clients.longest_seconds, 2),
        retries=reruns,
        stuck=0,
    )


LOCK = Statement(
    select(account.c.id).where(account.c.id == bindparam("which", type_=Whole())).with_for_update()
)
TWO = Statement[int](select(account.c.id).order_by(account.c.id).limit(2))


@pytest.fixture
def two_accounts(postgresql_url: str, tmp_path: Path) -> Iterator[tuple[Database, list[int]]]:
    """A shop with sixteen writers, and two of a member's accounts."""
    database = open_database(postgresql_url, threads=16)
    try:
        open_shop(database, tmp_path).join("13800138000")
        with database.read() as read:
            yield database, read.all(TWO)
    finally:
        database.close()


def test_locks_in_the_order_of_the_request_meet_each_other(
    two_accounts: tuple[Database, list[int]],
) -> None:
    # What one order for all saves us from: two commands that each lock first what they name first.
    database, (first, second) = two_accounts

    def locked(one: int, other: int) -> None:
        def work(tx: Write) -> None:
            for which in (one, other):
                tx.one(LOCK, which=which)
                time.sleep(0.02)

        database.write(work).result()

    with ThreadPoolExecutor(8) as threads:
        pairs = [(first, second), (second, first)] * 4
        for future in [threads.submit(locked, *pair) for pair in pairs]:
            future.exception()
    assert database.totals.reruns > 0
