"""From an empty folder to an open shop, with the commands that a merchant types."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import sleep

import pytest

from regulars.command import main

REGULARS = Path(sys.executable).with_name("regulars")
PASSWORD = "下午茶三杯都去冰"


def begin(home: Path) -> int:
    return main(
        ["init", "--name", "正茶", "--store", "人民广场店", "--owner", "Lina", "--home", str(home)]
    )


def code_in(text: str) -> str:
    (line,) = [line for line in text.splitlines() if "one-time code" in line]
    return line.split()[-1]


def test_an_empty_folder_becomes_a_shop_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert begin(tmp_path) == 0
    assert "lina" in capsys.readouterr().out
    assert begin(tmp_path) == 2
    assert "已经有一家店" in capsys.readouterr().err
    assert (tmp_path / "keys" / "master.key").stat().st_mode & 0o077 == 0


def test_somebody_is_let_in_from_the_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begin(tmp_path)
    first = code_in(capsys.readouterr().out)
    home = ["--home", str(tmp_path)]
    assert main(["staff", "code", "lina", *home]) == 0
    assert code_in(capsys.readouterr().out) != first
    added = ["staff", "add", "minli", "--name", "李敏", "--store", "S1"]
    assert main([*added, *home]) == 0
    assert main([*added, *home]) == 2
    assert "登录名已被使用" in capsys.readouterr().err
    assert main(["staff", "code", "nobody", *home]) == 2
    assert main(["staff", "add", "x", "--store", "S9", *home]) == 2


def test_a_shop_that_was_never_begun_is_not_served(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--home", str(tmp_path)]) == 2
    assert "regulars init" in capsys.readouterr().out


def test_the_street_needs_tls(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(tmp_path)
    assert main(["serve", "--home", str(tmp_path), "--host", "0.0.0.0"]) == 2
    assert "--tls-certificate" in capsys.readouterr().err


def test_the_api_document_is_written_and_checked(tmp_path: Path) -> None:
    path = str(tmp_path / "openapi.json")
    assert main(["openapi", "--check", "--path", path]) == 1
    assert main(["openapi", "--path", path]) == 0
    assert main(["openapi", "--check", "--path", path]) == 0
    document = json.loads(Path(path).read_text("utf-8"))
    assert document["info"]["title"] == "Regulars 熟客"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    arguments: Sequence[str] = ("serve", "--home", str(home), "--port", str(port))
    process = subprocess.Popen(
        [str(REGULARS), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def asked(port: int, method: str, path: str, body: object = None) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        sent = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if sent else {}
        connection.request(method, path, sent, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None
        try:
            if asked(port, "GET", "/healthz")[0] == 200:
                return
        except OSError:
            sleep(0.1)
    raise AssertionError("the server never became ready")


def test_a_shop_opens_serves_and_closes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(tmp_path)
    code = code_in(capsys.readouterr().out)
    port = free_port()
    with served(tmp_path, port) as process:
        until_ready(port, process)
        first = {"login": "lina", "code": code, "password": PASSWORD}
        status, body = asked(port, "POST", "/api/v1/session/first", first)
        assert status == 200
        assert json.loads(body)["roles"] == ["owner"]
        # A second server on the same file would be a second writer.
        assert main(["staff", "code", "lina", "--home", str(tmp_path)]) == 2
        assert "regulars serve" in capsys.readouterr().err
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert main(["staff", "code", "lina", "--home", str(tmp_path)]) == 0
    assert main(["verify", "--home", str(tmp_path)]) == 0
