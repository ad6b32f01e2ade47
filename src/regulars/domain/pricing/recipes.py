"""Offers of the trade as templates: a kind and a condition, ready to be changed and saved.

会员日, 生日, 第二杯半价, 储值支付 95 折 are no kinds of their own: each is one of the kinds with a
condition, and the editor starts from here. What stands in `choose` is an example that the shop
replaces by its own goods.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.domain.kernel.label import Label

Part = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One template. `as_coupon`: it is meant for a kind of coupon.

    `choose`: the parts whose goods are examples.
    """

    code: str
    label: Label
    definition: dict[str, object]
    choose: tuple[str, ...] = ()
    as_coupon: bool = False


def _is(field: str, value: object) -> Part:
    return {"kind": "compare", "field": field, "is": "equal", "value": value}


def _from(field: str, value: int) -> Part:
    return {"kind": "compare", "field": field, "is": "at_least", "value": value}


def _one_of(field: str, *values: object) -> Part:
    return {"kind": "one_of", "field": field, "values": list(values)}


def _within(field: str, low: int, high: int) -> Part:
    return {"kind": "within", "field": field, "low": low, "high": high}


def _all(*parts: Part) -> Part:
    return {"kind": "all", "parts": list(parts)}


def _tagged(*tags: str) -> Part:
    return {"tags": list(tags)}


def _steps(*steps: tuple[int, int]) -> list[Part]:
    return [{"threshold_minor": threshold, "off_minor": off} for threshold, off in steps]


def _offer(kind: str, effect: Part, **parts: object) -> dict[str, object]:
    return {"kind": kind, "effect": dict(effect), **parts}


_ONCE_A_DAY = [{"whose": "member", "span": "day", "uses": 1}]
_ONCE_A_MONTH = [{"whose": "member", "span": "month", "uses": 1}]
_WORKDAYS = _one_of("weekday", 1, 2, 3, 4, 5)

ON_THE_BILL = (
    Recipe(
        code="spend_ladder",
        label=Label("满100减10 满200减30", "Spend 100 save 10, spend 200 save 30"),
        definition=_offer("spend_and_save", {"steps": _steps((10_000, 1_000), (20_000, 3_000))}),
    ),
    Recipe(
        code="every_100",
        label=Label("每满100减20", "20 off for every 100"),
        definition=_offer(
            "spend_and_save", {"steps": _steps((10_000, 2_000)), "repeat": "per_step"}
        ),
    ),
    Recipe(
        code="member_day",
        label=Label("会员日 8.8 折", "Member day, 12% off"),
        definition=_offer(
            "percent",
            {"basis_points": 1_200},
            condition=_all(_is("member", True), _one_of("flags", "member_day")),
        ),
    ),
    Recipe(
        code="birthday",
        label=Label("生日当周 8 折", "Birthday week, 20% off"),
        definition=_offer(
            "percent",
            {"basis_points": 2_000, "cap_minor": 5_000},
            condition=_within("birthday_offset", -3, 4),
            limits=_ONCE_A_MONTH,
        ),
    ),
    Recipe(
        code="stored_value",
        label=Label("储值支付 95 折", "5% off when paying by stored value"),
        definition=_offer(
            "percent", {"basis_points": 500}, condition=_is("tender", "stored_value")
        ),
    ),
    Recipe(
        code="new_member",
        label=Label("新客立减 5 元", "5 off a member's first order"),
        definition=_offer(
            "amount",
            {"amount_minor": 500},
            condition=_all(_is("new_member", True), _from("spend", 1_500)),
        ),
    ),
    Recipe(
        code="third_visit",
        label=Label("第三次到店立减 8 元", "8 off the third visit"),
        definition=_offer("amount", {"amount_minor": 800}, condition=_is("visit_number", 3)),
    ),
    Recipe(
        code="rainy_day",
        label=Label("雨天立减 3 元", "3 off when it rains"),
        definition=_offer(
            "amount",
            {"amount_minor": 300},
            condition=_all(_one_of("flags", "rain"), _from("spend", 2_000)),
        ),
    ),
    Recipe(
        code="spend_coupon",
        label=Label("满30减5 券", "Coupon: 5 off 30"),
        definition=_offer("amount", {"amount_minor": 500}, condition=_from("spend", 3_000)),
        as_coupon=True,
    ),
)
ON_ITEMS = (
    Recipe(
        code="second_half_price",
        label=Label("第二杯半价", "Second cup at half price"),
        definition=_offer("nth", {"n": 2, "basis_points": 5_000}, goods=_tagged("tea")),
        choose=("goods",),
    ),
    Recipe(
        code="buy_two_get_one",
        label=Label("买二送一", "Buy two, get one free"),
        definition=_offer("nth", {"n": 3, "basis_points": 10_000}, goods=_tagged("tea")),
        choose=("goods",),
    ),
    Recipe(
        code="buy_one_get_one",
        label=Label("买一送一", "Buy one, get one free"),
        definition=_offer(
            "nth", {"n": 2, "basis_points": 10_000, "groups_max": 1}, goods=_tagged("new")
        ),
        choose=("goods",),
    ),
    Recipe(
        code="cake_with_tea",
        label=Label("买茶饮，蛋糕半价", "Half-price cake with a tea"),
        definition=_offer(
            "buy_get",
            {"n": 1, "m": 1, "get": _tagged("cake"), "basis_points": 5_000},
            goods=_tagged("tea"),
        ),
        choose=("goods", "effect.get"),
    ),
    Recipe(
        code="afternoon_tea",
        label=Label("工作日下午茶 8 折", "Weekday afternoon tea, 20% off"),
        definition=_offer(
            "percent",
            {"basis_points": 2_000, "per": "unit"},
            goods=_tagged("tea", "cake"),
            condition=_all(_WORKDAYS, _within("minute_of_day", 14 * 60, 17 * 60)),
        ),
        choose=("goods",),
    ),
    Recipe(
        code="evening_clearance",
        label=Label("晚八点后烘焙 5 折", "Bakery at half price after eight"),
        definition=_offer(
            "percent",
            {"basis_points": 5_000, "per": "unit"},
            goods=_tagged("bakery"),
            condition=_within("minute_of_day", 20 * 60, 26 * 60),
        ),
        choose=("goods",),
    ),
    Recipe(
        code="first_taste",
        label=Label("新品尝鲜 7 折", "30% off what is new to you"),
        definition=_offer(
            "percent",
            {"basis_points": 3_000, "per": "unit", "units_max": 1},
            goods=_tagged("new"),
            condition=_is("first_purchase", True),
        ),
        choose=("goods",),
    ),
    Recipe(
        code="more_is_cheaper",
        label=Label("两件 9 折 三件 8 折", "Two 10% off, three 20% off"),
        definition=_offer(
            "quantity_ladder",
            {
                "steps": [
                    {"quantity": 2, "basis_points": 1_000},
                    {"quantity": 3, "basis_points": 2_000},
                ]
            },
            goods=_tagged("bakery"),
        ),
        choose=("goods",),
    ),
    Recipe(
        code="set_menu",
        label=Label("茶饮加蛋糕套餐 29.9 元", "Tea and cake for 29.90"),
        definition=_offer(
            "bundle",
            {
                "slots": [
                    {"goods": _tagged("tea"), "quantity": 1},
                    {"goods": _tagged("cake"), "quantity": 1},
                ],
                "price_minor": 2_990,
            },
        ),
        choose=("effect.slots",),
    ),
    Recipe(
        code="any_three",
        label=Label("任选三件 50 元", "Any three for 50"),
        definition=_offer(
            "bundle",
            {"slots": [{"goods": _tagged("snack"), "quantity": 3}], "price_minor": 5_000},
        ),
        choose=("effect.slots",),
    ),
    Recipe(
        code="gift_over_100",
        label=Label("满100送甜品", "A dessert for spending 100"),
        definition=_offer("gift", {"threshold_minor": 10_000, "get": _tagged("dessert")}),
        choose=("effect.get",),
    ),
    Recipe(
        code="add_on",
        label=Label("满50加9.9元换购", "Spend 50 and add one for 9.90"),
        definition=_offer(
            "gift",
            {"threshold_minor": 5_000, "get": _tagged("add_on"), "price_minor": 990},
        ),
        choose=("effect.get",),
    ),
    Recipe(
        code="flash_sale",
        label=Label("整点秒杀 9.9 元", "Flash sale at 9.90"),
        definition=_offer(
            "unit_price",
            {"price_minor": 990, "units_max": 1},
            goods=_tagged("flash"),
            condition=_within("minute_of_day", 15 * 60, 16 * 60),
            limits=[{"whose": "store", "span": "day", "uses": 50}, *_ONCE_A_DAY],
        ),
        choose=("goods",),
    ),
    Recipe(
        code="dessert_coupon",
        label=Label("甜品券", "Dessert coupon"),
        definition=_offer(
            "percent",
            {"basis_points": 10_000, "per": "unit", "units_max": 1},
            goods=_tagged("dessert"),
        ),
        choose=("goods",),
        as_coupon=True,
    ),
    Recipe(
        code="exchange_coupon",
        label=Label("9.9 元兑换券", "Any cup for 9.90"),
        definition=_offer("unit_price", {"price_minor": 990, "units_max": 1}, goods=_tagged("tea")),
        choose=("goods",),
        as_coupon=True,
    ),
)
PRICES_FEES_POINTS = (
    Recipe(
        code="limited_price",
        label=Label("限时特价 15 元", "15.00 for a limited time"),
        definition=_offer("price", {"price_minor": 1_500}, goods=_tagged("new")),
        choose=("goods",),
    ),
    Recipe(
        code="member_price",
        label=Label("会员价 95 折", "Member price, 5% off"),
        definition=_offer("price", {"basis_points": 500}, condition=_is("member", True)),
    ),
    Recipe(
        code="group_buy",
        label=Label("三人拼团价", "Group price for three"),
        definition=_offer(
            "price",
            {"price_minor": 1_200},
            goods=_tagged("group_buy"),
            condition=_from("party", 3),
        ),
        choose=("goods",),
    ),
    Recipe(
        code="free_delivery",
        label=Label("满30免配送费", "Free delivery from 30"),
        definition=_offer(
            "fee_waiver", {}, goods=_tagged("delivery"), condition=_from("spend", 3_000)
        ),
        choose=("goods",),
    ),
    Recipe(
        code="double_points",
        label=Label("会员日双倍积分", "Double points on member day"),
        definition=_offer(
            "points_multiplier",
            {"multiplier_basis_points": 20_000},
            condition=_one_of("flags", "member_day"),
        ),
    ),
)

RECIPES = (*ON_THE_BILL, *ON_ITEMS, *PRICES_FEES_POINTS)
