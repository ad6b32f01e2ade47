"""An old list of members taken over some rows at a time."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from regulars.domain.kernel.refusal import Refusal
from regulars.storage.engine import Database
from regulars.storage.statement import Statement
from regulars.storage.tables.members import member
from regulars.use_cases.import_batches import Batch, RowDone, guessed, taken_over, tried
from regulars.use_cases.import_members import MemberColumn
from regulars.use_cases.moment import Moment
from tests.prepaid import a_shop, books_agree
from tests.shops import ShopUnderTest

HOW_MANY: Statement[int] = Statement(select(func.count()).select_from(member))
HEADERS = ("姓名", "手机号", "积分", "会员备注")


def a_batch(shop: ShopUnderTest, *rows: tuple[str, ...], first_row: int = 2) -> Batch:
    """Rows of a list with name, phone and points."""
    return Batch(
        store_id=shop.store_id,
        file="ab" * 32,
        first_row=first_row,
        columns=guessed(HEADERS),
        rows=rows,
    )


def sent(shop: ShopUnderTest, batch: Batch) -> list[RowDone]:
    return asyncio.run(taken_over(shop.runner, batch, actor=shop.actor))


def rehearsed(shop: ShopUnderTest, batch: Batch) -> list[RowDone]:
    def moment() -> Moment:
        return Moment(
            now=shop.now,
            actor=shop.actor,
            command_id=shop.new_id(),
            new_id=shop.new_id,
            vault=shop.runner.vault,
            shops=shop.shops,
        )

    return tried(shop.database, batch, country="CN", moment=moment)


def members_of(shop: ShopUnderTest) -> int:
    with shop.database.read() as read:
        return read.all(HOW_MANY)[0]


def codes(done: list[RowDone]) -> list[str | None]:
    return [None if one.refusal is None else one.refusal.code for one in done]


def test_headers_are_guessed_and_what_means_nothing_is_left_to_choose() -> None:
    assert guessed(HEADERS) == (MemberColumn.NAME, MemberColumn.PHONE, MemberColumn.POINTS, None)


def test_a_trial_tells_what_would_happen_and_keeps_nothing(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    shop.join("13700137000")
    batch = a_batch(
        shop,
        ("李敏", "13800138000", "320"),
        ("李敏", "138 0013 8000", "10"),
        ("王芳", "13700137000", ""),
        ("张伟", "不是号码", ""),
        ("", "", ""),
    )
    assert codes(rehearsed(shop, batch)) == [
        None,
        "import.row_repeated",
        "member.identity_taken",
        "member.identity_malformed",
    ]
    assert members_of(shop) == 1


def test_a_batch_that_is_sent_again_takes_nobody_over_twice(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    rows = [(f"客人{number}", f"138001380{number:02}", "100") for number in range(40)]
    first, second = a_batch(shop, *rows[:25]), a_batch(shop, *rows[25:], first_row=27)
    assert codes(sent(shop, first)) == [None] * 25
    again = sent(shop, first)
    assert all(one.known for one in again)
    assert codes(sent(shop, second)) == [None] * 15
    assert members_of(shop) == 40
    assert books_agree(shop)


def test_a_list_without_a_number_or_with_one_column_twice_is_refused(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    batch = a_batch(shop, ("李敏", "13800138000"))
    for columns, code in (
        ((MemberColumn.NAME, None), "import.no_identity_column"),
        ((MemberColumn.PHONE, MemberColumn.PHONE), "import.column_repeated"),
    ):
        with pytest.raises(Refusal) as refusal:
            sent(shop, replace(batch, columns=columns))
        assert refusal.value.code == code
    assert members_of(shop) == 0
