"""Calls a web app in this process, as a browser would over the network; keeps no cookies."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Scope

HOST = "till.example"


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The last header of a name."""
        return next((value for known, value in reversed(self.headers) if known == name), None)

    def cookies(self) -> dict[str, str]:
        """Every cookie that was set, with its attributes."""
        texts = [value for known, value in self.headers if known == "set-cookie"]
        return {text.split("=", 1)[0]: text.split("=", 1)[1] for text in texts}

    def json(self) -> dict[str, object]:
        """The body as an object."""
        value = json.loads(self.body)
        assert isinstance(value, dict), value
        return value

    def rows(self) -> list[dict[str, object]]:
        """The body as a list of objects."""
        value = json.loads(self.body)
        assert isinstance(value, list), value
        return value

    @property
    def code(self) -> object:
        """The refusal's code, if this is one."""
        return self.json().get("code")


def scope_of(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes = b"",
    address: str = "203.0.113.7",
) -> Scope:
    """One request as a server hands it to the app."""
    parts = urlsplit(url)
    sent = {"host": HOST, **{name.lower(): value for name, value in headers.items()}}
    if body:
        sent.setdefault("content-type", "application/json")
        sent.setdefault("content-length", str(len(body)))
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
        "client": (address, 40_000),
        "server": (HOST, 443),
        "state": {},
    }


class Door:
    """One event loop for all calls, as a server process has."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._runner = asyncio.Runner()

    def close(self) -> None:
        """End the loop."""
        self._runner.close()

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes = b"",
        address: str = "203.0.113.7",
    ) -> Reply:
        """One request and its reply."""
        scope = scope_of(method, url, headers=headers, body=body, address=address)
        return self._runner.run(self._exchanged(scope, body))

    async def _exchanged(self, scope: Scope, body: bytes) -> Reply:
        status, headers, parts, sent = 0, [], [], False

        async def receive() -> Message:
            nonlocal sent
            if sent:
                # As a browser that waits for its answer: it never hangs up.
                await asyncio.Event().wait()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers.extend(message["headers"])
            else:
                parts.append(message.get("body", b""))

        await self._app(scope, receive, send)
        told = [(name.decode().lower(), value.decode("latin-1")) for name, value in headers]
        return Reply(status, told, b"".join(parts))
