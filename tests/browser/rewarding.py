"""A tea shop that gives its members more than goods, for the walks about what they hold.

充300送30, 50 points, a coupon and a flask; 奶茶十次卡; a mug and a coupon for points; check-in, a draw
that nobody loses, a task of three orders, 老带新.
"""

from collections.abc import Mapping
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.terms import Level
from regulars.use_cases.passes import SellPass
from regulars.use_cases.programmes import SaveProgramme
from tests.inviting import FRIENDS, TEN_CUPS
from tests.shops import ShopUnderTest

PHONE = "13912345678"
STEPS = (
    {"principal_minor": 10_000, "bonus_minor": 1_000},
    {
        "principal_minor": 30_000,
        "bonus_minor": 3_000,
        "points": 50,
        "coupon_types": ["TEN"],
        "item_zh": "保温杯",
        "item_en": "Flask",
    },
)
TERMS: Mapping[str, object] = {
    "joining.points": 100,
    "joining.coupon_types": [],
    "top_up.offers": list(STEPS),
}
MUG: Mapping[str, object] = {
    "points": 80,
    "gives": {"item_zh": "马克杯", "item_en": "Mug"},
    "stock": 20,
    "per_member": {"span": "month", "uses": 1},
}
COUPON: Mapping[str, object] = {"points": 30, "gives": {"coupon_types": ["NEW5"]}}
HAMPER: Mapping[str, object] = {
    "points": 5_000,
    "gives": {"item_zh": "茶礼盒", "item_en": "Hamper"},
}
CHECK_IN: Mapping[str, object] = {
    "daily": {"points": 2},
    "streak": [{"days": 7, "gift": {"points": 20}}],
    "cycle": 7,
}
LUCKY: Mapping[str, object] = {
    "price_points": 20,
    "tickets": {"kind": "daily", "free": 1},
    "prizes": [
        {
            "code": "ten",
            "name_zh": "10 积分",
            "name_en": "10 points",
            "gift": {"points": 10},
            "weight": 9,
        },
        {
            "code": "five",
            "name_zh": "立减5元券",
            "name_en": "5 off",
            "gift": {"coupon_types": ["NEW5"]},
            "weight": 1,
        },
    ],
}
THREE_ORDERS: Mapping[str, object] = {
    "goal": {"kind": "orders", "count": 3},
    "window": {"kind": "month"},
    "gift": {"points": 30},
    "repeat": "each_window",
}
PROGRAMMES: Mapping[str, tuple[str, str, Mapping[str, object]]] = {
    "奶茶十次卡": ("pass", "Ten milk teas", TEN_CUPS),
    "马克杯": ("mall_item", "Mug", MUG),
    "立减5元": ("mall_item", "5 off", COUPON),
    "茶礼盒": ("mall_item", "Hamper", HAMPER),
    "天天签到": ("check_in", "Daily check-in", CHECK_IN),
    "幸运转盘": ("draw", "Lucky wheel", LUCKY),
    "本月喝三单": ("task", "Three orders this month", THREE_ORDERS),
    "老带新": ("referral", "Bring a friend", FRIENDS),
}


def running(shop: ShopUnderTest) -> dict[str, UUID]:
    """Everything above, in force; by its Chinese name."""
    ids = {name: shop.new_id() for name in PROGRAMMES}
    for name, (kind, english, definition) in PROGRAMMES.items():
        command = SaveProgramme(
            id=ids[name],
            seen=0,
            kind=kind,
            name=Label(name, english),
            level=Level.ORGANISATION,
            place_id=None,
            definition=dict(definition),
            effective_at=None,
            ends_at=None,
        )
        shop.run(command)
    return ids


def regular(shop: ShopUnderTest) -> None:
    """A member who paid 300.00 in, drank for 55.00 of it, and has a pass of ten."""
    ids = running(shop)
    member = shop.join(PHONE)
    shop.top_up(member, 30_000)
    lines = [shop.line("milk_tea"), shop.line("mango_ice"), shop.line("lemon_tea")]
    shop.run(shop.sale(lines, member=member, stored=5_500))
    bought = SellPass(
        id=shop.new_id(),
        member_id=member,
        programme_id=ids["奶茶十次卡"],
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="cash",
    )
    shop.run(bought)
