"""The till loads fast on a small machine: what a browser must fetch stays small."""

import gzip
import importlib.resources

KILOBYTES_MAX = 150


def test_scripts_and_styles_of_the_till_stay_within_their_budget() -> None:
    assets = importlib.resources.files("regulars") / "web" / "till" / "assets"
    parts = [one.read_bytes() for one in assets.iterdir() if one.name.endswith((".js", ".css"))]
    assert parts
    assert sum(len(gzip.compress(part)) for part in parts) <= KILOBYTES_MAX * 1024


def test_nothing_that_is_built_asks_for_another_host_or_for_code_from_text() -> None:
    till = importlib.resources.files("regulars") / "web" / "till"
    page = (till / "index.html").read_text("utf-8")
    assert "<style" not in page
    assert 'style="' not in page
    assert "//" not in page.replace("</", "")
    scripts = [
        one.read_text("utf-8") for one in (till / "assets").iterdir() if one.name.endswith(".js")
    ]
    assert not any("eval(" in script or "new Function" in script for script in scripts)
