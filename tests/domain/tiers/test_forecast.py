"""What a member still needs, by when, and what her pace says."""

from datetime import date, timedelta

from regulars.domain.kernel.label import Label
from regulars.domain.tiers.forecast import Pace, forecast, pace_of
from regulars.domain.tiers.ladder import Ladder, Tier
from regulars.domain.tiers.moves import Standing, review_from
from regulars.domain.tiers.terms import TierTerms, WindowKind
from regulars.domain.tiers.windows import DayFigure

LADDER = Ladder(
    (
        Tier(code="leaf", label=Label("茶友"), growth_from=0),
        Tier(code="gold", label=Label("茶客"), growth_from=300, keep_from=200),
    )
)
ON = date(2026, 10, 1)
JOINED = date(2025, 1, 1)
YEARLY = TierTerms(window=WindowKind.CALENDAR_YEAR)
WEEKLY = [DayFigure(ON - timedelta(days=7 * week), 10) for week in range(12)]


def test_who_came_three_times_in_two_weeks_has_no_pace_yet() -> None:
    assert pace_of(WEEKLY, joined_on=ON - timedelta(days=14), on=ON) is None
    assert pace_of(WEEKLY[:2], joined_on=JOINED, on=ON) is None


def test_the_pace_is_that_of_the_last_ninety_days() -> None:
    old = DayFigure(ON - timedelta(days=90), 10_000)
    assert pace_of([*WEEKLY, old], joined_on=JOINED, on=ON) == Pace(amount=120, days=90)


def test_a_member_learns_what_is_missing_and_when_she_is_there() -> None:
    known = Standing(tier="leaf", since_on=JOINED, joined_on=JOINED)
    told = forecast(known, LADDER, TierTerms(), WEEKLY, on=ON)
    assert told.measured == 120
    assert told.stay is None
    assert told.up is not None
    assert told.up.missing == 180
    assert told.up.reached_on == ON + timedelta(days=135)


def test_without_a_pace_nothing_is_promised() -> None:
    known = Standing(tier="leaf", since_on=JOINED, joined_on=JOINED)
    told = forecast(known, LADDER, TierTerms(), WEEKLY[:1], on=ON)
    assert told.pace is None
    assert told.up is not None
    assert (told.up.missing, told.up.reached_on) == (290, None)


def test_to_stay_a_member_has_until_the_end_of_her_period() -> None:
    gold = LADDER.named("gold")
    review = review_from(YEARLY, LADDER, tier=gold, from_on=date(2026, 2, 1), joined_on=JOINED)
    known = Standing(tier="gold", since_on=date(2026, 2, 1), joined_on=JOINED, review=review)
    told = forecast(known, LADDER, YEARLY, WEEKLY, on=ON)
    assert told.up is None
    assert told.stay is not None
    assert (told.stay.needed, told.stay.missing) == (200, 80)
    assert told.stay.by_on == date(2027, 1, 1)
    # 91 days at 120 in 90 days.
    assert told.stay.projected == 120 + 121


def test_a_new_year_begins_from_nothing() -> None:
    known = Standing(tier="leaf", since_on=JOINED, joined_on=JOINED)
    told = forecast(known, LADDER, YEARLY, WEEKLY, on=ON)
    assert told.up is not None
    # 243 by the end of the year is too little, and next year it takes from January to August.
    assert told.up.reached_on is not None
    assert date(2027, 8, 1) < told.up.reached_on < date(2027, 9, 1)
