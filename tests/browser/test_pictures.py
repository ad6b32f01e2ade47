"""The pictures of the guides can be taken: every screen stands, in both languages."""

from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser

from regulars.cli.demo_shop.size import Size
from tests.browser.running import served
from tools import office_screenshots
from tools.screenshots import MANAGER, demonstration, take_pictures

TILL_SCENES = (
    "choices",
    "coupons",
    "discount",
    "explain",
    "paid",
    "pay",
    "points",
    "reasons",
    "refund",
    "sell",
)


def test_every_picture_of_the_till_is_taken_in_both_languages(
    browser: Browser, tmp_path: Path
) -> None:
    size = Size(orders=900, members=60, days=30, until=datetime.now(UTC).date())
    file = demonstration(tmp_path / "home", size=size, logins=[MANAGER])
    with served(file) as shop:
        taken = take_pictures(browser, shop, tmp_path / "images")
        shop.ledger_is_clean()
    names = sorted(path.name for path in taken)
    assert names == sorted(
        f"till-{scene}-{short}.png" for scene in TILL_SCENES for short in ("en", "zh")
    )
    assert all(path.stat().st_size > 20_000 for path in taken)


OFFICE_SCENES = (
    "home",
    "journey-edit",
    "liability",
    "member",
    "member-timeline",
    "members",
    "message",
    "offer-edit",
    "results",
    "sales",
    "segment",
    "settings",
)


def test_every_picture_of_the_back_office_is_taken_in_both_languages(
    browser: Browser, tmp_path: Path
) -> None:
    size = Size(orders=800, members=80, days=100, until=datetime.now(UTC).date())
    file = demonstration(tmp_path / "home", size=size, logins=[office_screenshots.OWNER])
    with served(file) as shop:
        taken = office_screenshots.take_pictures(
            browser, shop, tmp_path / "images", all_screens=False
        )
    names = sorted(path.name for path in taken)
    assert names == sorted(
        f"office-{scene}-{short}.png" for scene in OFFICE_SCENES for short in ("en", "zh")
    )
    assert all(path.stat().st_size > 20_000 for path in taken)
