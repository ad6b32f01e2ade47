"""A member's visits and tier: one row that only her own sales touch, and her tier's history."""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, case, select, update

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables.members import member, member_stats, tier_period


class VisitsRow(NamedTuple):
    """What a sale must know of a member. Units: minor units."""

    member_id: UUID
    state: str
    tier: str
    visits: int
    spent_minor: int


class TierPeriodRow(NamedTuple):
    """Table `tier_period`: since when a member has a tier, and why.

    `measured` of the window decided, against `needed`; `until` is the day of the next review.
    """

    id: UUID
    member_id: UUID
    tier: str
    since: Instant
    cause: str
    growth_value: int
    terms_version: int
    subject_id: UUID | None
    measure: str | None = None
    measured: int | None = None
    needed: int | None = None
    window_from: date | None = None
    window_until: date | None = None
    until: date | None = None
    recorded_at: Instant | None = None


_VISITS = (
    select(
        member_stats.c.member_id,
        member.c.state,
        member_stats.c.tier,
        member_stats.c.visits,
        member_stats.c.spent_minor,
    )
    .join_from(member_stats, member, member.c.id == member_stats.c.member_id)
    .where(member_stats.c.member_id == bindparam("member_id", type_=Id()))
)
VISITS = Statement(_VISITS, VisitsRow)
VISITS_LOCKED = Statement(_VISITS.with_for_update(of=member_stats), VisitsRow)

_OF_MEMBER = member_stats.c.member_id == bindparam("member", type_=Id())
_AT = bindparam("at", type_=At())
# A server's clock may have been set back since the visit before, even one that was taken back.
_LAST_AT = case((member_stats.c.last_visit_at > _AT, member_stats.c.last_visit_at), else_=_AT)

VISITED = Statement(
    update(member_stats)
    .where(_OF_MEMBER)
    .values(
        visits=member_stats.c.visits + bindparam("more_visits", type_=Whole()),
        spent_minor=member_stats.c.spent_minor + bindparam("more_spent", type_=Whole()),
        last_visit_at=_LAST_AT,
    )
)
FIRST_VISITED = Statement(
    update(member_stats)
    .where(_OF_MEMBER)
    .values(
        visits=member_stats.c.visits + bindparam("more_visits", type_=Whole()),
        spent_minor=member_stats.c.spent_minor + bindparam("more_spent", type_=Whole()),
        first_visit_at=_AT,
        last_visit_at=_LAST_AT,
    )
)
UNVISITED = Statement(
    update(member_stats)
    .where(_OF_MEMBER)
    .values(
        visits=member_stats.c.visits - bindparam("fewer_visits", type_=Whole()),
        spent_minor=member_stats.c.spent_minor - bindparam("less_spent", type_=Whole()),
    )
)
MOVED_TIER = Statement(
    update(member_stats)
    .where(_OF_MEMBER)
    .values(tier=bindparam("to_tier", type_=Words()), tier_since=bindparam("since", type_=At()))
)
TIER_SINCE: Statement[Instant] = Statement(select(member_stats.c.tier_since).where(_OF_MEMBER))
MOMENT = timedelta(microseconds=1)


def add_tier_period(tx: Write, period: TierPeriodRow) -> None:
    """Remember a change of tier with its cause; the row is never edited.

    Its history stays in order where a server's clock was set back since the period before.
    """
    if period.cause != "joined":
        before = tx.one(TIER_SINCE, member=period.member_id)
        if before is not None and before >= period.since:
            period = period._replace(since=Instant(before + MOMENT))
    tx.add(tier_period, [period._asdict()])
    if period.cause != "joined":
        tx.run(MOVED_TIER, member=period.member_id, to_tier=period.tier, since=period.since)
