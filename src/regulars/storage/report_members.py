"""Members counted by the database: who joined, where they stand, their classes and tiers.

    stages(read, question, Dimension.STORE)   # 人民广场店: 212 sleeping, 340 lost at the end of May

A member belongs to the store where she joined. Where she stood at the end of a past day is read from
her history, never from what she is today.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from regulars.domain.insights.lifecycle import Stage
from regulars.domain.reports.answer import Counted, Key, merged
from regulars.domain.reports.metric import Metric
from regulars.domain.reports.question import Question
from regulars.domain.reports.registry import Dimension
from regulars.storage.columns import At, Day, Id, Whole
from regulars.storage.engine import Read
from regulars.storage.report_sales import AS_OF, NOBODY, Column, ones
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables.insights import member_insight, member_stage
from regulars.storage.tables.members import member, tier_period

OF_STORES = one_of(member.c.joined_store_id, "stores", Id())
# Erased members and closed cards are members no more.
IS_MEMBER = member.c.state.in_(("active", "frozen"))
LAST_ON = bindparam("last_on", type_=Day())
ENDS_AT = bindparam("ends_at", type_=At())
JOINED_IN = and_(
    OF_STORES,
    member.c.joined_at >= bindparam("starts_at", type_=At()),
    member.c.joined_at < ENDS_AT,
)
JOINED_BEFORE = and_(OF_STORES, IS_MEMBER, member.c.joined_at < ENDS_AT)
_MOMENT = timedelta(microseconds=1)


class Mark(FunctionElement[int]):
    """One of a member's marks or figures inside what is kept of her class."""

    name = "mark"
    inherit_cache = False
    type = Whole()

    def __init__(self, part: str, number: int) -> None:
        self.part, self.number = part, number
        super().__init__(member_insight.c.why)


@compiles(Mark, "sqlite")
def _mark_in_text(element: Mark, compiler: SQLCompiler, **options: object) -> str:
    document = compiler.process(element.clauses, **options)
    return f"json_extract({document}, '$.rfm.{element.part}[{element.number}]')"


@compiles(Mark, "postgresql")
def _mark_in_jsonb(element: Mark, compiler: SQLCompiler, **options: object) -> str:
    document = compiler.process(element.clauses, **options)
    return f"CAST(({document} #>> '{{rfm,{element.part},{element.number}}}') AS BIGINT)"


RECENCY, FREQUENCY, SPENT = Mark("marks", 0), Mark("marks", 1), Mark("figures", 2)


class _Count(NamedTuple):
    key: UUID | str
    members: int


class _Stages(NamedTuple):
    key: UUID | str
    sleeping: int
    lost: int


class _Changes(NamedTuple):
    key: UUID | str
    turned_lost: int
    won_back: int


class _Class(NamedTuple):
    recency: int | None
    frequency: int | None
    members: int
    spent_minor: int


_BY: Mapping[Dimension, Column] = {
    Dimension.ALL: NOBODY,
    Dimension.STORE: member.c.joined_store_id,
}


def _grouped(key: Column) -> list[Column]:
    return [] if key is NOBODY else [key]


def counted_members(condition: ColumnElement[bool]) -> Mapping[Dimension, Statement[_Count]]:
    """How many members fulfil a condition, in all and by store."""
    return {
        dimension: Statement(
            select(key, func.count()).select_from(member).where(condition).group_by(*_grouped(key)),
            _Count,
        )
        for dimension, key in _BY.items()
    }


_JOINED, _MEMBERS = counted_members(JOINED_IN), counted_members(JOINED_BEFORE)

# The newest row that a member had by the end of the last day, as far as it was known.
_newest = (
    select(member_stage.c.member_id, func.max(member_stage.c.number).label("number"))
    .where(member_stage.c.since <= LAST_ON, member_stage.c.at <= AS_OF)
    .group_by(member_stage.c.member_id)
    .subquery("newest")
)


# Members with the stage that each had at the end.
STOOD = _newest.join(
    member_stage,
    and_(
        member_stage.c.member_id == _newest.c.member_id,
        member_stage.c.number == _newest.c.number,
    ),
).join(member, member.c.id == _newest.c.member_id)
STAGE = member_stage.c.stage
_STAGES = {
    dimension: Statement(
        select(
            key,
            ones(STAGE.in_((Stage.AT_RISK.value,))),
            ones(STAGE.in_((Stage.LOST.value,))),
        )
        .select_from(STOOD)
        .where(OF_STORES, IS_MEMBER)
        .group_by(*_grouped(key)),
        _Stages,
    )
    for dimension, key in _BY.items()
}
_CHANGES = {
    dimension: Statement(
        select(key, ones(STAGE.in_((Stage.LOST.value,))), ones(STAGE.in_((Stage.WON_BACK.value,))))
        .select_from(member_stage.join(member, member.c.id == member_stage.c.member_id))
        .where(
            OF_STORES,
            member_stage.c.since >= bindparam("from_on", type_=Day()),
            member_stage.c.since <= LAST_ON,
            member_stage.c.at <= AS_OF,
            member_stage.c.before.is_not(None),
        )
        .group_by(*_grouped(key)),
        _Changes,
    )
    for dimension, key in _BY.items()
}
_judged = (
    select(RECENCY.label("recency"), FREQUENCY.label("frequency"), SPENT.label("spent"))
    .select_from(member_insight.join(member, member.c.id == member_insight.c.member_id))
    .where(OF_STORES, IS_MEMBER)
    .subquery("judged")
)
_CLASSES = Statement(
    select(
        _judged.c.recency, _judged.c.frequency, func.count(), total_of(_judged.c.spent)
    ).group_by(_judged.c.recency, _judged.c.frequency),
    _Class,
)
_held = (
    select(tier_period.c.member_id, func.max(tier_period.c.since).label("since"))
    .where(tier_period.c.since < ENDS_AT)
    .group_by(tier_period.c.member_id)
    .subquery("held")
)
TIER_OF = _held.join(
    tier_period,
    and_(
        tier_period.c.member_id == _held.c.member_id,
        tier_period.c.since == _held.c.since,
    ),
).join(member, member.c.id == _held.c.member_id)
_TIERS_BY: Mapping[Dimension, Column] = {
    Dimension.ALL: NOBODY,
    Dimension.TIER: tier_period.c.tier,
}
_TIERS = {
    dimension: Statement(
        select(key, func.count())
        .select_from(TIER_OF)
        .where(OF_STORES, IS_MEMBER)
        .group_by(*_grouped(key)),
        _Count,
    )
    for dimension, key in _TIERS_BY.items()
}


def by_clock(question: Question) -> list[dict[str, object]]:
    """For each clock its stores, and the moments at which the period begins and ends there."""
    known_until = question.as_of + _MOMENT
    return [
        {
            "stores": stores,
            "starts_at": clock.starts(question.days.from_on),
            "ends_at": min(clock.starts(question.days.until_on), known_until),
        }
        for clock, stores in question.clocks().items()
    ]


def _counts(
    read: Read, statement: Statement[_Count], question: Question, metric: Metric, *names: str
) -> Counted:
    asked = [
        statement.ask(**{name: value for name, value in values.items() if name in names})
        for values in by_clock(question)
    ]
    return merged({row.key: {metric: row.members}} for rows in read.each(asked) for row in rows)


def joined(read: Read, question: Question, dimension: Dimension) -> Counted:
    """Who joined in the period, by the store where she did."""
    names = ("stores", "starts_at", "ends_at")
    return _counts(read, _JOINED[dimension], question, Metric.MEMBERS_JOINED, *names)


def members(read: Read, question: Question, dimension: Dimension) -> Counted:
    """Who was a member at the end and is one still."""
    return _counts(read, _MEMBERS[dimension], question, Metric.MEMBERS, "stores", "ends_at")


def last_on(question: Question) -> dict[str, object]:
    """The stores, the last day and the moment as parameters."""
    return {
        "stores": question.stores,
        "last_on": question.days.until_on - timedelta(days=1),
        "as_of": question.as_of,
    }


def stages(read: Read, question: Question, dimension: Dimension) -> Counted:
    """Who was silent for too long at the end, and who was lost."""
    rows = read.all(_STAGES[dimension], **last_on(question))
    return {
        row.key: {Metric.MEMBERS_SLEEPING: row.sleeping, Metric.MEMBERS_LOST: row.lost}
        for row in rows
    }


def stage_changes(read: Read, question: Question, dimension: Dimension) -> Counted:
    """Who turned lost in the period, and who came back."""
    from_on = question.days.from_on
    rows = read.all(_CHANGES[dimension], from_on=from_on, **last_on(question))
    return {
        row.key: {
            Metric.MEMBERS_TURNED_LOST: row.turned_lost,
            Metric.MEMBERS_WON_BACK: row.won_back,
        }
        for row in rows
    }


def classes(read: Read, question: Question, dimension: Dimension) -> Counted:
    """The members of each pair of marks, as they were judged last; None: not judged, no visit."""
    rows = read.all(_CLASSES, stores=question.stores)
    key_of: Callable[[_Class], Key] = (
        (lambda _: "")
        if dimension is Dimension.ALL
        else (lambda row: None if row.recency is None else f"{row.recency}/{row.frequency}")
    )
    return merged(
        {
            key_of(row): {
                Metric.MEMBERS_IN_CLASS: row.members,
                Metric.CLASS_SPENT: row.spent_minor,
            }
        }
        for row in rows
    )


def tiers(read: Read, question: Question, dimension: Dimension) -> Counted:
    """The members of each tier at the end."""
    return _counts(read, _TIERS[dimension], question, Metric.MEMBERS_IN_TIER, "stores", "ends_at")
