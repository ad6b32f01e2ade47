"""The reviews of tiers that are due, store by store, fifty members at a time."""

from regulars.domain.kernel.period import business_day_of
from regulars.jobs.job import Job, Workshop
from regulars.storage.stores import STORES
from regulars.storage.tiers import DUE, WALK
from regulars.use_cases.tier_reviews import (
    REVIEWS_WALK,
    BeginPeriods,
    ReviewTiers,
    periods_version,
)

EVERY_SECONDS = 300.0


def _review(workshop: Workshop) -> bool:
    now = workshop.clock()
    with workshop.database.read() as read:
        stores = read.all(STORES)
        version = periods_version(read, stores, now)
        walk = read.one(WALK, walk=REVIEWS_WALK)
        found = None
        for row in stores:
            day = business_day_of(now, zone=row.zone, cut_off_minutes=row.cut_off_minutes)
            due = read.all(DUE, store_id=row.id, day=day)
            if due:
                found = ReviewTiers(store_id=row.id, member_ids=tuple(due))
                break
    if found is not None:
        workshop.run(found)
        return True
    if version is not None and (walk is None or walk.version != version or not walk.finished):
        workshop.run(BeginPeriods(version=version))
        return True
    return False


TIER_REVIEWS = Job(name="tier_reviews", every_seconds=EVERY_SECONDS, step=_review)
