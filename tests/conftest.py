"""What every test may ask for: an empty, migrated shop on either engine.

Storage is imported inside the fixtures, so that the tests of the domain run without a database.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests import postgres

if TYPE_CHECKING:
    from regulars.storage.engine import Database

SLOW_IS_NO_FAULT = [HealthCheck.too_slow]

settings.register_profile(
    "ci",
    derandomize=True,
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=SLOW_IS_NO_FAULT,
)
settings.register_profile(
    "thorough",
    max_examples=2_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=SLOW_IS_NO_FAULT,
)
settings.load_profile("thorough" if os.environ.get("REGULARS_THOROUGH") == "1" else "ci")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that is copied, never opened."""
    from regulars.storage.migrate import upgrade

    template = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    upgrade(f"sqlite:///{template}")
    return template


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[postgres.FreshDatabases]:
    """A PostgreSQL server of this test run, giving fresh databases."""
    from regulars.storage.migrate import upgrade

    with postgres.fresh_databases(lambda url: upgrade(url, app_role=postgres.APP)) as databases:
        yield databases


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty, migrated shop on SQLite."""
    for part in sqlite_template.parent.glob(f"{sqlite_template.name}*"):
        shutil.copyfile(part, tmp_path / part.name.replace("template", "shop"))
    return f"sqlite:///{tmp_path / 'shop.sqlite3'}"


@pytest.fixture
def postgresql_url(postgres_databases: postgres.FreshDatabases) -> Iterator[str]:
    """An empty, migrated shop on PostgreSQL, as the application's own role sees it."""
    fresh = postgres_databases.take()
    yield postgres_databases.cluster.url(postgres.APP, fresh.name)
    postgres_databases.give_back(fresh)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty, migrated shop: the test runs once on each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def open_another(database_url: str) -> Iterator[Callable[[], "Database"]]:
    """Open the same shop once more, as a second process on PostgreSQL would."""
    from regulars.storage.engine import open_database

    with ExitStack() as opened:

        def open_once_more() -> "Database":
            database = open_database(database_url)
            opened.callback(database.close)
            return database

        yield open_once_more


@pytest.fixture
def database(database_url: str) -> Iterator["Database"]:
    """An open, empty, migrated shop on each engine."""
    from regulars.storage.engine import open_database

    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def unmigrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, as the role that will own them sees it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.sqlite3'}"
    else:
        databases: postgres.FreshDatabases = request.getfixturevalue("postgres_databases")
        with databases.cluster.blank() as name:
            yield databases.cluster.url(postgres.OWNER, name)
