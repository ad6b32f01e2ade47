"""Pricing cases as a merchant writes them.

basket: 奶茶 18.00 x2 #tea (gold 16.00), 芒果冰 22.00
member: gold
offer: 第二杯半价: 2nd 50% off on #tea
offer: 满40减5: spend 40 save 5 of after_item
expect: 会员价 -4.00; 第二杯半价 -8.00; 满40减5 -5.00; pay 41.00
units: 奶茶 10.69 10.70, 芒果冰 19.61

A blank line ends a case; `#` at the start of a line is its title. Further lines: `coupon:`, `use:`
(coupon names, or `none`), `points:`, `without:`, `at:`, `terms:`, `today:` (flags), `party:`,
`tender:`, `source:`, `left:` (what a limit still holds), `by hand:` (a discount with its reason);
and to expect, `why:`, `hint:`, `gift:`, `refused:`. Offers are read by `case_offers.py`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine, LineKind
from regulars.domain.catalog.products import TaxCategory
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.spending import PointsAsMoney
from regulars.domain.pricing.basket import (
    Basket,
    Choices,
    HeldCoupon,
    ManualDiscount,
    MemberView,
    OnFloor,
    PricingTerms,
    TaxMode,
)
from regulars.domain.pricing.limits import Left, OnLast, Whose
from regulars.domain.pricing.offer import Offer
from tests.domain.pricing.builders import (
    FAR_OFF,
    FOOD,
    FRIDAY,
    LONG_AGO,
    NO_POINTS_LIMIT,
    a_basket,
    a_coupon,
    a_line,
    a_member,
    number,
)
from tests.domain.pricing.case_offers import AMOUNT, Shelf, minor, moment, offer_of

__all__ = ["Case", "cases_in", "minor", "shown"]


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
    by_hand: list[str] = field(default_factory=list)
    left: dict[str, Left] = field(default_factory=dict)
    now: Instant = FRIDAY
    flags: frozenset[str] = frozenset()
    party: int | None = None
    tender: str | None = None
    source: str = "counter"
    terms: PricingTerms = field(default_factory=lambda: PricingTerms(points=NO_POINTS_LIMIT))
    expected: list[tuple[str, str]] = field(default_factory=list)

    def choices_on(self, lines: Sequence[ChosenLine]) -> Choices:
        """What the guest and the cashier decided about these lines."""
        by_name: dict[str, UUID] = {coupon.offer.name.zh: coupon.id for coupon in self.coupons}
        by_name |= {offer.name.zh: offer.id for offer in self.offers}
        used = None if self.use is None else tuple(by_name[name] for name in self.use)
        off = frozenset(by_name[name] for name in self.without)
        manual = tuple(
            _by_hand(text, at, self.names, lines) for at, text in enumerate(self.by_hand, start=1)
        )
        return Choices(coupons=used, points=self.points, without=off, manual=manual)

    @property
    def guest(self) -> MemberView | None:
        """The member with her coupons."""
        return self.member and replace(self.member, coupons=tuple(self.coupons))

    def basket(self, lines: Sequence[ChosenLine]) -> Basket:
        """The lines in the circumstances of the case."""
        known = [*self.offers, *[coupon.offer for coupon in self.coupons]]
        return replace(
            a_basket(*lines),
            source=self.source,
            flags=self.flags,
            party=self.party,
            tender=self.tender,
            left={one.id: self.left[one.name.zh] for one in known if one.name.zh in self.left},
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
            case.member = _member(case, text)
        case "offer":
            case.offers.append(offer_of(text, len(case.offers) + 1, _shelf(case)))
        case "coupon":
            case.coupons.append(_coupon(case, len(case.coupons) + 1, text))
        case "use":
            case.use = () if text == "none" else _names(text)
        case "points":
            case.points = int(text)
        case "without":
            case.without = _names(text)
        case "at":
            case.now = moment(text)
        case "terms":
            case.terms = _terms(text)
        case "by hand":
            case.by_hand.append(text)
        case "expect" | "units" | "why" | "hint" | "gift" | "refused":
            case.expected.append((kind, text))
        case _:
            _read_moment(case, kind, text)


def _read_moment(case: Case, kind: str, text: str) -> None:
    match kind:
        case "today":
            case.flags = frozenset(_names(text))
        case "party":
            case.party = int(text)
        case "tender":
            case.tender = text
        case "source":
            case.source = text
        case "left":
            name, _, left = text.partition(":")
            case.left[name.strip()] = _left(left)
        case _:
            raise ValueError(f"unknown row {kind!r} in {case.title}")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def _shelf(case: Case) -> Shelf:
    return Shelf(case.names, case.lines)


def _line(case: Case, at: int, text: str) -> None:
    found = re.match(rf"(\S+) ({AMOUNT})", text)
    assert found, text
    name, rest = found[1], text[found.end() :]
    quantity = re.search(r" x(\d+)", rest)
    extras = re.search(rf" \+({AMOUNT})", rest)
    member = re.search(rf"\((\w+) ({AMOUNT})\)", rest)
    tax = re.search(r"tax (\d+)% (inclusive|exclusive)", rest)
    product = case.names.setdefault(name, len(case.names) + 1)
    cost = re.search(rf" cost ({AMOUNT})", rest)
    is_fee = rest.endswith(" fee")
    line = a_line(
        at,
        minor(found[2]),
        product=product,
        quantity=int(quantity[1]) if quantity else 1,
        tags=re.findall(r"#(\w+)", rest),
        extras_minor=minor(extras[1]) if extras else 0,
        member_price_minor={member[1]: minor(member[2])} if member else {},
        discountable="not discountable" not in rest and not is_fee,
        tax=_tax(tax[1], tax[2]) if tax else FOOD,
    )
    case.lines.append(
        replace(
            line,
            kind=LineKind.FEE if is_fee else LineKind.GOODS,
            cost_minor=minor(cost[1]) if cost else None,
        )
    )


def _tax(rate: str, way: str) -> TaxCategory:
    return TaxCategory(
        code=f"{way}{rate}",
        name=Label("税", "Tax"),
        rate_basis_points=int(rate) * 100,
        inclusive=way == "inclusive",
    )


def _member(case: Case, text: str) -> MemberView:
    tier = text.split(",", maxsplit=1)[0].strip()
    discount = re.search(r"(\d+(?:\.\d+)?)% off", text)
    points = re.search(r"(\d+) points", text)
    visits = re.search(r"(\d+) visits", text)
    birthday = re.search(r"birthday (-?\d+)", text)
    bought = re.search(r"bought (\S+)", text)
    member = a_member(
        tier=tier,
        discount=minor(discount[1]) if discount else 0,
        points=int(points[1]) if points else 0,
        visits=int(visits[1]) if visits else 3,
    )
    return replace(
        member,
        tags=frozenset(re.findall(r"tag (\S+?)(?:,|$)", text)),
        birthday_offset=int(birthday[1]) if birthday else None,
        bought=_bought(case, bought[1]) if bought else None,
    )


def _bought(case: Case, names: str) -> frozenset[UUID]:
    return frozenset() if names == "nothing" else _shelf(case).goods(names).products


def _coupon(case: Case, at: int, text: str) -> HeldCoupon:
    parts = [part.strip() for part in text.split(";")]
    ends = [part.removeprefix("valid until ") for part in parts if part.startswith("valid until ")]
    begins = [part.removeprefix("valid from ") for part in parts if part.startswith("valid from ")]
    of_type = [part.removeprefix("like ") for part in parts if part.startswith("like ")]
    if of_type:
        offer = next(one.offer for one in case.coupons if one.offer.name.zh == of_type[0])
    else:
        offer = offer_of(text, 100 + at, _shelf(case))
    return a_coupon(
        at,
        offer,
        valid_from=moment(begins[0]) if begins else LONG_AGO,
        valid_until=moment(ends[0]) if ends else FAR_OFF,
    )


def _left(text: str) -> Left:
    """`0 uses of member`, `3.00 clip`, `2 uses`: what a limit still holds."""
    uses = re.search(r"(\d+) uses?", text)
    money = re.search(rf"({AMOUNT}) (clip|refuse|honour)", text)
    whose = re.search(r"of (all|store|member)", text)
    return Left(
        int(uses[1]) if uses else None,
        minor(money[1]) if money else None,
        Whose(whose[1]) if whose else Whose.ALL,
        OnLast(money[2]) if money else OnLast.REFUSE,
    )


def _by_hand(
    text: str, at: int, names: Mapping[str, int], lines: Sequence[ChosenLine]
) -> ManualDiscount:
    """`10% off 奶茶: 上菜慢`, or `5.00 off: 老顾客`."""
    found = re.fullmatch(rf"({AMOUNT})(%)? off(?: (\S+))?: (.+)", text)
    assert found, text
    product = None if found[3] is None else names[found[3]]
    line = next((one for one in lines if one.product_id.int - 1_000 == product), None)
    return ManualDiscount(
        id=number(30_000 + at),
        reason=found[4],
        by="店长",
        line_id=line.id if line else None,
        basis_points=minor(found[1]) if found[2] else None,
        amount_minor=None if found[2] else minor(found[1]),
    )


def _terms(text: str) -> PricingTerms:
    coupons = re.search(r"(\d+) coupons?", text)
    points = re.search(r"points step (\d+) from (\d+) at most (\d+)%", text)
    floor = re.search(r"floor (\d+)% (clip|refuse)", text)
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
        floor_basis_points=minor(floor[1]) if floor else None,
        on_floor=OnFloor(floor[2]) if floor else OnFloor.CLIP,
    )
