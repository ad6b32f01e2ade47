"""How quickly the till answers a finger: tap on a product → next frame, on a slow machine.

    python -m bench.till                     # Chromium slowed four times, 120 taps

Prints one JSON line: `tap_p50_ms`, `tap_p95_ms` from the tap to the frame that shows it,
`bundle_kb_gz` of all scripts and styles, `usable_ms` from a reload to tiles that can be tapped.
The budget is 100 ms at p95 and 150 KB.
"""

import argparse
import gzip
import json
import os
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.running import filled, served
from tests.browser.till import Till, new_till

TILL = Path(__file__).parent.parent / "src" / "regulars" / "web" / "till"
SLOWED = 4
TAPS = 120
PAUSE_MS = 90

# A tap's own time, then the frame after the one that its handlers asked for.
WATCH = """() => {
  window.tapped = [];
  addEventListener('click', (event) => {
    const begun = event.timeStamp;
    requestAnimationFrame(() => {
      const shown = new MessageChannel();
      shown.port1.onmessage = () => window.tapped.push(performance.now() - begun);
      shown.port2.postMessage(0);
    });
  }, true);
}"""


def bundle_kb() -> float:
    """What a till downloads before it sells. Units: kilobytes, gzipped."""
    parts = [path for path in TILL.rglob("*") if path.suffix in {".js", ".css"}]
    return sum(len(gzip.compress(path.read_bytes())) for path in parts) / 1024


def taps_ms(page: Page, count: int) -> list[float]:
    """How long each tap took to show."""
    page.evaluate(WATCH)
    tiles = page.locator(".tile")
    for number in range(count):
        tiles.nth(number % tiles.count()).tap()
        if page.locator("dialog").count():
            page.keyboard.press("Escape")
        page.wait_for_timeout(PAUSE_MS)
    measured: list[float] = page.evaluate("window.tapped")
    return measured


def quantile(values: list[float], share: float) -> float:
    """The value that this share of all values does not pass."""
    return round(sorted(values)[min(int(len(values) * share), len(values) - 1)], 1)


def measured(browser: Browser, home: Path, count: int) -> dict[str, object]:
    """The till's figures on a fresh small shop."""
    with served(filled(home, prepare=lambda shop: shop, terms=None)) as shop:
        till: Till = new_till(browser, shop)
        till.first_sign_in()
        page = till.page
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        begun = time.perf_counter()
        page.reload()
        page.wait_for_selector(".tile")
        usable_ms = (time.perf_counter() - begun) * 1_000
        taps = taps_ms(page, count)
    return {
        "bench": "till",
        "taps": len(taps),
        "slowed": SLOWED,
        "tap_p50_ms": quantile(taps, 0.5),
        "tap_p95_ms": quantile(taps, 0.95),
        "usable_ms": round(usable_ms),
        "bundle_kb_gz": round(bundle_kb(), 1),
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Measure once and print the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--taps", type=int, default=TAPS)
    count: int = parser.parse_args().taps
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        print(json.dumps(measured(browser, Path(folder) / "home", count)))
        browser.close()


if __name__ == "__main__":
    main()
