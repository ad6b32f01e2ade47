"""What the words of a message may be filled with: a fixed list of names, each of one kind.

`{{points}}` is a number and known of every member; `{{name}}` may be missing, so the words have to
say what stands there instead. Nothing else is ever looked up: no attribute, no index, no call.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never

from regulars.domain.kernel.label import Label, Language
from regulars.domain.kernel.money import scale_of


class Kind(StrEnum):
    """What sort of value a name stands for, and so which filters fit it."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"
    LINK = "link"


class Source(StrEnum):
    """Who knows it: the member's own data, the shop, or whoever plans the message."""

    MEMBER = "member"
    SHOP = "shop"
    PLAN = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One name that words may hold. `nullable` ones need a fallback."""

    name: str
    kind: Kind
    source: Source
    nullable: bool
    label: Label


def _name(name: str, kind: Kind, source: Source, label: Label) -> Name:
    return Name(name=name, kind=kind, source=source, nullable=False, label=label)


def _perhaps(name: str, kind: Kind, source: Source, label: Label) -> Name:
    return Name(name=name, kind=kind, source=source, nullable=True, label=label)


_ALL = (
    _perhaps("name", Kind.TEXT, Source.MEMBER, Label("会员称呼", "Member's name")),
    _name("tier", Kind.TEXT, Source.MEMBER, Label("会员等级", "Tier")),
    _name("points", Kind.NUMBER, Source.MEMBER, Label("可用积分", "Points")),
    _name("stored_value", Kind.MONEY, Source.MEMBER, Label("储值余额", "Stored value")),
    _name("visits", Kind.NUMBER, Source.MEMBER, Label("到店次数", "Visits")),
    _perhaps("last_visit", Kind.DAY, Source.MEMBER, Label("上次到店", "Last visit")),
    _name("joined", Kind.DAY, Source.MEMBER, Label("入会日期", "Joined on")),
    _name("shop", Kind.TEXT, Source.SHOP, Label("门店名", "Shop")),
    _name("valid_until", Kind.DAY, Source.SHOP, Label("消息有效期", "Valid until")),
    _perhaps("coupon", Kind.TEXT, Source.PLAN, Label("券名", "Coupon")),
    _perhaps("product", Kind.TEXT, Source.PLAN, Label("商品名", "Product")),
    _perhaps("code", Kind.TEXT, Source.PLAN, Label("兑换码", "Code")),
    _perhaps("link", Kind.LINK, Source.PLAN, Label("链接", "Link")),
    _perhaps("menu_link", Kind.LINK, Source.PLAN, Label("菜单链接", "Link to the menu")),
    _perhaps("order_link", Kind.LINK, Source.PLAN, Label("点单链接", "Link to order")),
    _perhaps("coupon_link", Kind.LINK, Source.PLAN, Label("看券链接", "Link to the coupon")),
    _perhaps("amount", Kind.MONEY, Source.PLAN, Label("金额", "Amount")),
    _perhaps("count", Kind.NUMBER, Source.PLAN, Label("数量", "Count")),
    _perhaps("day", Kind.DAY, Source.PLAN, Label("日期", "Day")),
)
NAMES = {one.name: one for one in _ALL}
LINKS = tuple(one.name for one in _ALL if one.kind is Kind.LINK)

Value = str | int | date | None


def written(value: str | int | date, kind: Kind, *, form: str | None, tongue: "Tongue") -> str:
    """A value as a reader of this language expects it. Units: money in minor units."""
    match kind:
        case Kind.TEXT | Kind.LINK:
            return str(value)
        case Kind.NUMBER:
            return f"{value:,}" if isinstance(value, int) else str(value)
        case Kind.MONEY:
            return _money(value if isinstance(value, int) else 0, tongue)
        case Kind.DAY:
            if not isinstance(value, date):
                return str(value)
            return _day(value, form or ("M月d日" if tongue.language == "zh-CN" else "yyyy-MM-dd"))
        case _:
            assert_never(kind)


@dataclass(frozen=True, slots=True)
class Tongue:
    """In which language and money a text is written."""

    language: Language
    currency: str


def _money(minor: int, tongue: Tongue) -> str:
    scale = scale_of(tongue.currency)
    whole, rest = divmod(abs(minor), 10**scale)
    figure = f"{whole}.{rest:0{scale}d}" if rest else str(whole)
    sign = "-" if minor < 0 else ""
    if tongue.currency != "CNY":
        return f"{tongue.currency} {sign}{figure}"
    return f"{sign}{figure}元" if tongue.language == "zh-CN" else f"{sign}¥{figure}"


_DATE_FORM = re.compile(
    r"(?:yyyy[-/.年] ?)?MM?[-/.月] ?dd?日?|dd?[-/.] ?MM?(?:[-/.] ?yyyy)?|yyyy[-/.年] ?MM?月?"
)


def is_date_form(form: str) -> bool:
    """Whether a text says how a day is written: yyyy, MM or M, dd or d, and marks between."""
    return _DATE_FORM.fullmatch(form) is not None


def _day(day: date, form: str) -> str:
    parts = {
        "yyyy": f"{day.year:04d}",
        "MM": f"{day.month:02d}",
        "M": str(day.month),
        "dd": f"{day.day:02d}",
        "d": str(day.day),
    }
    text, at = "", 0
    while at < len(form):
        part = next((one for one in parts if form.startswith(one, at)), None)
        text += form[at] if part is None else parts[part]
        at += 1 if part is None else len(part)
    return text
