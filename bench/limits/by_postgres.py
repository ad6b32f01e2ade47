"""The sale by hand on PostgreSQL: prepared statements in two round trips, straight to libpq.

One process keeps several connections busy without threads: while the server works for one, the
next is served.
"""

import select
import time
from collections import deque
from collections.abc import Generator, Sequence
from datetime import date
from uuid import UUID

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from bench.limits.script import Call
from bench.limits.work import Done, Work
from bench.scratch.children import answer_all
from bench.scratch.shop import TERMINALS
from regulars.storage.staff import SESSION
from regulars.storage.statement import Raw

# The first round trip asks who calls, begins, claims the command, and then asks what is answered.
BEFORE_ANSWERS = 3
GOOD = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})


def encode(value: object) -> object:
    """A value as text on the wire."""
    match value:
        case None:
            return None
        case bool():
            return b"t" if value else b"f"
        case bytes():
            return b"\\x" + value.hex().encode()
        case UUID():
            return value.hex.encode()
        case date():
            return value.isoformat().encode()
        case _:
            return str(value).encode()


class Hand:
    """One connection and its prepared statements."""

    def __init__(self, url: str, terminal: int, token: bytes) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self._libpq = self.connection.pgconn
        self._libpq.enter_pipeline_mode()
        self._prepared: dict[str, bytes] = {}
        self._place = terminal
        who = SESSION.on("postgresql")
        self._who: Call = who.sql, [encode(each) for each in who.values({"token_hash": token})]
        # What was sent, in order: is it the preparing of a statement, or the statement?
        self._preparing: deque[bool] = deque()
        self._results: list[PGresult] = []

    def fileno(self) -> int:
        """For `poll`."""
        return self.connection.fileno()

    def sale(self, work: Work, number: int) -> Generator[None, list[PGresult], None]:
        """Sends a round trip, and goes on with its answers: twice."""
        script, guest = work.scripts[number % len(work.scripts)], work.guests[number]
        terminal = TERMINALS[self._place]
        given = script.given(member=guest.member, coupon=guest.coupon, terminal=terminal)
        self._send([self._who, ("BEGIN", []), *script.questions(given)])
        results = yield
        answers = [_rows(result) for result in results[BEFORE_ANSWERS:]]
        self._send([*script.changes(given, answers, chr(ord("A") + self._place)), ("COMMIT", [])])
        results = yield
        if results[-1].command_status != b"COMMIT":
            raise RuntimeError("the sale by hand was not committed")

    def received(self) -> list[PGresult] | None:
        """The answers of the round trip, or None while some are still to come."""
        libpq = self._libpq
        libpq.consume_input()
        while not libpq.is_busy():
            result = libpq.get_result()
            if result is None:
                continue
            if result.status == ExecStatus.PIPELINE_SYNC:
                results, self._results = self._results, []
                return results
            if result.status not in GOOD:
                raise RuntimeError(result.error_message.decode())
            if not self._preparing.popleft():
                self._results.append(result)
        return None

    def _send(self, calls: Sequence[Call]) -> None:
        self._results = []
        libpq = self._libpq
        for sql, values in calls:
            name = self._prepared.get(sql)
            if name is None:
                name = self._prepared[sql] = f"s{len(self._prepared)}".encode()
                libpq.send_prepare(name, sql.encode())
                self._preparing.append(True)
            libpq.send_query_prepared(name, values)  # type: ignore[arg-type]  # bytes or None
            self._preparing.append(False)
        libpq.pipeline_sync()
        while libpq.flush():
            select.select([self], [self], [])
            libpq.consume_input()


def _rows(result: PGresult) -> list[Raw]:
    return [
        tuple(_value(result, row, column) for column in range(result.nfields))
        for row in range(result.ntuples)
    ]


BIGINT = 20


def _value(result: PGresult, row: int, column: int) -> object:
    value = result.get_value(row, column)
    if value is None:
        return None
    return int(value) if result.ftype(column) == BIGINT else value.decode()


def served(hands: Sequence[Hand], work: Work) -> Done:
    """Serve as many as the time allows, on all connections."""
    poll = select.epoll()
    sales, started, running = 0, 0, {}
    cpu, begun = time.process_time(), time.perf_counter()
    end = begun + work.seconds
    for hand in hands:
        poll.register(hand, select.EPOLLIN)
        running[hand.fileno()] = (hand, _begun(hand, work, started))
        started += 1
    while running:
        for fileno, _ in poll.poll():
            hand, sale = running[fileno]
            results = hand.received()
            if results is None:
                continue
            try:
                sale.send(results)
            except StopIteration:
                sales += 1
                if time.perf_counter() < end and started < len(work.guests):
                    running[fileno] = (hand, _begun(hand, work, started))
                    started += 1
                else:
                    del running[fileno]
    poll.close()
    return Done(
        sales=sales,
        seconds=time.perf_counter() - begun,
        cpu_seconds=time.process_time() - cpu,
    )


def _begun(hand: Hand, work: Work, number: int) -> Generator[None, list[PGresult], None]:
    sale = hand.sale(work, number)
    next(sale)
    return sale


def main(url: str, token: str, first: str, connections: str) -> None:
    """Answer work until nobody asks; the tills from `first` on are this process's."""
    hands = [
        Hand(url, int(first) + place, bytes.fromhex(token)) for place in range(int(connections))
    ]

    def answer(question: object) -> object:
        assert isinstance(question, Work)
        return served(hands, question)

    answer_all(answer)
