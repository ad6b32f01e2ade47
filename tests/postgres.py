"""A PostgreSQL server of the tests' own, with an empty shop ready before a test asks for one.

A used database is emptied by the superuser with triggers off (the ledger's tables refuse DELETE
from everybody else), gets the rows of its migrations back and its counters at their start: 10 ms,
where a fresh copy of the template takes 200. A test that changed the schema gets it replaced.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

OWNER = "regulars_owner"
APP = "regulars_app"
TEMPLATE = "regulars_template"
INSTALL = "make system   (or: apt-get install postgresql chromium fonts-noto-cjk)"


class PostgresMissingError(RuntimeError):
    """The suite proves both engines; without the server it fails, it does not skip."""


def server_binaries() -> Path:
    """The folder of initdb and postgres: Debian's newest, else the one on PATH."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major, reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    if found is None:
        raise PostgresMissingError(f"PostgreSQL's server is not installed. Run: {INSTALL}")
    return Path(found).resolve().parent


def _major(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Cluster:
    """One running server on loopback, with its two roles."""

    port: int

    def url(self, role: str, name: str) -> str:
        """Where this role finds that database."""
        return f"postgresql://{role}@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str) -> None:
        """Run one administrative statement as the superuser."""
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def blank(self) -> Iterator[str]:
        """A database without tables, that the owner may fill; dropped afterwards."""
        name = f"blank_{time.monotonic_ns()}"
        self.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
        try:
            yield name
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Start a server in a directory of its own, and leave nothing behind."""
    binaries = server_binaries()
    directory = Path(tempfile.mkdtemp(prefix="regulars-postgres-"))
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    if user is not None:
        shutil.chown(directory, user, user)
    port = _free_port()

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [binaries / program, "--pgdata", directory / "data", *arguments],
            check=True,
            cwd=directory,
            stdout=subprocess.DEVNULL,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )

    try:
        run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        options = (
            f"-p {port} -h 127.0.0.1 -k {directory} -c max_connections=200 -c lock_timeout=30s"
        )
        run("pg_ctl", "--wait", f"--log={directory / 'log'}", f"--options={options}", "start")
        try:
            cluster = Cluster(port)
            for role in (OWNER, APP):
                cluster.execute(f"CREATE ROLE {role} LOGIN")
            cluster.execute(f"CREATE DATABASE {TEMPLATE} OWNER {OWNER}")
            yield cluster
        finally:
            run("pg_ctl", "--wait", "--mode=immediate", "stop")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Fresh:
    """One migrated database: its tables, the rows migrations gave them, and how it looked new."""

    name: str
    connection: psycopg.Connection[tuple[str, ...]]
    tables: tuple[str, ...]
    look: str

    @classmethod
    def copied(cls, cluster: Cluster, name: str) -> "Fresh":
        """A new copy of the template, with the rows of its migrations put aside."""
        cluster.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER {OWNER}")
        connection = psycopg.connect(cluster.url("postgres", name), autocommit=True)
        connection.execute(PUT_ASIDE)
        tables = tuple(row[0] for row in connection.execute(TABLES))
        return cls(name, connection, tables, _look(connection))

    def emptied(self) -> bool:
        """Make it as good as new; False when a test changed more than rows."""
        self.connection.execute(HANG_UP)
        if _look(self.connection) != self.look:
            return False
        asked = " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in self.tables
        )
        used = [row[0] for row in self.connection.execute(asked.encode())]
        steps = ["SET session_replication_role = replica"]  # rows go without triggers
        steps += [f"DELETE FROM {table}" for table in used]
        steps += ["SELECT set_aside.restore()", "SET session_replication_role = origin"]
        self.connection.execute("; ".join(steps).encode())
        return True


TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
HANG_UP = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
LOOK = """
    SELECT md5(string_agg(part, ';' ORDER BY part)) FROM (
      SELECT concat_ws(' ', 'class', relname, relkind, relacl) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
      UNION ALL SELECT concat_ws(' ', 'trigger', tgrelid, tgname, tgenabled) FROM pg_trigger
      UNION ALL SELECT concat_ws(' ', 'constraint', conrelid, conname) FROM pg_constraint
      UNION ALL SELECT concat_ws(' ', 'column', attrelid, attname, attnotnull) FROM pg_attribute
        WHERE attrelid >= 16384
      UNION ALL SELECT concat_ws(' ', 'function', proname, md5(prosrc), proacl) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    ) AS looks(part)
"""
PUT_ASIDE = """
    CREATE SCHEMA set_aside;
    DO $body$
    DECLARE
      kept text;
      filled boolean;
      steps text := $$PERFORM setval(seqrelid::regclass, seqstart, false) FROM pg_sequence;$$;
    BEGIN
      FOR kept IN SELECT relname FROM pg_class
          WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', kept) INTO filled;
        IF filled THEN
          EXECUTE format('CREATE TABLE set_aside.%I AS TABLE public.%I', kept, kept);
          steps := steps || format(
            'INSERT INTO public.%I OVERRIDING SYSTEM VALUE SELECT * FROM set_aside.%I;', kept, kept);
        END IF;
      END LOOP;
      EXECUTE 'CREATE FUNCTION set_aside.restore() RETURNS void LANGUAGE plpgsql AS '
        || quote_literal('BEGIN ' || steps || ' END');
    END $body$
"""


def _look(connection: psycopg.Connection[tuple[str, ...]]) -> str:
    row = connection.execute(LOOK).fetchone()
    assert row is not None
    return row[0]


@dataclass(slots=True)
class FreshDatabases:
    """Migrated, empty databases: one is made ready while a test uses the other."""

    cluster: Cluster
    _worker: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _numbers: Iterator[int] = field(default_factory=count)
    _ready: deque[Future[Fresh]] = field(default_factory=deque)

    def take(self) -> Fresh:
        """An empty, migrated database that no other test sees."""
        while len(self._ready) < 2:
            self._ready.append(self._worker.submit(self._copied))
        return self._ready.popleft().result()

    def give_back(self, used: Fresh) -> None:
        """Empty a used database, or replace it when a test changed its schema."""
        self._ready.append(self._worker.submit(self._renewed, used))

    def close(self) -> None:
        """Wait for what is under way and hang up."""
        self._worker.shutdown(cancel_futures=True)
        for future in self._ready:
            if not future.cancelled() and future.exception() is None:
                future.result().connection.close()

    def _copied(self) -> Fresh:
        return Fresh.copied(self.cluster, f"regulars_{next(self._numbers)}")

    def _renewed(self, used: Fresh) -> Fresh:
        if used.emptied():
            return used
        used.connection.close()
        self.cluster.execute(f"DROP DATABASE {used.name} WITH (FORCE)")
        return self._copied()


@contextmanager
def fresh_databases(migrate: Callable[[str], None]) -> Iterator[FreshDatabases]:
    """A server whose template was migrated once, as the owner."""
    with running_cluster() as cluster:
        migrate(cluster.url(OWNER, TEMPLATE))
        databases = FreshDatabases(cluster)
        try:
            yield databases
        finally:
            databases.close()


def forget_sizes(url: str) -> None:
    """As if nobody had ever used this database: its rows and what is known of them go.

    The planner takes any index of a table that it knows to be small; of an unknown one it thinks
    that it may be large. A test before this one may have left the files of its rows behind.
    """
    mighty = url.replace(f"{APP}@", "postgres@")
    with psycopg.connect(mighty, autocommit=True) as server:
        server.execute("SET session_replication_role = replica")  # rows go without triggers
        tables = ", ".join(row[0] for row in server.execute(TABLES))
        server.execute(f"TRUNCATE {tables}".encode())
        server.execute("DELETE FROM pg_statistic")
