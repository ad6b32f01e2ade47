"""Back-tests from the queue to their figures: one at a time, watched, stopped, found silent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.actor import SYSTEM, Actor
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import EVERYWHERE, Scope
from regulars.storage import backtests
from regulars.storage.backtests import BacktestRow
from regulars.storage.engine import Database, Read
from regulars.use_cases.backtest_runs import INTERRUPTED, BacktestRuns
from regulars.use_cases.backtests import (
    STALE,
    DraftOffer,
    StartBacktest,
    StopBacktest,
    Wanted,
    known_backtest,
    result_of,
    state_of,
)
from tests.answers import part, rows
from tests.backtesting import SINCE, TENTH, UNTIL
from tests.limited_offers import bought
from tests.shops import ShopUnderTest, named, open_shop

MAY = Wanted(since=SINCE, until=UNTIL)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


class Watched:
    """A database that tells somebody each time it is read."""

    def __init__(self, database: Database, told: Callable[[int], None]) -> None:
        self._database = database
        self._told = told
        self._reads = 0
        self.engine, self.url, self.totals = database.engine, database.url, database.totals
        self.write, self.close = database.write, database.close

    @contextmanager
    def read(self) -> Iterator[Read]:
        """The same snapshot."""
        self._reads += 1
        self._told(self._reads)
        with self._database.read() as read:
            yield read


def tenth(level: Level = Level.ORGANISATION, place_id: UUID | None = None) -> DraftOffer:
    return DraftOffer(
        id=named("draft:tenth"),
        name=Label("全场九折", "10% off"),
        level=level,
        place_id=place_id,
        definition=TENTH,
    )


def runs_of(
    shop: ShopUnderTest, database: Database | None = None, told: Callable[[str], object] = print
) -> BacktestRuns:
    return BacktestRuns(
        database or shop.database, shop.shops, clock=lambda: shop.now, failed=told, note_seconds=0.0
    )


def started(shop: ShopUnderTest, wanted: Wanted, actor: Actor | None = None) -> UUID:
    shop.pass_time(seconds=1)
    backtest_id = shop.new_id()
    shop.run(StartBacktest(id=backtest_id, name="九折试算", wanted=wanted), actor=actor)
    return backtest_id


def row_of(shop: ShopUnderTest, backtest_id: UUID) -> BacktestRow:
    with shop.database.read() as read:
        return known_backtest(read, backtest_id, EVERYWHERE)


def test_a_backtest_waits_runs_and_tells_what_the_draft_would_have_cost(
    shop: ShopUnderTest,
) -> None:
    for _ in range(2):
        bought(shop, "mango_ice", due=2_200)
        shop.pass_time(days=1)
    wanted = Wanted(since=SINCE, until=UNTIL, drafts=(tenth(),), budget_minor=400)
    backtest_id = started(shop, wanted)
    assert row_of(shop, backtest_id).state == "queued"
    runs = runs_of(shop)
    assert runs.run_next()
    assert not runs.run_next()
    row = row_of(shop, backtest_id)
    assert (row.state, row.done, row.total, row.error) == ("done", 2, 2, None)
    result = result_of(row)
    assert part(result, "totals")["draft_minor"] == 440
    assert part(result, "totals")["difference_minor"] == 440
    burn = part(result, "burn")
    assert (burn["used_up_on"], burn["budget_minor"]) == ("2026-05-05", 400)
    assert [one["draft_so_far_minor"] for one in rows(burn, "days")] == [220, 440]
    assert [one["draft_minor"] for one in rows(result, "by_store")] == [440]
    assert "行为不变" in str(result["assumption_zh"])
    assert "behaviour does not change" in str(result["assumption_en"])


def test_the_thread_runs_all_that_wait_one_after_the_other(shop: ShopUnderTest) -> None:
    bought(shop, "mango_ice", due=2_200)
    ids = [started(shop, MAY) for _ in range(3)]
    faults: list[str] = []
    runs = runs_of(shop, told=faults.append)
    runs.wake()
    runs.wake()
    while any(row_of(shop, one).state in ("queued", "running") for one in ids):
        assert faults == []
    runs.close()
    assert [row_of(shop, one).state for one in ids] == ["done"] * 3


def test_one_that_is_stopped_while_it_waits_is_never_run(shop: ShopUnderTest) -> None:
    backtest_id = started(shop, MAY)
    assert shop.run(StopBacktest(id=backtest_id))["state"] == "stopped"
    assert not runs_of(shop).run_next()
    with pytest.raises(Refusal, match=r"backtest\.finished"):
        shop.run(StopBacktest(id=backtest_id))
    with pytest.raises(Refusal, match=r"backtest\.no_result"):
        result_of(row_of(shop, backtest_id))


def test_one_that_is_stopped_while_it_runs_ends_there(shop: ShopUnderTest) -> None:
    for _ in range(4):
        bought(shop, "mango_ice", due=2_200)
        shop.pass_time(days=1)
    backtest_id = started(shop, MAY)
    seen: list[int] = []

    def told(reads: int) -> None:
        row = row_of(shop, backtest_id)
        seen.append(row.done)
        if row.done == 2 and row.state == "running":
            shop.run(StopBacktest(id=backtest_id))

    assert runs_of(shop, Watched(shop.database, told)).run_next()
    row = row_of(shop, backtest_id)
    assert (row.state, row.done, row.total) == ("stopped", 2, 4)
    assert max(seen) == 2


def test_a_server_that_closes_breaks_its_backtest_off(shop: ShopUnderTest) -> None:
    for _ in range(3):
        bought(shop, "mango_ice", due=2_200)
        shop.pass_time(days=1)
    backtest_id = started(shop, MAY)
    runs: BacktestRuns

    def told(reads: int) -> None:
        if row_of(shop, backtest_id).done == 1:
            runs.close()

    runs = runs_of(shop, Watched(shop.database, told))
    assert runs.run_next()
    row = row_of(shop, backtest_id)
    assert (row.state, row.error) == ("failed", INTERRUPTED)


def test_one_whose_process_died_is_shown_as_failed_and_the_next_one_runs(
    shop: ShopUnderTest,
) -> None:
    dead, waiting = started(shop, MAY), started(shop, MAY)
    heard = {"heard_at": shop.now.isoformat()}
    shop.database.write(lambda tx: tx.run(backtests.CLAIM, backtest_id=dead, found=heard)).result()
    assert not runs_of(shop).run_next()
    assert state_of(row_of(shop, dead), shop.now) == ("running", None)
    later = Instant(shop.now + timedelta(minutes=2))
    assert state_of(row_of(shop, dead), later) == ("failed", STALE)
    shop.pass_time(minutes=2)
    assert runs_of(shop).run_next()
    row = row_of(shop, dead)
    assert (row.state, row.error) == ("failed", STALE)
    assert row_of(shop, waiting).state == "done"


def test_without_dates_it_is_the_last_months_until_today(shop: ShopUnderTest) -> None:
    definition = row_of(shop, started(shop, Wanted(months=3))).definition
    assert (definition["since"], definition["until"]) == ("2026-02-04", "2026-05-04")
    both = {str(named("store:S1")), str(named("store:S2"))}
    assert both == set(map(str, listed(definition, "store_ids")))


def listed(definition: dict[str, object], name: str) -> list[object]:
    value = definition[name]
    assert isinstance(value, list)
    return value


def test_a_saved_offer_can_be_tried_beside_drafts(shop: ShopUnderTest) -> None:
    wanted = Wanted(months=1, draft_ids=(named("offer:second"),), drafts=(tenth(),))
    drafts = rows(row_of(shop, started(shop, wanted)).definition, "drafts")
    assert [one["name_zh"] for one in drafts] == ["全场九折", "第二杯半价"]


NONSENSE: tuple[tuple[str, Wanted], ...] = (
    ("backtest.period_wrong", Wanted(since=UNTIL, until=SINCE)),
    ("backtest.period_wrong", Wanted(since=date(2020, 1, 1), until=UNTIL)),
    ("backtest.too_many_drafts", Wanted(months=1, drafts=(tenth(),) * 21)),
    ("offer.unknown", Wanted(months=1, draft_ids=(named("nothing"),))),
    ("offer.unknown", Wanted(months=1, without=(named("nothing"),))),
    ("scope.outside", Wanted(months=1, store_ids=(named("nothing"),))),
    ("scope.outside", Wanted(months=1, drafts=(tenth(Level.STORE, named("nothing")),))),
)


@pytest.mark.parametrize(("code", "wanted"), NONSENSE)
def test_nonsense_is_refused_and_nothing_is_kept(
    shop: ShopUnderTest, code: str, wanted: Wanted
) -> None:
    with pytest.raises(Refusal, match=code.replace(".", r"\.")):
        started(shop, wanted)
    with shop.database.read() as read:
        assert read.all(backtests.NEWEST) == []


def test_a_store_sees_and_stops_no_backtest_of_another(shop: ShopUnderTest) -> None:
    own = Scope(frozenset({named("store:S1")}))
    manager = Actor(
        kind=SYSTEM.kind, id=SYSTEM.id, permissions=frozenset({Permission.OFFER_WRITE}), scope=own
    )
    of_all, of_own = started(shop, MAY), started(shop, MAY, manager)
    with shop.database.read() as read:
        assert known_backtest(read, of_own, own).id == of_own
        with pytest.raises(Refusal, match=r"backtest\.unknown"):
            known_backtest(read, of_all, own)
    with pytest.raises(Refusal, match=r"backtest\.unknown"):
        shop.run(StopBacktest(id=of_all), actor=manager)
    with pytest.raises(Refusal, match=r"scope\.outside"):
        started(shop, Wanted(months=1, store_ids=(named("store:S2"),)), manager)
