"""The outermost layer: what holds for every request and every answer, in one pass.

A page of another site that posts to the till is refused before any route runs; every answer carries
the browser's strictest rules; one JSON line a request says who did what in how long, and never what
was typed.
"""

import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import perf_counter
from typing import Protocol
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.http.edge import Facing
from regulars.http.problem import problem
from regulars.use_cases.report_page import STYLE_HASH

BODY_BYTES_MAX = 1_000_000
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REFERENCE_BYTES = 8

ORIGIN_FOREIGN = refusal_code("request.origin_foreign")
FAULT = refusal_code("server.fault")
BODY_TOO_LARGE = refusal_code("request.too_large", "maximum_bytes")

CONTENT_SECURITY_POLICY = (
    f"default-src 'self'; script-src 'self'; style-src 'self' '{STYLE_HASH}'; "
    "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(), microphone=(), payment=()",
}
TLS_HEADERS: Mapping[str, str] = {
    "strict-transport-security": "max-age=31536000; includeSubDomains"
}


class Log(Protocol):
    """Where one line a request goes."""

    def info(self, event: str, **fields: object) -> object: ...
    def error(self, event: str, **fields: object) -> object: ...


class Guard:
    """Wraps the routes: origin, size, headers, log."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        express: Mapping[tuple[str, str], ASGIApp],
        facing: Facing,
        log: Log,
        entropy: Callable[[int], bytes],
        currency_scale: int,
    ) -> None:
        self.app = app
        self._express = express
        self._log = log
        self._entropy = entropy
        self._currency_scale = currency_scale
        sent = {**HEADERS, **TLS_HEADERS} if facing.tls else HEADERS
        self._headers = [(name.encode(), value.encode()) for name, value in sent.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; start-up and shut-down pass through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = perf_counter()
        reference = self._entropy(REFERENCE_BYTES).hex()
        scope["regulars.reference"] = reference
        scope["regulars.currency_scale"] = self._currency_scale
        own = [*self._headers, (b"x-request-id", reference.encode())]
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *own]
            await send(message)

        try:
            refusal = refused_at_once(scope)
            if refusal is not None:
                await problem(Request(scope), refusal)(scope, receive, send_with_headers)
            else:
                lane = self._express.get((scope["method"], scope["path"]))
                app = self.app if lane is None or not is_json(scope) else lane
                await app(scope, _limited(receive), send_with_headers)
        except Exception as error:
            self._log.error("fault", reference=reference, **_fault(error))
            if status == 0:
                await problem(Request(scope), FAULT.because())(scope, receive, send_with_headers)
        finally:
            self._tell(scope, status, begun)

    def _tell(self, scope: Scope, status: int, begun: float) -> None:
        # The template of the route, never the path: a path may hold what somebody typed.
        self._log.info(
            "request",
            reference=scope["regulars.reference"],
            method=scope["method"],
            route=getattr(scope.get("route"), "path", None),
            status=status,
            ms=round((perf_counter() - begun) * 1000, 2),
            actor=scope.get("regulars.actor"),
            refusal=scope.get("regulars.refusal"),
        )


def is_json(scope: Scope) -> bool:
    """Whether a request says that it carries JSON: what says otherwise takes the long way."""
    for name, value in scope["headers"]:
        if name == b"content-type":
            kind: bytes = value
            return kind.startswith(b"application/json")
    return False


def refused_at_once(scope: Scope) -> Refusal | None:
    """Why a request is turned away before any route sees it, if it is."""
    if scope["method"] in SAFE_METHODS:
        return None
    headers = Headers(scope=scope)
    with suppress(ValueError):
        if int(headers.get("content-length", "0")) > BODY_BYTES_MAX:
            return BODY_TOO_LARGE.because(maximum_bytes=BODY_BYTES_MAX)
    return None if _from_own_pages(headers) else ORIGIN_FOREIGN.because()


def _from_own_pages(headers: Headers) -> bool:
    # A key in a header is sent by no browser on its own; cookies are, so the page must be ours.
    if "authorization" in headers:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _limited(receive: Receive) -> Receive:
    received = 0

    async def receive_limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > BODY_BYTES_MAX:
            raise HTTPException(413)
        return message

    return receive_limited


def _fault(error: Exception) -> dict[str, object]:
    # The kind and the places, never the message: it may quote what a guest typed.
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "kind": f"{type(error).__module__}.{type(error).__qualname__}",
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]],
    }
