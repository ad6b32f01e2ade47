"""The offers of the demonstration: what both kinds of store have on, as a shop writes it.

第二杯半价 on weekday afternoons, 满40减5 all year, 夏日果茶8.8折 from June to August; lately also
茶点买二送一, 奶茶配蛋挞 and 换购; from today a cup for members once a day, and 周年庆 with a budget.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from regulars.cli.demo_shop import packaging
from regulars.cli.demo_shop.menu import MenuIds
from regulars.cli.demo_shop.promises import MEMBER_DAY
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.terms import Level

Part = dict[str, object]

DRINKS = ("milk-tea", "fruit-tea", "leaf-tea", "cheese-foam", "coffee", "slush", "hot")
DISHES = ("cold-dishes", "mains", "staples", "soups")
# At most one of these is on an order, and of the ladders on the bill likewise.
SIGNATURE, LADDERS = "招牌", "满减"
# What has come lately began so many days before today.
LATELY, JUST_NOW = 60, 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """One offer. `months`: in which it runs each year; `days`: how long before today it began.

    Without both it runs from the first day on.
    """

    code: str
    name: Label
    definition: Part
    level: Level = Level.ORGANISATION
    place: str = ""
    months: tuple[int, int] | None = None
    days: int | None = None

    def stretches(self, first: date, last: date) -> Iterable[tuple[date, date | None]]:
        """When it runs, [from, until), in a shop that opened on `first` and is at `last`."""
        if self.months is not None:
            return seasons(self.months, first, last)
        if self.days is not None:
            return ((max(first, last - timedelta(days=self.days)), None),)
        return ((first, None),)


def seasons(months: tuple[int, int], first: date, last: date) -> Iterator[tuple[date, date]]:
    """The stretches [from, until) of these months that touch a span of days."""
    begin, end = months
    for year in range(first.year - 1, last.year + 1):
        until_year, until_month = (year + (end < begin), end + 1)
        if until_month == 13:
            until_year, until_month = until_year + 1, 1
        from_on, until_on = date(year, begin, 1), date(until_year, until_month, 1)
        if from_on <= last and until_on > first:
            yield max(from_on, first), until_on


def promotions(ids: MenuIds) -> tuple[Promotion, ...]:
    """Every offer of the year."""
    return (*_cups(ids), *_together(ids), *_on_the_bill(ids), *_for_members(ids), *_kitchen(ids))


def shelves(ids: MenuIds, *codes: str) -> Part:
    """All that stands on some shelves."""
    return {"categories": [str(ids.category(code)) for code in codes]}


def things(ids: MenuIds, *codes: str) -> Part:
    """Some products."""
    return {"products": [str(ids.product(code)) for code in codes]}


def spend_from(amount_minor: int) -> Part:
    """The condition that so much is spent. Units: minor units."""
    return {"kind": "compare", "field": "spend", "is": "at_least", "value": amount_minor}


def ladder(*steps: tuple[int, int]) -> Part:
    """The effect of a ladder of (spend, save). Units: minor units."""
    return {"steps": [{"threshold_minor": threshold, "off_minor": off} for threshold, off in steps]}


def _is(field: str, value: object) -> Part:
    return {"kind": "compare", "field": field, "is": "equal", "value": value}


def _within(field: str, low: int, high: int) -> Part:
    return {"kind": "within", "field": field, "low": low, "high": high}


def _all(*parts: Part) -> Part:
    return {"kind": "all", "parts": list(parts)}


def _weekdays(low: int, high: int) -> Part:
    weekdays: Part = {"kind": "one_of", "field": "weekday", "values": [1, 2, 3, 4, 5]}
    return _all(weekdays, _within("minute_of_day", low, high))


def _each(basis_points: int, **more: object) -> Part:
    return {"basis_points": basis_points, "per": "unit", **more}


def _cups(ids: MenuIds) -> Iterator[Promotion]:
    """Offers for cups, each by itself."""
    yield Promotion(
        code="second-half-price",
        name=Label("鲜奶茶第二杯半价", "Second milk tea half price"),
        definition={
            "kind": "nth",
            "effect": {"n": 2, "basis_points": 5_000},
            "goods": shelves(ids, "milk-tea"),
            "condition": _weekdays(14 * 60, 17 * 60),
            "groups": [SIGNATURE],
        },
    )
    yield Promotion(
        code="summer-fruit",
        name=Label("夏日果茶8.8折", "Summer fruit tea, 12% off"),
        definition={
            "kind": "percent",
            "effect": _each(1_200),
            "goods": shelves(ids, "fruit-tea", "slush"),
            "groups": [SIGNATURE],
        },
        months=(6, 8),
    )
    yield Promotion(
        code="winter-hot",
        name=Label("围炉热饮立减3元", "3.00 off fireside drinks"),
        definition={
            "kind": "amount",
            "effect": {"amount_minor": 300, "per": "unit"},
            "goods": shelves(ids, "hot"),
            "groups": [SIGNATURE],
        },
        months=(11, 2),
    )
    yield Promotion(
        code="morning-tea",
        name=Label("早安原叶茶 9.9元", "Whole-leaf tea for 9.90 before eleven"),
        definition={
            "kind": "price",
            "effect": {"price_minor": 990},
            "goods": shelves(ids, "leaf-tea"),
            "condition": _within("minute_of_day", 8 * 60, 11 * 60),
        },
        days=LATELY,
    )
    yield Promotion(
        code="coffee-two-three",
        name=Label("茶咖2杯9折 3杯8折", "Coffee: two 10% off, three 20% off"),
        definition={
            "kind": "quantity_ladder",
            "effect": {
                "steps": [
                    {"quantity": 2, "basis_points": 1_000},
                    {"quantity": 3, "basis_points": 2_000},
                ]
            },
            "goods": shelves(ids, "coffee"),
        },
        days=LATELY,
    )


def _together(ids: MenuIds) -> Iterator[Promotion]:
    """Offers for a cup and something to go with it."""
    yield Promotion(
        code="snacks-two-and-one",
        name=Label("茶点买二送一", "Tea snacks: buy two, get one"),
        definition={
            "kind": "nth",
            "effect": {"n": 3, "basis_points": 10_000},
            "goods": shelves(ids, "snacks"),
        },
        days=LATELY,
    )
    yield Promotion(
        code="milk-tea-and-tart",
        name=Label("云雾鲜奶茶配蛋挞 19.9元", "Cloud mist milk tea with an egg tart, 19.90"),
        definition={
            "kind": "bundle",
            "effect": {
                "slots": [
                    {"goods": things(ids, "MT01"), "quantity": 1},
                    {"goods": things(ids, "SN03"), "quantity": 1},
                ],
                "price_minor": 1_990,
            },
        },
        days=LATELY,
    )
    yield Promotion(
        code="snack-for-five",
        name=Label("满50加5元换购茶点", "Spend 50, add a tea snack for 5.00"),
        definition={
            "kind": "gift",
            "effect": {
                "threshold_minor": 5_000,
                "get": things(ids, "SN01", "SN03", "SN04", "SN05"),
                "price_minor": 500,
            },
        },
        days=LATELY,
    )


def _on_the_bill(ids: MenuIds) -> Iterator[Promotion]:
    """Offers on the whole bill and on its fee."""
    goods = shelves(ids, *DRINKS, "snacks")
    yield Promotion(
        code="spend-40-save-5",
        name=Label("满40减5 满80减12", "Spend 40 save 5, spend 80 save 12"),
        definition={
            "kind": "spend_and_save",
            "effect": ladder((4_000, 500), (8_000, 1_200)),
            "goods": goods,
            "groups": [LADDERS],
        },
    )
    yield Promotion(
        code="anniversary",
        name=Label("周年庆 满60减10 送完为止", "Anniversary: 10 off 60 while the budget lasts"),
        definition={
            "kind": "spend_and_save",
            "effect": ladder((6_000, 1_000)),
            "goods": goods,
            "groups": [LADDERS],
            "limits": [
                {"whose": "all", "span": "ever", "amount_minor": 2_000_000, "on_last": "clip"}
            ],
        },
        days=JUST_NOW,
    )
    yield Promotion(
        code="bag-on-us",
        name=Label("满30免打包费", "No bag fee from 30"),
        definition={
            "kind": "fee_waiver",
            "effect": {},
            "goods": things(ids, packaging.CODE),
            "condition": spend_from(3_000),
        },
        level=Level.STORE,
        place=packaging.STORE,
        days=LATELY,
    )


def _for_members(ids: MenuIds) -> Iterator[Promotion]:
    """Offers for who is known."""
    yield Promotion(
        code="members-morning",
        name=Label("会员早茶时段8折", "Members' mornings, 20% off"),
        definition={
            "kind": "percent",
            "effect": _each(2_000, units_max=1),
            "goods": shelves(ids, "leaf-tea", "coffee"),
            "condition": _all(_is("member", True), _within("minute_of_day", 480, 660)),
            "groups": [SIGNATURE],
        },
        level=Level.REGION,
        place="south",
    )
    yield Promotion(
        code="first-visit",
        name=Label("新客首单满20减3", "3 off 20 on a member's first order"),
        definition={
            "kind": "amount",
            "effect": {"amount_minor": 300},
            "condition": _all(_is("new_member", True), spend_from(2_000)),
        },
        days=LATELY,
    )
    yield Promotion(
        code="member-day",
        name=Label("周三会员日双倍积分", "Member Wednesday: double points"),
        definition={
            "kind": "points_multiplier",
            "effect": {"multiplier_basis_points": 20_000},
            "condition": _all(
                _is("member", True),
                {"kind": "one_of", "field": "flags", "values": [MEMBER_DAY]},
            ),
        },
        days=LATELY,
    )
    yield Promotion(
        code="birthday-cup",
        name=Label("生日前后三天 一杯半价", "Birthday: one cup half price, three days either side"),
        definition={
            "kind": "percent",
            "effect": _each(5_000, units_max=1),
            "goods": shelves(ids, *DRINKS),
            "condition": _within("birthday_offset", -3, 4),
            "limits": [{"whose": "member", "span": "month", "uses": 1}],
        },
        days=LATELY,
    )
    yield Promotion(
        code="cup-of-the-day",
        name=Label("会员每日一杯单丛 7.9元", "Members: one dancong a day for 7.90"),
        definition={
            "kind": "unit_price",
            "effect": {"price_minor": 790, "units_max": 1},
            "goods": things(ids, "LT04"),
            "condition": _is("member", True),
            "limits": [{"whose": "member", "span": "day", "uses": 1}],
        },
        days=JUST_NOW,
    )


def _kitchen(ids: MenuIds) -> Iterator[Promotion]:
    """Offers of 山野小馆 alone."""

    def here(code: str, name: Label, definition: Part, *, days: int | None = LATELY) -> Promotion:
        return Promotion(
            code=code, name=name, definition=definition, level=Level.STORE, place="K1", days=days
        )

    yield here(
        "kitchen-lunch",
        Label("工作日午市9折", "Weekday lunch, 10% off"),
        {
            "kind": "percent",
            "effect": _each(1_000),
            "goods": shelves(ids, *DISHES),
            "condition": _weekdays(11 * 60, 14 * 60),
        },
        days=None,
    )
    yield here(
        "two-mains-and-a-starter",
        Label("点两道热菜 凉菜半价", "Two mains, a cold dish half price"),
        {
            "kind": "buy_get",
            "effect": {"n": 2, "get": shelves(ids, "cold-dishes"), "basis_points": 5_000},
            "goods": shelves(ids, "mains"),
        },
    )
    yield here(
        "lotus-root",
        Label("满168加12元得桂花糯米藕", "Spend 168, lotus root for 12.00"),
        {
            "kind": "gift",
            "effect": {
                "threshold_minor": 16_800,
                "get": things(ids, "CD05"),
                "price_minor": 1_200,
            },
            "goods": shelves(ids, *DISHES),
        },
    )
