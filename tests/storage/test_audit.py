"""The audit trail page by page: narrowed, without ever looking through years for one page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.stores.actor import SYSTEM, Actor, ActorKind
from regulars.domain.stores.scope import EVERYWHERE, Scope
from regulars.storage import audit
from regulars.storage.audit import Wanted
from regulars.storage.engine import Database, Write
from tests.shops import ShopUnderTest, named, open_shop

MINLI = replace(SYSTEM, kind=ActorKind.STAFF, id=named("staff:minli"))


@dataclass(frozen=True)
class Moment:
    """When somebody does something, as a command knows it."""

    now: Instant
    actor: Actor
    new_id: Callable[[], UUID]


def did(
    shop: ShopUnderTest, action: str, *, actor: Actor = SYSTEM, store_id: UUID | None = None
) -> None:
    """Somebody does something; then a minute passes."""
    moment = Moment(shop.now, actor, shop.new_id)

    def work(tx: Write) -> None:
        audit.record(tx, moment, action=action, store_id=store_id)

    shop.database.write(work).result()
    shop.pass_time(minutes=1)


def told(shop: ShopUnderTest, wanted: Wanted, *, scope: Scope = EVERYWHERE) -> list[str]:
    with shop.database.read() as read:
        return [row.action for row in audit.page(read, scope, wanted).rows]


def test_acts_are_found_by_who_did_them_and_by_what_was_done(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    did(shop, "staff.added")
    did(shop, "staff_task.done", actor=MINLI)
    did(shop, "staff.roles_set", actor=MINLI)
    assert told(shop, Wanted(actor=MINLI.name)) == ["staff.roles_set", "staff_task.done"]
    assert told(shop, Wanted(action="staff")) == ["staff.roles_set", "staff.added"]
    assert told(shop, Wanted(action="staff_task")) == ["staff_task.done"]
    assert told(shop, Wanted(action="staff.added")) == ["staff.added"]
    assert told(shop, Wanted(actor=MINLI.name, action="staff")) == ["staff.roles_set"]
    assert told(shop, Wanted(action="staff.add")) == []


def test_an_underscore_is_a_letter_and_no_sign_for_any(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path)
    did(shop, "top_up.refunded")
    did(shop, "topsup.refunded")
    assert told(shop, Wanted(action="top_up")) == ["top_up.refunded"]


def test_acts_are_found_from_one_moment_until_before_another(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    begin = shop.now
    for action in ("region.added", "store.added", "terminal.added"):
        did(shop, action)
    second, third = (Instant(begin + timedelta(minutes=minutes)) for minutes in (1, 2))
    assert told(shop, Wanted(since=second)) == ["terminal.added", "store.added"]
    assert told(shop, Wanted(until=second)) == ["region.added"]
    assert told(shop, Wanted(since=second, until=third)) == ["store.added"]
    assert told(shop, Wanted(since=third, until=second)) == []


def test_a_store_is_looked_at_by_whoever_may_see_it(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path)
    did(shop, "order.discounted", store_id=shop.store_id)
    did(shop, "top_up.refunded", store_id=shop.other_store_id)
    did(shop, "terms.set")
    own = Scope(frozenset({shop.store_id}))
    here, there = Wanted(store_id=shop.store_id), Wanted(store_id=shop.other_store_id)
    assert told(shop, here) == ["order.discounted"]
    assert told(shop, there) == ["top_up.refunded"]
    assert told(shop, Wanted(), scope=own) == ["order.discounted"]
    assert told(shop, here, scope=own) == ["order.discounted"]
    assert told(shop, there, scope=own) == []


def test_a_short_page_says_where_the_search_goes_on(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path)
    did(shop, "staff.added")
    for _ in range(3):
        did(shop, "session.opened")
    wanted = Wanted(action="staff")
    with database.read() as read:
        first = audit.page(read, EVERYWHERE, wanted, looked_at=3)
        assert first.rows == []
        assert first.next_cursor is not None
        further = replace(wanted, cursor=first.next_cursor)
        second = audit.page(read, EVERYWHERE, further, looked_at=3)
    assert [row.action for row in second.rows] == ["staff.added"]
    assert second.next_cursor is None


def test_a_full_page_goes_on_behind_its_last_act(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path)
    moment = Moment(shop.now, SYSTEM, shop.new_id)

    def many(tx: Write) -> None:
        for _ in range(audit.PAGE_ROWS + 1):
            audit.record(tx, moment, action="session.opened")

    database.write(many).result()
    for wanted in (Wanted(), Wanted(action="session")):
        with database.read() as read:
            first = audit.page(read, EVERYWHERE, wanted)
            rest = audit.page(read, EVERYWHERE, replace(wanted, cursor=first.next_cursor))
        assert len(first.rows) == audit.PAGE_ROWS
        assert len({row.id for row in [*first.rows, *rest.rows]}) == audit.PAGE_ROWS + 1
        assert rest.next_cursor is None
