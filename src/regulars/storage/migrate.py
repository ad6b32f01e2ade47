"""Brings a database to the shape this version of the program knows; never back.

    upgrade("sqlite:////var/lib/regulars/shop.sqlite3")
    upgrade("postgresql://owner@db/shop", app_role="regulars_app")

Each migration commits with its number, so one that was interrupted is simply run again.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from regulars.storage.engine import SQLITE_SCHEME, sqlite_path
from regulars.storage.grants import grant_rights
from regulars.storage.schema import DATABASE_NEWER, MIGRATIONS, import_tables, numbers
from regulars.storage.sqlite import WriterLock

# Any number will do, as long as every migrating process takes the same one.
ADVISORY_LOCK = 7_320_817


def upgrade(url: str, *, app_role: str | None = None) -> None:
    """Run the migrations that are missing; on PostgreSQL give `app_role` its rights.

    Refuses: database.in_use (a server runs on the file), database.newer, database.role_unknown.
    """
    import_tables()
    with _exclusively(url), connected(url) as connection:
        found = _revision(connection)
        if found is not None and found not in numbers():
            raise DATABASE_NEWER.because()
        connection.rollback()
        command.upgrade(config_of(connection), "head")
        if app_role is not None and connection.dialect.name == "postgresql":
            grant_rights(connection, app_role)
            connection.commit()


def current(url: str) -> str | None:
    """The number of the last migration that ran there."""
    with connected(url) as connection:
        return _revision(connection)


def config_of(connection: Connection) -> Config:
    """Alembic's settings, with the connection to use."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _exclusively(url: str) -> Iterator[None]:
    if not url.startswith(SQLITE_SCHEME):
        yield
        return
    path = sqlite_path(url)
    path.touch(mode=0o600)
    lock = WriterLock(path)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection for changing the shape: of the owner's role on PostgreSQL."""
    _, _, rest = url.partition("://")
    scheme = "sqlite" if url.startswith(SQLITE_SCHEME) else "postgresql+psycopg"
    engine = create_engine(f"{scheme}://{rest}", poolclass=NullPool)
    if scheme == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    with engine.connect() as connection:
        if scheme != "sqlite":
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({ADVISORY_LOCK})")
            connection.commit()
        yield connection


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # sqlite3 would commit before each CREATE; a migration is one transaction or none.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    # A table is rebuilt under its old name: references are checked when all is done.
    connection.execute("PRAGMA foreign_keys=OFF")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
