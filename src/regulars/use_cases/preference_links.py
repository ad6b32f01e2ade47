"""Signed links to a member's own preferences: no log-in, nothing of hers in the address.

The link in an e-mail names the member by her id, the list that it leaves, and the key that signed
it. Whoever changes one letter of it, or signs with a key of another shop, is told nothing.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.consent import Channel, Purpose
from regulars.domain.messaging.port import Unsubscribe
from regulars.storage.vault import Vault

LINK_BROKEN = refusal_code("preferences.link_broken")

PATH = "/preferences/"
_USE = "preference link"
_VERSION = b"\x01"
_KEY_BYTES = 4
_SEAL_BYTES = 16
_MEMBER_AT = 1 + _KEY_BYTES
_WISH_AT = _MEMBER_AT + 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """Whose preferences, and which list its link leaves."""

    member_id: UUID
    channel: Channel
    purpose: Purpose


def token_of(vault: Vault, preference: Preference) -> str:
    """The signed name of a preference, for an address."""
    wish = f"{preference.channel.value}/{preference.purpose.value}".encode()
    body = b"".join((_VERSION, _key_id(vault), preference.member_id.bytes, wish))
    return urlsafe_b64encode(body + _seal(vault, body)).rstrip(b"=").decode()


def preference_of(vault: Vault, token: str) -> Preference:
    """What a signed name stands for. Refuses: preferences.link_broken."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        body, seal = raw[:-_SEAL_BYTES], raw[-_SEAL_BYTES:]
        if not hmac.compare_digest(seal, _seal(vault, body)):
            raise LINK_BROKEN.because()
        channel, purpose = body[_WISH_AT:].decode("ascii").split("/")
        return Preference(
            member_id=UUID(bytes=body[_MEMBER_AT:_WISH_AT]),
            channel=Channel(channel),
            purpose=Purpose(purpose),
        )
    except (Error, ValueError):
        raise LINK_BROKEN.because() from None


def unsubscribe(
    vault: Vault, preference: Preference, *, public_url: str, category: str
) -> Unsubscribe:
    """The ways out that a message carries."""
    url = f"{public_url.rstrip('/')}{PATH}{token_of(vault, preference)}"
    host = urlsplit(public_url).hostname or "localhost"
    return Unsubscribe(one_click_url=f"{url}/one-click", page_url=url, list_id=f"{category}.{host}")


def _key_id(vault: Vault) -> bytes:
    # Which key signed it: a shop that was given new keys tells old links apart from forged ones.
    return vault.keyed_digest(f"{_USE} id", b"")[:_KEY_BYTES]


def _seal(vault: Vault, body: bytes) -> bytes:
    return vault.keyed_digest(_USE, body)[:_SEAL_BYTES]
