"""`regulars work`: the shop's own jobs in a process of their own, for a chain on PostgreSQL.

$ REGULARS_WORK=off regulars serve &
$ regulars work
"""

import signal
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event
from typing import TYPE_CHECKING

from regulars.domain.kernel.label import Label

if TYPE_CHECKING:
    from argparse import _SubParsersAction

WORKING = Label(
    "后台任务已开始：到期、结链、夜间查账……按 Ctrl+C 停止。",
    "Working: expiry, chain, nightly proof … Ctrl+C stops it.",
)


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `work`, which opens the shop and works in it."""
    parser = subparsers.add_parser("work", help="后台任务 · do the shop's own jobs, without a till")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Work until SIGTERM or SIGINT; the step that runs is finished first."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work: Callable[[], AbstractContextManager[object]] = args.work
    with work():
        print(f"{WORKING.zh}\n{WORKING.en}", flush=True)
        stop.wait()
    return 0
