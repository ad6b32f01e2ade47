"""`regulars serve`: open the shop's door. One process on SQLite, several on PostgreSQL."""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn, Protocol

from regulars.cli.migrate import migrated
from regulars.domain.kernel.label import Label
from regulars.storage.engine import open_database
from regulars.storage.reach import wait_until_reachable
from regulars.storage.stores import ORGANISATION

if TYPE_CHECKING:
    from argparse import _SubParsersAction
    from pathlib import Path

# Called by the web server in each of its processes; this layer knows it by name only.
TARGET = "regulars.command:app"
# Beyond this the web server itself makes callers wait.
BACKPRESSURE = 512
STOPPING_SECONDS = 20

WAITING = Label(
    "数据库还连不上，正在等它……", "The database cannot be reached yet: waiting for it …"
)


class Reached(Protocol):
    """How the server is reached: the part of the settings that this command needs."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def processes(self) -> int: ...
    @property
    def tls_certificate(self) -> "Path | None": ...
    @property
    def tls_key(self) -> "Path | None": ...


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `settings` and `environment`."""
    parser = subparsers.add_parser("serve", help="开门营业 · serve the till")
    add_options(parser)
    parser.set_defaults(run=run)


def add_options(parser: ArgumentParser) -> None:
    """The options of everything that serves."""
    parser.add_argument("--host", help="127.0.0.1")
    parser.add_argument("--port", help="8000")
    parser.add_argument("--workers", help="PostgreSQL: 进程数 · processes")
    parser.add_argument("--tls-certificate", metavar="FILE")
    parser.add_argument("--tls-key", metavar="FILE")
    parser.add_argument("--behind-proxy", metavar="ADDRESS", help="反向代理地址 · of the TLS proxy")
    parser.add_argument("--docs", action="store_const", const="1", help="开放 /docs · open /docs")


def run(args: Namespace) -> int:
    """Serve until told to stop. 2 when there is no shop yet."""
    wait_until_reachable(args.database, waiting=_tell_waiting)
    migrated(args.database, args.database_owner)
    database = open_database(args.database, read_only=True, threads=1)
    try:
        with database.read() as read:
            organisation = read.one(ORGANISATION)
    finally:
        database.close()
    if organisation is None:
        print("还没有门店，请先运行： · There is no shop yet. First run:")
        print("  regulars init --name 名称 --store 门店 --owner 登录名")
        return 2
    return serve(args.settings, args.environment)


def _tell_waiting(reason: str) -> None:
    sys.stderr.write(f"{WAITING.zh}\n{WAITING.en}\n{reason}\n")


def serve(settings: Reached, environment: Mapping[str, str], *, target: str = TARGET) -> NoReturn:
    """Serve until SIGTERM or SIGINT; what was accepted is finished first."""
    os.environ.update(environment)
    scheme = "https" if settings.tls_certificate is not None else "http"
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"{scheme}://{host}:{settings.port}"
    print(
        f"Regulars 熟客\n后台 · office  {address}/office/\n收银台 · till  {address}/till/",
        flush=True,
    )
    # This process becomes the web server's own: small, since the shop is opened by the processes
    # that it starts. Standard output was flushed above; nothing else is open here.
    os.execv(sys.executable, [sys.executable, *_words(settings, target)])  # noqa: S606


def _words(settings: Reached, target: str) -> list[str]:
    """The web server's command line."""
    words = [
        *("-m", "granian", target, "--factory"),
        *("--interface", "asgi", "--loop", "uvloop", "--http", "auto", "--no-ws"),
        *("--host", settings.host, "--port", str(settings.port)),
        *("--workers", str(settings.processes), "--backpressure", str(BACKPRESSURE)),
        *("--workers-kill-timeout", str(STOPPING_SECONDS), "--log-level", "warning"),
        # A process that dies is replaced; one that dies again within seconds ends them all.
        "--respawn-failed-workers",
    ]
    if settings.tls_certificate is not None and settings.tls_key is not None:
        words += ["--ssl-certificate", str(settings.tls_certificate)]
        words += ["--ssl-keyfile", str(settings.tls_key)]
    return words
