"""Up at once, down after a review: kept, grace, one rung down, a refund, a tier by hand."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.label import Label
from regulars.domain.tiers.ladder import Ladder, Tier
from regulars.domain.tiers.moves import (
    Cause,
    Review,
    ReviewState,
    Standing,
    Step,
    review_from,
    reviewed,
    rise,
    undone,
)
from regulars.domain.tiers.terms import Fall, TierTerms, WindowKind
from regulars.domain.tiers.windows import DayFigure, Days, judged_window, period_end, window_on

LEAF = Tier(code="leaf", label=Label("茶友"), growth_from=0)
GOLD = Tier(code="gold", label=Label("茶客"), growth_from=300, keep_from=200)
KING = Tier(code="king", label=Label("茶王"), growth_from=1_500)
LADDER = Ladder((LEAF, GOLD, KING))
JOINED = date(2024, 2, 29)
YEARLY = TierTerms(window=WindowKind.CALENDAR_YEAR, grace_days=30)
ROLLING = TierTerms(window=WindowKind.ROLLING_MONTHS, window_months=12)


def standing(tier: Tier, from_on: date, terms: TierTerms) -> Standing:
    review = review_from(terms, LADDER, tier=tier, from_on=from_on, joined_on=JOINED)
    return Standing(tier=tier.code, since_on=from_on, joined_on=JOINED, review=review)


def after(known: Standing, step: Step) -> Standing:
    """Where she stands once a review is made."""
    tier = known.tier if step.move is None else step.move.tier.code
    return Standing(tier=tier, since_on=known.since_on, joined_on=JOINED, review=step.review)


def caught_up(
    known: Standing, terms: TierTerms, figures: list[DayFigure], until: date
) -> list[tuple[str, str]]:
    """Every review up to a day, as a job makes them."""
    told = []
    while known.overdue(until):
        step = reviewed(known, LADDER, terms, figures)
        assert step.move is not None
        told.append((step.move.tier.code, step.move.cause.value))
        known = after(known, step)
    return told


def test_a_guest_rises_past_a_tier_when_one_bill_is_enough() -> None:
    move = rise(LADDER, current="leaf", measured=1_600, window=Days())
    assert move is not None
    assert (move.tier.code, move.cause, move.needed) == ("king", Cause.UP, 1_500)


def test_a_guest_does_not_fall_by_a_sale() -> None:
    assert rise(LADDER, current="gold", measured=10, window=Days()) is None


def test_a_refund_takes_back_the_tier_that_its_sale_gave() -> None:
    move = undone(LADDER, current="gold", figures=(310, 299))
    assert move is not None
    assert (move.tier.code, move.cause) == ("leaf", Cause.REFUND)


def test_a_refund_leaves_a_tier_that_stands_on_something_else() -> None:
    assert undone(LADDER, current="king", figures=(310, 299)) is None
    assert undone(LADDER, current="gold", figures=(400, 350)) is None


def test_a_year_that_comes_to_enough_keeps_the_tier_for_another() -> None:
    gold = standing(GOLD, date(2026, 6, 10), YEARLY)
    step = reviewed(gold, LADDER, YEARLY, [DayFigure(date(2026, 12, 31), 200)])
    assert step.move is not None
    assert (step.move.cause, step.move.measured, step.move.needed) == (Cause.KEPT, 200, 200)
    assert step.review is not None
    assert step.review.due_on == date(2028, 1, 1)


def test_a_year_that_comes_to_too_little_begins_the_grace() -> None:
    gold = standing(GOLD, date(2026, 6, 10), YEARLY)
    step = reviewed(gold, LADDER, YEARLY, [DayFigure(date(2026, 12, 31), 199)])
    assert step.move is not None
    assert (step.move.tier.code, step.move.cause) == ("gold", Cause.GRACE)
    assert step.review is not None
    assert (step.review.state, step.review.due_on) == (ReviewState.GRACE, date(2027, 1, 31))


def test_what_is_done_in_the_grace_keeps_the_tier_from_the_periods_end_on() -> None:
    gold = standing(GOLD, date(2026, 6, 10), YEARLY)
    figures = [DayFigure(date(2026, 12, 31), 150), DayFigure(date(2027, 1, 30), 50)]
    assert caught_up(gold, YEARLY, figures, date(2027, 2, 1)) == [
        ("gold", "grace"),
        ("gold", "kept"),
    ]


def test_without_it_the_guest_falls_one_rung_on_the_day_the_grace_ends() -> None:
    king = standing(KING, date(2026, 6, 10), YEARLY)
    figures = [DayFigure(date(2027, 1, 31), 1_500)]
    told = caught_up(king, YEARLY, figures, date(2027, 2, 1))
    assert told == [("king", "grace"), ("gold", "down")]


def test_a_fall_may_go_as_deep_as_the_measure() -> None:
    deep = TierTerms(window=WindowKind.CALENDAR_YEAR, fall=Fall.TO_MEASURE)
    king = standing(KING, date(2026, 6, 10), deep)
    assert caught_up(king, deep, [], date(2027, 1, 1)) == [("leaf", "down")]
    step = reviewed(king, LADDER, deep, [DayFigure(date(2026, 7, 1), 1_499)])
    assert step.move is not None
    assert step.move.tier.code == "gold"


def test_missed_periods_are_made_up_in_their_order() -> None:
    king = standing(KING, date(2024, 6, 10), YEARLY)
    told = caught_up(king, YEARLY, [DayFigure(date(2024, 7, 1), 1_500)], date(2027, 6, 1))
    assert told == [
        ("king", "kept"),
        ("king", "grace"),
        ("gold", "down"),
        ("gold", "grace"),
        ("leaf", "down"),
    ]


def test_a_tier_for_life_is_never_reviewed() -> None:
    assert standing(GOLD, date(2026, 6, 10), TierTerms()).review is None
    assert standing(LEAF, date(2026, 6, 10), YEARLY).review is None


def test_a_review_that_was_planned_before_tiers_became_for_life_changes_nothing() -> None:
    gold = standing(GOLD, date(2026, 6, 10), YEARLY)
    assert reviewed(gold, LADDER, TierTerms(), []) == Step(move=None, review=None)


def test_after_a_tier_by_hand_the_measure_says_what_she_is() -> None:
    review = Review(
        state=ReviewState.MANUAL,
        from_on=date(2026, 6, 1),
        ends_on=date(2026, 7, 1),
        due_on=date(2026, 7, 1),
    )
    by_hand = Standing(tier="king", since_on=date(2026, 6, 1), joined_on=JOINED, review=review)
    for figure, told in (
        (299, ("leaf", "down")),
        (400, ("gold", "down")),
        (1_500, ("king", "kept")),
    ):
        step = reviewed(by_hand, LADDER, ROLLING, [DayFigure(date(2026, 6, 30), figure)])
        assert step.move is not None
        assert (step.move.tier.code, step.move.cause.value) == told


def test_each_window_knows_its_days() -> None:
    on, from_on = date(2026, 3, 3), date(2026, 2, 1)

    def window(kind: WindowKind) -> Days:
        terms = TierTerms(window=kind, window_months=6)
        return window_on(terms, on, joined_on=JOINED, from_on=from_on)

    until = date(2026, 3, 4)
    assert window(WindowKind.LIFETIME) == Days(None, until)
    assert window(WindowKind.ROLLING_MONTHS) == Days(date(2025, 9, 4), until)
    assert window(WindowKind.CALENDAR_YEAR) == Days(date(2026, 1, 1), until)
    assert window(WindowKind.MEMBERSHIP_YEAR) == Days(date(2026, 2, 28), until)
    assert window(WindowKind.SINCE_TIER) == Days(from_on, until)


def test_a_membership_year_begins_on_the_day_of_joining_also_a_29_february() -> None:
    terms = TierTerms(window=WindowKind.MEMBERSHIP_YEAR)
    assert period_end(terms, JOINED, joined_on=JOINED) == date(2025, 2, 28)
    assert period_end(terms, date(2027, 6, 1), joined_on=JOINED) == date(2028, 2, 29)
    judged = judged_window(
        terms,
        from_on=date(2027, 6, 1),
        ends_on=date(2028, 2, 29),
        joined_on=JOINED,
        until=date(2028, 2, 29),
    )
    assert judged == Days(date(2027, 2, 28), date(2028, 2, 29))


FIGURES = st.lists(
    st.builds(
        DayFigure,
        st.dates(date(2024, 3, 1), date(2029, 1, 1)),
        st.integers(min_value=-100, max_value=900),
    ),
    max_size=30,
)


@given(
    figures=FIGURES,
    kind=st.sampled_from([one for one in WindowKind if one is not WindowKind.LIFETIME]),
    months=st.integers(1, 18),
    grace=st.integers(0, 60),
    fall=st.sampled_from(Fall),
    pause=st.integers(1, 400),
)
def test_a_job_that_stood_still_comes_to_the_same(
    figures: list[DayFigure], kind: WindowKind, months: int, grace: int, fall: Fall, pause: int
) -> None:
    terms = TierTerms(window=kind, window_months=months, grace_days=grace, fall=fall)
    king = standing(KING, date(2024, 6, 10), terms)
    end = date(2028, 6, 10)
    at_once = caught_up(king, terms, figures, end)
    slowly, known, day = list[tuple[str, str]](), king, date(2024, 6, 11)
    while day <= end:
        while known.overdue(day):
            step = reviewed(known, LADDER, terms, figures)
            assert step.move is not None
            slowly.append((step.move.tier.code, step.move.cause.value))
            known = after(known, step)
        day = min(day + timedelta(days=pause), end) if day < end else end + timedelta(days=1)
    assert slowly == at_once
