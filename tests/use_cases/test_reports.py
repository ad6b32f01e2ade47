"""Every figure of a report is what one counts by hand from the raw rows, on both engines."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update

from regulars.domain.kernel.money import scale_of
from regulars.domain.kernel.period import Instant, business_day_of, instant, local
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.holds import HoldPurpose
from regulars.domain.pricing.basket import Choices
from regulars.domain.reports.metric import Drill, Figures, Metric
from regulars.domain.reports.question import Comparison
from regulars.domain.reports.registry import METRICS, REPORTS, Dimension, ReportName
from regulars.domain.stores.actor import SYSTEM
from regulars.domain.stores.scope import Scope
from regulars.storage.engine import Database, Read
from regulars.storage.member_lists import ListedRow
from regulars.storage.report_coupon_drills import CouponRow
from regulars.storage.report_drills import BillRow
from regulars.storage.report_till_drills import RefundMade
from regulars.storage.shops import raise_revision
from regulars.storage.statement import Statement
from regulars.storage.tables.stores import store
from regulars.use_cases.held_value import HoldValue
from regulars.use_cases.liability_files import Format
from regulars.use_cases.liability_statements import Asked as OwedAsked
from regulars.use_cases.liability_statements import liability_report
from regulars.use_cases.report_answer_files import file_of
from regulars.use_cases.report_drills import (
    Drilled,
    bills_behind,
    coupons_behind,
    members_behind,
    refunds_behind,
)
from regulars.use_cases.reports import Asked, ReportTold, home, report
from tests.insights import settle_jobs
from tests.reporting import FROM, UNTIL, Raw, raw_rows, told, traded
from tests.shops import ShopUnderTest, open_shop


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return traded(open_shop(database, tmp_path))


def both(shop: ShopUnderTest) -> set[UUID]:
    return {shop.store_id, shop.other_store_id}


def rows_by_key(found: ReportTold) -> dict[object, dict[Metric, int | None]]:
    return {row.key: dict(row.figures) for row in found.answer.rows}


def given_back(raw: Raw, from_on: date = FROM, until_on: date = UNTIL) -> dict[date, int]:
    found: dict[date, int] = defaultdict(int)
    for one in raw.payments:
        if one.refund_id is not None and from_on <= one.business_day < until_on:
            found[one.business_day] -= one.amount_minor
    return found


def test_sales_by_day_are_the_bills_of_each_day(shop: ShopUnderTest) -> None:
    raw = raw_rows(shop)
    found = rows_by_key(told(shop, ReportName.SALES))
    back = given_back(raw)
    assert sum(back.values()) > 0
    assert list(found) == [FROM + timedelta(days=number) for number in range(14)]
    for day, figures in found.items():
        bills = [one for one in raw.sold(both(shop)) if one.business_day == day]
        assert isinstance(day, date)
        assert figures[Metric.ORDERS] == len(bills)
        assert figures[Metric.SALES] == sum(one.due_minor for one in bills)
        assert figures[Metric.DISCOUNTS] == sum(one.discount_minor for one in bills)
        assert figures[Metric.REFUNDS] == back.get(day, 0)
        net = sum(one.due_minor for one in bills) - back.get(day, 0)
        assert figures[Metric.NET_SALES] == net
        guests = {one.member_id for one in bills if one.member_id is not None}
        known = {one.member_id for one in raw.orders if one.state != "open"}
        earlier = {
            one.member_id
            for one in raw.orders
            if one.state not in ("open", "cancelled") and one.business_day < day
        }
        assert guests <= known
        assert figures[Metric.MEMBERS_ACTIVE] == len(guests)
        assert figures[Metric.MEMBERS_RETURNING] == len(guests & earlier)


def test_a_total_counts_each_member_once(shop: ShopUnderTest) -> None:
    raw = raw_rows(shop)
    total = told(shop, ReportName.REPURCHASE).answer.total.figures
    days: dict[UUID, set[date]] = defaultdict(set)
    for one in raw.sold(both(shop)):
        if one.member_id is not None:
            days[one.member_id].add(one.business_day)
    often = [one for one in days.values() if len(one) > 1]
    assert total[Metric.MEMBERS_ACTIVE] == len(days)
    assert total[Metric.MEMBERS_REPURCHASING] == len(often)
    rate = (2 * len(often) * 10_000 + len(days)) // (2 * len(days))
    assert total[Metric.REPURCHASE_RATE] == rate


def test_stores_staff_and_sources_add_up_to_the_same_sales(shop: ShopUnderTest) -> None:
    raw = raw_rows(shop)
    whole = sum(one.due_minor for one in raw.sold(both(shop)))
    by_store = rows_by_key(told(shop, ReportName.STORES))
    for store_id in both(shop):
        bills = raw.sold({store_id})
        assert by_store[store_id][Metric.SALES] == sum(one.due_minor for one in bills)
        joined = [one for one in raw.members if one[2] == store_id and FROM <= _day(one[1]) < UNTIL]
        assert by_store[store_id][Metric.MEMBERS_JOINED] == len(joined)
    for name in (ReportName.SOURCES, ReportName.STAFF, ReportName.HOURS, ReportName.DAYPARTS):
        found = told(shop, name).answer
        assert found.total.figures[Metric.SALES] == whole
        assert sum(row.figures[Metric.SALES] or 0 for row in found.rows) == whole


def _day(at: object) -> date:
    assert isinstance(at, datetime)
    return business_day_of(instant(at), zone="Asia/Shanghai", cut_off_minutes=240)


def test_products_are_counted_from_the_lines_of_bills(shop: ShopUnderTest) -> None:
    raw = raw_rows(shop)
    bills = {one.id for one in raw.sold(both(shop))}
    units: dict[UUID, int] = defaultdict(int)
    money: dict[UUID, int] = defaultdict(int)
    for line in raw.lines:
        if line.order_id in bills and line.kind == "goods":
            units[line.product_id] += line.quantity
            money[line.product_id] += line.net_minor
    found = told(shop, ReportName.PRODUCTS).answer
    sold = {row.key: row.figures for row in found.rows if row.figures[Metric.UNITS_SOLD]}
    assert {key: one[Metric.UNITS_SOLD] for key, one in sold.items()} == units
    assert {key: one[Metric.GOODS_SALES] for key, one in sold.items()} == money
    back = sum(row.figures[Metric.GOODS_REFUNDS] or 0 for row in found.rows)
    assert back == sum(given_back(raw).values())
    assert found.rows[0].label is not None
    assert found.rows[0].label.zh


def test_coupons_are_those_on_the_bills(shop: ShopUnderTest) -> None:
    raw = raw_rows(shop)
    bills = {one.id: one for one in raw.sold(both(shop))}
    used = [one for one in raw.coupons if one[1] == "used" and one[2] in bills]
    total = told(shop, ReportName.COUPONS).answer.total.figures
    assert total[Metric.COUPONS_USED] == len(used) > 0
    assert total[Metric.COUPON_DISCOUNT] == 500 * len(used)
    due = sum(bills[UUID(str(order_id))].due_minor for order_id in {one[2] for one in used})
    assert total[Metric.COUPON_SALES] == due


def test_the_use_rate_is_of_the_coupons_of_these_days(shop: ShopUnderTest) -> None:
    issued = [one for one in raw_rows(shop).coupons if FROM <= _day(one[3]) < UNTIL]
    used = [one for one in issued if one[1] == "used"]
    total = told(shop, ReportName.COUPONS).answer.total.figures
    assert total[Metric.COUPONS_ISSUED] == len(issued)
    assert total[Metric.COUPONS_ISSUED_USED] == len(used) > 0
    share = (2 * len(used) * 10_000 + len(issued)) // (2 * len(issued))
    assert total[Metric.COUPON_USE_SHARE] == share <= 10_000


def test_a_coupon_of_earlier_days_lifts_the_use_rate_of_those_days(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    wang = shop.join("13800138000")
    earlier = _day(shop.now)
    old = shop.coupon(wang, "TEN")
    shop.pass_time(days=3)
    today, before_use = _day(shop.now), shop.now
    shop.coupon(wang, "TEN")
    shop.pass_time(hours=1)
    choices = Choices(coupons=(old,))
    shop.run(
        shop.sale([shop.line("milk_tea", quantity=2)], member=wang, cash=2_600, choices=choices)
    )

    def ten(day: date, as_of: Instant) -> Figures:
        asked = Asked(
            report=ReportName.COUPONS,
            from_on=day,
            until_on=day + timedelta(days=1),
            as_of=as_of,
        )
        with shop.database.read() as read:
            found = report(read, asked, SYSTEM, shops=shop.shops, now=shop.now).answer
        return next(row.figures for row in found.rows if row.label and row.label.zh == "立减10元")

    now = ten(today, shop.now)
    assert (now[Metric.COUPONS_ISSUED], now[Metric.COUPONS_USED]) == (1, 1)
    assert (now[Metric.COUPONS_ISSUED_USED], now[Metric.COUPON_USE_SHARE]) == (0, 0)
    then = ten(earlier, shop.now)
    assert (then[Metric.COUPONS_ISSUED_USED], then[Metric.COUPON_USE_SHARE]) == (1, 10_000)
    assert then[Metric.COUPONS_USED] == 0
    # As it was told before the coupon was used.
    assert ten(earlier, before_use)[Metric.COUPON_USE_SHARE] == 0


def test_what_was_owed_then_is_the_figure_of_that_time(shop: ShopUnderTest) -> None:
    both_ends = told(shop, ReportName.VALUE, comparison=Comparison.PREVIOUS).answer
    asked = Asked(report=ReportName.VALUE, from_on=FROM - (UNTIL - FROM), until_on=FROM)
    with shop.database.read() as read:
        then = report(read, asked, SYSTEM, shops=shop.shops, now=shop.now).answer
    assert both_ends.total.before == then.total.figures
    earlier = {row.key: row.figures for row in then.rows}
    assert {row.key: row.before for row in both_ends.rows} == earlier
    now = both_ends.total.figures[Metric.POINTS_OWED]
    assert now != then.total.figures[Metric.POINTS_OWED]


def test_what_an_open_hold_keeps_is_owed_all_the_same(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path)
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    shop.run(
        HoldValue(
            id=shop.new_id(),
            member_id=wang,
            store_id=shop.store_id,
            amount_minor=4_000,
            points=0,
            purpose=HoldPurpose.BOOKING,
            subject_id=None,
            minutes=60,
        )
    )
    with shop.database.read() as read:
        asked = Asked(report=ReportName.VALUE)
        found = report(read, asked, SYSTEM, shops=shop.shops, now=shop.now).answer
    assert found.total.figures[Metric.VALUE_OWED] == 11_000


def test_value_moved_and_owed_is_what_the_ledger_says(shop: ShopUnderTest) -> None:
    raw = raw_rows(shop)
    total = told(shop, ReportName.VALUE).answer.total.figures
    paid_in = [
        int(str(amount))
        for amount, origin, kind, day, _ in raw.lots
        if (origin, kind) == ("top_up", "principal")
        and FROM <= date.fromisoformat(str(day)) < UNTIL
    ]
    assert total[Metric.VALUE_PAID_IN] == sum(paid_in) > 0
    with shop.database.read() as read:
        asked = OwedAsked(from_on=FROM, until_on=UNTIL)
        owed = liability_report(read, asked, now=shop.now).statement
    assert total[Metric.VALUE_OWED] == sum(
        flow.closing + flow.kept
        for key, flow in owed.lines.items()
        if key.account.value in ("principal", "bonus")
    )
    issued = sum(flow.issued for key, flow in owed.lines.items() if key.account.value == "points")
    assert total[Metric.POINTS_GIVEN] == issued


def test_growth_tiers_and_classes_count_the_members_there_are(shop: ShopUnderTest) -> None:
    settle_jobs(shop)
    raw = raw_rows(shop)
    growth = told(shop, ReportName.GROWTH).answer.total.figures
    before_end = [one for one in raw.members if _day(one[1]) < UNTIL]
    assert growth[Metric.MEMBERS] == len(before_end)
    tiers = told(shop, ReportName.TIERS).answer.total.figures
    assert tiers[Metric.MEMBERS_IN_TIER] == len(before_end)
    classes = told(shop, ReportName.RFM).answer.total.figures
    assert classes[Metric.MEMBERS_IN_CLASS] == len(raw.members)
    shop.pass_time(days=400)
    settle_jobs(shop)
    asked = Asked(report=ReportName.GROWTH)
    with shop.database.read() as read:
        later = report(read, asked, SYSTEM, shops=shop.shops, now=shop.now).answer.total.figures
    came = {one.member_id for one in raw.orders if one.state in ("paid", "part_refunded")} - {None}
    assert later[Metric.MEMBERS_LOST] == len(came) > 0
    assert later[Metric.MEMBERS_ACTIVE] == 0
    again = told(shop, ReportName.GROWTH).answer.total.figures
    assert again[Metric.MEMBERS_LOST] == growth[Metric.MEMBERS_LOST] == 0


@pytest.mark.parametrize("comparison", list(Comparison))
def test_the_days_compared_with_are_asked_the_same_way(
    shop: ShopUnderTest, comparison: Comparison
) -> None:
    found = told(shop, ReportName.SALES, comparison=comparison).answer
    assert found.compared is not None
    days = found.compared.days
    bills = raw_rows(shop).sold(both(shop), days.from_on, days.until_on)
    assert found.total.before is not None
    assert found.total.before[Metric.SALES] == sum(one.due_minor for one in bills)
    first = found.rows[0]
    assert first.before is not None
    of_first = [one for one in bills if one.business_day == days.from_on]
    assert first.before[Metric.ORDERS] == len(of_first)


def test_a_manager_of_one_store_gets_her_own_figures_only(shop: ShopUnderTest) -> None:
    local_only = replace(SYSTEM, scope=Scope(frozenset({shop.store_id})))
    raw = raw_rows(shop)
    own = sum(one.due_minor for one in raw.sold({shop.store_id}))
    found = told(shop, ReportName.SALES, actor=local_only).answer
    assert found.total.figures[Metric.SALES] == own
    assert found.question.stores == [shop.store_id]
    with pytest.raises(Refusal) as refused:
        told(shop, ReportName.SALES, stores=(shop.other_store_id,), actor=local_only)
    assert refused.value.code == "scope.outside"


OF_ROWS_ALONE = (Dimension.TIER, Dimension.CLASS, Dimension.PRODUCT)


def test_what_is_behind_a_figure_is_what_it_counts(shop: ShopUnderTest) -> None:
    settle_jobs(shop)
    checked = 0
    for name, spec in REPORTS.items():
        if name is ReportName.CAMPAIGNS:
            continue
        found = told(shop, name).answer
        for metric in spec.metrics:
            drill = METRICS[metric].drill
            if drill is None or METRICS[metric].unit.value != "count":
                continue
            whole = spec.dimension in OF_ROWS_ALONE or metric is Metric.TENDER_ORDERS
            keys: list[tuple[str | None, int | None]] = []
            if not whole:
                keys.append((None, found.total.figures[metric]))
            keys += [
                ("" if row.key is None else str(row.key), row.figures[metric]) for row in found.rows
            ]
            for key, figure in keys:
                drilled = Drilled(question=found.question, metric=metric, key=key, rows=2)
                assert _behind(shop, drilled, drill) == figure, (name, metric, key)
                checked += 1
    assert checked > 100


Listed = BillRow | ListedRow | RefundMade | CouponRow
BEHIND: Mapping[Drill, Callable[[Read, Drilled], Sequence[Listed]]] = {
    Drill.ORDERS: bills_behind,
    Drill.MEMBERS: members_behind,
    Drill.REFUNDS: refunds_behind,
    Drill.COUPONS: coupons_behind,
}


def _behind(shop: ShopUnderTest, drilled: Drilled, drill: Drill) -> int:
    behind = BEHIND[drill]
    found: list[UUID] = []
    with shop.database.read() as read:
        while True:
            page = [row.id for row in behind(read, drilled)]
            found += page
            if len(page) < drilled.rows:
                break
            drilled = replace(drilled, cursor=page[-1])
    assert len(set(found)) == len(found)
    return len(found)


def test_hours_are_those_of_the_wall_also_when_clocks_change(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    zone = "Europe/Berlin"
    moved: Statement[object] = Statement(update(store).values(zone=zone))

    def move(tx: object) -> None:
        tx.run(moved)  # type: ignore[attr-defined]
        raise_revision(tx, "stores")  # type: ignore[arg-type]

    database.write(move).result()
    expected: dict[int, int] = defaultdict(int)
    shop.now = instant(datetime(2026, 10, 24, 20, 30, tzinfo=UTC))
    for _ in range(10):
        shop.run(shop.sale([shop.line("milk_tea")], cash=1_800))
        wall = local(shop.now, zone)
        expected[wall.hour if wall.hour >= 4 else wall.hour + 24] += 1
        shop.pass_time(minutes=70)
    asked = Asked(report=ReportName.HOURS, from_on=date(2026, 10, 24), until_on=date(2026, 10, 26))
    with database.read() as read:
        found = report(read, asked, SYSTEM, shops=shop.shops, now=shop.now).answer
    assert {row.key: row.figures[Metric.ORDERS] for row in found.rows} == expected
    assert sum(expected.values()) == 10
    for hour, bills in expected.items():
        at_hour = Drilled(question=found.question, metric=Metric.ORDERS, key=str(hour), rows=1)
        assert _behind(shop, at_hour, Drill.ORDERS) == bills


def test_home_compares_with_the_same_weekday_up_to_the_same_time(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    for hours in (0, 5, 7 * 24 - 5, 5):
        shop.pass_time(hours=hours)
        shop.run(shop.sale([shop.line("milk_tea")], cash=1_800))
    asked = Asked(report=ReportName.TODAY, comparison=Comparison.WEEKDAY)
    shop.pass_time(hours=-2)
    with database.read() as read:
        found = home(read, asked, SYSTEM, shops=shop.shops, now=shop.now)
    total = found.report.answer.total
    assert found.today == date(2026, 5, 11)
    assert total.figures[Metric.ORDERS] == 1
    assert total.before is not None
    assert total.before[Metric.ORDERS] == 1
    assert found.tasks[Metric.APPROVALS_WAITING] == 0


def test_files_hold_the_figures_and_say_what_they_count(shop: ShopUnderTest) -> None:
    found = told(shop, ReportName.PRODUCTS, comparison=Comparison.PREVIOUS)
    table = file_of(found, Format.CSV, "en").decode("utf-8-sig")
    assert table.startswith("Best sellers")
    assert "What it counts" in table
    page = file_of(found, Format.HTML, "zh-CN").decode()
    assert "畅销商品" in page
    assert "截至" in page
    assert file_of(found, Format.XLSX, "en")[:2] == b"PK"
    assert scale_of(found.currency) == 2


def test_what_cannot_be_told_is_refused(shop: ShopUnderTest) -> None:
    for asked, code in (
        (Asked(report=ReportName.RFM, comparison=Comparison.YEAR), "report.no_comparison"),
        (Asked(report=ReportName.TIERS, source="counter"), "report.no_source"),
        (Asked(report=ReportName.SALES, until_on=date(2030, 1, 1)), "report.day_ahead"),
        (Asked(report=ReportName.SALES, from_on=UNTIL, until_on=FROM), "report.period_unfit"),
    ):
        with shop.database.read() as read, pytest.raises(Refusal) as refused:
            report(read, asked, SYSTEM, shops=shop.shops, now=shop.now)
        assert refused.value.code == code
    question = told(shop, ReportName.SALES).answer.question
    for metric, key, code in (
        (Metric.REPEAT_SHARE, None, "report.no_drill"),
        (Metric.ORDERS, "2026-05-01", "report.row_unknown"),
        (Metric.ORDERS, "monday", "report.row_unknown"),
    ):
        with shop.database.read() as read, pytest.raises(Refusal) as refused:
            bills_behind(read, Drilled(question=question, metric=metric, key=key))
        assert refused.value.code == code
