"""A segment's condition as one question to the whole shop, read alike by both engines.

Leaves over the member's own row melt into one WHERE; all others are sets with names, and a member is
in them or not. Only Any writes sets out, as a UNION: nowhere does one operator stand beside another,
since `a UNION b INTERSECT c` means two things on two engines.

    found = read.all(Statement(members_of(condition, circumstances)))
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, assert_never
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.sql.visitors import iterate

from regulars.domain.kernel.condition import All, AnyOf, Compare, Condition, Not, OneOf, Within
from regulars.domain.kernel.period import Instant
from regulars.domain.segments.measures import measure_from
from regulars.domain.segments.member_state import Ground
from regulars.storage import segment_sql_orders, segment_sql_profile, segment_sql_value
from regulars.storage.columns import Id, Whole
from regulars.storage.engine import Read
from regulars.storage.segment_asked import (
    WHO,
    AllBut,
    Answer,
    Asked,
    contrary,
    named,
    outside_set,
    rows_where,
    together,
    within_set,
)
from regulars.storage.segments import NOBODY
from regulars.storage.statement import Statement

ANSWERS: Mapping[str, Callable[[Asked], Answer]] = {
    **segment_sql_orders.ANSWERS,
    **segment_sql_value.ANSWERS,
    **segment_sql_profile.ANSWERS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a condition is asked against. `born` gives the hashes of the birthdays of a day."""

    now: Instant
    ground: Ground
    born: Callable[[date], Sequence[bytes]]


class _Hit(NamedTuple):
    size: int
    id: UUID


def members_of(condition: Condition, circumstances: Circumstances) -> Select[tuple[UUID]]:
    """The ids of the active members for whom a condition holds, in a column `id`."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    return rows_where(and_(true(), *_each_met([_answer(part, circumstances) for part in parts])))


def size_of(condition: Condition, circumstances: Circumstances) -> Statement[int]:
    """How many there are."""
    found = members_of(condition, circumstances).subquery()
    return Statement(select(func.count()).select_from(found))


def some_of(condition: Condition, circumstances: Circumstances) -> Statement[UUID]:
    """At most `rows` of them in the order of their ids, after `after_id`."""
    found = members_of(condition, circumstances)
    return Statement(
        found.where(WHO.c.id > bindparam("after_id", type_=Id()))
        .order_by(WHO.c.id)
        .limit(bindparam("rows", type_=Whole()))
    )


def sized_page(
    read: Read, condition: Condition, circumstances: Circumstances, *, rows: int
) -> tuple[int, list[UUID]]:
    """How many members a condition holds for, and the first of them by their ids.

    What reads orders or accounts is worked out once for both.
    """
    found = members_of(condition, circumstances)
    if not any(isinstance(one, CTE) for one in iterate(found)):
        size = read.one(size_of(condition, circumstances)) or 0
        some = some_of(condition, circumstances)
        return size, read.all(some, after_id=NOBODY, rows=rows) if size else []
    hit = found.cte("hit")
    number = select(func.count()).select_from(hit).scalar_subquery()
    page = read.all(
        Statement(
            select(number, hit.c.id).order_by(hit.c.id).limit(bindparam("rows", type_=Whole())),
            _Hit,
        ),
        rows=rows,
    )
    return (page[0].size if page else 0), [one.id for one in page]


def _answer(condition: Condition, circumstances: Circumstances) -> Answer:
    match condition:
        case Compare() | OneOf() | Within():
            measure = measure_from(condition.field)
            asked = Asked(
                leaf=condition,
                measure=measure,
                now=circumstances.now,
                ground=circumstances.ground,
                born=circumstances.born,
            )
            return ANSWERS[measure.name](asked)
        case Not(part=part):
            return contrary(_answer(part, circumstances))
        case All(parts=parts):
            return _all([_answer(part, circumstances) for part in parts])
        case AnyOf(parts=parts):
            return _any([_answer(part, circumstances) for part in parts])
        case _:
            assert_never(condition)


def _met(answer: Answer) -> ColumnElement[bool]:
    """An answer as a condition on one member."""
    match answer:
        case AllBut(ids=ids):
            return outside_set(ids)
        case ColumnElement():
            return answer
        case _:
            return within_set(answer)


def _each_met(answers: list[Answer]) -> list[ColumnElement[bool]]:
    return [_met(answer) for answer in together(answers)]


def _all(answers: list[Answer]) -> Answer:
    met = and_(true(), *_each_met(answers))
    return met if all(isinstance(one, ColumnElement) for one in answers) else rows_where(met)


def _any(answers: list[Answer]) -> Answer:
    """One of the answers; with an "all but" among them it is all but those for whom none holds."""
    if all(isinstance(one, ColumnElement) for one in answers):
        return or_(false(), *(_met(answer) for answer in answers))
    if any(isinstance(one, AllBut) for one in answers):
        return AllBut(rows_where(and_(*(_met(contrary(answer)) for answer in answers))))
    rows = [one for one in answers if isinstance(one, ColumnElement)]
    sets = [named(one) for one in answers if not isinstance(one, ColumnElement | AllBut)]
    if rows:
        sets.append(named(rows_where(or_(*rows))))
    return union(*sets) if len(sets) > 1 else sets[0]
