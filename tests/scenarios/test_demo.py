"""The demonstration: the same seed makes the same shop, the books are right, nothing is lost."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from regulars.cli.demo import SEED
from regulars.cli.demo_shop.chain import PEOPLE, Chain
from regulars.cli.demo_shop.home import Found, clear, found_in
from regulars.cli.demo_shop.making import Order, make
from regulars.cli.demo_shop.menu import MenuIds, dishes
from regulars.cli.demo_shop.opening import day_start
from regulars.cli.demo_shop.seeds import Seed
from regulars.cli.demo_shop.size import Size
from regulars.cli.demo_shop.year import Done
from regulars.command import main
from regulars.domain.kernel.period import Instant
from regulars.domain.stores.permissions import Role
from regulars.main import hired
from regulars.storage.columns import metadata
from regulars.storage.engine import open_database
from regulars.storage.schema import import_tables
from regulars.storage.verify import verify
from regulars.storage.verify.report import Report

UNTIL = date(2026, 5, 4)
SMALL = Size(orders=420, members=60, days=21, until=UNTIL)
SMALL_ARGUMENTS = ["--orders=60", "--members=12", "--days=4", f"--until={UNTIL}"]

# Made with keys of their own in every home, so they differ from shop to shop: what names a member,
# and what a draw won, since nobody can know its seed.
SEALED: dict[str, set[str]] = {
    "member": {"wrapped_key", "name", "birthday", "address", "gender", "likes", "taboos"},
    "identity": {"blind_index", "value"},
    "identity_past": {"blind_index"},
    "birthday_index": {"blind_index"},
    # An answer to a sale holds the link by which its guest may say how it was.
    "command": {"fingerprint", "answer"},
    "revision": {"number"},
    "draw": {"roll", "drawn", "prize"},
    "draw_seed": {"commitment"},
    "gift": {"item_zh", "item_en"},
    "verify_run": {"milliseconds", "report"},
    "message": {"text", "address_index"},
    "contact_slot": {"key"},
}
# Rows about such things, and tables of nothing else.
UNLIKE = {
    "organisation_key": "0",
    "contact_lock": "0",
    "command": "name <> 'draw_once'",
    "fact": "kind <> 'draw.drawn'",
    "limit_use": "scope NOT LIKE '%prize:%'",
    "limit_take": "scope NOT LIKE '%prize:%'",
}


def order_for(home: Path, *, seed: int = 1, size: Size = SMALL) -> Order:
    home.mkdir(mode=0o700, exist_ok=True)
    file = home / "regulars.db"
    return Order(home=home, file=file, seed=Seed(seed), size=size, hiring=hired)


def heard_nothing(_: Done) -> None:
    """Progress goes nowhere."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demonstration, only read."""
    order = order_for(tmp_path_factory.mktemp("demo") / "home")
    make(order, heard_nothing)
    return order.file


@pytest.fixture
def rows(demo: Path) -> Iterator[sqlite3.Connection]:
    """Its rows."""
    with closing(sqlite3.connect(f"file:{demo}?mode=ro", uri=True)) as connection:
        yield connection


def digest(file: Path) -> str:
    """Everything that a shop holds, but for what is sealed by its own keys."""
    import_tables()
    content = sha256()
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        for table in metadata.sorted_tables:
            sealed = SEALED.get(table.name, set())
            alike = UNLIKE.get(table.name, "1")
            names = [column.name for column in table.columns if column.name not in sealed]
            columns = ", ".join(f'"{name}"' for name in names)
            question = f"SELECT {columns} FROM {table.name} WHERE {alike} ORDER BY {columns}"
            for row in connection.execute(question):
                content.update(repr((table.name, row)).encode())
    return content.hexdigest()


def one(rows: sqlite3.Connection, question: str) -> int:
    answer: int = rows.execute(question).fetchone()[0]
    return answer


def test_the_same_seed_makes_the_same_shop(demo: Path, tmp_path: Path) -> None:
    again = order_for(tmp_path / "again")
    make(again, heard_nothing)
    assert digest(again.file) == digest(demo)


def test_a_friend_who_comes_before_the_office_opens_is_no_second_member(tmp_path: Path) -> None:
    """Until this day she came at five, with the address that was tried at half past."""
    size = Size(orders=900, members=60, days=30, until=date(2026, 11, 23))
    make(order_for(tmp_path / "home", seed=SEED, size=size), heard_nothing)


def test_another_seed_makes_another_shop(demo: Path, tmp_path: Path) -> None:
    other = order_for(tmp_path / "other", seed=2)
    make(other, heard_nothing)
    assert digest(other.file) != digest(demo)


def proved(file: Path) -> Report:
    """What `verify` finds."""
    database = open_database(f"sqlite:///{file}", read_only=True)
    try:
        with database.read() as read:
            return verify(read, lambda _: None)
    finally:
        database.close()


def test_the_books_of_the_demonstration_are_right(demo: Path) -> None:
    report = proved(demo)
    assert report.orders > SMALL.orders
    assert report.entries > SMALL.orders
    assert report.differences == 0


def test_who_opens_the_shop_in_the_afternoon_finds_it_trading(tmp_path: Path) -> None:
    now = Instant(day_start(UNTIL) + timedelta(hours=11))
    order = order_for(tmp_path / "home", size=replace(SMALL, now=now))
    make(order, heard_nothing)
    with closing(sqlite3.connect(order.file)) as rows:
        paid = "SELECT business_day, count(*), max(settled_at) FROM orders WHERE state <> 'open'"
        *year, today = rows.execute(f"{paid} GROUP BY 1 ORDER BY 1").fetchall()
    assert sum(count for _, count, _ in year) == SMALL.orders
    assert today[0] == UNTIL.isoformat()
    assert today[1] > 3
    assert today[2] <= int(now.timestamp() * 1_000_000)
    assert proved(order.file).differences == 0


def test_progress_reaches_every_order_and_member(tmp_path: Path) -> None:
    heard: list[Done] = []
    size = Size(orders=60, members=12, days=4, until=UNTIL)
    make(order_for(tmp_path / "home", size=size), heard.append)
    assert heard[-1] == Done(60, 12)
    assert heard == sorted(heard, key=lambda done: done.orders)


def test_the_year_uses_everything_that_a_member_can_have(rows: sqlite3.Connection) -> None:
    assert one(rows, "SELECT count(*) FROM member") == SMALL.members
    assert one(rows, "SELECT count(*) FROM orders WHERE state <> 'open'") == SMALL.orders
    assert one(rows, "SELECT count(*) FROM orders WHERE state = 'open'") == 4
    assert one(rows, "SELECT count(*) FROM coupon WHERE state = 'used'") > 5
    assert one(rows, "SELECT count(*) FROM top_up") > 3
    assert one(rows, "SELECT count(*) FROM sold_out") == 2
    kinds = {kind for (kind,) in rows.execute("SELECT DISTINCT kind FROM payment")}
    assert kinds == {"cash", "change", "external", "stored_value"}
    tiers = {tier for (tier,) in rows.execute("SELECT DISTINCT tier FROM member_stats")}
    assert len(tiers) > 1
    assert one(rows, "SELECT count(*) FROM orders WHERE member_id IS NULL") > SMALL.orders // 4


def test_the_year_ends_where_it_was_told_to(rows: sqlite3.Connection) -> None:
    days = [day for (day,) in rows.execute("SELECT DISTINCT business_day FROM orders ORDER BY 1")]
    assert days == [day.isoformat() for day in SMALL.all_days()]
    assert days[-1] < UNTIL.isoformat()


def test_few_members_make_most_of_the_visits(rows: sqlite3.Connection) -> None:
    visits = [count for (count,) in rows.execute("SELECT visits FROM member_stats ORDER BY 1 DESC")]
    assert sum(visits[: len(visits) // 5]) > sum(visits) * 0.4


def test_the_menu_has_what_two_kinds_of_store_sell(rows: sqlite3.Connection) -> None:
    assert one(rows, "SELECT count(*) FROM product WHERE kind = 'single'") >= 60
    assert one(rows, "SELECT count(*) FROM product WHERE kind = 'combo'") >= 3
    codes = [dish.code for dish in dishes(MenuIds(Chain(Seed(1), day_start(SMALL.first))))]
    # The bag comes by itself: nobody picks it.
    ordered = one(rows, "SELECT count(*) FROM product WHERE code <> 'PK01'")
    assert len(codes) == len(set(codes)) == ordered
    nameless = "SELECT count(*) FROM {} WHERE name_zh = '' OR name_en = ''"
    assert [one(rows, nameless.format(table)) for table in ("product", "variant", "offer")] == [
        0,
        0,
        0,
    ]
    assert {person.role for person in PEOPLE} == set(Role)


def test_one_shop_charges_its_bags_and_every_cup_has_a_cost(rows: sqlite3.Connection) -> None:
    fees = "SELECT count(DISTINCT {}) FROM order_line l JOIN orders o ON o.id = l.order_id"
    assert one(rows, f"{fees.format('o.store_id')} WHERE l.kind = 'fee'") == 1
    bags = one(rows, f"{fees.format('o.id')} WHERE l.kind = 'fee' AND o.source = 'takeaway'")
    assert bags == one(rows, "SELECT count(*) FROM order_line WHERE kind = 'fee'") > 0
    assert one(rows, "SELECT count(*) FROM order_line WHERE cost_minor IS NULL") == 0
    # A cup costs the shop two fifths of its price at most; a set meal is sold for less than its parts.
    dear = "cost_minor < 1 OR cost_minor * 100 > unit_list_minor * 65"
    assert one(rows, f"SELECT count(*) FROM order_line WHERE {dear}") == 0


def test_a_demonstration_that_was_cut_off_is_made_anew(tmp_path: Path, demo: Path) -> None:
    class CutOffError(Exception):
        pass

    def cut_off(done: Done) -> None:
        if done.orders > 100:
            raise CutOffError

    order = order_for(tmp_path / "home")
    with pytest.raises(CutOffError):
        make(order, cut_off)
    assert found_in(order.file) is Found.HALF
    clear(order.file)
    assert found_in(order.file) is Found.NOTHING
    make(order, heard_nothing)
    assert found_in(order.file) is Found.DEMO
    assert digest(order.file) == digest(demo)


def test_a_cut_off_demonstration_starts_again_by_itself(
    tmp_path: Path, demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "home" / "regulars.db"
    shutil.copytree(demo.parent, file.parent)
    with closing(sqlite3.connect(file)) as connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'fact'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("DELETE FROM fact WHERE kind = 'demo.filled'")
        connection.commit()
    assert main(["demo", f"--home={file.parent}", *SMALL_ARGUMENTS]) == 0
    assert found_in(file) is Found.DEMO
    with closing(sqlite3.connect(file)) as connection:
        assert one(connection, "SELECT count(*) FROM orders WHERE state <> 'open'") == 60
    assert "上次没有做完" in capsys.readouterr().out


def test_a_real_shop_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = f"--home={tmp_path / 'home'}"
    assert main(["init", "--name=正茶", "--store=人民广场店", home]) == 0
    before = digest(tmp_path / "home" / "regulars.db")
    assert main(["demo", home, *SMALL_ARGUMENTS]) == 2
    assert digest(tmp_path / "home" / "regulars.db") == before
    told = capsys.readouterr().out
    assert "已有正式门店" in told
    assert "real shop" in told


def test_the_second_start_finds_the_shop_and_gives_new_codes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["demo", f"--home={tmp_path / 'home'}", *SMALL_ARGUMENTS]
    code = re.compile(r"owner .*((?:[A-Z2-7]{4}-){3}[A-Z2-7]{4})")

    def started() -> tuple[str, int]:
        assert main(arguments) == 0
        found = code.search(capsys.readouterr().out)
        assert found is not None
        with closing(sqlite3.connect(tmp_path / "home" / "regulars.db")) as connection:
            return found[1], one(connection, "SELECT max(sequence) FROM fact")

    first_code, first_facts = started()
    second_code, second_facts = started()
    assert first_code != second_code
    assert first_facts == second_facts
