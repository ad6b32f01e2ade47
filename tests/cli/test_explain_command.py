"""`regulars explain` tells one member's story on the console, and names nobody whole."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest

from regulars.cli import read
from regulars.cli.explain import Asked, Where, explained
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.timeline.kinds import Topic
from regulars.http.member_views import newest_card_code
from regulars.storage.engine import open_database
from regulars.use_cases.members import IssueCard
from tests.shops import ShopUnderTest, open_shop

PHONE = "13800138000"
ASKED = Asked(member=PHONE, language="zh-CN", as_json=False)


@pytest.fixture
def shop(sqlite_url: str, tmp_path: Path) -> Iterator[ShopUnderTest]:
    database = open_database(sqlite_url)
    try:
        yield open_shop(database, tmp_path)
    finally:
        database.close()


def bought(shop: ShopUnderTest) -> UUID:
    wang = shop.join(PHONE)
    shop.pass_time(days=1)
    line = shop.line("lemon_tea", quantity=2)
    shop.run(shop.sale([line], member=wang, cash=2_250))
    shop.pass_time(minutes=1)
    return wang


def told(shop: ShopUnderTest, home: Path, asked: Asked) -> str:
    out = StringIO()
    where = Where(database=shop.database.url, home=home)
    explained(asked, where, now=shop.now, out=out)
    return out.getvalue()


def test_a_member_is_found_by_her_phone_her_card_and_her_id(
    shop: ShopUnderTest, tmp_path: Path
) -> None:
    wang = bought(shop)
    shop.run(IssueCard(member_id=wang))
    with shop.database.read() as tx:
        card = newest_card_code(tx, shop.vault, wang)
    assert card is not None
    by_phone = told(shop, tmp_path, ASKED)
    assert told(shop, tmp_path, replace(ASKED, member=card)) == by_phone
    assert by_phone.startswith("138****8000\n2026-05-05 10:00  ")
    assert told(shop, tmp_path, replace(ASKED, member=str(wang))) == by_phone
    assert told(shop, tmp_path, replace(ASKED, member="+86 138 0013 8000")) == by_phone
    assert PHONE not in by_phone


def test_each_line_has_its_reason_below_it_in_the_language_that_was_asked(
    shop: ShopUnderTest, tmp_path: Path
) -> None:
    bought(shop)
    chinese = told(shop, tmp_path, replace(ASKED, topics=frozenset({Topic.ORDER})))
    assert chinese.splitlines()[1:] == [
        "2026-05-05 10:00  在人民广场店买单（单号 A001），实付 22.50",
        "                  因为 第二杯半价 −7.50（第 2 件半价）",
        "                  依据 优惠“第二杯半价”",
    ]
    english = told(shop, tmp_path, replace(ASKED, language="en", topics=frozenset({Topic.TIER})))
    assert english.splitlines()[1:] == [
        "2026-05-04 10:00  Began as Leaf",
        "                  By the terms “The terms of tiers”, version 1",
    ]


def test_a_day_a_number_of_lines_and_nothing_at_all(shop: ShopUnderTest, tmp_path: Path) -> None:
    bought(shop)
    since = told(shop, tmp_path, replace(ASKED, since=date(2026, 5, 5)))
    assert "2026-05-05" in since
    assert "2026-05-04" not in since
    two = json.loads(told(shop, tmp_path, replace(ASKED, as_json=True, lines=2)))
    assert len(two["lines"]) == 2
    assert {"at", "kind", "what", "sentence_zh", "why_en", "rule", "ids"} <= two["lines"][0].keys()
    nothing = told(shop, tmp_path, replace(ASKED, since=date(2026, 5, 6)))
    assert nothing.splitlines()[1] == "这段时间没有记录。"


def test_whom_nobody_knows_is_refused(shop: ShopUnderTest, tmp_path: Path) -> None:
    bought(shop)
    for stranger, code in (
        ("13900139000", "member.unknown"),
        (str(shop.new_id()), "member.unknown"),
        ("?", "member.lookup_malformed"),
    ):
        with pytest.raises(Refusal) as refused:
            told(shop, tmp_path, replace(ASKED, member=stranger))
        assert refused.value.code == code


def test_the_command_line_takes_kinds_and_a_day() -> None:
    args = read(["explain", PHONE, "--kind", "message", "--kind", "order", "--since", "2026-05-05"])
    assert (args.member, args.kind, args.since) == (PHONE, ["message", "order"], date(2026, 5, 5))
    assert (args.lang, args.as_json) == ("zh-CN", False)
