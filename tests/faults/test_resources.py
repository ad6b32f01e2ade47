"""Fifty tills want the last of something at the same moment: none too many get it, ever."""

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import bindparam, update

from regulars.storage.columns import Whole
from regulars.storage.engine import Database, Statement, open_database
from regulars.storage.tables.system import revision
from tests.faults.evidence import note
from tests.faults.resources import DONE, RESOURCES, TILLS, Resource, Rush
from tests.limited_offers import differences
from tests.shops import ShopUnderTest, open_shop
from tests.storage import counting

SET = Statement(
    update(revision)
    .where(revision.c.name == bindparam("which"))
    .values(number=bindparam("to", type_=Whole()))
)
ROUNDS = 200 if os.environ.get("REGULARS_THOROUGH") == "1" else 2
THREADS = 16


@pytest.fixture
def crowded(database_url: str) -> Iterator[Database]:
    """A shop with as many writers at once as a chain's server has."""
    opened = open_database(database_url, threads=THREADS)
    yield opened
    opened.close()


def answers_of(rush: Rush) -> Counter[str]:
    """What all tills hear who ask at once."""
    start = Barrier(len(rush.takes))

    def take(number: int) -> str:
        start.wait()
        return rush.takes[number]()

    with ThreadPoolExecutor(len(rush.takes)) as tills:
        return Counter(tills.map(take, range(len(rush.takes))))


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_of_fifty_tills_no_more_get_it_than_there_is(
    resource: Resource, crowded: Database, tmp_path: Path
) -> None:
    shop = open_shop(crowded, tmp_path, terms=resource.terms)
    for number in range(ROUNDS):
        rush = resource.rush(shop, number)
        heard = answers_of(rush)
        assert heard[DONE] == rush.capacity, heard
        assert set(heard) - {DONE} <= resource.beaten
        shop.pass_time(minutes=1)
    assert differences(shop) == 0
    note(
        "R7", engine=crowded.engine, resource=resource.name, rounds=ROUNDS, tills=TILLS, too_many=0
    )


def looked_first(shop: ShopUnderTest, _number: int) -> Rush:
    """The commonest fault of all: look whether there is one, then take it by another command."""
    counting.given(shop.database, "stock", number=7)

    def take() -> str:
        left = counting.left(shop.database, "stock")
        if not left:
            return "gone"
        set_to = left - 1
        shop.database.write(lambda tx: tx.run(SET, which="stock", to=set_to)).result()
        return DONE

    return Rush(capacity=7, takes=[take] * TILLS)


def test_looking_before_taking_is_found_out(crowded: Database, tmp_path: Path) -> None:
    shop = open_shop(crowded, tmp_path)
    heard = answers_of(looked_first(shop, 0))
    assert heard[DONE] > 7
