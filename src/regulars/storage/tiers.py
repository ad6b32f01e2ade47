"""Where members stand on the ladder as rows: their periods, their next review, what is due.

A review that is due is found by its day and store; whoever has nothing to lose has no row.
"""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, case, delete, select
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.domain.tiers.moves import Review, ReviewState
from regulars.storage.columns import At, Day, Flag, Id, Whole, Words
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables.members import member, member_stats, tier_period
from regulars.storage.tables.rewards import gift
from regulars.storage.tables.tiers import member_walk, tier_review
from regulars.storage.visits import TierPeriodRow

REVIEWS_AT_ONCE = 50
WALK_MEMBERS = 300
NOBODY = UUID(int=0)


class StandingRow(NamedTuple):
    """A member's tier, when it began, and her next review if there is one."""

    member_id: UUID
    member_state: str
    joined_store_id: UUID
    tier: str
    tier_since: Instant
    joined_at: Instant
    visits: int
    spent_minor: int
    review_store: UUID | None
    state: str | None
    from_on: date | None
    ends_on: date | None
    due_on: date | None

    @property
    def review(self) -> Review | None:
        """The review that is planned."""
        if not (self.state and self.from_on and self.ends_on and self.due_on):
            return None
        return Review(
            state=ReviewState(self.state),
            from_on=self.from_on,
            ends_on=self.ends_on,
            due_on=self.due_on,
        )


_standing = select(
    member_stats.c.member_id,
    member.c.state.label("member_state"),
    member.c.joined_store_id,
    member_stats.c.tier,
    member_stats.c.tier_since,
    member.c.joined_at,
    member_stats.c.visits,
    member_stats.c.spent_minor,
    tier_review.c.store_id.label("review_store"),
    tier_review.c.state.label("review_state"),
    tier_review.c.from_on,
    tier_review.c.ends_on,
    tier_review.c.due_on,
).select_from(
    member_stats.join(member, member.c.id == member_stats.c.member_id).outerjoin(
        tier_review, tier_review.c.member_id == member_stats.c.member_id
    )
)
STANDING = Statement(
    _standing.where(member_stats.c.member_id == bindparam("member_id", type_=Id())), StandingRow
)

_review_form = insert(tier_review).values(
    {
        name: bindparam(name, type_=tier_review.c[name].type)
        for name in ("member_id", "store_id", "state", "from_on", "ends_on", "due_on")
    }
)
_SAVE_REVIEW: Statement[object] = Statement(
    _review_form.on_conflict_do_update(
        index_elements=[tier_review.c.member_id],
        set_={
            name: _review_form.excluded[name]
            for name in ("store_id", "state", "from_on", "ends_on", "due_on")
        },
    )
)
_FIRST_REVIEW: Statement[object] = Statement(_review_form.on_conflict_do_nothing())
_DROP_REVIEW: Statement[object] = Statement(
    delete(tier_review).where(tier_review.c.member_id == bindparam("of_member", type_=Id()))
)
DUE: Statement[UUID] = Statement(
    select(tier_review.c.member_id)
    .where(
        tier_review.c.store_id == bindparam("store_id", type_=Id()),
        tier_review.c.due_on <= bindparam("day", type_=Day()),
    )
    .order_by(tier_review.c.due_on, tier_review.c.member_id)
    .limit(REVIEWS_AT_ONCE)
)

# Who joins is placed by an import in the same instant: that row is the later one.
_newest_last = (
    tier_period.c.since,
    case((tier_period.c.cause == "joined", 0), else_=1),
    tier_period.c.id,
)
_periods = select(
    *(tier_period.c[name] for name in TierPeriodRow._fields),
).where(tier_period.c.member_id == bindparam("member_id", type_=Id()))
PERIODS = Statement(_periods.order_by(*_newest_last), TierPeriodRow)
NEWEST_PERIOD = Statement(
    _periods.order_by(*(one.desc() for one in _newest_last)).limit(1), TierPeriodRow
)

GIVEN: Statement[str] = Statement(
    select(gift.c.business_id).where(gift.c.business_id == bindparam("business_id", type_=Words()))
)


class Walk(NamedTuple):
    """How far a pass over all members has come."""

    version: int
    after_id: UUID
    finished: bool


WALK = Statement(
    select(member_walk.c.version, member_walk.c.after_id, member_walk.c.finished).where(
        member_walk.c.name == bindparam("walk", type_=Words())
    ),
    Walk,
)
_walk_form = insert(member_walk).values(
    name=bindparam("name", type_=Words()),
    version=bindparam("version", type_=Whole()),
    after_id=bindparam("after_id", type_=Id()),
    finished=bindparam("finished", type_=Flag()),
    at=bindparam("at", type_=At()),
)
_SAVE_WALK: Statement[object] = Statement(
    _walk_form.on_conflict_do_update(
        index_elements=[member_walk.c.name],
        set_={
            name: _walk_form.excluded[name] for name in ("version", "after_id", "finished", "at")
        },
    )
)
NEXT_MEMBERS = Statement(
    _standing.where(member_stats.c.member_id > bindparam("after_id", type_=Id()))
    .order_by(member_stats.c.member_id)
    .limit(WALK_MEMBERS),
    StandingRow,
)


def plan_review(tx: Write, member_id: UUID, store_id: UUID, review: Review | None) -> None:
    """Say when a member's tier is looked at next; None is never."""
    if review is None:
        tx.send(_DROP_REVIEW, of_member=member_id)
        return
    tx.send(_SAVE_REVIEW, **_review_row(member_id, store_id, review))


def plan_first_review(tx: Write, member_id: UUID, store_id: UUID, review: Review) -> None:
    """Plan the review of a member who has none; one that was planned meanwhile stays."""
    tx.send(_FIRST_REVIEW, **_review_row(member_id, store_id, review))


def _review_row(member_id: UUID, store_id: UUID, review: Review) -> dict[str, object]:
    return {
        "member_id": member_id,
        "store_id": store_id,
        "state": review.state.value,
        "from_on": review.from_on,
        "ends_on": review.ends_on,
        "due_on": review.due_on,
    }


def walked(tx: Write, name: str, walk: Walk, *, at: Instant) -> None:
    """Remember how far a pass has come."""
    tx.send(
        _SAVE_WALK,
        name=name,
        version=walk.version,
        after_id=walk.after_id,
        finished=walk.finished,
        at=at,
    )
