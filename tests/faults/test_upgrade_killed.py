"""An upgrade that is killed anywhere loses nothing; the next run completes it."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import pytest
from alembic.command import upgrade as upgrade_to

from regulars.domain.kernel.refusal import Refusal
from regulars.storage.engine import SQLITE_SCHEME, open_database
from regulars.storage.migrate import config_of, connected, current, upgrade
from regulars.storage.schema import head, require_current
from regulars.storage.verify import verify
from tests.faults.evidence import note
from tests.faults.old_shops import VERSIONS, columns_of, contents, old_postgresql, old_sqlite
from tests.faults.upgrade_killed import CARELESS
from tests.postgres import APP, OWNER
from tests.storage.intruder import intruder

THOROUGH = os.environ.get("REGULARS_THOROUGH") == "1"
KILLS = 30 if THOROUGH else 4
SEED = 20_261_122
MakeOld = Callable[[], str]


@pytest.fixture(params=["sqlite", "postgresql"])
def make_old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeOld]:
    """Gives one more database of version 0009, each time it is called."""
    (version,) = VERSIONS
    numbers = iter(range(1_000))
    with ExitStack() as opened:

        def sqlite() -> str:
            return old_sqlite(version, tmp_path / f"old_{next(numbers)}.sqlite3")

        def postgresql() -> str:
            cluster = request.getfixturevalue("postgres_databases").cluster
            return str(cluster.url(OWNER, opened.enter_context(old_postgresql(version, cluster))))

        yield sqlite if request.param == "sqlite" else postgresql


def upgraded(url: str, *, dies_at: int | str = 0) -> subprocess.CompletedProcess[str]:
    """Run the upgrade in a process of its own."""
    role = "" if url.startswith(SQLITE_SCHEME) else APP
    command = [sys.executable, "-m", "tests.faults.upgrade_killed", url, role, str(dies_at)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_upgrade_killed_anywhere_loses_nothing(make_old: MakeOld) -> None:
    first = make_old()
    columns = columns_of(first)
    before = contents(first, columns)
    assert sum(map(len, before.values())) > 1_000
    whole = upgraded(first)
    assert whole.returncode == 0, whole.stderr
    statements = int(whole.stdout)
    chance = random.Random(SEED)
    for dies_at in sorted(chance.sample(range(1, statements + 1), min(KILLS, statements))):
        url = make_old()
        died = upgraded(url, dies_at=dies_at)
        assert died.returncode == -signal.SIGKILL, died.stderr
        assert contents(url, columns) == before
        again = upgraded(url)
        assert again.returncode == 0, again.stderr
        assert current(url) == head()
        assert kept(before, contents(url, columns)) == []
        assert differences(url) == 0
    engine = "sqlite" if first.startswith(SQLITE_SCHEME) else "postgresql"
    note("R17", engine=engine, versions=len(VERSIONS), statements=statements, kills=KILLS, lost=0)


Rows = dict[str, list[tuple[object, ...]]]


def kept(before: Rows, after: Rows) -> list[str]:
    """The tables in which a row of before is not there any more."""
    return [
        table
        for table, rows in before.items()
        if not set(map(repr, rows)) <= set(map(repr, after[table]))
    ]


def differences(url: str) -> int:
    """How many differences the books of an upgraded shop have."""
    database = open_database(url, read_only=True, threads=1)
    try:
        require_current(database)
        with database.read() as read:
            report = verify(read, lambda _: None)
            assert report.entries > 200
            return report.differences
    finally:
        database.close()


def test_an_upgrade_that_commits_half_a_migration_is_found_out(make_old: MakeOld) -> None:
    url = make_old()
    died = upgraded(url, dies_at=CARELESS)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert upgraded(url).returncode != 0


def test_a_migration_that_loses_a_row_is_found_out(make_old: MakeOld) -> None:
    url = make_old()
    columns = columns_of(url)
    before = contents(url, columns)
    with intruder(url) as hand:
        hand.sql("DELETE FROM terminal_counter")
    assert kept(before, contents(url, columns)) == ["terminal_counter"]


def test_of_the_instants_at_which_a_member_changes_the_earliest_is_kept(
    make_old: MakeOld,
) -> None:
    url = make_old()
    with connected(url) as connection:
        connection.rollback()
        upgrade_to(config_of(connection), "0023")
    first, second = UUID(int=1), UUID(int=2)
    with intruder(url) as hand:
        for segment in (first, second):
            hand.sql(
                "INSERT INTO segment (id, name_zh, name_en, state, version, made_at)"
                " VALUES (?, 'a', 'a', 'draft', 1, 0)",
                segment,
            )
        for member, segment, due_at in ((0, first, 700), (0, second, 300), (1, first, 500)):
            hand.sql(
                "INSERT INTO segment_due (member_id, segment_id, due_at)"
                " SELECT id, ?, ? FROM member ORDER BY id LIMIT 1 OFFSET ?",
                segment,
                due_at,
                member,
            )
    upgrade(url, app_role=None if url.startswith(SQLITE_SCHEME) else APP)
    with intruder(url) as hand:
        left = hand.sql("SELECT due_at FROM segment_due ORDER BY member_id")
    assert left == [(300,), (500,)]


def test_a_program_that_is_older_than_its_shop_says_so(make_old: MakeOld) -> None:
    url = make_old()
    upgrade(url, app_role=None if url.startswith(SQLITE_SCHEME) else APP)
    with intruder(url) as hand:
        hand.sql("UPDATE alembic_version SET version_num = '9999'")
    database = open_database(url, read_only=True, threads=1)
    with pytest.raises(Refusal, match=r"database\.newer"):
        require_current(database)
    database.close()
    with pytest.raises(Refusal, match=r"database\.newer"):
        upgrade(url)
