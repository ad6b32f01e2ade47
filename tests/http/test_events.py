"""Live updates: who hears that something changed, of what, and for how long."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission, Role
from regulars.http.listeners import LISTENERS_MAX, PER_PERSON_MAX, PER_SESSION_MAX, Pace
from regulars.storage import audit, staff
from regulars.storage.engine import Database, Read, Statement, open_database
from regulars.storage.tables import stores as tables
from regulars.storage.troubles import STORAGE_UNAVAILABLE
from tests.http.hearing import EVENTS, FAST, Ear, hearing, listening
from tests.http.web import A1, A2, B1, TERMINALS, Client, Web, open_web
from tests.shops import named
from tests.watching import Ahead

SEEN_AT = Statement[Instant](select(tables.session.c.seen_at))


def owner(web: Web) -> Client:
    return web.browser(web.hire(Role.OWNER))


def sell(web: Web, letter: str = "1") -> None:
    """A cup of tea in a store: S1, S2 or S3."""
    there = web.shop.at(named(f"store:S{letter}"), f"terminal:S{letter}:A")
    there.run(there.sale([there.line("milk_tea")], cash=1_800))


@dataclass(frozen=True)
class Occasion:
    """When something is noted, and who did it."""

    now: Instant
    actor: Actor
    new_id: Callable[[], UUID]


def note(web: Web, action: str) -> None:
    """An act in the audit, of no store."""
    occasion = Occasion(web.shop.now, web.shop.actor, web.shop.new_id)
    web.write(lambda tx: audit.record(tx, occasion, action=action))


def later(web: Web, **duration: float) -> None:
    """What was done before is long ago."""
    web.shop.pass_time(**{"minutes": 5, **duration})


def test_who_is_not_signed_in_hears_nothing(web: Web) -> None:
    answer = web.client({"Sec-Fetch-Site": "same-origin"}).get(EVENTS)
    assert (answer.status, answer.code) == (401, "session.missing")


def test_a_place_that_is_none_of_ours_is_refused(till: Web) -> None:
    client = owner(till)
    for answer in (client.get(f"{EVENTS}?after=soon"), client.get(EVENTS, last_event_id="1.2.3")):
        assert (answer.status, answer.code) == (422, "request.invalid")


def test_a_sale_and_a_new_member_are_heard_as_topics_with_their_store(web: Web) -> None:
    hearing(web)
    client = owner(web)
    later(web)

    async def hear() -> None:
        async with listening(web, client) as ear:
            assert ear.headers["content-type"].startswith("text/event-stream")
            assert ear.headers["cache-control"] == "no-store, no-transform"
            assert ear.headers["x-accel-buffering"] == "no"
            assert "content-length" not in ear.headers
            assert ear.text.startswith("retry: 3000\n")
            sell(web)
            heard = await ear.next()
            assert heard.name == "changed"
            assert ("orders", str(A1)) in heard.topics
            member = web.shop.join("13800138000")
            heard = await ear.next()
            assert {("members", str(A1)), ("newcomers", str(A1))} <= heard.topics
            assert str(member) not in ear.text
            note(web, "campaign.submitted")
            heard = await ear.next()
            assert heard.topics == {("approvals", None), ("campaigns", None)}

    asyncio.run(hear())


def test_what_was_done_a_moment_before_somebody_listens_is_heard(web: Web) -> None:
    hearing(web)
    client = owner(web)
    later(web)
    sell(web)

    async def hear() -> None:
        async with listening(web, client) as ear:
            assert ("orders", str(A1)) in (await ear.next()).topics

    asyncio.run(hear())


def test_somebody_hears_of_her_areas_at_her_stores_alone(web: Web) -> None:
    hearing(web)
    cashier = web.browser(web.hire(Role.CASHIER, Level.STORE, A2))
    key = web.machine(frozenset({Permission.STORE_READ}))
    pin = web.browser(web.hire(Role.OWNER), method="pin", till=TERMINALS[A2])
    later(web)

    async def hear() -> None:
        async with (
            listening(web, cashier) as at_a2,
            listening(web, key) as machine,
            listening(web, pin) as by_pin,
        ):
            sell(web, "1")
            sell(web, "3")
            note(web, "staff.added")
            note(web, "verify.asked")
            await at_a2.beaten(2)
            assert at_a2.events[at_a2.taken :] == by_pin.events[by_pin.taken :] == []
            sell(web, "2")
            note(web, "store.changed")
            seen = {("orders", str(A2)), ("stores", None)}
            for ear in (at_a2, by_pin):
                topics = (await ear.next()).topics
                while not seen <= topics:
                    topics |= (await ear.next()).topics
                assert {place for _, place in topics} <= {str(A2), None}
                assert not {topic for topic, _ in topics} & {"staff", "proof"}
            assert (await machine.next()).topics == {("stores", None)}

    asyncio.run(hear())


def test_it_beats_and_a_page_that_is_only_open_keeps_no_log_in_alive(web: Web) -> None:
    listeners = hearing(web)
    client = owner(web)
    later(web, hours=1)
    before = seen_at(web)

    async def hear() -> None:
        async with listening(web, client) as ear:
            # She came an hour after she was last seen: that was something she did.
            came = await changed(web, before)
            web.shop.pass_time(hours=3)
            await ear.beaten(3)
            assert seen_at(web) == came
            web.shop.pass_time(hours=2)
            ended = await ear.next()
            assert (ended.name, ended.value) == ("ended", {"code": "session.missing"})
            await ear.over()
            assert len(listeners) == 0

    asyncio.run(hear())


def seen_at(web: Web) -> set[Instant]:
    """When those who signed in were last seen."""
    with web.shop.database.read() as read:
        return set(read.all(SEEN_AT))


async def changed(web: Web, before: set[Instant]) -> set[Instant]:
    """The same, once it is written."""
    async with asyncio.timeout(20):
        while seen_at(web) == before:
            await asyncio.sleep(0.01)
    return seen_at(web)


def test_who_is_signed_out_or_dismissed_hears_no_more_after_the_next_beat(web: Web) -> None:
    listeners = hearing(web)
    leaving, dismissed = web.hire(Role.OWNER), web.hire(Role.OWNER)
    first, second = web.browser(leaving), web.browser(dismissed)
    later(web)

    async def hear() -> None:
        async with listening(web, first) as one, listening(web, second) as other:
            web.write(lambda tx: tx.run(staff.END_SESSIONS_OF, staff=leaving, at=web.shop.now))
            assert (await one.next()).name == "ended"
            await one.over()
            await other.beaten()
            dismiss = tables.staff.update().where(tables.staff.c.id == dismissed)
            web.write(lambda tx: tx.run(Statement[object](dismiss.values(state="left"))))
            assert (await other.next()).name == "ended"
            await other.over()
            sell(web)
        assert [event.name for event in one.events] == ["listening", "ended"]
        assert len(listeners) == 0

    asyncio.run(hear())


def test_who_loses_a_right_hears_no_more_of_it(web: Web) -> None:
    hearing(web)
    person = web.hire(Role.STORE_MANAGER, Level.STORE, A1)
    client = web.browser(person)
    later(web)

    async def hear() -> None:
        async with listening(web, client) as ear:
            role = tables.staff_role
            moved = role.update().where(role.c.staff_id == person).values(place_id=A2)
            web.write(lambda tx: tx.run(Statement[object](moved)))
            await ear.beaten(2)
            sell(web, "1")
            sell(web, "2")
            topics = (await ear.next()).topics
            assert {place for _, place in topics} == {str(A2)}

    asyncio.run(hear())


@pytest.mark.parametrize("as_header", [True, False])
def test_who_comes_back_hears_what_she_missed(web: Web, as_header: bool) -> None:
    hearing(web)
    client = owner(web)
    later(web)

    async def hear() -> None:
        async with listening(web, client) as ear:
            place = ear.events[0].id
        web.shop.pass_time(seconds=30)
        sell(web, "3")
        web.shop.pass_time(seconds=30)
        path = EVENTS if as_header else f"{EVENTS}?after={place}"
        headers = {"Last-Event-ID": place} if as_header else {}
        async with listening(web, client, path, headers) as ear:
            assert ("orders", str(B1)) in (await ear.next()).topics
        # After a long while it is simpler to look at everything anew.
        web.shop.pass_time(minutes=15)
        async with listening(web, client, path, headers) as ear:
            assert (await ear.next()).name == "look_again"
        async with listening(web, client, EVENTS, {"Last-Event-ID": "999999.1790000000000"}) as ear:
            assert (await ear.next()).name == "look_again"

    asyncio.run(hear())


def test_a_slow_reader_gets_one_event_for_all_that_waited(web: Web) -> None:
    hearing(web, replace(FAST, sent_within_seconds=20))
    client = owner(web)
    later(web)

    async def hear() -> None:
        async with listening(web, client) as slow, listening(web, client) as quick:
            slow.takes.clear()
            note(web, "terms.set")
            assert ("settings", None) in (await quick.next()).topics
            for action in ("offer.saved", "staff.added", "store.changed", "offer.saved"):
                note(web, action)
                await quick.next()
            slow.takes.set()
            topics = (await slow.next()).topics
            if ("offers", None) not in topics:
                # The first was on its way already; all others came together.
                topics = (await slow.next()).topics
            assert {("offers", None), ("staff", None), ("stores", None)} <= topics
            assert slow.events[slow.taken :] == []

    asyncio.run(hear())


def test_who_takes_nothing_is_let_go(web: Web) -> None:
    listeners = hearing(web)
    client = owner(web)
    later(web)

    async def hear() -> None:
        async with listening(web, client) as ear:
            ear.takes.clear()
            async with asyncio.timeout(20):
                while len(listeners):
                    await asyncio.sleep(0.01)

    asyncio.run(hear())


def test_too_many_pages_are_refused_and_told_when_to_try_again(till: Web) -> None:
    listeners = hearing(till)
    person = till.hire(Role.OWNER)
    browsers = [till.browser(person) for _ in range(3)]

    async def hear() -> None:
        async with AsyncExitStack() as open_pages:

            async def page(client: Client) -> Ear:
                return await open_pages.enter_async_context(listening(till, client))

            for _ in range(PER_SESSION_MAX):
                assert (await page(browsers[0])).status == 200
            refused = await page(browsers[0])
            assert (refused.status, refused.headers["retry-after"]) == (429, "30")
            assert json.loads(refused.text)["code"] == "events.too_many"
            for _ in range(PER_PERSON_MAX - PER_SESSION_MAX):
                assert (await page(browsers[1])).status == 200
            assert json.loads((await page(browsers[2])).text)["code"] == "events.too_many"
            others = [till.browser(till.hire(Role.CASHIER)) for _ in range(LISTENERS_MAX)]
            for client in others[: LISTENERS_MAX - PER_PERSON_MAX]:
                assert (await page(client)).status == 200
            full = await page(others[-1])
            assert (full.status, json.loads(full.text)["code"]) == (503, "events.full")
        assert len(listeners) == 0
        async with listening(till, browsers[0]) as ear:
            assert ear.status == 200

    asyncio.run(hear())


@dataclass(eq=False)
class Failing(Ahead):
    """A database that is read only while nothing is wrong with it."""

    wrong: Exception | None = None

    @contextmanager
    def read(self) -> Iterator[Read]:
        """A snapshot, or what is wrong."""
        if self.wrong is not None:
            raise self.wrong
        with super().read() as read:
            yield read


@contextmanager
def watched(database: Database, home: Path) -> Iterator[tuple[Web, Failing]]:
    """A web edge whose reads are counted, and may fail."""
    looked_at = Failing(database)
    with open_web(database, home, adapted=lambda edge: replace(edge, database=looked_at)) as opened:
        yield opened, looked_at


def test_one_look_serves_all_and_none_is_made_for_nobody(
    database: Database, tmp_path: Path
) -> None:
    with watched(database, tmp_path) as (web, looked_at):
        listeners = hearing(web, replace(FAST, beat_seconds=60))
        clients = [owner(web) for _ in range(5)]
        later(web)

        async def hear() -> None:
            async with AsyncExitStack() as open_pages:
                for client in clients:
                    await open_pages.enter_async_context(listening(web, client))
                looked_at.watched_reads.clear()
                await asyncio.sleep(0.5)
                looks = list(looked_at.watched_reads)
                # At a look each 20 ms: were it one for each of them it would be five times as many.
                assert 3 <= len(looks) <= 26
                # While others write on the same server a look may have to ask a little more.
                assert min(look.statements for look in looks) == 2
                assert min(look.round_trips for look in looks) <= 1
            async with asyncio.timeout(20):
                while listeners.is_watching:
                    await asyncio.sleep(0.01)
            looked_at.watched_reads.clear()
            await asyncio.sleep(0.2)
            assert looked_at.watched_reads == []

        asyncio.run(hear())


def test_what_another_server_writes_is_heard_here(postgresql_url: str, tmp_path: Path) -> None:
    here, there = open_database(postgresql_url), open_database(postgresql_url)
    try:
        with watched(there, tmp_path) as (web, looked_at):
            # The shop writes by its own connections; whoever listens is at the other server.
            looked_at.database = here
            hearing(web)
            client = owner(web)
            later(web)

            async def hear() -> None:
                async with listening(web, client) as ear:
                    await asyncio.to_thread(sell, web)
                    assert ("orders", str(A1)) in (await ear.next()).topics

            asyncio.run(hear())
    finally:
        here.close()
        there.close()


def test_while_the_database_is_away_it_waits_and_then_tells_what_happened(
    database: Database, tmp_path: Path
) -> None:
    with watched(database, tmp_path) as (web, looked_at):
        hearing(web)
        client = owner(web)
        later(web)

        async def hear() -> None:
            async with listening(web, client) as ear:
                looked_at.wrong = STORAGE_UNAVAILABLE.because()
                sell(web)
                await ear.beaten(2)
                assert ear.events[ear.taken :] == []
                looked_at.wrong = None
                assert ("orders", str(A1)) in (await ear.next()).topics

        asyncio.run(hear())


def test_a_fault_of_ours_ends_the_streams_and_is_in_the_log(
    database: Database, tmp_path: Path
) -> None:
    with watched(database, tmp_path) as (web, looked_at):
        listeners = hearing(web, replace(FAST, beat_seconds=60))
        client = owner(web)
        later(web)

        async def hear() -> None:
            async with listening(web, client) as ear:
                looked_at.wrong = ZeroDivisionError()
                await ear.over()
            looked_at.wrong = None
            assert {"event": "events_failed", "level": "error", "kind": "ZeroDivisionError"} in (
                web.log.lines
            )
            async with listening(web, client) as ear:
                sell(web)
                assert ("orders", str(A1)) in (await ear.next()).topics
            assert len(listeners) == 0

        asyncio.run(hear())


def test_when_the_server_stops_every_stream_ends_at_once_and_nobody_joins(web: Web) -> None:
    listeners = hearing(web, Pace())
    client = owner(web)
    later(web)

    async def hear() -> None:
        async with listening(web, client) as one, listening(web, client) as other:
            listeners.close()
            await one.over()
            await other.over()
            assert not listeners.is_watching
            async with listening(web, client) as late:
                assert (late.status, json.loads(late.text)["code"]) == (503, "events.full")

    asyncio.run(hear())


def test_the_log_has_one_line_for_a_stream_when_it_is_over(web: Web) -> None:
    hearing(web)
    client = owner(web)
    later(web)

    async def hear() -> None:
        async with listening(web, client) as ear:
            await ear.beaten()

    asyncio.run(hear())
    lines = [line for line in web.log.lines if line.get("route") == EVENTS]
    assert [line["status"] for line in lines] == [200]
