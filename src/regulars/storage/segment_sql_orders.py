"""Segments by what was paid: visits, spending, goods and rhythm, as sets of members.

`visits_in(days=30)` reads the orders of thirty days through `orders_by_time`, and no other.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
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

from regulars.domain.kernel.period import microseconds_of
from regulars.domain.segments.goods_measures import period_of
from regulars.domain.segments.kinds import goods_of, goods_of_step, stores_of
from regulars.storage.columns import Id, Whole, Words
from regulars.storage.segment_asked import (
    FIGURES,
    Answer,
    Asked,
    Ids,
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


def _kept(one: FromClause) -> ColumnElement[bool]:
    """What was given back whole is no visit."""
    kept = one.c.state.in_([literal_column("'paid'"), literal_column("'part_refunded'")])
    return and_(kept, one.c.member_id.is_not(None), one.c.settled_at.is_not(None))


def _has_goods(one: FromClause, goods: frozenset[UUID] | None) -> ColumnElement[bool] | None:
    if goods is None:
        return None
    line = order_line.alias()
    return exists(
        select(line.c.id).where(
            line.c.order_id == one.c.id,
            line.c.state == literal_column("'sold'"),
            listed(line.c.product_id, sorted(goods), Id()),
        )
    )


def _about(asked: Asked, one: FromClause) -> list[ColumnElement[bool]]:
    """The orders that a measure is about; the time is not asked."""
    clauses = [_kept(one)]
    stores = stores_of(asked.measure, asked.ground)
    if stores is not None:
        clauses.append(listed(one.c.store_id, sorted(stores), Id()))
    channel = asked.measure.word("channel")
    if channel is not None:
        clauses.append(one.c.source == literal(channel, Words()))
    bought = _has_goods(one, goods_of(asked.measure, asked.ground))
    if bought is not None:
        clauses.append(bought)
    return clauses


def _within(asked: Asked, one: FromClause, span: timedelta) -> ColumnElement[bool]:
    return and_(one.c.settled_at >= asked.ago(span), one.c.settled_at < asked.until)


def _order() -> FromClause:
    return orders.alias()


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
        one = _order()
        span = asked.measure.days()
        rows = _by_member(one, *_about(asked, one), _within(asked, one, span))
        return counted(rows, number(one), asked.leaf)

    return ids


def _figure(number: Callable[[FromClause], ColumnElement[int]]) -> Callable[[Asked], Answer]:
    """A measure that nobody knows of a member without such an order."""

    def ids(asked: Asked) -> Answer:
        one = _order()
        span = asked.measure.days()
        rows = _by_member(one, *_about(asked, one), _within(asked, one, span))
        return rows.having(in_ranges(number(one), asked.leaf))

    return ids


def _average(one: FromClause) -> ColumnElement[int]:
    return total_of(_net(one)) // func.count()


def _channels(asked: Asked) -> Answer:
    one = _order()
    span = asked.measure.days()
    seen = listed(one.c.source, words_of(asked.leaf), Words())
    return _by_member(one, *_about(asked, one), _within(asked, one, span), seen)


def _bought(asked: Asked) -> Answer:
    one = _order()
    clauses = _about(asked, one)
    if asked.measure.whole("days"):
        clauses.append(_within(asked, one, asked.measure.days()))
    return counted(_by_member(one, *clauses), func.count(), asked.leaf)


def _since_bought(asked: Asked) -> Answer:
    one = _order()
    newest = func.max(one.c.settled_at, type_=one.c.settled_at.type)
    return _by_member(one, *_about(asked, one)).having(age_in(newest, asked))


def _before(asked: Asked, one: FromClause, span: timedelta) -> ColumnElement[bool]:
    """Whether the same member has such an order from before a window."""
    other = _order()
    same = (other.c.member_id == one.c.member_id, *_about(asked, other))
    return exists(select(other.c.id).where(*same, other.c.settled_at < asked.ago(span)))


def _first_time(asked: Asked) -> Answer:
    one, span = _order(), asked.measure.days()
    lately = [*_about(asked, one), _within(asked, one, span)]
    found = _by_member(one, *lately).having(not_(_before(asked, one, span)))
    return told_yes(found, asked.leaf)


def _resumed(asked: Asked) -> Answer:
    one, span = _order(), asked.measure.days("range")
    oldest = func.min(one.c.settled_at, type_=one.c.settled_at.type)
    lately = oldest >= asked.ago(asked.measure.days("recent"))
    rows = _by_member(one, *_about(asked, one), _within(asked, one, span))
    return told_yes(rows.having(and_(lately, _before(asked, one, span))), asked.leaf)


def _stopped(asked: Asked) -> Answer:
    one = _order()
    rows = _by_member(one, *_about(asked, one), _within(asked, one, asked.measure.days("range")))
    newest = func.max(one.c.settled_at, type_=one.c.settled_at.type)
    return told_yes(rows.having(newest < asked.ago(asked.measure.days("recent"))), asked.leaf)


def _regularly(asked: Asked) -> Answer:
    one, measure = _order(), asked.measure
    period, of = period_of(measure), measure.whole("of")
    rows = _by_member(one, *_about(asked, one), _within(asked, one, of * period))
    newest = literal(microseconds_of(asked.now) - 1, Whole())
    passed = newest - type_coerce(one.c.settled_at, Whole())
    number = passed // literal(period // _MICROSECOND, Whole())
    enough = func.count(distinct(number)) >= literal(measure.whole("n"), Whole())
    return told_yes(rows.having(enough), asked.leaf)


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
        clauses += [_kept(one), _within(asked, one, measure.days())]
        bought = _has_goods(one, goods_of_step(step, asked.ground))
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
