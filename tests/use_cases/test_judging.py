"""Stages and classes kept up by facts, by the clock and by a new yardstick, on both engines."""

from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import select, update

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.terms import Level
from regulars.domain.members.identity import IdentityKind
from regulars.jobs.insights import follow, judge_anew, judge_due, measure
from regulars.storage import fact_cursors, insights, tiers
from regulars.storage.engine import Database
from regulars.storage.insights import InsightRow
from regulars.storage.statement import Statement
from regulars.storage.tables.stores import store
from regulars.storage.tables.system import fact
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.judging import WALK, Cause, JudgeMembers
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.terms import SetTerm
from tests.insights import follow_all, settle_jobs
from tests.shops import ShopUnderTest, open_shop
from tests.workshops import run_out, workshop_of

ONE_TIER = [{"code": "leaf", "name_zh": "茶友", "name_en": "Leaf", "growth_from": 0}]
AT_LIST_PRICE: dict[str, object] = {"joining.coupon_types": [], "tiers.ladder": ONE_TIER}


class _Told(NamedTuple):
    kind: str
    member_id: UUID | None
    body: dict[str, object]


TOLD = Statement(
    select(fact.c.kind, fact.c.member_id, fact.c.body)
    .where(fact.c.kind.in_(("member.stage_changed", "member.class_changed")))
    .order_by(fact.c.sequence),
    _Told,
)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path, terms=AT_LIST_PRICE)


def bought(shop: ShopUnderTest, member: UUID, *, count: int = 1) -> UUID:
    sale = shop.sale([shop.line("egg_tart", quantity=count)], member=member, cash=800 * count)
    shop.run(sale)
    return sale.order_id


def regular_from(shop: ShopUnderTest, visits: int) -> None:
    """From so many visits on a member is a regular."""
    term = SetTerm(
        id=shop.new_id(),
        field="lifecycle.regular_visits",
        level=Level.ORGANISATION,
        place_id=None,
        value=visits,
        effective_at=None,
        locked=False,
        low=None,
        high=None,
        reason="来几次就算常客",
    )
    shop.run(term)


def insight(shop: ShopUnderTest, member: UUID) -> InsightRow:
    with shop.database.read() as read:
        row = read.one(insights.OF_MEMBER, member_id=member)
    assert row is not None
    return row


def stages(shop: ShopUnderTest, member: UUID) -> list[str]:
    with shop.database.read() as read:
        return [row.stage for row in read.all(insights.HISTORY, member_id=member)]


def told(shop: ShopUnderTest, kind: str) -> list[dict[str, object]]:
    with shop.database.read() as read:
        return [row.body for row in read.all(TOLD) if row.kind == kind]


def test_a_member_walks_through_her_stages_by_facts_and_by_the_clock(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    settle_jobs(shop)
    assert insight(shop, wang).stage == "prospect"
    for _ in range(5):
        bought(shop, wang)
        shop.pass_time(days=7)
        settle_jobs(shop)
    assert insight(shop, wang).stage == "regular"
    shop.pass_time(days=13)
    settle_jobs(shop)
    assert insight(shop, wang).stage == "at_risk"
    shop.pass_time(days=30)
    settle_jobs(shop)
    row = insight(shop, wang)
    assert (row.stage, row.due_at) == ("lost", None)
    bought(shop, wang)
    settle_jobs(shop)
    expected = ["prospect", "first_timer", "developing", "regular", "at_risk", "lost", "won_back"]
    assert stages(shop, wang) == expected
    changed = told(shop, "member.stage_changed")
    assert [one["now"] for one in changed] == expected
    assert [one["cause"] for one in changed[4:6]] == ["due", "due"]


def test_she_is_woken_on_the_business_day_on_which_she_flips_and_not_before(
    shop: ShopUnderTest,
) -> None:
    wang = shop.join("13800138000")
    bought(shop, wang)
    settle_jobs(shop)
    due_at = insight(shop, wang).due_at
    assert due_at is not None
    assert due_at.isoformat() == "2026-06-14T20:00:00+00:00"
    shop.now = Instant(due_at - timedelta(microseconds=1))
    settle_jobs(shop)
    assert insight(shop, wang).stage == "first_timer"
    shop.now = due_at
    settle_jobs(shop)
    assert insight(shop, wang).stage == "at_risk"


def test_a_refunded_visit_is_no_visit(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    order = bought(shop, wang)
    settle_jobs(shop)
    assert insight(shop, wang).stage == "first_timer"
    shop.run(RefundOrder(id=shop.new_id(), order_id=order, units=None, reason="洒了"))
    settle_jobs(shop)
    row = insight(shop, wang)
    assert (row.stage, row.visits, row.last_on) == ("prospect", 0, None)


def test_judging_twice_changes_nothing_and_tells_nothing(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    bought(shop, wang)
    settle_jobs(shop)
    before = insight(shop, wang)
    for _ in range(2):
        answer = shop.run(JudgeMembers(member_ids=(wang, wang), cause=Cause.FOLLOWED))
        assert answer == {"judged": 1, "changed": 0}
    assert insight(shop, wang) == before
    assert len(told(shop, "member.stage_changed")) == 1


def a_crowd(shop: ShopUnderTest) -> list[UUID]:
    """Twenty-four members: the n-th came n times, every five days, the last time n days ago."""
    crowd = [shop.join(f"138001380{n:02d}") for n in range(24)]
    opened = shop.now
    visits = sorted((120 - n - 5 * k, n) for n in range(24) for k in range(n + 1))
    for day, n in visits:
        shop.now = Instant(opened + timedelta(days=day))
        bought(shop, crowd[n])
    shop.now = Instant(opened + timedelta(days=121))
    return crowd


def measured_tonight(shop: ShopUnderTest) -> None:
    workshop = workshop_of(shop)
    measure(workshop, shop.now.date())


def test_the_shop_measures_itself_and_judges_everybody_by_it(shop: ShopUnderTest) -> None:
    crowd = a_crowd(shop)
    settle_jobs(shop)
    assert insight(shop, crowd[5]).rfm is None
    measured_tonight(shop)
    with shop.database.read() as read:
        (cuts,) = read.all(insights.CUTS)
    assert (cuts.store_kind, cuts.version, cuts.members, cuts.gap_days) == ("tea", 1, 24, 5)
    assert cuts.visits == [5, 10, 15, 20]
    settle_jobs(shop)
    assert insight(shop, crowd[0]).rfm == "newcomer"
    assert {insight(shop, one).rfm for one in crowd[18:]} == {"key_win_back"}
    measured_tonight(shop)
    with shop.database.read() as read:
        assert len(read.all(insights.CUTS)) == 1
    assert len(told(shop, "member.class_changed")) == len(crowd)


def test_a_new_term_judges_everybody_anew(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    for _ in range(2):
        bought(shop, wang)
        shop.pass_time(days=3)
    settle_jobs(shop)
    assert insight(shop, wang).stage == "developing"
    regular_from(shop, 2)
    settle_jobs(shop)
    assert insight(shop, wang).stage == "regular"
    assert told(shop, "member.stage_changed")[-1]["cause"] == "judged_anew"


def test_following_facts_ends_where_waking_and_walking_end(shop: ShopUnderTest) -> None:
    """What facts and due rows leave is what judging everybody anew finds."""
    crowd = [shop.join(f"138001381{n:02d}") for n in range(6)]
    measured_tonight(shop)
    for week in range(16):
        for n, member in enumerate(crowd):
            if week % (n + 1) == 0:
                bought(shop, member)
        settle_jobs(shop)
        shop.pass_time(days=7)
    settle_jobs(shop)
    kept = [insight(shop, one)._replace(judged_at=shop.now) for one in crowd]
    shop.run(JudgeMembers(member_ids=tuple(crowd), cause=Cause.JUDGED_ANEW))
    anew = [insight(shop, one)._replace(judged_at=shop.now) for one in crowd]
    assert [(one.stage, one.stage_since, one.rfm, one.due_at) for one in kept] == [
        (one.stage, one.stage_since, one.rfm, one.due_at) for one in anew
    ]


def test_a_reader_that_begins_late_reads_only_the_newest_facts_again(shop: ShopUnderTest) -> None:
    shop.join("13800138000")
    follow_all(follow, "insights", shop)
    with shop.database.read() as read:
        cursor = fact_cursors.cursor_of(read, "insights")
        newest = fact_cursors.at_the_end(read, "insights")
    assert cursor.position == newest.position


def member_of_the_other(shop: ShopUnderTest, phone: str) -> UUID:
    """A member whose home is the other store."""
    member_id = shop.new_id()
    phone_of_hers = IdentityText(kind=IdentityKind.PHONE, text=phone)
    shop.run(
        JoinMember(member_id=member_id, store_id=shop.other_store_id, identities=(phone_of_hers,))
    )
    return member_id


def clock_of_the_other(shop: ShopUnderTest, zone: str) -> None:
    """The other store's row says so, whoever wrote it."""
    change = Statement[object](
        update(store).where(store.c.id == shop.other_store_id).values(zone=zone)
    )
    shop.database.write(lambda tx: tx.send(change)).result()


def test_a_member_who_cannot_be_judged_holds_up_nobody(shop: ShopUnderTest) -> None:
    lost, wang = member_of_the_other(shop, "13900139000"), shop.join("13800138000")
    settle_jobs(shop)
    clock_of_the_other(shop, "Nowhere/At_All")
    bought(shop, wang)
    bought(shop, lost)
    follow_all(follow, "insights", shop)
    assert (insight(shop, wang).stage, insight(shop, lost).stage) == ("first_timer", "prospect")

    # By the clock, and by a new yardstick.
    clock_of_the_other(shop, "Asia/Shanghai")
    bought(shop, lost)
    follow_all(follow, "insights", shop)
    assert insight(shop, lost).stage == "first_timer"
    clock_of_the_other(shop, "Nowhere/At_All")
    shop.pass_time(days=60)
    run_out(judge_due, shop)
    assert (insight(shop, wang).stage, insight(shop, lost).stage) == ("at_risk", "first_timer")
    regular_from(shop, 3)
    run_out(judge_anew, shop)
    run_out(judge_anew, shop)
    assert insight(shop, wang).judged_at == shop.now
    with shop.database.read() as read:
        walk = read.one(tiers.WALK, walk=WALK)
    assert walk is not None
    assert walk.finished
