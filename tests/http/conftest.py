"""The web edge of the small tea shop, on each engine or, where that proves as much, on one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from regulars.storage.engine import Database, open_database
from tests.http.web import Web, open_web


@pytest.fixture
def web(database: Database, tmp_path: Path) -> Iterator[Web]:
    """A fresh web edge on each engine."""
    with open_web(database, tmp_path) as opened:
        yield opened


@pytest.fixture
def till(sqlite_url: str, tmp_path: Path) -> Iterator[Web]:
    """A fresh web edge on SQLite, for what never reaches the database."""
    database = open_database(sqlite_url)
    try:
        with open_web(database, tmp_path) as opened:
            yield opened
    finally:
        database.close()
