"""Who was assigned to which arm, as rows: written once, never changed.

add(tx, [AssignmentRow(...)])     # whoever has an arm of the programme already keeps it
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from regulars.domain.insights.assignment import Design, design_data, design_from
from regulars.domain.insights.plan import Plan, plan_data, plan_from
from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Document, Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables.measurement import assignment, assignment_policy


class Policy(NamedTuple):
    """Table `assignment_policy`: one version of how a programme draws."""

    programme_id: UUID
    version: int
    design: Design
    plan: Plan
    recorded_at: Instant
    recorded_by: str


class AssignmentRow(NamedTuple):
    """Table `assignment`. Units: the propensity is of 10,000."""

    programme_id: UUID
    member_id: UUID
    arm: str
    propensity: int
    uniform: bool
    policy_version: int
    at: Instant
    store_id: UUID
    tier: str
    channel: str | None
    eligible_set: str


class ArmCount(NamedTuple):
    """How many members one version put into one arm, when, and how many of them lately."""

    policy_version: int
    arm: str
    members: int
    first_at: Instant
    last_at: Instant
    lately: int


class _PolicyRow(NamedTuple):
    programme_id: UUID
    version: int
    salt: str
    arms: object
    plan: object
    recorded_at: Instant
    recorded_by: str

    def policy(self) -> Policy:
        """What was written down."""
        return Policy(
            self.programme_id,
            self.version,
            design_from(self.salt, _mapping(self.arms)),
            plan_from(_mapping(self.plan)),
            self.recorded_at,
            self.recorded_by,
        )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


_policies, _row = assignment_policy.c, assignment.c
_PROGRAMME = bindparam("programme_id", type_=Id())
POLICIES = Statement(
    select(assignment_policy)
    .where(_policies.programme_id == _PROGRAMME)
    .order_by(_policies.version),
    _PolicyRow,
)
ASSIGNED = Statement(
    select(assignment).where(
        _row.programme_id == _PROGRAMME, one_of(_row.member_id, "member_ids", Id())
    ),
    AssignmentRow,
)
OF_MEMBER = Statement(
    select(assignment)
    .where(_row.member_id == bindparam("member_id", type_=Id()))
    .order_by(_row.at, _row.programme_id),
    AssignmentRow,
)
_DECLARE: Statement[object] = Statement(
    upsert(assignment_policy)
    .inline()
    .values(
        programme_id=_PROGRAMME,
        version=bindparam("version", type_=Whole()),
        salt=bindparam("salt", type_=Words()),
        arms=bindparam("arms", type_=Document()),
        plan=bindparam("plan", type_=Document()),
        recorded_at=bindparam("recorded_at", type_=At()),
        recorded_by=bindparam("recorded_by", type_=Words()),
    )
    .on_conflict_do_nothing()
)
_lately = case((_row.at >= bindparam("since", type_=At()), 1), else_=0)
_COUNTS = (
    select(
        _row.policy_version,
        _row.arm,
        func.count(type_=Whole()),
        func.min(_row.at, type_=At()),
        func.max(_row.at, type_=At()),
        total_of(_lately),
    )
    .where(_row.programme_id == _PROGRAMME)
    .group_by(_row.policy_version, _row.arm)
    .order_by(_row.policy_version, _row.arm)
)
COUNTS = Statement(_COUNTS, ArmCount)
COUNTS_OF_STORE = Statement(
    _COUNTS.where(_row.store_id == bindparam("store_id", type_=Id())), ArmCount
)
_DRAWN: Statement[UUID] = Statement(
    select(_row.member_id)
    .where(
        _row.programme_id == _PROGRAMME,
        _row.at > bindparam("after", type_=At()),
        _row.at <= bindparam("until", type_=At()),
    )
    .limit(1)
)


def policies_of(read: Read, programme_id: UUID) -> list[Policy]:
    """Every version of how a programme draws, oldest first."""
    return [row.policy() for row in read.all(POLICIES, programme_id=programme_id)]


def declare(tx: Write, policy: Policy) -> bool:
    """Write one version down; False where another process has written this number already."""
    return (
        tx.run(
            _DECLARE,
            programme_id=policy.programme_id,
            version=policy.version,
            salt=policy.design.salt,
            arms=design_data(policy.design),
            plan=plan_data(policy.plan),
            recorded_at=policy.recorded_at,
            recorded_by=policy.recorded_by,
        )
        == 1
    )


def add(tx: Write, rows: Sequence[AssignmentRow]) -> None:
    """Write arms down; a member who has one of this programme keeps it."""
    # Always in the same order: two workers that draw the same members wait for each other in turn.
    ordered: list[AssignmentRow] = sorted(rows, key=lambda row: row.member_id)
    tx.add_new(assignment, [row._asdict() for row in ordered])


def assigned_among(
    read: Read, programme_id: UUID, member_ids: Sequence[UUID]
) -> dict[UUID, AssignmentRow]:
    """Those of these members who have an arm of the programme."""
    rows = read.all(ASSIGNED, programme_id=programme_id, member_ids=list(member_ids))
    return {row.member_id: row for row in rows}


def any_drawn(read: Read, programme_id: UUID, *, after: Instant, until: Instant) -> bool:
    """Whether a programme drew anybody after one instant and up to another."""
    return bool(read.all(_DRAWN, programme_id=programme_id, after=after, until=until))


def arm_counts(
    read: Read, programme_id: UUID, *, since: Instant, store_id: UUID | None
) -> list[ArmCount]:
    """How many members each version put into each arm, of one store or of all."""
    if store_id is None:
        return read.all(COUNTS, programme_id=programme_id, since=since)
    return read.all(COUNTS_OF_STORE, programme_id=programme_id, since=since, store_id=store_id)
