"""What one leaf of a segment asks of the tables, and the few shapes in which they answer.

A leaf answers either with a yes or no over the member's own row, or with a set of member ids. Both
know only true and false: where nothing is known of a member, the leaf does not hold for her.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ClauseElement,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    and_,
    bindparam,
    false,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import False_
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import ScalarSelect, SelectBase
from sqlalchemy.types import TypeEngine

from regulars.domain.kernel.condition import Compare, Leaf, OneOf, verdict
from regulars.domain.kernel.period import Instant
from regulars.domain.segments.conditions import Range, ranges_of
from regulars.domain.segments.kinds import DAY, EVER, Measure
from regulars.domain.segments.member_state import Ground
from regulars.storage.columns import At, Id, Whole
from regulars.storage.statement import Listed
from regulars.storage.statement import OneOf as ListedOneOf
from regulars.storage.tables.members import member, member_stats

Ids = Select[tuple[UUID]] | CompoundSelect[tuple[UUID]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Grouped:
    """Members by what their own rows come to. `of`: these rows; sets of the same are asked at once.

    `days`: of how many days they are. SQLite begins with the first of several sets: let it be small.
    """

    of: FromClause
    rows: Select[tuple[UUID]]
    having: ColumnElement[bool]
    days: int = EVER

    @property
    def ids(self) -> Ids:
        """The set by itself."""
        return self.rows.having(self.having)


@dataclass(frozen=True, slots=True)
class AllBut:
    """Everybody who is not in a set: never written out, only ever looked up."""

    ids: Ids | Grouped


Answer = ColumnElement[bool] | Ids | Grouped | AllBut

WHO = member.alias("who")
FIGURES = member_stats.alias("figures")
_WHO_AND_FIGURES = WHO.join(FIGURES, FIGURES.c.member_id == WHO.c.id)
_NEVER = literal_column("1") == literal_column("0")
_ACTIVE = WHO.c.state == literal_column("'active'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One leaf with what it is asked against. `born` finds the birthdays that are kept on a day."""

    leaf: Leaf
    measure: Measure
    now: Instant
    ground: Ground
    born: Callable[[date], Sequence[bytes]]

    def ago(self, span: timedelta) -> ColumnElement[Instant]:
        """The instant so long before now, as a bound value."""
        return literal(Instant(self.now - span), At())

    @property
    def until(self) -> ColumnElement[Instant]:
        """Now, as a bound value: windows end before it."""
        return literal(self.now, At())

    def days(self) -> Mapping[date, frozenset[UUID]]:
        """Which business day it is now, at which stores."""
        stores: dict[date, set[UUID]] = {}
        for store_id, store in self.ground.stores.items():
            stores.setdefault(store.day(self.now), set()).add(store_id)
        return {day: frozenset(found) for day, found in stores.items()}


def rows_where(condition: ColumnElement[bool]) -> Select[tuple[UUID]]:
    """The active members whose own row meets a condition; figures are read where it asks."""
    rows = _WHO_AND_FIGURES if _asks_figures(condition) else WHO
    # A plain false would swallow what a page adds to the WHERE, and the parameters with it.
    met = _NEVER if isinstance(condition, False_) else condition
    return select(WHO.c.id.label("id")).select_from(rows).where(_ACTIVE, met)


def _asks_figures(part: ClauseElement) -> bool:
    """Whether a condition itself, and no query within it, names a column of the figures."""
    if getattr(part, "table", None) is FIGURES:
        return True
    inner = (one for one in part.get_children() if not isinstance(one, SelectBase | ScalarSelect))
    return any(_asks_figures(one) for one in inner)


class Unsought(FunctionElement[T]):
    """A column by which SQLite is not to look for rows: its planner knows no figures of the shop.

    A server has statistics, and reads the column as it stands.
    """

    name = "unsought"
    inherit_cache = True

    def __init__(self, column: ColumnElement[T]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(Unsought, "postgresql")
def _as_it_is(element: Unsought[object], compiler: SQLCompiler, **options: object) -> str:
    return compiler.process(element.clauses, **options)


@compiles(Unsought, "sqlite")
def _not_by_index(element: Unsought[object], compiler: SQLCompiler, **options: object) -> str:
    return f"+{compiler.process(element.clauses, **options)}"


class Outside(FunctionElement[bool]):
    """Whether a member is in no row of a named query.

    PostgreSQL joins against NOT EXISTS and works NOT IN off row by row; SQLite the other way round.
    """

    name = "outside"
    inherit_cache = True
    type = Boolean()


@compiles(Outside, "postgresql")
def _not_exists(element: Outside, compiler: SQLCompiler, **options: object) -> str:
    who, found = element.clauses
    rows = compiler.process(found, **options)
    same = f"q.id = {compiler.process(who)}"
    return f"NOT EXISTS (SELECT 1 FROM {rows} AS q WHERE {same})"  # noqa: S608 - compiled parts


@compiles(Outside, "sqlite")
def _not_in(element: Outside, compiler: SQLCompiler, **options: object) -> str:
    who, found = element.clauses
    return f"{compiler.process(who)} NOT IN {compiler.process(found, **options)}"


def within_set(answer: Ids | Grouped) -> ColumnElement[bool]:
    """Whether a member is in a set.

    SQLite gives all compound operators one precedence, PostgreSQL does not: so each set is a query
    with a name, and only ever asked whether it holds a member. Named queries stand side by side:
    nested ones of a deep condition would not fit SQLite's parser.
    """
    return WHO.c.id.in_(named(answer))


def outside_set(answer: Ids | Grouped) -> ColumnElement[bool]:
    """Whether a member is not in a set."""
    return Outside(WHO.c.id, named(answer).scalar_subquery())


def named(answer: Ids | Grouped) -> Select[tuple[UUID]]:
    """A set as one operand that no engine reads together with its neighbours."""
    ids = answer.ids if isinstance(answer, Grouped) else answer
    return select(ids.cte().c.id)


def together(answers: Iterable[Answer]) -> list[Answer]:
    """Answers that all have to be met: those over the same rows are read from them at once."""
    kept, grouped = list[Answer](), dict[FromClause, Grouped]()
    others: list[Answer] = []
    for one in answers:
        if isinstance(one, Grouped):
            known = grouped.get(one.of)
            having = one.having if known is None else and_(known.having, one.having)
            grouped[one.of] = replace(one, having=having)
        else:
            others.append(one)
    for one in others:
        if isinstance(one, AllBut) and isinstance(one.ids, Grouped) and one.ids.of in grouped:
            known = grouped[one.ids.of]
            grouped[known.of] = replace(known, having=and_(known.having, not_(one.ids.having)))
        else:
            kept.append(one)
    return [*kept, *sorted(grouped.values(), key=lambda one: one.days)]


def listed(
    column: ColumnElement[T], values: Iterable[T], kind: TypeEngine[T]
) -> ColumnElement[bool]:
    """Whether a column holds one of some values, all of them one bound value."""
    return ListedOneOf(column, bindparam(None, list(values), type_=Listed(kind), unique=True))


def words_of(leaf: Leaf) -> tuple[str, ...]:
    """The words that a leaf over words looks for."""
    match leaf:
        case OneOf(values=values):
            return tuple(str(value) for value in values)
        case Compare(value=value):
            return (str(value),)
        case _:
            return ()


def ids_of(leaf: Leaf) -> list[UUID]:
    """The ids that a leaf over ids looks for."""
    return [UUID(word) for word in words_of(leaf)]


def in_ranges(column: ColumnElement[int], leaf: Leaf) -> ColumnElement[bool]:
    """Whether a number that is known is one for which the leaf holds."""
    if isinstance(leaf, OneOf):
        return listed(column, [int(value) for value in leaf.values], Whole())
    return or_(false(), *(_in_range(column, one) for one in ranges_of(leaf)))


def _in_range(column: ColumnElement[int], within: Range) -> ColumnElement[bool]:
    low, high = within
    bounds: list[ColumnElement[bool]] = []
    if low is not None:
        bounds.append(column >= literal(low, Whole()))
    if high is not None:
        bounds.append(column < literal(high, Whole()))
    return and_(true(), *bounds)


def age_in(column: ColumnElement[Instant], asked: Asked) -> ColumnElement[bool]:
    """Whether the whole days since an instant are a number for which the leaf holds."""
    return or_(false(), *(_age_in(column, one, asked) for one in ranges_of(asked.leaf)))


def _age_in(column: ColumnElement[Instant], within: Range, asked: Asked) -> ColumnElement[bool]:
    low, high = within
    bounds: list[ColumnElement[bool]] = [column.is_not(None)]
    if low is not None:
        bounds.append(column <= asked.ago(low * DAY))
    if high is not None:
        bounds.append(column > asked.ago(high * DAY))
    return and_(*bounds)


def counted(
    rows: Select[tuple[UUID]],
    number: ColumnElement[int],
    leaf: Leaf,
    *,
    of: FromClause,
    days: int = EVER,
) -> Grouped | AllBut:
    """The members for whom a sum over rows is one for which the leaf holds.

    Who has no row at all has none: where the leaf holds for 0, it is everybody but those for whom
    it does not.
    """
    found = in_ranges(number, leaf)
    if not verdict(leaf, {leaf.field: 0}).holds:
        return Grouped(of, rows, found, days)
    return AllBut(Grouped(of, rows, not_(found), days))


def told_yes(answer: Answer, leaf: Leaf) -> Answer:
    """A yes-or-no measure as its leaf asks for it: those with yes, or all but them."""
    return answer if isinstance(leaf, Compare) and leaf.value is True else contrary(answer)


def contrary(answer: Answer) -> Answer:
    """Everybody for whom an answer does not hold."""
    match answer:
        case AllBut(ids=ids):
            return ids
        case ColumnElement():
            return not_(answer)
        case _:
            return AllBut(answer)


def at_home(asked: Asked, condition: Callable[[date], ColumnElement[bool]]) -> ColumnElement[bool]:
    """A condition on the business day at each member's home store."""
    days = asked.days()
    if len(days) == 1:
        return condition(next(iter(days)))
    return or_(
        false(),
        *(
            and_(listed(WHO.c.joined_store_id, sorted(stores), Id()), condition(day))
            for day, stores in days.items()
        ),
    )
