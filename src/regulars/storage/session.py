"""One PostgreSQL connection, and how it talks: everything at hand in one message (D5).

A sale's seven writes and its COMMIT are prepared statements, put into libpq's buffer one after the
other, sent with one system call and answered with one. psycopg's own pipeline wakes the kernel for
each statement, which took half of a sale's time here; its connection, types and errors stay.
"""

import logging
from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import NamedTuple

import orjson
import psycopg
from psycopg import RawServerCursor
from psycopg.abc import Buffer, PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.types.bool import BoolDumper
from psycopg.types.datetime import DateDumper
from psycopg.types.json import set_json_loads
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import BytesBinaryDumper
from psycopg.waiting import Ready, Wait

from regulars.storage.statement import Raw
from regulars.storage.transaction import Call

_DONE = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})
LOCK_MILLISECONDS = 3_000
STREAM_ROWS = 2_000

# Its warnings repeat the server's message, which may quote a row; the error itself is raised.
logging.getLogger("psycopg").setLevel(logging.ERROR)


# A prepared statement is kept per text. psycopg would send 7 and 70,000 as two types and NULL as a
# third: the statement's own casts say the type, so none is sent.
class _Whole(Int8Dumper):
    oid = 0


class _Flag(BoolDumper):
    oid = 0


class _Day(DateDumper):
    oid = 0


class _Bytes(BytesBinaryDumper):
    oid = 0


class Replies(NamedTuple):
    """What the server answered, in order, and the error at which it stopped, if any."""

    results: list[PGresult]
    error: psycopg.Error | None


class _Message(NamedTuple):
    """One statement, ready for the wire."""

    text: str
    values: Sequence[Buffer | None]
    formats: Sequence[int]


class Session:
    """One connection with what was prepared on it; used by one thread at a time."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True, application_name="regulars")
        for kind, dumper in ((int, _Whole), (bool, _Flag), (date, _Day), (bytes, _Bytes)):
            self.connection.adapters.register_dumper(kind, dumper)
        set_json_loads(orjson.loads, self.connection)
        self.connection.execute(f"SET lock_timeout = {LOCK_MILLISECONDS}")
        self._libpq = self.connection.pgconn
        self._prepared: dict[str, bytes] = {}
        self._numbers = count()
        self._transformer = Transformer(self.connection)

    @property
    def status(self) -> TransactionStatus:
        """Whether a transaction is open, and whether it failed."""
        return self.connection.info.transaction_status

    @property
    def closed(self) -> bool:
        """Whether the connection is gone."""
        return self.connection.closed

    def close(self) -> None:
        """Hang up."""
        self.connection.close()

    def exchange(self, calls: Sequence[Call]) -> Replies:
        """Send these and wait once. After the first error the server runs none of the rest."""
        messages = [self._message(sql, values) for sql, values in calls]
        libpq = self._libpq
        libpq.enter_pipeline_mode()
        try:
            new = self._send(messages)
            results = self.connection.wait(self._arriving())
        except BaseException:
            self.connection.close()  # nobody knows what the server still has to say
            raise
        if libpq.status == ConnStatus.BAD:
            raise psycopg.OperationalError("the connection is lost")
        libpq.exit_pipeline_mode()
        return self._replies(messages, new, results)

    def rows(self, result: PGresult) -> list[Raw]:
        """The rows of an answer, as Python has them."""
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, tuple)

    def stream(self, call: Call, name: str) -> RawServerCursor[Raw]:
        """A cursor on the server, which sends 2,000 rows at a time."""
        cursor: RawServerCursor[Raw] = RawServerCursor(self.connection, name)
        cursor.itersize = STREAM_ROWS
        sql, values = call
        cursor.execute(sql.encode(), values)
        return cursor

    def _message(self, sql: str, values: Sequence[object]) -> _Message:
        if not values:
            return _Message(sql, (), ())
        transformer = self._transformer
        dumped = transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
        return _Message(sql, dumped, transformer.formats or ())

    def _send(self, messages: Sequence[_Message]) -> list[bool]:
        libpq, prepared = self._libpq, self._prepared
        new = []
        for sql, values, formats in messages:
            name = prepared.get(sql)
            new.append(name is None)
            if name is None:
                name = prepared[sql] = b"s%d" % next(self._numbers)
                libpq.send_prepare(name, sql.encode())
            libpq.send_query_prepared(name, values, formats)
        libpq.pipeline_sync()
        return new

    def _arriving(self) -> PQGen[list[PGresult]]:
        libpq = self._libpq
        while libpq.flush():
            # The server may answer before it has heard all: listen too, or both wait for ever.
            if (yield Wait.RW) & Ready.R:
                libpq.consume_input()
        results: list[PGresult] = []
        while True:
            while libpq.is_busy():
                yield Wait.R
                libpq.consume_input()
            result = libpq.get_result()
            if result is None:
                if libpq.status == ConnStatus.BAD:
                    return results
            elif result.status == ExecStatus.PIPELINE_SYNC:
                return results
            else:
                results.append(result)

    def _replies(
        self, messages: Sequence[_Message], new: Sequence[bool], results: Sequence[PGresult]
    ) -> Replies:
        answers: list[PGresult] = []
        error: psycopg.Error | None = None
        arriving = iter(results)
        for message, is_new in zip(messages, new, strict=True):
            if is_new:
                prepared = next(arriving)
                if prepared.status != ExecStatus.COMMAND_OK:
                    del self._prepared[message.text]
                    error = error or _error_of(prepared)
            result = next(arriving)
            if result.status in _DONE:
                answers.append(result)
            else:
                error = error or _error_of(result)
        return Replies(answers, error)


def _error_of(result: PGresult) -> psycopg.Error | None:
    # What follows an error is told as skipped, which is no error of its own.
    failed = result.status == ExecStatus.FATAL_ERROR
    return error_from_result(result) if failed else None
