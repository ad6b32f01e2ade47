"""What pricing tests build their baskets from: a tea shop in three lines."""

from collections.abc import Mapping, Sequence
from typing import TypedDict, Unpack
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.catalog.products import TaxCategory
from regulars.domain.kernel.condition import ALWAYS, Condition
from regulars.domain.kernel.ids import (
    CouponId,
    CouponTypeId,
    LineId,
    MemberId,
    ProductId,
    RegionId,
    StoreId,
    VariantId,
)
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, Period, instant_from_iso
from regulars.domain.loyalty.spending import PointsAsMoney
from regulars.domain.pricing.basket import (
    NO_CHOICES,
    Basket,
    Choices,
    HeldCoupon,
    MemberView,
    PricingTerms,
)
from regulars.domain.pricing.book import OfferBook
from regulars.domain.pricing.goods import EVERYTHING, Goods
from regulars.domain.pricing.kinds import Effect
from regulars.domain.pricing.offer import ALWAYS_VALID, Offer, Stack
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.quoting import quote

FRIDAY = instant_from_iso("2026-05-01T14:00:00+08:00")
LONG_AGO = instant_from_iso("2020-01-01T00:00:00+08:00")
FAR_OFF = instant_from_iso("2030-01-01T00:00:00+08:00")
FOOD = TaxCategory(code="food", name=Label("餐饮", "Food"), rate_basis_points=600, inclusive=True)
NO_POINTS_LIMIT = PointsAsMoney(
    points_per_hundred_minor=100, step=1, minimum=1, share_basis_points_max=10_000
)
TERMS = PricingTerms(points=NO_POINTS_LIMIT)


def number(value: int) -> UUID:
    """An id that reads as a small number."""
    return UUID(int=value)


class LineParts(TypedDict, total=False):
    """What a line may say besides its price."""

    quantity: int
    product: int
    tags: Sequence[str]
    extras_minor: int
    member_price_minor: Mapping[str, int]
    discountable: bool
    tax: TaxCategory
    category: int


def a_line(line: int, price_minor: int, **parts: Unpack[LineParts]) -> ChosenLine:
    """A line; `price_minor` is the price of the variant alone. Units: minor units."""
    product = parts.get("product", line)
    extras_minor = parts.get("extras_minor", 0)
    return ChosenLine(
        id=LineId(number(line)),
        product_id=ProductId(number(1_000 + product)),
        variant_id=VariantId(number(2_000 + product)),
        category_id=number(3_000 + parts.get("category", 0)),
        name=Label(f"商品{product}", f"Product {product}"),
        quantity=parts.get("quantity", 1),
        unit_list_minor=price_minor + extras_minor,
        tax=parts.get("tax", FOOD),
        tags=frozenset(parts.get("tags", ())),
        extras_minor=extras_minor,
        member_price_minor=parts.get("member_price_minor", {}),
        discountable=parts.get("discountable", True),
    )


def a_basket(*lines: ChosenLine) -> Basket:
    """Lines at the counter of a store in Shanghai whose day ends at 04:00."""
    return Basket(
        lines=lines,
        store_id=StoreId(number(1)),
        region_id=RegionId(number(2)),
        cut_off_minutes=240,
    )


class OfferParts(TypedDict, total=False):
    """What an offer may say besides its effect."""

    name: str
    goods: Goods
    condition: Condition
    period: Period
    groups: tuple[str, ...]
    stack: Stack
    priority: int


def an_offer(offer: int, effect: Effect, **parts: Unpack[OfferParts]) -> Offer:
    """An offer with a small number as its id."""
    name = parts.get("name", f"优惠{offer}")
    return Offer(
        id=number(10_000 + offer),
        version=1,
        name=Label(name, name),
        effect=effect,
        goods=parts.get("goods", EVERYTHING),
        condition=parts.get("condition", ALWAYS),
        period=parts.get("period", ALWAYS_VALID),
        groups=parts.get("groups", ()),
        stack=parts.get("stack", Stack.FREE),
        priority=parts.get("priority", 0),
    )


def a_coupon(
    coupon: int,
    offer: Offer,
    *,
    valid_from: Instant = LONG_AGO,
    valid_until: Instant = FAR_OFF,
) -> HeldCoupon:
    """A coupon that promises an offer."""
    return HeldCoupon(
        id=CouponId(number(20_000 + coupon)),
        type_id=CouponTypeId(offer.id),
        offer=offer,
        valid_from=valid_from,
        valid_until=valid_until,
    )


def a_member(
    *coupons: HeldCoupon,
    tier: str = "gold",
    discount: int = 0,
    points: int = 0,
    visits: int = 3,
) -> MemberView:
    """A member with coupons. Units: basis points, points."""
    return MemberView(
        id=MemberId(number(9)),
        tier=tier,
        tier_label=Label("金卡", "Gold"),
        tier_discount_basis_points=discount,
        points_available=points,
        coupons=coupons,
        visits=visits,
    )


def tagged(tag: str) -> Goods:
    """Goods that carry a tag."""
    return Goods(tags=frozenset({tag}))


def priced(
    basket: Basket,
    *offers: Offer,
    member: MemberView | None = None,
    choices: Choices = NO_CHOICES,
    terms: PricingTerms = TERMS,
    now: Instant = FRIDAY,
) -> Quote:
    """The quote of a basket on that Friday afternoon."""
    return quote(basket, member, OfferBook(offers), terms=terms, choices=choices, now=now)
