"""Moving members on the ladder: up in the very transaction that earned it, down after a refund.

Whatever posts growth value ends here: a sale, a gift, a top-up, a refund. 280 growth value and a bill
of 40.00 make 茶客 on that bill; a cup that comes back the next day makes 茶友 again.
"""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.loyalty.earning import EarningTerms
from regulars.domain.orders.shop import Shop
from regulars.domain.tiers.moves import Cause, Move, Review, Standing, review_from, rise, undone
from regulars.domain.tiers.terms import Measure, Recheck, TierTerms, TopUpCounts
from regulars.domain.tiers.windows import DayFigure, Days, measured, window_on
from regulars.storage import facts, tiers, visits
from regulars.storage.engine import Read, Write
from regulars.storage.facts import Fact
from regulars.storage.visits import VisitsRow
from regulars.use_cases.guest import Guest
from regulars.use_cases.moment import Moment
from regulars.use_cases.standing import figures_of, row_of, standing_of

_STANDS_ON_A_FIGURE = (Cause.UP.value, Cause.KEPT.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What happened to the figures that a ladder may count, and how they are after it.

    Units: growth value, minor units, visits; `growth_after` is the balance.
    """

    growth_after: int
    growth: int = 0
    spent_minor: int = 0
    visits: int = 0

    def of(self, measure: Measure) -> int:
        """What happened to one measure."""
        match measure:
            case Measure.GROWTH:
                return self.growth
            case Measure.SPEND:
                return self.spent_minor
            case Measure.VISITS:
                return self.visits
            case _:
                assert_never(measure)

    def kept(self, measure: Measure, known: VisitsRow) -> int:
        """The measure after it, where it is a kept figure; `known` is how visits were before."""
        match measure:
            case Measure.GROWTH:
                return self.growth_after
            case Measure.SPEND:
                return known.spent_minor + self.spent_minor
            case Measure.VISITS:
                return known.visits + self.visits
            case _:
                assert_never(measure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Whose tier moves, by which growth value, for which order.

    `standing`: where tiers last for a period, so that the next review is planned.
    """

    member_id: UUID
    growth_value: int
    subject_id: UUID | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """By a review or by hand: from when on the tier counts, and what is due next."""

    since: Instant
    review: Review | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """What a refund takes from the figures of a member; `known` is how they were before.

    `subject_id`: the order or top-up; `sold_on`: the day on which it had counted.
    """

    member_id: UUID
    subject_id: UUID
    sold_on: BusinessDay
    known: VisitsRow
    growth: Growth


def counted_minor(paid_minor: int, terms: TierTerms, *, principal_minor: int) -> int:
    """What of a bill counts for the ladder: money paid in for later may have counted then.

    Units: minor units.
    """
    paid_before = principal_minor if terms.top_up_counts is TopUpCounts.WHEN_PAID else 0
    return max(paid_minor - paid_before, 0)


def growth_of_top_up(principal_minor: int, terms: TierTerms, earning: EarningTerms) -> int:
    """The growth value of a top-up, where it counts as it is paid in; else 0."""
    if terms.top_up_counts is not TopUpCounts.WHEN_PAID:
        return 0
    return principal_minor * earning.growth_per_hundred_minor // 100


def rise_in_sale(guest: Guest, shop: Shop, growth: Growth) -> Move | None:
    """The rung that a sale takes a guest up to, if any.

    Where her review is overdue the sale leaves her tier alone: the review comes first, and looks
    at this sale too.
    """
    terms, ladder = shop.terms.tiers, shop.terms.ladder
    if not terms.reads_days:
        figure = growth.kept(terms.measure, guest.visits)
        return rise(ladder, current=guest.tier.code, measured=figure, window=Days())
    if guest.stand is None:
        raise ValueError("a guest whose tier is measured by day was not asked for her days")
    standing = guest.stand.standing
    figures = [*guest.stand.figures, DayFigure(guest.day, growth.of(terms.measure))]
    return _rise_by_days(standing, figures, shop, guest.day)


def _rise_by_days(
    standing: Standing, figures: list[DayFigure], shop: Shop, day: BusinessDay
) -> Move | None:
    if standing.overdue(day):
        return None
    window = window_on(
        shop.terms.tiers, day, joined_on=standing.joined_on, from_on=standing.from_on
    )
    return rise(
        shop.terms.ladder,
        current=standing.tier,
        measured=measured(figures, window),
        window=window,
    )


def record(
    tx: Write,
    moment: Moment,
    move: Move,
    moved: Moved,
    *,
    shop: Shop,
    decided: Decided | None = None,
) -> None:
    """Write a tier that begins or goes on, with its figures and the day of its next review."""
    planned = _planned(move, moved, shop=shop, moment=moment, decided=decided)
    visits.add_tier_period(
        tx,
        visits.TierPeriodRow(
            id=moment.new_id(),
            member_id=moved.member_id,
            tier=move.tier.code,
            since=moment.now if decided is None else decided.since,
            cause=move.cause.value,
            growth_value=moved.growth_value,
            terms_version=shop.terms.version,
            subject_id=moved.subject_id,
            measure=shop.terms.tiers.measure.value,
            measured=move.measured,
            needed=move.needed,
            window_from=move.window.from_on,
            window_until=move.window.until,
            until=None if planned is None else planned.due_on,
            recorded_at=moment.now,
        ),
    )
    if moved.standing is not None or decided is not None:
        tiers.plan_review(tx, moved.member_id, shop.store.id, planned)


def _planned(
    move: Move, moved: Moved, *, shop: Shop, moment: Moment, decided: Decided | None
) -> Review | None:
    if decided is not None:
        return decided.review
    if moved.standing is None:
        return None
    return review_from(
        shop.terms.tiers,
        shop.terms.ladder,
        tier=move.tier,
        from_on=shop.store.business_day(moment.now),
        joined_on=moved.standing.joined_on,
    )


def tell(tx: Write, moment: Moment, move: Move, moved: Moved, *, store_id: UUID) -> None:
    """Let others know of a change of tier."""
    happened = Fact(
        kind="member.tier_changed",
        at=moment.now,
        store_id=store_id,
        member_id=moved.member_id,
        subject_id=moved.subject_id,
        body={"tier": move.tier.code, "cause": move.cause.value},
    )
    facts.append(tx, happened, id=moment.new_id())


def grown(
    tx: Write, moment: Moment, *, member_id: UUID, shop: Shop, growth_value: int
) -> Move | None:
    """The tier after growth value came in outside a sale; its member's visits are locked already.

    `growth_value`: the balance after it, recorded.
    """
    terms, day = shop.terms.tiers, shop.store.business_day(moment.now)
    if terms.measure is not Measure.GROWTH and not terms.reads_days:
        return None
    row = row_of(tx, member_id)
    standing = standing_of(row, shop)
    if terms.reads_days:
        move = _rise_by_days(standing, figures_of(tx, row, shop, moment.now), shop, day)
    else:
        move = rise(shop.terms.ladder, current=row.tier, measured=growth_value, window=Days())
    if move is None:
        return None
    moved = Moved(
        member_id=member_id,
        growth_value=growth_value,
        standing=standing if terms.lasts else None,
    )
    record(tx, moment, move, moved, shop=shop)
    tell(tx, moment, move, moved, store_id=shop.store.id)
    return move


def after_refund(tx: Write, moment: Moment, taken: TakenBack, *, shop: Shop) -> None:
    """Look at a tier again once a refund is written: it falls if it stood on that sale.

    What was enjoyed meanwhile stays; a tier that stands on something else is not touched.
    """
    terms, ladder = shop.terms.tiers, shop.terms.ladder
    lost = taken.growth.of(terms.measure)
    if terms.recheck is Recheck.AT_PERIOD_END or not lost:
        return
    moved = Moved(
        member_id=taken.member_id,
        growth_value=taken.growth.growth_after,
        subject_id=taken.subject_id,
    )
    if terms.reads_days:
        move, standing = _undone_by_days(tx, moment, taken, shop=shop)
        moved = Moved(
            member_id=taken.member_id,
            growth_value=taken.growth.growth_after,
            subject_id=taken.subject_id,
            standing=standing if terms.lasts else None,
        )
    else:
        after = taken.growth.kept(terms.measure, taken.known)
        move = undone(ladder, current=taken.known.tier, figures=(after - lost, after))
        if move is not None and _by_hand(tx, taken.member_id):
            return
    if move is not None:
        record(tx, moment, move, moved, shop=shop)
        tell(tx, moment, move, moved, store_id=shop.store.id)


def _by_hand(read: Read, member_id: UUID) -> bool:
    newest = read.one(tiers.NEWEST_PERIOD, member_id=member_id)
    return newest is not None and newest.cause == Cause.MANUAL.value


def _undone_by_days(
    read: Read, moment: Moment, taken: TakenBack, *, shop: Shop
) -> tuple[Move | None, Standing]:
    row = row_of(read, taken.member_id)
    standing = standing_of(row, shop)
    newest = read.one(tiers.NEWEST_PERIOD, member_id=taken.member_id)
    day = shop.store.business_day(moment.now)
    if standing.overdue(day) or newest is None or newest.cause not in _STANDS_ON_A_FIGURE:
        return None, standing
    stood_on = Days(newest.window_from, newest.window_until)
    if newest.needed is None or not stood_on.holds(taken.sold_on):
        return None, standing
    figures = figures_of(read, row, shop, moment.now, also=stood_on)
    today = window_on(shop.terms.tiers, day, joined_on=standing.joined_on, from_on=standing.from_on)
    after = max(measured(figures, stood_on), measured(figures, today))
    lost = taken.growth.of(shop.terms.tiers.measure)
    figures_of_refund = (max(after - lost, newest.needed), after)
    move = undone(
        shop.terms.ladder, current=row.tier, needed=newest.needed, figures=figures_of_refund
    )
    return move, standing
