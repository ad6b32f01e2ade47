"""A settlement is added up beside the tills: its transaction is short, and nothing slips between."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.storage import clearing
from regulars.storage.engine import Database
from regulars.storage.verify import verify
from regulars.use_cases.clearing import BookClearing
from regulars.use_cases.runner import Runner
from tests.shops import ShopUnderTest, open_shop
from tests.watching import Ahead

MAY, JUNE, JULY, AUGUST = (date(2026, 5, 4), *(date(2026, month, 1) for month in (6, 7, 8)))


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """Two stores, and one price for everybody."""
    ladder = [{"code": "leaf", "name_zh": "茶友", "name_en": "Leaf", "growth_from": 0}]
    return open_shop(database, tmp_path, terms={"tiers.ladder": ladder})


def abroad(shop: ShopUnderTest, member: UUID) -> None:
    """A milk tea in the other store, from what she topped up in the first."""
    other = shop.at(shop.other_store_id, "terminal:S2:A")
    shop.run(other.sale([shop.line("milk_tea")], member=member, stored=1_800))


def behind(shop: ShopUnderTest, ahead: Ahead) -> ShopUnderTest:
    """The same shop through another door."""
    runner = Runner(
        ahead,
        clock=lambda: shop.now,
        entropy=shop.entropy.randbytes,
        vault=shop.vault,
        shops=shop.shops,
    )
    return replace(shop, runner=runner)


def booked_amounts(shop: ShopUnderTest) -> list[tuple[int, int]]:
    """Of each booking: what was used of other stores' value, and what of it came late."""
    with shop.database.read() as read:
        bookings = read.all(clearing.BOOKINGS)[::-1]
        lines = [clearing.lines_of(read, one.number) for one in bookings]
    return [
        (sum(one.amount for one in some), sum(one.late for one in some))
        for some in ([one for one in each if one.unit != "PT"] for each in lines)
    ]


def test_the_transaction_of_a_booking_reads_no_more_for_a_year_than_for_a_day(
    shop: ShopUnderTest,
) -> None:
    wang = shop.join("13800138000")
    shop.top_up(wang, 100_000)
    ahead = Ahead(shop.database)
    door = behind(shop, ahead)
    read = []
    for from_on, until_on, uses in ((MAY, JUNE, 1), (JUNE, JULY, 1), (JULY, AUGUST, 25)):
        for _ in range(uses):
            abroad(shop, wang)
        shop.pass_time(days=30)
        ahead.watched.clear()
        door.now = shop.now
        door.run(BookClearing(from_on=from_on, until_on=until_on))
        (watched,) = ahead.watched
        read_of = [sql for sql, _ in watched.answers]
        assert [sql for sql in read_of if "lot_use" in sql or "posting" in sql] == []
        rows = sum(rows for _, rows in watched.answers)
        read.append((len(read_of), rows, watched.statements))
    # The first one also asks once for the stores' accounts, which are kept.
    assert read[1] == read[2]
    assert [amount for amount, _ in booked_amounts(shop)] == [1_800, 1_800, 25 * 1_800]


def test_what_is_used_while_a_booking_is_added_up_is_in_the_next_one_once(
    shop: ShopUnderTest,
) -> None:
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    abroad(shop, wang)
    shop.pass_time(days=1)
    that_day = shop.now
    shop.pass_time(days=39)

    def slip_in() -> None:
        # Of a day that is just being booked, from a till that was cut off.
        now, shop.now = shop.now, Instant(that_day)
        abroad(shop, wang)
        shop.now = now

    behind(shop, Ahead(shop.database, slip_in)).run(BookClearing(from_on=MAY, until_on=JUNE))
    assert booked_amounts(shop) == [(1_800, 0)]
    shop.pass_time(days=30)
    shop.run(BookClearing(from_on=JUNE, until_on=JULY))
    assert booked_amounts(shop) == [(1_800, 0), (1_800, 1_800)]
    with shop.database.read() as read:
        assert verify(read, lambda _: None).differences == 0


def test_a_booking_that_another_overtook_is_refused_and_books_nothing(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    abroad(shop, wang)
    shop.pass_time(days=40)
    booking = BookClearing(from_on=MAY, until_on=JUNE)
    slow = behind(shop, Ahead(shop.database, lambda: shop.run(booking)))
    with pytest.raises(Refusal, match="booked_meanwhile"):
        slow.run(booking)
    assert booked_amounts(shop) == [(1_800, 0)]


def test_a_booking_that_is_sent_again_gets_the_answer_of_the_first_time(
    shop: ShopUnderTest,
) -> None:
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    abroad(shop, wang)
    shop.pass_time(days=40)
    command_id, booking = shop.new_id(), BookClearing(from_on=MAY, until_on=JUNE)
    first = shop.run(booking, command_id=command_id)
    assert shop.run(booking, command_id=command_id) == first
    other = BookClearing(from_on=MAY, until_on=JULY)
    with pytest.raises(Refusal, match=r"command\.reused"):
        shop.run(other, command_id=command_id)
    assert booked_amounts(shop) == [(1_800, 0)]
