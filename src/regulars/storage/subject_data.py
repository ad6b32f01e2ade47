"""Everything that is kept about one member, whichever table it lies in.

The tables tell it themselves: each that names a member has her rows in it, and each that refers to
one of those has the rows below it. A new table is part of every copy without anybody's thinking of it.
"""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Column, Table, bindparam, or_, select

from regulars.storage.columns import Id, Whole, metadata
from regulars.storage.engine import Read
from regulars.storage.schema import import_tables
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.insights import survey_answer
from regulars.storage.tables.ledger import account, entry, lot, posting
from regulars.storage.tables.members import consent, identity, member
from regulars.storage.tables.messaging import contact_point, message, message_link
from regulars.storage.vault import MemberKey

Row = dict[str, object]

_NAMES_A_MEMBER = frozenset(
    {
        "member_id",
        "from_member_id",
        "to_member_id",
        "inviter_id",
        "invited_id",
        "survivor_id",
        "absorbed_id",
        "one_member_id",
        "other_member_id",
    }
)
# What is worked through and thrown away says nothing that the rest does not.
_PASSING = frozenset({"segment_staged", "member_walk", "segment_due"})
# A row of these lies below a row of hers, by one of its columns.
_BELOW: Mapping[str, tuple[str, str]] = {
    "order_line": ("orders", "order_id"),
    "order_adjustment": ("orders", "order_id"),
    "payment": ("orders", "order_id"),
    "refund": ("orders", "order_id"),
    "pass_use": ("member_pass", "pass_id"),
    "coupon_event": ("coupon", "coupon_id"),
    "message_event": ("message", "message_id"),
    "message_link": ("message", "message_id"),
    "journey_log": ("journey_run", "run_id"),
    "effect": ("journey_run", "run_id"),
}


def _rows_of(table: Table) -> Callable[..., Row]:
    names = [column.name for column in table.columns]

    def row(*values: object) -> Row:
        return dict(zip(names, values, strict=True))

    return row


def _of_member(table: Table) -> Statement[Row] | None:
    columns = [one for one in table.columns if one.name in _NAMES_A_MEMBER]
    if not columns or table.name in _PASSING:
        return None
    wanted = bindparam("member", type_=Id())
    return Statement(select(table).where(or_(*[one == wanted for one in columns])), _rows_of(table))


def _below(table: Table, column: Column[UUID]) -> Statement[Row]:
    return Statement(select(table).where(one_of(column, "ids", Id())), _rows_of(table))


import_tables()
_TABLES: dict[str, Statement[Row]] = {
    table.name: statement
    for table in metadata.sorted_tables
    if (statement := _of_member(table)) is not None
}
_UNDER: dict[str, Statement[Row]] = {
    table.name: _below(table, table.c[_BELOW[table.name][1]])
    for table in metadata.sorted_tables
    if table.name in _BELOW
}
_MEMBER_ROW = Statement(
    select(member).where(member.c.id == bindparam("member", type_=Id())), _rows_of(member)
)
_ACCOUNTS = Statement(
    select(account).where(account.c.owner_id == bindparam("member", type_=Id())),
    _rows_of(account),
)
_POSTINGS = Statement(
    select(posting)
    .where(
        or_(
            one_of(posting.c.from_account, "accounts", Whole()),
            one_of(posting.c.to_account, "accounts", Whole()),
        )
    )
    .order_by(posting.c.entry_id, posting.c.number),
    _rows_of(posting),
)
_ENTRIES = Statement(
    select(entry).where(one_of(entry.c.id, "ids", Id())).order_by(entry.c.id), _rows_of(entry)
)
_LOTS = Statement(
    select(lot).where(one_of(lot.c.account_id, "accounts", Whole())).order_by(lot.c.id),
    _rows_of(lot),
)


def everything(read: Read, member_id: UUID, key: MemberKey) -> dict[str, list[Row]]:
    """All rows about a member by table, opened where they are sealed by her key."""
    found: dict[str, list[Row]] = {"member": read.all(_MEMBER_ROW, member=member_id)}
    for name, statement in _TABLES.items():
        found[name] = read.all(statement, member=member_id)
    for name, statement in _UNDER.items():
        ids = [row["id"] for row in found[_BELOW[name][0]]]
        found[name] = read.all(statement, ids=ids)
    found["account"] = read.all(_ACCOUNTS, member=member_id)
    numbers = [row["id"] for row in found["account"]]
    found["posting"] = read.all(_POSTINGS, accounts=numbers)
    found["entry"] = read.all(
        _ENTRIES,
        ids=sorted(
            {str(row["entry_id"]): row["entry_id"] for row in found["posting"]}.values(), key=str
        ),
    )
    found["lot"] = read.all(_LOTS, accounts=numbers)
    return {name: [_opened(name, row, key) for row in rows] for name, rows in found.items() if rows}


# The column that is sealed, and by which column of the row it is bound, if by any.
_SEALED: Mapping[str, tuple[tuple[str, str | None], ...]] = {
    member.name: tuple(
        (name, None) for name in ("name", "birthday", "address", "gender", "likes", "taboos")
    ),
    identity.name: (("value", "blind_index"),),
    contact_point.name: (("value", "blind_index"),),
    consent.name: (("evidence", None),),
    message.name: (("text", "id"),),
    message_link.name: (("target", "locator"),),
    survey_answer.name: (("words", "id"),),
}


def _opened(table: str, row: Row, key: MemberKey) -> Row:
    shown: Row = {name: value for name, value in row.items() if not isinstance(value, bytes)}
    for column, bound_by in _SEALED.get(table, ()):
        value = row[column]
        if isinstance(value, bytes):
            shown[column] = _open(
                table, column, value, key, None if bound_by is None else row[bound_by]
            )
    return shown


def _open(table: str, column: str, value: bytes, key: MemberKey, bound_by: object) -> str:
    if bound_by is None:
        return key.open(value, table=table, column=column)
    place = bound_by.bytes if isinstance(bound_by, UUID) else bound_by
    if not isinstance(place, bytes):
        raise TypeError(f"{table}.{column} is bound to no bytes")
    return key.open(value, table=table, column=column, row=place)


def tables_told() -> Sequence[str]:
    """The tables of which a copy may hold rows."""
    return sorted({"member", "account", "posting", "entry", "lot", *_TABLES, *_UNDER})
