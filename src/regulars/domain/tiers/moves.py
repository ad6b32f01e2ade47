"""How a member moves on the ladder: up at once, down only after a review, and always with a reason.

王芳 is 茶王 until 1 January. Her year came to 1,300 of 1,500: from then on she has 30 days of
grace. With 200 more she keeps 茶王, from 1 January on; without them she is 茶客 on 31 January, one
rung down, whatever her year would have come to. Every review is decided by its day alone: a job
that stood still for three days, or ran twice, comes to the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never

from regulars.domain.tiers.ladder import Ladder, Tier
from regulars.domain.tiers.terms import Fall, TierTerms
from regulars.domain.tiers.windows import (
    DayFigure,
    Days,
    judged_window,
    measured,
    period_end,
    window_on,
    year_before,
)


class Cause(StrEnum):
    """Why a tier period began."""

    JOINED = "joined"
    UP = "up"
    KEPT = "kept"
    GRACE = "grace"
    DOWN = "down"
    MANUAL = "manual"
    REFUND = "refund"


class ReviewState(StrEnum):
    """What is reviewed: a period that runs, the grace after it, or a tier given by hand."""

    CURRENT = "current"
    GRACE = "grace"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """When a tier is looked at next, and the period that is then judged."""

    state: ReviewState
    from_on: date
    ends_on: date
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a member stands: her rung, since when, and her next review."""

    tier: str
    since_on: date
    joined_on: date
    review: Review | None = None

    @property
    def from_on(self) -> date:
        """The day on which her present period began."""
        return self.review.from_on if self.review is not None else self.since_on

    def overdue(self, on: date) -> bool:
        """Whether a review should have been made by the beginning of that day."""
        return self.review is not None and self.review.due_on <= on


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A tier that begins or goes on, its cause, and the figure that decided. Units: the measure's."""

    tier: Tier
    cause: Cause
    measured: int
    needed: int
    window: Days


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a review decides: perhaps a move, and what is due after it."""

    move: Move | None
    review: Review | None


def rise(ladder: Ladder, *, current: str, measured: int, window: Days) -> Move | None:
    """The higher rung that a measure reaches, if any. Source: V4, decision "tiers rise at once"."""
    reached = ladder.reached_with(measured)
    if reached.growth_from <= ladder.named(current).growth_from:
        return None
    return Move(
        tier=reached,
        cause=Cause.UP,
        measured=measured,
        needed=reached.growth_from,
        window=Days(window.from_on),
    )


def undone(
    ladder: Ladder, *, current: str, needed: int | None = None, figures: tuple[int, int]
) -> Move | None:
    """The lower rung after a refund that took away what the present one stood on, if it did.

    `figures`: the measure before and after the refund. A refund undoes what its sale did: a tier
    that stands on something else, as one given by hand, is not touched.
    """
    before, after = figures
    now = ladder.named(current)
    bar = now.growth_from if needed is None else needed
    if before < bar or after >= bar:
        return None
    reached = ladder.reached_with(min(after, max(now.growth_from - 1, 0)))
    if reached.growth_from >= now.growth_from:
        return None
    return Move(tier=reached, cause=Cause.REFUND, measured=after, needed=bar, window=Days())


def review_from(
    terms: TierTerms, ladder: Ladder, *, tier: Tier, from_on: date, joined_on: date
) -> Review | None:
    """The review of a period that begins that day; None for the lowest rung and tiers for life."""
    ends_on = period_end(terms, from_on, joined_on=joined_on)
    if ends_on is None or tier.code == ladder.tiers[0].code:
        return None
    return Review(state=ReviewState.CURRENT, from_on=from_on, ends_on=ends_on, due_on=ends_on)


def reviewed(
    standing: Standing, ladder: Ladder, terms: TierTerms, figures: Sequence[DayFigure]
) -> Step:
    """What the review that is due decides, by its own day and not by today."""
    review, tier = standing.review, ladder.named(standing.tier)
    if review is None or tier.code != standing.tier:
        return Step(move=None, review=None)
    if review.state is ReviewState.MANUAL:
        return _after_manual(standing, review, ladder, terms, figures)
    if not terms.lasts or tier.code == ladder.tiers[0].code:
        return Step(move=None, review=None)
    window = judged_window(
        terms,
        from_on=review.from_on,
        ends_on=review.ends_on,
        joined_on=standing.joined_on,
        until=review.due_on,
    )
    figure = measured(figures, window)
    if figure >= tier.stays_from:
        move = _move(tier, Cause.KEPT, figure, tier.stays_from, window)
        return _begun(move, ladder, terms, from_on=review.ends_on, joined_on=standing.joined_on)
    if review.state is ReviewState.CURRENT and terms.grace_days:
        return Step(
            move=_move(tier, Cause.GRACE, figure, tier.stays_from, window),
            review=Review(
                state=ReviewState.GRACE,
                from_on=review.from_on,
                ends_on=review.ends_on,
                due_on=review.due_on + timedelta(days=terms.grace_days),
            ),
        )
    lower = _fallen(ladder, tier, terms.fall, figure)
    move = _move(lower, Cause.DOWN, figure, tier.stays_from, window)
    return _begun(move, ladder, terms, from_on=review.due_on, joined_on=standing.joined_on)


def _after_manual(
    standing: Standing,
    review: Review,
    ladder: Ladder,
    terms: TierTerms,
    figures: Sequence[DayFigure],
) -> Step:
    """A tier given by hand ends: from then on the measure says which it is.

    Where a year holds a tier through the next, she has what she would have had without it.
    """
    tier = ladder.named(standing.tier)
    last_day = review.due_on - timedelta(days=1)
    joined_on = standing.joined_on
    window = window_on(terms, last_day, joined_on=joined_on, from_on=review.from_on)
    before = year_before(terms, last_day, joined_on=joined_on)
    if before is not None and measured(figures, before) > measured(figures, window):
        window = before
    figure = measured(figures, window)
    reached = ladder.reached_with(figure)
    cause = Cause.DOWN
    if reached.growth_from >= tier.growth_from:
        cause = Cause.KEPT if reached.code == tier.code else Cause.UP
    move = _move(reached, cause, figure, tier.growth_from, window)
    return _begun(move, ladder, terms, from_on=review.due_on, joined_on=standing.joined_on)


def _fallen(ladder: Ladder, tier: Tier, fall: Fall, figure: int) -> Tier:
    below = ladder.below(tier.code)
    match fall:
        case Fall.ONE_DOWN:
            return below
        case Fall.TO_MEASURE:
            return ladder.reached_with(min(figure, below.growth_from))
        case _:
            assert_never(fall)


def _begun(move: Move, ladder: Ladder, terms: TierTerms, *, from_on: date, joined_on: date) -> Step:
    review = review_from(terms, ladder, tier=move.tier, from_on=from_on, joined_on=joined_on)
    return Step(move=move, review=review)


def _move(tier: Tier, cause: Cause, figure: int, needed: int, window: Days) -> Move:
    return Move(tier=tier, cause=cause, measured=figure, needed=needed, window=window)
