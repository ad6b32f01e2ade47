"""PostgreSQL: every table by COPY, in one snapshot, into a database that migrations just made.

Nothing but the driver is needed, on either side. The ledger's own notes of transaction numbers are
not copied: numbers of another server would tell readers of facts to wait for ever.

    frames: T {"table": …, "columns": […]} · R rows · R rows · T … · E
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import orjson
import psycopg
from psycopg import sql
from sqlalchemy import Table

from regulars.storage.backup.sealed_file import BACKUP_BROKEN
from regulars.storage.columns import metadata
from regulars.storage.postgres import BEGIN_SNAPSHOT, PostgresWire
from regulars.storage.schema import import_tables
from regulars.storage.session import Session
from regulars.storage.transaction import Read

TABLE, ROWS, END = b"T", b"R", b"E"
FRAME_BYTES_MAX = 1 << 28
SEALED = "tx"
_FRAME = struct.Struct(">cI")

_COLUMNS = """
    SELECT column_name::text FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s AND column_name <> %s
    ORDER BY ordinal_position
"""
_HAS_TX = """
    SELECT data_type = 'xid8' FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s AND column_name = %s
"""
_SERIAL = "SELECT pg_get_serial_sequence(%s, %s)"
_THERE = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"
TABLES_THERE = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


@contextmanager
def snapshot(url: str) -> Iterator[tuple[Read, Session]]:
    """One snapshot, to be read and copied."""
    session = Session(url)
    wire = PostgresWire(session, begin=BEGIN_SNAPSHOT)
    try:
        wire.fetch(("SELECT 1", ()))
        yield Read(wire), session
    finally:
        wire.roll_back()
        session.close()


def content(session: Session) -> Iterator[bytes]:
    """Every table of the snapshot, as frames."""
    connection = session.connection
    for table in _tables():
        with connection.cursor() as cursor:
            columns = [row[0] for row in cursor.execute(_COLUMNS, (table.name, SEALED))]
            told = orjson.dumps({"table": table.name, "columns": columns})
            yield _FRAME.pack(TABLE, len(told)) + told
            query = sql.SQL("COPY {} ({}) TO STDOUT").format(
                sql.Identifier(table.name), _names(columns)
            )
            with cursor.copy(query) as copied:
                for rows in copied:
                    yield _FRAME.pack(ROWS, len(rows)) + bytes(rows)
    yield _FRAME.pack(END, 0)


def fill(url: str, frames: Iterable[bytes]) -> None:
    """Put the frames into a database that has the same tables, all at once or not at all.

    The rules of the tables rest meanwhile: the rows kept them when they were written, and `verify`
    reads them again. An older backup lacks the tables of later migrations. Refuses: backup.broken.
    """
    with psycopg.connect(url) as connection:
        known = {str(name) for (name,) in connection.execute(_THERE)}
        tables = [table for table in _tables() if table.name in known]
        for table in tables:
            _alter(connection, table.name, "DISABLE TRIGGER USER")
        connection.execute(
            sql.SQL("TRUNCATE {}").format(
                sql.SQL(", ").join([sql.Identifier(table.name) for table in tables])
            )
        )
        stamped = [table.name for table in tables if _has_transaction_number(connection, table)]
        for name in stamped:
            _alter(connection, name, f"ALTER {SEALED} SET DEFAULT pg_current_xact_id()")
        _fill_tables(connection, _parsed(frames), {table.name for table in tables})
        # What is checked at the end is checked now: a table with checks waiting cannot be altered.
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in stamped:
            _alter(connection, name, f"ALTER {SEALED} DROP DEFAULT")
        for table in tables:
            _count_on(connection, table)
            _alter(connection, table.name, "ENABLE TRIGGER USER")


def _tables() -> Sequence[Table]:
    import_tables()
    return metadata.sorted_tables


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join([sql.Identifier(column) for column in columns])


def _alter(connection: psycopg.Connection[tuple[object, ...]], table: str, change: str) -> None:
    statement = b"ALTER TABLE " + sql.Identifier(table).as_bytes(connection)
    connection.execute(statement + b" " + change.encode())


def _has_transaction_number(
    connection: psycopg.Connection[tuple[object, ...]], table: Table
) -> bool:
    return connection.execute(_HAS_TX, (table.name, SEALED)).fetchone() == (True,)


def _fill_tables(
    connection: psycopg.Connection[tuple[object, ...]],
    frames: Iterator[tuple[bytes, bytes]],
    known: set[str],
) -> None:
    kind, part = next(frames, (END, b""))
    while kind == TABLE:
        told = orjson.loads(part)
        if told["table"] not in known:
            raise BACKUP_BROKEN.because()
        query = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(told["table"]), _names(told["columns"])
        )
        with connection.cursor() as cursor, cursor.copy(query) as copied:
            kind, part = next(frames)
            while kind == ROWS:
                copied.write(part)
                kind, part = next(frames)


def _count_on(connection: psycopg.Connection[tuple[object, ...]], table: Table) -> None:
    """Let a counter go on after the highest number that was filled in."""
    column = table.autoincrement_column
    if column is None:
        return
    found = connection.execute(_SERIAL, (table.name, column.name)).fetchone()
    if found is None or found[0] is None:
        return
    highest = sql.SQL("SELECT setval(%s, coalesce(max({}), 0) + 1, false) FROM {}").format(
        sql.Identifier(column.name), sql.Identifier(table.name)
    )
    connection.execute(highest, (found[0],))


def _parsed(frames: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The frames of a stream that was cut anywhere. Refuses: backup.broken."""
    waiting = bytearray()
    for part in frames:
        waiting += part
        while len(waiting) >= _FRAME.size:
            kind, length = _FRAME.unpack_from(waiting)
            if kind not in (TABLE, ROWS, END) or length > FRAME_BYTES_MAX:
                raise BACKUP_BROKEN.because()
            end = _FRAME.size + length
            if len(waiting) < end:
                break
            yield kind, bytes(waiting[_FRAME.size : end])
            del waiting[:end]
    if waiting:
        raise BACKUP_BROKEN.because()
