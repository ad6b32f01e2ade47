"""Whoever asks what was written since hears of each kind, also of what is committed late."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Event
from time import monotonic, sleep
from uuid import UUID

import pytest

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.stores.actor import SYSTEM, Actor
from regulars.storage import audit, news
from regulars.storage.engine import Database, Write, open_database
from regulars.storage.facts import Fact, append
from regulars.storage.news import Happened, Place, Seen

NOW = instant_from_iso("2026-05-04T10:00:00+08:00")
STORE = UUID(int=7)
OF_STORE = Happened("order.settled", STORE)
ACT = Happened("staff.added", None)


def after(**duration: float) -> Instant:
    return Instant(NOW + timedelta(**duration))


@dataclass(frozen=True)
class Occasion:
    """When an act was done."""

    now: Instant
    new_id: Callable[[], UUID]
    actor: Actor = SYSTEM


def happened(tx: Write, number: int, kind: str = "order.settled", at: Instant = NOW) -> None:
    name = uuid7(at, number.to_bytes(10, "big"))
    append(tx, Fact(kind=kind, at=at, store_id=STORE), id=name)
    tx.flush()


def acted(tx: Write, number: int, at: Instant = NOW) -> None:
    occasion = Occasion(at, lambda: uuid7(at, number.to_bytes(10, "big")))
    audit.record(tx, occasion, action="staff.added")


def begun(database: Database, now: Instant = NOW) -> Seen:
    with database.read() as read:
        return news.begin(read, now=now)


def looked(database: Database, seen: Seen, now: Instant = NOW) -> tuple[set[Happened], Seen]:
    with database.read() as read:
        found = news.look(read, seen, now=now)
    assert not found.everything
    return set(found.happened), found.seen


def test_each_look_tells_what_was_written_since_the_last(database: Database) -> None:
    database.write(partial(happened, number=1)).result()
    database.write(partial(acted, number=1)).result()
    seen = begun(database)
    assert looked(database, seen)[0] == set()
    database.write(partial(happened, number=2)).result()
    found, seen = looked(database, seen)
    assert found == {OF_STORE}
    database.write(partial(acted, number=2)).result()
    found, seen = looked(database, seen)
    assert found == {ACT}
    database.write(partial(happened, number=3, kind="member.joined")).result()
    database.write(partial(happened, number=4, kind="member.joined")).result()
    database.write(partial(acted, number=3)).result()
    found, seen = looked(database, seen)
    assert found == {Happened("member.joined", STORE), ACT}
    assert looked(database, seen)[0] == set()


def test_what_was_refused_is_not_told(database: Database) -> None:
    seen = begun(database)

    def refused(tx: Write) -> None:
        happened(tx, 1)
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        database.write(refused).result()
    found, seen = looked(database, seen)
    assert found == set()
    database.write(partial(happened, number=2)).result()
    assert looked(database, seen)[0] == {OF_STORE}


def test_an_act_whose_command_waited_long_for_its_turn_is_told(database: Database) -> None:
    seen = begun(database)
    database.write(partial(acted, number=1, at=after(seconds=50))).result()
    found, seen = looked(database, seen, after(seconds=50))
    assert found == {ACT}
    # It read the clock 45 seconds before it came to be written.
    database.write(partial(acted, number=2, at=after(seconds=5))).result()
    found, seen = looked(database, seen, after(seconds=51))
    assert found == {ACT}
    # The place moves on, and what was told is not told again.
    for minutes in range(1, 8):
        found, seen = looked(database, seen, after(minutes=minutes))
        assert found == set()
    assert seen.place.at > after(minutes=4)
    database.write(partial(acted, number=3, at=after(minutes=7))).result()
    assert looked(database, seen, after(minutes=7))[0] == {ACT}


def test_facts_that_are_committed_after_later_ones_are_told(postgresql_url: str) -> None:
    database = open_database(postgresql_url, threads=4)
    begin, written, go_on = Event(), Event(), Event()

    def slow(tx: Write) -> None:
        begin.wait(10)
        happened(tx, 1, kind="member.joined")
        written.set()
        go_on.wait(10)

    try:
        late = database.write(slow)
        seen = begun(database)
        begin.set()
        assert written.wait(10)
        for number in range(2, 6):
            database.write(partial(happened, number=number)).result()
            found, seen = looked(database, seen)
            assert found == {OF_STORE}
        assert looked(database, seen)[0] == set()
        go_on.set()
        late.result()
        found, seen = looked(database, seen)
        assert found == {Happened("member.joined", STORE)}
        # Nothing is counted again once nobody can write into it any more.
        deadline = monotonic() + 10
        while seen.place.position < 5:
            assert monotonic() < deadline
            sleep(0.02)
            found, seen = looked(database, seen)
            assert found == set()
    finally:
        begin.set()
        go_on.set()
        database.close()


def test_what_was_begun_before_the_first_look_is_told(postgresql_url: str) -> None:
    database = open_database(postgresql_url, threads=4)
    written, go_on = Event(), Event()

    def slow(tx: Write) -> None:
        happened(tx, 1, kind="member.joined")
        written.set()
        go_on.wait(10)

    try:
        late = database.write(slow)
        assert written.wait(10)
        database.write(partial(happened, number=2)).result()
        seen = begun(database)
        go_on.set()
        late.result()
        assert looked(database, seen)[0] == {Happened("member.joined", STORE)}
    finally:
        go_on.set()
        database.close()


def test_too_much_to_tell_apart_is_one_word(database: Database) -> None:
    database.write(partial(happened, number=1)).result()
    seen = begun(database)
    elsewhere = Seen(
        place=Place(9, seen.place.at), horizon=9, horizon_tx=seen.horizon_tx, facts={}, acts={}
    )
    with database.read() as read:
        found = news.look(read, elsewhere, now=NOW)
    assert found.everything
    # From there it goes on as if it had begun there.
    database.write(partial(happened, number=2)).result()
    assert looked(database, found.seen)[0] == {OF_STORE}


def test_who_comes_back_soon_hears_what_she_missed(database: Database) -> None:
    place = begun(database).place
    database.write(partial(happened, number=1)).result()
    database.write(partial(acted, number=1)).result()

    def missed(where: Place, now: Instant) -> frozenset[Happened] | None:
        with database.read() as read:
            return news.since(read, where, now=now)

    assert missed(place, after(minutes=5)) == frozenset({OF_STORE, ACT})
    assert missed(Place(1, place.at), after(minutes=5)) == frozenset({ACT})
    assert missed(place, after(minutes=11)) is None
    assert missed(Place(2, place.at), NOW) is None
    assert missed(Place(0, after(minutes=1)), NOW) is None
    assert news.place_of(news.text_of(place)) == place


def test_what_happened_in_the_last_moments_is_told_to_who_comes_anew(database: Database) -> None:
    database.write(partial(happened, number=1)).result()
    database.write(partial(acted, number=1)).result()
    with database.read() as read:
        assert news.just_now(read, now=after(seconds=2)) == {OF_STORE, ACT}
        assert news.just_now(read, now=after(seconds=10)) == set()
