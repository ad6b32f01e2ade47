"""Gifts for birthdays 生日礼: once a year, found without opening anybody's birthday.

李敏 keeps 八月十五; three days before, 50 points are in her wallet. Had the server stood still for a
week, they would come a week later; whoever moves her birthday about has one gift a year all the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from regulars.domain.ledger.entries import gift_of
from regulars.domain.loyalty.tier_gifts import birthday_gift
from regulars.domain.members.member import MemberState
from regulars.domain.members.profile import ProfileField
from regulars.domain.stores.permissions import Permission
from regulars.storage import birthdays, members, tiers
from regulars.storage.engine import Write
from regulars.storage.tiers import NOBODY, Walk
from regulars.use_cases import gifts
from regulars.use_cases.birthdays import kept_on
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.standing import row_of

INDEX_WALK = "birthday_index"
INDEX_VERSION = 1
# So long a server may stand still and nobody misses her gift.
LOOK_BACK_DAYS = 7
# Two birthdays of the lunar calendar are 354 days apart at least.
YEAR_APART = timedelta(days=300)


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthdayDue:
    """A member, and which year's birthday it is, by the calendar that she keeps it by."""

    member_id: UUID
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBirthdayGifts:
    """Give some members what their birthday brings."""

    due: tuple[BirthdayDue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthdaysGiven:
    """How many got something."""

    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexBirthdays:
    """Let some birthdays be found that were told before there was an index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """How far the pass has come."""

    indexed: int
    finished: bool


def days_kept(day: date, days_before: int) -> Iterator[tuple[str, int]]:
    """The birthdays whose gift is due on a day or was in the week before, with their years."""
    for back in range(LOOK_BACK_DAYS + 1):
        yield from kept_on(day + timedelta(days=days_before - back))


def occasion_of(year: int) -> str:
    """The occasion of a year's birthday: a gift for it is given once."""
    return f"{birthdays.OCCASION}{year}"


@use_case
def give_birthday_gifts(tx: Write, command: GiveBirthdayGifts, moment: Moment) -> BirthdaysGiven:
    """Give each member her birthday's gift, unless she has it. Refuses: permission.missing."""
    moment.actor.need(Permission.COUPON_ISSUE)
    gifts.lock(tx, [one.member_id for one in command.due])
    given = sum(
        _given(tx, one, moment) for one in sorted(command.due, key=lambda one: one.member_id)
    )
    return BirthdaysGiven(given=given)


def _given(tx: Write, due: BirthdayDue, moment: Moment) -> bool:
    row = row_of(tx, due.member_id)
    occasion = occasion_of(due.year)
    business_id = gift_of(occasion, due.member_id)
    has_it = tx.one(tiers.GIVEN, business_id=business_id)
    had_one = tx.one(
        birthdays.GIVEN_LATELY,
        member_id=due.member_id,
        since=moment.now - YEAR_APART,
        now=moment.now,
    )
    if has_it or had_one or row.member_state != MemberState.ACTIVE.value:
        return False
    shop = moment.shops.in_force(tx, row.joined_store_id, at=moment.now)
    gift = birthday_gift(row.tier, shop.terms.tier_gifts, shop.terms.birthday)
    if gift.empty:
        return False
    gifts.give(tx, moment, member_id=due.member_id, gift=gift, shop=shop, occasion=occasion)
    return True


@use_case
def index_birthdays(tx: Write, command: IndexBirthdays, moment: Moment) -> Indexed:
    """Index some birthdays that were told before; each key is opened this once.

    Refuses: permission.missing.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    walk = tx.one(tiers.WALK, walk=INDEX_WALK)
    after_id = NOBODY if walk is None else walk.after_id
    rows = tx.all(birthdays.UNINDEXED, after_id=after_id)
    for row in rows:
        if row.wrapped_key is not None:
            key = moment.vault.unlock(row.wrapped_key, row.member_id)
            told = members.opened(key, ProfileField.BIRTHDAY, row.birthday)
            birthdays.keep(tx, moment.vault, row.member_id, told)
    finished = len(rows) < birthdays.INDEXED_AT_ONCE
    reached = Walk(INDEX_VERSION, rows[-1].member_id if rows else after_id, finished=finished)
    tiers.walked(tx, INDEX_WALK, reached, at=moment.now)
    return Indexed(indexed=len(rows), finished=finished)
