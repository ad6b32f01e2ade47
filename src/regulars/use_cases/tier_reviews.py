"""Reviews 保级: what a period came to, looked at when it is over, for those alone who are due.

王芳's year ends on 1 January. On that day, or three days later if the server stood still, her review
is made as of 1 January: kept, grace, or one rung down. Periods missed meanwhile follow in their
order; only then does today's measure take her up again.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay, Instant, start_of
from regulars.domain.kernel.terms import Place, resolve
from regulars.domain.members.member import MemberState
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.store import Store
from regulars.domain.tiers.moves import (
    Cause,
    Move,
    Standing,
    Step,
    review_from,
    reviewed,
    rise,
)
from regulars.domain.tiers.terms import WINDOW, WINDOW_MONTHS, WindowKind
from regulars.domain.tiers.windows import DayFigure, Days, measured, window_on
from regulars.storage import ledger, terms, tiers
from regulars.storage.engine import Read, Write
from regulars.storage.stores import StoreRow
from regulars.storage.terms import setting_of
from regulars.storage.tiers import NOBODY, StandingRow, Walk
from regulars.use_cases import gifts
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.standing import figures_of, kept_figure, row_of, standing_of
from regulars.use_cases.tier_moves import Decided, Moved, record, tell

REVIEWS_WALK = "tier_reviews"
# Five years of monthly periods: whoever missed more is taken on in the next round.
STEPS_MAX = 60
_REVIEWED_STATES = (MemberState.ACTIVE.value, MemberState.FROZEN.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTiers:
    """Make the reviews that are due of these members of a store."""

    store_id: UUID
    member_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews:
    """How many reviews were made, and how many tiers were kept or changed by them."""

    made: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginPeriods:
    """Plan the reviews of members whose tier was for life before; `version` names the Terms."""

    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """How far the pass has come."""

    planned: int
    finished: bool


@use_case
def review_tiers(tx: Write, command: ReviewTiers, moment: Moment) -> Reviews:
    """Make the reviews that are due, each as of its own day. Refuses: permission.missing."""
    moment.actor.need(Permission.MEMBER_WRITE)
    moment.actor.scope.check(command.store_id)
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    made = 0
    gifts.lock(tx, command.member_ids)
    for member_id in sorted(command.member_ids):
        row = row_of(tx, member_id)
        if row.member_state not in _REVIEWED_STATES:
            tiers.plan_review(tx, member_id, shop.store.id, None)
            continue
        made += _caught_up(tx, row, shop=shop, moment=moment)
    return Reviews(made=made)


@use_case
def begin_periods(tx: Write, command: BeginPeriods, moment: Moment) -> Begun:
    """Plan the first review of some members who have a tier and no review; today begins its period.

    What the tiers' Terms change to never reaches back. Refuses: permission.missing.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    walk = tx.one(tiers.WALK, walk=REVIEWS_WALK)
    if walk is None or walk.version != command.version:
        walk = Walk(command.version, NOBODY, finished=False)
    rows = tx.all(tiers.NEXT_MEMBERS, after_id=walk.after_id)
    planned = 0
    for row in rows:
        if row.state is None and row.member_state in _REVIEWED_STATES:
            planned += _begun(tx, row, moment)
    finished = len(rows) < tiers.WALK_MEMBERS
    after_id = rows[-1].member_id if rows else walk.after_id
    tiers.walked(
        tx, REVIEWS_WALK, Walk(command.version, after_id, finished=finished), at=moment.now
    )
    return Begun(planned=planned, finished=finished)


def periods_version(read: Read, stores: Sequence[StoreRow], now: Instant) -> int | None:
    """A number for how long tiers last in each store; None where they are for life everywhere."""
    settings = [setting_of(row) for row in read.all(terms.ALL)]
    asked = {field.name: field.default for field in (WINDOW, WINDOW_MONTHS)}
    lasting = []
    for row in stores:
        place = Place(region=row.region_id, store=row.id)
        found = resolve(settings, asked, place=place, at=now)
        if found[WINDOW.name].value != WindowKind.LIFETIME.value:
            lasting.append(f"{row.id}:{[one.value for one in found.values()]}")
    return zlib.crc32("|".join(sorted(lasting)).encode()) if lasting else None


def _begun(tx: Write, row: StandingRow, moment: Moment) -> int:
    shop = moment.shops.in_force(tx, row.joined_store_id, at=moment.now)
    standing = standing_of(row, shop)
    review = review_from(
        shop.terms.tiers,
        shop.terms.ladder,
        tier=shop.terms.ladder.named(row.tier),
        from_on=shop.store.business_day(moment.now),
        joined_on=standing.joined_on,
    )
    if review is None:
        return 0
    # Her row is not locked: a sale or a tier by hand may have planned another meanwhile.
    tiers.plan_first_review(tx, row.member_id, shop.store.id, review)
    return 1


def _caught_up(tx: Write, row: StandingRow, *, shop: Shop, moment: Moment) -> int:
    standing, day = standing_of(row, shop), shop.store.business_day(moment.now)
    figures = _figures(tx, row, shop=shop, moment=moment)
    growth_value = ledger.balances_of(tx, row.member_id).growth_value
    made = 0
    while standing.overdue(day) and made < STEPS_MAX:
        due_on = standing.review.due_on if standing.review is not None else day
        step = reviewed(standing, shop.terms.ladder, shop.terms.tiers, figures)
        moved = Moved(member_id=row.member_id, growth_value=growth_value, standing=standing)
        _write(tx, step, moved, shop=shop, moment=moment, due_on=BusinessDay(due_on))
        standing = Standing(
            tier=standing.tier if step.move is None else step.move.tier.code,
            since_on=standing.since_on if step.move is None else due_on,
            joined_on=standing.joined_on,
            review=step.review,
        )
        made += 1
    if made and not standing.overdue(day):
        _rise_today(tx, standing, figures, shop=shop, moment=moment, member_id=row.member_id)
    return made


def _figures(tx: Write, row: StandingRow, *, shop: Shop, moment: Moment) -> list[DayFigure]:
    if shop.terms.tiers.reads_days:
        return figures_of(tx, row, shop, moment.now)
    # For life: the figure that is kept is all there is, and counts as of the beginning.
    return [DayFigure(standing_of(row, shop).joined_on, kept_figure(tx, row, shop))]


def _write(
    tx: Write, step: Step, moved: Moved, *, shop: Shop, moment: Moment, due_on: BusinessDay
) -> None:
    move = step.move
    if move is None:
        tiers.plan_review(tx, moved.member_id, shop.store.id, step.review)
        return
    since = _begins(due_on, shop.store)
    record(tx, moment, move, moved, shop=shop, decided=Decided(since=since, review=step.review))
    tell(tx, moment, move, moved, store_id=shop.store.id)
    if move.cause is Cause.UP:
        gifts.welcome(tx, moment, member_id=moved.member_id, tier=move.tier.code, shop=shop)


def _rise_today(
    tx: Write,
    standing: Standing,
    figures: list[DayFigure],
    *,
    shop: Shop,
    moment: Moment,
    member_id: UUID,
) -> None:
    """What sales left to the review: the rung that today's measure reaches."""
    promised, day = shop.terms.tiers, shop.store.business_day(moment.now)
    window = Days()
    if promised.reads_days:
        window = window_on(promised, day, joined_on=standing.joined_on, from_on=standing.from_on)
    move: Move | None = rise(
        shop.terms.ladder,
        current=standing.tier,
        measured=measured(figures, window),
        window=window,
    )
    if move is None:
        return
    moved = Moved(
        member_id=member_id,
        growth_value=ledger.balances_of(tx, member_id).growth_value,
        standing=standing if promised.lasts else None,
    )
    record(tx, moment, move, moved, shop=shop)
    tell(tx, moment, move, moved, store_id=shop.store.id)
    gifts.welcome(tx, moment, member_id=member_id, tier=move.tier.code, shop=shop)


def _begins(day: BusinessDay, store: Store) -> Instant:
    return start_of(day, zone=store.zone, cut_off_minutes=store.cut_off_minutes)
