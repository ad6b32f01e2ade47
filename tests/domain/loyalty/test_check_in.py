"""Days in a row, and what they bring."""

from datetime import date

import pytest

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.check_in import (
    CheckIn,
    LastCheckIn,
    StreakGift,
    check_in_data,
    check_in_from,
    standing_on,
    streak_on,
)
from regulars.domain.loyalty.gift import Gift

TODAY = BusinessDay(date(2026, 3, 1))
YESTERDAY = BusinessDay(date(2026, 2, 28))
WEEK = CheckIn(
    daily=Gift(points=2),
    streak=(StreakGift(3, Gift(points=5)), StreakGift(7, Gift(points=20))),
    cycle=7,
)


def test_a_streak_goes_on_only_from_yesterday() -> None:
    assert streak_on(TODAY, None) == 1
    assert streak_on(TODAY, LastCheckIn(YESTERDAY, 4)) == 5
    assert streak_on(TODAY, LastCheckIn(BusinessDay(date(2026, 2, 27)), 4)) == 1


def test_a_streak_stands_until_a_day_was_missed() -> None:
    assert standing_on(TODAY, LastCheckIn(TODAY, 5)) == 5
    assert standing_on(TODAY, LastCheckIn(YESTERDAY, 5)) == 5
    assert standing_on(TODAY, LastCheckIn(BusinessDay(date(2026, 2, 27)), 5)) == 0
    assert standing_on(TODAY, None) == 0


def test_a_round_of_seven_days_begins_again() -> None:
    assert [WEEK.place(day) for day in (1, 7, 8, 14, 15)] == [1, 7, 1, 7, 1]
    gifts = [WEEK.gift_at(day).points for day in range(1, 11)]
    assert gifts == [0, 0, 5, 0, 0, 0, 20, 0, 0, 5]


def test_without_a_cycle_each_gift_comes_once_in_a_streak() -> None:
    endless = CheckIn(daily=Gift(points=1), streak=(StreakGift(2, Gift(points=5)),))
    assert [endless.gift_at(day).points for day in range(1, 6)] == [0, 5, 0, 0, 0]
    assert endless.next_gift(2) is None


def test_the_next_gift_is_told_ahead() -> None:
    first = WEEK.next_gift(0)
    assert first is not None
    assert (first.in_days, first.gift.points) == (3, 5)
    following = WEEK.next_gift(7)
    assert following is not None
    assert (following.in_days, following.gift.points) == (3, 5)


def test_a_definition_reads_back_what_it_wrote() -> None:
    assert check_in_from(check_in_data(WEEK)) == WEEK


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"daily": {"points": 1}, "makeup": {}},
        {"daily": {"points": -1}},
        {"daily": {"points": 1}, "cycle": 1},
        {"daily": {"points": 1}, "streak": [{"days": 0, "gift": {"points": 1}}]},
        {"daily": {"points": 1}, "streak": [{"days": 3, "gift": {}}]},
        {"daily": {"points": 1}, "cycle": 7, "streak": [{"days": 8, "gift": {"points": 1}}]},
        {"streak": [{"days": 2, "gift": {"points": 1}}, {"days": 2, "gift": {"points": 2}}]},
    ],
)
def test_nonsense_is_refused_when_it_is_saved(definition: dict[str, object]) -> None:
    with pytest.raises(Refusal, match=r"terms\.malformed|programme\.malformed"):
        check_in_from(definition)
