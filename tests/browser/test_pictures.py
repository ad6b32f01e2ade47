"""The pictures of the guides can be taken: every screen stands, in both languages."""

from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.running import served
from tools.screenshots import demonstration, take_pictures

SCENES = (
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


def test_every_picture_of_the_guides_is_taken_in_both_languages(
    browser: Browser, tmp_path: Path
) -> None:
    file = demonstration(tmp_path / "home", until=datetime.now(UTC).date())
    with served(file) as shop:
        taken = take_pictures(browser, shop, tmp_path / "images")
        shop.ledger_is_clean()
    names = sorted(path.name for path in taken)
    assert names == sorted(
        f"till-{scene}-{short}.png" for scene in SCENES for short in ("en", "zh")
    )
    assert all(path.stat().st_size > 20_000 for path in taken)
