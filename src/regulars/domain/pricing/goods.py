"""Which goods an offer is about: 全场, 茶饮 without 特调, these three products.

Goods(tags={"tea"}, excluded_products={special}): every tea but the special.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Which goods an offer touches: nothing named is everything; what is excluded stays out."""

    products: frozenset[UUID] = frozenset()
    categories: frozenset[UUID] = frozenset()
    tags: frozenset[str] = frozenset()
    variants: frozenset[UUID] = frozenset()
    excluded_products: frozenset[UUID] = frozenset()
    excluded_categories: frozenset[UUID] = frozenset()
    excluded_tags: frozenset[str] = frozenset()
    excluded_variants: frozenset[UUID] = frozenset()

    @property
    def everything(self) -> bool:
        """Whether the offer touches all goods."""
        return not self.named and not self.excepted

    @property
    def named(self) -> bool:
        """Whether goods are named."""
        return bool(self.products or self.categories or self.tags or self.variants)

    @property
    def excepted(self) -> bool:
        """Whether goods are excluded."""
        return bool(
            self.excluded_products
            or self.excluded_categories
            or self.excluded_tags
            or self.excluded_variants
        )

    def hold(self, line: ChosenLine) -> bool:
        """Whether the product of a line is among the goods."""
        if self.excepted and (
            line.product_id in self.excluded_products
            or line.variant_id in self.excluded_variants
            or line.category_id in self.excluded_categories
            or not self.excluded_tags.isdisjoint(line.tags)
        ):
            return False
        return (
            not self.named
            or line.product_id in self.products
            or line.variant_id in self.variants
            or line.category_id in self.categories
            or not self.tags.isdisjoint(line.tags)
        )


EVERYTHING = Goods()
