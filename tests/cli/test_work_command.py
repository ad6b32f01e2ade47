"""`regulars work` does the jobs of a shop until it is told to stop."""

import os
import signal
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

import pytest

from regulars.cli.work import register


def test_it_works_until_it_is_told_to_stop(capsys: pytest.CaptureFixture[str]) -> None:
    steps: list[str] = []

    @contextmanager
    def work() -> Iterator[None]:
        steps.append("opened")
        yield
        steps.append("closed")

    parser = ArgumentParser()
    register(parser.add_subparsers())
    args = parser.parse_args(["work"])
    args.work = work
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
    try:
        assert args.run(args) == 0
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert steps == ["opened", "closed"]
    assert "Ctrl+C" in capsys.readouterr().out
