"""What was decided of many messages at once, as rows: handed over, put off, ended, or answered.

Of fifty messages of a campaign 47 leave, two are told no and one waits for the morning: that is
three statements, and not fifty. Whoever writes here holds the rows locked.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.message import MessageState
from regulars.storage.engine import Write
from regulars.storage.messages import THESE
from regulars.storage.statement import Statement
from regulars.storage.tables.messaging import message

_m = message.c


class HandedRow(NamedTuple):
    """A message that is handed over. `due_at`: its provider is asked about it for some days from
    here, also after a long standstill."""

    id: UUID
    channel: str
    other_channels: Sequence[str]
    due_at: Instant
    handed_at: Instant
    lease_until: Instant
    attempts: int
    refused_by: Sequence[str]
    provider: str
    language: str
    address_index: bytes
    consent_id: UUID | None
    parts: int
    reserved_micro: int
    cost_micro: int
    text: bytes
    state: str = MessageState.HANDED.value
    reason: str | None = None
    detail: str | None = None
    provider_id: str | None = None


class HeldRow(NamedTuple):
    """A message that is put back into the queue for later."""

    id: UUID
    due_at: Instant
    reason: str
    detail: str | None
    state: str = MessageState.QUEUED.value
    lease_id: UUID | None = None
    lease_until: Instant | None = None


class EndedRow(NamedTuple):
    """A message that ends without leaving, with the text that it would have had."""

    id: UUID
    state: str
    reason: str
    detail: str | None
    ended_at: Instant
    language: str | None
    text: bytes | None
    lease_id: UUID | None = None
    lease_until: Instant | None = None


class AcceptedRow(NamedTuple):
    """A message that its provider took."""

    id: UUID
    parts: int
    cost_micro: int | None
    state: str = MessageState.ACCEPTED.value
    reason: str | None = None
    detail: str | None = None
    lease_id: UUID | None = None
    lease_until: Instant | None = None


class NamedRow(NamedTuple):
    """What its provider calls a message."""

    id: UUID
    provider_id: str


class AskedRow(NamedTuple):
    """What is known of a message whose provider was asked to take it."""

    id: UUID
    state: str
    attempts: int
    provider: str | None
    provider_id: str | None
    parts: int
    cost_micro: int | None


ASKED_LOCKED = Statement(
    select(*[_m[name] for name in AskedRow._fields]).where(THESE).order_by(_m.id).with_for_update(),
    AskedRow,
)


def hand(tx: Write, rows: Sequence[HandedRow]) -> None:
    """Mark messages as handed over, before a provider hears of them."""
    tx.change_rows(message, rows)


def hold(tx: Write, rows: Sequence[HeldRow]) -> None:
    """Put messages back into the queue."""
    tx.change_rows(message, rows)


def end(tx: Write, rows: Sequence[EndedRow]) -> None:
    """End messages that do not leave."""
    tx.change_rows(message, rows)


def accept(tx: Write, rows: Sequence[AcceptedRow]) -> None:
    """Write down which messages their providers took."""
    tx.change_rows(message, rows)


def name(tx: Write, rows: Sequence[NamedRow]) -> None:
    """Write down what providers call messages."""
    tx.change_rows(message, rows)
