"""Rows of a list that were refused stay until somebody has seen to them."""

from pathlib import Path

import pytest

from regulars.storage import member_imports, waiting
from regulars.storage.audit import OLDEST
from regulars.storage.engine import Database
from regulars.storage.member_imports import OpenImport, RefusalRow
from regulars.use_cases.import_refusals import (
    DealWithImport,
    KeepRefusals,
    RefusedRow,
    import_id_of,
)
from tests.rewards import refused
from tests.shops import ShopUnderTest, open_shop

FILE = "ab" * 32


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def sent(shop: ShopUnderTest, *rows: int, first: int = 2, last: int = 201) -> None:
    """A part of the list, of which these rows were refused."""
    told = tuple(
        RefusedRow(
            row=row,
            column="phone",
            code="member.phone_malformed",
            reason_zh="手机号不对",
            reason_en="Not a phone number",
        )
        for row in rows
    )
    shop.run(
        KeepRefusals(
            store_id=shop.store_id, file=FILE, first_row=first, last_row=last, refused=told
        )
    )


def waits(shop: ShopUnderTest) -> list[OpenImport]:
    with shop.database.read() as read:
        stores = [shop.store_id]
        rows = read.all(member_imports.OPEN, stores=stores, after_id=OLDEST, most=50)
        assert read.all(waiting.HOW_MANY_IMPORTS, stores=stores) == [len(rows)]
        return rows


def refusals(shop: ShopUnderTest) -> list[RefusalRow]:
    with shop.database.read() as read:
        import_id = import_id_of(shop.store_id, FILE)
        return read.all(member_imports.REFUSALS, import_id=import_id, after_row=0, most=100)


def test_a_list_without_refused_rows_leaves_nothing(shop: ShopUnderTest) -> None:
    sent(shop)
    assert waits(shop) == []


def test_the_rows_of_all_parts_stand_together_and_go_once_they_are_taken_over(
    shop: ShopUnderTest,
) -> None:
    sent(shop, 17, 40)
    shop.pass_time(minutes=1)
    sent(shop, 250, first=202, last=401)
    (row,) = waits(shop)
    assert (row.refused, row.first_row, row.last_row) == (3, 17, 250)
    assert (row.last_at, row.last_by) == (shop.now, shop.actor.name)
    sent(shop, 40)
    assert [one.list_row for one in refusals(shop)] == [40, 250]
    sent(shop)
    sent(shop, first=202, last=401)
    assert waits(shop) == []


def test_what_was_seen_to_waits_no_more_until_it_is_refused_again(shop: ShopUnderTest) -> None:
    sent(shop, 17)
    (row,) = waits(shop)
    shop.run(DealWithImport(id=row.id))
    assert waits(shop) == []
    assert refused(lambda: shop.run(DealWithImport(id=row.id))) == "import.dealt_already"
    assert refused(lambda: shop.run(DealWithImport(id=shop.new_id()))) == "import.unknown"
    sent(shop, first=202, last=401)
    assert waits(shop) == [], "a part that went through brings nothing back"
    sent(shop, 17)
    assert [one.id for one in waits(shop)] == [row.id]


def test_a_list_into_another_store_is_another_list(shop: ShopUnderTest) -> None:
    sent(shop, 17)
    assert import_id_of(shop.store_id, FILE) != import_id_of(shop.new_id(), FILE)
    with shop.database.read() as read:
        assert read.all(waiting.HOW_MANY_IMPORTS, stores=[shop.new_id()]) == [0]
