"""Segments by what was paid: visits, spending, goods and rhythm, as sets of members.

`visits_in(days=30)` reads the orders of thirty days through `orders_by_time`, and no other.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    distinct,
    exists,
    func,
    literal,
    literal_column,
    not_,
    select,
    type_coerce,
)

from regulars.domain.kernel.period import Instant, microseconds_of
from regulars.domain.segments.goods_measures import period_of
from regulars.domain.segments.kinds import EVER, GOODS_NAMES, goods_of, goods_of_step, stores_of
from regulars.storage.columns import Id, Whole, Words
from regulars.storage.segment_asked import (
    FIGURES,
    Answer,
    Asked,
    Grouped,
    Ids,
    Unsought,
    age_in,
    counted,
    in_ranges,
    listed,
    told_yes,
    words_of,
)
from regulars.storage.statement import total_of
from regulars.storage.tables.orders import order_line, orders

_MICROSECOND = timedelta(microseconds=1)
PLACE_NAMES = ("store", "region")
# A window of so large a part of all that was ever sold is read from all of it.
PART_OF_ALL = 4


def _kept(one: FromClause) -> ColumnElement[bool]:
    """What was given back whole is no visit."""
    kept = one.c.state.in_([literal_column("'paid'"), literal_column("'part_refunded'")])
    return and_(kept, one.c.member_id.is_not(None), one.c.settled_at.is_not(None))


def _most_of_all(asked: Asked, span: timedelta | None) -> bool:
    """Whether a window holds so much of what was ever sold that all of it may as well be read."""
    since = asked.ground.sells_since
    return span is None or (since is not None and (asked.now - since) < PART_OF_ALL * span)


def _has_goods(
    asked: Asked, one: FromClause, goods: frozenset[UUID] | None, span: timedelta | None
) -> ColumnElement[bool] | None:
    """Whether one of these products was in an order: by all of their lines, or order by order."""
    if goods is None:
        return None
    line = order_line.alias()
    sold = [
        line.c.state == literal_column("'sold'"),
        listed(line.c.product_id, sorted(goods), Id()),
    ]
    if _most_of_all(asked, span):
        return one.c.id.in_(select(line.c.order_id).where(*sold))
    return exists(select(line.c.id).where(line.c.order_id == one.c.id, *sold))


def _about(asked: Asked, one: FromClause, span: timedelta | None) -> list[ColumnElement[bool]]:
    """The orders of a window that a measure is about; None: of all time."""
    clauses = [_kept(one)]
    stores = stores_of(asked.measure, asked.ground)
    if stores is not None:
        clauses.append(listed(one.c.store_id, sorted(stores), Id()))
    channel = asked.measure.word("channel")
    if channel is not None:
        clauses.append(one.c.source == literal(channel, Words()))
    bought = _has_goods(asked, one, goods_of(asked.measure, asked.ground), span)
    if bought is not None:
        clauses.append(bought)
    if span is not None:
        clauses.append(_within(asked, one, span))
    return clauses


def _within(asked: Asked, one: FromClause, span: timedelta) -> ColumnElement[bool]:
    at: ColumnElement[Instant] = one.c.settled_at
    if _most_of_all(asked, span):
        # Reading all orders member by member is sooner done than sorting so many by member.
        at = Unsought(at)
    return and_(at >= asked.ago(span), at < asked.until)


def _order() -> FromClause:
    return orders.alias()


@lru_cache(maxsize=4_096)
def _orders_of(_: str) -> FromClause:
    """The orders as measures over the same ones name them."""
    return _order()


class _Sought(NamedTuple):
    """The orders of a window that a measure is about, by member."""

    one: FromClause
    rows: Select[tuple[UUID]]
    days: int

    def having(self, found: ColumnElement[bool]) -> Grouped:
        """The members whose orders are such."""
        return Grouped(self.one, self.rows, found, self.days)


def _sought(asked: Asked, span: timedelta | None) -> _Sought:
    measure = asked.measure
    about = (*PLACE_NAMES, "channel", *GOODS_NAMES)
    one = _orders_of("|".join([str(span), *(f"{name}={measure.word(name)}" for name in about)]))
    days = EVER if span is None else span.days
    return _Sought(one, _by_member(one, *_about(asked, one, span)), days)


def _by_member(one: FromClause, *clauses: ColumnElement[bool]) -> Select[tuple[UUID]]:
    return select(one.c.member_id.label("id")).where(*clauses).group_by(one.c.member_id)


def _net(one: FromClause) -> ColumnElement[int]:
    return one.c.due_minor - one.c.refunded_minor


def _visits(asked: Asked) -> Answer:
    return in_ranges(FIGURES.c.visits, asked.leaf)


def _spent(asked: Asked) -> Answer:
    return in_ranges(FIGURES.c.spent_minor, asked.leaf)


def _since_visit(asked: Asked) -> Answer:
    return age_in(FIGURES.c.last_visit_at, asked)


def _since_first_visit(asked: Asked) -> Answer:
    return age_in(FIGURES.c.first_visit_at, asked)


def _total(number: Callable[[FromClause], ColumnElement[int]]) -> Callable[[Asked], Answer]:
    """A measure that is 0 for a member without such an order."""

    def ids(asked: Asked) -> Answer:
        found = _sought(asked, asked.measure.days())
        return counted(found.rows, number(found.one), asked.leaf, of=found.one, days=found.days)

    return ids


def _figure(number: Callable[[FromClause], ColumnElement[int]]) -> Callable[[Asked], Answer]:
    """A measure that nobody knows of a member without such an order."""

    def ids(asked: Asked) -> Answer:
        found = _sought(asked, asked.measure.days())
        return found.having(in_ranges(number(found.one), asked.leaf))

    return ids


def _average(one: FromClause) -> ColumnElement[int]:
    return total_of(_net(one)) // func.count()


def _channels(asked: Asked) -> Answer:
    one = _order()
    span = asked.measure.days()
    seen = listed(one.c.source, words_of(asked.leaf), Words())
    return _by_member(one, *_about(asked, one, span), seen)


def _bought(asked: Asked) -> Answer:
    found = _sought(asked, asked.measure.days() if asked.measure.whole("days") else None)
    return counted(found.rows, func.count(), asked.leaf, of=found.one, days=found.days)


def _since_bought(asked: Asked) -> Answer:
    found = _sought(asked, None)
    newest = func.max(found.one.c.settled_at, type_=found.one.c.settled_at.type)
    return found.having(age_in(newest, asked))


def _before(asked: Asked, one: FromClause, span: timedelta) -> ColumnElement[bool]:
    """Whether the same member has such an order from before a window."""
    other = _order()
    same = (other.c.member_id == one.c.member_id, *_about(asked, other, None))
    return exists(select(other.c.id).where(*same, other.c.settled_at < asked.ago(span)))


def _first_time(asked: Asked) -> Answer:
    span = asked.measure.days()
    found = _sought(asked, span)
    return told_yes(found.having(not_(_before(asked, found.one, span))), asked.leaf)


def _resumed(asked: Asked) -> Answer:
    span = asked.measure.days("range")
    found = _sought(asked, span)
    oldest = func.min(found.one.c.settled_at, type_=found.one.c.settled_at.type)
    lately = oldest >= asked.ago(asked.measure.days("recent"))
    return told_yes(found.having(and_(lately, _before(asked, found.one, span))), asked.leaf)


def _stopped(asked: Asked) -> Answer:
    found = _sought(asked, asked.measure.days("range"))
    newest = func.max(found.one.c.settled_at, type_=found.one.c.settled_at.type)
    return told_yes(found.having(newest < asked.ago(asked.measure.days("recent"))), asked.leaf)


def _regularly(asked: Asked) -> Answer:
    measure, period = asked.measure, period_of(asked.measure)
    found = _sought(asked, measure.whole("of") * period)
    newest = literal(microseconds_of(asked.now) - 1, Whole())
    passed = newest - type_coerce(found.one.c.settled_at, Whole())
    number = passed // literal(period // _MICROSECOND, Whole())
    enough = func.count(distinct(number)) >= literal(measure.whole("n"), Whole())
    return told_yes(found.having(enough), asked.leaf)


def _sequence(asked: Asked) -> Answer:
    measure = asked.measure
    named = [measure.word(name) for name in ("first", "then", "third")]
    steps = [step for step in named if step is not None]
    gap = literal(measure.days("gap") // _MICROSECOND, Whole())
    clauses: list[ColumnElement[bool]] = []
    before: FromClause | None = None
    first = _order()
    for number, step in enumerate(steps):
        one = first if number == 0 else _order()
        span = measure.days()
        clauses += [_kept(one), _within(asked, one, span)]
        bought = _has_goods(asked, one, goods_of_step(step, asked.ground), span)
        if bought is not None:
            clauses.append(bought)
        if before is not None:
            later = type_coerce(one.c.settled_at, Whole())
            earlier = type_coerce(before.c.settled_at, Whole())
            same = one.c.member_id == before.c.member_id
            clauses += [same, later > earlier, later <= earlier + gap]
        before = one
    return told_yes(_by_member(first, *clauses), asked.leaf)


def _stores_seen(one: FromClause) -> ColumnElement[int]:
    return func.count(distinct(one.c.store_id))


ANSWERS: Mapping[str, Callable[[Asked], Answer | Ids]] = {
    "visits": _visits,
    "spent": _spent,
    "days_since_visit": _since_visit,
    "days_since_first_visit": _since_first_visit,
    "visits_in": _total(lambda _: func.count()),
    "spent_in": _total(lambda one: total_of(_net(one))),
    "stores_in": _total(_stores_seen),
    "ticket_max_in": _figure(lambda one: func.max(_net(one), type_=Whole())),
    "ticket_min_in": _figure(lambda one: func.min(_net(one), type_=Whole())),
    "ticket_avg_in": _figure(_average),
    "channel_in": _channels,
    "bought": _bought,
    "days_since_bought": _since_bought,
    "first_time": _first_time,
    "resumed": _resumed,
    "stopped": _stopped,
    "regularly": _regularly,
    "sequence": _sequence,
}
