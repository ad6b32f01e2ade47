"""Who is in, why, and the very instant at which that may change."""

import random
from datetime import timedelta

import pytest

from regulars.domain.kernel.condition import (
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Not,
    OneOf,
    Within,
)
from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.segments.asked import asked_of
from regulars.domain.segments.conditions import needs
from regulars.domain.segments.kinds import EVER, Part
from regulars.domain.segments.member_state import CouponSeen, LotSeen
from regulars.domain.segments.membership import Judgement, Reading, judge
from tests.domain.segments.people import GROUND, NOW, a_member, ago, by_chance
from tests.segment_dice import Dice
from tests.segment_things import COUPON_TYPES

MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)


def at_least(field: str, value: int) -> Compare:
    return Compare(field, Comparison.AT_LEAST, value)


def yes(field: str) -> Compare:
    return Compare(field, Comparison.EQUAL, True)


def judged(condition: Condition, *visits: Instant, **told: object) -> Judgement:
    return judge(condition, a_member(*visits, **told), GROUND, NOW)


def test_an_age_turns_at_its_threshold_and_on_no_day_before() -> None:
    found = judged(at_least("days_since_visit", 30), ago(days=12))
    assert not found.holds
    assert found.flips_at == ago(days=-18)
    assert judged(at_least("days_since_visit", 30), ago(days=30)).holds
    assert judged(at_least("days_since_visit", 30), ago(days=30)).flips_at is None
    both = judged(Within("days_since_visit", 30, 60), ago(days=31))
    assert (both.holds, both.flips_at) == (True, ago(days=-29))


def test_who_never_came_is_in_neither_age_and_in_its_contrary() -> None:
    away = at_least("days_since_visit", 30)
    assert not judged(away).holds
    assert not judged(Compare("days_since_visit", Comparison.LESS, 30)).holds
    assert judged(Not(away)).holds
    assert judged(Not(away)).flips_at is None


def test_a_window_holds_its_beginning_and_not_now() -> None:
    twice = at_least("visits_in(days=30)", 2)
    assert judged(twice, ago(days=30), ago(days=1)).holds
    assert not judged(twice, ago(days=30, microseconds=1), ago(days=1)).holds
    now = judged(twice, ago(days=1), NOW)
    assert (now.holds, now.flips_at) == (False, Instant(NOW + MOMENT))


def test_a_count_turns_when_the_visit_that_decides_grows_old() -> None:
    twice = at_least("visits_in(days=30)", 2)
    found = judged(twice, ago(days=29), ago(days=20), ago(days=10))
    assert (found.holds, found.flips_at) == (True, Instant(ago(days=20) + 30 * DAY + MOMENT))
    # Only a visit can let her in again: no clock.
    assert judged(twice, ago(days=10)) == Judgement(False, judged(twice, ago(days=10)).reason, None)


def test_all_wait_for_the_last_that_stands_against_them() -> None:
    away, gold = at_least("days_since_visit", 30), Compare("tier", Comparison.EQUAL, "gold")
    assert judged(All((away, gold)), ago(days=12)).flips_at is None
    assert judged(All((away, gold)), ago(days=12), tier="gold").flips_at == ago(days=-18)
    later = at_least("days_since_joined", 500)
    both = judged(All((away, later)), ago(days=12))
    assert both.flips_at == ago(days=-100)
    assert judged(AnyOf((away, later)), ago(days=12)).flips_at == ago(days=-18)


def test_the_reason_is_the_leaf_that_decided() -> None:
    away, often = at_least("days_since_visit", 30), at_least("visits", 3)
    why = judged(All((away, often)), ago(days=40)).reason
    assert (why.field, why.wanted, why.actual, why.holds) == ("visits", 3, 1, False)
    found = judged(AnyOf((often, away)), ago(days=40)).reason
    assert (found.field, found.actual, found.holds) == ("days_since_visit", 40, True)


def test_nobody_who_left_is_in_a_segment() -> None:
    assert not judged(All(()), active=False).holds
    assert not judged(Not(OneOf("tags", ("x",))), active=False).holds


@pytest.mark.parametrize(
    ("rule", "days", "holds"),
    [
        ("regularly(n=3,of=4)", (1, 8, 15), True),
        ("regularly(n=3,of=4)", (1, 2, 8), False),
        ("regularly(n=4,of=4)", (1, 8, 15, 22), True),
        ("stopped(range=90,recent=30)", (40,), True),
        ("stopped(range=90,recent=30)", (40, 5), False),
        ("stopped(range=90,recent=30)", (100,), False),
        ("resumed(range=90,recent=30)", (5, 120), True),
        ("resumed(range=90,recent=30)", (5, 60, 120), False),
        ("resumed(range=90,recent=30)", (5,), False),
        ("first_time(days=30)", (5, 10), True),
        ("first_time(days=30)", (5, 60), False),
        ("sequence(first=visit,then=visit,gap=7,days=60)", (20, 14), True),
        ("sequence(first=visit,then=visit,gap=5,days=60)", (20, 14), False),
        ("sequence(first=visit,then=visit,third=visit,gap=7,days=60)", (20, 14, 9), True),
        ("sequence(first=visit,then=visit,third=visit,gap=7,days=60)", (20, 14, 5), False),
    ],
)
def test_patterns_of_visits(rule: str, days: tuple[int, ...], holds: bool) -> None:
    assert judged(yes(rule), *(ago(days=one) for one in days)).holds is holds


def test_what_ends_soon_turns_with_the_business_day_of_the_home_store() -> None:
    soon = at_least("points_expiring(days=7)", 40)
    lots = (LotSeen("points", 40, NOW.date() + 10 * DAY),)
    found = judged(soon, lots=lots)
    assert (found.holds, found.flips_at) == (False, instant_from_iso("2026-05-07T04:00:00+08:00"))
    coupon = CouponSeen(COUPON_TYPES[0], ago(days=1), ago(days=-10))
    ends = judged(at_least("coupons_expiring(days=7)", 1), coupons=(coupon,))
    assert (ends.holds, ends.flips_at) == (False, ago(days=-3))


def test_a_birthday_turns_at_the_beginning_of_its_days() -> None:
    birthdays = (NOW.date() + 5 * DAY, NOW.date() + 370 * DAY)
    found = judged(yes("birthday(from=-3)"), birthdays=birthdays)
    assert (found.holds, found.flips_at) == (False, instant_from_iso("2026-05-06T04:00:00+08:00"))
    month = judged(yes("birthday_this_month"), birthdays=birthdays)
    assert (month.holds, month.flips_at) == (True, instant_from_iso("2026-06-01T04:00:00+08:00"))


def test_a_condition_says_what_it_needs_and_how_far_back() -> None:
    asked = All((at_least("visits_in(days=60)", 1), at_least("points", 1)))
    assert needs(asked).parts == {Part.ORDERS, Part.BALANCES}
    assert needs(asked).days_back == 60
    assert needs(yes("first_time(days=7)")).days_back == EVER
    assert needs(at_least("visits", 3)).parts == frozenset()


def test_between_two_turns_nothing_changes_for_anybody() -> None:
    """Random members and segments: until the instant that was said, the answer stands."""
    trees, dice = Dice(41), random.Random(43)
    turned = 0
    for _ in range(400):
        condition, state = trees.condition(3), by_chance(dice)
        now, end = NOW, Instant(NOW + 200 * DAY)
        for _ in range(12):
            found = judge(condition, state, GROUND, now)
            until = min(found.flips_at or end, end)
            assert until > now
            for probe in (now + (until - now) * dice.random(), until - MOMENT):
                there = judge(condition, state, GROUND, Instant(probe))
                assert there.holds is found.holds, (condition, state, now, probe)
            if until == end:
                break
            turned += judge(condition, state, GROUND, until).holds is not found.holds
            now = until
    assert turned > 50


def test_equal_leaves_are_worked_out_once() -> None:
    leaf = at_least("visits_in(days=30)", 2)
    reading = Reading(a_member(ago(days=1)), GROUND, NOW)
    same = reading.told(at_least("visits_in(days=30)", 2))
    assert reading.told(leaf).reason == same.reason
    assert reading.met(asked_of(leaf)) is reading.met(asked_of(at_least("visits_in(days=30)", 2)))
    first = reading.judge(All((leaf, Not(leaf))))
    assert not first.holds
