"""A small provider on this machine: keeps what it was sent, and answers well, badly, late or not.

with provider(answers=[said({"Code": "OK"})]) as there:
    sender_at(there.url).send(...)
assert there.asked[0].query["PhoneNumbers"] == "13800138000"
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.channels import Channel, Purpose
from regulars.domain.messaging.port import Outgoing, Unsubscribe
from regulars.integrations.calling.caller import Caller, Patience
from regulars.integrations.calling.reach import Reach
from regulars.integrations.keyring import Desk, Keyring

NOW = Instant(datetime(2026, 11, 22, 2, 0, tzinfo=UTC))
MESSAGE_ID = UUID("0193a000-0000-7000-8000-000000000001")
PHONE = "+8613800138000"
NAME = "林小雨"
LINKS = Unsubscribe(
    one_click_url="https://tea.example/api/v1/unsubscribe/abc",
    page_url="https://tea.example/preferences/abc",
    list_id="offers.tea.example",
)


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """Without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query's fields."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    def json(self) -> dict[str, object]:
        """The body as an object."""
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value

    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


Answering = Callable[[BaseHTTPRequestHandler], None]


def said(
    document: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answering:
    """Answer with a document."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()

    def answer(line: BaseHTTPRequestHandler) -> None:
        line.send_response(status)
        for name, value in (headers or {}).items():
            line.send_header(name, value)
        line.send_header("Content-Length", str(len(body)))
        line.end_headers()
        line.wfile.write(body)

    return answer


def cut(line: BaseHTTPRequestHandler) -> None:
    """Hang up without a word."""
    line.close_connection = True


def half(line: BaseHTTPRequestHandler) -> None:
    """Begin an answer and hang up in the middle of it."""
    line.send_response(200)
    line.send_header("Content-Length", "1000")
    line.end_headers()
    line.wfile.write(b'{"Code": "O')
    line.close_connection = True


def endless(line: BaseHTTPRequestHandler) -> None:
    """Answer with more than anybody wants to read."""
    line.send_response(200)
    line.end_headers()
    try:
        for _ in range(4_000):
            line.wfile.write(b"x" * 1_000)
    except OSError:
        pass
    line.close_connection = True


def dripping(line: BaseHTTPRequestHandler) -> None:
    """Send one letter now and then, so that no single wait is long."""
    line.send_response(200)
    line.send_header("Content-Length", "1000")
    line.end_headers()
    try:
        for _ in range(60):
            line.wfile.write(b"x")
            time.sleep(0.05)
    except OSError:
        pass
    line.close_connection = True


def silent(line: BaseHTTPRequestHandler) -> None:
    """Say nothing for longer than anybody waits."""
    time.sleep(1.5)
    line.close_connection = True


@dataclass
class Provider:
    """What the small provider heard, and where it is."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    @property
    def host(self) -> str:
        """Host and port, as they stand in a signature."""
        return self.url.partition("://")[2]


@contextmanager
def provider(answers: Sequence[Answering]) -> Iterator[Provider]:
    """A provider that gives these answers, one a request; the last one again and again."""
    there = Provider()
    left = list(answers)
    lock = threading.Lock()

    class Line(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                there.asked.append(Asked(self.command, self.path, headers, body))
                answer = left.pop(0) if len(left) > 1 else left[0]
            answer(self)

        def do_GET(self) -> None:
            self._take()

        def do_POST(self) -> None:
            self._take()

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Line)
    server.daemon_threads = True
    there.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def desk(*, loopback: bool = True, now: Instant = NOW) -> Desk:
    """What a channel works with in a test: impatient, and allowed to call this machine."""
    chance = Random(5)
    return Desk(
        caller=Caller(Reach(loopback=loopback), Patience(connect=0.8, wait=0.8, whole=1.2)),
        clock=lambda: now,
        entropy=chance.randbytes,
    )


def keyring(home: Path, **settings: str) -> Keyring:
    """Settings as they stand in the environment, without their common beginning."""
    return Keyring(home, {f"REGULARS_{name}": value for name, value in settings.items()})


def outgoing(
    *,
    channel: Channel = Channel.SMS,
    address: str = PHONE,
    text: str = f"【正茶】{NAME}，您的券还有3天到期，拒收请回复R",
    provider_template: str | None = None,
    html: str | None = None,
    subject: str | None = None,
    links: Unsubscribe | None = None,
    variables: Mapping[str, str] | None = None,
    purpose: Purpose = Purpose.MARKETING,
    names: tuple[str, ...] = (),
) -> Outgoing:
    """One message ready to go."""
    return Outgoing(
        id=MESSAGE_ID,
        channel=channel,
        purpose=purpose,
        address=address,
        language="zh-CN",
        subject=subject,
        text=text,
        html=html,
        provider_template=provider_template,
        variables={"name": NAME, "days": "3"} if variables is None else variables,
        links=links,
        names=names,
        valid_until=Instant(NOW + timedelta(hours=4)),
    )
