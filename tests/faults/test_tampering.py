"""Somebody with every right on the database changes one old row: `verify` names it."""

from pathlib import Path

import pytest

from regulars.storage import chain
from regulars.storage.engine import Database
from regulars.storage.verify import verify
from regulars.storage.verify.chain import head_differs
from regulars.use_cases.chaining import Stragglers, append_fresh, append_late
from tests.faults.evidence import note
from tests.shops import ShopUnderTest, open_shop
from tests.storage.forger import forger

OLDEST = "(SELECT entry_id FROM posting WHERE unit = 'CNY' ORDER BY entry_id LIMIT 1)"
OF_OLDEST = f"entry_id = {OLDEST}"
# Changes after which every sum still agrees, or nearly.
TAMPERING = {
    "who did it": f"UPDATE entry SET actor = 'staff:somebody else' WHERE id = {OLDEST}",
    "when it was": f"UPDATE entry SET occurred_at = occurred_at + 1 WHERE id = {OLDEST}",
    "how much it was": f"UPDATE posting SET amount = amount + 1 WHERE {OF_OLDEST} AND unit = 'CNY'",
    "the lot": f"UPDATE lot SET acquired_at = acquired_at + 1 WHERE {OF_OLDEST}",
    "why it left the lot": "UPDATE lot_use SET kind = 'expire' WHERE kind = 'spend'",
    "that it was at all": f"DELETE FROM entry WHERE id = {OLDEST}",
}


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """王芳 topped up and bought something, last week; all of it is chained."""
    opened = open_shop(database, tmp_path, terms={"earning.pending_days": 0})
    wang = opened.join("13800138000")
    for _ in range(4):
        opened.top_up(wang, 10_000)
        opened.run(opened.sale([opened.line("egg_tart")], member=wang, stored=800))
        opened.pass_time(hours=3)
    chained(opened)
    opened.pass_time(days=7)
    return opened


def chained(shop: ShopUnderTest) -> None:
    """The chain's jobs run until everything is in it."""
    for look in (append_fresh, append_late, Stragglers().step):
        while look(shop.database, shop.now):
            pass


def found(shop: ShopUnderTest) -> set[str]:
    """What `verify` says is wrong."""
    with shop.database.read() as read:
        report = verify(read, lambda _: None)
    return {one.what for check in report.checks for one in check.differences}


@pytest.mark.parametrize("what", TAMPERING)
def test_one_old_row_that_was_changed_is_named(
    what: str, shop: ShopUnderTest, database_url: str
) -> None:
    assert found(shop) == set()
    with forger(database_url) as hand:
        hand.plant(TAMPERING[what])
    assert found(shop) & {"entry_altered", "entry_removed"}
    note("R18", engine=shop.database.engine, changed=what, named=True)


def test_a_chain_that_was_written_anew_differs_from_the_head_on_paper(
    shop: ShopUnderTest, database_url: str
) -> None:
    with shop.database.read() as read:
        printed = chain.head_of(read)
        assert head_differs(read, printed) is None
    with forger(database_url) as hand:
        hand.plant(TAMPERING["who did it"])
        hand.plant("DELETE FROM block")
    chained(shop)
    # All fits together again; only the head that somebody kept elsewhere tells.
    assert not found(shop) & {"entry_altered", "block_hash"}
    with shop.database.read() as read:
        assert head_differs(read, printed) is not None
    note("R18", engine=shop.database.engine, changed="the whole chain", named=True)
