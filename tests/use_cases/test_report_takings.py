"""Takings by tender: the same money as the bills, the refunds and the ledger tell, on both engines."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices, ManualDiscount
from regulars.domain.reports.metric import Drill, Figures, Metric
from regulars.domain.reports.question import Comparison
from regulars.domain.reports.registry import METRICS, ReportName
from regulars.domain.reports.takings import PaidBy, Taking
from regulars.domain.stores.actor import SYSTEM, Actor, ActorKind
from regulars.domain.stores.permissions import PERMISSIONS_OF, Role
from regulars.storage.engine import Database
from regulars.storage.statement import Statement
from regulars.storage.tables import ledger
from regulars.use_cases.liability_files import Format
from regulars.use_cases.open_orders import CancelOrder, OpenOrder, VoidLine
from regulars.use_cases.order_rows import OrderHead
from regulars.use_cases.passes import SellPass
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.report_answer_files import file_of
from regulars.use_cases.report_drills import Drilled, bills_behind, refunds_behind
from regulars.use_cases.reports import Asked, ReportTold, report
from regulars.use_cases.top_up import TopUp
from regulars.use_cases.top_up_refunds import RefundTopUp
from tests.inviting import TEN_CUPS, start
from tests.reporting import FROM, UNTIL, Raw, raw_rows, told, traded
from tests.shops import ShopUnderTest, open_shop

OUTSIDE = {"outside.cash": PaidBy.CASH, "outside.external": PaidBy.EXTERNAL}
# Points may be spent by tens.
SMALL_POINTS = {"spending.step": 10, "spending.minimum": 10}
MONEY = (Metric.TAKEN, Metric.GIVEN_BACK, Metric.NET_TAKEN, Metric.DRAWER)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """Weeks of chance trade, and one afternoon on which every way of paying was used."""
    shop = traded(open_shop(database, tmp_path, terms=SMALL_POINTS))
    shop.pass_time(days=-8)
    every_tender(shop)
    shop.pass_time(days=8)
    return shop


def every_tender(shop: ShopUnderTest) -> UUID:
    """王芳 tops up by card, buys in parts, gets one bill back and a top-up too; and a pass."""
    wang = shop.join("13900001111")
    points = Choices(coupons=(), points=50)
    shop.run(shop.sale([shop.line("egg_tart")], member=wang, cash=750, choices=points))
    by_card = TopUp(
        id=shop.new_id(),
        member_id=wang,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        principal_minor=20_000,
        tender="external",
    )
    shop.run(by_card)
    shop.top_up(wang, 10_000)
    shop.run(shop.sale([shop.line("gift_box")], member=wang, stored=2_000, cash=4_000))
    back = shop.sale([shop.line("lemon_tea")], member=wang, stored=1_500)
    shop.run(back)
    parts = (
        shop.tender(TenderKind.EXTERNAL, 1_000),
        shop.tender(TenderKind.CASH, 800, tendered=1_000),
    )
    mixed = replace(shop.sale([shop.line("milk_tea")], cash=1_800), tenders=parts)
    shop.run(mixed)
    shop.run(RefundOrder(id=shop.new_id(), order_id=back.order_id, units=None, reason="太甜"))
    shop.run(RefundOrder(id=shop.new_id(), order_id=mixed.order_id, units=None, reason="等太久"))
    shop.run(
        RefundTopUp(id=shop.new_id(), top_up_id=by_card.id, principal_minor=3_000, reason="用不完")
    )
    shop.run(
        SellPass(
            id=shop.new_id(),
            programme_id=start(shop, "pass", TEN_CUPS),
            member_id=wang,
            store_id=shop.store_id,
            terminal_id=shop.terminal_id,
            tender="cash",
        )
    )
    return wang


def by_tender(found: ReportTold) -> dict[PaidBy, Figures]:
    return {PaidBy(str(row.key)): row.figures for row in found.answer.rows}


def sold_within(raw: Raw) -> set[UUID]:
    return {
        one.id
        for one in raw.orders
        if one.state in ("paid", "part_refunded", "refunded") and FROM <= one.business_day < UNTIL
    }


def moved_outside(shop: ShopUnderTest) -> dict[PaidBy, int]:
    """What each tender brought by the ledger's postings, added up one by one."""
    accounts: dict[int, str] = {}
    found: dict[PaidBy, int] = defaultdict(int)
    with shop.database.read() as read:
        for number, kind in read.all(
            Statement(select(ledger.account.c.id, ledger.account.c.kind), lambda *row: row)
        ):
            accounts[int(str(number))] = str(kind)
        for day, source, target, amount in read.all(
            Statement(
                select(
                    ledger.entry.c.business_day,
                    ledger.posting.c.from_account,
                    ledger.posting.c.to_account,
                    ledger.posting.c.amount,
                ).join_from(
                    ledger.entry, ledger.posting, ledger.posting.c.entry_id == ledger.entry.c.id
                ),
                lambda *row: row,
            )
        ):
            if not str(FROM) <= str(day) < str(UNTIL):
                continue
            for account, sign in ((source, 1), (target, -1)):
                kind = accounts[int(str(account))]
                if kind in OUTSIDE:
                    found[OUTSIDE[kind]] += sign * int(str(amount))
    return found


def test_all_tenders_together_are_the_sales_and_the_refunds(shop: ShopUnderTest) -> None:
    sales = told(shop, ReportName.SALES).answer.total.figures
    for name in (ReportName.TENDERS, ReportName.TAKINGS):
        total = told(shop, name).answer.total.figures
        assert total[Metric.TAKEN] == sales[Metric.SALES]
        assert total[Metric.GIVEN_BACK] == sales[Metric.REFUNDS]
        assert total[Metric.NET_TAKEN] == sales[Metric.NET_SALES]
        assert total[Metric.TENDER_ORDERS] is None


def test_each_tender_is_what_the_rows_of_its_payments_come_to(shop: ShopUnderTest) -> None:
    raw = raw_rows(shop)
    sold = sold_within(raw)
    expected: dict[PaidBy, int] = defaultdict(int)
    users: dict[PaidBy, set[UUID]] = defaultdict(set)
    for one in raw.payments:
        if one.refund_id is not None or one.order_id not in sold:
            continue
        parts = {
            "cash": {PaidBy.CASH: one.amount_minor},
            "change": {PaidBy.CASH: one.amount_minor},
            "external": {PaidBy.EXTERNAL: one.amount_minor},
            "stored_value": {
                PaidBy.PRINCIPAL: one.principal_minor,
                PaidBy.BONUS: one.bonus_minor,
            },
        }[one.kind]
        for paid_by, amount in parts.items():
            expected[paid_by] += amount
            if amount:
                users[paid_by].add(one.order_id)
    found = by_tender(told(shop, ReportName.TENDERS))
    for paid_by in (PaidBy.CASH, PaidBy.EXTERNAL, PaidBy.PRINCIPAL, PaidBy.BONUS):
        assert found[paid_by][Metric.TAKEN] == expected[paid_by] > 0
        assert found[paid_by][Metric.TENDER_ORDERS] == len(users[paid_by])
    points = found[PaidBy.POINTS]
    assert (points[Metric.POINTS_MONEY], points[Metric.TENDER_ORDERS]) == (50, 1)
    assert points[Metric.TAKEN] == 0


def test_money_in_hand_is_the_ledgers_and_is_made_of_what_stands_beside_it(
    shop: ShopUnderTest,
) -> None:
    found = by_tender(told(shop, ReportName.TENDERS))
    ledgers = moved_outside(shop)
    for paid_by in (PaidBy.CASH, PaidBy.EXTERNAL):
        one = {metric: figure or 0 for metric, figure in found[paid_by].items()}
        assert one[Metric.DRAWER] == ledgers[paid_by]
        assert one[Metric.DRAWER] == (
            one[Metric.NET_TAKEN]
            + one[Metric.TOP_UPS_PRINCIPAL]
            - one[Metric.TOP_UPS_BACK]
            + one[Metric.OTHER_PAID_IN]
        )
    card, cash = found[PaidBy.EXTERNAL], found[PaidBy.CASH]
    assert (card[Metric.TOP_UPS], card[Metric.TOP_UPS_PRINCIPAL]) == (1, 20_000)
    assert card[Metric.TOP_UPS_BACK] == 3_000
    assert (cash[Metric.OTHER_PAID_IN] or 0) > 0
    for paid_by in (PaidBy.PRINCIPAL, PaidBy.BONUS):
        assert found[paid_by][Metric.DRAWER] == 0


def test_each_day_and_store_stands_by_itself_and_adds_up_to_the_tender(
    shop: ShopUnderTest,
) -> None:
    whole = by_tender(told(shop, ReportName.TENDERS))
    rows = told(shop, ReportName.TAKINGS).answer.rows
    keys = [row.key for row in rows if isinstance(row.key, Taking)]
    assert len(keys) == len(rows)
    assert [key.day for key in keys] == sorted(key.day for key in keys)
    assert {key.store_id for key in keys} == {shop.store_id, shop.other_store_id}
    for paid_by, figures in whole.items():
        for metric in MONEY:
            own = [row.figures[metric] or 0 for row in rows if _is(row.key, paid_by)]
            assert sum(own) == figures[metric], (paid_by, metric)
    raw = raw_rows(shop)
    first = keys[0]
    days = [one.id for one in raw.orders if one.business_day == first.day]
    there = [one for one in raw.orders if one.store_id == first.store_id and one.id in days]
    due = sum(one.due_minor for one in there if one.state not in ("open", "cancelled"))
    at_first = [row for row in rows if _at(row.key, first)]
    assert sum(row.figures[Metric.TAKEN] or 0 for row in at_first) == due


def _is(key: object, paid_by: PaidBy) -> bool:
    return isinstance(key, Taking) and key.paid_by is paid_by


def _at(key: object, other: Taking) -> bool:
    return isinstance(key, Taking) and (key.day, key.store_id) == (other.day, other.store_id)


def test_takings_are_held_against_other_days(shop: ShopUnderTest) -> None:
    found = told(shop, ReportName.TAKINGS, comparison=Comparison.PREVIOUS).answer
    assert found.total.before is not None
    before = sum((row.before or {})[Metric.TAKEN] or 0 for row in found.rows)
    assert before > 0
    assert found.total.before[Metric.TAKEN] == before


def test_what_is_behind_a_tender_is_what_it_counts(shop: ShopUnderTest) -> None:
    for name in (ReportName.TENDERS, ReportName.TAKINGS):
        found = told(shop, name).answer
        for row in found.rows:
            for metric in (Metric.TENDER_ORDERS, Metric.TAKEN, Metric.GIVEN_BACK):
                drilled = Drilled(
                    question=found.question, metric=metric, key=str(row.key), rows=500
                )
                with shop.database.read() as read:
                    bills = bills_behind(read, drilled)
                if metric is Metric.TENDER_ORDERS:
                    assert len(bills) == row.figures[metric], str(row.key)
                elif row.key != PaidBy.POINTS and not _is(row.key, PaidBy.POINTS):
                    assert bool(bills) == bool(row.figures[metric]), (str(row.key), metric)
    question = told(shop, ReportName.TENDERS).answer.question
    with shop.database.read() as read:
        every = Drilled(question=question, metric=Metric.TAKEN, rows=500)
        assert len(bills_behind(read, every)) > 10
        for metric, key, code in (
            (Metric.TENDER_ORDERS, None, "report.no_drill"),
            (Metric.TAKEN, "gold", "report.row_unknown"),
        ):
            with pytest.raises(Refusal) as refused:
                bills_behind(read, Drilled(question=question, metric=metric, key=key))
            assert refused.value.code == code
        takings = told(shop, ReportName.TAKINGS).answer.question
        for key in ("cash", "2026-05-10/nowhere/cash", f"2020-01-01/{shop.store_id}/cash"):
            with pytest.raises(Refusal) as refused:
                bills_behind(read, Drilled(question=takings, metric=Metric.TAKEN, key=key))
            assert refused.value.code == "report.row_unknown"


def test_a_day_that_is_not_over_is_said_to_be_open(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path)
    shop.run(shop.sale([shop.line("milk_tea")], cash=1_800))
    shop.pass_time(days=1)
    shop.run(shop.sale([shop.line("milk_tea")], cash=1_800))

    def notes(name: ReportName, until: int) -> list[str]:
        day = shop.now.date() + timedelta(days=until)
        asked = Asked(report=name, from_on=day - timedelta(days=2), until_on=day)
        with shop.database.read() as read:
            rows = report(read, asked, SYSTEM, shops=shop.shops, now=shop.now).answer.rows
        return [row.note.en if row.note else "" for row in rows]

    assert notes(ReportName.TAKINGS, 1) == ["2026-05-04", "2026-05-05 · the day is not over yet"]
    assert set(notes(ReportName.TENDERS, 1)) == {"Includes today, which is not over yet"}
    assert set(notes(ReportName.TENDERS, 0)) == {""}


def test_a_file_of_daily_takings_has_day_store_and_tender_in_columns_of_their_own(
    shop: ShopUnderTest,
) -> None:
    table = file_of(told(shop, ReportName.TAKINGS), Format.CSV, "en").decode("utf-8-sig")
    lines = table.splitlines()
    assert lines[1].startswith("Business day,Store,Tender,Taken,Given back,Net taken")
    assert lines[1].endswith("State of the day")
    assert any(line.startswith("2026-05-") and ",People's Square,Cash," in line for line in lines)
    assert any(line.startswith("Total,,,") for line in lines)
    page = file_of(told(shop, ReportName.TENDERS), Format.HTML, "zh-CN").decode()
    assert "储值本金" in page
    assert "应有实收" in page
    assert file_of(told(shop, ReportName.TAKINGS), Format.XLSX, "zh-CN")[:2] == b"PK"


def a_person(shop: ShopUnderTest, role: Role) -> Actor:
    return replace(SYSTEM, kind=ActorKind.STAFF, id=shop.new_id(), permissions=PERMISSIONS_OF[role])


def waiting(shop: ShopUnderTest, actor: Actor, *products: str) -> tuple[UUID, list[UUID]]:
    """An order that waits: its id and those of its lines."""
    lines = tuple(shop.line(product, quantity=2) for product in products)
    head = OrderHead(
        order_id=shop.new_id(),
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        source="table",
        note=None,
    )
    shop.run(OpenOrder(head=head, lines=lines, member_id=None), actor=actor)
    return head.order_id, [line.id for line in lines]


def test_staff_are_told_their_discounts_by_hand_voids_and_refunds(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    cashier, manager = a_person(shop, Role.CASHIER), a_person(shop, Role.STORE_MANAGER)
    tea = shop.line("lemon_tea")
    off = ManualDiscount(
        id=shop.new_id(), reason="洒了一点", by="", line_id=tea.id, basis_points=1_000
    )
    choices = Choices(coupons=(), manual=(off,))
    shop.run(shop.sale([tea], cash=1_350, choices=choices), actor=cashier)
    plain = shop.sale([shop.line("gift_box"), shop.line("milk_tea")], cash=7_800)
    shop.run(plain, actor=cashier)
    order_id, (first, _) = waiting(shop, cashier, "egg_tart", "mango_ice")
    shop.run(VoidLine(order_id=order_id, seen=1, line_id=first), actor=cashier)
    shop.run(CancelOrder(order_id=order_id, seen=2), actor=manager)
    shop.run(
        RefundOrder(id=shop.new_id(), order_id=plain.order_id, units=None, reason="客人等不及"),
        actor=manager,
    )
    asked = Asked(report=ReportName.STAFF)
    with shop.database.read() as read:
        found = report(read, asked, SYSTEM, shops=shop.shops, now=shop.now).answer
        refunds = refunds_behind(
            read,
            Drilled(question=found.question, metric=Metric.REFUND_TIMES, key=manager.name),
        )
        none = refunds_behind(
            read,
            Drilled(question=found.question, metric=Metric.REFUND_TIMES, key=cashier.name),
        )
        by_hand = Drilled(
            question=found.question, metric=Metric.HAND_DISCOUNT_ORDERS, key=cashier.name
        )
        assert len(bills_behind(read, by_hand)) == 1
    rows = {row.key: row.figures for row in found.rows}
    hers, managers = rows[cashier.name], rows[manager.name]
    assert (hers[Metric.HAND_DISCOUNTS], hers[Metric.HAND_DISCOUNT_ORDERS]) == (150, 1)
    assert (hers[Metric.LINES_VOIDED], hers[Metric.VOIDED_MINOR]) == (1, 1_600)
    assert (hers[Metric.ORDERS_CANCELLED], hers[Metric.REFUND_TIMES]) == (0, 0)
    assert (managers[Metric.ORDERS_CANCELLED], managers[Metric.VOIDED_MINOR]) == (1, 4_400)
    assert (managers[Metric.LINES_VOIDED], managers[Metric.REFUND_TIMES]) == (0, 1)
    (made,) = refunds
    assert (made.reason, made.by, made.order_id) == ("客人等不及", manager.name, plain.order_id)
    assert (made.before_minor, made.amount_minor, made.after_minor) == (7_800, 7_800, 0)
    assert none == []
    assert METRICS[Metric.REFUND_TIMES].drill is Drill.REFUNDS


def test_a_bill_given_back_in_parts_tells_what_it_was_before_each(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    sale = shop.sale([shop.line("gift_box"), shop.line("milk_tea")], cash=7_800)
    shop.run(sale)
    for at, line in enumerate(sale.lines):
        shop.run(
            RefundOrder(
                id=shop.new_id(),
                order_id=sale.order_id,
                units=(UnitsBack(line.id, 1),),
                reason=f"第{at + 1}次",
            )
        )
        shop.pass_time(minutes=5)
    with shop.database.read() as read:
        asked = Asked(report=ReportName.SALES)
        found = report(read, asked, SYSTEM, shops=shop.shops, now=shop.now).answer
        drilled = Drilled(question=found.question, metric=Metric.REFUND_TIMES, rows=1)
        (last,) = refunds_behind(read, drilled)
        (first,) = refunds_behind(read, replace(drilled, cursor=last.id))
    assert found.total.figures[Metric.REFUND_TIMES] == 2
    assert found.total.figures[Metric.REFUNDED_ORDERS] == 1
    assert (first.before_minor, first.after_minor) == (7_800, 1_800)
    assert (last.before_minor, last.after_minor) == (1_800, 0)
