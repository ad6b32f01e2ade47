"""Sockets that keep within the reach and within one deadline for the whole call.

A server that sends one byte every nine seconds keeps each single wait short; the call as a whole
still ends when its time is up.
"""

import ssl
import threading
from collections.abc import Iterable
from time import monotonic

import httpcore

from regulars.integrations.calling.reach import OutOfReachError, Reach


class Deadline(threading.local):
    """When the call of this thread has to be over. Units: seconds of the monotonic clock."""

    at: float = 0.0

    def begin(self, seconds: float) -> None:
        """From now on so long."""
        self.at = monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """How long one wait may take: what was asked for, or less."""
        left = self.at - monotonic()
        return left if timeout is None else min(left, timeout)


class GuardedBackend(httpcore.SyncBackend):
    """Opens connections only to addresses within the reach: the one looked at is the one called."""

    def __init__(self, reach: Reach, deadline: Deadline) -> None:
        self._reach = reach
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first of the host's addresses that answers."""
        failed: Exception | None = None
        for address in self._reach.addresses(host, port):
            left = self._deadline.left(timeout)
            if left <= 0:
                break
            try:
                stream = super().connect_tcp(
                    str(address), port, left, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return TimedStream(stream, self._deadline)
        raise failed or httpcore.ConnectTimeout()


class TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends with the call's own deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come."""
        left = self._deadline.left(timeout)
        if left <= 0:
            raise httpcore.ReadTimeout
        return self._stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send it all."""
        left = self._deadline.left(timeout)
        if left <= 0:
            raise httpcore.WriteTimeout
        self._stream.write(buffer, left)

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted; the name is proved, not the address."""
        left = self._deadline.left(timeout)
        if left <= 0:
            raise httpcore.ConnectTimeout
        return TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> object:
        """What the connection knows of itself."""
        return self._stream.get_extra_info(info)


__all__ = ["Deadline", "GuardedBackend", "OutOfReachError", "TimedStream"]
