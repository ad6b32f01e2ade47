"""What goes with what, what she likes, and what to suggest: similar and complementary dishes.

王芳 had 芋泥鲜奶 in 6 of her last 8 visits, it is afternoon, 蛋挞 is often bought with it: the till
shows 芋泥鲜奶 before she asks, and 蛋挞 once the cup is in the basket. What she must not eat, what
has run out and what nobody orders at this hour is never shown.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt
from typing import NamedTuple
from uuid import UUID

# Fewer baskets with both say nothing.
SUPPORT_MIN = 20
# What she had one visit earlier weighs so much of what she had last.
VISIT_DECAY = 0.97
VISITS_MAX = 50
# A dish of which less than this is sold at an hour is not for that hour.
DAYPART_PERCENT_MIN = 3
DAYPART_BASKETS_MIN = 60
# What is said of a dish beside a favourite: popularity only decides where nothing else does.
_POPULARITY = 0.05

# What a month counts, of 1,000, by its age in months: half after six.
MONTH_WEIGHTS: tuple[int, ...] = (
    1_000,
    891,
    794,
    707,
    630,
    561,
    500,
    445,
    397,
    354,
    315,
    281,
)


class Daypart(StrEnum):
    """A stretch of a store's day with a hunger of its own."""

    MORNING = "morning"
    LUNCH = "lunch"
    AFTERNOON = "afternoon"
    DINNER = "dinner"
    NIGHT = "night"


# Each ends before this minute of the business day; what is later is night.
_ENDS = (
    (660, Daypart.MORNING),
    (840, Daypart.LUNCH),
    (1_020, Daypart.AFTERNOON),
    (1_260, Daypart.DINNER),
)


def daypart_of(minutes: int) -> Daypart:
    """The daypart of a moment. Units: minutes since the midnight that began the business day."""
    return next((part for end, part in _ENDS if minutes < end), Daypart.NIGHT)


class Together(NamedTuple):
    """How often two dishes were in one basket; a dish with itself: in how many baskets it was.

    `weight` counts a basket of this month 1,000, an older one less. `baskets` counts each once.
    """

    product_id: UUID
    with_id: UUID
    weight: int
    baskets: int


class Sold(NamedTuple):
    """In how many baskets of a store and daypart a dish was; weighted as `Together`."""

    daypart: str
    product_id: UUID
    weight: int
    baskets: int


class Why(StrEnum):
    """What speaks for a suggestion."""

    FAVOURITE = "favourite"
    GOES_WITH = "goes_with"
    BEST_SELLER = "best_seller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A dish to offer. For a favourite: she had it in `visits` of her last `of_visits`; for what goes
    with a dish of the basket, that dish."""

    product_id: UUID
    score: float
    why: Why
    with_id: UUID | None = None
    visits: int = 0
    of_visits: int = 0


@dataclass(frozen=True, slots=True)
class Affinities:
    """What is bought together, loaded for the dishes that are asked about."""

    together: Mapping[tuple[UUID, UUID], Together]

    @classmethod
    def of(cls, rows: Iterable[Together]) -> "Affinities":
        """Counts as they were loaded."""
        return cls({(row.product_id, row.with_id): row for row in rows})

    def likeness(self, one: UUID, other: UUID) -> float:
        """The cosine of two dishes over baskets: 0 to 1, and 0 with too little support."""
        both = self.together.get((one, other))
        if both is None or both.baskets < SUPPORT_MIN or one == other:
            return 0.0
        alone, beside = self.together.get((one, one)), self.together.get((other, other))
        if alone is None or beside is None or min(alone.weight, beside.weight) <= 0:
            return 0.0
        return max(both.weight, 0) / sqrt(alone.weight * beside.weight)


@dataclass(frozen=True, slots=True)
class Popularity:
    """What a store sells in each daypart."""

    sold: Mapping[tuple[str, UUID], Sold]
    _totals: dict[str, int] = field(default_factory=dict, repr=False)
    _of_dish: dict[UUID, int] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, rows: Iterable[Sold]) -> "Popularity":
        """Counts as they were loaded."""
        made = cls({(row.daypart, row.product_id): row for row in rows})
        for (part, dish), row in made.sold.items():
            made._totals[part] = made._totals.get(part, 0) + max(row.weight, 0)
            made._of_dish[dish] = made._of_dish.get(dish, 0) + max(row.baskets, 0)
        return made

    def share(self, daypart: Daypart, product_id: UUID) -> float:
        """A dish's share of what is sold in a daypart: 0 to 1."""
        row, total = self.sold.get((daypart.value, product_id)), self._totals.get(daypart.value, 0)
        return max(row.weight, 0) / total if row is not None and total else 0.0

    def fits(self, daypart: Daypart, product_id: UUID) -> bool:
        """Whether a dish is eaten at this hour; one that is hardly known fits."""
        everywhere = self._of_dish.get(product_id, 0)
        if everywhere < DAYPART_BASKETS_MIN:
            return True
        row = self.sold.get((daypart.value, product_id))
        here = 0 if row is None else row.baskets
        return here * 100 >= everywhere * DAYPART_PERCENT_MIN


class Liked(NamedTuple):
    """How much a member likes a dish: her share by recency, and in how many visits she had it."""

    share: float
    visits: int
    of_visits: int


def favourites(visits: Sequence[frozenset[UUID]]) -> dict[UUID, Liked]:
    """What a member orders again and again, of her last visits, newest first."""
    seen = visits[:VISITS_MAX]
    weights: dict[UUID, float] = {}
    counts: dict[UUID, int] = {}
    for ago, dishes in enumerate(seen):
        for dish in dishes:
            weights[dish] = weights.get(dish, 0.0) + VISIT_DECAY**ago
            counts[dish] = counts.get(dish, 0) + 1
    whole = sum(VISIT_DECAY**ago for ago in range(len(seen)))
    return {dish: Liked(weights[dish] / whole, counts[dish], len(seen)) for dish in weights}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A dish that may be suggested, and its shelf."""

    product_id: UUID
    category_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """For whom and what: a basket, perhaps empty, at a daypart, and what she usually has.

    `liked` is empty without consent: then only the basket and the hour speak.
    """

    candidates: Sequence[Candidate]
    basket: Collection[UUID]
    daypart: Daypart
    liked: Mapping[UUID, Liked]


def suggestions(
    asked: Asked, affinities: Affinities, popularity: Popularity, *, count: int
) -> list[Suggestion]:
    """The dishes to offer, best first: her favourites, what goes with the basket, best sellers.

    What goes with a basket is what is bought with all of it on average, of whichever shelf: leaving
    out the shelves of the basket was measured to find less than the best sellers do.
    Source: our choice, docs/evidence/recommendation.md.
    """
    found = [
        _suggestion(one, asked, affinities, popularity)
        for one in asked.candidates
        if one.product_id not in asked.basket and popularity.fits(asked.daypart, one.product_id)
    ]
    kept = [one for one in found if one.score > 0]
    return sorted(kept, key=lambda one: (-one.score, one.product_id))[:count]


def _suggestion(
    one: Candidate, asked: Asked, affinities: Affinities, popularity: Popularity
) -> Suggestion:
    liked = asked.liked.get(one.product_id)
    likeness = {dish: affinities.likeness(dish, one.product_id) for dish in asked.basket}
    beside = sum(likeness.values()) / len(likeness) if likeness else 0.0
    closest = max(likeness, key=lambda dish: (likeness[dish], dish), default=None)
    share = popularity.share(asked.daypart, one.product_id)
    parts = (
        (0.0 if liked is None else liked.share, Why.FAVOURITE),
        (beside, Why.GOES_WITH),
        (_POPULARITY * share, Why.BEST_SELLER),
    )
    why = max(parts, key=lambda part: part[0])[1]
    return Suggestion(
        product_id=one.product_id,
        score=sum(part[0] for part in parts),
        why=why,
        with_id=closest if why is Why.GOES_WITH else None,
        visits=liked.visits if why is Why.FAVOURITE and liked else 0,
        of_visits=liked.of_visits if why is Why.FAVOURITE and liked else 0,
    )


def best_sellers(
    candidates: Sequence[Candidate],
    basket: Iterable[UUID],
    popularity: Popularity,
    *,
    daypart: Daypart,
    count: int,
) -> list[Suggestion]:
    """The baseline that every recommendation must beat: what the daypart sells most."""
    taken = set(basket)
    found = [
        Suggestion(
            product_id=one.product_id,
            score=popularity.share(daypart, one.product_id),
            why=Why.BEST_SELLER,
        )
        for one in candidates
        if one.product_id not in taken
    ]
    kept = [one for one in found if one.score > 0]
    return sorted(kept, key=lambda one: (-one.score, one.product_id))[:count]


def similar(
    product: Candidate, candidates: Sequence[Candidate], affinities: Affinities, *, count: int
) -> list[Suggestion]:
    """Dishes of the same shelf that the same guests buy: what to offer where one has run out."""
    found = [
        Suggestion(
            product_id=one.product_id,
            score=affinities.likeness(product.product_id, one.product_id),
            why=Why.GOES_WITH,
            with_id=product.product_id,
        )
        for one in candidates
        if one.category_id == product.category_id and one.product_id != product.product_id
    ]
    kept = [one for one in found if one.score > 0]
    return sorted(kept, key=lambda one: (-one.score, one.product_id))[:count]
