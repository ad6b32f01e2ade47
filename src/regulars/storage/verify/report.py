"""What a check found: rows looked at, and each row that is not as it must be.

3 checks of 15 done, 0 differences. A difference names its row and both figures: order 019…,
settled money, wanted 4,100, found 4,000.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import column, text

from regulars.domain.ledger.chain import Head
from regulars.storage.columns import Id, Whole, Words
from regulars.storage.engine import Read
from regulars.storage.statement import Statement

# More differences of one check than this are counted as "and more", not listed.
LISTED_MAX = 100
_LISTED = f"""
    SELECT what, subject, CAST(account AS bigint), CAST(wanted AS bigint), CAST(found AS bigint)
    FROM ({{finds}}) AS wrong LIMIT {LISTED_MAX + 1}
"""  # noqa: S608 - our own text

# Every kind of difference is named in the text of its question.
_WHAT = re.compile(r"SELECT '([a-z_]+)'")


class Difference(NamedTuple):
    """One row that is wrong: what about it, which row, what it should be and what it is."""

    what: str
    subject: UUID | None
    account: int | None
    wanted: int | None
    found: int | None


@dataclass(frozen=True, slots=True)
class Check:
    """One check that ran; `more` says that not every difference is listed.

    `waiting`: rows that are not as they must be in the end, and will be without anybody's help.
    """

    name: str
    rows_checked: int
    differences: tuple[Difference, ...]
    more: bool = False
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """All checks, and how much they covered."""

    checks: tuple[Check, ...]
    entries: int
    orders: int
    head: Head

    @property
    def differences(self) -> int:
        """How many rows are wrong, as far as they are listed."""
        return sum(len(check.differences) for check in self.checks)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come; `name` is the check that runs now. Units: about equal work."""

    done: float
    total: int
    name: str


Watcher = Callable[[Progress], None]


class Question:
    """A check in SQL that both engines read: how many rows it looks at, and which are wrong.

    The database does the work and hands over the differences alone, so a check needs no more
    memory for ten million orders than for ten. `finds` gives the columns of a `Difference`;
    `parts` are pieces of SQL that several checks share, put in where `{name}` stands.
    """

    __slots__ = ("_counts", "_finds", "name", "whats")
    weight = 1

    def __init__(
        self, name: str, *, counts: str, finds: str, parts: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.whats = frozenset(_WHAT.findall(finds))
        self._counts: Statement[int] = Statement(
            text(f"SELECT count(*) FROM {counts}").columns(column("rows_checked", Whole()))  # noqa: S608 - our own text
        )
        self._finds = Statement(
            text(_LISTED.format(finds=finds.format(**parts or {}))).columns(
                column("what", Words()),
                column("subject", Id()),
                column("account", Whole()),
                column("wanted", Whole()),
                column("found", Whole()),
            ),
            Difference,
        )

    def asked(self, read: Read) -> Check:
        """The check on one snapshot."""
        counted = read.all(self._counts)[0]
        wrong = read.all(self._finds)
        return Check(
            name=self.name,
            rows_checked=counted,
            differences=tuple(wrong[:LISTED_MAX]),
            more=len(wrong) > LISTED_MAX,
        )
