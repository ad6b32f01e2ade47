"""SQLite: a copy of one snapshot, page by page, while the server goes on writing.

A read transaction holds the snapshot, so that the copy never begins again however much is sold
meanwhile; it goes in small steps and lets the disk breathe between them.
"""

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import sleep

from regulars.storage.sqlite import SqliteWire, connect
from regulars.storage.transaction import Read

# One mebibyte a step: a few milliseconds of disk, then the tills' turn.
STEP_PAGES = 256
STEP_PAUSE_SECONDS = 0.001
READ_BYTES = 1 << 20
FOLDER_PREFIX = ".regulars-"
# SQLite 3.40.0 to 3.41.0 call a column NULL that they did not read yet: one declared before a part
# of the key of a table without rowid, in every row. The row itself is asked then, and none of the
# messages is left out, lest a hundred of these hide a true one.
_DOUBTFUL = re.compile(r"NULL value in (\w+)\.(\w+)")
_MESSAGES_MAX = (1 << 31) - 1


@contextmanager
def private_folder(beside: Path) -> Iterator[Path]:
    """A folder that nobody else may enter, on the same disk, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX, dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def snapshot(path: Path) -> Iterator[tuple[Read, sqlite3.Connection]]:
    """One snapshot of a file that is in use, to be read and copied."""
    with closing(connect(path, "ro")) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        try:
            yield Read(SqliteWire(connection)), connection
        finally:
            connection.execute("COMMIT")


def content(connection: sqlite3.Connection, folder: Path) -> Iterator[bytes]:
    """The bytes of a copy of the snapshot. The copy lies in `folder`, without a name soon."""
    copy = folder / "copy.sqlite3"
    with closing(sqlite3.connect(copy, isolation_level=None)) as target:
        connection.backup(target, pages=STEP_PAGES, progress=_pause)
    with copy.open("rb") as file:
        copy.unlink()
        while part := file.read(READ_BYTES):
            yield part


def is_whole(connection: sqlite3.Connection) -> bool:
    """Whether every page and row of a file is what its tables say."""
    doubtful: set[tuple[str, str]] = set()
    try:
        for (message,) in connection.execute(f"PRAGMA quick_check({_MESSAGES_MAX})"):
            found = _DOUBTFUL.fullmatch(message)
            if found is not None:
                doubtful.add((found[1], found[2]))
            elif message != "ok":
                return False
    except sqlite3.DatabaseError:
        return False
    return not any(_has_null(connection, table, column) for table, column in doubtful)


def _has_null(connection: sqlite3.Connection, table: str, column: str) -> bool:
    # "IS NULL" would be answered from the declaration, without a look at the rows.
    asked = f'SELECT 1 FROM "{table}" WHERE typeof("{column}") = \'null\' LIMIT 1'  # noqa: S608
    return connection.execute(asked).fetchone() is not None


def _pause(_status: int, _remaining: int, _total: int) -> None:
    sleep(STEP_PAUSE_SECONDS)
