"""What the house asks of a provider, and what a provider may answer.

A sender is called outside any transaction, after the message was marked as handed over. It answers
`Accepted` or `Refused`; whatever it raises is taken as *in doubt* and the message is never resent
by itself. So a sender answers `Refused` only where it is certain that nothing will be delivered
(no connection, a refusal with a code), and raises `SendInDoubt` for the rest.

    "春雷短信" takes the text, then its line drops before the answer: the message is `unknown` until
    a receipt or a question by its client id says more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable
from uuid import UUID

from regulars.domain.kernel.label import Language
from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.channels import Channel, Purpose

# A provider may tell of a thousand messages at once; between two parts of it the tills have a turn.
PART_MAX = 25


class SendInDoubt(Exception):
    """Bytes may have left and no certain answer came: the provider may or may not deliver.

    Its text is a short code that says why, and names nobody.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """How the member leaves: one POST without log-in, a page to look at first, and the list."""

    one_click_url: str
    page_url: str
    list_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message, ready to be sent: all texts are filled in and escaped for the channel.

    `id` is the client message id: the same for every attempt, so a provider that knows ids sends
    once. `provider_template` and `variables` serve channels that take only approved templates.
    `names` is what in the texts is hers alone, for whoever shows them to others: her name, her links.
    """

    id: UUID
    channel: Channel
    purpose: Purpose
    address: str
    language: Language
    subject: str | None
    text: str
    html: str | None
    provider_template: str | None
    variables: Mapping[str, str] = field(default_factory=dict)
    links: Unsubscribe | None = None
    names: tuple[str, ...] = ()
    valid_until: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The provider took it. Units: cost in millionths of the currency's main unit, for all parts;
    None where only the receipt or the price list tells."""

    provider_id: str | None
    parts: int = 1
    cost_micro: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nothing will be delivered by this attempt, for certain.

    `final`: no sender can succeed (number does not exist, member blocked us); otherwise the next
    sender of the channel may try at once, or the same one later. `code` is the provider's own and
    holds no personal data.
    """

    code: str
    final: bool
    retry_after_seconds: int | None = None


Answer = Accepted | Refused


class ReceiptState(StrEnum):
    """What became of a message that was taken; `accepted` answers a question in doubt."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a provider says later about a message, named by our id or by its own."""

    state: ReceiptState
    at: Instant
    message_id: UUID | None = None
    provider_id: str | None = None
    code: str | None = None
    parts: int | None = None
    cost_micro: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """What somebody wrote back. `provider_id` makes a second telling of it harmless."""

    channel: Channel
    address: str
    text: str
    at: Instant
    provider_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one webhook call or one poll brought."""

    receipts: tuple[Receipt, ...] = ()
    inbound: tuple[Inbound, ...] = ()

    def in_parts(self) -> Iterator["Heard"]:
        """The same in parts that hold up nobody while they are kept, replies first."""
        for start in range(0, len(self.inbound), PART_MAX):
            yield Heard(inbound=self.inbound[start : start + PART_MAX])
        for start in range(0, len(self.receipts), PART_MAX):
            yield Heard(receipts=self.receipts[start : start + PART_MAX])


@runtime_checkable
class Sender(Protocol):
    """One configured provider of one channel."""

    @property
    def name(self) -> str:
        """Short and stable: it is kept beside every message that it took."""

    @property
    def channel(self) -> Channel:
        """What it sends."""

    def missing(self) -> tuple[str, ...]:
        """The names of the settings that it still needs; empty means ready. Asks nobody."""

    def send(self, outgoing: Outgoing) -> Answer:
        """Hand one message over, within a bounded time. Raises: SendInDoubt."""


@runtime_checkable
class AsksReceipts(Protocol):
    """A provider that is asked for receipts and replies instead of, or besides, calling back."""

    def poll(self, *, now: Instant) -> Heard:
        """What came since the last poll; the same again is harmless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InDoubt:
    """A message that nobody knows the fate of, as its provider may know it."""

    id: UUID
    address: str
    provider_id: str | None
    handed_at: Instant


@runtime_checkable
class SettlesDoubt(Protocol):
    """A provider that can be asked about one message by its client id, number and day."""

    def ask(self, doubt: InDoubt) -> Receipt | None:
        """What became of it; None where the provider does not know it (yet)."""


Senders = Mapping[Channel, Sequence[Sender]]
