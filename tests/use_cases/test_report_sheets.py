"""No name becomes a formula, in no file that a report can be."""

from io import BytesIO

from openpyxl import load_workbook

from regulars.domain.kernel.label import Label
from regulars.use_cases.report_sheets import Amount, Reading, Sheet, csv_of
from regulars.use_cases.report_workbook import xlsx_of

NAMES = ("=1+1", "+86 139", "@SUM(A1)", "-2+3", "人民广场店")
SHEETS = (
    Sheet(
        title=Label("门店", "Stores"),
        heads=(Label("=名称", "=Name"), Label("金额", "Amount")),
        rows=tuple((name, Amount(-1)) for name in NAMES),
    ),
)


def reading() -> Reading:
    return Reading(language="en", scale=2)


def test_no_cell_of_a_csv_file_begins_like_a_formula() -> None:
    lines = csv_of(SHEETS, reading()).split("\r\n")
    assert [line.split(",")[0] for line in lines[2:7]] == [
        "'=1+1",
        "'+86 139",
        "'@SUM(A1)",
        "'-2+3",
        "人民广场店",
    ]
    assert {line.split(",")[1] for line in lines[2:7]} == {"-1"}


def test_the_cells_of_a_workbook_are_texts_as_they_are_written() -> None:
    book = load_workbook(BytesIO(xlsx_of(SHEETS, reading())))
    cells = [row[0] for row in book.worksheets[0].iter_rows()]
    assert [cell.value for cell in cells] == ["=Name", *NAMES]
    assert {cell.data_type for cell in cells} == {"s"}
