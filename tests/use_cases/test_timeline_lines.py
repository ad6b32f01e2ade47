"""Every topic of a timeline, lived through and read: rewards, surveys, journeys, tests, messages."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, update

from regulars.domain.kernel.period import instant_from_iso
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.loyalty.recovery import Act
from regulars.domain.members.identity import IdentityKind
from regulars.domain.messaging.port import Refused
from regulars.domain.stores.actor import SYSTEM
from regulars.domain.timeline.kinds import Kind, Topic
from regulars.domain.timeline.line import Cause, Line
from regulars.jobs.groups import GROUPS
from regulars.jobs.referrals import REFERRALS
from regulars.storage import surveys
from regulars.storage.audit import NEWEST
from regulars.storage.columns import Id
from regulars.storage.engine import Database, Statement
from regulars.storage.tables.members import member
from regulars.storage.tables.messaging import message_template
from regulars.storage.tables.offers import coupon_type
from regulars.use_cases.card_loss import ReissueCard, ReportCardLost
from regulars.use_cases.groups import JoinGroup, OpenGroup
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.mall_ends import CancelMallOrder, HandOver
from regulars.use_cases.pass_times import FreezePass, TransferPass, UnfreezePass
from regulars.use_cases.pass_uses import UndoPassUse, UsePass
from regulars.use_cases.passes import SellPass
from regulars.use_cases.referrals import code_of
from regulars.use_cases.staff_tasks import FinishTask
from regulars.use_cases.survey_links import token_of
from regulars.use_cases.surveys import AnswerSurvey, FinishRecovery
from regulars.use_cases.timeline import Wanted, timeline_of
from regulars.use_cases.wallet import TransferCoupon
from tests.domain.loyalty.definitions import CHECK_IN, DRAW, MUG, THREE_ORDERS
from tests.domain.loyalty.test_survey import SURVEY
from tests.insights import settle_jobs
from tests.inviting import FRIENDS, TEN_CUPS, THREE_TOGETHER, start, work
from tests.journeys import EXIT, Walk
from tests.measuring import assigned, declared, halves
from tests.messaging import PostUnderTest, Provider
from tests.rewards import draw, order, pay_done_tasks, sign_in, started, with_points
from tests.shops import ShopUnderTest, named, open_shop

PHONE = "13800138000"
_STOP_TEMPLATE: Statement[object] = Statement(
    update(message_template)
    .where(message_template.c.id == bindparam("this", type_=Id()))
    .values(state="stopped")
)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


@pytest.fixture
def walk(shop: ShopUnderTest) -> Walk:
    opened = Walk(PostUnderTest(shop, [Provider()]))
    opened.post.template()
    return opened


def lines_of(shop: ShopUnderTest, who: UUID, *topics: Topic) -> list[Line]:
    """Her lines of some topics, oldest first."""
    wanted = Wanted(topics=frozenset(topics))
    with shop.database.read() as read:
        page = timeline_of(read, who, wanted, actor=SYSTEM, now=shop.now)
    return list(reversed(page.lines))


def told(lines: Sequence[Line]) -> list[str]:
    return [f"{line.sentence.zh}{f' — {line.why.zh}' if line.why else ''}" for line in lines]


def test_check_ins_tasks_draws_and_the_mall(shop: ShopUnderTest) -> None:
    check_in = started(shop, ProgrammeKind.CHECK_IN, CHECK_IN)
    started(shop, ProgrammeKind.TASK, THREE_ORDERS)
    lucky = started(shop, ProgrammeKind.DRAW, {**DRAW, "price_points": 4})
    mug = started(shop, ProgrammeKind.MALL_ITEM, {**MUG, "points": 35})
    wang = with_points(shop, PHONE, 500)
    for _ in range(2):
        shop.pass_time(days=1)
        sign_in(shop, check_in, wang)
    for _ in range(3):
        shop.pass_time(minutes=1)
        shop.run(shop.sale([shop.line("egg_tart")], member=wang, cash=800))
    pay_done_tasks(shop)
    prizes = {"blank": "没有中奖"}
    drawn = []
    for _ in range(6):
        shop.pass_time(minutes=1)
        drawn.append(str(draw(shop, lucky, wang)["prize"]))
    shop.pass_time(minutes=1)
    first = UUID(str(order(shop, mug, wang)["id"]))
    shop.pass_time(minutes=1)
    shop.run(CancelMallOrder(order_id=first, reason="点错了"))
    shop.pass_time(minutes=1)
    second = UUID(str(order(shop, mug, wang)["id"]))
    shop.pass_time(minutes=1)
    shop.run(HandOver(order_id=second))

    assert told(lines_of(shop, wang, Topic.CHECK_IN)) == [
        "在人民广场店签到，连续第 1 天",
        "在人民广场店签到，连续第 2 天",
    ]
    assert told(lines_of(shop, wang, Topic.MALL)) == [
        "用 35 积分兑换“周年活动”",
        "“周年活动”的兑换取消了",
        "用 35 积分兑换“周年活动”",
        "领走了“周年活动”",
    ]
    draws = lines_of(shop, wang, Topic.DRAW)
    assert len(draws) == len(drawn)
    for line, prize in zip(draws, drawn, strict=True):
        assert line.rule is not None
        assert line.rule.version == "1"
        if prize in prizes:
            assert line.sentence.zh == f"抽奖“周年活动”：{prizes[prize]}"
        else:
            assert prize not in line.sentence.zh
    items = [line.sentence.zh for line in lines_of(shop, wang, Topic.GIFT)]
    assert items.count("积分商城兑换：马克杯") == 1
    assert items.count("抽奖奖品：保温杯") == drawn.count("flask")
    caused = {line.caused_by.topic for line in lines_of(shop, wang, Topic.VALUE) if line.caused_by}
    assert {Topic.MALL, Topic.DRAW, Topic.ORDER} <= caused


def test_a_friend_is_brought(shop: ShopUnderTest) -> None:
    start(shop, "referral", FRIENDS)
    wang = shop.join(PHONE)
    with shop.database.read() as read:
        code = code_of(read, shop.vault, wang)
    friends = []
    for number in (1, 2):
        li = shop.new_id()
        phone = IdentityText(kind=IdentityKind.PHONE, text=f"1390013900{number}")
        command = JoinMember(
            member_id=li, store_id=shop.store_id, identities=(phone,), referral_code=code
        )
        shop.run(command)
        friends.append(li)
    shop.run(shop.sale([shop.line("milk_tea")], member=friends[0], cash=1_800))
    work(shop, REFERRALS)
    shop.pass_time(days=15)
    work(shop, REFERRALS)
    shop.pass_time(days=100)
    work(shop, REFERRALS)
    brought = lines_of(shop, wang, Topic.REFERRAL)
    assert told(brought) == [
        "邀请了一位新会员",
        "邀请了一位新会员",
        "老带新奖励到账",
        "老带新没有奖励 — 朋友没有在期限内消费",
    ]
    assert {line.caused_by for line in brought} == {None}, "her friend's bill is her friend's"
    mine = lines_of(shop, friends[0], Topic.REFERRAL)
    assert told(mine) == ["由朋友邀请而来", "老带新奖励到账"]
    assert mine[1].caused_by is not None


def test_a_group_and_a_pass(shop: ShopUnderTest) -> None:
    group = start(shop, "group_buy", THREE_TOGETHER)
    cups = start(shop, "pass", TEN_CUPS)
    li, sister, zhang = (shop.join(f"1380013800{number}") for number in range(3))
    full, lonely = shop.new_id(), shop.new_id()
    for one in (full, lonely):
        opening = OpenGroup(
            id=one,
            seat_id=shop.new_id(),
            programme_id=group,
            member_id=li,
            store_id=shop.store_id,
            terminal_id=shop.terminal_id,
            tender="cash",
        )
        shop.run(opening)
        shop.pass_time(minutes=1)
    for who in (sister, zhang):
        joining = JoinGroup(
            seat_id=shop.new_id(),
            group_id=full,
            member_id=who,
            store_id=shop.store_id,
            terminal_id=shop.terminal_id,
            tender="cash",
        )
        shop.run(joining)
    shop.pass_time(hours=3)
    work(shop, GROUPS)
    assert told(lines_of(shop, li, Topic.GROUP)) == [
        "参加拼团“活动”，付了 9.90",
        "参加拼团“活动”，付了 9.90",
        "拼团“活动”成团",
        "拼团“活动”：没成团，待退款",
    ]

    card = shop.new_id()
    sold = SellPass(
        id=card,
        member_id=li,
        programme_id=cups,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="cash",
    )
    shop.run(sold)
    used = UUID(str(_use(shop, card, 2)["id"]))
    shop.pass_time(minutes=1)
    undo = UndoPassUse(id=shop.new_id(), pass_id=card, use_id=used, reason="按错了")
    shop.run(undo)
    shop.pass_time(minutes=1)
    shop.run(FreezePass(pass_id=card))
    shop.pass_time(days=2)
    shop.run(UnfreezePass(pass_id=card))
    assert told(lines_of(shop, li, Topic.PASS)) == [
        "购买“活动”10 次，150.00",
        "在人民广场店使用“活动”2 次",
        "撤销“活动”的 2 次使用",
        "“活动”停卡",
        "“活动”恢复使用",
    ]
    shop.pass_time(minutes=1)
    shop.run(TransferPass(id=shop.new_id(), pass_id=card, to_member_id=sister, reason="转赠"))
    shop.pass_time(minutes=1)
    _use(shop, card, 1)
    assert told(lines_of(shop, sister, Topic.PASS)) == [
        "收到转让的“活动” — 转赠",
        "在人民广场店使用“活动”1 次",
    ], "what her sister did with it before is her sister's"


def _use(shop: ShopUnderTest, card: UUID, count: int) -> dict[str, object]:
    shop.pass_time(minutes=1)
    command = UsePass(
        id=shop.new_id(),
        pass_id=card,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        count=count,
    )
    return shop.run(command)


def test_a_coupon_that_was_passed_on_begins_with_its_new_owner(shop: ShopUnderTest) -> None:
    li, sister = shop.join(PHONE), shop.join("13900139000")
    _passes_on(shop)
    coupon = shop.coupon(li, "TEN")
    shop.pass_time(minutes=1)
    shop.run(TransferCoupon(coupon_id=coupon, from_member_id=li, to_member_id=sister))
    shop.pass_time(minutes=1)
    assert told(lines_of(shop, sister, Topic.COUPON))[1:] == ["收到转赠的“立减10元”"]
    assert all("10元" not in line for line in told(lines_of(shop, li, Topic.COUPON)))


def _passes_on(shop: ShopUnderTest) -> None:
    ten = update(coupon_type).where(coupon_type.c.id == bindparam("this", type_=Id()))
    rules = Statement[object](ten.values(rules={"transferable": True}))
    shop.database.write(lambda tx: tx.send(rules, this=named("coupon_type:TEN"))).result()


def test_cards_and_what_guests_said(shop: ShopUnderTest) -> None:
    survey = started(shop, ProgrammeKind.SURVEY, {**SURVEY, "thanks": {"points": 5}})
    wang = shop.join(PHONE)
    shop.pass_time(minutes=1)
    shop.run(ReportCardLost(member_id=wang, reason="丢了"))
    shop.pass_time(minutes=1)
    shop.run(ReissueCard(member_id=wang, reason="补卡"))
    assert told(lines_of(shop, wang, Topic.MEMBER)) == [
        "在人民广场店入会（收银台）",
        "挂失会员卡",
        "补发了会员卡",
    ]
    sale = shop.sale([shop.line("milk_tea")], member=wang, cash=1_800)
    shop.run(sale)
    shop.pass_time(hours=1)
    given = {"nps": ("3",), "where": ("wait",), "more": ("等了半小时",)}
    token = token_of(shop.vault, sale.order_id)
    shop.run(AnswerSurvey(token=token, given=given, language="zh-CN"))
    shop.pass_time(minutes=5)
    with shop.database.read() as read:
        (task,) = read.all(surveys.TASKS, stores=[shop.store_id], in_state="open", before=NEWEST)
    shop.run(FinishRecovery(answer_id=task.answer_id, act=Act.APOLOGISED, note="电话道歉"))
    lines = lines_of(shop, wang, Topic.SURVEY)
    assert sorted(told(lines)) == sorted(
        [
            "评价在人民广场店的消费：3 分（满分 10）",
            "评分偏低，人民广场店要回访",
            "人民广场店回访完成：已致歉沟通",
        ]
    )
    answered = next(line for line in lines if line.kind is Kind.SURVEY_ANSWERED)
    assert answered.caused_by == Cause(Topic.ORDER, sale.order_id)
    assert answered.rule is not None
    assert answered.rule.id == survey
    assert "半小时" not in str(lines)
    assert "电话" not in str(lines)


def test_a_stage_is_told_with_its_rule(shop: ShopUnderTest) -> None:
    wang = shop.join(PHONE)
    for _ in range(3):
        shop.pass_time(days=6)
        shop.run(shop.sale([shop.line("gift_box")], member=wang, cash=6_000))
    settle_jobs(shop)
    shop.pass_time(days=300)
    settle_jobs(shop)
    lines = told(lines_of(shop, wang, Topic.STAGE))
    assert lines[-1].startswith("阶段变为“已流失” — 约 6 天来一次，超过 ")
    assert len(lines) >= 2


def test_who_is_held_back_to_measure_by_and_who_is_drawn(walk: Walk, shop: ShopUnderTest) -> None:
    members = [walk.post.member(f"1380013{8_000 + number}") for number in range(12)]
    nodes = {"write": walk.message("end"), "end": EXIT}
    journey = walk.live("held", walk.drawing(nodes, control=5_000))
    walk.enter(journey, *members)
    walk.on()
    by_arm = {row.member_id: row.why for row in walk.runs()}
    held = next(who for who, why in by_arm.items() if why == "held_out")
    drawn = next(who for who, why in by_arm.items() if why != "held_out")
    assert told(lines_of(shop, held, Topic.EXPERIMENT, Topic.JOURNEY)) == [
        "分到“老友归来”的对照组，不参加 — 随机分组，几率 50%",
        "符合旅程“老友归来”，但在对照组，没有进入 — 人工加入",
    ]
    assert told(lines_of(shop, drawn, Topic.EXPERIMENT, Topic.JOURNEY))[:2] == [
        "在“老友归来”里分到“offer”组 — 随机分组，几率 50%",
        "进入旅程“老友归来” — 人工加入",
    ]
    declared(shop, halves("a"))
    assigned(shop, [drawn])
    assert "全部营销" in told(lines_of(shop, drawn, Topic.EXPERIMENT))[-1]


def test_every_sort_of_step_and_what_it_did(walk: Walk, shop: ShopUnderTest) -> None:
    wang = walk.post.member(PHONE, allows=False)
    shop.run(shop.sale([shop.line("milk_tea")], member=wang, cash=1_800))
    shop.pass_time(minutes=5)
    came = {"kind": "compare", "field": "visits", "is": "at_least", "value": 1}
    ways = [
        {"name": "all", "weight": 10_000, "next": "tag"},
        {"name": "none", "weight": 0, "next": "end"},
    ]
    nodes = {
        "asks": {"kind": "branch", "condition": came, "yes": "lots", "no": "end"},
        "lots": {"kind": "split", "salt": "s", "ways": ways},
        "tag": {"kind": "act", "do": "tag", "tag": "老友", "put": True, "next": "task"},
        "task": {
            "kind": "act",
            "do": "task",
            "text_zh": "打个电话",
            "text_en": "Call her",
            "next": "write",
        },
        "write": walk.message("missing"),
        "missing": walk.message("hears", template="stopped", failed="hears"),
        "hears": {
            "kind": "wait_for",
            "fact": "order.settled",
            "timeout_minutes": 1_440,
            "happened": "end",
            "timed_out": "goal",
        },
        "goal": {"kind": "goal"},
        "end": EXIT,
    }
    drawing = walk.drawing(nodes)
    journey = _live(walk, drawing)
    walk.enter(journey, wang)
    walk.on()
    assert told(lines_of(shop, wang, Topic.JOURNEY))[-1] == (
        "旅程“老友归来”：等她买单，到 5月5日 10:05"
    )
    walk.post.work_through(minutes=10)
    walk.later(days=2)
    steps = told(lines_of(shop, wang, Topic.JOURNEY))
    assert steps == [
        "进入旅程“老友归来” — 人工加入",
        "旅程“老友归来”：条件成立 — 消费过的会员；去步骤“lots”",
        "旅程“老友归来”：按比例分流：all",
        "旅程“老友归来”：打标签“老友”",
        "旅程“老友归来”：给店员派任务“打个电话”",
        "旅程“老友归来”：发消息“老友归来”",
        "旅程“老友归来”：没能发消息“老友归来” — 文案已停用",
        "旅程“老友归来”：等她买单",
        "旅程“老友归来”：没等到，时间到了（买单）",
        "旅程“老友归来”结束 — 达成目标",
    ]
    assert told(lines_of(shop, wang, Topic.TAG)) == ["打上标签：老友 — 旅程里的步骤"]
    (opened,) = lines_of(shop, wang, Topic.TASK)
    assert opened.sentence.en == "Something for the staff: Call her"
    shop.run(FinishTask(task_id=opened.ids["task"], note="已联系"))
    assert told(lines_of(shop, wang, Topic.TASK)) == [
        "交给店员的事：打个电话",
        "店员做完了：打个电话",
    ]
    messages = lines_of(shop, wang, Topic.MESSAGE)
    assert told(messages) == [
        "准备发消息“老友归来”（短信）",
        "消息“老友归来”没有发 — 会员没有同意这类消息",
    ]
    did = [one for one in lines_of(shop, wang, Topic.JOURNEY) if one.kind is Kind.JOURNEY_DID]
    assert did[2].ids["message"] == messages[0].ids["message"]


def _live(walk: Walk, drawing: dict[str, object]) -> UUID:
    """A journey that names a template which stops afterwards is drawn with one that is there."""
    walk.post.template(code="stopped")
    journey = walk.live("steps", drawing)
    walk.shop.database.write(
        lambda tx: tx.send(_STOP_TEMPLATE, this=named("template:stopped"))
    ).result()
    return journey


def test_a_message_that_the_provider_refuses_and_one_that_waits_for_another(
    walk: Walk, shop: ShopUnderTest
) -> None:
    shop.now = instant_from_iso("2026-05-04T12:00:00+08:00")
    wang = walk.post.member(PHONE)
    provider = walk.post.providers[0]
    provider.reply = lambda outgoing: Refused(code="bad_number", final=True)
    (message,) = walk.post.plan(walk.post.planned(wang, "one")).values()
    walk.post.work_through(hours=1)
    lines = lines_of(shop, wang, Topic.MESSAGE)
    assert told(lines) == [
        "准备发消息“老友归来”（短信）",
        "消息“老友归来”已发出（短信）",
        "消息“老友归来”没发成 — 不再发送；服务商的说法：bad_number",
    ]
    assert {line.ids["message"] for line in lines} == {message}


def test_a_member_who_left_keeps_what_the_law_keeps(walk: Walk, shop: ShopUnderTest) -> None:
    wang = walk.post.member(PHONE, name="王芳")
    shop.run(shop.sale([shop.line("milk_tea")], member=wang, cash=1_800))
    gone = update(member).where(member.c.id == bindparam("who", type_=Id()))
    values = gone.values(state="erased", wrapped_key=None, name=None)
    shop.database.write(lambda tx: tx.send(Statement[object](values), who=wang)).result()
    lines = lines_of(shop, wang)
    assert {Kind.ORDER_SETTLED, Kind.CONSENT_GRANTED} <= {line.kind for line in lines}
    assert "王芳" not in str(lines)
