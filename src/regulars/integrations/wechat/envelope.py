"""The envelope in which WeChat and WeCom call back: signed, and sealed in their safe mode.

The signature is SHA-1 over the token and the call's words in sorted order. A sealed message is
AES-256-CBC over 16 random bytes, the length, the message and the receiver's own id, padded to 32.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.callback import CallNotProvenError
from regulars.integrations.calling.documents import same_secret, unix_time

# Older or newer than this, a call is taken as repeated by somebody else.
SKEW_MAX = timedelta(minutes=10)
RANDOM_BYTES = 16
LENGTH_BYTES = 4
BLOCK_BYTES = 32


def signature(*words: str) -> str:
    """The signature over a call's words."""
    return hashlib.sha1("".join(sorted(words)).encode()).hexdigest()  # noqa: S324 - as published


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What opens the calls to one account: its token, its key for safe mode, its own id."""

    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    receiver: str

    def check(self, query: Mapping[str, str], sealed: str | None, *, now: Instant) -> None:
        """Hold the call against its signature and the time. Raises: CallNotProvenError."""
        at = query.get("timestamp", "")
        moment = unix_time(int(at) if at.isascii() and at.isdigit() and len(at) < 12 else None)
        if not self.token or moment is None or abs(now - moment) > SKEW_MAX:
            raise CallNotProvenError
        words = [self.token, at, query.get("nonce", "")]
        name = "signature" if sealed is None else "msg_signature"
        expected = signature(*words) if sealed is None else signature(*words, sealed)
        if not same_secret(query.get(name, ""), expected):
            raise CallNotProvenError

    def opened(self, sealed: str) -> bytes:
        """The message in a sealed text. Raises: CallNotProvenError."""
        try:
            key = base64.b64decode(f"{self.aes_key}=", validate=True)
            decryptor = Cipher(AES(key), CBC(key[:16])).decryptor()
            padded = decryptor.update(base64.b64decode(sealed, validate=True))
            plain = padded + decryptor.finalize()
        except ValueError:
            raise CallNotProvenError from None
        return self._unpacked(plain)

    def _unpacked(self, plain: bytes) -> bytes:
        padding = plain[-1] if plain else 0
        if not 1 <= padding <= BLOCK_BYTES:
            raise CallNotProvenError
        inner = plain[RANDOM_BYTES:-padding]
        length = int.from_bytes(inner[:LENGTH_BYTES], "big")
        message = inner[LENGTH_BYTES : LENGTH_BYTES + length]
        if inner[LENGTH_BYTES + length :] != self.receiver.encode():
            raise CallNotProvenError
        return message
