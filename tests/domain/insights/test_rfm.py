"""Classes by cut points: equal figures, equal marks, and the day on which they change."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.insights.rfm import (
    NAMES,
    CutPoints,
    RfmClass,
    Scored,
    VisitDay,
    has_moved,
    median_of,
    quantile_edges,
    scored_on,
    with_own,
)
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.kernel.term_fields import FieldValues
from regulars.domain.members.stage_terms import FIELDS, ClassTerms, class_terms

TODAY = date(2026, 5, 4)
CUTS = CutPoints(
    recency_days=(7, 21, 45, 90), visits=(1, 3, 6, 12), spent_minor=(3_000, 10_000, 20_000, 50_000)
)


def visits(*days: int, minor: int = 2_000) -> list[VisitDay]:
    return [VisitDay(TODAY - timedelta(days=one), minor) for one in sorted(days, reverse=True)]


def scored(*days: int, minor: int = 2_000, on: date = TODAY) -> Scored:
    found = scored_on(visits(*days, minor=minor), CUTS, window_days=365, on=on)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("days", "minor", "name"),
    [
        (range(2, 80, 10), 6_000, RfmClass.HIGH_VALUE),
        (range(60, 140, 10), 6_000, RfmClass.KEY_WIN_BACK),
        ((2, 50), 20_000, RfmClass.KEY_DEVELOP),
        ((60, 90), 20_000, RfmClass.KEY_RETAIN),
        (range(2, 80, 10), 1_000, RfmClass.STEADY),
        (range(60, 140, 10), 1_000, RfmClass.WIN_BACK),
        ((2, 50), 1_000, RfmClass.DEVELOP),
        ((60, 90), 1_000, RfmClass.RETAIN),
        ((2,), 90_000, RfmClass.NEWCOMER),
        ((500, 510), 90_000, RfmClass.RETAIN),
    ],
)
def test_each_class_is_three_marks(days: range | tuple[int, ...], minor: int, name: str) -> None:
    assert scored(*days, minor=minor).name == name


def test_who_never_bought_has_no_class() -> None:
    assert scored_on([], CUTS, window_days=365, on=TODAY) is None


def test_equal_figures_get_equal_marks_in_any_order() -> None:
    figures = [1] * 399 + [2] * 30 + [3] * 20 + list(range(4, 54))
    shuffled = figures[:]
    random.Random(7).shuffle(shuffled)
    assert quantile_edges(Counter(figures)) == quantile_edges(Counter(shuffled)) == (1, 1, 1, 2)
    assert quantile_edges(Counter(range(1, 101))) == (20, 40, 60, 80)
    assert (median_of(Counter([1, 5, 9])), median_of(Counter())) == (5, None)


def test_what_the_shop_sets_goes_before_what_was_measured() -> None:
    own = with_own(CUTS, ClassTerms(visits=(2, 4, 8, 16)))
    assert (own.visits, own.recency_days) == ((2, 4, 8, 16), CUTS.recency_days)


def test_edges_that_hardly_moved_judge_nobody_anew() -> None:
    near = CutPoints(
        recency_days=CUTS.recency_days,
        visits=CUTS.visits,
        spent_minor=(3_000, 10_100, 20_000, 50_000),
    )
    far = CutPoints(
        recency_days=CUTS.recency_days,
        visits=CUTS.visits,
        spent_minor=(3_000, 11_000, 20_000, 50_000),
    )
    assert not has_moved(CUTS, near)
    assert has_moved(CUTS, far)


def test_edges_of_the_shop_rise() -> None:
    values = {field.name: field.default for field in FIELDS}
    assert class_terms(FieldValues(values)) == ClassTerms()
    with pytest.raises(Refusal):
        class_terms(FieldValues({**values, "rfm.visits": [1, 3, 3, 9]}))


def test_every_class_has_a_name_in_both_languages() -> None:
    assert set(NAMES) == set(RfmClass)
    assert all(label.zh and label.en for label in NAMES.values())


@given(st.lists(st.integers(0, 500), min_size=1, max_size=12, unique=True))
def test_marks_change_by_themselves_only_on_the_days_they_name(days: list[int]) -> None:
    bought = visits(*days)
    now = scored(*days)
    for ahead in range(1, 500):
        on = TODAY + timedelta(days=ahead)
        then = scored_on(bought, CUTS, window_days=365, on=on)
        assert then is not None
        if now.flips_on is not None and on >= now.flips_on:
            now = then
        before = (now.recency, now.frequency, now.monetary, now.name)
        assert (then.recency, then.frequency, then.monetary, then.name) == before
