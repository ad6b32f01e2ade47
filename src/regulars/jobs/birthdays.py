"""The gifts for birthdays, fifty members at a time; nobody's birthday is opened for it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay, Instant, business_day_of
from regulars.domain.kernel.term_fields import FieldValues
from regulars.domain.kernel.terms import Place, resolve
from regulars.domain.loyalty.tier_gifts import FIELDS, TIER_GIFTS, birthday_terms
from regulars.jobs.job import Job, Workshop
from regulars.storage import birthdays, terms, tiers
from regulars.storage.engine import Read
from regulars.storage.stores import STORES
from regulars.storage.terms import setting_of
from regulars.use_cases.birthday_gifts import (
    INDEX_VERSION,
    INDEX_WALK,
    YEAR_APART,
    BirthdayDue,
    GiveBirthdayGifts,
    IndexBirthdays,
    days_kept,
    occasion_of,
)

EVERY_SECONDS = 600.0


class _Promise(NamedTuple):
    """Stores that give on the same days are asked about together; `tiers` is None for everybody."""

    day: BusinessDay
    days_before: int
    tiers: frozenset[str] | None


def _give(workshop: Workshop) -> bool:
    now = workshop.clock()
    with workshop.database.read() as read:
        walk = read.one(tiers.WALK, walk=INDEX_WALK)
        indexed = walk is not None and walk.version == INDEX_VERSION and walk.finished
        due = next(_due(read, workshop, now), None) if indexed else None
    if not indexed:
        workshop.run(IndexBirthdays())
        return True
    if due is None:
        return False
    workshop.run(due)
    return True


def _due(read: Read, workshop: Workshop, now: Instant) -> Iterator[GiveBirthdayGifts]:
    for promise, stores in _promises(read, now).items():
        for year, days in _days(workshop, promise).items():
            asked = {
                "days": list(days),
                "stores": stores,
                "occasion": occasion_of(year),
                "since": Instant(now - YEAR_APART),
                "now": now,
            }
            if promise.tiers is None:
                rows = read.all(birthdays.DUE, **asked)
            else:
                rows = read.all(birthdays.DUE_IN_TIERS, **asked, tiers=sorted(promise.tiers))
            if rows:
                found = tuple(BirthdayDue(member_id=row.member_id, year=year) for row in rows)
                yield GiveBirthdayGifts(due=found)


def _promises(read: Read, now: Instant) -> Mapping[_Promise, list[UUID]]:
    settings = [setting_of(row) for row in read.all(terms.ALL)]
    defaults = {field.name: field.default for field in FIELDS}
    promises: dict[_Promise, list[UUID]] = defaultdict(list)
    for row in read.all(STORES):
        place = Place(region=row.region_id, store=row.id)
        found = resolve(settings, defaults, place=place, at=now)
        values = FieldValues({name: one.value for name, one in found.items()})
        everybody = birthday_terms(values)
        own = {code for code, one in values.of(TIER_GIFTS).items() if not one.birthday.empty}
        if everybody.gift.empty and not own:
            continue
        day = business_day_of(now, zone=row.zone, cut_off_minutes=row.cut_off_minutes)
        given_to = frozenset(own) if everybody.gift.empty else None
        promises[_Promise(day, everybody.days_before, given_to)].append(row.id)
    return promises


def _days(workshop: Workshop, promise: _Promise) -> Mapping[int, list[bytes]]:
    """The hashes of the days whose gifts are due, by the year of the birthday."""
    days: dict[int, list[bytes]] = defaultdict(list)
    for birthday, year in days_kept(promise.day, promise.days_before):
        days[year].append(birthdays.blind_index(workshop.vault, birthday))
    return days


BIRTHDAYS = Job(name="birthdays", every_seconds=EVERY_SECONDS, step=_give)
