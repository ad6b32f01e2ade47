"""会员时间线 (A1): one guest's two days, read from her timeline line by line, with every reason."""

from pathlib import Path
from uuid import UUID

from regulars.domain.kernel.condition import Compare, Comparison, as_data
from regulars.domain.kernel.label import Label, Language
from regulars.domain.kernel.period import instant_from_iso
from regulars.domain.pricing.basket import Choices
from regulars.domain.stores.actor import SYSTEM
from regulars.domain.timeline.kinds import Kind, Topic
from regulars.domain.timeline.line import Cause, Line
from regulars.storage.engine import Database
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.segments import SaveSegment
from regulars.use_cases.timeline import Wanted, timeline_of
from tests.inviting import differences
from tests.journeys import EXIT, Walk
from tests.messaging import PostUnderTest, Provider
from tests.shops import named, open_shop

ZH: Language = "zh-CN"
EN: Language = "en"

STORY_ZH = [
    "在人民广场店入会（收银台）",
    "同意营销（短信） — 在收银台，中文条款 2026-01",
    "人民广场店入会礼，得到 50 积分（可用到 2027 年 5 月 3 日）",
    "得到“立减5元”，可用到 2026 年 6 月 2 日 — 入会礼",
    "从“茶友”开始",
    "在人民广场店买单（单号 A001），实付 60.00",
    "在人民广场店消费（单号 A001），得到 60 积分（可用到 2027 年 5 月 3 日）",
    "在人民广场店消费（单号 A001），得到 60 成长值",
    "在人民广场店退款 60.00（单号 A001） — 按所付比例退；盒子破了",
    "在人民广场店退款（单号 A001），收回 60 积分（原本可用到 2027 年 5 月 3 日）",
    "在人民广场店退款（单号 A001），收回 60 成长值",
    "在人民广场店买单（单号 A002），实付 22.50 — 第二杯半价 −7.50（第 2 件半价）",
    "在人民广场店消费（单号 A002），得到 22 积分（可用到 2027 年 5 月 3 日）",
    "在人民广场店消费（单号 A002），得到 22 成长值",
    "进入人群“来过的客人” — 符合：消费过（当时 1）",
    "进入旅程“老友归来” — 进入人群",
    "旅程“老友归来”：送出 1 张优惠券",
    "旅程“老友归来”：发消息“老友归来”",
    "旅程“老友归来”：等 2 天",
    "得到“立减10元”，可用到 2026 年 6 月 2 日 — 旅程里的步骤",
    "准备发消息“老友归来”（短信）",
    "消息“老友归来”暂缓 — 不在可发送的时段",
    "消息“老友归来”已发出（短信）",
    "服务商已接收“老友归来”",
    "在人民广场店买单（单号 A001），实付 8.00 — 立减10元 −10.00（立减 10.00）",
    "在人民广场店消费（单号 A001），得到 8 积分（可用到 2027 年 5 月 4 日）",
    "在人民广场店消费（单号 A001），得到 8 成长值",
    "用掉“立减10元”（单号 A001）",
    "旅程“老友归来”：等待结束",
    "旅程“老友归来”结束 — 走完了全部步骤",
]
STORY_EN = [
    "Joined at People's Square (at the till)",
    "Said yes to offers and news (by SMS) — At the till, Chinese wording 2026-01",
    "Welcome gift at People's Square: 50 points given (good until 2027-05-03)",
    "Was given “5 off”, good until 2026-06-02 — Welcome gift",
    "Began as Leaf",
    "Bill A001 at People's Square: paid 60.00",
    "Purchase at People's Square (A001): 60 points given (good until 2027-05-03)",
    "Purchase at People's Square (A001): 60 growth value given",
    (
        "Refund of 60.00 at People's Square (bill A001)"
        " — Each piece gives back what was paid for it; 盒子破了"
    ),
    "Refund at People's Square (A001): 60 points taken back (was good until 2027-05-03)",
    "Refund at People's Square (A001): 60 growth value taken back",
    "Bill A002 at People's Square: paid 22.50 — Second at half price −7.50 (item 2 at half price)",
    "Purchase at People's Square (A002): 22 points given (good until 2027-05-03)",
    "Purchase at People's Square (A002): 22 growth value given",
    "Entered the segment “Guests who came” — Members who have come before (it was 1)",
    "Began the journey “Come back” — entering the segment",
    "“Come back” did this for her: 1 coupon",
    "“Come back” did this for her: the message “Come back”",
    "“Come back”: waits for 2 days",
    "Was given “10 off”, good until 2026-06-02 — A step of a journey",
    "The message “Come back” was planned (SMS)",
    "“Come back” was held back — Outside the hours for messages",
    "“Come back” was sent (SMS)",
    "The provider has taken “Come back”",
    "Bill A001 at People's Square: paid 8.00 — 10 off −10.00 (10.00 off)",
    "Purchase at People's Square (A001): 8 points given (good until 2027-05-04)",
    "Purchase at People's Square (A001): 8 growth value given",
    "Used “10 off” (bill A001)",
    "“Come back”: The wait is over",
    "The journey “Come back” ended for her — She came to its end",
]


def timeline(walk: Walk, who: UUID, *topics: Topic) -> list[Line]:
    """Her lines, oldest first, as a story is told."""
    wanted = Wanted(topics=frozenset(topics))
    with walk.shop.database.read() as read:
        page = timeline_of(read, who, wanted, actor=SYSTEM, now=walk.shop.now)
    assert page.next_cursor is None
    return list(reversed(page.lines))


def story(lines: list[Line], language: Language) -> list[str]:
    return [
        line.sentence.in_language(language)
        + (f" — {line.why.in_language(language)}" if line.why else "")
        for line in lines
    ]


def opened(database: Database, home: Path) -> Walk:
    """A shop that thanks whoever came: a coupon, and a message about it."""
    walk = Walk(PostUnderTest(open_shop(database, home), [Provider()]))
    walk.post.template()
    came = named("segment:came")
    condition = as_data(Compare("visits", Comparison.AT_LEAST, 1))
    walk.shop.run(
        SaveSegment(
            id=came, seen=0, name=Label("来过的客人", "Guests who came"), condition=condition
        )
    )
    walk.judge()
    gift = {"gift": {"coupon_types": ["TEN"]}, "cost_minor": 1_000}
    nodes = {
        "gift": walk.gift("write", **gift),
        "write": walk.message("rest"),
        "rest": walk.wait(2_880, "end"),
        "end": EXIT,
    }
    walk.live("thanks", walk.drawing(nodes, [{"kind": "segment", "segment_id": str(came)}]))
    return walk


def test_two_days_of_a_guest_can_be_read_with_every_reason(
    database: Database, tmp_path: Path
) -> None:
    walk = opened(database, tmp_path)
    shop = walk.shop
    shop.pass_time(minutes=5)
    wang = walk.post.member("13800138000", name="王芳")
    shop.pass_time(minutes=5)
    box = shop.sale([shop.line("gift_box")], member=wang, cash=6_000)
    shop.run(box)
    shop.pass_time(minutes=30)
    shop.run(RefundOrder(id=shop.new_id(), order_id=box.order_id, units=None, reason="盒子破了"))

    # In the evening she is back, and the shop thanks her at five past ten.
    shop.now = instant_from_iso("2026-05-04T22:05:00+08:00")
    shop.run(shop.sale([shop.line("lemon_tea", quantity=2)], member=wang, cash=2_250))
    for _ in range(3):
        shop.pass_time(seconds=20)
        walk.judge()
        shop.pass_time(seconds=20)
        walk.on()
    walk.post.work_through(minutes=30)
    waits = timeline(walk, wang, Topic.MESSAGE)[-1]
    assert waits.sentence == Label(
        "消息“老友归来”暂缓到 5月5日 09:00", "“Come back” was held back until 5 May 09:00"
    )
    assert waits.why == Label("不在可发送的时段", "Outside the hours for messages")

    # In the morning it leaves; an hour later she drinks her tea with the coupon.
    shop.now = instant_from_iso("2026-05-05T09:05:00+08:00")
    walk.post.work()
    given = next(
        line
        for line in timeline(walk, wang, Topic.COUPON)
        if line.caused_by and line.caused_by.topic is Topic.JOURNEY
    )
    shop.now = instant_from_iso("2026-05-05T10:30:00+08:00")
    chosen = Choices(coupons=(given.ids["coupon"],))
    shop.run(shop.sale([shop.line("milk_tea")], member=wang, cash=800, choices=chosen))
    walk.later(days=3)
    lines = timeline(walk, wang)
    assert story(lines, ZH) == STORY_ZH
    assert story(lines, EN) == STORY_EN
    assert differences(shop) == []
    _follows(lines)


def _follows(lines: list[Line]) -> None:
    """Sale, segment, journey, coupon and message, coupon used: each names what it followed from."""
    of = {line.kind: line for line in lines}
    sale = [line for line in lines if line.kind is Kind.ORDER_SETTLED][1]
    entered, began = of[Kind.SEGMENT_ENTERED], of[Kind.JOURNEY_ENTERED]
    assert entered.caused_by == Cause(Topic.ORDER, sale.ids["order"])
    assert began.caused_by == Cause(Topic.SEGMENT, entered.ids["segment"])
    run = Cause(Topic.JOURNEY, began.ids["run"])
    coupons = [line for line in lines if line.kind is Kind.COUPON_ISSUED]
    assert [line.caused_by for line in coupons] == [None, run]
    assert {line.caused_by for line in lines if line.kind.topic is Topic.MESSAGE} == {run}
    used = of[Kind.COUPON_USED]
    assert used.ids["coupon"] == coupons[1].ids["coupon"]
    assert used.caused_by == Cause(Topic.ORDER, lines[lines.index(used) - 3].ids["order"])
    rules = {line.kind: line.rule for line in lines}
    for kind in (Kind.SEGMENT_ENTERED, Kind.JOURNEY_WAITS, Kind.MESSAGE_SENT, Kind.TIER_BEGAN):
        rule = rules[kind]
        assert rule is not None
        assert rule.version == "1"
