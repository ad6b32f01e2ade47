"""`regulars verify` proves a live shop's books and says so in both languages."""

import io
import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regulars.cli.verify import Wanted, register, run, verified
from regulars.domain.kernel.label import Language
from regulars.domain.kernel.refusal import Refusal
from regulars.storage.engine import Database
from tests.shops import ShopUnderTest, open_shop
from tests.storage.forger import forger

AT = datetime(2026, 5, 4, 3, 12, tzinfo=UTC)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """A shop that is open: its server holds the database while somebody verifies."""
    opened = open_shop(database, tmp_path)
    wang = opened.join("13800138000")
    opened.top_up(wang, 10_000)
    opened.run(opened.sale([opened.line("gift_box")], member=wang, cash=6_000))
    return opened


def told(url: str, language: Language = "en", *, as_json: bool = False) -> tuple[int, str]:
    out = io.StringIO()
    wanted = Wanted(database=url, language=language, as_json=as_json)
    return verified(wanted, now=lambda: AT, out=out), out.getvalue()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "0 differences in 4 entries, 1 order, at 03:12\n"),
        ("zh-CN", "查账完成：4 笔凭证、1 张订单，0 处差异（03:12）\n"),
    ],
)
def test_honest_books_end_well(
    shop: ShopUnderTest, database_url: str, language: Language, text: str
) -> None:
    assert told(database_url, language) == (0, text)


def test_a_difference_is_named_in_both_languages(shop: ShopUnderTest, database_url: str) -> None:
    with forger(database_url) as hand:
        hand.plant("UPDATE top_up SET principal_minor = principal_minor + 1234")
    code, english = told(database_url)
    _, chinese = told(database_url, "zh-CN")

    assert code == 1
    first, last = english.splitlines()
    assert first.startswith("top-ups · ")
    assert first.endswith(": the principal should be 11,234, is 10,000")
    assert last == "1 difference in 4 entries, 1 order, at 03:12"
    assert "充值 · " in chinese
    assert "充值本金应为 11,234，实为 10,000" in chinese


def test_the_report_is_json_for_other_programs(shop: ShopUnderTest, database_url: str) -> None:
    with forger(database_url) as hand:
        hand.plant("UPDATE account SET balance = balance + 1 WHERE kind = 'principal'")
    code, text = told(database_url, as_json=True)
    report = json.loads(text)

    assert code == 1
    assert (report["entries"], report["orders"], report["differences"]) == (4, 1, 2)
    wrong = {check["name"]: check["differences"] for check in report["checks"]}
    assert (wrong["balances"][0]["wanted"], wrong["balances"][0]["found"]) == (10_000, 10_001)
    assert wrong["lots"][0]["account"] == wrong["balances"][0]["account"]


def test_the_command_line_knows_the_command(
    shop: ShopUnderTest, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = ArgumentParser()
    register(parser.add_subparsers())
    args = parser.parse_args(["verify", "--lang", "en"])
    args.database = database_url

    assert args.run is run
    assert run(args) == 0
    assert capsys.readouterr().out.startswith("0 differences in 4 entries, 1 order, at ")


def test_a_database_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        told(f"sqlite:///{tmp_path / 'none.db'}")

    assert refused.value.code == "database.missing"
