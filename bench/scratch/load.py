"""The guests: requests that were made beforehand, over 16 connections that stay open.

It runs in a process of its own and does as little as it can, so that it takes little from the
server: one `send` and one or two `recv` a sale, and no parsing beyond status and length.
"""

import select
import socket
import time
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.scratch.children import answer_all


@dataclass(frozen=True, slots=True)
class Batch:
    """Requests for each connection, and how long to send."""

    requests: Sequence[Sequence[bytes]]
    seconds: float


@dataclass(slots=True)
class Outcome:
    """What came of a batch. Units: seconds; `sent` counts per connection."""

    sent: list[int]
    latencies: "array[float]" = field(default_factory=lambda: array("d"))
    statuses: Counter[int] = field(default_factory=Counter)
    first_refusal: bytes = b""
    seconds: float = 0.0
    cpu_seconds: float = 0.0


class Connection:
    """One till's connection: a request out, its answer in, the next request out."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.begun = 0.0
        self._arrived = b""
        self._length = 0

    @property
    def is_open(self) -> bool:
        """Whether it still is: a server closes one on which nobody spoke for half a minute."""
        return not select.select([self.socket], [], [], 0)[0]

    def send(self, request: bytes) -> None:
        """Send one request."""
        self._arrived, self._length = b"", 0
        self.begun = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """The whole answer, or None while some of it is still to come."""
        arrived = self.socket.recv(65_536)
        if not arrived:
            raise ConnectionError("the server hung up before it answered")
        self._arrived += arrived
        if not self._length:
            head = self._arrived.find(b"\r\n\r\n")
            if head < 0:
                return None
            at = self._arrived.lower().index(b"content-length:", 0, head) + 15
            length = int(self._arrived[at : self._arrived.index(b"\r\n", at)])
            self._length = head + 4 + length
        return self._arrived if len(self._arrived) >= self._length else None


def drive(connections: Sequence[Connection], batch: Batch) -> Outcome:
    """Send for so long, each connection its own requests, one after the other."""
    outcome = Outcome(sent=[0] * len(connections))
    poll = select.epoll()
    by_number = {}
    cpu, begun = time.process_time(), time.perf_counter()
    end = begun + batch.seconds
    for number, connection in enumerate(connections):
        poll.register(connection.socket, select.EPOLLIN)
        by_number[connection.socket.fileno()] = number
        connection.send(batch.requests[number][0])
        outcome.sent[number] = 1
    waiting = len(connections)
    while waiting:
        for fileno, _ in poll.poll():
            number = by_number[fileno]
            connection = connections[number]
            answer = connection.receive()
            if answer is None:
                continue
            now = time.perf_counter()
            outcome.latencies.append(now - connection.begun)
            status = int(answer[9:12])
            outcome.statuses[status] += 1
            if status >= 300 and not outcome.first_refusal:
                outcome.first_refusal = answer
            place = outcome.sent[number]
            if now < end and place < len(batch.requests[number]):
                connection.send(batch.requests[number][place])
                outcome.sent[number] = place + 1
            else:
                waiting -= 1
    outcome.seconds = time.perf_counter() - begun
    outcome.cpu_seconds = time.process_time() - cpu
    poll.close()
    return outcome


def main(port: str) -> None:
    """Answer batches until nobody asks."""
    connections: list[Connection] = []

    def answer(question: object) -> object:
        assert isinstance(question, Batch)
        connections[:] = [one if one.is_open else Connection(int(port)) for one in connections]
        while len(connections) < len(question.requests):
            connections.append(Connection(int(port)))
        return drive(connections, question)

    answer_all(answer)
