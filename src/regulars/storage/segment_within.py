"""The segments in which members are: one row for each member, since a regular is in dozens of them.

At every sale her memberships are read, by name; a row for each would be put together and taken apart
some thirty times to tell nothing more.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Text, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from regulars.storage.columns import Id
from regulars.storage.engine import Read
from regulars.storage.segment_asked import Unsought
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.segments import segment_member

_BETWEEN = ","


class _Gathered(FunctionElement[str]):
    """The ids of a group's rows in one text."""

    name = "gathered"
    inherit_cache = True
    type = Text()

    def __init__(self, column: ColumnElement[UUID]) -> None:
        super().__init__(column)


@compiles(_Gathered, "postgresql")
def _in_a_server(element: _Gathered, compiler: SQLCompiler, **options: object) -> str:
    return f"string_agg(CAST({compiler.process(element.clauses, **options)} AS text), ',')"


@compiles(_Gathered, "sqlite")
def _in_a_file(element: _Gathered, compiler: SQLCompiler, **options: object) -> str:
    return f"group_concat(hex({compiler.process(element.clauses, **options)}), ',')"


class _Within(NamedTuple):
    member_id: UUID
    segments: str


_in = segment_member.c
_open = (one_of(_in.member_id, "members", Id()), _in.left_at.is_(None))
_WITHIN = Statement(
    select(_in.member_id, _Gathered(_in.segment_id)).where(*_open).group_by(_in.member_id),
    _Within,
)
_WITHIN_THESE = Statement(
    select(_in.member_id, _Gathered(_in.segment_id))
    .where(*_open, one_of(Unsought(_in.segment_id), "segments", Id()))
    .group_by(_in.member_id),
    _Within,
)


def segments_of(
    read: Read, members: Sequence[UUID], *, among: Collection[UUID] | None = None
) -> Mapping[UUID, frozenset[str]]:
    """The segments in which members are, by name; of some alone where others do not matter."""
    if among is None:
        rows = read.all(_WITHIN, members=members)
    else:
        rows = read.all(_WITHIN_THESE, members=members, segments=sorted(among))
    return {
        row.member_id: frozenset([_name(one) for one in row.segments.split(_BETWEEN)])
        for row in rows
    }


@lru_cache(maxsize=4_096)
def _name(letters: str) -> str:
    return str(UUID(letters))
