"""Check-in 签到 at a store: once a business day, by the server's clock, with its gifts.

王芳 signs in at 人民广场店 at 01:00: that is still yesterday's business day. A second time she is
told what she got already. A day counts once for a member, also at another store.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.loyalty.check_in import (
    CHECK_IN_DONE,
    CheckIn,
    LastCheckIn,
    NextGift,
    streak_on,
)
from regulars.domain.loyalty.programme import Programme, ProgrammeKind
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.storage import check_ins, programmes, visits
from regulars.storage.check_ins import CheckInRow
from regulars.storage.engine import Write
from regulars.storage.facts import Fact, append
from regulars.storage.programmes import PROGRAMME_UNKNOWN
from regulars.use_cases import gifts
from regulars.use_cases.gifts import Given
from regulars.use_cases.guest import MEMBER_FROZEN, MEMBER_UNKNOWN
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInMember:
    """A member signs in today."""

    programme_id: UUID
    member_id: UUID
    store_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIn:
    """The day that counts, the days in a row, and what was given. Units: days."""

    programme_id: UUID
    member_id: UUID
    day: BusinessDay
    streak: int
    given: Given
    given_for_streak: Given
    next_gift_in_days: int | None


@use_case
def check_in_member(tx: Write, command: CheckInMember, moment: Moment) -> CheckedIn:
    """Sign a member in for today, with the day's gift and that of her days in a row.

    Refuses: scope.outside, programme.unknown, programme.not_in_force, order.member_unknown,
    order.member_frozen, check_in.done_today.
    """
    moment.actor.need(Permission.ORDER_SELL)
    moment.actor.scope.check(command.store_id)
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    kind, programme_id = ProgrammeKind.CHECK_IN, command.programme_id
    programme = programmes.running(tx, kind, programme_id, shop.store, at=moment.now)
    promise = promise_of(programme)
    last = _locked(tx, command)
    day = shop.store.business_day(moment.now)
    if last is not None and last.day >= day:
        points = promise.daily.points + promise.gift_at(last.streak).points
        raise CHECK_IN_DONE.because(day=last.day.isoformat(), streak=last.streak, points=points)
    streak = streak_on(day, last)
    row = CheckInRow(
        programme_id=programme.id,
        member_id=command.member_id,
        day=day,
        version=programme.version,
        streak=streak,
        store_id=command.store_id,
        at=moment.now,
        by=moment.actor.name,
    )
    check_ins.add(tx, row)
    return _rewarded(tx, moment, row, promise, shop)


def promise_of(programme: Programme) -> CheckIn:
    """What a programme of this kind promises. Refuses: programme.unknown."""
    if not isinstance(programme.definition, CheckIn):
        raise PROGRAMME_UNKNOWN.because()
    return programme.definition


def _locked(tx: Write, command: CheckInMember) -> LastCheckIn | None:
    """Her last check-in, she herself locked. Refuses: order.member_unknown, order.member_frozen."""
    known, last = tx.group(
        visits.VISITS_LOCKED.ask(member_id=command.member_id),
        check_ins.LAST.ask(programme_id=command.programme_id, member_id=command.member_id),
    )
    if not known:
        raise MEMBER_UNKNOWN.because()
    if known[0].state != "active":
        raise MEMBER_FROZEN.because()
    return last[0] if last else None


def _rewarded(
    tx: Write, moment: Moment, row: CheckInRow, promise: CheckIn, shop: Shop
) -> CheckedIn:
    occasion = f"check_in:{row.programme_id}:{row.day.isoformat()}"
    given, for_streak = (
        gifts.give(
            tx, moment, member_id=row.member_id, gift=gift, shop=shop, occasion=occasion + suffix
        )
        for gift, suffix in ((promise.daily, ""), (promise.gift_at(row.streak), ":streak"))
    )
    happened = Fact(
        kind="member.checked_in",
        at=moment.now,
        store_id=row.store_id,
        member_id=row.member_id,
        subject_id=row.programme_id,
        body={"day": row.day.isoformat(), "streak": row.streak},
    )
    append(tx, happened, id=moment.new_id())
    following: NextGift | None = promise.next_gift(row.streak)
    return CheckedIn(
        programme_id=row.programme_id,
        member_id=row.member_id,
        day=BusinessDay(row.day),
        streak=row.streak,
        given=given,
        given_for_streak=for_streak,
        next_gift_in_days=following.in_days if following else None,
    )
