"""Databases as earlier versions of the program left them, filled by their own code.

with old_shop("sqlite", "0009", folder) as url: ...     # 213 entries, 94 orders, two holds
"""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from regulars.storage.statement import Engine
from tests.postgres import OWNER, Cluster

FIXTURES = Path(__file__).with_name("fixtures")
# The key with which the vaults of these shops were made.
MASTER_KEY = "YSBrZXkgdGhhdCBvbmx5IHRoaXMgdGVzdCBrbm93cyE="
VERSIONS = ("0009",)

Contents = dict[str, list[tuple[object, ...]]]


def _script(engine: Engine, version: str) -> str:
    with gzip.open(FIXTURES / f"shop_{version}.{engine}.sql.gz", "rt", encoding="utf-8") as file:
        return file.read()


def old_sqlite(version: str, path: Path) -> str:
    """A file of that version; answers its URL."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(_script("sqlite", version))
    return f"sqlite:///{path}"


@contextmanager
def old_postgresql(version: str, cluster: Cluster) -> Iterator[str]:
    """A database of that version, of the role that will upgrade it; answers its name."""
    with cluster.blank() as name:
        with psycopg.connect(cluster.url(OWNER, name), autocommit=True) as connection:
            connection.execute(_script("postgresql", version).encode())
        yield name


def contents(url: str, columns: dict[str, list[str]] | None = None) -> Contents:
    """Every row of every table; of these columns only, when an older version is compared."""
    connection: sqlite3.Connection | psycopg.Connection
    is_file = url.startswith("sqlite")
    connection = (
        sqlite3.connect(url.removeprefix("sqlite:///")) if is_file else psycopg.connect(url)
    )
    with closing(connection):
        wanted = columns if columns is not None else columns_of(url)
        found: Contents = {}
        for table, names in wanted.items():
            sql = f"SELECT {', '.join(names)} FROM {table}"
            rows = (
                connection.execute(sql)
                if isinstance(connection, sqlite3.Connection)
                else connection.execute(sql.encode())
            ).fetchall()
            found[table] = sorted(rows, key=repr)
        return found


def columns_of(url: str) -> dict[str, list[str]]:
    """The columns of every table but the one that holds the version."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            tables = connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
            named = {
                table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
                for (table,) in tables
            }
    else:
        named = {}
        with psycopg.connect(url) as server:
            for table, column in server.execute(
                "SELECT table_name, column_name FROM information_schema.columns"
                " WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
            ):
                named.setdefault(str(table), []).append(str(column))
    named.pop("alembic_version")
    return named
