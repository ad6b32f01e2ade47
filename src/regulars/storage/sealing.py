"""Authenticated encryption of one value: what a ciphertext looks like and what it is bound to.

AES-256-GCM. Every ciphertext says its format and the key that made it, and is bound to its place
(organisation, table, column, row): moved to another row or another shop, it no longer opens.

    byte 0: format 1 · bytes 1–4: key id · bytes 5–16: nonce · then the text and 16 bytes of tag
"""

import secrets
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from regulars.domain.kernel.refusal import refusal_code

SEAL_BROKEN = refusal_code("vault.seal_broken", "table", "column")

FORMAT = b"\x01"
KEY_BYTES = 32
KEY_ID_BYTES = 4
NONCE_BYTES = 12
_NONCE_AT = 1 + KEY_ID_BYTES
_TEXT_AT = _NONCE_AT + NONCE_BYTES


class Place(NamedTuple):
    """Where a ciphertext stands."""

    table: str
    column: str
    row: bytes


class SealingKey:
    """One key with its id, for the values of one organisation."""

    __slots__ = ("_cipher", "_organisation", "id")

    def __init__(self, secret: bytes, *, key_id: bytes, organisation: UUID) -> None:
        """Units: secret is 32 bytes, key_id 4."""
        self.id = key_id
        self._cipher = AESGCM(secret)
        self._organisation = organisation.bytes

    def seal(self, value: bytes, place: Place) -> bytes:
        """The ciphertext of a value for one place."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, value, self._bound_to(place))
        return b"".join((FORMAT, self.id, nonce, sealed))

    def open(self, sealed: bytes, place: Place) -> bytes:
        """The value of a ciphertext. Refuses: vault.seal_broken (other key, place or bytes)."""
        if sealed[:1] != FORMAT or sealed[1:_NONCE_AT] != self.id:
            raise SEAL_BROKEN.because(table=place.table, column=place.column)
        try:
            return self._cipher.decrypt(
                sealed[_NONCE_AT:_TEXT_AT], sealed[_TEXT_AT:], self._bound_to(place)
            )
        except (InvalidTag, ValueError):
            raise SEAL_BROKEN.because(table=place.table, column=place.column) from None

    def _bound_to(self, place: Place) -> bytes:
        # The organisation has 16 bytes and names hold no bar: two places never read alike.
        return b"|".join(
            (self._organisation, place.table.encode(), place.column.encode(), place.row)
        )


def key_id_of(sealed: bytes) -> bytes:
    """Which key made a ciphertext."""
    return sealed[1:_NONCE_AT]
