"""SQLite: a copy of one snapshot, page by page, while the server goes on writing.

A read transaction holds the snapshot, so that the copy never begins again however much is sold
meanwhile; it goes in small steps and lets the disk breathe between them.
"""

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


def _pause(_status: int, _remaining: int, _total: int) -> None:
    sleep(STEP_PAUSE_SECONDS)
