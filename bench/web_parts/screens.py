"""The first screen of a face on a slow machine: what it weighs, and when it can be used.

Every round is a tab of its own with an emptied cache, in a browser that is signed in already.
Usable is when a person sees what she came for and nothing of the first screen is still on its way.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.web_parts.wire import Wire
from tests.browser.conftest import ARGUMENTS, CHROMIUM

SLOWED = 4
WEB = Path(__file__).resolve().parents[2] / "src" / "regulars" / "web"

# From the first moment of the page on: when what is looked for stood in a frame.
_WATCH = """(() => {
  window.shownAt = null;
  const isThere = () => (document.querySelector(SELECTOR)?.getClientRects().length ?? 0) > 0;
  const watch = new MutationObserver(() => {
    if (!isThere()) return;
    watch.disconnect();
    requestAnimationFrame(() => {
      const shown = new MessageChannel();
      shown.port1.onmessage = () => { window.shownAt = performance.now(); };
      shown.port2.postMessage(0);
    });
  });
  watch.observe(document, { subtree: true, childList: true });
})()"""
# Arithmetic alone: how much slower it is says how slow the browser really was made.
_LOOP = """() => {
  const begun = performance.now();
  let sum = 0;
  for (let number = 0; number < 1e7; number += 1) sum = (sum + number) % 1000003;
  return performance.now() - begun + sum * 0;
}"""


@dataclass(frozen=True, slots=True)
class Face:
    """A front end, where its first screen is and what must stand there."""

    name: str
    address: str
    shows: str


OFFICE = Face("office", "/office/home", 'main [data-test^="tile-"]')
TILL = Face("till", "/till/", ".grid .tile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One first screen. Units: milliseconds, kilobytes on the wire."""

    shown_ms: float
    usable_ms: float
    kilobytes: float
    answers_kilobytes: float
    requests: int
    cached: int
    slowed: float


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium until the end of the block."""
    if not CHROMIUM.exists():
        raise SystemExit(f"{CHROMIUM} is missing: run `make system`")
    missing = [one for one in ("office", "till") if not (WEB / one / "index.html").exists()]
    if missing:
        raise SystemExit(f"{' and '.join(missing)} are not built: run `make web`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def watched(page: Page, selector: str) -> None:
    """Let every page that comes note when this first stood on the screen."""
    page.add_init_script(script=_WATCH.replace("SELECTOR", json.dumps(selector)))


def shown_ms(wire: Wire, selector: str) -> float:
    """When it stood there, from the navigation on. Fails when it does not come."""
    return wire.noted("window.shownAt", selector)


def first_screen(context: BrowserContext, face: Face) -> Screen:
    """One round."""
    page = context.new_page()
    try:
        wire = Wire(page)
        watched(page, face.shows)
        wire.session.send("Network.clearBrowserCache")
        wire.session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        page.goto(face.address, wait_until="commit")
        shown = shown_ms(wire, face.shows)
        if not wire.settled():
            raise RuntimeError(f"{face.address} never stops asking")
        asked = wire.ended()
        began = next(one.began for one in asked if one.kind == "Document")
        last = max(one.ended or one.began for one in asked)
        slow = _loop_ms(page)
        wire.session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        return Screen(
            shown_ms=shown,
            usable_ms=max(shown, (last - began) * 1_000),
            kilobytes=sum(one.size for one in asked) / 1_024,
            answers_kilobytes=sum(one.size for one in asked if one.path.startswith("/api/"))
            / 1_024,
            requests=len(asked),
            cached=sum(one.cached for one in asked),
            slowed=slow / _loop_ms(page),
        )
    finally:
        page.close()


def _loop_ms(page: Page) -> float:
    found: float = page.evaluate(_LOOP)
    return found


def first_screens(context: BrowserContext, face: Face, rounds: int) -> dict[str, object]:
    """The figures of several rounds, the median of each."""
    found = [first_screen(context, face) for _ in range(rounds)]

    def middle(figure: Callable[[Screen], float]) -> float:
        return median(figure(one) for one in found)

    return {
        "first_screen_kb_gz": round(middle(lambda one: one.kilobytes), 1),
        "first_screen_answers_kb": round(middle(lambda one: one.answers_kilobytes), 1),
        "first_screen_requests": middle(lambda one: one.requests),
        "first_screen_cached": max(one.cached for one in found),
        "usable_ms_cpu4x": round(middle(lambda one: one.usable_ms)),
        "shown_ms_cpu4x": round(middle(lambda one: one.shown_ms)),
        "usable_ms_rounds": [round(one.usable_ms) for one in found],
        "slowed": round(middle(lambda one: one.slowed), 1),
    }
