"""Suggestions: her favourites, what goes with the basket, best sellers; and what is never shown."""

from uuid import UUID

import pytest

from regulars.domain.insights.affinity import (
    MONTH_WEIGHTS,
    SUPPORT_MIN,
    Affinities,
    Asked,
    Candidate,
    Daypart,
    Liked,
    Popularity,
    Sold,
    Suggestion,
    Together,
    Why,
    best_sellers,
    daypart_of,
    favourites,
    similar,
    suggestions,
)

TEA, MILK_TEA, TART, CAKE, CONGEE = (UUID(int=number) for number in range(1, 6))
DRINKS, CAKES = UUID(int=101), UUID(int=102)
SHELF = {TEA: DRINKS, MILK_TEA: DRINKS, TART: CAKES, CAKE: CAKES, CONGEE: CAKES}
CANDIDATES = [Candidate(product_id=one, category_id=shelf) for one, shelf in SHELF.items()]


def together(*rows: tuple[UUID, UUID, int]) -> Affinities:
    both = [*rows, *((b, a, count) for a, b, count in rows if a != b)]
    return Affinities.of(Together(a, b, count * 1_000, count) for a, b, count in both)


AFFINITIES = together(
    (TEA, TEA, 200),
    (MILK_TEA, MILK_TEA, 300),
    (TART, TART, 100),
    (CAKE, CAKE, 100),
    (TEA, TART, 60),
    (TEA, CAKE, SUPPORT_MIN - 1),
    (TEA, MILK_TEA, 80),
)
POPULARITY = Popularity.of(
    [
        Sold("afternoon", MILK_TEA, 300_000, 300),
        Sold("afternoon", TEA, 200_000, 200),
        Sold("afternoon", TART, 100_000, 100),
        Sold("afternoon", CAKE, 90_000, 90),
        Sold("afternoon", CONGEE, 1_000, 1),
        Sold("morning", CONGEE, 99_000, 99),
    ]
)


def asked(
    *basket: UUID, liked: dict[UUID, Liked] | None = None, daypart: Daypart = Daypart.AFTERNOON
) -> list[Suggestion]:
    question = Asked(
        candidates=CANDIDATES,
        basket=basket,
        daypart=daypart,
        liked=liked or {},
    )
    return suggestions(question, AFFINITIES, POPULARITY, count=3)


def test_what_goes_with_the_basket_is_offered_with_its_reason() -> None:
    first = asked(TEA)[0]
    assert (first.product_id, first.why, first.with_id) == (TART, Why.GOES_WITH, TEA)


def test_what_goes_with_all_of_a_basket_goes_before_what_goes_with_one_dish_of_it() -> None:
    affinities = together(
        (TEA, TEA, 100),
        (CAKE, CAKE, 100),
        (TART, TART, 100),
        (MILK_TEA, MILK_TEA, 100),
        (TEA, TART, 40),
        (CAKE, TART, 40),
        (TEA, MILK_TEA, 60),
    )
    question = Asked(
        candidates=CANDIDATES,
        basket=(TEA, CAKE),
        daypart=Daypart.AFTERNOON,
        liked={},
    )
    found = suggestions(question, affinities, POPULARITY, count=2)
    assert [one.product_id for one in found] == [TART, MILK_TEA]


def test_two_dishes_seen_together_too_seldom_say_nothing() -> None:
    assert AFFINITIES.likeness(TEA, CAKE) == 0
    assert AFFINITIES.likeness(TEA, TART) == pytest.approx(60 / (200 * 100) ** 0.5)


def test_a_favourite_goes_first_and_says_how_often() -> None:
    liked = favourites([frozenset({TEA}), frozenset({TEA, CAKE}), frozenset({MILK_TEA})])
    first = asked(liked=liked)[0]
    assert (first.product_id, first.why) == (TEA, Why.FAVOURITE)
    assert (first.visits, first.of_visits) == (2, 3)


def test_what_she_had_lately_weighs_more_than_what_she_had_long_ago() -> None:
    liked = favourites([frozenset({TEA})] * 10 + [frozenset({CAKE})] * 10)
    assert liked[TEA].share > liked[CAKE].share


def test_without_a_word_of_her_own_best_sellers_of_the_daypart_are_shown() -> None:
    assert [one.product_id for one in asked()] == [MILK_TEA, TEA, TART]
    baseline = best_sellers(CANDIDATES, [MILK_TEA], POPULARITY, daypart=Daypart.AFTERNOON, count=2)
    assert [one.product_id for one in baseline] == [TEA, TART]


def test_a_dish_of_another_hour_is_not_shown_even_if_she_likes_it() -> None:
    liked = favourites([frozenset({CONGEE})] * 5)
    assert CONGEE not in {one.product_id for one in asked(liked=liked)}
    assert asked(liked=liked, daypart=Daypart.MORNING)[0].product_id == CONGEE


def test_what_is_in_the_basket_is_not_suggested() -> None:
    liked = favourites([frozenset({TEA})])
    assert TEA not in {one.product_id for one in asked(TEA, liked=liked)}


def test_something_similar_is_of_the_same_shelf() -> None:
    tea = Candidate(product_id=TEA, category_id=DRINKS)
    found = similar(tea, CANDIDATES, AFFINITIES, count=5)
    assert [one.product_id for one in found] == [MILK_TEA]


def test_counts_that_refunds_took_back_suggest_nothing() -> None:
    emptied = together((TEA, TEA, 0), (TART, TART, 0), (TEA, TART, 0))
    assert emptied.likeness(TEA, TART) == 0
    assert Popularity.of([Sold("lunch", TEA, 0, 0)]).share(Daypart.LUNCH, TEA) == 0


def test_older_months_weigh_less_and_half_after_six() -> None:
    assert list(MONTH_WEIGHTS) == sorted(MONTH_WEIGHTS, reverse=True)
    assert MONTH_WEIGHTS[6] * 2 == MONTH_WEIGHTS[0]


@pytest.mark.parametrize(
    ("minutes", "daypart"),
    [
        (300, Daypart.MORNING),
        (659, Daypart.MORNING),
        (660, Daypart.LUNCH),
        (840, Daypart.AFTERNOON),
        (1_020, Daypart.DINNER),
        (1_260, Daypart.NIGHT),
        (1_600, Daypart.NIGHT),
    ],
)
def test_each_minute_of_a_business_day_has_one_daypart(minutes: int, daypart: Daypart) -> None:
    assert daypart_of(minutes) is daypart
