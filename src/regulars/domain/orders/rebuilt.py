"""What an old order was priced with, where nothing of it was frozen: worked out from its rows.

An order of last spring has no note of its category or tags: today's menu says them. Its member had
王芳's tier of then, as the order says, and the member price that its line was given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from regulars.domain.catalog.catalogue import Catalogue
from regulars.domain.catalog.lines import ChosenLine, LineKind
from regulars.domain.catalog.products import TaxCategory
from regulars.domain.kernel.ids import LineId, MemberId, ProductId, RegionId, StoreId, VariantId
from regulars.domain.kernel.label import Label
from regulars.domain.orders.priced_with import PricedWith, SoldGoods
from regulars.domain.pricing.basket import Basket, Choices, HeldCoupon, MemberView
from regulars.domain.stores.store import Store
from regulars.domain.tiers.ladder import Ladder

NO_CATEGORY = UUID(int=0)


class OldLine(NamedTuple):
    """A line with what its row says beside the goods. Units: minor units.

    `member_saving_minor`: what the member price took off the whole line.
    """

    goods: SoldGoods
    options: object
    member_saving_minor: int
    cost_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OldOrder:
    """An order as its rows tell it. Units: points; `visits`: how often she had come before."""

    source: str
    member_id: UUID | None
    tier: str | None
    visits: int
    points: int
    lines: Sequence[OldLine]
    coupons: tuple[HeldCoupon, ...]


def rebuilt(order: OldOrder, store: Store, ladder: Ladder, catalogue: Catalogue) -> PricedWith:
    """The basket, member and choices of an old order."""
    member = None
    tier = ladder.named(order.tier or "")
    if order.member_id is not None:
        member = MemberView(
            id=MemberId(order.member_id),
            tier=tier.code,
            tier_label=tier.label,
            tier_discount_basis_points=tier.discount_basis_points,
            points_available=order.points,
            coupons=order.coupons,
            visits=order.visits,
        )
    basket = Basket(
        lines=tuple(_line(line, tier.code, catalogue) for line in order.lines),
        store_id=StoreId(store.id),
        region_id=RegionId(store.region_id),
        source=order.source,
        zone=store.zone,
        cut_off_minutes=store.cut_off_minutes,
    )
    return PricedWith(basket=basket, member=member, choices=Choices(points=order.points or None))


def _line(old: OldLine, tier: str, catalogue: Catalogue) -> ChosenLine:
    sold = old.goods
    known = catalogue.variants.get(VariantId(sold.variant_id))
    product = None if known is None else known[0]
    extras_minor = _extras(old.options)
    prices: Mapping[str, int] = {}
    if old.member_saving_minor:
        saving_minor = old.member_saving_minor // sold.quantity
        prices = {tier: sold.unit_list_minor - extras_minor - saving_minor}
    return ChosenLine(
        id=LineId(sold.id),
        product_id=ProductId(sold.product_id),
        variant_id=VariantId(sold.variant_id),
        category_id=NO_CATEGORY if product is None else product.category_id,
        name=sold.name,
        quantity=sold.quantity,
        unit_list_minor=sold.unit_list_minor,
        tax=catalogue.taxes.get(sold.tax_code) or _untaxed(sold.tax_code),
        tags=frozenset() if product is None else product.tags,
        extras_minor=extras_minor,
        member_price_minor=prices,
        discountable=product is None or product.discountable,
        cost_minor=old.cost_minor,
        kind=LineKind(sold.kind),
    )


def _extras(options: object) -> int:
    """What toppings and dearer picks added to the price of a unit. Units: minor units."""
    extras_minor = 0
    for option in options if isinstance(options, list) else ():
        if isinstance(option, Mapping):
            price, count = option.get("price_minor"), option.get("count")
            if isinstance(price, int) and isinstance(count, int):
                extras_minor += price * count
    return extras_minor


def _untaxed(code: str) -> TaxCategory:
    return TaxCategory(code=code, name=Label(code), rate_basis_points=0, inclusive=True)
