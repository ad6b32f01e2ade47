"""A tier given by hand 人工定级: for a reason, until a day, with somebody else's word for it.

The owner's old friend is 茶王 until the end of the year: the manager gives it, the region's manager
agrees with her own PIN, and on 1 January the measure says again what she is.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay, months_after
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.member import MEMBER_CLOSED, MemberState
from regulars.domain.members.writing import checked_text
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.domain.tiers.ladder import Tier
from regulars.domain.tiers.moves import Cause, Move, Review, ReviewState
from regulars.domain.tiers.windows import Days
from regulars.storage import audit, ledger, staff, visits
from regulars.storage.engine import Read, Write
from regulars.use_cases.members import REASON_MAX
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.standing import figure_today, row_of, standing_of
from regulars.use_cases.tier_moves import Decided, Moved, record, tell

TIER_UNKNOWN = refusal_code("tiers.unknown")
END_OUT_OF_RANGE = refusal_code("tiers.end_out_of_range", "months")
BELOW_MEASURE = refusal_code("tiers.below_measure", "measured")
APPROVER_UNFIT = refusal_code("tiers.approver_unfit")
REASON_MISSING = refusal_code("tiers.reason_missing")

MONTHS_MAX = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveTier:
    """Give a member a tier by hand; `approved_by` is who showed that she agrees."""

    member_id: UUID
    store_id: UUID
    tier: str
    until: date
    reason: str
    approved_by: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TierGiven:
    """Which tier a member has by hand, and until when."""

    member_id: UUID
    tier: str
    until: date


@use_case
def give_tier(tx: Write, command: GiveTier, moment: Moment) -> TierGiven:
    """Give a tier by hand, for a time; afterwards the measure decides again.

    Refuses: permission.missing, scope.outside, tiers.approver_unfit, tiers.unknown,
    tiers.end_out_of_range, tiers.below_measure, member.unknown, member.closed,
    tiers.reason_missing, member.text_malformed, member.text_too_long.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    moment.actor.scope.check(command.store_id)
    reason = checked_text(command.reason, field="reason", maximum=REASON_MAX)
    if not reason:
        raise REASON_MISSING.because()
    _check_approver(tx, command, moment)
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    day = shop.store.business_day(moment.now)
    tier = _tier(shop, command.tier)
    if not day < command.until <= months_after(day, MONTHS_MAX):
        raise END_OUT_OF_RANGE.because(months=MONTHS_MAX)
    tx.one(visits.VISITS_LOCKED, member_id=command.member_id)
    row = row_of(tx, command.member_id)
    if row.member_state not in (MemberState.ACTIVE.value, MemberState.FROZEN.value):
        raise MEMBER_CLOSED.because()
    figure, window = figure_today(tx, row, shop, moment.now)
    if shop.terms.ladder.reached_with(figure).growth_from > tier.growth_from:
        raise BELOW_MEASURE.because(measured=figure)
    move = Move(
        tier=tier,
        cause=Cause.MANUAL,
        measured=figure,
        needed=tier.growth_from,
        window=Days(window.from_on),
    )
    moved = Moved(
        member_id=row.member_id,
        growth_value=ledger.balances_of(tx, row.member_id).growth_value,
        standing=standing_of(row, shop),
    )
    decided = Decided(since=moment.now, review=_review(day, command.until))
    record(tx, moment, move, moved, shop=shop, decided=decided)
    tell(tx, moment, move, moved, store_id=shop.store.id)
    audit.record(
        tx,
        moment,
        action="member.tier_given",
        subject=f"member:{row.member_id}",
        store_id=shop.store.id,
        before={"tier": row.tier},
        after={
            "tier": tier.code,
            "until": command.until.isoformat(),
            "approved_by": f"staff:{command.approved_by}",
        },
        reason=reason,
    )
    return TierGiven(member_id=row.member_id, tier=tier.code, until=command.until)


def _review(from_on: BusinessDay, until: date) -> Review:
    return Review(state=ReviewState.MANUAL, from_on=from_on, ends_on=until, due_on=until)


def _tier(shop: Shop, code: str) -> Tier:
    for tier in shop.terms.ladder.tiers:
        if tier.code == code:
            return tier
    raise TIER_UNKNOWN.because()


def _check_approver(read: Read, command: GiveTier, moment: Moment) -> None:
    """Four eyes: another person, who might have given it herself."""
    if command.approved_by == moment.actor.id:
        raise APPROVER_UNFIT.because()
    row = read.one(staff.BY_ID, id=command.approved_by)
    if row is None or row.state != "active":
        raise APPROVER_UNFIT.because()
    holding = (
        Permission.MEMBER_WRITE in grant.permissions and grant.scope.holds(command.store_id)
        for grant in staff.rights_in(read, row.id).grants
    )
    if not any(holding):
        raise APPROVER_UNFIT.because()
