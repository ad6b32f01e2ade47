"""What is behind a figure: the bills at an hour, the coupons of a kind, and nothing of other stores."""

from dataclasses import replace
from pathlib import Path

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.reports.metric import Metric
from regulars.domain.reports.registry import ReportName
from regulars.domain.stores.actor import SYSTEM
from regulars.domain.stores.scope import Scope
from regulars.storage.engine import Database
from regulars.use_cases.report_drills import (
    Drilled,
    bills_behind,
    coupons_behind,
    members_behind,
)
from tests.reporting import raw_rows, told, traded
from tests.shops import ShopUnderTest, open_shop


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return traded(open_shop(database, tmp_path))


@pytest.mark.parametrize("name", [ReportName.HOURS, ReportName.DAYPARTS])
def test_the_bills_at_an_hour_come_to_its_sales(shop: ShopUnderTest, name: ReportName) -> None:
    found = told(shop, name).answer
    assert len(found.rows) > 1
    with shop.database.read() as read:
        for row in found.rows:
            asked = Drilled(
                question=found.question, metric=Metric.SALES, key=str(row.key), rows=500
            )
            bills = bills_behind(read, asked)
            assert sum(bill.due_minor for bill in bills) == row.figures[Metric.SALES]
            off = bills_behind(read, replace(asked, metric=Metric.DISCOUNTS))
            assert sum(bill.discount_minor for bill in off) == row.figures[Metric.DISCOUNTS]


def test_the_bills_behind_a_coupon_come_to_its_sales(shop: ShopUnderTest) -> None:
    found = told(shop, ReportName.COUPONS).answer
    figures = {str(row.key): row.figures[Metric.COUPON_SALES] for row in found.rows}
    assert any(figures.values())
    of_any = Drilled(question=found.question, metric=Metric.COUPON_SALES, rows=500)
    with shop.database.read() as read:
        for key, figure in figures.items():
            bills = bills_behind(read, replace(of_any, key=key))
            assert sum(bill.due_minor for bill in bills) == figure
            assert bills == bills_behind(
                read, replace(of_any, key=key, metric=Metric.COUPON_DISCOUNT)
            )
        bills = bills_behind(read, of_any)
        used = coupons_behind(read, replace(of_any, metric=Metric.COUPONS_USED))
    assert sum(bill.due_minor for bill in bills) == found.total.figures[Metric.COUPON_SALES]
    assert {one.order_id for one in used} == {bill.id for bill in bills}
    assert all(one.used_at is not None and one.order_number for one in used)


def test_a_bill_of_another_store_is_not_told_with_a_coupon(shop: ShopUnderTest) -> None:
    # Every guest joined in one of two stores, and uses her coupons in both.
    everywhere = told(shop, ReportName.COUPONS).answer.question
    issued = Drilled(question=everywhere, metric=Metric.COUPONS_ISSUED_USED, rows=500)
    sold = {
        store: {one.id for one in raw_rows(shop).sold({store})}
        for store in (shop.store_id, shop.other_store_id)
    }
    with shop.database.read() as read:
        used = coupons_behind(read, issued)
        assert used
        hidden = 0
        for store, bills in sold.items():
            own = replace(SYSTEM, scope=Scope(frozenset({store})))
            question = told(shop, ReportName.COUPONS, actor=own).answer.question
            rows = coupons_behind(read, replace(issued, question=question))
            assert {one.order_id for one in rows} <= bills | {None}
            assert {one.id for one in rows} <= {one.id for one in used}
            hidden += sum(one.order_id is None for one in rows)
        assert all(one.used_at is not None for one in used)
    assert hidden > 0


def test_a_row_that_there_is_not_is_refused(shop: ShopUnderTest) -> None:
    huge = "9" * 40
    for name, metric, key in (
        (ReportName.HOURS, Metric.ORDERS, "48"),
        (ReportName.HOURS, Metric.ORDERS, huge),
        (ReportName.HOURS, Metric.ORDERS, ""),
        (ReportName.DAYPARTS, Metric.ORDERS, "teatime"),
        (ReportName.COUPONS, Metric.COUPON_SALES, "NEW5"),
    ):
        asked = Drilled(question=told(shop, name).answer.question, metric=metric, key=key)
        with shop.database.read() as read, pytest.raises(Refusal) as refused:
            bills_behind(read, asked)
        assert refused.value.code == "report.row_unknown"
    for key in (f"{huge}/1", "1/6", "1"):
        question = told(shop, ReportName.RFM).answer.question
        marks = Drilled(question=question, metric=Metric.MEMBERS_IN_CLASS, key=key)
        with shop.database.read() as read, pytest.raises(Refusal) as refused:
            members_behind(read, marks)
        assert refused.value.code == "report.row_unknown"
    coupons = told(shop, ReportName.COUPONS).answer.question
    with shop.database.read() as read, pytest.raises(Refusal) as refused:
        coupons_behind(read, Drilled(question=coupons, metric=Metric.COUPON_SALES))
    assert refused.value.code == "report.no_drill"
