"""One request to a provider and its answer, or a plain word why there is none.

    reply = caller.call(Ask(method="POST", url="https://sms.example/send", body=b"..."))

No redirect is followed. `NotSent` means that nothing left this machine; `NoAnswer` that something
may have arrived. Neither quotes an address: a URL may hold a guest's phone number.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpcore

from regulars.domain.messaging.port import Refused, SendInDoubt
from regulars.integrations.calling.reach import OutOfReachError, Reach
from regulars.integrations.calling.streams import Deadline, GuardedBackend

# What httpcore tells at its finest level holds headers.
logging.getLogger("httpcore").setLevel(logging.WARNING)

BODY_BYTES_MAX = 1_000_000
CONNECTIONS_MAX = 16
# Shorter than any provider's: a connection that is about to be closed is not used again.
IDLE_SECONDS_MAX = 4.0
RETRY_SECONDS_MAX = 86_400
NUMBER_LETTERS_MAX = 19


class NotSent(Exception):
    """Nothing left this machine."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoAnswer(Exception):
    """Something may have arrived, and no whole answer came back."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a provider is waited for. Units: seconds."""

    connect: float = 5.0
    wait: float = 10.0
    whole: float = 20.0


class Caller:
    """Calls providers, from any thread."""

    def __init__(self, reach: Reach, patience: Patience | None = None) -> None:
        self._reach = reach
        self._patience = patience or Patience()
        self._deadline = Deadline()
        self._pool: httpcore.ConnectionPool | None = None
        self._making = threading.Lock()

    def call(self, ask: Ask) -> Reply:
        """The provider's answer. Raises: NotSent, NoAnswer."""
        host = self._host_of(ask.url)
        if not all(text.isascii() for text in ask.headers.values()):
            raise NotSent("request_malformed")
        patience = self._patience
        timeouts = {
            "connect": patience.connect,
            "pool": patience.connect,
            "read": patience.wait,
            "write": patience.wait,
        }
        headers: dict[str | bytes, str | bytes] = {
            "host": host,
            "accept-encoding": "identity",
            "content-length": str(len(ask.body)),
        }
        headers.update(ask.headers)
        self._deadline.begin(patience.whole)
        try:
            with self._connections().stream(
                ask.method,
                ask.url,
                headers=headers,
                content=ask.body,
                extensions={"timeout": timeouts},
            ) as response:
                return _read(response)
        except OutOfReachError as error:
            raise NotSent(error.code) from None
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout):
            raise NotSent("unreachable") from None
        except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol):
            raise NotSent("request_malformed") from None
        except httpcore.TimeoutException:
            raise NoAnswer("no_answer_in_time") from None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            raise NoAnswer("answer_cut") from None

    def close(self) -> None:
        """Hang up everywhere."""
        if self._pool is not None:
            self._pool.close()

    def _host_of(self, url: str) -> str:
        try:
            return self._reach.checked(url).netloc
        except OutOfReachError as error:
            raise NotSent(error.code) from None

    def _connections(self) -> httpcore.ConnectionPool:
        # The certificates take 20 ms and 3 MB: a shop without a provider never loads them.
        with self._making:
            if self._pool is None:
                self._pool = httpcore.ConnectionPool(
                    ssl_context=httpcore.default_ssl_context(),
                    max_connections=CONNECTIONS_MAX,
                    keepalive_expiry=IDLE_SECONDS_MAX,
                    network_backend=GuardedBackend(self._reach, self._deadline),
                )
            return self._pool


def _read(response: httpcore.Response) -> Reply:
    body = bytearray()
    for part in response.iter_stream():
        body += part
        if len(body) > BODY_BYTES_MAX:
            raise NoAnswer("answer_too_large")
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
    }
    return Reply(response.status, headers, bytes(body))


def exchanged(caller: Caller, ask: Ask) -> Reply | Refused:
    """A provider's own answer (status 2xx or 4xx), or why certainly nothing will be delivered.

    A status of 5xx comes from somewhere on the way and says nothing of the message: it is in doubt.

    Raises: SendInDoubt.
    """
    try:
        reply = caller.call(ask)
    except NotSent as error:
        return Refused(code=error.code, final=False)
    except NoAnswer as error:
        raise SendInDoubt(error.code) from None
    if reply.status >= 500:
        raise SendInDoubt(f"http_{reply.status}")
    if reply.status == 429 or 300 <= reply.status < 400:
        return Refused(
            code=f"http_{reply.status}", final=False, retry_after_seconds=retry_after(reply)
        )
    return reply


def retry_after(reply: Reply) -> int | None:
    """When a provider wants to be asked again, if it says so in seconds."""
    text = reply.headers.get("retry-after", "")
    is_number = text.isascii() and text.isdigit() and len(text) < NUMBER_LETTERS_MAX
    return min(int(text), RETRY_SECONDS_MAX) if is_number else None
