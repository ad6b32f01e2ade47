"""What a sentence about an offer calls things: products, categories, stores, tiers by their names.

Names({tea: Label("茶饮", "Tea")}, …): "茶饮第 2 件半价". A thing without a name is called by its id.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.reason_words import Texts, money_text

ALL_GOODS: Texts = ("全场", "everything")
ANY_ITEM: Texts = ("任意商品", "any items")
EACH_ITEM: Texts = ("全场", "each item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names by id and by tier code. Units: `scale` is digits after the point of money."""

    things: Mapping[UUID, Label] = field(default_factory=dict)
    tiers: Mapping[str, Label] = field(default_factory=dict)
    scale: int = 2
    zone: str = "Asia/Shanghai"

    def of(self, thing: UUID) -> Texts:
        """What a product, category, variant, store or region is called."""
        return _both(self.things.get(thing), str(thing))

    def of_tier(self, code: str) -> Texts:
        """What a tier is called."""
        return _both(self.tiers.get(code), code)

    def money(self, minor: int) -> str:
        """An amount as the currency is written. Units: minor units."""
        return money_text(minor, self.scale)


def _both(label: Label | None, otherwise: str) -> Texts:
    if label is None:
        return otherwise, otherwise
    return label.in_language("zh-CN"), label.in_language("en")


def listed(names: Iterable[Texts]) -> Texts:
    """Several names in a row, always in the same order."""
    ordered = sorted(names)
    return "、".join(zh for zh, _ in ordered), ", ".join(en for _, en in ordered)


def goods_texts(goods: Goods, names: Names, everything: Texts = ALL_GOODS) -> Texts:
    """茶饮（不含特调）: what goods are called, with what is excluded."""
    zh, en = everything
    if goods.named:
        zh, en = _listed((*goods.categories, *goods.products, *goods.variants), goods.tags, names)
    if goods.excepted:
        out = _listed(
            (
                *goods.excluded_categories,
                *goods.excluded_products,
                *goods.excluded_variants,
            ),
            goods.excluded_tags,
            names,
        )
        zh, en = f"{zh}（不含{out[0]}）", f"{en} (except {out[1]})"
    return zh, en


def _listed(ids: Iterable[UUID], tags: Iterable[str], names: Names) -> Texts:
    tagged = [(f"“{tag}”商品", f"“{tag}” items") for tag in tags]
    return listed([*(names.of(one) for one in ids), *tagged])
