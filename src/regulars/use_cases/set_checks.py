"""A store's whole set of offers put to the test, with drafts as if they were in force.

Before 双十一 starts, the marketer asks: what never applies, what beats what, what sells below cost?
"""

from collections.abc import Sequence

from regulars.domain.catalog.catalogue import Catalogue
from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.catalog.products import GoodsState, Product, ProductKind
from regulars.domain.kernel.ids import LineId
from regulars.domain.kernel.period import Instant
from regulars.domain.orders.shop import Shop
from regulars.domain.pricing.book import OfferBook
from regulars.domain.pricing.checks.findings import Finding
from regulars.domain.pricing.checks.set_check import check
from regulars.domain.pricing.checks.shelf import Shelf, TierOnTrial
from regulars.domain.pricing.offer import Offer


def set_check(shop: Shop, drafts: Sequence[Offer], now: Instant) -> list[Finding]:
    """Everything that somebody should look at before these offers start at a store."""
    named = {draft.id for draft in drafts}
    kept = [offer for offer in shop.offers.offers if offer.id not in named]
    shelf = Shelf(
        goods=_goods(shop),
        tiers=[
            TierOnTrial(
                code=tier.code,
                label=tier.label,
                discount_basis_points=tier.discount_basis_points,
                multiplier_basis_points=tier.multiplier_basis_points,
            )
            for tier in shop.terms.ladder.tiers
        ],
        coupon_types=[one for one in shop.coupon_types.values() if one.active],
        offers=OfferBook([*kept, *drafts]),
        terms=shop.pricing,
        store_id=shop.store.id,
        region_id=shop.store.region_id,
        zone=shop.store.zone,
        cut_off_minutes=shop.store.cut_off_minutes,
    )
    return check(
        shelf,
        earning=shop.terms.earning,
        top_ups=shop.terms.top_up.offers,
        now=now,
        drafts=named,
    )


def _goods(shop: Shop) -> list[ChosenLine]:
    """One line of each product on sale, at its cheapest variant; combos and fees are left out."""
    catalogue = shop.catalogue
    fees = {rule.variant_id for rule in shop.terms.fees}
    found = [_line(product, catalogue) for product in catalogue.products.values()]
    return [line for line in found if line is not None and line.variant_id not in fees]


def _line(product: Product, catalogue: Catalogue) -> ChosenLine | None:
    if product.state is GoodsState.WITHDRAWN or product.kind is ProductKind.COMBO:
        return None
    priced = [
        (catalogue.prices[variant.id].amount_minor, variant)
        for variant in product.variants
        if variant.state is GoodsState.ON_SALE and variant.id in catalogue.prices
    ]
    if not priced:
        return None
    amount_minor, variant = min(priced, key=lambda each: (each[0], each[1].id.int))
    return ChosenLine(
        id=LineId(variant.id),
        product_id=product.id,
        variant_id=variant.id,
        category_id=product.category_id,
        name=product.name,
        quantity=1,
        unit_list_minor=amount_minor,
        tax=catalogue.taxes[product.tax_code],
        tags=product.tags,
        member_price_minor=catalogue.prices[variant.id].members,
        discountable=product.discountable,
        cost_minor=variant.cost_minor,
    )
