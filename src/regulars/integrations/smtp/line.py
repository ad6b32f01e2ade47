"""A line to a mail server that ends in time, however the server speaks.

A server that says one letter every fourteen seconds keeps each single wait short; the letter as a
whole is still over when its time is up, so that nobody's letters wait behind it for ever.
"""

import smtplib
import socket
import ssl
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from time import monotonic

ANSWERS_BYTES_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Until:
    """How long one wait may last, and all of them together. Units: seconds, monotonic for `at`."""

    wait: float
    at: float

    @classmethod
    def from_now(cls, *, wait: float, whole: float) -> "Until":
        """From now on so long."""
        return cls(wait, monotonic() + whole)

    def left(self) -> float:
        """How long the next wait may last. Raises: TimeoutError."""
        left = self.at - monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, self.wait)


class Line(smtplib.SMTP):
    """A connection whose every wait ends with the letter's own time."""

    def __init__(self, at: tuple[str, int], own_name: str, *, until: Until) -> None:
        self._until = until
        super().__init__(*at, own_name, timeout=until.left())

    def getreply(self) -> tuple[int, bytes]:
        """What the server says next."""
        _listen(self, self._until)
        return super().getreply()

    def send(self, s: bytes | str) -> None:  # type: ignore[override]
        """Say it all."""
        _hurry(self, self._until)
        super().send(s)


class TlsLine(smtplib.SMTP_SSL):
    """The same, encrypted from its first byte."""

    def __init__(
        self, at: tuple[str, int], own_name: str, *, until: Until, tls: ssl.SSLContext
    ) -> None:
        self._until = until
        super().__init__(*at, own_name, timeout=until.left(), context=tls)

    def getreply(self) -> tuple[int, bytes]:
        """What the server says next."""
        _listen(self, self._until)
        return super().getreply()

    def send(self, s: bytes | str) -> None:  # type: ignore[override]
        """Say it all."""
        _hurry(self, self._until)
        super().send(s)


class _Told(RawIOBase):
    """What a server says, as long as there is time for it and it is not without end."""

    def __init__(self, line: socket.socket, until: Until) -> None:
        self._line = line
        self._until = until
        self._room = ANSWERS_BYTES_MAX

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """What has come."""
        self._line.settimeout(self._until.left())
        count = self._line.recv_into(buffer)
        self._room -= count
        if self._room < 0:
            raise OSError("a mail server without end")
        return count


def _listen(line: smtplib.SMTP, until: Until) -> None:
    # The library opens its own reader, which knows no common end, only where there is none yet.
    if line.file is None and line.sock is not None:
        line.file = BufferedReader(_Told(line.sock, until))


def _hurry(line: smtplib.SMTP, until: Until) -> None:
    # The time of a socket counts for all that is sent at once.
    if line.sock is not None:
        line.sock.settimeout(until.left())


__all__ = ["Line", "TlsLine", "Until"]
