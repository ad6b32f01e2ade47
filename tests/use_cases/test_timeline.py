"""A member's timeline is whole, in order, paged without loss, and shows no more than its reader may."""

import ast
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select, update

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.mall import MallOrderState
from regulars.domain.messaging.message import MessageState
from regulars.domain.pricing.basket import Choices
from regulars.domain.stores.actor import SYSTEM, Actor
from regulars.domain.stores.permissions import PERMISSIONS_OF, Permission, Role
from regulars.domain.stores.scope import Scope
from regulars.domain.tiers.moves import Cause as TierCause
from regulars.domain.timeline.kinds import Kind, Topic, told_under
from regulars.domain.timeline.line import Line
from regulars.storage.columns import Id
from regulars.storage.engine import Database, Read, Statement, Write
from regulars.storage.tables.members import member
from regulars.storage.tables.system import fact
from regulars.storage.timeline import LOWEST, SPOTS, Source
from regulars.use_cases import timeline_marketing, timeline_trade
from regulars.use_cases.coupons import VoidCoupon
from regulars.use_cases.member_tags import SetMemberTags
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.timeline import TELLERS, Page, Wanted, timeline_of
from tests import postgres
from tests.architecture import tree
from tests.shops import OPENING, ShopUnderTest, open_shop

PHONE = "13800138000"
_KINDS: Statement[str] = Statement(
    select(fact.c.kind).where(fact.c.member_id == bindparam("who", type_=Id())).distinct()
)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def page_of(
    shop: ShopUnderTest, who: UUID, wanted: Wanted | None = None, actor: Actor = SYSTEM
) -> Page:
    with shop.database.read() as read:
        return timeline_of(read, who, wanted or Wanted(), actor=actor, now=shop.now)


def lines_of(shop: ShopUnderTest, who: UUID, *topics: Topic) -> list[Line]:
    return list(page_of(shop, who, Wanted(topics=frozenset(topics))).lines)


def told(lines: Sequence[Line]) -> list[str]:
    return [line.sentence.zh for line in lines]


def buy(shop: ShopUnderTest, who: UUID) -> UUID:
    sale = shop.sale([shop.line("gift_box")], member=who, cash=6_000)
    shop.run(sale)
    return sale.order_id


def lived(shop: ShopUnderTest) -> UUID:
    """王芳 joins, tops up, buys, gives something back, is tagged, and uses a coupon."""
    wang = shop.join(PHONE)
    shop.pass_time(minutes=5)
    shop.top_up(wang, 10_000)
    shop.pass_time(minutes=5)
    first = buy(shop, wang)
    shop.pass_time(hours=1)
    shop.run(RefundOrder(id=shop.new_id(), order_id=first, units=None, reason="洒了"))
    shop.run(SetMemberTags(member_id=wang, tags=("常客", "少糖")))
    shop.pass_time(hours=1)
    coupon = shop.coupon(wang, "TEN")
    chosen = Choices(coupons=(coupon,))
    shop.run(shop.sale([shop.line("milk_tea")], member=wang, cash=800, choices=chosen))
    shop.pass_time(minutes=1)
    return wang


def test_everything_that_happened_is_told_newest_first(shop: ShopUnderTest) -> None:
    wang = lived(shop)
    lines = lines_of(shop, wang)
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    text = "\n".join(told(lines))
    for part in (
        "在人民广场店入会（收银台）",
        "从“茶友”开始",
        "在人民广场店充值，存入储值本金 100.00",
        "在人民广场店退款 60.00",
        "打上标签：",
        "得到“立减10元”",
        "得到“立减5元”",
        "用掉“立减10元”",
        "实付 8.00",
    ):
        assert part in text, part
    # Within the moment of the sale: first the bill, then what it moved, then the coupon it used.
    newest = [line.kind.topic for line in lines if line.at == lines[0].at]
    assert newest[0] is Topic.COUPON
    assert newest[-1] is Topic.ORDER


def test_a_bill_names_its_offers_and_the_lines_that_followed_name_the_bill(
    shop: ShopUnderTest,
) -> None:
    wang = lived(shop)
    bill = next(one for one in lines_of(shop, wang, Topic.ORDER) if one.why is not None)
    assert bill.why is not None
    assert "立减10元 −10.00" in bill.why.zh
    assert bill.rule is not None
    caused = {
        line.kind
        for line in lines_of(shop, wang)
        if line.caused_by is not None and line.caused_by.id == bill.ids["order"]
    }
    assert {Kind.VALUE_MOVED, Kind.COUPON_USED} <= caused
    back = next(one for one in lines_of(shop, wang) if one.kind is Kind.ORDER_REFUNDED)
    assert back.why is not None
    assert "洒了" in back.why.zh


@pytest.mark.parametrize("size", [1, 2, 7])
def test_pages_lose_and_repeat_nothing_also_within_one_moment(
    shop: ShopUnderTest, size: int
) -> None:
    wang = lived(shop)
    whole = lines_of(shop, wang)
    assert len({line.at for line in whole}) < len(whole)
    found: list[Line] = []
    wanted = Wanted(lines=size)
    while True:
        page = page_of(shop, wang, wanted)
        assert len(page.lines) <= size
        found += page.lines
        # What happens meanwhile is newer, and moves no page.
        shop.pass_time(seconds=1)
        buy(shop, wang)
        if page.next_cursor is None:
            break
        wanted = replace(wanted, cursor=page.next_cursor)
    assert found == whole


def test_more_than_one_batch_of_a_topic_is_read_on(shop: ShopUnderTest) -> None:
    wang = shop.join(PHONE)
    for _ in range(40):
        shop.pass_time(minutes=1)
        buy(shop, wang)
    lines = lines_of(shop, wang, Topic.ORDER)
    assert len(lines) == len({line.ids["order"] for line in lines}) == 40


def test_a_period_is_half_open(shop: ShopUnderTest) -> None:
    wang = shop.join(PHONE)
    shop.pass_time(days=1)
    begins = shop.now
    buy(shop, wang)
    shop.pass_time(days=1)
    ends = shop.now
    buy(shop, wang)
    shop.pass_time(days=1)
    orders = frozenset({Topic.ORDER})
    page = page_of(shop, wang, Wanted(topics=orders, since=begins, until=ends))
    assert [line.at for line in page.lines] == [begins]


def test_a_coupon_that_was_never_used_ends_when_its_time_is_over(shop: ShopUnderTest) -> None:
    wang = shop.join(PHONE)
    shop.coupon(wang, "TEN")
    assert Kind.COUPON_ENDED not in {line.kind for line in lines_of(shop, wang)}
    shop.pass_time(days=40)
    ended = [line for line in lines_of(shop, wang) if line.kind is Kind.COUPON_ENDED]
    assert told(ended) == ["“立减10元”没用就过期了", "“立减5元”没用就过期了"]


def test_a_coupon_that_was_taken_back_says_why(shop: ShopUnderTest) -> None:
    wang = shop.join(PHONE)
    coupon = shop.coupon(wang, "TEN")
    shop.pass_time(minutes=1)
    shop.run(VoidCoupon(coupon_id=coupon, reason="发错了"))
    newest = lines_of(shop, wang, Topic.COUPON)[0]
    assert newest.sentence == Label("“立减10元”作废", "“10 off” was made void")
    assert newest.why == Label("发错了", "发错了")


def test_what_the_reader_has_no_right_to_is_left_out_and_said_to_be(shop: ShopUnderTest) -> None:
    wang = lived(shop)
    for role, gone in (
        (Role.CASHIER, {Topic.SEGMENT, Topic.EXPERIMENT}),
        (Role.MARKETER, {Topic.ORDER, Topic.VALUE, Topic.PASS}),
        (Role.OWNER, set[Topic]()),
    ):
        actor = replace(SYSTEM, permissions=PERMISSIONS_OF[role])
        page = page_of(shop, wang, actor=actor)
        assert set(page.left_out) == gone
        assert not gone & {line.kind.topic for line in page.lines}
    nobody = replace(SYSTEM, permissions=frozenset({Permission.ORDER_READ}))
    with pytest.raises(Refusal, match=r"permission\.missing"):
        page_of(shop, wang, actor=nobody)


def test_another_stores_bill_shows_only_that_there_was_one(shop: ShopUnderTest) -> None:
    wang = lived(shop)
    elsewhere = replace(SYSTEM, scope=Scope(frozenset({shop.other_store_id})))
    bills = Wanted(topics=frozenset({Topic.ORDER}))
    page = page_of(shop, wang, bills, elsewhere)
    assert len(page.lines) == len(page_of(shop, wang, bills).lines) == 3
    for line in page.lines:
        assert line.sentence.zh == "在其他门店消费"
        assert not line.ids
        assert not line.amounts
        assert line.why is None
        assert line.rule is None
        assert line.store_id is None


def test_a_coupon_used_at_another_store_names_no_bill_of_it(shop: ShopUnderTest) -> None:
    wang = lived(shop)
    elsewhere = replace(SYSTEM, scope=Scope(frozenset({shop.other_store_id})))
    page = page_of(shop, wang, Wanted(topics=frozenset({Topic.COUPON})), elsewhere)
    used = next(line for line in page.lines if line.kind is Kind.COUPON_USED)
    assert used.sentence.zh == "用掉“立减10元”（在其他门店）"
    assert used.caused_by is None
    assert set(used.ids) == {"coupon"}


def test_of_one_who_was_erased_nothing_is_told_that_somebody_wrote(shop: ShopUnderTest) -> None:
    wang = lived(shop)
    shop.database.write(lambda tx: _erase(tx, wang)).result()
    lines = lines_of(shop, wang)
    text = "\n".join(told(lines)) + "".join(line.why.zh for line in lines if line.why)
    assert "常客" not in text
    assert "洒了" not in text
    assert "在人民广场店充值" in text


def _erase(tx: Write, who: UUID) -> None:
    gone = update(member).where(member.c.id == bindparam("who", type_=Id()))
    tx.send(Statement[object](gone.values(state="erased", wrapped_key=None, name=None)), who=who)


def test_nobody_has_no_timeline_and_a_broken_page_mark_is_refused(shop: ShopUnderTest) -> None:
    with pytest.raises(Refusal, match=r"member\.unknown"):
        page_of(shop, shop.new_id())
    wang = shop.join(PHONE)
    good = page_of(shop, wang, Wanted(lines=1)).next_cursor
    assert good is not None
    for bad in ("", "x", "bm9uc2Vuc2U", good[:-3], good + "AAAA", "WzEsMl0", "W3RydWUsMSwyLDNd"):
        with pytest.raises(Refusal, match=r"timeline\.cursor_malformed"):
            page_of(shop, wang, Wanted(cursor=bad))


def test_every_fact_of_a_life_has_its_place(shop: ShopUnderTest) -> None:
    wang = lived(shop)
    with shop.database.read() as read:
        rows = read.all(_KINDS, who=wang)
    assert rows
    topics = {line.kind.topic for line in lines_of(shop, wang)}
    for kind in rows:
        topic = told_under(kind)
        assert topic is None or topic in topics, kind


def event_kinds(module: str, noun: str) -> set[str]:
    """Which kinds of events a use case makes, as its text has them."""
    calls = [
        node
        for node in tree.nodes(tree.SOURCE / "use_cases" / module)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {noun, "_by_hand"}
    ]
    given = [*(one.value for call in calls for one in call.keywords if one.arg == "kind")]
    given += [call.args[0] for call in calls if call.args]
    return {str(one.value) for one in given if isinstance(one, ast.Constant)}


def test_no_state_goes_without_a_line() -> None:
    assert TELLERS.keys() == set(Source) == SPOTS.keys()
    # A lease leaves no event.
    assert {*MessageState} - {MessageState.LEASED} <= timeline_marketing.MESSAGES.keys()
    assert timeline_trade.TIER_KINDS.keys() == set(TierCause)
    assert event_kinds("wallet.py", "Happened") | event_kinds("sharing.py", "Happened") <= {
        *timeline_trade.COUPON_KINDS,
        "claimed",
    }
    assert set(MallOrderState) == {"given", "waiting", "handed_over", "cancelled"}


@pytest.mark.parametrize("source", list(Source))
def test_each_question_starts_from_the_member(
    database: Database, database_url: str, source: Source
) -> None:
    if database.engine == "postgresql":
        postgres.forget_sizes(database_url)
    with database.read() as read:
        plan = _plan(read, source)
    if database.engine == "sqlite":
        assert re.findall(r"SCAN (?!told|\(subquery|SUBQUERY|CONSTANT)\w+", plan) == [], plan
    else:
        found = re.findall(r"(Seq Scan|Index (?:Only )?Scan|Bitmap Index Scan)", plan)
        assert "Seq Scan" not in found, plan
        assert plan.count("Index Cond") == len(found), plan


def _plan(read: Read, source: Source) -> str:
    spots = SPOTS[source].on(read.engine)
    given = {
        "member_id": UUID(int=7),
        "since": Instant(OPENING - timedelta(days=9)),
        "before_at": OPENING,
        "before_key": LOWEST[source],
        "before_part": 0,
        "rows": 25,
    }
    if read.engine == "postgresql":
        # Whatever the server has counted of these small tables by now: is there a way by index?
        for way in ("seqscan", "hashjoin", "mergejoin"):
            read._wire.fetch((f"SET LOCAL enable_{way} = off", []))
    explain = "EXPLAIN QUERY PLAN " if read.engine == "sqlite" else "EXPLAIN "
    rows = read._wire.fetch((explain + spots.sql, spots.values(given)))
    return "\n".join(str(row) for row in rows)
