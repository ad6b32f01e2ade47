"""What a page asks of the server, as the browser's own network log tells it.

wire = Wire(page)
page.goto("/office/home")
wire.settled()          # nothing is on its way any more
wire.slowest()          # which answer took longest, and how long the server had it
"""

import re
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, Error, Page

Event = dict[str, object]

POLL_MILLISECONDS = 25
QUIET_SECONDS = 0.5
SETTLING_SECONDS = 30.0
NOTING_SECONDS = 60.0
NOTING_MILLISECONDS = 50
# Of these the browser has everything itself.
_WITHIN = ("data", "blob", "about")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(slots=True)
class Asked:
    """One request. Units: seconds of the browser's clock, bytes on the wire, milliseconds."""

    method: str
    path: str
    kind: str
    began: float
    ended: float | None = None
    size: int = 0
    status: int = 0
    server_ms: float = 0.0
    cached: bool = False

    @property
    def ms(self) -> float:
        """From the page's wish to the last byte, waiting in the browser's queue included."""
        return 0.0 if self.ended is None else (self.ended - self.began) * 1_000

    @property
    def name(self) -> str:
        """What is asked, without whom it is about."""
        return f"{self.method} {self.path}"


def without_ids(path: str) -> str:
    """A path with every id replaced: the same for each member, order or offer."""
    return "/".join("{id}" if _ID.fullmatch(word) else word for word in path.split("/"))


class Wire:
    """The network log of one page; a navigation begins it anew."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._moved = time.monotonic()
        self.asked: dict[str, Asked] = {}
        self.session: CDPSession = page.context.new_cdp_session(page)
        heard: dict[str, Callable[[Event], None]] = {
            "requestWillBeSent": self._sent,
            "requestServedFromCache": self._from_cache,
            "responseReceived": self._answered,
            "loadingFinished": self._finished,
            "loadingFailed": self._failed,
        }
        for name, listener in heard.items():
            self.session.on(f"Network.{name}", listener)
        self.session.send("Network.enable")

    def settled(self, seconds: float = SETTLING_SECONDS) -> bool:
        """Wait until nothing was on its way for half a second; False when that never came."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._page.wait_for_timeout(POLL_MILLISECONDS)
            is_open = any(one.ended is None for one in self.asked.values())
            if not is_open and time.monotonic() - self._moved >= QUIET_SECONDS:
                return True
        return False

    def noted(self, expression: str, what: str) -> float:
        """The figure that a script of ours leaves in the page. Fails when it does not come.

        Asked past Playwright, whose own script would be one more that a slowed page must read.
        """
        end = time.monotonic() + NOTING_SECONDS
        question = {"expression": expression, "returnByValue": True}
        while time.monotonic() < end:
            try:
                told = cast("Event", self.session.send("Runtime.evaluate", question))
            except Error:
                # The page is just being exchanged for the next one.
                told = {"result": {}}
            value = cast("Event", told["result"]).get("value")
            if isinstance(value, int | float):
                return float(value)
            self._page.wait_for_timeout(NOTING_MILLISECONDS)
        raise RuntimeError(f"{what} did not come at {self._page.url}")

    def ended(self, but: Collection[str] = ()) -> list[Asked]:
        """The requests that were answered, but for those with these keys in the log."""
        return [
            one
            for key, one in self.asked.items()
            if one.ended is not None and one.status and key not in but
        ]

    def slowest(self) -> Asked | None:
        """The answer that took longest."""
        return max(self.ended(), key=lambda one: one.ms, default=None)

    def _sent(self, event: Event) -> None:
        self._moved = time.monotonic()
        request, key = cast("Event", event["request"]), str(event["requestId"])
        address = urlsplit(str(request["url"]))
        kind = str(event.get("type", ""))
        # An answer that goes on for ever is nothing to wait for.
        if address.scheme in _WITHIN or kind == "EventSource":
            return
        before = 0
        if kind == "Document":
            # What the page before still waited for, nobody waits for now.
            self.asked.clear()
        if "redirectResponse" in event:
            before = _whole(cast("Event", event["redirectResponse"])["encodedDataLength"])
        self.asked[key] = Asked(
            method=str(request["method"]),
            path=without_ids(address.path),
            kind=kind,
            began=_number(event["timestamp"]),
            size=before,
        )

    def _from_cache(self, event: Event) -> None:
        one = self.asked.get(str(event["requestId"]))
        if one is not None:
            one.cached = True

    def _answered(self, event: Event) -> None:
        self._moved = time.monotonic()
        one = self.asked.get(str(event["requestId"]))
        if one is None:
            return
        response = cast("Event", event["response"])
        one.status = _whole(response["status"])
        one.cached = one.cached or bool(response.get("fromDiskCache"))
        timing = cast("Event | None", response.get("timing"))
        if timing is not None and not one.cached:
            one.server_ms = _number(timing["receiveHeadersEnd"]) - _number(timing["sendEnd"])

    def _finished(self, event: Event) -> None:
        self._moved = time.monotonic()
        one = self.asked.get(str(event["requestId"]))
        if one is not None:
            one.ended = _number(event["timestamp"])
            one.size += _whole(event["encodedDataLength"])

    def _failed(self, event: Event) -> None:
        self._moved = time.monotonic()
        one = self.asked.get(str(event["requestId"]))
        if one is not None:
            one.ended = _number(event["timestamp"])
            # A page that left before its answer came was not answered.
            one.status = 0


def _number(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)


def _whole(value: object) -> int:
    return int(_number(value))
