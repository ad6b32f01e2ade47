"""A disk that is full or broken: nothing is promised that is not kept, and it goes on afterwards."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.scratch.opening import Filled, filled
from bench.scratch.servers import Place, Server, serving
from regulars.storage.migrate import upgrade
from tests.faults.evidence import note
from tests.faults.harness import Guests, Reply, differences, done, doubled, lost, sold_in_spite
from tests.faults.rules import rich_members_and_a_manager
from tests.faults.small_disk import KIB, MAY_MOUNT, limit_files, small_disk
from tests.postgres import APP, OWNER, FreshDatabases

ROUNDS = 20 if os.environ.get("REGULARS_THOROUGH") == "1" else 2
SALES = 60
MEMBERS = 40
KINDS = ["sqlite: no write past a limit", "sqlite: full", "postgresql: full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A shop whose storage can be made to fail. `codes`: what its tills may hear then."""

    place: Place
    shop: Filled
    begin: Callable[[Server], None]
    end: Callable[[Server], None]
    codes: frozenset[str]


@pytest.fixture(params=KINDS if MAY_MOUNT else KINDS[:1])
def trouble(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Trouble]:
    """One kind of failing storage."""
    with ExitStack() as opened:
        match request.param:
            case "sqlite: full":
                yield opened.enter_context(_sqlite_full(tmp_path))
            case "postgresql: full":
                databases = request.getfixturevalue("postgres_databases")
                yield opened.enter_context(_postgresql_full(tmp_path, databases))
            case _:
                yield _sqlite_broken(tmp_path)


def _opened(place: Place) -> Filled:
    shop = filled(place, members=MEMBERS)
    rich_members_and_a_manager(place)
    return shop


def _sqlite_broken(tmp_path: Path) -> Trouble:
    place = Place(engine="sqlite", home=tmp_path, name="shop.sqlite3")
    upgrade(place.url)
    return Trouble(
        place=place,
        shop=_opened(place),
        begin=lambda server: limit_files(server.pids(), to_bytes=32 * KIB),
        end=lambda server: limit_files(server.pids()),
        codes=frozenset({"server.storage_unavailable"}),
    )


@contextmanager
def _sqlite_full(tmp_path: Path) -> Iterator[Trouble]:
    with small_disk(tmp_path / "disk", mib=24) as disk:
        place = Place(engine="sqlite", home=disk.folder, name="shop.sqlite3")
        upgrade(place.url)
        yield Trouble(
            place=place,
            shop=_opened(place),
            begin=lambda _: disk.fill(leaving_kib=128),
            end=lambda _: disk.free(),
            codes=frozenset({"server.storage_full"}),
        )


@contextmanager
def _postgresql_full(tmp_path: Path, databases: FreshDatabases) -> Iterator[Trouble]:
    cluster = databases.cluster
    with tempfile.TemporaryDirectory() as reached, small_disk(Path(reached), mib=96) as disk:
        shutil.chown(disk.folder, "postgres", "postgres")  # it never runs as root
        cluster.execute(f"CREATE TABLESPACE small LOCATION '{disk.folder}'")
        cluster.execute(f"CREATE DATABASE small OWNER {OWNER} TABLESPACE small")
        try:
            upgrade(cluster.url(OWNER, "small"), app_role=APP)
            place = Place(engine="postgresql", home=tmp_path, name="small", cluster=cluster)
            yield Trouble(
                place=place,
                shop=_opened(place),
                begin=lambda _: disk.fill(leaving_kib=0),
                end=lambda _: disk.free(),
                codes=frozenset({"server.storage_full"}),
            )
        finally:
            cluster.execute("DROP DATABASE small WITH (FORCE)")
            cluster.execute("DROP TABLESPACE small")


def test_storage_that_fails_promises_nothing_and_recovers(trouble: Trouble) -> None:
    place, shop = trouble.place, trouble.shop
    heard: Counter[str] = Counter()
    with serving(place) as server:
        guests = Guests(shop.till, server.port)
        for _ in range(ROUNDS):
            coming = shop.queue.next_sales(SALES)
            trouble.begin(server)
            guests.buy(coming)
            for intent in guests.intents:
                if intent.in_doubt and intent.reply is not None:
                    heard[str(intent.reply.code)] += 1
            promised = [intent for intent in guests.intents if intent.paid]
            assert lost(promised, done(place)) == []
            trouble.end(server)
            guests.settle_doubts()
    assert heard
    assert set(heard) <= trouble.codes
    assert {intent.reply.status for intent in guests.intents if intent.reply} == {201}
    found = done(place)
    assert lost(guests.intents, found) == []
    assert doubled(guests.intents, found) == []
    assert sold_in_spite(guests.intents, found) == []
    assert sum(found.values()) == len(guests.intents)
    assert differences(place) == 0
    note(
        "R3",
        engine=place.engine,
        codes=sorted(heard),
        refused=heard.total(),
        acknowledged=len(guests.intents),
        false_acknowledgements=0,
    )


@pytest.mark.parametrize("trouble", KINDS[:1], indirect=True)
def test_a_yes_before_the_disk_has_it_is_found(trouble: Trouble) -> None:
    with serving(trouble.place) as server:
        guests = Guests(trouble.shop.till, server.port)
        trouble.begin(server)
        guests.buy(trouble.shop.queue.next_sales(SALES))
        trouble.end(server)
    hasty = [intent for intent in guests.intents if intent.in_doubt]
    assert hasty
    for intent in hasty:
        intent.reply = Reply(201, b"")
    assert lost(guests.intents, done(trouble.place)) == [intent.name for intent in hasty]
