"""The offers of a shop with an index of what each needs, built once per snapshot.

Of 10,000 offers, a basket of one tea at the counter on a Tuesday concerns 35: the others are ruled
out by a few ANDs, and nobody looks at them unless a guest asks why.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import accumulate
from operator import xor
from typing import NamedTuple
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.condition import (
    All,
    Compare,
    Comparison,
    Condition,
    Known,
    OneOf,
    Within,
)
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds.acts import Way
from regulars.domain.pricing.offer import Offer

# Fields with few values, of which a basket has one.
INDEXED_FIELDS = ("source", "store", "region", "weekday", "tier", "member", "tender")
# Numbers that conditions hold against a range.
INDEXED_SPANS = ("minute_of_day", "date")
_KEPT_MAX = 2_000

_LineKey = tuple[int, int, int, frozenset[str]]


class OfferBook:
    """Offers in the order of their ids. Bit i of a mask stands for the offer at i.

    `ways` has the mask of each way to act; `fields` is what the conditions ask about. `settled`
    says of each place whether `concerning` has answered all that the condition there asks.
    Source: one integer per value as a bit set, as in bitmap indexes.
    """

    __slots__ = ("_fields", "_goods", "_indexed", "_kept", "fields", "offers", "settled", "ways")

    def __init__(self, offers: Iterable[Offer]) -> None:
        self.offers = tuple(sorted(offers, key=lambda offer: (offer.id.int, offer.version)))
        self.ways: dict[Way, int] = dict.fromkeys(Way, 0)
        self.fields: frozenset[str] = frozenset().union(*[offer.asks for offer in self.offers])
        places = 1 + max([len(offer.effect.sets()) for offer in self.offers], default=0)
        # The offer's own goods, then each further set that its kind names: all must be there.
        self._goods = [_GoodsIndex() for _ in range(places)]
        values = {field: _FieldIndex() for field in INDEXED_FIELDS}
        spans = {field: _SpanIndex() for field in INDEXED_SPANS}
        settled: list[bool] = []
        self._kept: dict[_LineKey, tuple[int, ...]] = {}
        for at, offer in enumerate(self.offers):
            bit = 1 << at
            self.ways[offer.effect.way] |= bit
            sets = (offer.goods, *offer.effect.sets())
            for place, index in enumerate(self._goods):
                index.note(bit, sets[place] if place < len(sets) else None)
            asked = _asked(offer.condition)
            for field, value_index in values.items():
                value_index.note(bit, asked.values.get(field))
            for field, span_index in spans.items():
                span_index.note(bit, asked.spans.get(field))
            settled.append(asked.whole)
        self.settled = tuple(settled)
        indexes: dict[str, _FieldIndex | _SpanIndex] = {**values, **spans}
        self._indexed = [each for each in indexes.items() if each[1].selective]

    def touching(self, line: ChosenLine) -> int:
        """The offers whose own goods hold this line, as a mask."""
        return self._masks(line)[0]

    def concerning(self, lines: Iterable[ChosenLine], view: Mapping[str, Known]) -> int:
        """The offers that these goods and this moment may concern, as a mask; none is missed."""
        masks = [self._masks(line) for line in lines]
        if not masks:
            return 0
        mask = -1
        for touched in zip(*masks, strict=True):
            together = 0
            for one in touched:
                together |= one
            mask &= together
        for field, index in self._indexed:
            if not mask:
                break
            mask &= index.holding(view[field])
        return mask

    def chosen(self, mask: int) -> Iterator[tuple[int, Offer]]:
        """The offers of a mask with their places, by id."""
        offers = self.offers
        while mask:
            low = mask & -mask
            at = low.bit_length() - 1
            yield at, offers[at]
            mask ^= low

    def _masks(self, line: ChosenLine) -> tuple[int, ...]:
        key = (line.product_id.int, line.variant_id.int, line.category_id.int, line.tags)
        known = self._kept.get(key)
        if known is None:
            known = tuple([index.touching(line) for index in self._goods])
            if len(self._kept) < _KEPT_MAX:
                self._kept[key] = known
        return known


class _GoodsIndex:
    """Which offers name, and which exclude, a product, variant, category or tag."""

    __slots__ = ("_anything", "_excluded", "_named")

    def __init__(self) -> None:
        self._anything = 0
        self._named: dict[Hashable, int] = {}
        self._excluded: dict[Hashable, int] = {}

    def note(self, bit: int, goods: Goods | None) -> None:
        """Enter an offer; None: it needs no such goods."""
        if goods is None or not goods.named:
            self._anything |= bit
        if goods is None:
            return
        _note(self._named, bit, goods.products | goods.categories | goods.variants, goods.tags)
        _note(
            self._excluded,
            bit,
            goods.excluded_products | goods.excluded_categories | goods.excluded_variants,
            goods.excluded_tags,
        )

    def touching(self, line: ChosenLine) -> int:
        """The offers whose goods hold the product of a line."""
        keys: list[Hashable] = [
            line.product_id.int,
            line.variant_id.int,
            line.category_id.int,
            *line.tags,
        ]
        mask = self._anything
        for key in keys:
            mask |= self._named.get(key, 0)
        for key in keys:
            mask &= ~self._excluded.get(key, 0)
        return mask


def _note(masks: dict[Hashable, int], bit: int, ids: Iterable[UUID], tags: Iterable[str]) -> None:
    # Ids are kept as integers: those are compared much faster.
    keys: list[Hashable] = [*[one.int for one in ids], *tags]
    for key in keys:
        masks[key] = masks.get(key, 0) | bit


class _FieldIndex:
    """Which offers need a field to have one of some values."""

    __slots__ = ("_anyhow", "_of_value")

    def __init__(self) -> None:
        self._anyhow = 0
        self._of_value: dict[Known, int] = {}

    def note(self, bit: int, values: frozenset[Known] | None) -> None:
        """Enter an offer; None: it does not ask."""
        if values is None:
            self._anyhow |= bit
        else:
            for value in values:
                self._of_value[value] = self._of_value.get(value, 0) | bit

    @property
    def selective(self) -> bool:
        """Whether any offer asks."""
        return bool(self._of_value)

    def holding(self, value: Known) -> int:
        """The offers that a value admits."""
        return self._anyhow | self._of_value.get(value, 0)


class _SpanIndex:
    """Which offers need a number to be in a range: a mask for each stretch between two edges."""

    __slots__ = ("_edges", "_first", "_masks", "_turns")

    def __init__(self) -> None:
        self._first = 0
        self._turns: dict[int, int] = {}
        self._edges: list[int] = []
        self._masks: list[int] = []

    def note(self, bit: int, span: tuple[int | None, int | None] | None) -> None:
        """Enter an offer; None: it does not ask."""
        low, high = (None, None) if span is None else span
        if low is None:
            self._first |= bit
        else:
            self._turns[low] = self._turns.get(low, 0) ^ bit
        if high is not None:
            self._turns[high] = self._turns.get(high, 0) ^ bit

    @property
    def selective(self) -> bool:
        """Whether any offer asks."""
        return bool(self._turns)

    def holding(self, value: Known) -> int:
        """The offers that a value admits."""
        if not self._masks:
            self._edges = sorted(self._turns)
            self._masks = list(
                accumulate([self._turns[edge] for edge in self._edges], xor, initial=self._first)
            )
        assert isinstance(value, int)
        return self._masks[bisect_right(self._edges, value)]


class _Asked(NamedTuple):
    """What a condition demands of indexed fields, and whether that is all it demands."""

    values: dict[str, frozenset[Known]]
    spans: dict[str, tuple[int | None, int | None]]
    whole: bool


def _asked(condition: Condition) -> _Asked:
    asked = _Asked({}, {}, whole=True)
    whole = True
    for part in _parts(condition):
        match part:
            case Compare(field=field, comparison=Comparison.EQUAL, value=value) if (
                field in INDEXED_FIELDS and field not in asked.values
            ):
                asked.values[field] = frozenset([value])
                # True and 1 are one value to an index, and two to a condition.
                whole = whole and isinstance(value, bool) == (field == "member")
            case OneOf(field=field, values=values) if (
                field in INDEXED_FIELDS and field not in asked.values
            ):
                asked.values[field] = frozenset(values)
            case Within(field=field, low=low, high=high) if (
                field in INDEXED_SPANS and field not in asked.spans
            ):
                asked.spans[field] = (low, high)
            case _:
                whole = False
    return asked._replace(whole=whole)


def _parts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _parts(part)
    else:
        yield condition
