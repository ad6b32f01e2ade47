"""What programmes of the tea shop promise, as they are stored."""

from collections.abc import Mapping

CHECK_IN: Mapping[str, object] = {
    "daily": {"points": 2},
    "streak": [{"days": 3, "gift": {"points": 10}}],
    "cycle": 3,
}
THREE_ORDERS: Mapping[str, object] = {
    "goal": {"kind": "orders", "count": 3},
    "window": {"kind": "week"},
    "gift": {"points": 30},
    "repeat": "each_window",
}
FLASK: Mapping[str, object] = {
    "code": "flask",
    "name_zh": "保温杯",
    "name_en": "Flask",
    "gift": {"item_zh": "保温杯", "item_en": "Flask"},
    "weight": 1,
    "stock": 2,
    "otherwise": "ten",
}
TEN_POINTS: Mapping[str, object] = {
    "code": "ten",
    "name_zh": "10 积分",
    "name_en": "10 points",
    "gift": {"points": 10},
    "weight": 1,
}
DRAW: Mapping[str, object] = {
    "price_points": 20,
    "tickets": {"kind": "points"},
    "prizes": [FLASK, TEN_POINTS],
    "blank_weight": 2,
}
MUG: Mapping[str, object] = {
    "points": 40,
    "gives": {"item_zh": "马克杯", "item_en": "Mug"},
    "stock": 2,
    "per_member": {"span": "month", "uses": 1},
}
COUPON: Mapping[str, object] = {"points": 30, "gives": {"coupon_types": ["TEN"]}}
