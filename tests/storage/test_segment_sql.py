"""A preview reads what it asks about and no more, and it can be stopped."""

from dataclasses import replace
from datetime import timedelta
from threading import Timer

import psycopg
import pytest
from sqlalchemy import column, text

from regulars.domain.kernel.condition import All, Compare, Comparison, Condition, OneOf
from regulars.domain.kernel.period import Instant, instant_from_iso, microseconds_of
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.segments.member_state import Ground, StoreSeen
from regulars.storage.columns import Whole
from regulars.storage.engine import Database, Read, Statement, open_database
from regulars.storage.limited_read import LimitedRead
from regulars.storage.segment_rows import PASSES
from regulars.storage.segment_sql import Circumstances, size_of
from tests import postgres
from tests.segment_things import PRODUCTS, REGIONS, STORES

NOW = instant_from_iso("2026-05-04T12:00:00+08:00")
HERE = Circumstances(
    now=NOW,
    ground=Ground(stores={STORES[0]: StoreSeen(REGIONS[0], "Asia/Shanghai", 240)}),
    born=lambda _: [bytes(32)],
)
BY_PRODUCT = "order_line_by_product"
ENDLESS: Statement[int] = Statement(
    text(
        "SELECT count(*) FROM (WITH RECURSIVE numbers(x) AS (SELECT 1 UNION ALL"
        " SELECT x + 1 FROM numbers WHERE x < 1000000000000) SELECT x FROM numbers) AS q"
    ).columns(column("count", Whole()))
)


YOUNG = replace(HERE, ground=replace(HERE.ground, sells_since=Instant(NOW - timedelta(days=60))))


def plan_of(read: Read, condition: Condition, shop: Circumstances = HERE) -> str:
    """How the engine would answer."""
    compiled = size_of(condition, shop).on(read.engine)
    explain = "EXPLAIN QUERY PLAN " if read.engine == "sqlite" else "EXPLAIN "
    rows = read._wire.fetch((explain + compiled.sql, compiled.values({})))
    return "\n".join(str(row) for row in rows)


@pytest.mark.parametrize(
    ("measure", "index"),
    [
        ("visits_in(days=30)", "orders_by_time"),
        ("spent_in(days=90)", "orders_by_time"),
        ("ticket_max_in(days=30)", "orders_by_time"),
        ("coupons_expiring(days=7)", "coupon_by_end"),
        ("points_expiring(days=7)", "lot_ending"),
    ],
)
def test_a_preview_reads_its_window_through_an_index(
    sqlite_url: str, measure: str, index: str
) -> None:
    database = open_database(sqlite_url, read_only=True)
    with database.read() as read:
        plan = plan_of(read, Compare(measure, Comparison.AT_LEAST, 1))
    database.close()
    assert index in plan


@pytest.mark.parametrize(
    ("leaf", "index"),
    [
        (Compare("visits_in(days=30)", Comparison.AT_LEAST, 2), "orders_by_member"),
        (Compare(f"bought(product={PRODUCTS[0]},days=30)", Comparison.AT_LEAST, 1), BY_PRODUCT),
        (Compare(f"days_since_bought(product={PRODUCTS[0]})", Comparison.AT_LEAST, 9), BY_PRODUCT),
        (Compare("stored_value", Comparison.AT_LEAST, 1), "account_stored"),
        (Compare("bonus", Comparison.LESS, 1), "account_stored"),
        (OneOf("tags", ("常客",)), "member_tag_by_tag"),
    ],
)
def test_what_most_of_all_orders_decide_is_not_sorted_and_not_looked_up(
    sqlite_url: str, leaf: Condition, index: str
) -> None:
    database = open_database(sqlite_url, read_only=True)
    with database.read() as read:
        plan = plan_of(read, leaf, YOUNG)
    database.close()
    assert index in plan
    assert "orders_by_time" not in plan


def test_what_is_asked_of_the_same_orders_is_read_from_them_once(sqlite_url: str) -> None:
    often = Compare("visits_in(days=30)", Comparison.AT_LEAST, 2)
    seldom = Compare("visits_in(days=30)", Comparison.AT_MOST, 5)
    dear = Compare("ticket_avg_in(days=30)", Comparison.AT_LEAST, 4_000)
    database = open_database(sqlite_url, read_only=True)
    with database.read() as read:
        plan = plan_of(read, All((often, seldom, dear)))
    database.close()
    assert plan.count("orders_by_time") == 1


def test_the_passes_of_a_member_are_found_by_her_and_not_by_their_state(sqlite_url: str) -> None:
    database = open_database(sqlite_url, read_only=True)
    with database.read() as read:
        compiled = PASSES.on("sqlite")
        call = ("EXPLAIN QUERY PLAN " + compiled.sql, compiled.values({"members": [STORES[0]]}))
        plan = str(read._wire.fetch(call))
    database.close()
    assert "member_pass_by_member" in plan


FILL = """
    INSERT INTO region SELECT gen_random_uuid(), 'x', 'x';
    INSERT INTO store SELECT gen_random_uuid(), id, 'S', 'x', 'x', 'UTC', 0, 'tea', 'open' FROM region;
    INSERT INTO terminal SELECT gen_random_uuid(), id, 'A', 'x', NULL, NULL, 'active' FROM store;
    INSERT INTO member (id, joined_at, joined_store_id, joined_via, state, language, revision)
      SELECT gen_random_uuid(), 0, store.id, 'till', 'active', 'en', 1
      FROM store, generate_series(1, 500);
    INSERT INTO orders (id, store_id, terminal_id, business_day, number, source, member_id,
        opened_by, state, revision, opened_at, settled_at, list_minor, discount_minor, tax_minor,
        rounding_minor, due_minor, refunded_minor, points_earned, points_spent, growth_earned)
      SELECT gen_random_uuid(), store_id, terminal.id, '2026-01-01', n || '-' || left(m.id::text, 8),
        'counter', m.id, 'x', 'paid', 1, 0, {now} - n * 7776000000::bigint, 9, 0, 0, 0, 9, 0, 0, 0, 0
      FROM terminal, (SELECT id, row_number() OVER () AS k FROM member) AS m,
        generate_series(1, 4000) AS n WHERE n % 100 = m.k % 100;
    ANALYZE orders; ANALYZE member;
"""


def test_a_server_reads_seven_days_of_a_year_through_the_same_index(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url.replace(postgres.APP, postgres.OWNER)) as owner:
        owner.execute(FILL.format(now=microseconds_of(NOW)).encode())
    database = open_database(postgresql_url, read_only=True)
    with database.read() as read:
        plan = plan_of(read, Compare("visits_in(days=7)", Comparison.AT_LEAST, 2))
    database.close()
    assert "orders_by_time" in plan


def test_a_question_that_takes_too_long_is_ended(database: Database) -> None:
    with pytest.raises(Refusal) as refusal:
        LimitedRead(database, seconds=0.2).ask(lambda read: read.one(ENDLESS))
    assert refusal.value.code == "question.too_slow"


def test_a_question_is_cancelled_by_whoever_asked_it(database: Database) -> None:
    limited = LimitedRead(database, seconds=60)
    Timer(0.2, limited.cancel).start()
    with pytest.raises(Refusal) as refusal:
        limited.ask(lambda read: read.one(ENDLESS))
    assert refusal.value.code == "question.cancelled"
    gone = LimitedRead(database, seconds=60)
    gone.cancel()
    with pytest.raises(Refusal) as refusal:
        gone.ask(lambda read: read.one(ENDLESS))
    assert refusal.value.code == "question.cancelled"
