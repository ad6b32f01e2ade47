"""A sealed file: a stream in chunks, each encrypted and authenticated with its place.

A byte that was changed, a chunk that was moved, left out or put in, an end that was cut off: each
is refused. The key is drawn anew for every file, from the shop's master key or from a passphrase.

    magic · length · header (salt, how the key is drawn) · chunks: kind, length, AES-256-GCM
"""

import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.master_key import MasterKey

BACKUP_BROKEN = refusal_code("backup.broken")
BACKUP_KEY_WRONG = refusal_code("backup.key_wrong")
BACKUP_KEY_KIND = refusal_code("backup.key_kind", "kind")
PASSPHRASE_SHORT = refusal_code("backup.passphrase_short", "letters")

MAGIC = b"regulars backup\x01"
CHUNK_BYTES = 1 << 20
TAG_BYTES = 16
SALT_BYTES = 32
KEY_BYTES = 32
HEADER_BYTES_MAX = 4_096
# 32 MiB and a tenth of a second for each guess.
SCRYPT = {"n": 1 << 15, "r": 8, "p": 1}
PASSPHRASE_LETTERS_MIN = 12

CONTENT, MANIFEST = 0, 1
_LENGTH = struct.Struct(">I")
_CHUNK = struct.Struct(">BI")
_PLACE = struct.Struct(">QB")
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, repr=False)
class BackupKey:
    """What a file's key is drawn from: the master key, or a passphrase. It never shows itself."""

    secret: bytes
    kind: str

    @classmethod
    def of_master(cls, master: MasterKey) -> "BackupKey":
        """From the shop's master key."""
        return cls(master.secret, "master")

    @classmethod
    def of_passphrase(cls, text: str) -> "BackupKey":
        """From words that somebody keeps apart. Refuses: backup.passphrase_short."""
        words = text.strip()
        if len(words) < PASSPHRASE_LETTERS_MIN:
            raise PASSPHRASE_SHORT.because(letters=PASSPHRASE_LETTERS_MIN)
        return cls(words.encode(), "passphrase")

    def __repr__(self) -> str:
        return "BackupKey(…)"

    def drawn(self, salt: bytes) -> tuple[bytes, str]:
        """The key of one file, and a mark by which a wrong key is told from a broken file."""
        root = self.secret
        if self.kind == "passphrase":
            root = Scrypt(salt=salt, length=KEY_BYTES, **SCRYPT).derive(root)
        key, mark = (
            HKDF(SHA256(), length, salt, purpose).derive(root)
            for length, purpose in ((KEY_BYTES, b"regulars backup key"), (8, b"regulars mark"))
        )
        return key, mark.hex()


class SealedWriter:
    """Seals a stream; `close` writes the manifest, which marks the end."""

    def __init__(self, out: BinaryIO, key: BackupKey) -> None:
        salt = secrets.token_bytes(SALT_BYTES)
        secret, mark = key.drawn(salt)
        header = orjson.dumps({"key": key.kind, "salt": salt.hex(), "mark": mark})
        self._out = out
        self._cipher = AESGCM(secret)
        self._header = sha256(MAGIC + header).digest()
        self._number = 0
        self._waiting = bytearray()
        self._digest = sha256()
        out.write(MAGIC + _LENGTH.pack(len(header)) + header)

    def write(self, part: bytes) -> None:
        """Some more of the content."""
        self._digest.update(part)
        self._waiting += part
        while len(self._waiting) >= CHUNK_BYTES:
            self._seal(CONTENT, bytes(self._waiting[:CHUNK_BYTES]))
            del self._waiting[:CHUNK_BYTES]

    @property
    def content_digest(self) -> str:
        """The SHA-256 of the content so far."""
        return self._digest.hexdigest()

    def close(self, manifest: bytes) -> None:
        """Seal what waits, and the manifest as the last chunk."""
        if self._waiting:
            self._seal(CONTENT, bytes(self._waiting))
            self._waiting.clear()
        self._seal(MANIFEST, manifest)

    def _seal(self, kind: int, part: bytes) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number), part, self._place(kind))
        self._out.write(_CHUNK.pack(kind, len(sealed)) + sealed)
        self._number += 1

    def _place(self, kind: int) -> bytes:
        return self._header + _PLACE.pack(self._number, kind)


class SealedReader:
    """Opens a sealed file; nothing that it gives was changed since it was sealed.

    Refuses: backup.broken, backup.key_wrong, backup.key_kind.
    """

    def __init__(self, file: BinaryIO, key: BackupKey) -> None:
        self._file = file
        self._header, self._cipher = _opened(file, key)
        self.manifest: bytes | None = None

    def content(self) -> Iterator[bytes]:
        """The content, chunk by chunk; then `manifest` is known. Refuses: backup.broken."""
        number = 0
        digest = sha256()
        while self.manifest is None:
            kind, part = self._chunk(number)
            number += 1
            if kind == MANIFEST:
                self.manifest = part
            else:
                digest.update(part)
                yield part
        if self._file.read(1):
            raise BACKUP_BROKEN.because()
        if orjson.loads(self.manifest).get("content_sha256") != digest.hexdigest():
            raise BACKUP_BROKEN.because()

    def _chunk(self, number: int) -> tuple[int, bytes]:
        kind, length = _CHUNK.unpack(_exactly(self._file, _CHUNK.size))
        if kind not in (CONTENT, MANIFEST) or not TAG_BYTES <= length <= CHUNK_BYTES + TAG_BYTES:
            raise BACKUP_BROKEN.because()
        sealed = _exactly(self._file, length)
        place = self._header + _PLACE.pack(number, kind)
        try:
            return kind, self._cipher.decrypt(_nonce(number), sealed, place)
        except InvalidTag:
            raise BACKUP_BROKEN.because() from None


def _opened(file: BinaryIO, key: BackupKey) -> tuple[bytes, AESGCM]:
    if _exactly(file, len(MAGIC)) != MAGIC:
        raise BACKUP_BROKEN.because()
    (length,) = _LENGTH.unpack(_exactly(file, _LENGTH.size))
    if length > HEADER_BYTES_MAX:
        raise BACKUP_BROKEN.because()
    header = _exactly(file, length)
    try:
        told = orjson.loads(header)
        kind, salt, mark = told["key"], bytes.fromhex(told["salt"]), told["mark"]
    except (ValueError, KeyError, TypeError):
        raise BACKUP_BROKEN.because() from None
    if kind not in ("master", "passphrase") or len(salt) != SALT_BYTES:
        raise BACKUP_BROKEN.because()
    if kind != key.kind:
        raise BACKUP_KEY_KIND.because(kind=kind)
    secret, expected = key.drawn(salt)
    if expected != mark:
        raise BACKUP_KEY_WRONG.because()
    return sha256(MAGIC + header).digest(), AESGCM(secret)


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES, "big")


def _exactly(file: BinaryIO, length: int) -> bytes:
    part = file.read(length)
    if len(part) != length:
        raise BACKUP_BROKEN.because()
    return part
