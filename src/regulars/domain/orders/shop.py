"""Everything a store sells by at one moment: its menu, offers, coupon types and Terms.

One `Shop` is loaded once and shared by all sales until the menu, an offer or a term changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from regulars.domain.catalog.catalogue import Catalogue
from regulars.domain.kernel.condition import fields_of
from regulars.domain.kernel.money import Currency
from regulars.domain.orders.shop_terms import ShopTerms
from regulars.domain.pricing.basket import OnFloor, Policy, PricingTerms, TaxMode
from regulars.domain.pricing.book import OfferBook
from regulars.domain.pricing.offer import CouponType, Offer
from regulars.domain.pricing.search.milp import MilpEngine
from regulars.domain.stores.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """One store's snapshot; `revision` names the state of the database it was read from.

    `limited`: its offers and coupon types that have limits, by id; mostly none. `asked_fields`: all
    that their conditions ask about. `asks_on_receipt`: its receipts carry the link of a survey.
    """

    store: Store
    catalogue: Catalogue
    offers: OfferBook
    coupon_types: Mapping[UUID, CouponType]
    terms: ShopTerms
    pricing: PricingTerms
    revision: tuple[tuple[str, int], ...]
    asks_on_receipt: bool = False
    limited: Mapping[UUID, Offer] = field(init=False)
    asked_fields: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        # A shop without limits asks nothing about them in a sale: known once, read each time.
        offers = [*self.offers.offers, *(one.offer for one in self.coupon_types.values())]
        limited = {offer.id: offer for offer in offers if offer.limits}
        object.__setattr__(self, "limited", limited)
        asked = frozenset[str]().union(*[fields_of(offer.condition) for offer in offers])
        object.__setattr__(self, "asked_fields", asked)

    def coupon_type(self, code: str) -> CouponType | None:
        """The coupon type of a code, if there is one."""
        return next((one for one in self.coupon_types.values() if one.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """What a price at one store was decided by at an instant that has passed: no menu, since the
    lines of an order keep what was known of their goods."""

    store: Store
    offers: OfferBook
    coupon_types: Mapping[UUID, CouponType]
    pricing: PricingTerms


def pricing_terms(
    terms: ShopTerms, *, currency: str, engine: MilpEngine | None = None
) -> PricingTerms:
    """The part of the Terms that a price depends on, with the engine for the search's hard tail."""
    return PricingTerms(
        points=terms.spending,
        tax_mode=TaxMode(terms.tax_mode),
        currency=Currency(currency),
        coupons_per_order_max=terms.coupons_per_order_max,
        policy=Policy(terms.policy),
        floor_basis_points=terms.floor_basis_points,
        on_floor=OnFloor(terms.on_floor),
        engine=engine,
    )
