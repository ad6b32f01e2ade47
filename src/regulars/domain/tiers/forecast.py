"""What a member still needs, by when, and where her own pace takes her.

王芳 needs 220 more for 茶王, and 80 by 1 January to stay 茶客. At her pace of the last 90 days, 60
a month, she stays, and is 茶王 by 14 March. Who came three times in two weeks has no pace yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from regulars.domain.tiers.ladder import Ladder, Tier
from regulars.domain.tiers.moves import Standing
from regulars.domain.tiers.terms import TierTerms
from regulars.domain.tiers.windows import DayFigure, Days, judged_window, measured, window_on

PACE_DAYS = 90
# Less than this says nothing about the months to come.
HISTORY_DAYS_MIN = 28
ACTIVE_DAYS_MIN = 3
HORIZON_DAYS = 730


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a member's last days came to. Units: the measure's, in so many days."""

    amount: int
    days: int

    def ahead(self, days: int) -> int:
        """What so many days more come to at this pace, rounded down."""
        return self.amount * max(days, 0) // self.days


@dataclass(frozen=True, slots=True, kw_only=True)
class NextRung:
    """The rung above. `reached_on`: at her own pace; None is not within two years, or no pace."""

    tier: Tier
    missing: int
    reached_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """What staying takes. `projected`: at her own pace by `by_on`; None without one."""

    needed: int
    missing: int
    by_on: date
    in_grace: bool
    projected: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Where a member stands and where she is going. Units: the measure's.

    `pace` is None while there is too little history to tell.
    """

    tier: Tier
    measured: int
    window: Days
    pace: Pace | None
    up: NextRung | None
    stay: Stay | None


def pace_of(figures: Sequence[DayFigure], *, joined_on: date, on: date) -> Pace | None:
    """Her pace over the last 90 days, or since she joined; None while it cannot be told."""
    days = min((on - joined_on).days + 1, PACE_DAYS)
    lately = [one for one in figures if on - timedelta(days=days) < one.day <= on]
    if days < HISTORY_DAYS_MIN or len([one for one in lately if one.amount > 0]) < ACTIVE_DAYS_MIN:
        return None
    return Pace(amount=max(sum(one.amount for one in lately), 0), days=days)


def forecast(
    standing: Standing,
    ladder: Ladder,
    terms: TierTerms,
    figures: Sequence[DayFigure],
    *,
    on: date,
) -> Forecast:
    """What is missing for the next rung and to stay, by which date, at her own pace."""
    tier = ladder.named(standing.tier)
    window = window_on(terms, on, joined_on=standing.joined_on, from_on=standing.from_on)
    pace = pace_of(figures, joined_on=standing.joined_on, on=on)
    figure = measured(figures, window)
    above = ladder.above(tier.code)
    up = None
    if above is not None:
        up = NextRung(
            tier=above,
            missing=max(above.growth_from - figure, 0),
            reached_on=_reached_on(above, standing, terms, figures, pace=pace, on=on),
        )
    return Forecast(
        tier=tier,
        measured=figure,
        window=window,
        pace=pace,
        up=up,
        stay=_stay(standing, tier, terms, figures, pace=pace, on=on),
    )


def _reached_on(
    above: Tier,
    standing: Standing,
    terms: TierTerms,
    figures: Sequence[DayFigure],
    *,
    pace: Pace | None,
    on: date,
) -> date | None:
    if pace is None or not pace.amount:
        return None
    for days in range(1, HORIZON_DAYS + 1):
        day = on + timedelta(days=days)
        window = window_on(terms, day, joined_on=standing.joined_on, from_on=standing.from_on)
        begun = on if window.from_on is None else max(on, window.from_on - timedelta(days=1))
        if measured(figures, window) + pace.ahead((day - begun).days) >= above.growth_from:
            return day
    return None


def _stay(
    standing: Standing,
    tier: Tier,
    terms: TierTerms,
    figures: Sequence[DayFigure],
    *,
    pace: Pace | None,
    on: date,
) -> Stay | None:
    review = standing.review
    if review is None or not terms.lasts:
        return None
    window = judged_window(
        terms,
        from_on=review.from_on,
        ends_on=review.ends_on,
        joined_on=standing.joined_on,
        until=review.due_on,
    )
    figure = measured(figures, window)
    days_left = (review.due_on - on).days - 1
    return Stay(
        needed=tier.stays_from,
        missing=max(tier.stays_from - figure, 0),
        by_on=review.due_on,
        in_grace=review.due_on > review.ends_on,
        projected=None if pace is None else figure + pace.ahead(days_left),
    )
