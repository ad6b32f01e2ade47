"""Where a member stands on the ladder, as a command or a question finds it.

A shop whose tiers are for life asks nothing here: growth value, visits and money spent are at hand
in every sale. Where a tier lasts for a period, the sale asks for her days in the round trip that it
makes anyway.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.orders.shop import Shop
from regulars.domain.tiers.moves import Standing
from regulars.domain.tiers.terms import Measure
from regulars.domain.tiers.windows import (
    DayFigure,
    Days,
    measured,
    reaches_back_to,
    window_on,
)
from regulars.storage import ledger, measures, tiers
from regulars.storage.engine import Read
from regulars.storage.statement import Ask
from regulars.storage.tiers import StandingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Her standing and her measure by day, as far back as a decision of today asks."""

    standing: Standing
    figures: tuple[DayFigure, ...]


def asked(member_id: UUID, shop: Shop, now: Instant) -> tuple[Ask[StandingRow], Ask[DayFigure]]:
    """What a sale must ask where tiers are measured by day."""
    terms = shop.terms.tiers
    since = reaches_back_to(terms, shop.store.business_day(now))
    return (
        tiers.STANDING.ask(member_id=member_id),
        measures.figures_asked(terms, member_id, since),
    )


def stand_of(rows: Iterable[StandingRow], figures: Iterable[DayFigure], shop: Shop) -> Stand | None:
    """What those questions were answered; None where they were not asked."""
    row = next(iter(rows), None)
    if row is None:
        return None
    return Stand(standing=standing_of(row, shop), figures=tuple(figures))


def standing_of(row: StandingRow, shop: Shop) -> Standing:
    """A row in the business days of a store."""
    store = shop.store
    return Standing(
        tier=row.tier,
        since_on=store.business_day(row.tier_since),
        joined_on=store.business_day(row.joined_at),
        review=row.review,
    )


def row_of(read: Read, member_id: UUID) -> StandingRow:
    """Where a member stands. Refuses: member.unknown."""
    row = read.one(tiers.STANDING, member_id=member_id)
    if row is None:
        raise MEMBER_UNKNOWN.because()
    return row


def figures_of(
    read: Read, row: StandingRow, shop: Shop, now: Instant, *, also: Days | None = None
) -> list[DayFigure]:
    """Her measure by day, back to whatever a review that is due, or `also`, may ask about."""
    terms = shop.terms.tiers
    since = reaches_back_to(terms, shop.store.business_day(now), from_on=row.from_on)
    if also is not None and since is not None:
        since = min(since, also.from_on or date.min)
    ask = measures.figures_asked(terms, row.member_id, since)
    return read.all(ask.statement, **ask.parameters)


def figure_today(read: Read, row: StandingRow, shop: Shop, now: Instant) -> tuple[int, Days]:
    """Her measure in the window that counts towards the next rung today, and that window."""
    terms, day = shop.terms.tiers, shop.store.business_day(now)
    if not terms.reads_days:
        return kept_figure(read, row, shop), Days()
    standing = standing_of(row, shop)
    window = window_on(terms, day, joined_on=standing.joined_on, from_on=standing.from_on)
    return measured(figures_of(read, row, shop, now), window), window


def kept_figure(read: Read, row: StandingRow, shop: Shop) -> int:
    """Her measure where it is a figure that is kept anyway. Units: the measure's."""
    match shop.terms.tiers.measure:
        case Measure.GROWTH:
            return ledger.balances_of(read, row.member_id).growth_value
        case Measure.SPEND:
            return row.spent_minor
        case Measure.VISITS:
            return row.visits
        case _:
            assert_never(shop.terms.tiers.measure)
