"""Goods in the stored form of an offer: its own, those of a slot, those of a gift.

{"tags": ["tea"], "excluded_products": ["0190…"]}: every tea but one. No goods at all is 全场 where
an offer may be about everything, and refused where it may not.
"""

from collections.abc import Mapping
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds.fields import OFFER_MALFORMED, only

OFFER_GOODS_MISSING = refusal_code("offer.goods_missing", "part")

ID_PARTS = ("products", "categories", "variants")
GOODS_PARTS = (
    "products",
    "categories",
    "tags",
    "variants",
    "excluded_products",
    "excluded_categories",
    "excluded_tags",
    "excluded_variants",
)
GOODS_MAX = 1_000
WORD_LENGTH_MAX = 60


def goods_from(data: object, part: str = "goods") -> Goods:
    """The goods that stored data spell; nothing named is everything. Refuses: offer.malformed."""
    if not isinstance(data, Mapping):
        raise OFFER_MALFORMED.because(part=part)
    only(data, frozenset(GOODS_PARTS))
    return Goods(
        products=_ids(data, "products"),
        categories=_ids(data, "categories"),
        tags=frozenset(words(data, "tags", GOODS_MAX)),
        variants=_ids(data, "variants"),
        excluded_products=_ids(data, "excluded_products"),
        excluded_categories=_ids(data, "excluded_categories"),
        excluded_tags=frozenset(words(data, "excluded_tags", GOODS_MAX)),
        excluded_variants=_ids(data, "excluded_variants"),
    )


def named_goods_from(data: object, part: str) -> Goods:
    """The same where goods must be named. Refuses: offer.malformed, offer.goods_missing."""
    goods = goods_from({} if data is None else data, part)
    if not goods.named:
        raise OFFER_GOODS_MISSING.because(part=part)
    return goods


def goods_data(goods: Goods) -> dict[str, object]:
    """The stored form; `goods_from` reads it back to equal goods."""
    return {part: sorted(str(value) for value in getattr(goods, part)) for part in GOODS_PARTS}


def ids_in(goods: Goods) -> frozenset[UUID]:
    """Every product, category and variant that the goods name or exclude."""
    found: set[UUID] = set()
    for part in ID_PARTS:
        found |= getattr(goods, part) | getattr(goods, f"excluded_{part}")
    return frozenset(found)


def words(data: Mapping[str, object], part: str, maximum: int) -> set[str]:
    """The different words of a part; missing is none. Refuses: offer.malformed."""
    values = data.get(part, [])
    if not isinstance(values, list | tuple) or len(values) > maximum:
        raise OFFER_MALFORMED.because(part=part)
    found = {
        value for value in values if isinstance(value, str) and 1 <= len(value) <= WORD_LENGTH_MAX
    }
    if len(found) != len(values):
        raise OFFER_MALFORMED.because(part=part)
    return found


def _ids(data: Mapping[str, object], part: str) -> frozenset[UUID]:
    try:
        return frozenset(UUID(value) for value in words(data, part, GOODS_MAX))
    except ValueError:
        raise OFFER_MALFORMED.because(part=part) from None
