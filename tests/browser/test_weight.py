"""The faces load fast on a small machine: what a browser must fetch stays small."""

import gzip
import importlib.resources
import re

import pytest

KILOBYTES_MAX = 150
OFFICE_FIRST_SCREEN_KILOBYTES_MAX = 300


def test_scripts_and_styles_of_the_till_stay_within_their_budget() -> None:
    assets = importlib.resources.files("regulars") / "web" / "till" / "assets"
    parts = [one.read_bytes() for one in assets.iterdir() if one.name.endswith((".js", ".css"))]
    assert parts
    assert sum(len(gzip.compress(part)) for part in parts) <= KILOBYTES_MAX * 1024


def test_the_first_screen_of_the_office_stays_within_its_budget() -> None:
    office = importlib.resources.files("regulars") / "web" / "office"
    sent = {one.name: one.read_bytes() for one in (office / "assets").iterdir()}
    page = (office / "index.html").read_text("utf-8")
    # What the page names, every style, and the scripts that the home page is made of.
    first = {name for name in sent if name in page or name.endswith(".css")}
    wanted = [name for name in sent if name.startswith("HomeView") and name.endswith(".js")]
    assert wanted
    while wanted:
        first.add(name := wanted.pop())
        imported = re.findall(
            r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""", sent[name].decode()
        )
        wanted += [other for other in imported if other not in first]
    kilobytes = sum(len(gzip.compress(sent[name])) for name in first) / 1024
    print(f"office, first screen: {kilobytes:.0f} KB gzipped")
    assert 50 < kilobytes <= OFFICE_FIRST_SCREEN_KILOBYTES_MAX


@pytest.mark.parametrize("face", ["till", "office"])
def test_nothing_that_is_built_asks_for_another_host_or_for_code_from_text(face: str) -> None:
    built = importlib.resources.files("regulars") / "web" / face
    page = (built / "index.html").read_text("utf-8")
    assert "<style" not in page
    assert 'style="' not in page
    assert "//" not in page.replace("</", "")
    scripts = [
        one.read_text("utf-8") for one in (built / "assets").iterdir() if one.name.endswith(".js")
    ]
    assert not any("eval(" in script or "new Function" in script for script in scripts)
