"""A browser, and a fresh shop with its server for each walk."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.office import DESK, Office, new_office
from tests.browser.running import Prepare, RunningShop, filled, served
from tests.browser.till import WIDE, Till, new_till

CHROMIUM = Path("/usr/bin/chromium")
# What a walk waits for comes at once; on a machine that is busy with other tests it may not.
PATIENCE_MILLISECONDS = 20_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class OpenShop(Protocol):
    """Opens a shop and serves it until the test ends."""

    def __call__(
        self, prepare: Prepare = ..., *, terms: Mapping[str, object] | None = ...
    ) -> RunningShop: ...


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium of the system; closed with its module, since its event loop runs in this thread and
    other tests run loops of their own."""
    assert CHROMIUM.exists(), "Chromium is missing: run `make system`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def shop_server(tmp_path: Path) -> Iterator[OpenShop]:
    """Open a small tea shop with its server; `prepare` fills it before the door opens."""
    with ExitStack() as running:

        def open_one(
            prepare: Prepare = lambda shop: shop, *, terms: Mapping[str, object] | None = None
        ) -> RunningShop:
            file = filled(tmp_path / "home", prepare=prepare, terms=terms)
            return running.enter_context(served(file))

        yield open_one


@pytest.fixture
def till_at(browser: Browser) -> Iterator[Callable[..., Till]]:
    """A till in front of a shop; nothing may go wrong behind its screen."""
    with ExitStack() as opened:

        def open_till(shop: RunningShop, size: tuple[int, int] = WIDE) -> Till:
            till = new_till(browser, shop, size)
            opened.callback(till.page.context.close)
            return till

        yield open_till


class OpenOffice(Protocol):
    """Opens a browser at the back office of a shop."""

    def __call__(
        self, shop: RunningShop, language: str = ..., size: tuple[int, int] = ...
    ) -> Office: ...


@pytest.fixture
def office_at(browser: Browser) -> Iterator[OpenOffice]:
    """A back office in front of a shop, in one language."""
    with ExitStack() as opened:

        def open_office(
            shop: RunningShop, language: str = "zh-CN", size: tuple[int, int] = DESK
        ) -> Office:
            office = new_office(browser, shop, language, size)
            opened.callback(office.page.context.close)
            return office

        yield open_office
