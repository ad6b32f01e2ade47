"""The programmes of the demonstration: from check-in and the points mall to a survey.

天天签到, 带朋友来, 三人团, 奶茶十次卡, six things for points and a survey run from the first day; 周年庆抽奖
came a month ago, the two tasks a fortnight ago.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from regulars.cli.demo_shop.chain import Chain
from regulars.cli.demo_shop.opening import day_start, place_of
from regulars.cli.demo_shop.size import Size
from regulars.cli.demo_shop.vouchers import TEAM
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.terms import Level
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.use_cases.programmes import SaveProgramme

Part = dict[str, object]

CHECK_IN, FRIENDS, GROUP, DRAW, SURVEY = "check-in", "friends", "group", "draw", "survey"
TEN_CUPS, TWENTY_LUNCHES = "ten-cups", "twenty-lunches"
# Units: days before today, minor units, points, uses.
DRAW_DAYS, TASK_DAYS, DRAW_LASTS_ON = 30, 14, 30
SEAT_MINOR = 300
DRAW_POINTS = 50
CUPS, LUNCHES = 10, 20
TEA_SHOPS = ("S1", "S2", "S3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One programme. `days`: how long before today it began; None is from the first day on.

    `lasts_on`: how many days after today it ends; None is never.
    """

    code: str
    kind: ProgrammeKind
    name: Label
    definition: Part
    level: Level = Level.ORGANISATION
    place: str = ""
    days: int | None = None
    lasts_on: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """One thing of the points mall. Units: points; `stock` and `each`: None is any number."""

    code: str
    name: Label
    points: int
    gives: Part
    stock: int | None = None
    each: int | None = None
    tiers: tuple[str, ...] = ()

    @property
    def fetched(self) -> bool:
        """Whether it is handed over the counter."""
        return "item_zh" in self.gives

    @property
    def running(self) -> Running:
        """It as a programme."""
        definition: Part = {
            "points": self.points,
            "gives": self.gives,
            "stock": self.stock,
            "tiers": list(self.tiers),
        }
        if self.each is not None:
            definition["per_member"] = {"span": "ever", "uses": self.each}
        return Running(
            code=f"mall-{self.code}",
            kind=ProgrammeKind.MALL_ITEM,
            name=self.name,
            definition=definition,
        )


def _thing(name: Label) -> Part:
    return {"item_zh": name.zh, "item_en": name.en}


BAG = Label("山野帆布袋", "Hillside canvas bag")
MUG = Label("山野马克杯", "Hillside mug")
BOX = Label("高山云雾茶礼盒", "Gift box of high mountain tea")
MALL = (
    Good(
        code="sweet",
        name=Label("甜品券", "Dessert coupon"),
        points=150,
        gives={"coupon_types": ["SWEET"]},
    ),
    Good(
        code="signature",
        name=Label("招牌9.9元兑换券", "Any signature drink for 9.90"),
        points=240,
        gives={"coupon_types": ["CUP1"]},
    ),
    Good(
        code="bonus",
        name=Label("5元赠金", "5.00 of bonus money"),
        points=500,
        gives={"bonus_minor": 500},
    ),
    Good(code="bag", name=BAG, points=400, gives=_thing(BAG), stock=60),
    Good(code="mug", name=MUG, points=600, gives=_thing(MUG), stock=30, each=1),
    Good(
        code="box",
        name=BOX,
        points=1_200,
        gives=_thing(BOX),
        stock=10,
        each=1,
        tiers=("silver", "gold"),
    ),
)


def programme_id(chain: Chain, code: str) -> UUID:
    """A programme."""
    return chain.seed.id(f"programme:{code}", at=chain.opened_at)


def programmes() -> Iterator[Running]:
    """Every programme."""
    yield _check_in()
    yield _friends()
    yield _group()
    yield from _passes()
    yield from (one.running for one in MALL)
    yield _draw()
    yield from _tasks()
    yield _survey()


def begun(chain: Chain, size: Size, day: date) -> Iterator[SaveProgramme]:
    """The programmes that begin on a day."""
    for one in programmes():
        begins = size.first if one.days is None else size.ahead(one.days)
        if begins == day:
            yield _saved(chain, size, one)


def _saved(chain: Chain, size: Size, one: Running) -> SaveProgramme:
    ends_on = None if one.lasts_on is None else size.until + timedelta(days=one.lasts_on)
    return SaveProgramme(
        id=programme_id(chain, one.code),
        seen=0,
        kind=one.kind.value,
        name=one.name,
        level=one.level,
        place_id=place_of(chain, one.level, one.place),
        definition=one.definition,
        effective_at=None,
        ends_at=None if ends_on is None else day_start(ends_on),
    )


def _check_in() -> Running:
    return Running(
        code=CHECK_IN,
        kind=ProgrammeKind.CHECK_IN,
        name=Label("天天签到", "Check in every day"),
        definition={
            "daily": {"points": 1},
            "streak": [
                {"days": 3, "gift": {"points": 3}},
                {"days": 7, "gift": {"points": 10, "coupon_types": ["SWEET"]}},
            ],
            "cycle": 7,
        },
    )


def _friends() -> Running:
    return Running(
        code=FRIENDS,
        kind=ProgrammeKind.REFERRAL,
        name=Label("带朋友来", "Bring a friend"),
        definition={
            "inviter": {"points": 100},
            "invited": {"points": 50, "coupon_types": ["SWEET"]},
            "min_due_minor": 500,
            "window_days": 14,
            "cap_per_inviter": {"span": "month", "uses": 5},
            "join_days": 7,
            "order_days": 90,
        },
    )


def _group() -> Running:
    return Running(
        code=GROUP,
        kind=ProgrammeKind.GROUP_BUY,
        name=Label("三人团 3元团满16减9券", "Three together: 9 off 16 for 3.00"),
        definition={
            "deal_zh": "满16减9券一张",
            "deal_en": "A coupon for 9 off 16",
            "coupon_type": TEAM,
            "price_minor": SEAT_MINOR,
            "seats": 3,
            "open_minutes": 12 * 60,
        },
    )


def _passes() -> Iterator[Running]:
    yield Running(
        code=TEN_CUPS,
        kind=ProgrammeKind.PASS,
        name=Label("鲜奶茶十次卡", "Ten milk teas"),
        definition={
            "code": "TEA10",
            "price_minor": 13_800,
            "uses": CUPS,
            "valid_days": 90,
            "covers_zh": "任意鲜奶茶一杯",
            "covers_en": "Any fresh milk tea",
            "freeze_days_max": 30,
            "transferable": True,
            "refund": {"rule": "by_list_price", "list_price_minor": 1_600},
        },
    )
    yield Running(
        code=TWENTY_LUNCHES,
        kind=ProgrammeKind.PASS,
        name=Label("工作午餐二十次卡", "Twenty lunches"),
        definition={
            "code": "LUNCH20",
            "price_minor": 49_800,
            "uses": LUNCHES,
            "valid_days": 180,
            "covers_zh": "工作日午市简餐一份",
            "covers_en": "One weekday lunch",
            "refund": {"rule": "pro_rata"},
        },
        level=Level.STORE,
        place="K1",
    )


def _draw() -> Running:
    return Running(
        code=DRAW,
        kind=ProgrammeKind.DRAW,
        name=Label("周年庆抽奖", "Anniversary draw"),
        definition={
            "price_points": DRAW_POINTS,
            "tickets": {"kind": "points"},
            "prizes": [
                {
                    "code": "flask",
                    "name_zh": "山野保温杯",
                    "name_en": "Hillside flask",
                    "gift": {"item_zh": "山野保温杯", "item_en": "Hillside flask"},
                    "weight": 2,
                    "stock": 3,
                    "per_member_max": 1,
                    "otherwise": "bag",
                },
                {
                    "code": "bag",
                    "name_zh": "冷泡茶袋泡五包",
                    "name_en": "Five cold-brew bags",
                    "gift": {"item_zh": "冷泡茶袋泡五包", "item_en": "Five cold-brew bags"},
                    "weight": 18,
                    "stock": 40,
                    "otherwise": "sticker",
                },
                {
                    "code": "sticker",
                    "name_zh": "山野贴纸",
                    "name_en": "Hillside stickers",
                    "gift": {"item_zh": "山野贴纸", "item_en": "Hillside stickers"},
                    "weight": 80,
                },
            ],
        },
        days=DRAW_DAYS,
        lasts_on=DRAW_LASTS_ON,
    )


def _tasks() -> Iterator[Running]:
    yield Running(
        code="three-a-week",
        kind=ProgrammeKind.TASK,
        name=Label("一周三单送30积分", "Three orders a week: 30 points"),
        definition={
            "goal": {"kind": "orders", "count": 3},
            "window": {"kind": "week"},
            "gift": {"points": 30},
            "repeat": "each_window",
        },
        days=TASK_DAYS,
    )
    yield Running(
        code="hundred",
        kind=ProgrammeKind.TASK,
        name=Label("两周消费满100送甜品券", "100.00 in two weeks: a dessert coupon"),
        definition={
            "goal": {"kind": "spend_minor", "amount_minor": 10_000},
            "window": {"kind": "days", "days": 14},
            "gift": {"coupon_types": ["SWEET"]},
            "repeat": "each_window",
        },
        days=TASK_DAYS,
    )


def _survey() -> Running:
    return Running(
        code=SURVEY,
        kind=ProgrammeKind.SURVEY,
        name=Label("这次喝得怎么样", "How was it"),
        definition={
            "questions": [
                {
                    "code": "recommend",
                    "kind": "nps",
                    "text_zh": "您会把我们推荐给朋友吗？",
                    "text_en": "Would you recommend us to a friend?",
                },
                {
                    "code": "better",
                    "kind": "choice",
                    "text_zh": "哪里可以更好？",
                    "text_en": "What could be better?",
                    "choices": [
                        {"code": "taste", "text_zh": "口味", "text_en": "Taste"},
                        {"code": "wait", "text_zh": "等待", "text_en": "The wait"},
                        {"code": "service", "text_zh": "服务", "text_en": "Service"},
                    ],
                    "several": True,
                },
            ],
            "thanks": {"points": 5},
            "on_receipt": True,
        },
    )
