"""The sale by hand on SQLite: one connection, one commit for each sale or for a group of them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from uuid import UUID

from bench.limits.script import Call
from bench.limits.work import Done, Work
from bench.scratch.children import answer_all
from bench.scratch.shop import TERMINALS
from regulars.storage.sqlite import connect
from regulars.storage.staff import SESSION


def encode(value: object) -> object:
    """A value as the driver takes it."""
    return value.bytes if isinstance(value, UUID) else value


class Hand:
    """The two connections of one process: the writer's, and one that looks who is calling."""

    def __init__(self, path: Path, token: bytes, flush_seconds: float) -> None:
        self._file = connect(path, "rw")
        self._reader = connect(path, "ro")
        who = SESSION.on("sqlite")
        self._who: Call = who.sql, who.values({"token_hash": token})
        self._flush_seconds = flush_seconds

    def work(self, work: Work) -> Done:
        """Serve as many as the time allows."""
        sales, group = 0, work.group
        cpu, begun = time.process_time(), time.perf_counter()
        end = begun + work.seconds
        while time.perf_counter() < end and sales + group <= len(work.guests):
            with self._committed():
                for _ in range(group):
                    self._sell(work, sales)
                    sales += 1
        return Done(
            sales=sales,
            seconds=time.perf_counter() - begun,
            cpu_seconds=time.process_time() - cpu,
        )

    @contextmanager
    def _committed(self) -> Iterator[Connection]:
        self._file.execute("BEGIN IMMEDIATE")
        yield self._file
        self._file.execute("COMMIT")
        if self._flush_seconds:
            time.sleep(self._flush_seconds)

    def _sell(self, work: Work, number: int) -> None:
        reader, run = self._reader, self._file.execute
        reader.execute("BEGIN")
        reader.execute(*self._who).fetchall()
        reader.execute("COMMIT")
        script, guest = work.scripts[number % len(work.scripts)], work.guests[number]
        place = number % len(TERMINALS)
        given = script.given(member=guest.member, coupon=guest.coupon, terminal=TERMINALS[place])
        answers = [run(sql, values).fetchall() for sql, values in script.questions(given)]
        for sql, values in script.changes(given, answers, chr(ord("A") + place)):
            run(sql, values)


def main(path: str, token: str, flush_seconds: str) -> None:
    """Answer work until nobody asks."""
    hand = Hand(Path(path), bytes.fromhex(token), float(flush_seconds))

    def answer(question: object) -> object:
        assert isinstance(question, Work)
        return hand.work(question)

    answer_all(answer)
