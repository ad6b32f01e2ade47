"""SQL composed once, compiled once per engine, run by the driver.

Core writes the SQL of both engines from one text; its own execution costs three times what the
server takes to find a member, so the driver's cursor runs what Core compiled (decision D3).

    MEMBER = Statement(select(member.c.id, member.c.state).where(member.c.id == bindparam("id")),
                       MemberRow)
    tx.one(MEMBER, id=member_id)        # → MemberRow | None
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import starmap
from typing import Generic, Literal, Protocol, cast

import orjson
from sqlalchemy import (
    BindParameter,
    Boolean,
    ClauseElement,
    ColumnElement,
    Dialect,
    Executable,
    Insert,
    Table,
    bindparam,
    func,
    insert,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import ReturnsRows
from sqlalchemy.types import TypeEngine, UserDefinedType
from typing_extensions import TypeVar

from regulars.storage.columns import Binder, Bytes, Id, Loader, Whole

Binders = tuple[tuple[int, Binder], ...]
Engine = Literal["sqlite", "postgresql"]
Raw = tuple[object, ...]
T = TypeVar("T")
R_co = TypeVar("R_co", covariant=True, default=object)


def _postgresql() -> Dialect:
    kind: Callable[..., Dialect] = psycopg.dialect
    return kind(paramstyle="numeric_dollar")


DIALECTS: dict[Engine, Dialect] = {
    "sqlite": pysqlite.dialect(paramstyle="qmark"),
    "postgresql": _postgresql(),
}

_VALUES, _CONFLICT, _PLACE = " VALUES ", " ON CONFLICT ", re.compile(r"\$(\d+)")
# Rows of one multi-row INSERT: beyond this the server's time per row no longer falls.
ROWS_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """The text of one statement for one engine, and how values go in and rows come out."""

    sql: str
    names: tuple[str, ...]
    given: frozenset[str]
    fixed: Mapping[str, object]
    binders: Binders
    loaders: tuple[tuple[int, Loader[object]], ...]
    width: int

    def values(self, parameters: Mapping[str, object]) -> list[object]:
        """The driver's values, in the driver's order."""
        if len(parameters) != len(self.given):
            raise self._unfit(parameters)
        known = {**self.fixed, **parameters} if self.fixed else parameters
        try:
            values = [known[name] for name in self.names]
        except KeyError:
            raise self._unfit(parameters) from None
        for index, bind in self.binders:
            values[index] = bind(values[index])
        return values

    def loaded(self, raws: Iterable[Raw]) -> list[Sequence[object]]:
        """The driver's rows with ids, instants and documents as Python has them."""
        loaded: list[Sequence[object]] = []
        for raw in raws:
            values = list(raw)
            for index, load in self.loaders:
                values[index] = load(values[index])
            loaded.append(values)
        return loaded

    def _unfit(self, parameters: Mapping[str, object]) -> TypeError:
        return TypeError(f"parameters {sorted(parameters)}, expected {sorted(self.given)}")


class Statement(Generic[R_co]):
    """One question or change, kept at module level."""

    __slots__ = ("_compiled", "core", "row")

    def __init__(self, core: Executable, row: Callable[..., R_co] | None = None) -> None:
        """`row` takes the columns in order; without it a single column is the answer itself."""
        self.core = core
        self.row = row
        self._compiled: dict[Engine, Compiled] = {}

    def on(self, engine: Engine) -> Compiled:
        """This statement as one engine reads it: compiled at first use, then kept."""
        compiled = self._compiled.get(engine)
        if compiled is None:
            compiled = self._compiled[engine] = compile_core(self.core, DIALECTS[engine])
            if self.row is None and compiled.width > 1:
                raise TypeError("a statement of several columns needs a row")
        return compiled

    def ask(self, **parameters: object) -> "Ask[R_co]":
        """This statement with its parameters, to be asked in a group."""
        return Ask(self, parameters)

    def rows(self, compiled: Compiled, raws: Iterable[Raw]) -> list[R_co]:
        """The driver's rows as this statement answers them."""
        loaded = compiled.loaded(raws) if compiled.loaders else raws
        if self.row is None:
            return [cast("R_co", row[0]) for row in loaded]
        return list(starmap(self.row, loaded))


@dataclass(frozen=True, slots=True)
class Ask(Generic[R_co]):
    """A statement with its parameters."""

    statement: Statement[R_co]
    parameters: Mapping[str, object]


def compile_core(core: Executable, dialect: Dialect) -> Compiled:
    """What Core makes of a statement for a dialect, without its execution machinery."""
    compiler = core.compile(dialect=dialect) if isinstance(core, ClauseElement) else None
    if not isinstance(compiler, SQLCompiler):
        raise TypeError("only statements of the data language are compiled")
    given = frozenset(name for name, bind in compiler.binds.items() if bind.required)
    state = compiler.construct_expanded_state(dict.fromkeys(given))
    names = tuple(state.positiontup or ())
    origin = {name: name for name in compiler.binds}
    for listed, parts in state.parameter_expansion.items():
        origin.update(dict.fromkeys(parts, listed))
    binders = {
        name: bind
        for name in set(names)
        if (bind := binder_of(compiler.binds[origin[name]].type, dialect)) is not None
    }
    fixed = {
        name: binders[name](state.parameters[name]) if name in binders else state.parameters[name]
        for name in set(names) - given
    }
    columns = list(core.exported_columns) if isinstance(core, ReturnsRows) else []
    loaders = [(i, _loader(column.type, dialect)) for i, column in enumerate(columns)]
    return Compiled(
        sql=state.statement,
        names=names,
        given=given,
        fixed=fixed,
        binders=tuple((i, binders[n]) for i, n in enumerate(names) if n in binders and n in given),
        loaders=tuple((i, load) for i, load in loaders if load is not None),
        width=len(columns),
    )


def binder_of(kind: TypeEngine[T], dialect: Dialect) -> Binder | None:
    """What turns a value of a type into the driver's, where it needs turning."""
    return cast("Binder | None", kind.dialect_impl(dialect).bind_processor(dialect))


def _loader(kind: TypeEngine[object], dialect: Dialect) -> Loader[object] | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


class Row(Protocol):
    """A NamedTuple whose fields are the columns of its table, in the table's order."""

    @property
    def _fields(self) -> tuple[str, ...]: ...
    def __iter__(self) -> Iterator[object]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsInsert:
    """One INSERT of n rows, all with the same columns."""

    sql: str
    columns: tuple[str, ...]
    binders: Binders

    def values(self, rows: Sequence[Mapping[str, object]]) -> list[object]:
        """The driver's values, row after row."""
        return [value for row in self.rows(rows) for value in row]

    def rows(self, rows: Sequence[Mapping[str, object]]) -> list[list[object]]:
        """The driver's values of each row."""
        found: list[list[object]] = []
        for row in rows:
            if len(row) != len(self.columns):
                raise TypeError("all rows of one insert have the same columns")
            ordered = [row[column] for column in self.columns]
            for index, bind in self.binders:
                ordered[index] = bind(ordered[index])
            found.append(ordered)
        return found

    def rows_of(self, rows: Sequence["Row"]) -> list[list[object]]:
        """The driver's values of each of some rows that hold every column, in this order."""
        if any(row._fields != self.columns for row in rows):
            raise TypeError("a row's fields are not the columns of its table")
        return bound(rows, self.binders)


def bound(rows: Iterable[Iterable[object]], binders: Binders) -> list[list[object]]:
    """Rows as the driver takes them."""
    found = []
    for row in rows:
        values = list(row)
        for index, bind in binders:
            values[index] = bind(values[index])
        found.append(values)
    return found


@cache
def rows_insert(
    into: Table, columns: frozenset[str], count: int, engine: Engine, *, skips: bool = False
) -> RowsInsert:
    """The INSERT of so many rows; `skips`: but for those that are there already.

    Core writes the text of one row, which is then said so many times: to write fifty would keep a
    till waiting for ten milliseconds, for each number of rows anew.
    """
    one = _row_insert(into, columns, engine, skips=skips)
    head, row, tail = _parted(one.sql)
    rows = row if count == 1 else ", ".join(_said_again(row, len(columns), count))
    return replace(one, sql=head + rows + tail)


@cache
def _row_insert(into: Table, columns: frozenset[str], engine: Engine, *, skips: bool) -> RowsInsert:
    dialect = DIALECTS[engine]
    ordered = tuple(column.name for column in into.columns if column.name in columns)
    if len(ordered) != len(columns):
        raise TypeError(f"{into.name} has no column {sorted(columns - set(ordered))}")
    kinds = {name: into.columns[name].type for name in ordered}
    row: dict[str, BindParameter[object]] = {
        name: bindparam(f"{name}__0", type_=kind) for name, kind in kinds.items()
    }
    adding: Insert = insert(into)
    if skips:
        adding = upsert(into).on_conflict_do_nothing()
    compiled = compile_core(adding.inline().values([row]), dialect)
    if compiled.names != tuple(row[name].key for name in ordered):
        raise TypeError(f"the columns of {into.name} are not in the table's order")
    binders = [(index, binder_of(kind, dialect)) for index, kind in enumerate(kinds.values())]
    return RowsInsert(
        sql=compiled.sql,
        columns=ordered,
        binders=tuple((index, bind) for index, bind in binders if bind is not None),
    )


def _parted(sql: str) -> tuple[str, str, str]:
    """The text of an INSERT of one row: what comes before its row, the row, what comes after it."""
    begins = sql.index(_VALUES) + len(_VALUES)
    ends = sql.find(_CONFLICT, begins)
    ends = len(sql) if ends < 0 else ends
    return sql[:begins], sql[begins:ends], sql[ends:]


def _said_again(row: str, width: int, count: int) -> Iterator[str]:
    """The text of a row for each of so many, its places numbered on where they have numbers."""
    parts = _PLACE.split(row)
    for start in range(0, width * count, width):
        numbered = (f"${int(one) + start}" if i % 2 else one for i, one in enumerate(parts))
        yield "".join(numbered)


class Listed(UserDefinedType[object]):
    """Any number of values of one type as one parameter: a JSON list, or an array's text."""

    cache_ok = True

    def __init__(self, item: TypeEngine[T]) -> None:
        self.item = item

    def bind_processor(self, dialect: Dialect) -> Binder | None:
        """One text for any number of values, so that one prepared statement serves them all."""
        bind = binder_of(self.item, dialect)
        sqlite = dialect.name == "sqlite"

        def text_of(value: object) -> object:
            if not isinstance(value, Iterable):
                raise TypeError("one_of takes a list of values")
            items = list(value) if bind is None else [bind(item) for item in value]
            return _json_list(items) if sqlite else _array_text(items)

        return text_of


def _json_list(items: Sequence[object]) -> str:
    return orjson.dumps([i.hex() if isinstance(i, bytes) else i for i in items]).decode()


def _array_text(items: Sequence[object]) -> str:
    return "{" + ",".join([_array_item(item) for item in items]) + "}"


def _array_item(item: object) -> str:
    if isinstance(item, str):
        return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(item, bytes):
        return f'"\\\\x{item.hex()}"'
    return str(item)


class OneOf(FunctionElement[bool]):
    """Whether a column holds one of the values of a list parameter."""

    name = "one_of"
    inherit_cache = True
    type = Boolean()

    def self_group(self, against: object = None) -> "OneOf":
        """Left as it is: SQLite would compare it with 1, and then use no index."""
        return self


@compiles(OneOf, "postgresql")
def _any_of(element: OneOf, compiler: SQLCompiler, **_options: object) -> str:
    column, values = element.clauses
    kind = compiler.dialect.type_compiler_instance.process(cast("Listed", values.type).item)
    return f"{compiler.process(column)} = ANY (CAST({compiler.process(values)} AS {kind}[]))"


@compiles(OneOf, "sqlite")
def _in_json(element: OneOf, compiler: SQLCompiler, **_options: object) -> str:
    column, values = element.clauses
    # JSON has no bytes: every SQLite connection of ours turns the letters back (`bytes_of_hex`).
    value = (
        "bytes_of_hex(value)"
        if isinstance(cast("Listed", values.type).item, Id | Bytes)
        else "value"
    )
    listed = f"SELECT {value} FROM json_each({compiler.process(values)})"  # noqa: S608
    return f"{compiler.process(column)} IN ({listed})"


def one_of(column: ColumnElement[T], name: str, kind: TypeEngine[T]) -> ColumnElement[bool]:
    """Whether the column holds one of the values of the list parameter `name`.

    One SQL text for any number of values, none included:
    `= ANY($1)` on PostgreSQL, `IN (SELECT value FROM json_each(?))` on SQLite.
    """
    return OneOf(column, bindparam(name, type_=Listed(kind), required=True))


def total_of(column: ColumnElement[int]) -> ColumnElement[int]:
    """The sum of whole numbers, 0 when there is none. PostgreSQL's own sum is a numeric."""
    return sql_cast(func.coalesce(func.sum(column), 0), Whole())
