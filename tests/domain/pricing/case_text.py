"""Pricing cases as a merchant writes them.

basket: 奶茶 18.00 x2 #tea (gold 16.00), 芒果冰 22.00
member: gold
offer: 第二杯半价: 2nd 50% off on #tea
offer: 满40减5: spend 40 save 5 of after_item
expect: 会员价 -4.00; 第二杯半价 -8.00; 满40减5 -5.00; pay 41.00
units: 奶茶 10.69 10.70, 芒果冰 19.61

A blank line ends a case; `#` at the start of a line is its title. Further lines: `coupon:`, `use:`
(coupon names, or `none`), `points:`, `without:`, `at:`, `terms:`, `why:`, `hint:`, `refused:`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.catalog.products import TaxCategory
from regulars.domain.kernel.condition import All, Compare, Comparison, Condition, OneOf, Within
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, Period, instant
from regulars.domain.loyalty.spending import PointsAsMoney
from regulars.domain.pricing.basket import Choices, HeldCoupon, MemberView, PricingTerms, TaxMode
from regulars.domain.pricing.kinds import Effect, FixedAmount, NthDiscount, Per, Percent
from regulars.domain.pricing.kinds.nth import Same
from regulars.domain.pricing.kinds.spend_and_save import Repeat, SpendAndSave, SpendBase, SpendStep
from regulars.domain.pricing.offer import EVERYTHING, Goods, Offer, Stack
from tests.domain.pricing.builders import (
    FAR_OFF,
    FOOD,
    FRIDAY,
    LONG_AGO,
    NO_POINTS_LIMIT,
    a_coupon,
    a_line,
    a_member,
    an_offer,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
AMOUNT = r"\d+(?:\.\d\d?)?"


@dataclass(slots=True)
class Case:
    """One case: what is given, and what the lines after it expect."""

    title: str
    lines: list[ChosenLine] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    member: MemberView | None = None
    offers: list[Offer] = field(default_factory=list)
    coupons: list[HeldCoupon] = field(default_factory=list)
    use: tuple[str, ...] | None = None
    points: int | None = None
    without: tuple[str, ...] = ()
    now: Instant = FRIDAY
    terms: PricingTerms = field(default_factory=lambda: PricingTerms(points=NO_POINTS_LIMIT))
    expected: list[tuple[str, str]] = field(default_factory=list)

    @property
    def choices(self) -> Choices:
        """What the guest and the cashier decided."""
        by_name: dict[str, UUID] = {coupon.offer.name.zh: coupon.id for coupon in self.coupons}
        by_name |= {offer.name.zh: offer.id for offer in self.offers}
        used = None if self.use is None else tuple(by_name[name] for name in self.use)
        off = frozenset(by_name[name] for name in self.without)
        return Choices(coupons=used, points=self.points, without=off)

    @property
    def guest(self) -> MemberView | None:
        """The member with her coupons."""
        if self.member is None:
            return None
        return MemberView(
            id=self.member.id,
            tier=self.member.tier,
            tier_label=self.member.tier_label,
            tier_discount_basis_points=self.member.tier_discount_basis_points,
            points_available=self.member.points_available,
            coupons=tuple(self.coupons),
            visits=self.member.visits,
        )


def cases_in(folder: Path) -> list[Case]:
    """All cases of the text files of a folder."""
    cases: list[Case] = []
    for path in sorted(folder.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            rows = [row for row in block.splitlines() if row.strip()]
            if rows:
                cases.append(_case(path.stem, rows))
    return cases


def minor(text: str) -> int:
    """Units: 12.30 is 1,230 minor units."""
    return int(Decimal(text) * 100)


def shown(amount_minor: int) -> str:
    """Units: 1,230 minor units are 12.30."""
    return f"{Decimal(amount_minor) / 100:.2f}"


def _case(stem: str, rows: Sequence[str]) -> Case:
    title = next((row[1:].strip() for row in rows if row.startswith("#")), rows[0])
    case = Case(f"{stem}: {title}")
    for row in rows:
        if not row.startswith("#"):
            kind, _, text = row.partition(":")
            _read(case, kind.strip(), text.strip())
    return case


def _read(case: Case, kind: str, text: str) -> None:
    match kind:
        case "basket":
            for at, part in enumerate(text.split(","), start=1):
                _line(case, at, part.strip())
        case "member":
            case.member = _member(text)
        case "offer":
            case.offers.append(_offer(case, len(case.offers) + 1, text))
        case "coupon":
            case.coupons.append(_coupon(case, len(case.coupons) + 1, text))
        case "use":
            case.use = () if text == "none" else _names(text)
        case "points":
            case.points = int(text)
        case "without":
            case.without = _names(text)
        case "at":
            case.now = _moment(text)
        case "terms":
            case.terms = _terms(text)
        case "expect" | "units" | "why" | "hint" | "refused":
            case.expected.append((kind, text))
        case _:
            raise ValueError(f"unknown row {kind!r} in {case.title}")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def _moment(text: str) -> Instant:
    return instant(datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI))


def _line(case: Case, at: int, text: str) -> None:
    found = re.match(rf"(\S+) ({AMOUNT})", text)
    assert found, text
    name, rest = found[1], text[found.end() :]
    quantity = re.search(r" x(\d+)", rest)
    extras = re.search(rf" \+({AMOUNT})", rest)
    member = re.search(rf"\((\w+) ({AMOUNT})\)", rest)
    tax = re.search(r"tax (\d+)% (inclusive|exclusive)", rest)
    product = case.names.setdefault(name, len(case.names) + 1)
    line = a_line(
        at,
        minor(found[2]),
        product=product,
        quantity=int(quantity[1]) if quantity else 1,
        tags=re.findall(r"#(\w+)", rest),
        extras_minor=minor(extras[1]) if extras else 0,
        member_price_minor={member[1]: minor(member[2])} if member else {},
        discountable="not discountable" not in rest,
        tax=_tax(tax[1], tax[2]) if tax else FOOD,
    )
    case.lines.append(line)


def _tax(rate: str, way: str) -> TaxCategory:
    return TaxCategory(
        code=f"{way}{rate}",
        name=Label("税", "Tax"),
        rate_basis_points=int(rate) * 100,
        inclusive=way == "inclusive",
    )


def _member(text: str) -> MemberView:
    tier = text.split(",", maxsplit=1)[0].strip()
    discount = re.search(r"(\d+(?:\.\d+)?)% off", text)
    points = re.search(r"(\d+) points", text)
    visits = re.search(r"(\d+) visits", text)
    return a_member(
        tier=tier,
        discount=minor(discount[1]) if discount else 0,
        points=int(points[1]) if points else 0,
        visits=int(visits[1]) if visits else 3,
    )


def _offer(case: Case, at: int, text: str) -> Offer:
    name, _, rest = text.partition(":")
    effect, *parts = (part.strip() for part in rest.split(";"))
    words, _, goods = effect.partition(" on ")
    group = [part.removeprefix("group ") for part in parts if part.startswith("group ")]
    priority = [part.removeprefix("priority ") for part in parts if part.startswith("priority ")]
    until = [part.removeprefix("until ") for part in parts if part.startswith("until ")]
    since = [part.removeprefix("from ") for part in parts if part.startswith("from ")]
    return an_offer(
        at,
        _effect(words.strip()),
        name=name.strip(),
        goods=_goods(case, goods) if goods else EVERYTHING,
        condition=All(tuple(_condition(part[5:]) for part in parts if part.startswith("when "))),
        period=Period(
            _moment(since[0]) if since else None,
            _moment(until[0]) if until else None,
        ),
        groups=tuple(group),
        stack=Stack.ALONE if "alone" in parts else Stack.FREE,
        priority=int(priority[0]) if priority else 0,
    )


def _coupon(case: Case, at: int, text: str) -> HeldCoupon:
    parts = [part.strip() for part in text.split(";")]
    ends = [part.removeprefix("valid until ") for part in parts if part.startswith("valid until ")]
    begins = [part.removeprefix("valid from ") for part in parts if part.startswith("valid from ")]
    of_type = [part.removeprefix("like ") for part in parts if part.startswith("like ")]
    if of_type:
        offer = next(one.offer for one in case.coupons if one.offer.name.zh == of_type[0])
    else:
        offer = _offer(case, 100 + at, text)
    return a_coupon(
        at,
        offer,
        valid_from=_moment(begins[0]) if begins else LONG_AGO,
        valid_until=_moment(ends[0]) if ends else FAR_OFF,
    )


def _goods(case: Case, text: str) -> Goods:
    if text.startswith("all but "):
        out = _goods(case, text.removeprefix("all but "))
        return Goods(excluded_products=out.products, excluded_tags=out.tags)
    names = [name.strip() for name in text.split("/")]
    lines = {line.product_id.int - 1_000: line.product_id for line in case.lines}
    return Goods(
        tags=frozenset(name[1:] for name in names if name.startswith("#")),
        products=frozenset(
            lines[case.names[name]]
            for name in names
            if not name.startswith("#") and name in case.names
        ),
        categories=frozenset(
            [line.category_id for line in case.lines[:1] if "the category" in names]
        ),
    )


def _effect(words: str) -> Effect:
    with_extras = words.endswith(" with extras")
    words = words.removesuffix(" with extras")
    if found := re.fullmatch(
        r"(\d+)(?:st|nd|rd|th) (\d+)% off( same product)?( at most (\d+) groups?)?", words
    ):
        return NthDiscount(
            n=int(found[1]),
            basis_points=int(found[2]) * 100,
            same=Same.PRODUCT if found[3] else Same.GOODS,
            groups_max=int(found[5]) if found[5] else None,
            with_extras=with_extras,
        )
    if found := re.fullmatch(rf"(\d+)% off( each)?(?: of (\d+))?(?: at most ({AMOUNT}))?", words):
        return Percent(
            basis_points=int(found[1]) * 100,
            per=Per.UNIT if found[2] else Per.ORDER,
            units_max=int(found[3]) if found[3] else None,
            cap_minor=minor(found[4]) if found[4] else None,
            with_extras=with_extras,
        )
    if found := re.fullmatch(rf"({AMOUNT}) off( each)?(?: of (\d+))?", words):
        return FixedAmount(
            amount_minor=minor(found[1]),
            per=Per.UNIT if found[2] else Per.ORDER,
            units_max=int(found[3]) if found[3] else None,
            with_extras=with_extras,
        )
    return _spend_and_save(words)


def _spend_and_save(words: str) -> SpendAndSave:
    steps = re.findall(rf"(?:spend|every|then) ({AMOUNT}) save ({AMOUNT})", words)
    cap = re.search(rf"at most ({AMOUNT})", words)
    base = re.search(r"of (list|base|after_item)", words)
    assert steps, words
    return SpendAndSave(
        steps=tuple(SpendStep(minor(threshold), minor(off)) for threshold, off in steps),
        repeat=Repeat.PER_STEP if words.startswith("every") else Repeat.ONCE,
        cap_minor=minor(cap[1]) if cap else None,
        base=SpendBase(base[1]) if base else SpendBase.BASE,
    )


def _condition(text: str) -> Condition:
    if found := re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", text):
        first, second = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        return Within("minute_of_day", first, second)
    if found := re.fullmatch(rf"spend ({AMOUNT})", text):
        return Compare("spend", Comparison.AT_LEAST, minor(found[1]))
    if found := re.fullmatch(r"(\d+) units", text):
        return Compare("quantity", Comparison.AT_LEAST, int(found[1]))
    if found := re.fullmatch(r"has #(\w+)", text):
        return OneOf("tags", (found[1],))
    if text in ("member", "new_member"):
        return Compare(text, Comparison.EQUAL, True)
    if text.split("/", maxsplit=1)[0] in DAYS:
        return OneOf("weekday", tuple(DAYS.index(day) + 1 for day in text.split("/")))
    field_name, _, value = text.partition(" ")
    return Compare(field_name, Comparison.EQUAL, value)


def _terms(text: str) -> PricingTerms:
    coupons = re.search(r"(\d+) coupons?", text)
    points = re.search(r"points step (\d+) from (\d+) at most (\d+)%", text)
    return PricingTerms(
        points=PointsAsMoney(
            points_per_hundred_minor=100,
            step=int(points[1]),
            minimum=int(points[2]),
            share_basis_points_max=int(points[3]) * 100,
        )
        if points
        else NO_POINTS_LIMIT,
        tax_mode=TaxMode.ORDER if "tax per order" in text else TaxMode.LINE,
        coupons_per_order_max=int(coupons[1]) if coupons else 1,
    )
