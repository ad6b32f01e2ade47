"""Why an offer or a coupon did not count, in words that help: what is missing, or what is in the way.

Reason(SPEND_SHORT, {"wanted_minor": 4000, "actual_minor": 3560}) → 还差 4.40（满 40.00 可用）
"""

from collections.abc import Callable, Mapping

from regulars.domain.kernel.condition import Comparison
from regulars.domain.pricing.reason import ReasonCode
from regulars.domain.pricing.reason_texts_effects import fixed
from regulars.domain.pricing.reason_words import Texts, Told, Values, counted

FIELDS: Mapping[str, Texts] = {
    "source": ("点单方式", "way of ordering"),
    "store": ("门店", "store"),
    "region": ("区域", "region"),
    "flags": ("特定日子", "special day"),
    "party": ("人数", "size of the party"),
    "tender": ("支付方式", "way of paying"),
    "weekday": ("星期", "day of the week"),
    "date": ("日期", "date"),
    "minute_of_day": ("时段", "time of day"),
    "products": ("商品", "items"),
    "categories": ("品类", "category"),
    "tags": ("商品标签", "kind of item"),
    "quantity": ("件数", "number of items"),
    "own_quantity": ("活动商品件数", "number of items in the offer"),
    "spend": ("消费金额", "amount spent"),
    "spend_list": ("消费金额", "amount spent"),
    "own_spend": ("活动商品金额", "amount spent on the offer"),
    "own_spend_list": ("活动商品金额", "amount spent on the offer"),
    "first_purchase": ("首次购买", "first purchase"),
    "member": ("会员身份", "membership"),
    "tier": ("会员等级", "member tier"),
    "member_tags": ("会员标签", "group of members"),
    "visits": ("到店次数", "number of visits"),
    "visit_number": ("第几次到店", "visit"),
    "new_member": ("新会员", "new members"),
    "points": ("积分", "points"),
    "birthday_offset": ("生日", "birthday"),
}
MONEY_FIELDS = frozenset({"spend", "spend_list", "own_spend", "own_spend_list"})
COUNT_FIELDS = frozenset({"quantity", "own_quantity"})
_COUNTED = MONEY_FIELDS | COUNT_FIELDS | {"visits", "visit_number", "points", "party"}
_UPPER_BOUNDS = frozenset({Comparison.AT_MOST.value, Comparison.LESS.value})

_UNKNOWN: Mapping[str, Texts] = {
    "tender": ("请先选择支付方式", "depends on how you pay"),
    "party": ("请先填写人数", "depends on how many you are"),
    "birthday_offset": ("没有登记生日", "no birthday is known"),
    "first_purchase": ("不知道以前买过什么", "what was bought before is not known"),
    "tier": ("仅限会员", "members only"),
    "member_tags": ("仅限会员", "members only"),
    "visits": ("仅限会员", "members only"),
    "visit_number": ("仅限会员", "members only"),
    "new_member": ("仅限会员", "members only"),
    "points": ("仅限会员", "members only"),
}
_WRONG: Mapping[str, Texts] = {
    "member": ("仅限会员", "members only"),
    "new_member": ("仅限首次消费的会员", "for a member's first visit only"),
    "first_purchase": ("仅限首次购买的商品", "only for what you have not bought before"),
    "birthday_offset": ("不在生日活动期内", "not around your birthday"),
    "minute_of_day": ("不在活动时段", "not at this time of day"),
    "weekday": ("今天不适用", "not valid today"),
    "date": ("今天不适用", "not valid today"),
    "flags": ("今天不适用", "not valid today"),
    "tender": ("不适用于所选支付方式", "not with this way of paying"),
    "party": ("人数不符合活动条件", "not for a party of this size"),
    "visit_number": ("不是活动指定的到店次数", "not the visit that the offer is for"),
}
_WHOSE: Mapping[str, Texts] = {
    "all": ("活动名额已用完", "all of this offer has been used"),
    "store": ("本店名额已用完", "this store has used up its share of the offer"),
    "member": ("您的次数已用完", "you have used this offer as often as it may be used"),
}


def _in_part(told: Told) -> Texts:
    wanted, applied = told.whole("desired_minor"), told.whole("applied_minor")
    return (
        f"本应减 {told.money(wanted)}，最多可减 {told.money(applied)}",
        f"{told.money(applied)} of {told.money(wanted)} could be taken off",
    )


def _too_few(told: Told) -> Texts:
    wanted, actual = told.whole("wanted"), told.whole("actual")
    if wanted == 1:
        return "还没有点适用的商品", "none of its items is in the basket"
    there = "is" if actual == 1 else "are"
    return (
        f"需同时购买 {wanted} 件，现有 {actual} 件",
        f"needs {wanted} items together, there {there} {actual}",
    )


def _spend_short(told: Told) -> Texts:
    wanted, actual = told.whole("wanted_minor"), told.whole("actual_minor")
    missing = told.money(max(wanted - actual, 0))
    return (
        f"还差 {missing}（满 {told.money(wanted)} 可用）",
        f"{missing} short of {told.money(wanted)}",
    )


def _gift_to_add(told: Told) -> Texts:
    count = told.whole("count")
    if told.whole("price_minor"):
        price = told.money(told.whole("price_minor"))
        return f"可加 {price} 换购 {count} 件", f"{count} may be added for {price} each"
    return f"还可领取 {count} 件赠品", f"{counted(count, 'gift')} may be added"


def _until(zh: str, en: str) -> Callable[[Told], Texts]:
    def write(told: Told) -> Texts:
        day = str(told.values.get("on") or "")
        return zh.format(day=day), en.format(day=day)

    return write


def _naming(zh: str, en: str) -> Callable[[Told], Texts]:
    def write(told: Told) -> Texts:
        name = told.offer()
        return zh.format(name=name.in_language("zh-CN")), en.format(name=name.in_language("en"))

    return write


def _at_most(zh: str, en: str) -> Callable[[Told], Texts]:
    def write(told: Told) -> Texts:
        maximum = told.whole("maximum")
        plural = "" if maximum == 1 else "s"
        return zh.format(maximum=maximum), en.format(maximum=maximum, s=plural)

    return write


def _limit(told: Told) -> Texts:
    return _WHOSE.get(str(told.values.get("whose")), _WHOSE["all"])


def _condition(told: Told) -> Texts:
    field = str(told.values.get("field") or "")
    zh, en = FIELDS.get(field, ("使用条件", "a condition"))
    wanted, comparison = told.values.get("wanted"), told.values.get("comparison")
    if told.values.get("actual") is None and comparison != "not" and field in _UNKNOWN:
        return _UNKNOWN[field]
    if field in _COUNTED and comparison in _UPPER_BOUNDS:
        return f"{zh}超过活动上限", f"the {en} is over the limit of the offer"
    if field in MONEY_FIELDS and isinstance(wanted, int):
        spent: Values = {"wanted_minor": wanted, "actual_minor": told.values.get("actual")}
        return _spend_short(told._replace(values=spent))
    if field in COUNT_FIELDS and isinstance(wanted, int):
        return f"需满 {wanted} 件", f"needs at least {wanted} items"
    if comparison == "not":
        return f"{zh}不符合活动条件", f"the {en} does not match the offer"
    return _WRONG.get(field, (f"{zh}不符合活动条件", f"the {en} does not match the offer"))


REFUSED_WRITERS: Mapping[ReasonCode, Callable[[Told], Texts]] = {
    ReasonCode.APPLIED_IN_PART: _in_part,
    ReasonCode.CONDITION_FAILED: _condition,
    ReasonCode.NOT_YET: _until("{day} 起可用", "valid from {day}"),
    ReasonCode.NO_LONGER_VALID: _until("已于 {day} 过期", "expired on {day}"),
    ReasonCode.SWITCHED_OFF: fixed("已手动关闭", "switched off by hand"),
    ReasonCode.NOT_CHOSEN: fixed("未选用", "not chosen"),
    ReasonCode.NO_GOODS: fixed("没有适用商品", "no item it applies to"),
    ReasonCode.TOO_FEW_GOODS: _too_few,
    ReasonCode.SPEND_SHORT: _spend_short,
    ReasonCode.GIFT_TO_ADD: _gift_to_add,
    ReasonCode.SAVES_NOTHING: fixed("用了也不会更便宜", "would save nothing more"),
    ReasonCode.COUPONS_FULL: _at_most(
        "每单最多用 {maximum} 张券", "at most {maximum} coupon{s} per order"
    ),
    ReasonCode.COUPON_KIND_FULL: _at_most(
        "这种券每单最多用 {maximum} 张", "at most {maximum} of this coupon per order"
    ),
    ReasonCode.COUPON_HELD: fixed("正用于另一张未付的订单", "held by another open order"),
    ReasonCode.LIMIT_REACHED: _limit,
    ReasonCode.BUDGET_SPENT: fixed("活动预算已用完", "the budget of this offer is spent"),
    ReasonCode.BELOW_FLOOR: fixed("已到最低限价", "the price is as low as it may go"),
    ReasonCode.BLOCKED_BY_GROUP: _naming("与“{name}”不能同享", "cannot be combined with “{name}”"),
    ReasonCode.BLOCKED_BY_ALONE: _naming(
        "已使用“{name}”，该优惠不与其他同享", "“{name}” is not combined with other offers"
    ),
    ReasonCode.NOT_WITH: _naming(
        "只能与指定活动同享，不含“{name}”",
        "goes only with certain offers, and “{name}” is not one of them",
    ),
    ReasonCode.UNITS_USED: _naming("商品已参加“{name}”", "the items are already part of “{name}”"),
    ReasonCode.BEATEN: fixed("已有更优惠的组合", "a better combination was found"),
}
