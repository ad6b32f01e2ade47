"""Many rows of a table changed at once, each to values of its own.

Fifty messages were handed over, each with its words and its price. PostgreSQL reads one statement:

    WITH each (id, text, cost_micro) AS (VALUES (…), (…), …)
    UPDATE message SET text = each.text, cost_micro = each.cost_micro
    FROM each WHERE message.id = each.id

SQLite runs the change of one row fifty times, which it does faster than it reads that text.
"""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Table

from regulars.storage.statement import DIALECTS, Binders, Engine, binder_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsUpdate:
    """One UPDATE of n rows, each named by the first of its columns."""

    sql: str
    binders: Binders


@cache
def rows_update(table: Table, columns: tuple[str, ...], count: int, engine: Engine) -> RowsUpdate:
    """The UPDATE of so many rows of a table: the first column names a row, the others are set.

    On SQLite always that of one row.
    """
    dialect = DIALECTS[engine]
    kinds = [table.columns[name].type for name in columns]
    quote = dialect.identifier_preparer.quote
    names, name = [quote(one) for one in columns], quote(table.name)
    # Names of our own tables and columns; every value is a parameter.
    if engine == "sqlite":
        changes = ", ".join(f"{one} = ?{at}" for at, one in enumerate(names[1:], 2))
        sql = f"UPDATE {name} SET {changes} WHERE {names[0]} = ?1"  # noqa: S608
    else:
        # Of a list of rows nothing else tells the server the types.
        types = [dialect.type_compiler_instance.process(kind) for kind in kinds]
        rows = (
            ", ".join(f"${at}::{kind}" for at, kind in enumerate(types, start * len(types) + 1))
            for start in range(count)
        )
        changes = ", ".join(f"{one} = each.{one}" for one in names[1:])
        sql = (
            f"WITH each ({', '.join(names)}) AS (VALUES ({'), ('.join(rows)}))"  # noqa: S608
            f" UPDATE {name} SET {changes} FROM each WHERE {name}.{names[0]} = each.{names[0]}"
        )
    binders = [(index, binder_of(kind, dialect)) for index, kind in enumerate(kinds)]
    return RowsUpdate(
        sql=sql, binders=tuple((index, bind) for index, bind in binders if bind is not None)
    )
