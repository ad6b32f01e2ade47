"""Everything a store sells by at one moment: its menu, offers, coupon types and Terms.

One `Shop` is loaded once and shared by all sales until the menu, an offer or a term changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.catalog.catalogue import Catalogue
from regulars.domain.kernel.money import Currency
from regulars.domain.orders.shop_terms import ShopTerms
from regulars.domain.pricing.basket import PricingTerms, TaxMode
from regulars.domain.pricing.book import OfferBook
from regulars.domain.pricing.offer import CouponType
from regulars.domain.stores.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """One store's snapshot; `revision` names the state of the database it was read from."""

    store: Store
    catalogue: Catalogue
    offers: OfferBook
    coupon_types: Mapping[UUID, CouponType]
    terms: ShopTerms
    pricing: PricingTerms
    revision: tuple[tuple[str, int], ...]

    def coupon_type(self, code: str) -> CouponType | None:
        """The coupon type of a code, if there is one."""
        return next((one for one in self.coupon_types.values() if one.code == code), None)


def pricing_terms(terms: ShopTerms, *, currency: str) -> PricingTerms:
    """The part of the Terms that a price depends on."""
    return PricingTerms(
        points=terms.spending,
        tax_mode=TaxMode(terms.tax_mode),
        currency=Currency(currency),
        coupons_per_order_max=terms.coupons_per_order_max,
    )
