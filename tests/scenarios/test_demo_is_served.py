"""The demonstration as its visitor meets it: started, signed in to, stopped, started again."""

import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx

SMALL = ["--orders=60", "--members=12", "--days=4", "--until=2026-05-04"]
PROGRAM = "import sys; from regulars.command import main; sys.exit(main())"
PATIENCE_SECONDS = 90
OWNER = re.compile(r"^owner +((?:[A-Z2-7]{4}-){3}[A-Z2-7]{4})", re.MULTILINE)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def started(home: Path, log: Path) -> Iterator[httpx.Client]:
    """The demonstration's server while it runs, and what it printed in `log`."""
    port = free_port()
    command = ["demo", "--serve", f"--port={port}", f"--home={home}", *SMALL]
    with (
        log.open("w") as out,
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *command], stdout=out, stderr=subprocess.STDOUT
        ) as server,
    ):
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
                wait_for(client, server, log)
                yield client
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=PATIENCE_SECONDS)


def wait_for(client: httpx.Client, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            if client.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        sleep(0.2)
    raise AssertionError(log.read_text())


def counted(home: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(f"file:{home / 'regulars.db'}?mode=ro", uri=True)) as rows:
        found: tuple[int, int] = rows.execute(
            "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM member)"
        ).fetchone()
    return found


def test_a_visitor_starts_signs_in_stops_and_finds_everything_again(tmp_path: Path) -> None:
    home, log = tmp_path / "home", tmp_path / "log"
    password = "一杯云雾鲜奶茶去冰"
    with started(home, log) as client:
        told = log.read_text()
        assert re.search(r"传单券码：(\w{4}-){2}\w{5}", told)
        assert "flyer's code" in told
        code = OWNER.search(told)
        assert code is not None
        first = {"login": "owner", "code": code[1], "password": password}
        assert client.post("/api/v1/session/first", json=first).status_code == 200
        assert client.get("/docs").status_code == 200
        assert client.get("/api/v1/openapi.json").status_code == 200
    before = counted(home)
    assert before == (64, 12)
    with started(home, log) as client:
        assert OWNER.search(log.read_text()) is None
        answer = client.post("/api/v1/session", json={"login": "owner", "password": password})
        assert answer.status_code == 200
        stores = answer.json()["stores"]
        assert sorted(store["code"] for store in stores) == ["K1", "S1", "S2", "S3"]
        assert sum(len(store["terminals"]) for store in stores) == 9
        # The cookie is for https alone, which a visitor's browser grants to its own machine.
        signed_in = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
        for store in stores:
            asked = {"store_id": store["id"], "drafts": []}
            checked = client.post("/api/v1/offers/check-set", json=asked, headers=signed_in)
            assert checked.status_code == 200, checked.text
            assert not [one for one in checked.json()["findings"] if one["mistake"]]
    assert counted(home) == before
