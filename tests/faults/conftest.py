"""A filled shop on either engine, for real server processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.scratch.opening import Filled, filled
from bench.scratch.servers import Place, Server, serving
from tests.faults.rules import rich_members_and_a_manager

MEMBERS = 240


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty, migrated database with a home."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    name = url.rpartition("/")[2]
    if request.param == "sqlite":
        return Place(engine="sqlite", home=tmp_path, name=name)
    cluster = request.getfixturevalue("postgres_databases").cluster
    return Place(engine="postgresql", home=tmp_path, name=name, cluster=cluster)


@pytest.fixture
def shop(place: Place) -> Filled:
    """The tea shop on it, with 240 members."""
    opened = filled(place, members=MEMBERS)
    rich_members_and_a_manager(place)
    return opened


@pytest.fixture
def server(place: Place, shop: Filled) -> Iterator[Server]:
    """`regulars serve` in front of it."""
    assert shop.queue.place is place
    with serving(place) as running:
        yield running
