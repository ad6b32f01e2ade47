"""What became of a message, as the journey that wanted it sees it: sent, not sent and why, or open.

王芳 withdrew on Thursday: Friday's reminder is suppressed for want of her consent, and the step that
waits for it goes its own way for `no_consent` instead of going on as if she had read it.
"""

from dataclasses import dataclass
from enum import StrEnum

from regulars.domain.messaging.message import MessageState


class Sending(StrEnum):
    """Whether a message was sent, as far as anybody knows."""

    OPEN = "open"
    SENT = "sent"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a message. `reason`: why it was not sent."""

    sending: Sending
    reason: str | None = None


_OPEN = frozenset(
    {MessageState.QUEUED, MessageState.LEASED, MessageState.HANDED, MessageState.UNKNOWN}
)
_NOT_SENT = frozenset(
    {
        MessageState.FAILED,
        MessageState.SUPPRESSED,
        MessageState.EXPIRED,
        MessageState.CANCELLED,
    }
)


def fate_of(state: MessageState, reason: str | None) -> Fate:
    """What became of a message in such a state. One in doubt is open: a receipt may still come."""
    if state in _OPEN:
        return Fate(Sending.OPEN)
    return Fate(Sending.NOT_SENT, reason) if state in _NOT_SENT else Fate(Sending.SENT)
