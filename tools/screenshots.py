"""Takes the pictures of the guides: the real till, in both languages, on a small demonstration.

python -m tools.screenshots            # writes docs/images/till-*.png
"""

import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from regulars.cli.demo_shop.making import Order, make
from regulars.cli.demo_shop.seeds import Seed
from regulars.cli.demo_shop.size import Size
from regulars.domain.stores.codes import code_hash
from regulars.main import hired
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.running import CODE, PASSWORD, RunningShop, served
from tests.browser.till import Till, new_till

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
SEED = Seed(20_260_501)
MANAGER = "s1-manager"
REGULAR = "10000000001"
LANGUAGES = {"zh-CN": "zh", "en": "en"}

Shot = Callable[[str], None]


def demonstration(home: Path, *, size: Size, logins: Sequence[str]) -> Path:
    """Some days of trade, whose people with these names may sign in for the first time."""
    home.mkdir(mode=0o700)
    file = home / "regulars.db"
    make(Order(home=home, file=file, seed=SEED, size=size, hiring=hired), lambda _: None)
    tomorrow = int((datetime.now(UTC) + timedelta(days=1)).timestamp() * 1_000_000)
    with sqlite3.connect(file) as database:
        database.executemany(
            "UPDATE staff SET one_time_hash = ?, one_time_until = ? WHERE login = ?",
            [(code_hash(CODE), tomorrow, login) for login in logins],
        )
    database.close()
    return file


def sign_in(till: Till) -> None:
    """The manager signs in for the first time and takes till A."""
    page = till.page
    page.goto("/till/")
    page.get_by_role("button", name="第一次登录？").tap()
    fields = page.locator("input")
    for at, text in enumerate((MANAGER, CODE, PASSWORD, PASSWORD)):
        fields.nth(at).fill(text)
    page.locator("button[type=submit]").tap()
    page.locator(".tile").first.tap()
    expect(page.locator(".grid .tile").first).to_be_visible()


def speak(page: Page, language: str) -> None:
    """The till in one language, with nothing begun."""
    page.evaluate("language => localStorage.setItem('regulars.language', language)", language)
    page.reload()
    expect(page.locator(".grid .tile").first).to_be_visible()


def walk(till: Till, shot: Shot) -> None:
    """One sale with everything, and its refund."""
    page = till.page
    tiles = page.locator(".grid .tile:not(.gone)")
    for at in (0, 0, 3):
        tiles.nth(at).tap()
    page.locator(".category").nth(7).tap()
    tiles.nth(1).tap()
    page.locator(".category").nth(0).tap()
    till.type_anywhere(REGULAR)
    expect(page.locator(".values")).to_be_visible()
    expect(page.locator(".figure.guess")).to_have_count(0)
    shot("sell")
    tiles.nth(4).click(button="right")
    page.locator("dialog fieldset").last.locator("button").first.tap()
    shot("choices")
    page.keyboard.press("Escape")
    till.part("explain").tap()
    expect(page.locator("dialog .worth").first).to_be_visible()
    shot("explain")
    page.locator("dialog summary").last.tap()
    page.locator("dialog details").last.scroll_into_view_if_needed()
    shot("reasons")
    page.keyboard.press("Escape")
    page.locator(".value").nth(1).tap()
    expect(page.locator("dialog [role=switch]").first).to_be_visible()
    shot("coupons")
    page.keyboard.press("Escape")
    till.part("discount-open").tap()
    page.locator("dialog .quick button").nth(1).tap()
    page.locator("dialog .reasons button").first.tap()
    shot("discount")
    page.keyboard.press("Escape")
    page.locator(".value").nth(0).tap()
    till.part("points-all").tap()
    expect(page.locator("dialog .worth:not(.old)")).to_be_visible()
    shot("points")
    page.locator("dialog .foot button").first.tap()
    page.keyboard.press("Escape")
    expect(page.locator(".figure.guess")).to_have_count(0)
    page.locator(".acts .pay").tap()
    page.keyboard.type("20")
    page.locator(".right .tall").first.tap()
    expect(page.locator(".tender")).to_be_visible()
    shot("pay")
    page.locator(".quick button").nth(1).tap()
    expect(till.part("next")).to_be_visible()
    shot("paid")
    till.next_order()
    page.locator(".ways .way").nth(1).tap()
    page.locator(".rows .row").first.tap()
    page.locator(".detail .danger").tap()
    page.locator("dialog .step button:last-child").first.tap()
    page.locator("dialog .chips button").first.tap()
    expect(till.part("refund-plan")).to_be_visible()
    shot("refund")
    page.keyboard.press("Escape")


def take_pictures(browser: Browser, shop: RunningShop, folder: Path) -> list[Path]:
    """Every picture of the till in both languages."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    till = new_till(browser, shop)
    sign_in(till)
    for language, short in LANGUAGES.items():
        speak(till.page, language)

        def shot(name: str, short: str = short) -> None:
            path = folder / f"till-{name}-{short}.png"
            till.page.wait_for_load_state("networkidle")
            till.page.screenshot(path=path)
            taken.append(path)

        walk(till, shot)
    till.undisturbed()
    till.page.context.close()
    return taken


def main() -> int:
    """Take all pictures into docs/images."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        size = Size(orders=900, members=60, days=30, until=datetime.now(UTC).date())
        file = demonstration(Path(folder) / "home", size=size, logins=[MANAGER])
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with served(file) as shop:
            taken = take_pictures(browser, shop, IMAGES)
        browser.close()
    print("\n".join(str(path.relative_to(IMAGES.parent.parent)) for path in taken))
    return 0


if __name__ == "__main__":
    sys.exit(main())
