"""A backup is made while tills sell, restored elsewhere, and proved; a changed one is refused."""

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier, Event
from uuid import UUID

import pytest
from sqlalchemy import select

from regulars.domain.kernel.refusal import Refusal
from regulars.storage.backup.making import make_backup
from regulars.storage.backup.restoring import Restored, Target, proved, restore_backup
from regulars.storage.backup.sealed_file import BackupKey
from regulars.storage.engine import Database, open_database
from regulars.storage.master_key import KeyFolder, MasterKey
from regulars.storage.shops import Shops
from regulars.storage.statement import Statement
from regulars.storage.tables.orders import orders
from regulars.storage.vault import open_vault
from regulars.storage.verify import verify
from regulars.use_cases.runner import Runner
from tests import postgres
from tests.postgres import FreshDatabases
from tests.shops import ShopUnderTest, open_shop

FLIPS = 200
ORDERS: Statement[UUID] = Statement(select(orders.c.id))


@dataclass(frozen=True)
class Shop:
    """A shop that sells, its home with the master key, and its database."""

    shop: ShopUnderTest
    home: Path
    url: str

    @property
    def key(self) -> BackupKey:
        master = KeyFolder(self.home / "keys").current()
        assert master is not None
        return BackupKey.of_master(master)

    def back_up(self, name: str = "shop.backup", key: BackupKey | None = None) -> Path:
        out = self.home / name
        make_backup(self.url, out, key or self.key, now=self.shop.now)
        return out

    def sell(self, count: int) -> list[UUID]:
        """Sales that were acknowledged."""
        sold = []
        for _ in range(count):
            sale = self.shop.sale([self.shop.line("egg_tart")], cash=800)
            self.shop.run(sale)
            sold.append(sale.order_id)
        return sold


@pytest.fixture
def open_till(database: Database, database_url: str, tmp_path: Path) -> Shop:
    home = tmp_path / "home"
    home.mkdir()
    return Shop(open_shop(database, home), home, database_url)


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """Where nothing is yet, on the same engine, as its owner sees it."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'regulars.db'}"
    else:
        databases: FreshDatabases = request.getfixturevalue("postgres_databases")
        with databases.cluster.blank() as name:
            yield databases.cluster.url(postgres.OWNER, name)


@pytest.fixture
def found(elsewhere: str) -> Iterator[Callable[[], Database]]:
    """What is there after a restore."""
    opened: list[Database] = []

    def open_restored() -> Database:
        opened.append(open_database(elsewhere, read_only=True, threads=1))
        return opened[-1]

    yield open_restored
    for database in opened:
        database.close()


def restored(file: Path, key: BackupKey, url: str, **more: MasterKey) -> Restored:
    role = None if url.startswith("sqlite") else postgres.APP
    return restore_backup(file, key, Target(url=url, app_role=role, **more))


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value.code


def test_a_backup_made_during_sales_has_every_sale_that_was_acknowledged_before(
    open_till: Shop, elsewhere: str, found: Callable[[], Database]
) -> None:
    wang = open_till.shop.join("13800138000")
    open_till.shop.top_up(wang, 10_000)
    before = open_till.sell(20)
    stop = Event()
    open_till.shop.entropy = random.Random(11)

    def go_on() -> int:
        sold = 0
        while not stop.is_set():
            sold += len(open_till.sell(1))
        return sold

    with ThreadPoolExecutor(1) as till:
        selling = till.submit(go_on)
        try:
            file = open_till.back_up()
        finally:
            stop.set()
        assert selling.result() > 0
    outcome = restored(file, open_till.key, elsewhere)
    assert outcome.whole
    with found().read() as read:
        assert set(before) <= set(read.all(ORDERS))
        assert verify(read, lambda progress: None).differences == 0


def test_a_restored_shop_sells_on(open_till: Shop, elsewhere: str, tmp_path: Path) -> None:
    wang = open_till.shop.join("13800138000")
    open_till.shop.top_up(wang, 10_000)
    restored(open_till.back_up(), open_till.key, elsewhere)
    url = elsewhere.replace(f"{postgres.OWNER}@", f"{postgres.APP}@")
    database = open_database(url)
    try:
        again = _reopened(database, open_till)
        again.run(again.sale([again.line("egg_tart")], member=wang, stored=800))
        balances = again.balances(wang)
        assert balances.principal_minor + balances.bonus_minor == 10_200
        with database.read() as read:
            assert verify(read, lambda progress: None).differences == 0
    finally:
        database.close()


def _reopened(database: Database, shop: Shop) -> ShopUnderTest:
    """The restored shop, under the master key that was kept apart."""
    vault = open_vault(shop.home, database, now=shop.shop.now)
    shops, entropy = Shops(), random.Random(13)
    runner = Runner(
        database,
        clock=lambda: shop.shop.now,
        entropy=entropy.randbytes,
        vault=vault,
        shops=shops,
    )
    return ShopUnderTest(database, runner, shops, vault, entropy)


def test_a_flipped_byte_is_refused_and_nothing_is_put_in_place(
    open_till: Shop, elsewhere: str
) -> None:
    file = open_till.back_up()
    whole = file.read_bytes()
    chance = random.Random(5)
    for place in [0, 20, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(FLIPS))]:
        broken = bytearray(whole)
        broken[place] ^= 1 << chance.randrange(8)
        file.write_bytes(broken)
        code = refused(lambda: proved(file, open_till.key))
        assert code in {"backup.broken", "backup.key_wrong"}
    assert refused(lambda: restored(file, open_till.key, elsewhere)) == "backup.broken"
    if elsewhere.startswith("sqlite"):
        assert not Path(elsewhere.removeprefix("sqlite:///")).parent.exists()


def test_a_file_that_was_cut_lengthened_or_put_together_anew_is_refused(open_till: Shop) -> None:
    file = open_till.back_up()
    whole = file.read_bytes()
    chance = random.Random(7)
    cuts = [whole[: chance.randrange(len(whole))] for _ in range(20)]
    for broken in [b"", whole[:-1], whole + b"\0", whole + whole[200:], *cuts]:
        file.write_bytes(broken)
        assert refused(lambda: proved(file, open_till.key)) == "backup.broken"


def test_another_key_opens_nothing(open_till: Shop, elsewhere: str) -> None:
    file = open_till.back_up()
    other = BackupKey.of_master(MasterKey.random())
    assert refused(lambda: restored(file, other, elsewhere)) == "backup.key_wrong"
    words = BackupKey.of_passphrase("twelve small teacups")
    assert refused(lambda: restored(file, words, elsewhere)) == "backup.key_kind"
    assert refused(lambda: BackupKey.of_passphrase("short")) == "backup.passphrase_short"


def test_a_passphrase_opens_it_but_no_other_master_key_may_lie_there(
    open_till: Shop, elsewhere: str
) -> None:
    words = BackupKey.of_passphrase("twelve small teacups")
    file = open_till.back_up(key=words)
    other = MasterKey.random()
    code = refused(lambda: restored(file, words, elsewhere, master=other))
    assert code == "backup.other_organisation"
    assert restored(file, words, elsewhere).whole


def test_nothing_is_written_over(open_till: Shop, elsewhere: str) -> None:
    file = open_till.back_up()
    assert refused(open_till.back_up) == "backup.exists"
    restored(file, open_till.key, elsewhere)
    code = refused(lambda: restored(file, open_till.key, elsewhere))
    assert code == "backup.target_not_empty"


def test_two_backups_to_one_place_leave_one_whole_file(open_till: Shop) -> None:
    both = Barrier(2)

    def make() -> str:
        both.wait()
        try:
            open_till.back_up()
        except Refusal as refusal:
            return refusal.code
        return "made"

    with ThreadPoolExecutor(2) as hands:
        outcomes = [hand.result() for hand in [hands.submit(make) for _ in range(2)]]
    assert "made" in outcomes
    assert set(outcomes) <= {"made", "backup.exists"}
    proved(open_till.home / "shop.backup", open_till.key)
    assert not list(open_till.home.glob("*.partial"))


def test_a_backup_goes_to_its_own_kind_of_database(open_till: Shop, tmp_path: Path) -> None:
    file = open_till.back_up()
    other = (
        "postgresql://nobody@127.0.0.1:1/none"
        if open_till.url.startswith("sqlite")
        else f"sqlite:///{tmp_path / 'other.db'}"
    )
    assert refused(lambda: restored(file, open_till.key, other)) == "backup.engine_differs"


def test_nothing_lies_about_in_clear(open_till: Shop) -> None:
    before = set(open_till.home.iterdir())
    file = open_till.back_up()
    assert set(open_till.home.iterdir()) - before == {file}
    assert file.stat().st_mode & 0o077 == 0
    sealed = file.read_bytes()
    for clear in (b"CREATE TABLE", b"milk_tea", "珍珠奶茶".encode(), b"S1-A"):
        assert clear not in sealed


LOOKED_AT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
made = []
sys.addaudithook(lambda event, args: made.append(args[0]) if event == "tempfile.mkdtemp" else None)
from regulars.storage.backup.making import make_backup
from regulars.storage.backup.sealed_file import BackupKey
key = BackupKey.of_passphrase("twelve small teacups")
make_backup(sys.argv[1], Path(sys.argv[2]), key, now=datetime.now(UTC))
print(*{str(Path(folder).parent) for folder in made}, sep="\\n")
"""


def test_the_copy_in_clear_never_lies_where_the_backup_goes(
    sqlite_url: str, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    command = [sys.executable, "-c", LOOKED_AT, sqlite_url, str(stick / "shop.backup")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.split() == [str(Path(sqlite_url.removeprefix("sqlite:///")).parent)]
    assert [file.name for file in stick.iterdir()] == ["shop.backup"]


def test_the_manifest_says_what_the_backup_is(open_till: Shop) -> None:
    open_till.sell(3)
    manifest = proved(open_till.back_up(), open_till.key)
    assert manifest.rows["orders"] == 3
    assert manifest.newest == open_till.shop.now
    assert manifest.engine == open_till.shop.database.engine
    assert manifest.organisation is not None
