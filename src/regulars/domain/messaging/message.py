"""One message on its way: its states, and why it is where it is.

A coupon reminder is queued at ten, waits for the evening's cap until Tuesday, is handed to the
provider, accepted and delivered; its events tell each step.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.placeholders import NAMES, Kind, Source

KEY_MALFORMED = refusal_code("message.key_malformed")
CHANNELS_MISSING = refusal_code("message.channels_missing")
TIMES_REVERSED = refusal_code("message.times_reversed")
VALUE_UNKNOWN = refusal_code("message.value_unknown", "name")

KEY_LETTERS_MAX = 200
VALUE_LETTERS_MAX = 200


class MessageState(StrEnum):
    """How far a message is. `unknown`: handed over, and nobody knows whether it arrived."""

    QUEUED = "queued"
    LEASED = "leased"
    HANDED = "handed"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


SENT = frozenset({MessageState.HANDED, MessageState.ACCEPTED, MessageState.DELIVERED})


class Reaction(StrEnum):
    """What a member did with a message: no state of it, and yet told among its changes."""

    CLICKED = "clicked"


class Reason(StrEnum):
    """Why a message is where it is."""

    NO_RECIPIENT = "no_recipient"
    NO_CONSENT = "no_consent"
    HELD_OUT = "held_out"
    NO_LONGER_ELIGIBLE = "no_longer_eligible"
    OFFER_CLOSED = "offer_closed"
    CAPACITY_FULL = "capacity_full"
    QUIET_HOURS = "quiet_hours"
    CAPPED = "capped"
    BUDGET_SPENT = "budget_spent"
    TOO_LATE = "too_late"
    LOST_TO = "lost_to"
    NO_SENDER = "no_sender"
    NO_WORDS = "no_words"
    OTHER_CHANNEL = "other_channel"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    LEASE_LOST = "lease_lost"
    IN_DOUBT = "in_doubt"
    RECEIPT = "receipt"
    RESENT = "resent"
    COUNTED_SENT = "counted_sent"
    CALLED_OFF = "called_off"
    PAUSED = "paused"
    NOT_CALLED = "not_called"
    FAULT = "fault"


PlanValue = str | int | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A message that somebody wants sent once.

    `effect_key` is its business key (run:node:visit): the same key twice is one message.
    `channels` are tried in this order; `store_id` None is the member's home store. `segment_id`
    and `coupon_id`: she has to be in the one, and the other has to be open, when it leaves.
    Units: expected value is the profit that it is expected to add, in minor units.
    """

    effect_key: str
    member_id: UUID
    template_id: UUID
    channels: tuple[Channel, ...]
    due_at: Instant
    valid_until: Instant
    store_id: UUID | None = None
    values: Mapping[str, PlanValue] = field(default_factory=dict)
    expected_value_minor: int = 0
    priority: int = 0
    held_out: bool = False
    campaign_id: UUID | None = None
    journey_id: UUID | None = None
    run_id: UUID | None = None
    segment_id: UUID | None = None
    coupon_id: UUID | None = None
    variant: str | None = None

    def checked(self, *, now: Instant) -> "Planned":
        """The same, if it can be sent at all.

        Refuses: message.key_malformed, message.channels_missing, message.times_reversed,
        message.value_unknown.
        """
        if not 1 <= len(self.effect_key) <= KEY_LETTERS_MAX:
            raise KEY_MALFORMED.because()
        if not self.channels or len(set(self.channels)) != len(self.channels):
            raise CHANNELS_MISSING.because()
        if self.valid_until <= max(self.due_at, now):
            raise TIMES_REVERSED.because()
        for name, value in self.values.items():
            if not _fits(name, value):
                raise VALUE_UNKNOWN.because(name=name)
        return self


def _fits(name: str, value: object) -> bool:
    known = NAMES.get(name)
    if known is None or known.source is not Source.PLAN:
        return False
    match known.kind:
        case Kind.TEXT | Kind.LINK:
            return isinstance(value, str) and len(value) <= VALUE_LETTERS_MAX
        case Kind.DAY:
            return isinstance(value, date)
        case Kind.NUMBER | Kind.MONEY:
            return isinstance(value, int) and not isinstance(value, bool)


def given_data(values: Mapping[str, PlanValue]) -> dict[str, object]:
    """What a plan fills in, as it is stored."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def given_from(data: object) -> dict[str, PlanValue]:
    """What a plan fills in, read back; what no longer fits is left out."""
    if not isinstance(data, Mapping):
        return {}
    values: dict[str, PlanValue] = {}
    for name, value in data.items():
        known = NAMES.get(str(name))
        told = _day(value) if known is not None and known.kind is Kind.DAY else value
        if isinstance(told, str | int | date) and _fits(str(name), told):
            values[str(name)] = told
    return values


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
