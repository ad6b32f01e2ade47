"""Every area of the back office, each of its tabs, and one of each kind of page below them.

The walk follows the links that stand on the pages, so that a new area or tab is walked too. Of
pages that differ by an id alone, one is opened.
"""

import re
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import cast
from urllib.parse import urlsplit

from playwright.sync_api import Page

from bench.till import quantile
from bench.web_parts.wire import Asked, Wire, without_ids

HOME = "/office/home"
AREAS_MIN = 10
PAGES_PER_AREA_MAX = 40
WALK_SECONDS = 1_200.0
ASKED_AGAIN = 3
# The field of a setting, as an id is one of many: "tiers.ladder".
_FIELD = re.compile(r"[a-z_]+(\.[a-z_]+)+")
# Links beside the page, and links in it.
_LINKS = """() => {
  const all = [...document.querySelectorAll('a[href^="/office/"]')];
  const there = (inside) => all
    .filter((link) => (link.closest('main') !== null) === inside)
    .map((link) => link.getAttribute('href'));
  return [there(false), there(true)];
}"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, on which page it was waited for, and how that page is opened."""

    asked: Asked
    page: str
    address: str


@dataclass(slots=True)
class Walk:
    """What was seen. `unsettled`: pages that never stopped asking."""

    areas: int = 0
    pages: int = 0
    is_whole: bool = True
    answers: list[Answer] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)


def kind_of(address: str) -> str:
    """What is the same of all pages of one kind."""
    words = without_ids(urlsplit(address).path).rstrip("/").split("/")
    return "/".join("{field}" if _FIELD.fullmatch(word) else word for word in words)


def walked(page: Page, wire: Wire) -> Walk:
    """Walk through the whole office."""
    walk, end = Walk(), time.monotonic() + WALK_SECONDS
    page.goto(HOME)
    # What stands beside the page comes with who is signed in.
    page.locator(f'a[href="{HOME}"]').first.wait_for(state="attached")
    wire.settled()
    areas = {kind_of(each): each for each in _links(page)[0]}
    if len(areas) < AREAS_MIN:
        raise RuntimeError(f"only these areas stand beside the page: {sorted(areas)}")
    walk.areas = len(areas)
    for area in areas.values():
        for address in _pages_of(page, area):
            _visit(page, wire, walk, address)
            if time.monotonic() > end:
                walk.is_whole = False
                return walk
    return walk


def _pages_of(page: Page, area: str) -> Iterator[str]:
    """The pages of an area, its first one first; whoever asks for the next has opened the last."""
    below = f"{urlsplit(area).path.rstrip('/')}/"
    known, waiting = {kind_of(area)}, deque([area])
    for _ in range(PAGES_PER_AREA_MAX):
        if not waiting:
            return
        yield waiting.popleft()
        for address in _links(page)[1]:
            kind = kind_of(address)
            if kind not in known and f"{urlsplit(address).path}/".startswith(below):
                known.add(kind)
                waiting.append(address)


def _visit(page: Page, wire: Wire, walk: Walk, address: str) -> None:
    page.goto(address)
    if not wire.settled():
        walk.unsettled.append(kind_of(address))
    walk.pages += 1
    walk.answers += [Answer(one, kind_of(address), address) for one in wire.ended()]


def _links(page: Page) -> list[list[str]]:
    return cast("list[list[str]]", page.evaluate(_LINKS))


def again_ms(page: Page, wire: Wire, slow: Answer) -> float:
    """The same answer asked for a few times more: was it slow, or the machine?"""
    found = []
    for _ in range(ASKED_AGAIN):
        page.goto(slow.address)
        wire.settled()
        same = [one.ms for one in wire.ended() if one.name == slow.asked.name]
        found += [max(same)] if same else []
    return median(found) if found else slow.asked.ms


def told(page: Page, wire: Wire, walk: Walk, *, limit_ms: float) -> dict[str, object]:
    """The figures of a walk."""
    slow = max(walk.answers, key=lambda one: one.asked.ms)
    times = [one.asked.ms for one in walk.answers if one.asked.path.startswith("/api/")]
    over = sorted({one.asked.name for one in walk.answers if one.asked.ms > limit_ms})
    refused = sorted(
        {
            f"{one.asked.status} {one.asked.name} on {one.page}"
            for one in walk.answers
            if one.asked.status >= 400
        }
    )
    return {
        "slowest_request_ms": round(slow.asked.ms),
        "slowest_request": slow.asked.name,
        "slowest_request_page": slow.page,
        "slowest_request_server_ms": round(slow.asked.server_ms),
        "slowest_request_again_ms": round(again_ms(page, wire, slow)),
        "request_p50_ms": quantile(times, 0.5),
        "request_p95_ms": quantile(times, 0.95),
        "requests": len(walk.answers),
        "requests_over_limit": over,
        "refused": refused,
        "areas": walk.areas,
        "pages": walk.pages,
        "pages_unsettled": walk.unsettled,
        "walk_is_whole": walk.is_whole,
    }
