"""What a question or a command may do with the database: `Read`, and `Write(Read)`.

    order = tx.one(ORDER, id=order_id)
    tx.add(payment, [{"id": payment_id, "amount_minor": 4900}])
    tx.take(USE_COUPON, refusal=COUPON_USED.because(), id=coupon_id)

On PostgreSQL writes wait until somebody reads, counts or commits, and then travel together; on
SQLite each one runs at once. What a command decides is the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar, overload

from sqlalchemy import Table

from regulars.storage.row_changes import rows_update
from regulars.storage.statement import (
    ROWS_MAX,
    Ask,
    Engine,
    Raw,
    Row,
    Statement,
    bound,
    rows_insert,
)

R = TypeVar("R")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")
G = TypeVar("G")
H = TypeVar("H")


# So many rows SQLite reads and writes by one text as fast as one by one.
FEW_ROWS = 10
# One statement with its values, as the driver takes them: made for every statement of a sale, so
# a plain tuple.
Call = tuple[str, Sequence[object]]


class Expected(NamedTuple):
    """How many rows a change must touch, and what it means when it does not."""

    rows: int
    otherwise: Exception


class RowsMissedError(Exception):
    """A change touched another number of rows than the code was written for."""


class Wire(Protocol):
    """One connection during one transaction."""

    engine: Engine
    round_trips: int
    statements: int

    def fetch(self, call: Call) -> list[Raw]:
        """The rows of one statement, after everything sent before it."""

    def fetch_each(self, calls: Sequence[Call]) -> list[list[Raw]]:
        """The rows of several statements, in one round trip where there are any."""

    def stream(self, call: Call) -> Iterator[Raw]:
        """The rows of one statement, never all at once."""

    def send(self, call: Call, expected: Expected | None) -> None:
        """A change that may wait for company; `expected` is checked when it has run."""

    def send_each(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """The same change for each of some rows of values; it may wait for company."""

    def count(self, call: Call) -> int:
        """A change that runs now: how many rows it touched."""

    def flush(self) -> None:
        """Send what waits."""


class Read:
    """Questions on one snapshot of the database."""

    __slots__ = ("_wire", "engine")

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.engine: Engine = wire.engine

    @property
    def round_trips(self) -> int:
        """How often this transaction waited for a server; SQLite has none."""
        return self._wire.round_trips

    @property
    def statements(self) -> int:
        """How many statements this transaction ran."""
        return self._wire.statements

    def all(self, statement: Statement[R], **parameters: object) -> list[R]:
        """Every row."""
        compiled = statement.on(self.engine)
        raws = self._wire.fetch((compiled.sql, compiled.values(parameters)))
        return statement.rows(compiled, raws)

    def one(self, statement: Statement[R], **parameters: object) -> R | None:
        """The only row, or None."""
        compiled = statement.on(self.engine)
        raws = self._wire.fetch((compiled.sql, compiled.values(parameters)))
        if len(raws) > 1:
            raise RowsMissedError(f"one row was asked for, {len(raws)} came")
        return statement.rows(compiled, raws)[0] if raws else None

    @overload
    def group(self, a: Ask[A], b: Ask[B], /) -> tuple[list[A], list[B]]: ...
    @overload
    def group(self, a: Ask[A], b: Ask[B], c: Ask[C], /) -> tuple[list[A], list[B], list[C]]: ...
    @overload
    def group(
        self, a: Ask[A], b: Ask[B], c: Ask[C], d: Ask[D], /
    ) -> tuple[list[A], list[B], list[C], list[D]]: ...
    @overload
    def group(
        self, a: Ask[A], b: Ask[B], c: Ask[C], d: Ask[D], e: Ask[E], /
    ) -> tuple[list[A], list[B], list[C], list[D], list[E]]: ...
    @overload
    def group(
        self, a: Ask[A], b: Ask[B], c: Ask[C], d: Ask[D], e: Ask[E], f: Ask[F], /
    ) -> tuple[list[A], list[B], list[C], list[D], list[E], list[F]]: ...
    @overload
    def group(
        self, a: Ask[A], b: Ask[B], c: Ask[C], d: Ask[D], e: Ask[E], f: Ask[F], g: Ask[G], /
    ) -> tuple[list[A], list[B], list[C], list[D], list[E], list[F], list[G]]: ...
    @overload
    def group(
        self,
        a: Ask[A],
        b: Ask[B],
        c: Ask[C],
        d: Ask[D],
        e: Ask[E],
        f: Ask[F],
        g: Ask[G],
        h: Ask[H],
        /,
    ) -> tuple[list[A], list[B], list[C], list[D], list[E], list[F], list[G], list[H]]: ...
    def group(self, *asked: Ask[object]) -> object:
        """Several questions: one round trip on PostgreSQL, one after the other on SQLite."""
        return tuple(self.each(asked))

    def each(self, asked: Sequence[Ask[R]]) -> list[list[R]]:
        """Any number of questions with the same sort of answer, together like a group."""
        compiled = [ask.statement.on(self.engine) for ask in asked]
        calls = [
            (each.sql, each.values(ask.parameters))
            for each, ask in zip(compiled, asked, strict=True)
        ]
        answers = self._wire.fetch_each(calls)
        return [
            ask.statement.rows(each, raws)
            for ask, each, raws in zip(asked, compiled, answers, strict=True)
        ]

    def stream(self, statement: Statement[R], **parameters: object) -> Iterator[R]:
        """Every row, in bounded memory: for exports and `verify`."""
        compiled = statement.on(self.engine)
        for raw in self._wire.stream((compiled.sql, compiled.values(parameters))):
            yield from statement.rows(compiled, (raw,))


class Write(Read):
    """One command's transaction: everything of it, or nothing."""

    __slots__ = ()

    def add(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """New rows, all with the same columns, in one statement per 50."""
        if rows:
            self._add(table, rows, skips=False)

    def add_new(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """New rows, save those that a key of the table says are there already."""
        if rows:
            self._add(table, rows, skips=True)

    def _add(self, table: Table, rows: Sequence[Mapping[str, object]], *, skips: bool) -> None:
        columns = frozenset(rows[0])

        def text_of(count: int) -> str:
            return rows_insert(table, columns, count, self.engine, skips=skips).sql

        one = rows_insert(table, columns, 1, self.engine, skips=skips)
        self._send_rows(text_of, one.rows(rows))

    def add_rows(self, table: Table, rows: Sequence[Row]) -> None:
        """New rows with every column of the table, in one statement per 50."""
        if not rows:
            return
        columns = frozenset(rows[0]._fields)

        def text_of(count: int) -> str:
            return rows_insert(table, columns, count, self.engine).sql

        self._send_rows(text_of, rows_insert(table, columns, 1, self.engine).rows_of(rows))

    def change_rows(self, table: Table, rows: Sequence[Row]) -> None:
        """Rows that are there, each named by its first column and changed to its others, in one
        statement per 50. All of them have the same columns."""
        if not rows:
            return
        columns = rows[0]._fields
        binders = rows_update(table, columns, 1, self.engine).binders

        def text_of(count: int) -> str:
            return rows_update(table, columns, count, self.engine).sql

        self._send_rows(text_of, bound(rows, binders), alone=self.engine == "sqlite")

    def _send_rows(
        self,
        text_of: Callable[[int], str],
        rows: Sequence[Sequence[object]],
        *,
        alone: bool = False,
    ) -> None:
        """Send rows by the text for so many. SQLite runs the text for one again and again where
        there are many, for it would read the long text longer than it takes to write them."""
        if alone or (self.engine == "sqlite" and len(rows) > FEW_ROWS):
            self._wire.send_each(text_of(1), rows)
            return
        for start in range(0, len(rows), ROWS_MAX):
            chunk = rows[start : start + ROWS_MAX]
            values = [value for row in chunk for value in row]
            self._wire.send((text_of(len(chunk)), values), None)

    def send(self, statement: Statement[object], **parameters: object) -> None:
        """A change of as many rows as there are, none included."""
        self._wire.send(_call(statement, self.engine, parameters), None)

    def take(
        self,
        statement: Statement[object],
        *,
        refusal: Exception,
        rows: int = 1,
        **parameters: object,
    ) -> None:
        """Take, don't check: a conditional change of so many rows, or `refusal`.

        On PostgreSQL the refusal is raised when the change is sent, before the commit at the
        latest: nothing that was decided meanwhile survives it.
        """
        self._wire.send(_call(statement, self.engine, parameters), Expected(rows, refusal))

    def run(
        self,
        statement: Statement[object],
        *,
        expect: int | None = None,
        refusal: Exception | None = None,
        **parameters: object,
    ) -> int:
        """A change whose number of rows the command needs now."""
        count = self._wire.count(_call(statement, self.engine, parameters))
        if expect is not None and count != expect:
            raise refusal or RowsMissedError(f"{expect} rows were expected, {count} were touched")
        return count

    def flush(self) -> None:
        """Send what waits, and raise the refusal of the first change that missed its rows."""
        self._wire.flush()


def _call(statement: Statement[object], engine: Engine, parameters: Mapping[str, object]) -> Call:
    compiled = statement.on(engine)
    return compiled.sql, compiled.values(parameters)
