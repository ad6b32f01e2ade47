"""Consents as rows, never edited: who allowed what, when, where and under which words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.consent import Channel, Choice, Consent, Purpose, Wording
from regulars.storage.columns import Id
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement
from regulars.storage.tables.members import consent, wording
from regulars.storage.vault import MemberKey

WORDING_TAKEN = refusal_code("consent.wording_taken", "wording_version")


class ConsentRow(NamedTuple):
    """Table `consent` of one member."""

    channel: str
    purpose: str
    granted: bool
    wording_version: str
    language: str
    source: str
    at: Instant
    by: str
    evidence: bytes | None

    def consent(self) -> Consent:
        """The row as the domain means it."""
        return Consent(
            choice=Choice(
                channel=Channel(self.channel),
                purpose=Purpose(self.purpose),
                granted=self.granted,
                wording_version=self.wording_version,
            ),
            language=self.language,
            source=self.source,
            at=self.at,
            by=self.by,
            evidence=self.evidence,
        )


_COLUMNS = tuple(consent.c[name] for name in ConsentRow._fields)
CONSENTS = Statement[ConsentRow](
    select(*_COLUMNS)
    .where(consent.c.member_id == bindparam("member_id", type_=Id()))
    .order_by(consent.c.at, consent.c.id),
    ConsentRow,
)


def _wording(version: str, purpose: str, text_zh: str, text_en: str, since: date) -> Wording:
    return Wording(
        version=version,
        purpose=Purpose(purpose),
        text_zh=text_zh,
        text_en=text_en,
        since=since,
    )


WORDINGS = Statement(select(wording).order_by(wording.c.since, wording.c.version), _wording)
_ADD_WORDING = Statement[object](
    insert(wording)
    .values({column.name: bindparam(column.name, type_=column.type) for column in wording.c})
    .on_conflict_do_nothing()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Under which circumstances choices were made; `evidence` is sealed (`sealed_evidence`)."""

    member_id: UUID
    language: str
    source: str
    at: Instant
    by: str
    evidence: bytes | None = None


def add(tx: Write, given: Given, choices: Iterable[Choice], *, new_id: Callable[[], UUID]) -> None:
    """Remember choices; none is ever changed."""
    tx.add(
        consent,
        [
            {
                "id": new_id(),
                "member_id": given.member_id,
                "channel": choice.channel.value,
                "purpose": choice.purpose.value,
                "granted": choice.granted,
                "wording_version": choice.wording_version,
                "language": given.language,
                "source": given.source,
                "at": given.at,
                "by": given.by,
                "evidence": given.evidence,
            }
            for choice in choices
        ],
    )


def sealed_evidence(key: MemberKey, text: str) -> bytes:
    """Where a member agreed, as its column holds it."""
    return key.seal(text, table="consent", column="evidence")


def opened_evidence(key: MemberKey, sealed: bytes) -> str:
    """Where a member agreed, as her old list said. Refuses: vault.seal_broken."""
    return key.open(sealed, table="consent", column="evidence")


def of_member(read: Read, member_id: UUID) -> tuple[Consent, ...]:
    """Everything a member ever chose, oldest first."""
    return tuple(row.consent() for row in read.all(CONSENTS, member_id=member_id))


def add_wording(tx: Write, new: Wording) -> None:
    """Publish a wording. Refuses: consent.wording_taken (words once shown are never edited)."""
    tx.take(
        _ADD_WORDING,
        refusal=WORDING_TAKEN.because(wording_version=new.version),
        version=new.version,
        purpose=new.purpose.value,
        text_zh=new.text_zh,
        text_en=new.text_en,
        since=new.since,
    )
