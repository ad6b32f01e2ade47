"""V7/H6: a month of two stores, as their accountant sees it.

王芳 tops up in 人民广场店 and drinks in both stores; 李雷 tops up in 静安寺店. At the end of May the
accountant looks at what is owed, books what the stores owe each other, takes a backup and puts it
up elsewhere: every figure is the same there, and the books agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.stores.actor import Actor, ActorKind
from regulars.domain.stores.permissions import PERMISSIONS_OF, Role
from regulars.domain.stores.scope import EVERYWHERE
from regulars.storage.backup.making import make_backup
from regulars.storage.backup.restoring import Target, restore_backup
from regulars.storage.backup.sealed_file import BackupKey
from regulars.storage.engine import Database, Read, open_database
from regulars.storage.master_key import KeyFolder
from regulars.storage.verify import verify
from regulars.storage.verify.settlement import QUESTIONS
from regulars.use_cases.clearing import BookClearing, ClearingDue, settlement_due
from regulars.use_cases.liability_files import Format, file_of
from regulars.use_cases.liability_statements import Asked, LiabilityReport, liability_report
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.statement_rows import MemberStatement, member_statement
from tests import postgres
from tests.postgres import FreshDatabases
from tests.shops import ShopUnderTest, open_shop

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
COST = {"points.unit_cost": 80}
ACCOUNTANT = Actor(
    kind=ActorKind.STAFF,
    id=UUID(int=7),
    permissions=PERMISSIONS_OF[Role.ACCOUNTANT],
    scope=EVERYWHERE,
)


@dataclass(frozen=True)
class Figures:
    """Everything that the accountant reads of a database."""

    liability: LiabilityReport
    clearing: ClearingDue
    wang: MemberStatement
    differences: int


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """Where nothing is yet, on the same engine, as its owner sees it."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'regulars.db'}"
    else:
        databases: FreshDatabases = request.getfixturevalue("postgres_databases")
        with databases.cluster.blank() as name:
            yield databases.cluster.url(postgres.OWNER, name)


def read_figures(read: Read, shop: ShopUnderTest, wang: UUID) -> Figures:
    own = sum(len(question.asked(read).differences) for question in QUESTIONS)
    return Figures(
        liability=liability_report(read, Asked(from_on=MAY, until_on=JUNE), now=shop.now),
        clearing=settlement_due(read, MAY, JUNE, at=shop.now),
        wang=member_statement(read, wang, MAY, JUNE),
        differences=verify(read, lambda progress: None).differences + own,
    )


def figures(shop: ShopUnderTest, wang: UUID) -> Figures:
    with shop.database.read() as read:
        return read_figures(read, shop, wang)


def a_month(shop: ShopUnderTest) -> UUID:
    """The month of two stores; answers who 王芳 is."""
    other = shop.at(shop.other_store_id, "terminal:S2:A")
    wang, lei = shop.join("13800138000"), other.join("13900139000")
    shop.top_up(wang, 10_000)
    other.top_up(lei, 10_000)
    shop.pass_time(days=6)
    bought = other.sale([shop.line("gift_box")], member=wang, stored=6_000)
    shop.run(bought)
    shop.pass_time(days=6)
    shop.run(shop.sale([shop.line("milk_tea")], member=lei, stored=1_800))
    shop.pass_time(days=6)
    returned = shop.sale([shop.line("mango_ice")], member=wang, stored=2_200)
    shop.run(returned)
    back = RefundOrder(id=shop.new_id(), order_id=returned.order_id, units=None, reason="退")
    shop.run(back)
    shop.pass_time(days=20)
    return wang


def test_a_month_of_two_stores_is_owed_cleared_backed_up_and_restored_the_same(
    database: Database, database_url: str, elsewhere: str, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    shop = open_shop(database, home, terms=COST)
    wang = a_month(shop)
    before = figures(shop, wang)

    # What is owed: both top-ups with their bonus, less the gift box and the milk tea.
    owed = before.liability.statement
    money = [owed.total(kind) for kind in (AccountKind.PRINCIPAL, AccountKind.BONUS)]
    assert sum(flow.issued for flow in money) == 22_000
    assert sum(flow.closing for flow in money) == 22_000 - 6_000 - 1_800
    assert sum(flow.put_back for flow in money) == 2_200
    assert owed.agrees

    # What the stores owe each other: 王芳's gift box one way, 李雷's tea the other.
    pair = before.clearing.pairs[0]
    assert min(pair.first_owes_minor, pair.second_owes_minor) > 1_000
    assert sum(before.clearing.net_minor.values()) == 0
    shop.run(BookClearing(from_on=MAY, until_on=JUNE), actor=ACCOUNTANT)
    after = figures(shop, wang)
    assert after.clearing.booked is not None
    assert after.clearing.lines == before.clearing.lines
    # Clearing moves money between stores; what is owed to members stays as it was.
    assert after.liability.statement.lines == owed.lines
    assert after.differences == 0

    # What 王芳 reads.
    words = [said.zh for _, said in after.wang.movements]
    assert any("在静安寺店买单" in said and "储值本金" in said for said in words)
    assert any("在人民广场店退款" in said for said in words)
    held = {one.account: one.closing for one in after.wang.balances}
    assert held[AccountKind.PRINCIPAL] == shop.balances(wang).principal_minor

    # A backup, put up elsewhere, says the same.
    master = KeyFolder(home / "keys").current()
    assert master is not None
    key, file = BackupKey.of_master(master), tmp_path / "may.backup"
    make_backup(database_url, file, key, now=shop.now)
    role = None if elsewhere.startswith("sqlite") else postgres.APP
    assert restore_backup(file, key, Target(url=elsewhere, app_role=role, master=master)).whole
    restored = open_database(elsewhere, read_only=True, threads=1)
    try:
        with restored.read() as read:
            there = read_figures(read, shop, wang)
    finally:
        restored.close()
    assert there == after
    for language in ("zh-CN", "en"):
        page = file_of(there.liability, Format.HTML, language)
        assert page == file_of(after.liability, Format.HTML, language)
