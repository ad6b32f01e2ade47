"""A member's tier on a day and in time to come, as JSON shows it. Units: the ladder's measure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.tiers.forecast import Forecast
from regulars.domain.tiers.ladder import Tier
from regulars.domain.tiers.terms import Measure, TierTerms
from regulars.domain.tiers.windows import Days
from regulars.storage.measures import MeasureEvent
from regulars.storage.visits import TierPeriodRow
from regulars.use_cases.tier_questions import TierOnDay


@dataclass(frozen=True, slots=True, kw_only=True)
class RungView:
    """A rung of the ladder, what reaches it and what keeps it."""

    code: str
    name_zh: str
    name_en: str
    growth_from: int
    keep_from: int
    queue_skip: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowView:
    """Business days, the last one excluded; None is unbounded."""

    from_on: date | None
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodView:
    """One tier period as it was written, and by what."""

    tier: str
    cause: str
    since: Instant
    until: date | None
    measure: str | None
    measured: int | None
    needed: int | None
    window: WindowView
    growth_value: int
    terms_version: int
    subject_id: UUID | None
    recorded_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class TierTermsView:
    """What was promised about tiers on that day."""

    measure: str
    window: str
    window_months: int
    fall: str
    grace_days: int
    recheck: str
    top_up_counts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One order, refund, gift or top-up that counted."""

    counted_on: date
    occurred_at: Instant
    recorded_at: Instant
    kind: str
    subject_id: UUID | None
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedView:
    """What was recorded after that day and counts on it or before."""

    measured: int
    periods: list[PeriodView]
    events: list[EventView]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierOnDayView:
    """Which tier on that day, why, and what came to light since."""

    member_id: UUID
    on: date
    tier: RungView | None
    next_tier: RungView | None
    period: PeriodView | None
    terms: TierTermsView
    window: WindowView
    measured: int
    events: list[EventView]
    changed_since: ChangedView


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceView:
    """What her last days came to."""

    amount: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NextRungView:
    """The rung above, what is missing, and when she is there at her pace."""

    tier: RungView
    missing: int
    reached_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StayView:
    """What staying takes, by which day, and what it comes to at her pace."""

    needed: int
    missing: int
    by_on: date
    in_grace: bool
    projected: int | None
    will_stay: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TierForecastView:
    """Where she stands and where her pace takes her; without a pace nobody can tell yet."""

    member_id: UUID
    measure: Measure
    tier: RungView
    measured: int
    window: WindowView
    pace: PaceView | None
    cannot_tell_yet: bool
    up: NextRungView | None
    stay: StayView | None


def on_day_view(member_id: UUID, told: TierOnDay) -> TierOnDayView:
    """A tier on a day, as JSON shows it."""
    changed = told.changed_since
    return TierOnDayView(
        member_id=member_id,
        on=told.on,
        tier=None if told.tier is None else _rung(told.tier),
        next_tier=None if told.above is None else _rung(told.above),
        period=None if told.period is None else _period(told.period),
        terms=_terms(told.promised),
        window=_window(told.window),
        measured=told.measured,
        events=[_event(one) for one in told.events],
        changed_since=ChangedView(
            measured=changed.measured,
            periods=[_period(one) for one in changed.periods],
            events=[_event(one) for one in changed.events],
        ),
    )


def forecast_view(member_id: UUID, measure: Measure, told: Forecast) -> TierForecastView:
    """A forecast, as JSON shows it."""
    up, stay, pace = told.up, told.stay, told.pace
    return TierForecastView(
        member_id=member_id,
        measure=measure,
        tier=_rung(told.tier),
        measured=told.measured,
        window=_window(told.window),
        pace=None if pace is None else PaceView(amount=pace.amount, days=pace.days),
        cannot_tell_yet=pace is None,
        up=None
        if up is None
        else NextRungView(tier=_rung(up.tier), missing=up.missing, reached_on=up.reached_on),
        stay=None
        if stay is None
        else StayView(
            needed=stay.needed,
            missing=stay.missing,
            by_on=stay.by_on,
            in_grace=stay.in_grace,
            projected=stay.projected,
            will_stay=None if stay.projected is None else stay.projected >= stay.needed,
        ),
    )


def _rung(tier: Tier) -> RungView:
    return RungView(
        code=tier.code,
        name_zh=tier.label.zh,
        name_en=tier.label.en,
        growth_from=tier.growth_from,
        keep_from=tier.stays_from,
        queue_skip=tier.queue_skip,
    )


def _window(days: Days) -> WindowView:
    return WindowView(from_on=days.from_on, until=days.until)


def _period(row: TierPeriodRow) -> PeriodView:
    return PeriodView(
        tier=row.tier,
        cause=row.cause,
        since=row.since,
        until=row.until,
        measure=row.measure,
        measured=row.measured,
        needed=row.needed,
        window=WindowView(from_on=row.window_from, until=row.window_until),
        growth_value=row.growth_value,
        terms_version=row.terms_version,
        subject_id=row.subject_id,
        recorded_at=row.recorded_at or row.since,
    )


def _terms(terms: TierTerms) -> TierTermsView:
    return TierTermsView(
        measure=terms.measure.value,
        window=terms.window.value,
        window_months=terms.window_months,
        fall=terms.fall.value,
        grace_days=terms.grace_days,
        recheck=terms.recheck.value,
        top_up_counts=terms.top_up_counts.value,
    )


def _event(event: MeasureEvent) -> EventView:
    return EventView(
        counted_on=event.counted_on,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        kind=event.kind,
        subject_id=event.subject_id,
        amount=event.amount,
    )
