"""The offers of a shop with an index of which goods each touches, built once per snapshot.

Of 200 offers, a basket of one tea concerns 12; the other 188 are ruled out by one AND.
"""

from collections.abc import Iterable
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.pricing.offer import Offer


class OfferBook:
    """Offers in the order of their ids. Bit i of a mask stands for the offer at i.

    Source: one integer per value as a bit set, as in bitmap indexes.
    """

    __slots__ = ("_anything", "_category", "_excluded", "_product", "_tag", "offers")

    def __init__(self, offers: Iterable[Offer]) -> None:
        self.offers = tuple(sorted(offers, key=lambda offer: (offer.id.int, offer.version)))
        self._anything = 0
        self._product: dict[UUID, int] = {}
        self._category: dict[UUID, int] = {}
        self._tag: dict[str, int] = {}
        self._excluded: dict[UUID | str, int] = {}
        for at, offer in enumerate(self.offers):
            self._enter(offer, 1 << at)

    def _enter(self, offer: Offer, bit: int) -> None:
        goods = offer.goods
        if not goods.named:
            self._anything |= bit
        for product in goods.products:
            self._product[product] = self._product.get(product, 0) | bit
        for category in goods.categories:
            self._category[category] = self._category.get(category, 0) | bit
        for tag in goods.tags:
            self._tag[tag] = self._tag.get(tag, 0) | bit
        excluded = self._excluded
        keys: list[UUID | str] = [*goods.excluded_products, *goods.excluded_categories]
        for key in [*keys, *goods.excluded_tags]:
            excluded[key] = excluded.get(key, 0) | bit

    def touching(self, line: ChosenLine) -> int:
        """The offers whose goods hold this line, as a mask."""
        mask = (
            self._anything
            | self._product.get(line.product_id, 0)
            | self._category.get(line.category_id, 0)
        )
        tags = self._tag
        if tags:
            for tag in line.tags:
                mask |= tags.get(tag, 0)
        excluded = self._excluded
        if excluded:
            out = excluded.get(line.product_id, 0) | excluded.get(line.category_id, 0)
            for tag in line.tags:
                out |= excluded.get(tag, 0)
            mask &= ~out
        return mask


NO_OFFERS = OfferBook(())
