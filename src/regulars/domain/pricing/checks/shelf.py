"""What a check may put into a basket, and for whom: the goods on sale, the tiers, the coupons.

One line of each product, at its cheapest variant: enough to try every offer out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.ids import LineId, MemberId, ProductId, RegionId, StoreId
from regulars.domain.kernel.label import Label
from regulars.domain.pricing.basket import Basket, MemberView, PricingTerms
from regulars.domain.pricing.book import OfferBook
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.offer import CouponType

Wanted = Mapping[ProductId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierOnTrial:
    """A tier as a guest may have it. Units: basis points."""

    code: str
    label: Label
    discount_basis_points: int
    multiplier_basis_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A store on trial: goods, tiers, kinds of coupon, Terms. Units: minutes after midnight."""

    goods: Sequence[ChosenLine]
    tiers: Sequence[TierOnTrial]
    coupon_types: Sequence[CouponType]
    offers: OfferBook
    terms: PricingTerms
    store_id: UUID
    region_id: UUID
    zone: str
    cut_off_minutes: int

    def among(self, goods: Goods) -> list[ChosenLine]:
        """What is on sale of some goods and may be discounted, the cheapest first."""
        found = [line for line in self.goods if line.discountable and goods.hold(line)]
        return sorted(found, key=lambda line: (line.unit_list_minor, line.product_id.int))

    def basket(self, wanted: Wanted) -> Basket:
        """So many of each product."""
        by_product = {line.product_id: line for line in self.goods}
        lines = tuple(
            replace(by_product[product], id=LineId(UUID(int=at)), quantity=count)
            for at, (product, count) in enumerate(sorted(wanted.items()), start=1)
            if product in by_product and count > 0
        )
        return Basket(
            lines=lines,
            store_id=StoreId(self.store_id),
            region_id=RegionId(self.region_id),
            zone=self.zone,
            cut_off_minutes=self.cut_off_minutes,
        )

    def guest(self, tier: TierOnTrial) -> MemberView:
        """A member of a tier who has been there once before."""
        return MemberView(
            id=MemberId(UUID(int=1)),
            tier=tier.code,
            tier_label=tier.label,
            tier_discount_basis_points=tier.discount_basis_points,
            visits=1,
        )
