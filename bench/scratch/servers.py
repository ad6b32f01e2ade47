"""Scratch homes and the real server processes on them, on either engine.

with on_sqlite() as place, serving(place) as server:
    ...                     # http://127.0.0.1:{server.port}
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import MappingProxyType

from bench.scratch.bulk import (
    Bulk,
    adding_postgres,
    adding_sqlite,
    filling_postgres,
    filling_sqlite,
)
from bench.scratch.processes import family, pid_of_cluster
from regulars.settings import Settings
from regulars.storage.migrate import upgrade
from regulars.storage.sqlite import connect
from regulars.storage.statement import Engine
from tests.postgres import APP, OWNER, Cluster, running_cluster

STARTING_SECONDS = 60.0
REGULARS = Path(sys.executable).with_name("regulars")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A scratch home with a migrated database."""

    engine: Engine
    home: Path
    name: str
    cluster: Cluster | None = None

    @property
    def url(self) -> str:
        """The database as the server opens it."""
        if self.cluster is None:
            return f"sqlite:///{self.home / self.name}"
        return self.cluster.url(APP, self.name)

    @property
    def settings(self) -> Settings:
        """The shop's settings for use in this process."""
        return Settings.read({"REGULARS_HOME": str(self.home), "REGULARS_DATABASE": self.url})

    @contextmanager
    def filling(self) -> Iterator[Bulk]:
        """Write millions of rows before any server runs."""
        with (
            filling_sqlite(self.home / self.name)
            if self.cluster is None
            else filling_postgres(self.cluster.url("postgres", self.name))
        ) as bulk:
            yield bulk

    @contextmanager
    def adding(self) -> Iterator[Bulk]:
        """Write some rows beside a running server."""
        with (
            adding_sqlite(self.home / self.name)
            if self.cluster is None
            else adding_postgres(self.cluster.url("postgres", self.name))
        ) as bulk:
            yield bulk

    def copied(self, name: str) -> "Place":
        """The same shop in a database of its own; no server may run on this one."""
        if self.cluster is None:
            # Through SQLite, so that what its log still holds comes along.
            source = connect(self.home / self.name, "rw")
            source.execute("VACUUM INTO ?", (str(self.home / name),))
            source.close()
            connect(self.home / name, "rw").close()
        else:
            self.cluster.execute(f"CREATE DATABASE {name} TEMPLATE {self.name} OWNER {OWNER}")
        return Place(engine=self.engine, home=self.home, name=name, cluster=self.cluster)

    def database_pids(self) -> list[int]:
        """The database's own processes; SQLite has none."""
        return [] if self.cluster is None else list(family(pid_of_cluster(self.cluster.port)))


@contextmanager
def on_sqlite() -> Iterator[Place]:
    """A home with an empty file."""
    with tempfile.TemporaryDirectory(prefix="regulars-scratch-") as home:
        place = Place(engine="sqlite", home=Path(home), name="shop.sqlite3")
        upgrade(place.url)
        yield place


@contextmanager
def on_postgresql() -> Iterator[Place]:
    """A home with a PostgreSQL server of its own."""
    with (
        running_cluster() as cluster,
        tempfile.TemporaryDirectory(prefix="regulars-scratch-") as home,
    ):
        cluster.execute(f"CREATE DATABASE shop OWNER {OWNER}")
        place = Place(engine="postgresql", home=Path(home), name="shop", cluster=cluster)
        upgrade(cluster.url(OWNER, "shop"), app_role=APP)
        yield place


@dataclass(slots=True)
class Server:
    """One running server: all its processes."""

    process: subprocess.Popen[bytes]
    port: int

    def pids(self) -> list[int]:
        """Its processes."""
        return list(family(self.process.pid))

    def kill(self) -> None:
        """SIGKILL to all of them, at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """SIGTERM, and wait until it has finished what it accepted."""
        self.process.terminate()
        self.process.wait()


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def started(
    place: Place,
    *,
    port: int,
    workers: int = 2,
    flush_seconds: float = 0.0,
    work: bool = True,
    given: Mapping[str, str] = MappingProxyType({}),
) -> Server:
    """A server that answers: `regulars serve`, or the same on a slower disk.

    `work`: whether it does the shop's own jobs too; `given`: what else its environment says.
    """
    environment: Mapping[str, str] = {
        **os.environ,
        "REGULARS_HOME": str(place.home),
        "REGULARS_DATABASE": place.url,
        "REGULARS_PORT": str(port),
        "REGULARS_WORKERS": str(workers),
        "REGULARS_WORK": "on" if work else "off",
        "BENCH_FLUSH_SECONDS": str(flush_seconds),
        **given,
    }
    slow = [sys.executable, "-m", "bench.scratch.slow_disk"]
    command = slow if flush_seconds else [str(REGULARS), "serve"]
    with (place.home / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    server = Server(process=process, port=port)
    wait_until_ready(server, place.home / "server.log")
    return server


@contextmanager
def serving(
    place: Place,
    *,
    workers: int = 2,
    flush_seconds: float = 0.0,
    work: bool = True,
    given: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Server]:
    """A server until the end of the block."""
    server = started(
        place,
        port=free_port(),
        workers=workers,
        flush_seconds=flush_seconds,
        work=work,
        given=given,
    )
    try:
        yield server
        server.stop()
    finally:
        server.kill()


def wait_until_ready(server: Server, log: Path) -> None:
    """Until it answers that it is ready. Fails with its log when it ends or takes too long."""
    end = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < end and server.process.poll() is None:
        with suppress(OSError, HTTPException):
            connection = HTTPConnection("127.0.0.1", server.port, timeout=STARTING_SECONDS)
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            connection.close()
            if answer.status == 200:
                return
        time.sleep(0.02)
    server.kill()
    raise RuntimeError(f"the server did not start:\n{log.read_text('utf-8')[-4_000:]}")
