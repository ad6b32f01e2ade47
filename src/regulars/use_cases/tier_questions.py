"""Which tier on that day, and why; and which one next.

"王芳 was 茶客 on 3 March?" She had been 茶王 until 1 March: her year came to 1,300 of 1,500. What was
known on that day decides, by the Terms of that day; what was recorded later, as a refund of a bill
of February, is told apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from regulars.domain.kernel.period import BusinessDay, Instant, start_of
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.terms import Place, resolve
from regulars.domain.orders.shop import Shop
from regulars.domain.orders.shop_terms import DEFAULTS, ShopTerms, shop_terms
from regulars.domain.tiers.forecast import Forecast, forecast
from regulars.domain.tiers.ladder import Tier
from regulars.domain.tiers.moves import Cause
from regulars.domain.tiers.terms import TierTerms
from regulars.domain.tiers.windows import DayFigure, Days, day_after, reaches_back_to, window_on
from regulars.storage import measures, terms, tiers
from regulars.storage.engine import Read
from regulars.storage.measures import MeasureEvent
from regulars.storage.terms import setting_of
from regulars.storage.tiers import StandingRow
from regulars.storage.visits import TierPeriodRow
from regulars.use_cases.standing import figures_of, kept_figure, standing_of

DAY_TO_COME = refusal_code("tiers.day_to_come")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedSince:
    """What was recorded only after that day, though it counts on it or before."""

    measured: int
    periods: tuple[TierPeriodRow, ...]
    events: tuple[MeasureEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierOnDay:
    """A member's tier at the end of a day, with everything that made it. Units: the measure's.

    `period` and `tier` are None before she joined; `promised` are the Terms of that day. `events`
    are the newest of those that `measured` sums.
    """

    on: date
    tier: Tier | None
    period: TierPeriodRow | None
    promised: TierTerms
    above: Tier | None
    window: Days
    measured: int
    events: tuple[MeasureEvent, ...]
    changed_since: ChangedSince


def tier_on(read: Read, row: StandingRow, shop: Shop, on: BusinessDay, now: Instant) -> TierOnDay:
    """Which tier a member had at the end of a day, and why. Refuses: tiers.day_to_come."""
    store = shop.store
    if on > store.business_day(now):
        raise DAY_TO_COME.because()
    end = start_of(
        BusinessDay(day_after(on)), zone=store.zone, cut_off_minutes=store.cut_off_minutes
    )
    promised = _promised(read, shop, end)
    periods = [one for one in read.all(tiers.PERIODS, member_id=row.member_id) if one.since < end]
    known = [one for one in periods if (one.recorded_at or one.since) < end]
    period = known[-1] if known else None
    tier = None if period is None else promised.ladder.named(period.tier)
    window = _window(row, shop, promised.tiers, known, on)
    statements = measures.statements_of(promised.tiers)
    days: dict[str, object] = {
        "member": row.member_id,
        "since_day": window.from_on or date.min,
        "until_day": day_after(on),
    }
    events, (totals,) = read.group(
        statements.events.ask(**days), statements.totals.ask(**days, known_at=end)
    )
    then = [one for one in events if one.recorded_at < end]
    return TierOnDay(
        on=on,
        tier=tier,
        period=period,
        promised=promised.tiers,
        above=None if tier is None else promised.ladder.above(tier.code),
        window=window,
        measured=max(totals.known, 0),
        events=tuple(then),
        changed_since=ChangedSince(
            measured=max(totals.by_now, 0),
            periods=tuple(one for one in periods if one not in known),
            events=tuple(one for one in events if one.recorded_at >= end),
        ),
    )


def tier_forecast(read: Read, row: StandingRow, shop: Shop, now: Instant) -> Forecast:
    """What a member needs for the next rung and to stay, by when, at her own pace."""
    promised, on = shop.terms.tiers, shop.store.business_day(now)
    standing = standing_of(row, shop)
    if promised.lasts:
        figures: Sequence[DayFigure] = figures_of(read, row, shop, now)
    else:
        ask = measures.figures_asked(promised, row.member_id, reaches_back_to(promised, on))
        figures = _as_kept(read.all(ask.statement, **ask.parameters), read, row, shop)
    return forecast(standing, shop.terms.ladder, promised, figures, on=on)


def _as_kept(
    figures: Sequence[DayFigure], read: Read, row: StandingRow, shop: Shop
) -> list[DayFigure]:
    """The days of a life: what a member brought from elsewhere counts from the beginning."""
    if shop.terms.tiers.reads_days:
        return list(figures)
    missing = kept_figure(read, row, shop) - sum(one.amount for one in figures)
    return [DayFigure(date.min, missing), *figures]


def _promised(read: Read, shop: Shop, end: Instant) -> ShopTerms:
    place = Place(region=shop.store.region_id, store=shop.store.id)
    known = [row for row in read.all(terms.ALL) if row.recorded_at < end]
    return shop_terms(resolve(map(setting_of, known), DEFAULTS, place=place, at=end))


def _window(
    row: StandingRow,
    shop: Shop,
    promised: TierTerms,
    known: Sequence[TierPeriodRow],
    on: BusinessDay,
) -> Days:
    """The window that a day counted in: since her period began, where that is what is measured."""
    standing = standing_of(row, shop)
    begun = [one for one in known if one.cause != Cause.GRACE]
    from_on = shop.store.business_day(begun[-1].since) if begun else standing.joined_on
    return window_on(promised, on, joined_on=standing.joined_on, from_on=from_on)
