"""What quotes, coupons, points and saved offers say no with."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "coupon.not_usable": Text(409, "这张券现在不能用", "This coupon cannot be used now"),
    "coupon.expired": Text(409, "这张券已过期", "This coupon has expired"),
    "coupon.too_many": Text(
        409, "每单最多用 {maximum} 张券", "At most {maximum} coupons go with one order"
    ),
    "points.short": Text(409, "积分不够，还差 {missing} 分", "{missing} points short"),
    "points.not_allowed": Text(
        409,
        "这单最多可用 {usable_max} 积分（{minimum} 分起，按 {step} 分递增）",
        "This order takes up to {usable_max} points (from {minimum}, in steps of {step})",
    ),
    "offer.malformed": Text(
        422, "活动内容不完整或有误（{part}）", "The offer is not right ({part})"
    ),
    "offer.out_of_range": Text(
        422, "{part} 要在 {low} 到 {high} 之间", "{part} must be between {low} and {high}"
    ),
    "offer.steps_out_of_order": Text(
        422,
        "满减档位要从低到高，越往上减得不能越少",
        "Steps must rise, and a higher step must not save less",
    ),
    "offer.saves_more_than_spent": Text(
        422, "减的金额不能超过门槛", "A step cannot save more than must be spent"
    ),
    "offer.goods_not_allowed": Text(
        422,
        "整单折扣和按折后金额算的满减不能只限部分商品；请改用单品折扣，或按原价算门槛",
        "A percentage of the bill, or a threshold after item discounts, cannot be limited to some "
        "goods: use a discount per item, or a threshold before discounts",
    ),
}
