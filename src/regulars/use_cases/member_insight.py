"""One member as her shop knows her: rhythm, stage, class, habits, what she said last.

王芳: 常客, comes every 6 days, 4 days ago, 高价值, 38.00 a visit, mostly in the afternoon at 人民广场店,
likes 芋泥鲜奶, gave 9 of 10 in May.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.insights.affinity import Daypart, Liked, daypart_of, favourites
from regulars.domain.kernel.period import Instant, business_time_of
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.storage import baskets, insights, surveys
from regulars.storage.engine import Read
from regulars.storage.insights import OrderedRow, StageRow
from regulars.storage.surveys import LastScore
from regulars.use_cases.judging import Standing, standing_of
from regulars.use_cases.recommending import allows_personal
from regulars.use_cases.yardstick import Yardstick

FAVOURITES_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What a member usually does, of her last orders. Units: minor units; the median ticket."""

    ticket_minor: int | None
    daypart: Daypart | None
    store_id: UUID | None
    liked: tuple[tuple[UUID, Liked], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a member. `allows_personal`: whether her purchases may be used for her."""

    standing: Standing
    history: Sequence[StageRow]
    habits: Habits
    last_score: LastScore | None
    allows_personal: bool


def known_of(read: Read, member_id: UUID, *, at: Instant) -> Known:
    """What is known of a member now. Refuses: member.unknown."""
    rows = read.all(insights.MEMBERS, members=[member_id])
    if not rows or rows[0].state == "erased":
        raise MEMBER_UNKNOWN.because()
    bought = insights.visit_days(read, [member_id]).get(member_id, [])
    allows = allows_personal(read, member_id)
    last = read.all(surveys.LAST_SCORE, member_id=member_id)
    return Known(
        standing=standing_of(rows[0], bought, Yardstick(read, at=at), at=at),
        history=read.all(insights.HISTORY, member_id=member_id),
        habits=_habits(read, member_id, allows_personal=allows),
        last_score=last[0] if last else None,
        allows_personal=allows,
    )


def _habits(read: Read, member_id: UUID, *, allows_personal: bool) -> Habits:
    ordered = read.all(insights.LAST_ORDERS, member_id=member_id)
    if not ordered:
        return Habits(ticket_minor=None, daypart=None, store_id=None, liked=())
    tickets = sorted(row.paid_minor for row in ordered)
    liked: list[tuple[UUID, Liked]] = []
    if allows_personal:
        found = favourites(baskets.visits_of(read, member_id))
        liked = sorted(found.items(), key=lambda one: (-one[1].share, one[0]))
    return Habits(
        ticket_minor=tickets[len(tickets) // 2],
        daypart=Counter(_daypart(row) for row in ordered).most_common(1)[0][0],
        store_id=Counter(row.store_id for row in ordered).most_common(1)[0][0],
        liked=tuple(liked[:FAVOURITES_SHOWN]),
    )


def _daypart(row: OrderedRow) -> Daypart:
    _, minutes = business_time_of(row.opened_at, zone=row.zone, cut_off_minutes=row.cut_off_minutes)
    return daypart_of(minutes)
