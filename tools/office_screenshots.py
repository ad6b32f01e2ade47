"""Takes the pictures of the guides: the real back office, in both languages, on a demonstration.

python -m tools.office_screenshots                 # writes docs/images/office-*.png
python -m tools.office_screenshots --into pictures # looks at every screen, keeps nothing here
"""

import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, expect, sync_playwright

from regulars.cli.demo_shop.size import Size
from regulars.domain.kernel.period import Instant
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.office import Office, new_office
from tests.browser.running import RunningShop, served
from tools.screenshots import IMAGES, LANGUAGES, REGULAR, demonstration

OWNER = "owner"
MONTHS = {"orders": 3_000, "members": 300, "days": 100}


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A page of the office: an address, and what is opened from there.

    `row`: which row of its first table is followed; `then`: what is put after the address there.
    """

    name: str
    at: str
    row: int | None = None
    then: str = ""
    guide: bool = False


SCREENS = (
    Screen(name="home", at="/office/home", guide=True),
    Screen(name="approvals", at="/office/approvals"),
    Screen(name="members", at="/office/members", guide=True),
    Screen(name="duplicates", at="/office/people"),
    Screen(name="requests", at="/office/people/requests"),
    Screen(name="import", at="/office/people/import"),
    Screen(name="segments", at="/office/segments"),
    Screen(name="segment", at="/office/segments", row=0, guide=True),
    Screen(name="segment-new", at="/office/segments/new"),
    Screen(name="offers", at="/office/offers"),
    Screen(name="offer", at="/office/offers", row=0),
    Screen(name="offer-edit", at="/office/offers", row=0, then="/edit", guide=True),
    Screen(name="offer-past", at="/office/offers", row=0, then="/past"),
    Screen(name="calendar", at="/office/offers/calendar"),
    Screen(name="coupons", at="/office/coupons"),
    Screen(name="coupon", at="/office/coupons", row=0),
    Screen(name="batches", at="/office/coupons/batches"),
    Screen(name="batch", at="/office/coupons/batches", row=0),
    Screen(name="campaigns", at="/office/campaigns"),
    Screen(name="ready", at="/office/campaigns/ready"),
    Screen(name="results", at="/office/campaigns", row=0, then="/results", guide=True),
    Screen(name="journeys", at="/office/journeys"),
    Screen(name="journey", at="/office/journeys", row=0),
    Screen(name="journey-edit", at="/office/journeys", row=0, then="/edit", guide=True),
    Screen(name="messages", at="/office/messages"),
    Screen(name="message", at="/office/messages", row=0, guide=True),
    Screen(name="outbox", at="/office/messages/outbox"),
    Screen(name="channels", at="/office/messages/channels"),
    Screen(name="programmes", at="/office/programme"),
    Screen(name="programme", at="/office/programme", row=0),
    Screen(name="settings", at="/office/settings", guide=True),
    Screen(name="setting", at="/office/settings", row=0),
    Screen(name="goods", at="/office/catalogue"),
    Screen(name="product", at="/office/catalogue", row=0),
    Screen(name="price-list", at="/office/catalogue/prices", row=0),
    Screen(name="stores", at="/office/stores"),
    Screen(name="store", at="/office/stores", row=0),
    Screen(name="staff", at="/office/staff"),
    Screen(name="person", at="/office/staff", row=0),
    Screen(name="reports", at="/office/reports"),
    Screen(name="sales", at="/office/reports/sales?period=days30&compare=previous", guide=True),
    Screen(name="rfm", at="/office/reports/rfm"),
    Screen(name="hours", at="/office/reports/hours"),
    Screen(name="liability", at="/office/accountant", guide=True),
    Screen(name="day-end", at="/office/accountant/day-end"),
    Screen(name="clearing", at="/office/accountant/clearing"),
    Screen(name="proof", at="/office/accountant/proof"),
    Screen(name="audit", at="/office/audit"),
)
TABS_OF_A_MEMBER = ("", "/timeline", "/value", "/coupons", "/orders", "/consents", "/record")


def settled(office: Office) -> None:
    """Everything that the page asked for is there: its name, and nothing that is still read."""
    main = office.page.get_by_role("main")
    expect(main.get_by_role("heading", level=1).first).to_be_visible()
    office.page.wait_for_load_state("networkidle")
    reading = office.say("正在读取…", "Loading…")
    expect(main.get_by_text(reading, exact=True)).to_have_count(0)
    expect(main.locator("[aria-busy=true]")).to_have_count(0)


def opened(office: Office, screen: Screen) -> bool:
    """Go to a screen; False where the demonstration has nothing of it."""
    office.page.goto(screen.at)
    settled(office)
    if screen.row is None:
        return True
    links = office.page.locator("main tbody tr a, main li.rule a")
    if links.count() <= screen.row:
        return False
    links.nth(screen.row).click()
    office.page.wait_for_url(lambda address: urlsplit(address).path != urlsplit(screen.at).path)
    settled(office)
    if screen.then:
        office.page.goto(office.page.url.split("?")[0] + screen.then)
        settled(office)
    return True


def take_pictures(
    browser: Browser, shop: RunningShop, folder: Path, *, all_screens: bool
) -> list[Path]:
    """Every picture in both languages."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    office = new_office(browser, shop, "zh-CN")
    office.first_sign_in(OWNER, at="/office/home")
    for language, short in LANGUAGES.items():
        office.language = language
        office.page.evaluate("word => localStorage.setItem('regulars.language', word)", language)

        def shot(name: str, short: str = short) -> None:
            path = folder / f"office-{name}-{short}.png"
            office.page.screenshot(path=path, full_page=all_screens)
            taken.append(path)

        for screen in SCREENS:
            if (screen.guide or all_screens) and opened(office, screen):
                shot(screen.name)
        office.page.goto("/office/members")
        office.find_member(REGULAR)
        settled(office)
        member = office.page.url.split("?")[0]
        for tab in TABS_OF_A_MEMBER if all_screens else TABS_OF_A_MEMBER[:2]:
            office.page.goto(member + tab)
            settled(office)
            shot(f"member{tab.replace('/', '-')}")
    office.undisturbed()
    office.page.context.close()
    return taken


def main(argv: Sequence[str] | None = None) -> int:
    """Take the pictures."""
    parser = ArgumentParser(prog="tools.office_screenshots")
    parser.add_argument("--into", type=Path, help="every screen, into this folder")
    given: Path | None = parser.parse_args(argv).into
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        now = Instant(datetime.now(UTC))
        size = Size(**MONTHS, until=now.date(), now=now)
        file = demonstration(Path(folder) / "home", size=size, logins=[OWNER])
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with served(file) as shop:
            taken = take_pictures(browser, shop, given or IMAGES, all_screens=given is not None)
        browser.close()
    print("\n".join(path.name for path in taken))
    return 0


if __name__ == "__main__":
    sys.exit(main())
