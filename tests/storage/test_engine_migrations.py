"""Migrations: the shape they leave is the shape the code knows, its rules and rights included."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect

from regulars.domain.kernel.refusal import Refusal
from regulars.storage.columns import metadata
from regulars.storage.engine import Database, open_database
from regulars.storage.grants import rights_of
from regulars.storage.migrate import connected, current, upgrade
from regulars.storage.safety import filesystem_of, require_safe
from regulars.storage.schema import head, import_tables
from regulars.storage.tables.ledger import account, posting
from regulars.storage.tables.system import revision
from tests import postgres
from tests.postgres import FreshDatabases

# What the SQL files of the ledger add beyond the tables' description.
SEALS = {"tx", "uq_entry_id_tx", "fk_posting_entry_id", "fk_posting_entry_id_tx"}


@pytest.fixture
def owner_url(database_url: str) -> str:
    """The same database as its owner opens it."""
    return database_url.replace(f"{postgres.APP}@", f"{postgres.OWNER}@")


@pytest.fixture
def change(owner_url: str) -> Callable[[str], None]:
    """A hand at the database's prompt, with the owner's rights."""

    def run(statement: str) -> None:
        if owner_url.startswith("sqlite"):
            connection = sqlite3.connect(owner_url.removeprefix("sqlite:///"))
            connection.execute(statement)
            connection.commit()
            connection.close()
        else:
            with psycopg.connect(owner_url, autocommit=True) as server:
                server.execute(statement.encode())

    return run


@pytest.fixture
def reasons(database_url: str) -> Iterator[Callable[[], list[str]]]:
    """Why a server would not start on the database."""
    opened: list[Database] = []

    def ask() -> list[str]:
        opened.append(open_database(database_url, read_only=True))
        try:
            require_safe(opened[-1])
        except Refusal as refusal:
            told = refusal.parameters["reasons"]
            return [str(reason) for reason in told] if isinstance(told, list) else [refusal.code]
        return []

    yield ask
    for database in opened:
        database.close()


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")
def test_the_migrations_leave_the_tables_that_the_code_describes(owner_url: str) -> None:
    import_tables()
    with connected(owner_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    unexplained = [
        difference
        for difference in differences
        if getattr(difference[-1], "name", None) not in SEALS
        or getattr(getattr(difference[-1], "table", None), "name", "") not in {"entry", "posting"}
    ]
    assert unexplained == []


def test_the_migrations_leave_every_check(owner_url: str) -> None:
    import_tables()
    with connected(owner_url) as connection:
        found = inspect(connection)
        for table in metadata.sorted_tables:
            expected = {
                str(constraint.name)
                for constraint in table.constraints
                if isinstance(constraint, CheckConstraint)
            }
            installed = {check["name"] for check in found.get_check_constraints(table.name)}
            assert expected <= installed, table.name


def test_tables_are_strict_on_sqlite(sqlite_url: str) -> None:
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    weak = connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema='main' AND strict=0"
    ).fetchall()
    connection.close()
    assert {name for (name,) in weak} <= {"alembic_version", "sqlite_schema"}


def test_upgrading_again_changes_nothing(owner_url: str) -> None:
    assert current(owner_url) == head()
    upgrade(owner_url)
    assert current(owner_url) == head()


def test_a_running_server_is_not_migrated(sqlite_url: str) -> None:
    server = open_database(sqlite_url)
    with pytest.raises(Refusal) as refused:
        upgrade(sqlite_url)
    server.close()
    assert refused.value.code == "database.in_use"


def test_an_older_and_a_newer_database_are_refused(
    database: Database, owner_url: str, change: Callable[[str], None]
) -> None:
    require_safe(database)
    change("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(Refusal) as refused:
        require_safe(database)
    assert refused.value.code == "database.older"
    change("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Refusal) as refused:
        require_safe(database)
    assert refused.value.code == "database.newer"
    database.close()
    with pytest.raises(Refusal) as refused:
        upgrade(owner_url)
    assert refused.value.code == "database.newer"


def test_a_file_that_was_never_migrated_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite3"
    sqlite3.connect(path).close()
    path.touch()
    empty = open_database(f"sqlite:///{path}")
    with pytest.raises(Refusal) as refused:
        require_safe(empty)
    empty.close()
    assert refused.value.code == "database.older"


def test_a_dropped_rule_is_missed(
    reasons: Callable[[], list[str]], change: Callable[[str], None], owner_url: str
) -> None:
    assert reasons() == []
    drop = "DROP TRIGGER entry_seal"
    change(drop if owner_url.startswith("sqlite") else f"{drop} ON entry")
    assert reasons() == ["trigger:entry_seal"]


def test_a_rule_that_was_bent_is_missed_on_sqlite(sqlite_url: str) -> None:
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    connection.execute("DROP TRIGGER audit_no_delete")
    connection.execute("CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT 1; END")
    connection.commit()
    connection.close()
    opened = open_database(sqlite_url)
    with pytest.raises(Refusal) as refused:
        require_safe(opened)
    opened.close()
    assert refused.value.parameters["reasons"] == ["trigger:audit_no_delete"]


def test_a_rule_that_was_bent_is_missed_on_postgresql(
    postgresql_url: str, postgres_databases: FreshDatabases
) -> None:
    owner = postgresql_url.replace(f"{postgres.APP}@", f"{postgres.OWNER}@")
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute("ALTER TABLE audit DISABLE TRIGGER audit_append_only")
        server.execute(
            "CREATE OR REPLACE FUNCTION entry_seal() RETURNS trigger LANGUAGE plpgsql "
            "AS 'BEGIN RETURN NEW; END'"
        )
        server.execute(f"GRANT UPDATE ON payment TO {postgres.APP}".encode())
    opened = open_database(postgresql_url)
    with pytest.raises(Refusal) as refused:
        require_safe(opened)
    opened.close()
    assert refused.value.parameters["reasons"] == [
        "rights:payment",
        "trigger:audit_append_only",
        "function:entry_seal",
    ]
    assert postgres_databases.cluster.port > 0


@pytest.mark.parametrize(
    ("role", "reason"), [(postgres.OWNER, "role:owner"), ("postgres", "role:superuser")]
)
def test_the_server_does_not_run_as_a_mighty_role(
    postgresql_url: str, role: str, reason: str
) -> None:
    mighty = open_database(postgresql_url.replace(f"{postgres.APP}@", f"{role}@"))
    with pytest.raises(Refusal) as refused:
        require_safe(mighty)
    mighty.close()
    assert refused.value.parameters["reasons"] == [reason]


def test_a_server_that_does_not_wait_for_its_disk_is_refused(
    postgresql_url: str, postgres_databases: FreshDatabases
) -> None:
    postgres_databases.cluster.execute(
        f"ALTER DATABASE {postgresql_url.rpartition('/')[2]} SET synchronous_commit = off"
    )
    weak = open_database(postgresql_url)
    with pytest.raises(Refusal) as refused:
        require_safe(weak)
    weak.close()
    assert refused.value.parameters["reasons"] == ["setting:synchronous_commit"]


def test_the_application_may_do_what_its_tables_say(postgresql_url: str) -> None:
    assert rights_of(posting) == "SELECT, INSERT"
    assert rights_of(account) == "SELECT, INSERT, UPDATE (state)"
    assert rights_of(revision) == "SELECT, INSERT, UPDATE, DELETE"
    with psycopg.connect(postgresql_url, autocommit=True) as server:
        for statement in (
            "UPDATE posting SET amount = 1",
            "DELETE FROM audit",
            "TRUNCATE fact",
            "UPDATE account SET balance = 1",
            "CREATE TABLE mine (id int)",
            "DROP TABLE revision",
            "ALTER TABLE entry DISABLE TRIGGER ALL",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                server.execute(statement.encode())
        server.execute("UPDATE account SET state = 'frozen'")


def test_a_role_that_does_not_exist_gets_no_rights(
    postgresql_url: str,
) -> None:
    with pytest.raises(Refusal) as refused:
        upgrade(
            postgresql_url.replace(f"{postgres.APP}@", f"{postgres.OWNER}@"), app_role="nobody_at"
        )
    assert refused.value.code == "database.role_unknown"


def test_a_file_on_a_network_share_is_recognised() -> None:
    mounts = "/dev/sda1 / ext4 rw 0 0\nserver:/x /srv/shop nfs4 rw 0 0\ntmpfs /srv/shop/t tmpfs x"
    assert filesystem_of(Path("/srv/shop/a.sqlite3"), mounts) == "nfs4"
    assert filesystem_of(Path("/srv/shopping/a.sqlite3"), mounts) == "ext4"
    assert filesystem_of(Path("/srv/shop/t/a.sqlite3"), mounts) == "tmpfs"
