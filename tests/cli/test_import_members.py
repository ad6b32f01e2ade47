"""Old lists of members: nobody and nothing is lost, doubled or told to others."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Table, func, select

from regulars.domain.members.identity import offered
from regulars.http.member_views import profile_view
from regulars.storage import consents, identities, ledger, members
from regulars.storage.engine import Database
from regulars.storage.statement import Statement
from regulars.storage.tables.ledger import entry
from regulars.storage.tables.members import identity, member
from regulars.storage.tables.system import command
from regulars.storage.verify import verify
from tests.cli.lists import csv_list, imported, workbook
from tests.shops import ShopUnderTest, open_shop

HEADER = "姓名,手机,邮箱,卡号,生日,性别,积分,储值本金,储值赠金,成长值,等级"
LI_MIN = "李敏,13812345678,li.min@qq.com,00001234,1990-5-1,女,320,¥180.00,20,150,金叶"
WANG = "王芳,139 1234 5678,,,,,0,,,,"


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def found(shop: ShopUnderTest, text: str) -> UUID:
    with shop.database.read() as read:
        member_id = identities.found(read, shop.vault, offered(text, country="CN"))
    assert member_id is not None
    return member_id


def count(shop: ShopUnderTest, table: Table = member) -> int:
    counted: Statement[int] = Statement(select(func.count()).select_from(table))
    with shop.database.read() as read:
        return read.all(counted)[0]


def a_list(tmp_path: Path, *rows: str, encoding: str = "utf-8", header: str = HEADER) -> Path:
    return csv_list(tmp_path / "会员.csv", "\r\n".join([header, *rows]) + "\r\n", encoding=encoding)


def test_a_member_comes_over_with_all_she_had(shop: ShopUnderTest, tmp_path: Path) -> None:
    outcome = imported(shop, a_list(tmp_path, LI_MIN, WANG))
    assert (outcome.code, outcome.report) == (0, [])
    assert "已导入 2 行" in outcome.screen
    for text in ("13812345678", "li.min@qq.com", "00001234"):
        assert found(shop, text) == found(shop, "13812345678")
    member_id = found(shop, "13812345678")
    assert shop.balances(member_id) == ledger.Balances(
        principal_minor=18_000, bonus_minor=2_000, points=320, growth_value=150
    )
    with shop.database.read() as read:
        card = read.one(members.CARD, member_id=member_id)
        view = profile_view(read, shop.vault, member_id, reveal=True)
        assert consents.of_member(read, member_id) == ()
    assert card is not None
    assert card.tier == "gold"
    assert (view.name, view.birthday, view.gender) == ("李敏", "1990-05-01", "female")


def test_the_books_are_proved_after_an_import_and_sales_on_it(
    shop: ShopUnderTest, tmp_path: Path
) -> None:
    manual = "赵,13612345678,,,,,7,0,5.5,0,金叶"
    imported(shop, a_list(tmp_path, LI_MIN, WANG, manual))
    member_id = found(shop, "13812345678")
    shop.run(shop.sale([shop.line("mango_ice")], member=member_id, stored=2_090))
    with shop.database.read() as read:
        report = verify(read, lambda _progress: None)
    assert [check for check in report.checks if check.differences] == []


def test_imported_value_pays_a_bill(shop: ShopUnderTest, tmp_path: Path) -> None:
    imported(shop, a_list(tmp_path, LI_MIN))
    member_id = found(shop, "13812345678")
    shop.run(shop.sale([shop.line("mango_ice")], member=member_id, stored=2_090))
    balances = shop.balances(member_id)
    assert balances.principal_minor + balances.bonus_minor == 20_000 - 2_090


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_in_every_usual_encoding(
    shop: ShopUnderTest, tmp_path: Path, encoding: str
) -> None:
    assert imported(shop, a_list(tmp_path, LI_MIN, encoding=encoding)).code == 0
    with shop.database.read() as read:
        view = profile_view(read, shop.vault, found(shop, "13812345678"), reveal=False)
    assert view.name == "李敏"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_another_encoding_is_named_instead_of_guessed(
    shop: ShopUnderTest, tmp_path: Path, encoding: str
) -> None:
    outcome = imported(shop, a_list(tmp_path, LI_MIN, encoding=encoding))
    assert outcome.code == 2
    assert "UTF-8" in outcome.screen


def test_english_headers_and_other_delimiters_are_understood(
    shop: ShopUnderTest, tmp_path: Path
) -> None:
    file = a_list(
        tmp_path,
        "Mary Jones;+852 9123 4567;1,200.5",
        header="Full name;Mobile;Balance",
    )
    assert imported(shop, file, language="en").code == 0
    assert shop.balances(found(shop, "+85291234567")).principal_minor == 120_050


def test_a_workbook_is_read_with_its_numbers_and_dates(shop: ShopUnderTest, tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "会员.xlsx",
        [
            ["姓名", "手机", "生日", "积分", "余额", "入会日期"],
            ["李敏", 13812345678, date(1990, 5, 1), 320.0, 18.5, date(2024, 3, 1)],
            [None, None, None, None, None, None],
            ["王芳", "13912345678", None, None, None, None],
        ],
    )
    assert imported(shop, file).code == 0
    member_id = found(shop, "13812345678")
    with shop.database.read() as read:
        card = read.one(members.CARD, member_id=member_id)
    assert card is not None
    assert card.joined_at.date().isoformat() == "2024-02-29"  # UTC of 04:00 in Shanghai
    assert shop.balances(member_id).principal_minor == 1_850
    assert count(shop) == 2


def test_the_same_file_twice_takes_nobody_over_twice(shop: ShopUnderTest, tmp_path: Path) -> None:
    file = a_list(tmp_path, LI_MIN, WANG)
    imported(shop, file)
    again = imported(shop, file)
    assert again.code == 0
    assert "之前已导入 2 行" in again.screen
    assert count(shop) == 2
    assert shop.balances(found(shop, "13812345678")).points == 320


def test_a_corrected_file_takes_over_the_rest_and_doubles_no_balance(
    shop: ShopUnderTest, tmp_path: Path
) -> None:
    imported(shop, a_list(tmp_path, LI_MIN, "王芳,139,,,,,5,,,,"))
    outcome = imported(shop, a_list(tmp_path, LI_MIN, "王芳,13912345678,,,,,5,,,,"))
    assert [row[2] for row in outcome.report] == ["member.identity_taken"]
    assert shop.balances(found(shop, "13812345678")).points == 320
    assert shop.balances(found(shop, "13912345678")).points == 5


NASTY = {
    "=1+1,13800000001,,,,,,,,,": ("姓名", "import.formula"),
    "@SUM(A1),13800000002,,,,,,,,,": ("姓名", "import.formula"),
    "-2+3,13800000003,,,,,,,,,": ("姓名", "import.formula"),
    '"\t=cmd",13800000004,,,,,,,,,': ("姓名", "import.formula"),
    "李,138,,,,,,,,,": ("手机", "member.identity_malformed"),
    "李,1.38E+10,,,,,,,,,": ("手机", "member.identity_malformed"),
    "李,=13800000005,,,,,,,,,": ("手机", "import.formula"),
    "李,,a@b,,,,,,,,": ("邮箱", "member.identity_malformed"),
    "李,,,,,,,,,,": ("", "member.identities_missing"),
    "李,13800000006,,,,,-5,,,,": ("积分", "import.cell_malformed"),
    "李,13800000007,,,,,1.5,,,,": ("积分", "import.cell_malformed"),
    "李,13800000008,,,,,,1.005,,,": ("储值本金", "import.cell_malformed"),
    "李,13800000009,,,,,,99999999999999,,,": ("储值本金", "import.cell_malformed"),
    "李,13800000010,,,1990-13-01,,,,,,": ("生日", "import.cell_malformed"),
    "李,13800000011,,,2020-01-01,,,,,,": ("", "member.guardian_needed"),
    "李,13800000012,,,,随便,,,,,": ("性别", "import.cell_malformed"),
    "李,13800000013,,,,,,,,,钻石": ("等级", "import.cell_malformed"),
    "卡 4111111111111111,13800000014,,,,,,,,,": ("姓名", "member.payment_card_refused"),
    "李,13800000015,,4111111111111111,,,,,,,": ("卡号", "member.identity_malformed"),
    '"李\n敏",13800000016,,,,,,,,,': ("姓名", "member.text_malformed"),
    "李\u202e敏,13800000017,,,,,,,,,": ("姓名", "member.text_malformed"),
}


@pytest.mark.parametrize("dry_run", [True, False])
def test_every_bad_row_is_refused_by_number_column_and_reason(
    shop: ShopUnderTest, tmp_path: Path, dry_run: bool
) -> None:
    outcome = imported(shop, a_list(tmp_path, *NASTY, WANG), dry_run=dry_run)
    assert outcome.code == 1
    expected = [
        [str(number), column, code] for number, (column, code) in enumerate(NASTY.values(), start=2)
    ]
    assert [row[:3] for row in outcome.report] == expected
    assert all(row[3] for row in outcome.report)
    assert count(shop) == (0 if dry_run else 1)


def test_neither_screen_nor_report_shows_what_a_row_said(
    shop: ShopUnderTest, tmp_path: Path
) -> None:
    file = a_list(tmp_path, "李敏敏,138001380001,secret@@qq.com,,1990-13-77,,,,,,", LI_MIN, LI_MIN)
    outcome = imported(shop, file)
    shown = outcome.screen + str(outcome.report)
    for secret in ("李敏", "138001380001", "13812345678", "secret", "1990"):
        assert secret not in shown
    assert [row[2] for row in outcome.report][-1] == "member.identity_taken"


def test_a_dry_run_finds_what_the_import_will_find_and_changes_nothing(
    shop: ShopUnderTest, tmp_path: Path
) -> None:
    shop.join("13700000000")
    rows = [LI_MIN, "王芳,13812345678,,,,,,,,,", "赵,13700000000,,,,,,,,,", WANG]
    file = a_list(tmp_path, *rows)

    def state() -> list[int]:
        return [count(shop, table) for table in (member, identity, entry, command)]

    before = state()
    tried = imported(shop, file, dry_run=True)
    assert state() == before
    assert "没有写入" in tried.screen
    assert [(row[0], row[2]) for row in tried.report] == [
        ("3", "import.row_repeated"),
        ("4", "member.identity_taken"),
    ]
    real = imported(shop, file)
    assert [row[0] for row in real.report] == [row[0] for row in tried.report]


def test_a_list_without_any_identity_column_is_refused_whole(
    shop: ShopUnderTest, tmp_path: Path
) -> None:
    outcome = imported(shop, csv_list(tmp_path / "a.csv", "姓名,积分\n李敏,3\n"))
    assert outcome.code == 2
    assert "手机" in outcome.screen


def test_columns_that_mean_nothing_are_told(shop: ShopUnderTest, tmp_path: Path) -> None:
    file = csv_list(tmp_path / "a.csv", "手机,星座\n13812345678,金牛\n")
    assert "星座" in imported(shop, file).screen


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0"),
        ("a.xlsx", b"not a zip"),
        ("a.pdf", b"%PDF"),
        ("a.csv", "手机\n".encode() + b"\xff\xfe\x00"),
        ("a.csv", b""),
    ],
)
def test_what_is_no_list_is_refused_whole(
    shop: ShopUnderTest, tmp_path: Path, name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    outcome = imported(shop, file)
    assert outcome.code == 2
    assert count(shop) == 0


def test_a_broken_quote_stops_the_import_where_it_stands(
    shop: ShopUnderTest, tmp_path: Path
) -> None:
    file = csv_list(tmp_path / "a.csv", '手机,姓名\n13812345678,李\n13912345678,"王"x\n')
    outcome = imported(shop, file)
    assert outcome.code == 2
    assert "3" in outcome.screen


def test_a_chain_has_to_say_whose_members_they_are(shop: ShopUnderTest, tmp_path: Path) -> None:
    file = a_list(tmp_path, LI_MIN)
    for store in (None, "NOWHERE"):
        outcome = imported(shop, file, store=store)
        assert outcome.code == 2
        assert "S1" in outcome.screen


def test_a_report_of_refused_rows_runs_nothing_when_it_is_opened(
    shop: ShopUnderTest, tmp_path: Path
) -> None:
    file = csv_list(tmp_path / "a.csv", "手机,=HYPERLINK(1)\n138,x\n")
    imported(shop, file)
    cells = file.with_suffix(".report.csv").read_text("utf-8-sig").split(",")
    assert not any(cell.strip().startswith(("=", "+", "-", "@")) for cell in cells)
