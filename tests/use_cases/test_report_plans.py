"""No report of one store's day, and nothing behind its figures, walks through a shop's whole history."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.reports.metric import Drill
from regulars.domain.reports.question import Comparison
from regulars.domain.reports.registry import METRICS, REPORTS, ReportName
from regulars.domain.stores.actor import SYSTEM
from regulars.storage.engine import Database, Read
from regulars.storage.statement import Ask, Statement
from regulars.storage.transaction import Call
from regulars.use_cases.report_drills import (
    Drilled,
    bills_behind,
    coupons_behind,
    members_behind,
    refunds_behind,
)
from regulars.use_cases.reports import Asked, report
from tests import postgres
from tests.reporting import FROM, traded
from tests.shops import ShopUnderTest, open_shop

# What grows with every bill and every day.
GROWING = (
    "orders",
    "order_line",
    "order_adjustment",
    "payment",
    "refund",
    "refund_unit",
    "top_up",
    "entry",
    "posting",
    "lot",
    "lot_use",
    "coupon",
    "coupon_code",
    "fact",
    "audit",
)
BEHIND = {
    Drill.ORDERS: bills_behind,
    Drill.MEMBERS: members_behind,
    Drill.REFUNDS: refunds_behind,
    Drill.COUPONS: coupons_behind,
}
# What is owed is the sum of all that ever happened; campaigns are told by their own measurement.
OF_ALL_TIME = (ReportName.VALUE, ReportName.CAMPAIGNS)
# From end to end, or all that is older than the last page.
WHOLE = re.compile(r"SCAN (\w+)|SEARCH (\w+) USING PRIMARY KEY \(id<\?\)")
OLDER = re.compile(r"\(id < [^)]*\)")
DAY = FROM + timedelta(days=9)
R = TypeVar("R")


class Overheard(Read):
    """A read that keeps what it was asked."""

    __slots__ = ("calls",)

    def __init__(self, read: Read) -> None:
        super().__init__(read._wire)
        self.calls: dict[str, Call] = {}

    def all(self, statement: Statement[R], **parameters: object) -> list[R]:
        self._keep(statement.ask(**parameters))
        return super().all(statement, **parameters)

    def each(self, asked: Sequence[Ask[R]]) -> list[list[R]]:
        for one in asked:
            self._keep(one)
        return super().each(asked)

    def _keep(self, asked: Ask[R]) -> None:
        compiled = asked.statement.on(self.engine)
        self.calls[compiled.sql] = (compiled.sql, compiled.values(asked.parameters))


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return traded(open_shop(database, tmp_path))


@pytest.mark.parametrize("name", [name for name in REPORTS if name not in OF_ALL_TIME])
def test_a_day_of_one_store_is_found_by_an_index(
    shop: ShopUnderTest, database_url: str, name: ReportName
) -> None:
    calls = _asked(shop, name)
    assert calls
    if shop.database.engine == "postgresql":
        postgres.forget_sizes(database_url)
    with shop.database.read() as read:
        for call in calls:
            walked = _walked(read, call)
            assert walked == [], (walked, call[0])


def _asked(shop: ShopUnderTest, name: ReportName) -> list[Call]:
    """What the database is asked for a report of one day, and for all that is behind it."""
    spec = REPORTS[name]
    asked = Asked(
        report=name,
        from_on=DAY,
        until_on=DAY + timedelta(days=1),
        store_ids=(shop.store_id,),
        comparison=Comparison.PREVIOUS if spec.of_period else None,
    )
    with shop.database.read() as plain:
        read = Overheard(plain)
        found = report(read, asked, SYSTEM, shops=shop.shops, now=shop.now).answer
        for metric in spec.metrics:
            drill = METRICS[metric].drill
            for row in (found.total, *found.rows[:1]):
                key = None if row is found.total else str(row.key)
                # Of some figures a list is kept for a row alone.
                with suppress(Refusal):
                    if drill is not None:
                        drilled = Drilled(question=found.question, metric=metric, key=key)
                        BEHIND[drill](read, drilled)
        return list(read.calls.values())


def _walked(read: Read, call: Call) -> list[str]:
    """The growing tables that a statement goes through from end to end."""
    sql, values = call
    if read.engine == "sqlite":
        rows = read._wire.fetch((f"EXPLAIN QUERY PLAN {sql}", values))
        steps = [str(row[-1]) for row in rows]
        names = {alias: table for table, alias in re.findall(r"\b(\w+) AS (\w+)", sql)}
        whole = [found[1] or found[2] for step in steps if (found := WHOLE.match(step))]
        return [one for one in whole if names.get(one, one) in GROWING]
    # Whatever the server thinks of tables that it does not know: is there a way by index?
    for way in ("seqscan", "hashjoin", "mergejoin"):
        read._wire.fetch((f"SET LOCAL enable_{way} = off", []))
    [[plan]] = read._wire.fetch((f"EXPLAIN (FORMAT JSON) {sql}", values))
    assert isinstance(plan, list)
    return [
        str(node.get("Relation Name"))
        for node in _nodes(plan[0]["Plan"])
        if node.get("Relation Name") in GROWING and not _is_narrow(node)
    ]


def _nodes(node: dict[str, object]) -> Iterator[dict[str, object]]:
    yield node
    below = node.get("Plans", [])
    assert isinstance(below, list)
    for one in below:
        yield from _nodes(one)


def _is_narrow(node: dict[str, object]) -> bool:
    """Whether rows of a table are reached through a condition on an index."""
    found = [node]
    if node["Node Type"] == "Bitmap Heap Scan":
        found = [one for one in _nodes(node) if one["Node Type"] == "Bitmap Index Scan"]
    return all(not OLDER.fullmatch(str(one.get("Index Cond", "(id < 1)"))) for one in found)
