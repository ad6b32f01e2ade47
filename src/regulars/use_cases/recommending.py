"""Recommending dishes: to a member, beside a basket, or what the hour sells.

王芳 allows that her purchases are used: she is shown 芋泥鲜奶, "6 of your last 8 visits". 李敏 does
not: she sees what the afternoon sells, without the peanuts that she must not eat.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from regulars.domain.catalog.catalogue import Catalogue
from regulars.domain.catalog.products import GoodsState, Product, ProductKind
from regulars.domain.insights.affinity import (
    Affinities,
    Asked,
    Candidate,
    Daypart,
    Liked,
    Popularity,
    Suggestion,
    Why,
    best_sellers,
    daypart_of,
    favourites,
    similar,
    suggestions,
)
from regulars.domain.insights.baskets import month_of
from regulars.domain.insights.taboos import forbids, taboo_words
from regulars.domain.kernel.ids import ProductId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, business_time_of
from regulars.domain.members.consent import Channel, Purpose, standing
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.members.profile import ProfileField
from regulars.domain.orders.shop import Shop
from regulars.storage import baskets, consents, members
from regulars.storage.engine import Read
from regulars.storage.vault import Vault

SHOWN = 5
PACKAGING = "packaging"
COUNTED_FOR = timedelta(minutes=10)

DAYPARTS: Mapping[Daypart, Label] = {
    Daypart.MORNING: Label("上午", "in the morning"),
    Daypart.LUNCH: Label("午间", "at lunch"),
    Daypart.AFTERNOON: Label("下午", "in the afternoon"),
    Daypart.DINNER: Label("傍晚", "in the evening"),
    Daypart.NIGHT: Label("夜间", "at night"),
}


class BasedOn(StrEnum):
    """What suggestions were made of."""

    HER_VISITS = "her_visits"
    BASKET = "basket"
    BEST_SELLERS = "best_sellers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """For whom suggestions are asked, at which moment, and what is in the basket already."""

    member_id: UUID | None
    basket: tuple[UUID, ...]
    at: Instant
    count: int = SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """Suggestions, best first, and what they were made of."""

    based_on: BasedOn
    daypart: Daypart
    found: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Guest:
    """What may be known of the guest: what she likes only if she allows it, what she avoids
    always."""

    liked: Mapping[UUID, Liked]
    avoids: frozenset[str]
    tier: str | None


_NOBODY = _Guest(liked={}, avoids=frozenset(), tier=None)


class Popularities:
    """What each store sells most, counted anew every ten minutes: what sells changes slowly."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        """Nothing is known at first."""
        self._kept: dict[UUID, tuple[Instant, int, Popularity]] = {}

    def of(self, read: Read, store_id: UUID, *, month: int, at: Instant) -> Popularity:
        """What a store sells most, as of the last ten minutes."""
        kept = self._kept.get(store_id)
        if kept is None or kept[1] != month or not kept[0] <= at < kept[0] + COUNTED_FOR:
            found = Popularity.of(read.all(baskets.SOLD, store_id=store_id, month=month))
            kept = self._kept[store_id] = (at, month, found)
        return kept[2]


def recommended(
    read: Read, vault: Vault, shop: Shop, wanted: Wanted, *, popular: Popularities
) -> Recommended:
    """What to suggest. Refuses: member.unknown.

    Without her consent to personalisation a member's visits are not read.
    """
    guest = _NOBODY
    if wanted.member_id is not None:
        guest = _guest(read, vault, wanted.member_id)
    candidates = candidates_of(shop, avoids=guest.avoids, tier=guest.tier)
    store = shop.store
    day, minutes = business_time_of(
        wanted.at, zone=store.zone, cut_off_minutes=store.cut_off_minutes
    )
    month, daypart = month_of(day), daypart_of(minutes)
    popularity = popular.of(read, store.id, month=month, at=wanted.at)
    basket = sorted(one for one in wanted.basket if ProductId(one) in shop.catalogue.products)
    if not guest.liked and not basket:
        found = best_sellers(candidates, (), popularity, daypart=daypart, count=wanted.count)
        return Recommended(based_on=BasedOn.BEST_SELLERS, daypart=daypart, found=tuple(found))
    ids = [one.product_id for one in candidates]
    rows = baskets.together_with(read, basket, ids, month=month)
    asked = Asked(candidates=candidates, basket=basket, daypart=daypart, liked=guest.liked)
    found = suggestions(asked, Affinities.of(rows), popularity, count=wanted.count)
    based_on = BasedOn.HER_VISITS if guest.liked else BasedOn.BASKET
    return Recommended(based_on=based_on, daypart=daypart, found=tuple(found))


def similar_to(read: Read, shop: Shop, product_id: UUID, *, at: Instant) -> list[Suggestion]:
    """What to offer instead of a dish that has run out: of its shelf, and often bought beside it."""
    product = shop.catalogue.products.get(ProductId(product_id))
    if product is None:
        return []
    month = month_of(shop.store.business_day(at))
    candidates = candidates_of(shop, avoids=frozenset(), tier=None)
    ids = [one.product_id for one in candidates]
    rows = baskets.together_with(read, [product_id], ids, month=month)
    this = Candidate(product_id=product_id, category_id=product.category_id)
    return similar(this, candidates, Affinities.of(rows), count=SHOWN)


def _guest(read: Read, vault: Vault, member_id: UUID) -> _Guest:
    profile, card = read.group(
        members.PROFILE.ask(member_id=member_id), members.CARD.ask(member_id=member_id)
    )
    if not profile or not card:
        raise MEMBER_UNKNOWN.because()
    row, liked = profile[0], dict[UUID, Liked]()
    avoids: frozenset[str] = frozenset()
    if row.wrapped_key is not None and row.taboos is not None:
        key = vault.unlock(row.wrapped_key, member_id)
        avoids = taboo_words(members.opened(key, ProfileField.TABOOS, row.taboos))
    if allows_personal(read, member_id):
        liked = favourites(baskets.visits_of(read, member_id))
    return _Guest(liked=liked, avoids=avoids, tier=card[0].tier)


def allows_personal(read: Read, member_id: UUID) -> bool:
    """Whether a member's standing choice lets her purchases be used for suggestions to her."""
    chosen = standing(consents.of_member(read, member_id))
    choice = chosen.get((Channel.PROFILE, Purpose.PERSONALISATION))
    return choice is not None and choice.choice.granted


def candidates_of(shop: Shop, *, avoids: frozenset[str], tier: str | None) -> Sequence[Candidate]:
    """What a store may suggest to a guest now.

    Left out: what it has run out of or sells no more, packaging, what is for other tiers, what she
    avoids; and for who avoids anything, combos, whose parts she would have to choose with care.
    """
    catalogue, exclusive = shop.catalogue, shop.terms.tiers.exclusive
    return [
        Candidate(product_id=product.id, category_id=product.category_id)
        for product in catalogue.products.values()
        if _is_sold(catalogue, product)
        and PACKAGING not in product.tags
        and (product.id not in exclusive or tier in exclusive[product.id])
        and not (avoids and _must_avoid(product, avoids))
    ]


def _is_sold(catalogue: Catalogue, product: Product) -> bool:
    return product.state is GoodsState.ON_SALE and any(
        variant.state is GoodsState.ON_SALE
        and variant.id in catalogue.prices
        and not catalogue.is_sold_out(product, variant)
        for variant in product.variants
    )


def _must_avoid(product: Product, avoids: frozenset[str]) -> bool:
    if product.kind is ProductKind.COMBO:
        return True
    return forbids(avoids, tags=product.tags, names=(product.name.zh, product.name.en))


def reason_of(one: Suggestion, shop: Shop, daypart: Daypart) -> Label:
    """Why a dish is suggested, as a guest may read it."""
    match one.why:
        case Why.FAVOURITE:
            return Label(
                f"最近 {one.of_visits} 次来有 {one.visits} 次点了",
                f"Ordered on {one.visits} of the last {one.of_visits} visits",
            )
        case Why.GOES_WITH:
            beside = shop.catalogue.products.get(ProductId(one.with_id or one.product_id))
            name = Label("", "") if beside is None else beside.name
            return Label(
                f"常和{name.in_language('zh-CN')}一起点",
                f"Often ordered with {name.in_language('en')}",
            )
        case Why.BEST_SELLER:
            part = DAYPARTS[daypart]
            return Label(f"{part.zh}热卖", f"Popular {part.en}")
        case _:
            assert_never(one.why)
