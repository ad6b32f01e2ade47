"""What a copy of SQLite is believed: its own check is wrong about some columns, and no more."""

import sqlite3
from pathlib import Path

from regulars.storage.backup.sqlite_copy import is_whole

# SQLite 3.40.0 to 3.41.0 call `amount` NULL in every row: it stands before a part of the key.
USES = """
    CREATE TABLE used (lot TEXT NOT NULL, amount INTEGER {rule}, kind TEXT NOT NULL,
                       PRIMARY KEY (lot, kind)) STRICT, WITHOUT ROWID
"""
ROWS = 150


def opened(path: Path, rule: str = "NOT NULL") -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(USES.format(rule=rule))
    connection.executemany(
        "INSERT INTO used VALUES (?, ?, 'spend')", [(f"lot {at}", at) for at in range(ROWS)]
    )
    return connection


def redeclared(connection: sqlite3.Connection, table: str, old: str, new: str) -> None:
    """Say something else of a table than what its rows keep, as a damaged page would."""
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = ?", (old, new, table)
    )
    connection.execute("PRAGMA writable_schema = RESET")


def test_a_sound_copy_is_whole_whatever_columns_stand_before_a_key(tmp_path: Path) -> None:
    assert is_whole(opened(tmp_path / "copy.db"))


def test_a_column_that_is_null_indeed_is_found(tmp_path: Path) -> None:
    connection = opened(tmp_path / "copy.db", "DEFAULT 1")
    connection.execute("INSERT INTO used VALUES ('lost', NULL, 'spend')")
    redeclared(connection, "used", "DEFAULT 1", "NOT NULL")
    assert not is_whole(connection)


def test_a_fault_behind_many_mistaken_messages_is_found(tmp_path: Path) -> None:
    connection = opened(tmp_path / "copy.db")
    connection.execute("CREATE TABLE until (price INTEGER CHECK (price > -9)) STRICT")
    connection.execute("INSERT INTO until VALUES (-5)")
    redeclared(connection, "until", "> -9", ">= 0")
    assert not is_whole(connection)
