"""The master key: the one secret that is in no database, and the file that holds it.

It wraps the organisation's keys, and those wrap everything else. Whoever has the database without
this file has ciphertext; whoever loses the file has lost every name and phone number for good.

    keys = KeyFolder(home / "keys"); keys.current() or keys.create()
"""

import base64
import binascii
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from regulars.domain.kernel.refusal import refusal_code

KEY_MALFORMED = refusal_code("vault.key_malformed")
KEY_FILE_UNSAFE = refusal_code("vault.key_file_unsafe", "name")

KEY_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class MasterKey:
    """The master key, which never shows itself in a message or a trace."""

    secret: bytes

    @classmethod
    def random(cls) -> "MasterKey":
        """A new key from the operating system's randomness."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def read(cls, text: str) -> "MasterKey":
        """The key that a file or the environment spells. Refuses: vault.key_malformed."""
        try:
            secret = base64.urlsafe_b64decode(text.strip())
        except (binascii.Error, ValueError):
            raise KEY_MALFORMED.because() from None
        if len(secret) != KEY_BYTES:
            raise KEY_MALFORMED.because()
        return cls(secret)

    def written(self) -> str:
        """The text that `read` reads back."""
        return base64.urlsafe_b64encode(self.secret).decode()

    def __repr__(self) -> str:
        return "MasterKey(…)"


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """`<home>/keys`: the key in use, and for the length of a rotation the next one."""

    path: Path

    @property
    def _current(self) -> Path:
        return self.path / "master.key"

    @property
    def _next(self) -> Path:
        return self.path / "master.key.next"

    def current(self) -> MasterKey | None:
        """The key in use. Refuses: vault.key_file_unsafe, vault.key_malformed."""
        return _read(self._current)

    def next(self) -> MasterKey | None:
        """The key that a rotation prepared. Refuses: vault.key_file_unsafe, vault.key_malformed."""
        return _read(self._next)

    def create(self) -> MasterKey:
        """Make the first key. Another process that was faster wins."""
        key = MasterKey.random()
        try:
            self._write(self._current, key)
        except FileExistsError:
            return self.current() or key
        return key

    def prepare(self) -> MasterKey:
        """Put a new key beside the one in use; an unfinished rotation goes on with its own."""
        key = self.next()
        if key is None:
            key = MasterKey.random()
            self._write(self._next, key)
        return key

    def promote(self) -> None:
        """The prepared key becomes the one in use: one rename, so never none and never both."""
        self._next.replace(self._current)
        _sync(self.path)

    def _write(self, path: Path, key: MasterKey) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(key.written() + "\n")
            file.flush()
            os.fsync(file.fileno())
        _sync(self.path)


def _read(path: Path) -> MasterKey | None:
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    with os.fdopen(handle) as file:
        if os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KEY_FILE_UNSAFE.because(name=path.name)
        return MasterKey.read(file.read(200))


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
