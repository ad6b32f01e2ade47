"""`regulars verify` proves a live shop's books and says so in both languages."""

import io
import json
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from regulars.cli import chain
from regulars.cli.verify import Wanted, register, run, verified
from regulars.domain.kernel.label import Language
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.chain import head_from
from regulars.storage.engine import Database
from regulars.storage.jobs import Term, take_lease
from regulars.use_cases.chaining import append_fresh
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


def told(
    url: str,
    language: Language = "en",
    *,
    as_json: bool = False,
    expected: str | None = None,
    at: datetime = AT,
) -> tuple[int, str]:
    out = io.StringIO()
    head = None if expected is None else head_from(expected)
    wanted = Wanted(database=url, language=language, as_json=as_json, expected=head)
    return verified(wanted, now=lambda: at, out=out), out.getvalue()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "0 differences in 4 entries, 1 order, no chain yet, at 03:12\n"),
        ("zh-CN", "查账完成：4 笔凭证、1 张订单，0 处差异，账本链尚未开始（03:12）\n"),
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
    assert last == "1 difference in 4 entries, 1 order, no chain yet, at 03:12"
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
    assert capsys.readouterr().out.startswith("0 differences in 4 entries, 1 order, ")


def test_a_database_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        told(f"sqlite:///{tmp_path / 'none.db'}")

    assert refused.value.code == "database.missing"


def test_a_head_that_was_written_down_is_expected(
    shop: ShopUnderTest, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    append_fresh(shop.database, shop.now)
    parser = ArgumentParser()
    subparsers = parser.add_subparsers()
    register(subparsers)
    chain.register(subparsers)
    asked = parser.parse_args(["chain", "head"])
    asked.database = database_url
    assert asked.run(asked) == 0
    told_head = capsys.readouterr().out.strip()
    assert told_head.startswith("1:")

    code, text = told(database_url, expected=told_head)
    assert code == 0
    assert f"chain at block 1 {told_head[2:14]}" in text
    code, text = told(database_url, expected="1:" + "ab" * 32)
    assert code == 1
    first, last = text.splitlines()
    assert first == "the head written down earlier · block 1 has not the hash that you gave"
    assert last.startswith("1 difference in ")
    with pytest.raises(Refusal) as refused:
        told(database_url, expected="1:abc")
    assert refused.value.code == "chain.head_malformed"


def test_where_a_server_works_nothing_waits_long_for_the_chain(
    shop: ShopUnderTest, database_url: str
) -> None:
    append_fresh(shop.database, shop.now)
    shop.pass_time(minutes=10)
    shop.join("13800138001")
    assert told(database_url, at=shop.now)[0] == 0
    shop.pass_time(minutes=5)
    term = Term(holder="server", now=shop.now, until_at=Instant(shop.now + timedelta(seconds=30)))
    shop.database.write(lambda tx: take_lease(tx, term)).result()
    code, text = told(database_url, at=shop.now)
    assert code == 1
    assert "chain of entries · " in text
    assert "it is not in the chain" in text
