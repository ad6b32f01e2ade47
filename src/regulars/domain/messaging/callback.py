"""What a provider tells us by calling us: it proves who it is, then says what became of messages.

    Tencent Cloud posts "delivered" for message 8f1c…, signed or with the secret part of the address
    that was typed into its console; without proof the call is answered 403 and nothing is kept.

The calls are kept before they are answered: a provider that hears nothing tells it again, and the
same receipt twice is harmless.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.port import Heard


class CallNotProvenError(Exception):
    """The call is not from the provider, or too old, or no document of its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request made to us; header names are in lower case, `url` is what the caller typed."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a call said, and the words that its sender wants to hear back."""

    heard: Heard = field(default_factory=Heard)
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


@runtime_checkable
class HearsCalls(Protocol):
    """A provider that calls back."""

    def hear(self, call: Call, *, now: Instant) -> Told:
        """What the call says. Raises: CallNotProvenError."""


@runtime_checkable
class TakesSubscribers(Protocol):
    """A provider to which a page subscribes under the shop's public key."""

    @property
    def public_key(self) -> str | None:
        """The key, where the shop has one."""


@runtime_checkable
class ToldOnlyWhenAsked(Protocol):
    """A provider that takes a message and says no more of it unless it is asked."""

    @property
    def told_only_when_asked(self) -> bool:
        """It is so."""
