"""`regulars backtest` replays a shop that is open, with one process or two."""

import json
from argparse import ArgumentParser
from pathlib import Path

import pytest

from regulars.cli.backtest import drafts_of, register, run
from regulars.domain.kernel.refusal import Refusal
from regulars.storage.engine import Database
from tests.answers import part
from tests.backtesting import TENTH
from tests.limited_offers import bought
from tests.shops import ShopUnderTest, open_shop

MAY = ("--since", "2026-05-01", "--until", "2026-06-01")


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """A shop that is open: its server holds the database meanwhile."""
    opened = open_shop(database, tmp_path)
    for _ in range(3):
        bought(opened, "mango_ice", due=2_200)
        opened.pass_time(days=5)
    return opened


def call(url: str, *arguments: str) -> int:
    parser = ArgumentParser()
    register(parser.add_subparsers())
    args = parser.parse_args(["backtest", *MAY, *arguments])
    args.database, args.engine = url, lambda: None
    return run(args)


def drafts_file(folder: Path, **more: object) -> str:
    file = folder / "drafts.json"
    file.write_text(json.dumps({"name_zh": "全场九折", "definition": {**TENTH, **more}}))
    return str(file)


def test_it_says_and_writes_what_a_draft_would_have_cost(
    shop: ShopUnderTest, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, plot, table = (tmp_path / name for name in ("r.json", "r.svg", "r.csv"))
    files = ("--out", str(out), "--plot", str(plot), "--csv", str(table))
    offers = ("--offers", drafts_file(tmp_path), "--budget", "400", "--store", "S1")
    assert call(database_url, *offers, *files) == 0
    text = capsys.readouterr().out
    assert "草案优惠 drafts 6.60 · 3 张订单 orders" in text
    assert "预算用完 budget used up · 2026-05-09" in text
    result = json.loads(out.read_text())
    assert part(result, "totals")["difference_minor"] == 660
    assert "全场九折" in plot.read_text()
    assert "totals,draft_minor,660" in table.read_text(encoding="utf-8-sig")


def test_two_processes_find_what_one_finds(
    shop: ShopUnderTest, database_url: str, tmp_path: Path
) -> None:
    found = []
    for jobs in ("1", "2"):
        out = tmp_path / f"{jobs}.json"
        offers = ("--offers", drafts_file(tmp_path), "--jobs", jobs)
        assert call(database_url, *offers, "--out", str(out)) == 0
        found.append(json.loads(out.read_text()))
    assert found[0] == found[1]
    assert found[0]["totals"]["orders"] == 3


def test_a_file_that_is_no_offer_and_a_store_that_is_none_are_refused(
    shop: ShopUnderTest, database_url: str, tmp_path: Path
) -> None:
    for text in ("nonsense", "[1]", "{}", '{"name_zh": "x", "definition": {}, "price": 1}'):
        file = tmp_path / "wrong.json"
        file.write_text(text)
        with pytest.raises(Refusal, match=r"backtest\.offers_file"):
            drafts_of(file)
    with pytest.raises(Refusal, match=r"store\.unknown"):
        call(database_url, "--store", "S99")
    with pytest.raises(Refusal, match=r"offer\.malformed"):
        call(database_url, "--offers", drafts_file(tmp_path, effect="x"))
