"""How fast the faces are in a browser, one JSON line each: `make bench-web`.

    python -m bench.web                          # office and till on a demonstration shop
    python -m bench.web --small --rounds 2       # on a month of trade, to try the bench
    python -m bench.web --demo .regulars-demo    # on a copy of a shop that `make demo` made
    python -m bench.web --members 1000000        # the members' list alone, of so many members

Beside each figure stands our aim for it: `limit_` and its name.
"""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from bench.marketing_parts.sending import ON_CONSOLE
from bench.scratch.figures import machine
from bench.scratch.servers import Server, on_postgresql, on_sqlite, serving
from bench.till import TAPS, quantile, taps_ms
from bench.web_parts import idling, walking
from bench.web_parts.listing import listed
from bench.web_parts.screens import OFFICE, SLOWED, TILL, chromium, first_screens
from bench.web_parts.shops import demo_shop, let_in, members_shop, progress, running
from bench.web_parts.wire import Wire
from tests.browser.office import Office, new_office
from tests.browser.running import RunningShop
from tests.browser.till import new_till
from tools.screenshots import MANAGER, sign_in

OWNER, HEAD_OFFICE = "owner", "manager"
MEMBERS, ROUNDS, IDLE_SECONDS = 100_000, 5, 30.0
ENGINES = {"sqlite": on_sqlite, "postgresql": on_postgresql}
FIRST_SCREEN_KB, USABLE_MS, REQUEST_MS, TAP_MS, ANSWER_MS = 300, 1_500, 1_000, 100, 300
# "About nothing": a thousandth of a core.
IDLE_CPU_SECONDS = 0.06
FAULTS_TOLD = 5
LANGUAGE = "zh-CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to measure. Units: seconds."""

    demo: Path | None
    small: bool
    rounds: int
    taps: int
    idle_seconds: float


def office_line(
    browser: Browser, shop: RunningShop, server: Server, wanted: Wanted
) -> dict[str, object]:
    """The back office: its first screen, a walk through all of it, and a page that is left open."""
    door = new_office(browser, shop, LANGUAGE)
    context = door.page.context
    try:
        door.first_sign_in(OWNER, at=OFFICE.address)
        door.page.close()
        progress("office: first screens")
        screens = first_screens(context, OFFICE, wanted.rounds)
        progress("office: every area")
        office = Office(context.new_page(), LANGUAGE)
        wire = Wire(office.page)
        walk = walking.walked(office.page, wire)
        seen = walking.told(office.page, wire, walk, limit_ms=REQUEST_MS)
        office.page.close()
        progress("office: nobody touches it")
        idle = idling.told(idling.idled(context, server, OFFICE, wanted.idle_seconds))
    finally:
        context.close()
    return {
        "bench": "web",
        "app": "office",
        **screens,
        **seen,
        **idle,
        "limit_first_screen_kb_gz": FIRST_SCREEN_KB,
        "limit_usable_ms_cpu4x": USABLE_MS,
        "limit_slowest_request_ms": REQUEST_MS,
        "limit_idle_page_cpu_s_per_min": IDLE_CPU_SECONDS,
        "faults": office.faults[:FAULTS_TOLD],
        **said_of(wanted),
    }


def till_line(browser: Browser, shop: RunningShop, wanted: Wanted) -> dict[str, object]:
    """The till that a store manager has bound: its order screen, and how soon a tap shows."""
    till = new_till(browser, shop)
    context = till.page.context
    try:
        sign_in(till)
        till.page.close()
        progress("till: first screens")
        screens = first_screens(context, TILL, wanted.rounds)
        progress("till: taps")
        page = context.new_page()
        wire = Wire(page)
        taps = tapped(page, wire, wanted.taps)
        slow = wire.slowest()
        assert slow is not None
    finally:
        context.close()
    return {
        "bench": "web",
        "app": "till",
        **screens,
        "tap_p50_ms": quantile(taps, 0.5),
        "tap_p95_ms": quantile(taps, 0.95),
        "taps": len(taps),
        "slowest_request_ms": round(slow.ms),
        "slowest_request": slow.name,
        "slowest_request_server_ms": round(slow.server_ms),
        "limit_first_screen_kb_gz": FIRST_SCREEN_KB,
        "limit_usable_ms_cpu4x": USABLE_MS,
        "limit_tap_p95_ms": TAP_MS,
        "limit_slowest_request_ms": REQUEST_MS,
        "faults": till.faults[:FAULTS_TOLD],
        **said_of(wanted),
    }


def tapped(page: Page, wire: Wire, count: int) -> list[float]:
    """How long each tap took to show, on a slow machine, as `bench.till` measures it."""
    page.goto(TILL.address)
    page.locator(TILL.shows).first.wait_for()
    wire.settled()
    # A product that asks first opens a sheet, which may come after the next tap was begun.
    page.add_locator_handler(
        page.locator("dialog").first, lambda _: page.keyboard.press("Escape"), no_wait_after=True
    )
    wire.session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    return taps_ms(page, count)


def said_of(wanted: Wanted) -> dict[str, object]:
    """What must be said beside the figures."""
    size = "small" if wanted.small else "a copy" if wanted.demo else "a year"
    return {"shop": f"demo, {size}", "rounds": wanted.rounds, "machine": machine()}


def on_the_demo(wanted: Wanted) -> Iterator[dict[str, object]]:
    """The lines of both faces on one demonstration shop."""
    with demo_shop(wanted.demo, small=wanted.small) as place:
        let_in(place, OWNER, MANAGER)
        # As `regulars demo --serve` serves it: what its journeys write reaches nobody.
        with serving(place, given=ON_CONSOLE) as server, chromium() as browser:
            shop = running(place, server)
            yield office_line(browser, shop, server, wanted)
            yield till_line(browser, shop, wanted)


def of_members(engine: str, count: int) -> dict[str, object]:
    """The members' list of a shop with so many."""
    with ENGINES[engine]() as place:
        progress(f"{engine}: {count} members and their past")
        crowded = members_shop(place, count)
        let_in(place, HEAD_OFFICE)
        with serving(place) as server, chromium() as browser:
            office = new_office(browser, running(place, server), LANGUAGE)
            try:
                office.first_sign_in(HEAD_OFFICE)
                progress("the members' list")
                found = listed(office.page, Wire(office.page), crowded)
            finally:
                office.page.context.close()
    return {
        "bench": "web",
        "app": "office",
        "page": "members",
        "engine": engine,
        "members": count,
        **found,
        "limit_answer_ms": ANSWER_MS,
        "faults": office.faults[:FAULTS_TOLD],
        "fill_seconds": round(crowded.fill_seconds),
        "machine": machine(),
    }


def main() -> None:
    """Measure what was asked for."""
    parser = ArgumentParser(prog="bench.web")
    parser.add_argument("--demo", type=Path, metavar="FOLDER", help="the home of a demonstration")
    parser.add_argument("--small", action="store_true", help="a demonstration of one month")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of first screens")
    parser.add_argument("--taps", type=int, default=TAPS)
    parser.add_argument("--idle-seconds", type=float, default=IDLE_SECONDS)
    parser.add_argument(
        "--members", type=int, nargs="?", const=MEMBERS, metavar="N", help="their list alone"
    )
    parser.add_argument("--engine", choices=sorted(ENGINES), default="sqlite", help="of --members")
    args = parser.parse_args()
    with chromium():
        progress("Chromium and both faces are here")
    if args.members is not None:
        print(json.dumps(of_members(args.engine, args.members), ensure_ascii=False), flush=True)
        return
    wanted = Wanted(
        demo=args.demo,
        small=args.small,
        rounds=args.rounds,
        taps=args.taps,
        idle_seconds=args.idle_seconds,
    )
    for line in on_the_demo(wanted):
        print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
