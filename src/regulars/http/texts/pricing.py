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
    "offer.limit_reached": Text(
        409,
        "这个优惠的名额刚刚用完，请按新的金额收款",
        "This offer has just run out: please charge the new amount",
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
    "offer.goods_missing": Text(422, "请选择商品（{part}）", "Please choose the goods ({part})"),
    "offer.goods_stand_in_slots": Text(
        422,
        "组合价的商品请填在每个搭配位里",
        "The goods of a bundle stand in its slots",
    ),
    "offer.goods_the_same": Text(
        422,
        "买的和送的是同一批商品，请改用“第几件优惠”",
        "What is bought and what is got are the same goods: use “every nth item” instead",
    ),
    "offer.goods_unknown": Text(
        422, "活动里有不存在的商品、规格或品类：{ids}", "These goods do not exist: {ids}"
    ),
    "offer.tag_unknown": Text(
        422, "没有任何商品带这个标签：{tags}", "No item carries this tag: {tags}"
    ),
    "offer.gift_is_circular": Text(
        422,
        "赠品不能就是触发赠送的商品：赠品本身不计入门槛",
        "A gift cannot be what earns it: gifts do not count towards themselves",
    ),
    "offer.gift_base_wrong": Text(
        422,
        "满赠的门槛只能按原价或现价算，不能按折后金额算",
        "A gift counts what is spent before item discounts, at list price or at the price in force",
    ),
    "offer.bundle_too_large": Text(
        422,
        "组合价最多 5 个搭配位、共 20 件（这里超过 {maximum}）",
        "A bundle has at most 5 slots and 20 items (more than {maximum} here)",
    ),
    "offer.bundle_too_small": Text(
        422, "组合价至少要两件商品", "A bundle takes at least two items"
    ),
    "offer.bundle_saves_nothing": Text(
        422,
        "组合价没有便宜：按现价最便宜的搭配是 {cheapest_minor}",
        "The bundle saves nothing: its cheapest parts cost {cheapest_minor} now",
    ),
    "offer.ladder_out_of_order": Text(
        422,
        "多件多折的件数和折扣都要一档比一档高",
        "Each step must ask for more items and take off more",
    ),
    "offer.price_stands_first": Text(
        422,
        "会员价、特价这类价格先于其他优惠，不能以消费金额或件数为条件",
        "A price comes before every other offer and cannot depend on the amount or the number "
        "of items",
    ),
    "offer.stack_not_allowed": Text(
        422,
        "特价和积分翻倍总能与其他优惠同享，不能设置互斥",
        "Prices and extra points go together with every other offer",
    ),
    "offer.only_with_whom": Text(
        422,
        "选择“只与指定组同享”时要写明是哪些组，其他情况不能写",
        "Name the groups where an offer goes only with some, and nowhere else",
    ),
    "offer.groups_too_many": Text(
        422, "一个活动最多属于 {maximum} 个组", "An offer names at most {maximum} groups"
    ),
    "offer.not_for_coupons": Text(
        422, "特价和积分翻倍不能做成券", "Prices and extra points cannot be coupons"
    ),
    "offer.points_not_limited": Text(
        422,
        "积分翻倍不能设限量或预算：它不从账单里减钱，没法计数；请用日期、时段或会员条件来限定",
        "Extra points cannot have limits or a budget: they take nothing off a bill that could be "
        "counted. Limit them by dates, hours or members",
    ),
    "offer.price_has_no_budget": Text(
        422,
        "特价可以限次数，不能设预算：价格要么生效、要么不生效，最后一单没法只减一部分",
        "A price can be limited in uses, but has no budget: it is in force or it is not, and the "
        "last order cannot get a part of it",
    ),
    "offer.too_many_after_item": Text(
        409,
        "同一时间最多 {maximum} 个“按单品优惠后金额算门槛”的满减，已有：{offers}。"
        "请改按原价或现价算门槛，或错开时间",
        "At most {maximum} offers at a time read the amount after item discounts; there are: "
        "{offers}. Let this one read the price before, or choose another time",
    ),
    "offer.too_many_overlapping": Text(
        409,
        "“{product}”同一时间最多参加 {maximum} 个多件优惠，请先停掉或合并一些",
        "“{product}” can be in at most {maximum} offers for several items at a time: stop or "
        "merge some first",
    ),
}
