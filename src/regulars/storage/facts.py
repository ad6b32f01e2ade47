"""What happened, remembered in the transaction that made it true.

Audit, journeys, insights and webhooks each read the facts by a cursor of their own. A fact never
names a person: it carries ids.

    facts.append(tx, Fact(kind="member.joined", at=moment.now, member_id=member), id=moment.new_id())
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import Id
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables import system

_KNOWN = Statement[UUID](select(system.fact.c.id).where(one_of(system.fact.c.id, "ids", Id())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that happened: past tense, immutable, without personal data."""

    kind: str
    at: Instant
    store_id: UUID | None = None
    member_id: UUID | None = None
    subject_id: UUID | None = None
    body: Mapping[str, object] = field(default_factory=dict)


def known(read: Read, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these facts that were told already."""
    return frozenset(read.all(_KNOWN, ids=list(ids)))


def append(tx: Write, fact: Fact, *, id: UUID) -> None:  # noqa: A002
    """Remember one fact."""
    append_all(tx, [(id, fact)])


def append_all(tx: Write, facts: Sequence[tuple[UUID, Fact]]) -> None:
    """Remember several facts of one command in one statement, in this order."""
    tx.add(
        system.fact,
        [
            {
                "id": name,
                "kind": fact.kind,
                "at": fact.at,
                "store_id": fact.store_id,
                "member_id": fact.member_id,
                "subject_id": fact.subject_id,
                "body": dict(fact.body),
            }
            for name, fact in facts
        ],
    )
