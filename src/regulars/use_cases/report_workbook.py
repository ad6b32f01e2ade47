"""Reports as a workbook. Whoever makes one imports this module then: it brings 25 MB with it."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import TYPE_STRING
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from regulars.use_cases.report_sheets import Amount, Cell, Measure, Reading, Sheet, shown

TITLE_LETTERS_MAX = 31
WIDTH_MIN, WIDTH_MAX = 10, 44
# What Excel refuses in the name of a sheet.
BARRED = str.maketrans(dict.fromkeys("[]:*?/\\", "·"))


def xlsx_of(sheets: Sequence[Sheet], reading: Reading) -> bytes:
    """A workbook with one sheet a table; figures are numbers."""
    book = Workbook()
    first = book.active
    for at, sheet in enumerate(sheets):
        title = sheet.title.in_language(reading.language).translate(BARRED)[:TITLE_LETTERS_MAX]
        page = book.create_sheet(title)
        _fill(page, sheet, reading, first=at == 0)
    if first is not None:
        book.remove(first)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(page: Worksheet, sheet: Sheet, reading: Reading, *, first: bool) -> None:
    page.sheet_view.tabSelected = first
    page.freeze_panes = "A2"
    widths = [WIDTH_MIN] * len(sheet.heads)
    for column, head in enumerate(sheet.heads, start=1):
        cell = page.cell(row=1, column=column)
        _write(cell, head.in_language(reading.language), Font(bold=True))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for number, row in enumerate(sheet.all_rows, start=2):
        bold = Font(bold=sheet.total is not None and number == len(sheet.all_rows) + 1)
        for column, value in enumerate(row, start=1):
            _put(page.cell(row=number, column=column), value, reading, bold)
            # A Chinese letter is as wide as two others.
            width = len(shown(value, reading).encode("gbk", "replace")) + 2
            widths[column - 1] = min(max(widths[column - 1], width), WIDTH_MAX)
    for column, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width


def _write(cell: object, words: str, font: Font) -> None:
    assert isinstance(cell, SheetCell)
    cell.font = font
    cell.value = words
    # Said aloud, or a name that begins with "=" would be a formula.
    cell.data_type = TYPE_STRING


def _put(cell: object, value: Cell, reading: Reading, font: Font) -> None:
    if not isinstance(value, Amount):
        _write(cell, shown(value, reading), font)
        return
    assert isinstance(cell, SheetCell)
    cell.font = font
    if value.measure is Measure.MONEY and reading.scale:
        cell.value = Decimal(value.value).scaleb(-reading.scale)
        cell.number_format = "#,##0." + "0" * reading.scale
    elif value.measure is Measure.SHARE:
        cell.value = Decimal(value.value).scaleb(-4)
        cell.number_format = "0.00%"
    else:
        cell.value = value.value
        cell.number_format = "#,##0"
