"""Every reason of a quote in words, Chinese and English, as one would say it at the counter.

    Reason(SPEND_SHORT, {"wanted_minor": 4000, "actual_minor": 3560}) → 还差 4.40 元（满 40.00 可用）

The texts live beside the reasons, so that a stored receipt is complete in both languages.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from regulars.domain.kernel.condition import Comparison
from regulars.domain.kernel.label import Label
from regulars.domain.pricing.reason import Reason, ReasonCode, ReasonValue

Texts = tuple[str, str]
Values = Mapping[str, ReasonValue]

_FIELDS: Mapping[str, Texts] = {
    "source": ("点单方式", "way of ordering"),
    "store": ("门店", "store"),
    "region": ("区域", "region"),
    "weekday": ("星期", "day of the week"),
    "date": ("日期", "date"),
    "minute_of_day": ("时段", "time of day"),
    "products": ("商品", "items"),
    "categories": ("品类", "category"),
    "tags": ("商品标签", "kind of item"),
    "quantity": ("件数", "number of items"),
    "spend": ("消费金额", "amount spent"),
    "spend_list": ("消费金额", "amount spent"),
    "member": ("会员身份", "membership"),
    "tier": ("会员等级", "member tier"),
    "visits": ("到店次数", "number of visits"),
    "new_member": ("新会员", "new members"),
    "points": ("积分", "points"),
}
_MONEY_FIELDS = frozenset({"spend", "spend_list"})
_COUNTED = _MONEY_FIELDS | {"quantity", "visits", "points"}
_UPPER_BOUNDS = frozenset({Comparison.AT_MOST.value, Comparison.LESS.value})


class _Told(NamedTuple):
    """What a reason says, and how many digits its money shows after the point."""

    values: Values
    scale: int

    def money(self, minor: int) -> str:
        """An amount as the currency is written: 1800 is 18.00 in CNY and 1800 in JPY."""
        if not self.scale:
            return str(minor)
        whole, rest = divmod(minor, 10**self.scale)
        return f"{whole}.{rest:0{self.scale}d}"


def texts_of(reason: Reason, *, scale: int) -> Texts:
    """The reason in Chinese and in English. Units: `scale` is digits after the point of money."""
    return _WRITERS[reason.code](_Told(reason.parameters, scale))


def stored_reason(reason: Reason) -> dict[str, object]:
    """The reason as an order keeps it; `reason_from` reads it back."""
    parameters: dict[str, object] = {
        name: [value.zh, value.en] if isinstance(value, Label) else value
        for name, value in reason.parameters.items()
    }
    return {"code": reason.code.value, **parameters}


def reason_from(stored: Mapping[str, object]) -> Reason:
    """The reason that an order kept."""
    parameters: dict[str, ReasonValue] = {}
    for name, value in stored.items():
        if name == "offer" and isinstance(value, list):
            parameters[name] = Label(str(value[0]), str(value[1]))
        elif isinstance(value, list):
            parameters[name] = tuple(value)
        elif name != "code" and (value is None or isinstance(value, str | int)):
            parameters[name] = value
    return Reason(ReasonCode(str(stored["code"])), parameters)


def _whole(told: _Told, name: str) -> int:
    value = told.values.get(name)
    return value if isinstance(value, int) else 0


def _percent(basis_points: int) -> str:
    return f"{basis_points // 100}" if basis_points % 100 == 0 else f"{basis_points / 100:g}"


def _tenths(basis_points: int) -> str:
    """What remains to pay, as Chinese shops say it: 12 % off is 8.8 折."""
    return f"{(10_000 - basis_points) / 1_000:g}"


def _offer_name(told: _Told) -> Label:
    value = told.values.get("offer")
    return value if isinstance(value, Label) else Label("其他优惠", "another offer")


def _fixed(zh: str, en: str) -> Callable[[_Told], Texts]:
    return lambda _: (zh, en)


def _off(told: _Told) -> Texts:
    bp = _whole(told, "basis_points")
    return f"{_tenths(bp)} 折", f"{_percent(bp)}% off"


def _tier(told: _Told) -> Texts:
    bp = _whole(told, "basis_points")
    return f"会员等级 {_tenths(bp)} 折", f"{_percent(bp)}% off for your tier"


def _amount(told: _Told) -> Texts:
    off = told.money(_whole(told, "amount_minor"))
    return f"立减 {off}", f"{off} off"


def _nth(told: _Told) -> Texts:
    n, bp = _whole(told, "n"), _whole(told, "basis_points")
    if bp >= 10_000:
        return f"第 {n} 件免费", f"item {n} free"
    if bp == 5_000:
        return f"第 {n} 件半价", f"item {n} at half price"
    return f"第 {n} 件 {_tenths(bp)} 折", f"item {n} at {_percent(bp)}% off"


def _spend_and_save(told: _Told) -> Texts:
    step, off = told.money(_whole(told, "threshold_minor")), told.money(_whole(told, "off_minor"))
    if told.values.get("repeat") == "per_step":
        return f"每满 {step} 减 {off}", f"{off} off for every {step} spent"
    return f"满 {step} 减 {off}", f"spend {step}, save {off}"


def _points(told: _Told) -> Texts:
    points = _whole(told, "points")
    return f"使用 {points} 积分", f"{points} points used"


def _in_part(told: _Told) -> Texts:
    wanted, applied = _whole(told, "desired_minor"), _whole(told, "applied_minor")
    return (
        f"本应减 {told.money(wanted)}，最多可减 {told.money(applied)}",
        f"{told.money(applied)} of {told.money(wanted)} could be taken off",
    )


def _too_few(told: _Told) -> Texts:
    wanted, actual = _whole(told, "wanted"), _whole(told, "actual")
    return (
        f"需同时购买 {wanted} 件，现有 {actual} 件",
        f"needs {wanted} items together, there are {actual}",
    )


def _spend_short(told: _Told) -> Texts:
    wanted, actual = _whole(told, "wanted_minor"), _whole(told, "actual_minor")
    missing = told.money(max(wanted - actual, 0))
    return (
        f"还差 {missing}（满 {told.money(wanted)} 可用）",
        f"{missing} short of {told.money(wanted)}",
    )


def _until(zh: str, en: str) -> Callable[[_Told], Texts]:
    def write(told: _Told) -> Texts:
        day = str(told.values.get("on") or "")
        return zh.format(day=day), en.format(day=day)

    return write


def _group(told: _Told) -> Texts:
    name = _offer_name(told)
    return (
        f"与「{name.in_language('zh-CN')}」不能同享",
        f"cannot be combined with “{name.in_language('en')}”",
    )


def _alone(told: _Told) -> Texts:
    name = _offer_name(told)
    return (
        f"已使用「{name.in_language('zh-CN')}」，该优惠不与其他同享",
        f"“{name.in_language('en')}” is not combined with other offers",
    )


def _used_up(told: _Told) -> Texts:
    name = _offer_name(told)
    return (
        f"商品已参加「{name.in_language('zh-CN')}」",
        f"the items are already part of “{name.in_language('en')}”",
    )


def _coupons_full(told: _Told) -> Texts:
    maximum = _whole(told, "maximum")
    return f"每单最多用 {maximum} 张券", f"at most {maximum} coupon(s) per order"


def _condition(told: _Told) -> Texts:
    field = str(told.values.get("field") or "")
    zh, en = _FIELDS.get(field, ("使用条件", "a condition"))
    wanted = told.values.get("wanted")
    if field in _COUNTED and told.values.get("comparison") in _UPPER_BOUNDS:
        return f"{zh}超过活动上限", f"the {en} is over the limit of the offer"
    if field in _MONEY_FIELDS and isinstance(wanted, int):
        spent: Values = {"wanted_minor": wanted, "actual_minor": told.values.get("actual")}
        return _spend_short(told._replace(values=spent))
    if field == "quantity" and isinstance(wanted, int):
        return f"需满 {wanted} 件", f"needs at least {wanted} items"
    if field == "member":
        return "仅限会员", "members only"
    if field == "new_member":
        return "仅限首次消费的会员", "for a member's first visit only"
    if field == "minute_of_day":
        return "不在活动时段", "not at this time of day"
    if field in ("weekday", "date"):
        return "今天不适用", "not valid today"
    return f"{zh}不符合活动条件", f"the {en} does not match the offer"


_WRITERS: Mapping[ReasonCode, Callable[[_Told], Texts]] = {
    ReasonCode.MEMBER_PRICE: _fixed("会员价", "member price"),
    ReasonCode.TIER_DISCOUNT: _tier,
    ReasonCode.PERCENT: _off,
    ReasonCode.AMOUNT: _amount,
    ReasonCode.NTH: _nth,
    ReasonCode.SPEND_AND_SAVE: _spend_and_save,
    ReasonCode.POINTS: _points,
    ReasonCode.APPLIED_IN_PART: _in_part,
    ReasonCode.CONDITION_FAILED: _condition,
    ReasonCode.NOT_YET: _until("{day} 起可用", "valid from {day}"),
    ReasonCode.NO_LONGER_VALID: _until("已于 {day} 过期", "expired on {day}"),
    ReasonCode.SWITCHED_OFF: _fixed("已手动关闭", "switched off by hand"),
    ReasonCode.NOT_CHOSEN: _fixed("未选用", "not chosen"),
    ReasonCode.NO_GOODS: _fixed("没有适用商品", "no item it applies to"),
    ReasonCode.TOO_FEW_GOODS: _too_few,
    ReasonCode.SPEND_SHORT: _spend_short,
    ReasonCode.SAVES_NOTHING: _fixed("用了也不会更便宜", "would save nothing more"),
    ReasonCode.COUPONS_FULL: _coupons_full,
    ReasonCode.BLOCKED_BY_GROUP: _group,
    ReasonCode.BLOCKED_BY_ALONE: _alone,
    ReasonCode.UNITS_USED: _used_up,
    ReasonCode.BEATEN: _fixed("已有更优惠的组合", "a better combination was found"),
}
