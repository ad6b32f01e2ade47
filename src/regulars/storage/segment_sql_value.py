"""Segments by what members own, and by what of it ends soon, as sets of members."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import ColumnElement, FromClause, and_, func, literal, literal_column, select

from regulars.domain.segments.balance_measures import ACCOUNTS, LOTS_OF
from regulars.domain.segments.kinds import DAY
from regulars.storage.columns import Day, Id, Words
from regulars.storage.segment_asked import WHO, Answer, Asked, at_home, counted, listed
from regulars.storage.statement import total_of
from regulars.storage.tables.ledger import account, lot
from regulars.storage.tables.offers import coupon
from regulars.storage.tables.passes import member_pass

STORED = frozenset(ACCOUNTS["stored_value"])
_STORED_WORDS: list[ColumnElement[str]] = [
    literal_column(f"'{kind}'", Words()) for kind in ACCOUNTS["stored_value"]
]


def _balance(asked: Asked) -> Answer:
    one, kinds = account.alias(), frozenset(ACCOUNTS[asked.measure.name])
    # Who has nothing is found as one without a row.
    clauses = [one.c.balance != literal_column("0"), one.c.owner_id.is_not(None)]
    if kinds <= STORED:
        # In these words, by which SQLite knows the index of stored value.
        clauses.append(one.c.kind.in_(_STORED_WORDS))
    if kinds != STORED:
        clauses.append(listed(one.c.kind, sorted(kinds), Words()))
    rows = select(one.c.owner_id.label("id")).where(*clauses).group_by(one.c.owner_id)
    return counted(rows, total_of(one.c.balance), asked.leaf, of=one)


def _soon(asked: Asked, ends_on: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether a day lies within so many days from today, as the home store counts them."""

    def ends(today: date) -> ColumnElement[bool]:
        last = today + asked.measure.whole("days") * DAY
        return and_(ends_on > literal(today, Day()), ends_on <= literal(last, Day()))

    return at_home(asked, ends)


def _lots_ending(asked: Asked) -> Answer:
    one, holder = lot.alias(), account.alias()
    joined = one.join(holder, holder.c.id == one.c.account_id).join(
        WHO, WHO.c.id == holder.c.owner_id
    )
    rows = (
        select(holder.c.owner_id.label("id"))
        .select_from(joined)
        .where(
            holder.c.kind == literal(LOTS_OF[asked.measure.name], Words()),
            one.c.remaining > literal_column("0"),
            one.c.expires_on.is_not(None),
            _soon(asked, one.c.expires_on),
        )
        .group_by(holder.c.owner_id)
    )
    return counted(rows, total_of(one.c.remaining), asked.leaf, of=one)


def _coupons(ends: Callable[[Asked, FromClause], ColumnElement[bool]]) -> Callable[[Asked], Answer]:
    def ids(asked: Asked) -> Answer:
        one, kind = coupon.alias(), asked.measure.id("type")
        clauses = [
            one.c.state == literal_column("'issued'"),
            one.c.valid_from <= asked.until,
            one.c.valid_until > asked.until,
            ends(asked, one),
        ]
        if kind is not None:
            clauses.append(one.c.type_id == literal(kind, Id()))
        rows = select(one.c.member_id.label("id")).where(*clauses).group_by(one.c.member_id)
        return counted(rows, func.count(), asked.leaf, of=one)

    return ids


def _ends_soon(asked: Asked, one: FromClause) -> ColumnElement[bool]:
    return and_(one.c.valid_until <= asked.ago(-asked.measure.days()))


def _ends_whenever(_: Asked, one: FromClause) -> ColumnElement[bool]:
    return one.c.valid_until.is_not(None)


def _runs(one: FromClause) -> ColumnElement[bool]:
    return listed(one.c.state, ("active", "frozen"), Words())


def _uses_left(asked: Asked) -> Answer:
    one, kind = member_pass.alias(), asked.measure.id("type")
    clauses = [_runs(one)]
    if kind is not None:
        clauses.append(one.c.programme_id == literal(kind, Id()))
    rows = select(one.c.member_id.label("id")).where(*clauses).group_by(one.c.member_id)
    return counted(rows, total_of(one.c.uses - one.c.used), asked.leaf, of=one)


def _passes_ending(asked: Asked) -> Answer:
    one = member_pass.alias()
    rows = (
        select(one.c.member_id.label("id"))
        .select_from(one.join(WHO, WHO.c.id == one.c.member_id))
        .where(_runs(one), _soon(asked, one.c.ends_on))
        .group_by(one.c.member_id)
    )
    return counted(rows, func.count(), asked.leaf, of=one)


ANSWERS: Mapping[str, Callable[[Asked], Answer]] = {
    **dict.fromkeys(ACCOUNTS, _balance),
    **dict.fromkeys(LOTS_OF, _lots_ending),
    "coupons_expiring": _coupons(_ends_soon),
    "holds_coupon": _coupons(_ends_whenever),
    "pass_uses_left": _uses_left,
    "passes_expiring": _passes_ending,
}
