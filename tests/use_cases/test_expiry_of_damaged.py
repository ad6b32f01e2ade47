"""An account whose lots hold more than its balance is left out of the expiry, and told of once."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select

from regulars.domain.ledger.accounts import AccountKind
from regulars.jobs.expiry import ExpiringLots
from regulars.jobs.pace import Pace
from regulars.storage.columns import Id, Words
from regulars.storage.engine import Database
from regulars.storage.statement import Statement
from regulars.storage.tables.ledger import account
from regulars.storage.verify import verify
from tests.inviting import facts_of
from tests.shops import ShopUnderTest, open_shop
from tests.storage.damage import damaged
from tests.workshops import Lines, run_out, workshop_of

ACCOUNT = Statement[int](
    select(account.c.id).where(
        account.c.owner_id == bindparam("member", type_=Id()),
        account.c.kind == bindparam("kind", type_=Words()),
    )
)
TELLS = "value.account_damaged"


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """Points end after a month."""
    return open_shop(database, tmp_path, terms={"earning.expiry_months": 1})


def points_account(shop: ShopUnderTest, member: UUID) -> int:
    """The number of a member's account of points."""
    with shop.database.read() as read:
        found = read.one(ACCOUNT, member=member, kind=AccountKind.POINTS.value)
    assert found is not None
    return found


def lose(database_url: str, number: int) -> None:
    """20 of the points that lie in lots are in the balance no more."""
    damaged(database_url, f"UPDATE account SET balance = balance - 20 WHERE id = {number}")


def expire(shop: ShopUnderTest) -> int:
    """Let the job end what is due; in how many steps."""
    return run_out(ExpiringLots(Pace()).step, shop)


def test_a_damaged_account_keeps_nobody_elses_lots_from_ending(
    shop: ShopUnderTest, database_url: str
) -> None:
    other = shop.at(shop.other_store_id, "terminal:S2:A")
    wang, li, zhang = shop.join("13800138000"), shop.join("13900139000"), other.join("13700137000")
    lose(database_url, points_account(shop, wang))
    shop.pass_time(days=32)
    expire(shop)
    assert [shop.balances(one).points for one in (wang, li, zhang)] == [30, 0, 0]


def test_it_is_told_of_once_and_named_by_verify(shop: ShopUnderTest, database_url: str) -> None:
    wang = shop.join("13800138000")
    number = points_account(shop, wang)
    lose(database_url, number)
    shop.pass_time(days=32)
    log = Lines()
    for _ in range(3):
        # Each time the job of another process.
        ExpiringLots(Pace()).step(workshop_of(shop, log))
        shop.pass_time(minutes=5)
    assert facts_of(shop, TELLS) == [{"account": number, "balance": 30, "in_lots": 50}]
    assert [line["event"] for line in log.lines] == ["account_damaged"]
    with shop.database.read() as read:
        checks = verify(read, lambda _: None).checks
    named = {one.account for check in checks if check.name == "lots" for one in check.differences}
    assert named == {number}


def test_a_mended_account_ends_with_the_next_look(shop: ShopUnderTest, database_url: str) -> None:
    wang = shop.join("13800138000")
    number = points_account(shop, wang)
    lose(database_url, number)
    shop.pass_time(days=32)
    expire(shop)
    damaged(database_url, f"UPDATE account SET balance = balance + 20 WHERE id = {number}")
    expire(shop)
    assert shop.balances(wang).points == 0
    assert len(facts_of(shop, TELLS)) == 1
    with shop.database.read() as read:
        assert verify(read, lambda _: None).differences == 0
