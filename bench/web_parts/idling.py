"""What a page costs the server while nobody touches it, beside the same time with no page open."""

import time
from dataclasses import dataclass

from playwright.sync_api import BrowserContext

from bench.scratch.processes import cpu_seconds
from bench.scratch.servers import Server
from bench.web_parts.screens import Face, shown_ms, watched
from bench.web_parts.wire import Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """A while of it. Units: seconds of CPU of the server's processes."""

    seconds: float
    open_cpu_seconds: float
    closed_cpu_seconds: float
    requests: int


def idled(context: BrowserContext, server: Server, face: Face, seconds: float) -> Idle:
    """So long without a page, and so long with one. All other pages must be closed."""
    if context.pages:
        raise RuntimeError("a page is still open")
    before = cpu_seconds(server.pids())
    time.sleep(seconds)
    closed = cpu_seconds(server.pids()) - before
    page = context.new_page()
    try:
        wire = Wire(page)
        watched(page, face.shows)
        page.goto(face.address)
        shown_ms(wire, face.shows)
        wire.settled()
        known = set(wire.asked)
        before = cpu_seconds(server.pids())
        page.wait_for_timeout(seconds * 1_000)
        return Idle(
            seconds=seconds,
            open_cpu_seconds=cpu_seconds(server.pids()) - before,
            closed_cpu_seconds=closed,
            requests=len(wire.ended(but=known)),
        )
    finally:
        page.close()


def told(idle: Idle) -> dict[str, object]:
    """The figures of it, a minute's worth."""
    minutes = idle.seconds / 60
    added = idle.open_cpu_seconds - idle.closed_cpu_seconds
    return {
        "idle_requests_per_min": round(idle.requests / minutes, 1),
        "idle_page_cpu_s_per_min": round(added / minutes, 3),
        "idle_cpu_s_per_min": round(idle.open_cpu_seconds / minutes, 3),
        "idle_cpu_s_per_min_no_page": round(idle.closed_cpu_seconds / minutes, 3),
    }
