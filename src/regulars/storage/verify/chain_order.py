"""Whether the chain has passed an entry by, or has only not come to it yet: told by the facts.

At noon the chain's last block was made. Then the server's clock was set back to eleven, 王芳 bought
something, and the server was stopped. By the clock her sale is older than the block; but facts are
numbered as things happen, and no entry that is chained came after hers: the chain takes it up when
the server starts.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, type_coerce

from regulars.storage.chain_walk import unchained_within
from regulars.storage.columns import Id, Whole
from regulars.storage.engine import Read
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.ledger import entry
from regulars.storage.tables.system import fact

FACTS_AT_ONCE = 500


class Suspect(NamedTuple):
    """An entry outside the chain that is older than its last block, by the clock. Units: µs."""

    id: UUID
    subject_id: UUID | None
    recorded_at: int


class _FactRow(NamedTuple):
    sequence: int
    subject_id: UUID | None
    at: int


_fact_at = type_coerce(fact.c.at, Whole())
_recorded_at = type_coerce(entry.c.recorded_at, Whole())
_FACTS = select(fact.c.sequence, fact.c.subject_id, _fact_at)
_AT_THESE = Statement(_FACTS.where(one_of(_fact_at, "moments", Whole())), _FactRow)
_NEWEST_BEFORE = Statement(
    _FACTS.where(fact.c.sequence < bindparam("before", type_=Whole()))
    .order_by(fact.c.sequence.desc())
    .limit(FACTS_AT_ONCE),
    _FactRow,
)
# An entry's id begins with the millisecond of its command, which its facts bear too.
_WITHIN = Statement(
    select(entry.c.id, entry.c.subject_id, _recorded_at).where(
        entry.c.id >= bindparam("from_id", type_=Id()),
        entry.c.id < bindparam("before_id", type_=Id()),
    ),
    Suspect,
)
NEWEST = (1 << 63) - 1
# Behind the milliseconds with which an id begins.
ID_RANDOM_BITS = 80


class Order:
    """What happened after what, on one snapshot."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._last: int | None = None

    def passed_by(self, suspects: Sequence[Suspect]) -> set[UUID]:
        """Those that something came after which is in the chain, and those that no fact tells of."""
        moments = list({one.recorded_at for one in suspects})
        facts = self._read.all(_AT_THESE, moments=moments)
        last = self._last_chained()
        return {one.id for one in suspects if _place(one, facts) < last}

    def _last_chained(self) -> int:
        """The number of the last fact of an entry that is in the chain; 0 when none is."""
        if self._last is None:
            self._last = next(self._chained(), 0)
        return self._last

    def _chained(self) -> Iterator[int]:
        before = NEWEST
        looked_at: int | None = None
        while facts := self._read.all(_NEWEST_BEFORE, before=before):
            for one in facts:
                if one.at != looked_at and self._is_chained(one.at):
                    yield one.sequence
                looked_at = one.at
            before = facts[-1].sequence

    def _is_chained(self, at: int) -> bool:
        """Whether the chain holds an entry of a moment."""
        from_id, before_id = (UUID(int=(at // 1_000 + more) << ID_RANDOM_BITS) for more in (0, 1))
        entries = self._read.all(_WITHIN, from_id=from_id, before_id=before_id)
        here = {one.id for one in entries if one.recorded_at == at}
        return bool(here) and not here <= set(unchained_within(self._read, from_id, before_id))


def _place(suspect: Suspect, facts: Sequence[_FactRow]) -> int:
    """When it happened, as the number of its fact; before everything when no fact tells of it."""
    same = [one for one in facts if one.at == suspect.recorded_at]
    own = [one for one in same if one.subject_id in (suspect.subject_id, suspect.id)]
    return max((one.sequence for one in own or same), default=0)
