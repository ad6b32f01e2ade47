"""A provider of the sort that shops have: it takes messages, is slow, refuses, times out after it took
one, tells its receipts late and twice, and passes on what members write back.

What it does with a message is decided by that message's own name: the same run, the same provider.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from hashlib import sha256
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.channels import Channel, Purpose
from regulars.domain.messaging.port import (
    Accepted,
    Answer,
    Heard,
    Inbound,
    InDoubt,
    Outgoing,
    Receipt,
    ReceiptState,
    Refused,
    SendInDoubt,
)

DELIVERED_AFTER = timedelta(minutes=7)
SLOW = timedelta(seconds=20)


class Fate(Enum):
    """What becomes of a message at this provider."""

    TAKEN = auto()
    TAKEN_SLOWLY = auto()
    TAKEN_THEN_FAILED = auto()
    BUSY = auto()
    NO_SUCH_NUMBER = auto()
    LINE_CUT_AFTER = auto()
    LINE_CUT_BEFORE = auto()
    BROKEN = auto()


# Of a thousand; what is left is taken.
SHARES = (
    (Fate.BUSY, 60),
    (Fate.NO_SUCH_NUMBER, 10),
    (Fate.LINE_CUT_AFTER, 25),
    (Fate.LINE_CUT_BEFORE, 15),
    (Fate.BROKEN, 10),
    (Fate.TAKEN_THEN_FAILED, 40),
    (Fate.TAKEN_SLOWLY, 120),
)
MAY_HAVE_LEFT = frozenset({Fate.TAKEN, Fate.TAKEN_SLOWLY, Fate.LINE_CUT_AFTER})


class Call(NamedTuple):
    """One call of `send`, as the provider's own log has it."""

    at: Instant
    provider: str
    message_id: UUID
    address: str
    purpose: Purpose
    text: str
    fate: Fate


@dataclass(slots=True, kw_only=True)
class SmsProvider:
    """One provider of SMS. `clock` is the run's, `waits` lets its time pass."""

    name: str
    clock: Callable[[], Instant]
    waits: Callable[[timedelta], None]
    channel: Channel = Channel.SMS
    calls: list[Call] = field(default_factory=list)
    _coming: list[tuple[Instant, Receipt]] = field(default_factory=list)
    _replies: list[Inbound] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def missing(self) -> tuple[str, ...]:
        """It has all it needs."""
        return ()

    def send(self, outgoing: Outgoing) -> Answer:
        """Do with a message what its name decides. Raises: SendInDoubt."""
        fate = self.fate_of(outgoing.id)
        with self._lock:
            at = self.clock()
            self.calls.append(
                Call(
                    at,
                    self.name,
                    outgoing.id,
                    outgoing.address,
                    outgoing.purpose,
                    outgoing.text,
                    fate,
                )
            )
            if fate is Fate.TAKEN_SLOWLY:
                self.waits(SLOW)
            self._tell_later(outgoing.id, fate, at)
        match fate:
            case Fate.BUSY:
                return Refused(code="busy", final=False, retry_after_seconds=120)
            case Fate.NO_SUCH_NUMBER:
                return Refused(code="no_such_number", final=True)
            case Fate.LINE_CUT_AFTER | Fate.LINE_CUT_BEFORE:
                raise SendInDoubt("timeout")
            case Fate.BROKEN:
                raise ConnectionResetError
            case _:
                return Accepted(provider_id=self._own(outgoing.id))

    def poll(self, *, now: Instant) -> Heard:
        """The receipts and replies that came meanwhile; one receipt in three is told twice."""
        with self._lock:
            due = [receipt for at, receipt in self._coming if at <= now]
            self._coming = [(at, receipt) for at, receipt in self._coming if at > now]
            replies, self._replies = tuple(self._replies), []
        twice = [
            one for one in due if one.message_id and self._number(one.message_id, "again") < 333
        ]
        return Heard(receipts=(*due, *twice), inbound=(*replies, *replies))

    def ask(self, doubt: InDoubt) -> Receipt | None:
        """What became of a message in doubt; of what it never took it says so, or nothing at all."""
        fate = self.fate_of(doubt.id)
        if fate is Fate.LINE_CUT_AFTER:
            return Receipt(state=ReceiptState.DELIVERED, at=self.clock(), message_id=doubt.id)
        if fate is Fate.LINE_CUT_BEFORE and self._number(doubt.id, "says") < 500:
            return Receipt(
                state=ReceiptState.FAILED, at=self.clock(), message_id=doubt.id, code="unknown_id"
            )
        return None

    def hear(self, address: str, text: str) -> None:
        """Somebody writes back."""
        reply = Inbound(
            channel=self.channel,
            address=address,
            text=text,
            at=self.clock(),
            provider_id=f"{self.name}:{len(self.calls)}",
        )
        with self._lock:
            self._replies.append(reply)

    def fate_of(self, message_id: UUID) -> Fate:
        """What this provider does with a message."""
        number = self._number(message_id, "fate")
        for fate, share in SHARES:
            if number < share:
                return fate
            number -= share
        return Fate.TAKEN

    def _tell_later(self, message_id: UUID, fate: Fate, at: Instant) -> None:
        if fate in {Fate.TAKEN, Fate.TAKEN_SLOWLY} and self._number(message_id, "told") < 950:
            state, code = ReceiptState.DELIVERED, None
        elif fate is Fate.TAKEN_THEN_FAILED:
            state, code = ReceiptState.FAILED, "phone_off"
        else:
            return
        told_at = Instant(at + DELIVERED_AFTER)
        receipt = Receipt(
            state=state,
            at=told_at,
            message_id=message_id,
            provider_id=self._own(message_id),
            code=code,
        )
        self._coming.append((told_at, receipt))

    def _own(self, message_id: UUID) -> str:
        return f"{self.name}-{message_id.hex[-12:]}"

    def _number(self, message_id: UUID, question: str) -> int:
        """Of a thousand, for one question about one message."""
        digest = sha256(f"{self.name}|{question}|{message_id}".encode()).digest()
        return int.from_bytes(digest[:4], "big") % 1_000
