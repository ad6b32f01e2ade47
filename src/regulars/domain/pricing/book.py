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

    __slots__ = ("_anything", "_excluded", "_named", "offers")

    def __init__(self, offers: Iterable[Offer]) -> None:
        self.offers = tuple(sorted(offers, key=lambda offer: (offer.id.int, offer.version)))
        self._anything = 0
        # Ids are kept as integers: those are compared much faster.
        self._named: dict[int | str, int] = {}
        self._excluded: dict[int | str, int] = {}
        for at, offer in enumerate(self.offers):
            goods, bit = offer.goods, 1 << at
            if not goods.named:
                self._anything |= bit
            _note(self._named, bit, goods.products | goods.categories, goods.tags)
            _note(
                self._excluded,
                bit,
                goods.excluded_products | goods.excluded_categories,
                goods.excluded_tags,
            )

    def touching(self, line: ChosenLine) -> int:
        """The offers whose goods hold this line, as a mask."""
        product, category = line.product_id.int, line.category_id.int
        named = self._named
        mask = self._anything | named.get(product, 0) | named.get(category, 0)
        for tag in line.tags:
            mask |= named.get(tag, 0)
        excluded = self._excluded
        if excluded:
            out = excluded.get(product, 0) | excluded.get(category, 0)
            for tag in line.tags:
                out |= excluded.get(tag, 0)
            mask &= ~out
        return mask


def _note(masks: dict[int | str, int], bit: int, ids: Iterable[UUID], tags: Iterable[str]) -> None:
    keys: list[int | str] = [one.int for one in ids]
    for key in [*keys, *tags]:
        masks[key] = masks.get(key, 0) | bit
