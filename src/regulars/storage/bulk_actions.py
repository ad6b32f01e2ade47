"""Bulk actions as rows: who is meant, how far each is, and what became of whom.

ids = read.all(NEXT, after_id=row.after_id, upto_id=row.upto_id, rows=100)
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, select, update

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.bulk import NOT_REFUSED, Chosen
from regulars.storage.columns import At, Document, Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.bulk_actions import bulk_action, bulk_action_member
from regulars.storage.tables.members import member, member_tag
from regulars.storage.tables.segments import segment_member

BULK_UNKNOWN = refusal_code("bulk.unknown")

NOBODY = UUID(int=0)
LISTED_MAX = 100


class BulkRow(NamedTuple):
    """Table `bulk_action`. Units: minor units."""

    id: UUID
    chosen: object
    act: object
    reason: str
    members: int
    cost_minor: int
    upto_id: UUID
    made_at: Instant
    made_by: str
    state: str
    after_id: UUID
    done: int
    found: dict[str, int]
    decided_at: Instant | None
    decided_by: str | None
    ended_at: Instant | None
    ended_by: str | None
    end_reason: str | None
    kept_until: Instant | None


class OutcomeRow(NamedTuple):
    """What became of one member."""

    member_id: UUID
    outcome: str


class MeantRow(NamedTuple):
    """A member who is meant, and how her record is."""

    id: UUID
    state: str


class TagRow(NamedTuple):
    """A word on one of some members."""

    member_id: UUID
    tag: str


_b, _m, _s = bulk_action.c, bulk_action_member.c, segment_member.c
_THIS = _b.id == bindparam("this", type_=Id())
_ROWS = bindparam("rows", type_=Whole())
ONE = Statement(select(bulk_action).where(_THIS), BulkRow)
ONE_LOCKED = Statement(select(bulk_action).where(_THIS).with_for_update(), BulkRow)
NEWEST = Statement(
    select(bulk_action).order_by(_b.made_at.desc(), _b.id.desc()).limit(LISTED_MAX), BulkRow
)
# Those that wait are never many: each was written with a reason.
WAITING = Statement(
    select(bulk_action).where(_b.state == "waiting").order_by(_b.made_at, _b.id), BulkRow
)
HOW_MANY_WAITING: Statement[int] = Statement(
    select(func.count()).select_from(bulk_action).where(_b.state == "waiting")
)
RUNNING = Statement(
    select(bulk_action).where(_b.state == "running").order_by(_b.made_at, _b.id).limit(1), BulkRow
)
OVERDUE: Statement[UUID] = Statement(
    select(_b.id)
    .where(_b.kept_until.isnot(None), _b.kept_until <= bindparam("now", type_=At()))
    .order_by(_b.kept_until, _b.id)
    .limit(1)
)
# Of two decisions, or two steps from the same place, one finds no row.
DECIDE: Statement[object] = Statement(
    update(bulk_action)
    .where(_THIS, _b.state == "waiting")
    .values(
        state="running",
        decided_at=bindparam("at", type_=At()),
        decided_by=bindparam("by", type_=Words()),
    )
)
END: Statement[object] = Statement(
    update(bulk_action)
    .where(_THIS, _b.state.in_(("waiting", "running")))
    .values(
        state=bindparam("new_state", type_=Words()),
        ended_at=bindparam("at", type_=At()),
        ended_by=bindparam("by", type_=Words()),
        end_reason=bindparam("why", type_=Words()),
        kept_until=bindparam("until", type_=At()),
    )
)
ADVANCE: Statement[object] = Statement(
    update(bulk_action)
    .where(_THIS, _b.after_id == bindparam("seen", type_=Id()), _b.state == "running")
    .values(
        after_id=bindparam("upto", type_=Id()),
        done=bindparam("so_far", type_=Whole()),
        found=bindparam("told", type_=Document()),
        state=bindparam("now_state", type_=Words()),
        ended_at=bindparam("over_at", type_=At()),
        kept_until=bindparam("until", type_=At()),
    )
)
FORGOTTEN: Statement[object] = Statement(update(bulk_action).where(_THIS).values(kept_until=None))
_SOME = (
    select(_m.member_id)
    .where(_m.bulk_action_id == bindparam("this", type_=Id()))
    .order_by(_m.member_id)
    .limit(_ROWS)
)
FORGET: Statement[object] = Statement(
    delete(bulk_action_member).where(
        _m.bulk_action_id == bindparam("that", type_=Id()), _m.member_id.in_(_SOME)
    )
)
_OF_ACTION = (
    select(_m.member_id, _m.outcome)
    .where(
        _m.bulk_action_id == bindparam("this", type_=Id()),
        _m.member_id > bindparam("after_id", type_=Id()),
    )
    .order_by(_m.member_id)
    .limit(_ROWS)
)
REFUSED = Statement(
    _OF_ACTION.where(_m.outcome.not_in(sorted(one.value for one in NOT_REFUSED))), OutcomeRow
)
TAKEN = Statement(_OF_ACTION.where(_m.outcome == "done"), OutcomeRow)

# Locked in the order of their ids, as whoever locks several members does.
MEANT = Statement(
    select(member.c.id, member.c.state)
    .where(one_of(member.c.id, "members", Id()))
    .order_by(member.c.id)
    .with_for_update(),
    MeantRow,
)
TAGS_OF = Statement(
    select(member_tag.c.member_id, member_tag.c.tag).where(
        one_of(member_tag.c.member_id, "members", Id())
    ),
    TagRow,
)


class Reach(NamedTuple):
    """How one way to choose members is asked: how many they are, and who comes next."""

    number: Statement[int]
    following: Statement[UUID]


def _reach(ids: Select[tuple[UUID]], column: ColumnElement[UUID]) -> Reach:
    meant = ids.where(
        column > bindparam("after_id", type_=Id()), column <= bindparam("upto_id", type_=Id())
    )
    counted = meant.subquery("meant")
    return Reach(
        number=Statement(select(func.count()).select_from(counted)),
        following=Statement(meant.order_by(column).limit(_ROWS)),
    )


_IN_STORES = one_of(member.c.joined_store_id, "stores", Id())
_EVERYBODY = select(member.c.id)
_TICKED = _EVERYBODY.where(one_of(member.c.id, "ticked", Id()))
_INSIDE = select(_s.member_id).where(
    _s.segment_id == bindparam("segment_id", type_=Id()), _s.left_at.is_(None)
)
_JOINED = member.c.id == _s.member_id
EVERYBODY = _reach(_EVERYBODY, member.c.id)
OF_STORES = _reach(_EVERYBODY.where(_IN_STORES), member.c.id)
TICKED = _reach(_TICKED, member.c.id)
INSIDE = _reach(_INSIDE, _s.member_id)
INSIDE_OF_STORES = _reach(_INSIDE.join(member, _JOINED).where(_IN_STORES), _s.member_id)


class Asked(NamedTuple):
    """A way to choose members with what it needs to know."""

    reach: Reach
    named: dict[str, object]


def asked_for(chosen: Chosen) -> Asked:
    """How those who are meant are found."""
    named: dict[str, object] = {}
    if chosen.member_ids:
        return Asked(TICKED, {"ticked": list(chosen.member_ids)})
    if chosen.store_ids:
        named["stores"] = list(chosen.store_ids)
    if chosen.segment_id is not None:
        named["segment_id"] = chosen.segment_id
        return Asked(INSIDE_OF_STORES if chosen.store_ids else INSIDE, named)
    return Asked(OF_STORES if chosen.store_ids else EVERYBODY, named)


def number_of(read: Read, chosen: Chosen, *, upto_id: UUID, after_id: UUID = NOBODY) -> int:
    """How many are meant between two ids."""
    reach, named = asked_for(chosen)
    return read.one(reach.number, **named, after_id=after_id, upto_id=upto_id) or 0


def add(tx: Write, row: BulkRow) -> None:
    """Write down what is proposed."""
    tx.add(bulk_action, [row._asdict()])


def tell(tx: Write, action_id: UUID, outcomes: Sequence[OutcomeRow]) -> None:
    """Write down what became of some members."""
    rows = [{"bulk_action_id": action_id, **one._asdict()} for one in outcomes]
    tx.add(bulk_action_member, rows)


def known(read: Read, action_id: UUID) -> BulkRow:
    """A bulk action. Refuses: bulk.unknown."""
    row = read.one(ONE, this=action_id)
    if row is None:
        raise BULK_UNKNOWN.because()
    return row


def locked(tx: Write, action_id: UUID) -> BulkRow:
    """A bulk action that nobody else changes until the commit. Refuses: bulk.unknown."""
    row = tx.one(ONE_LOCKED, this=action_id)
    if row is None:
        raise BULK_UNKNOWN.because()
    return row
