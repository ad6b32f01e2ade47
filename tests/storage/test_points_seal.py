"""Several postings of one statement are held against each other, as postings one by one are."""

from collections.abc import Iterator

import pytest

from tests.storage.intruder import intruder
from tests.storage.test_ledger_seal import GIFT, MEMBER, SALE, STORE, Ledger

TOGETHER = (
    "INSERT INTO posting (entry_id, number, unit, from_account, to_account, amount,"
    " from_version, from_after, to_version, to_after) VALUES "
)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with intruder(database_url) as hand:
        made = Ledger(
            hand,
            points=hand.account(MEMBER, "points", "PT"),
            bonus=hand.account(MEMBER, "bonus", "CNY.bonus"),
            issued=hand.account(STORE, "points.issued", "PT", floor=None),
            spent=hand.account(STORE, "points.spent", "PT", floor=None),
            sales=hand.account(STORE, "sales", "CNY", floor=None),
        )
        with hand.transaction():
            hand.posting(GIFT, "PT", (made.issued, made.points), 100, (None, None, 1, 100))
            hand.entry(GIFT, "grant:1", 1)
        yield made


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((2, 70), (4, 65)),
        ((2, 70), (2, 65)),
        ((3, 70), (4, 65)),
        ((2, 70), (3, 60)),
        ((2, 60), (3, 55)),
    ],
)
def test_the_chain_of_an_account_has_no_gap(
    ledger: Ledger, first: tuple[int, int], second: tuple[int, int]
) -> None:
    def two_postings() -> None:
        ledger.hand.sql(
            f"{TOGETHER} (?, 1, 'PT', ?, ?, 30, ?, ?, NULL, NULL),"
            " (?, 2, 'PT', ?, ?, 5, ?, ?, NULL, NULL)",
            *(SALE, ledger.points, ledger.spent, *first),
            *(SALE, ledger.points, ledger.spent, *second),
        )
        ledger.seal(2)

    refused = ledger.refuses(two_postings)
    assert refused in ("posting_version", "posting_by_from")


def test_a_version_cannot_stand_once_on_each_side(ledger: Ledger) -> None:
    def two_postings() -> None:
        ledger.hand.sql(
            f"{TOGETHER} (?, 1, 'PT', ?, ?, 30, 2, 70, NULL, NULL),"
            " (?, 2, 'PT', ?, ?, 30, NULL, NULL, 2, 100),"
            " (?, 3, 'PT', ?, ?, 10, 4, 90, NULL, NULL)",
            *(SALE, ledger.points, ledger.spent),
            *(SALE, ledger.issued, ledger.points),
            *(SALE, ledger.points, ledger.spent),
        )
        ledger.seal(3)

    assert ledger.refuses(two_postings) == "posting_version"


def test_a_balance_never_dips_below_its_floor_on_the_way(ledger: Ledger) -> None:
    def two_postings() -> None:
        ledger.hand.sql(
            f"{TOGETHER} (?, 1, 'PT', ?, ?, 130, 2, -30, NULL, NULL),"
            " (?, 2, 'PT', ?, ?, 50, NULL, NULL, 3, 20)",
            *(SALE, ledger.points, ledger.spent),
            *(SALE, ledger.issued, ledger.points),
        )
        ledger.seal(2)

    assert ledger.refuses(two_postings) in ("ck_account_floor", "posting_version")


def test_the_house_has_no_running_balance(ledger: Ledger) -> None:
    def with_versions() -> None:
        ledger.spend(30, (2, 70, 1, 30))
        ledger.seal()

    def without_versions() -> None:
        ledger.spend(30, (None, None, None, None))
        ledger.seal()

    assert ledger.refuses(with_versions) == "posting_version"
    assert ledger.refuses(without_versions) == "posting_version"


@pytest.mark.parametrize("side", ["from", "to"])
def test_a_balance_that_is_not_told_breaks_the_chain(ledger: Ledger, side: str) -> None:
    def three_postings() -> None:
        untold = {
            "from": (ledger.points, ledger.spent, 3, None, None, None),
            "to": (ledger.issued, ledger.points, None, None, 3, None),
        }
        ledger.hand.sql(
            f"{TOGETHER} (?, 1, 'PT', ?, ?, 30, 2, 70, NULL, NULL),"
            " (?, 2, 'PT', ?, ?, 1, ?, ?, ?, ?),"
            " (?, 3, 'PT', ?, ?, 1, NULL, NULL, 4, 1000000)",
            *(SALE, ledger.points, ledger.spent),
            *(SALE, *untold[side]),
            *(SALE, ledger.issued, ledger.points),
        )
        ledger.seal(3)

    assert ledger.refuses(three_postings) == "posting_version"
