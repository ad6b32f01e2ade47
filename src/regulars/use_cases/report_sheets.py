"""Reports as tables: one model that becomes CSV, a workbook or a printed page, in either language.

Each cell knows what it counts: money is shown with its point, points and uses are whole numbers. A
text that a spreadsheet would take for a formula stays a text.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from io import BytesIO, StringIO
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from regulars.domain.kernel.label import Label, Language

FORMULA = ("=", "+", "-", "@", "\t", "\r")
TITLE_LETTERS_MAX = 31
WIDTH_MIN, WIDTH_MAX = 10, 44
# What Excel refuses in the name of a sheet.
BARRED = str.maketrans(dict.fromkeys("[]:*?/\\", "·"))


class Measure(StrEnum):
    """What an amount counts."""

    MONEY = "money"
    COUNT = "count"


class Amount(NamedTuple):
    """One figure. Units: minor units of money, or whole points and uses."""

    value: int
    measure: Measure = Measure.COUNT


Cell = str | Label | Amount | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table: a title, heads, rows, and a sentence on how to read it.

    `sparse`: a page leaves out columns of figures that are all nothing.
    """

    title: Label
    heads: tuple[Label, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Label | None = None
    total: tuple[Cell, ...] | None = None
    sparse: bool = False

    @property
    def all_rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows, with the total as the last."""
        return self.rows if self.total is None else (*self.rows, self.total)

    def without_empty(self) -> "Sheet":
        """The table as a page shows it: no column of figures that are all nothing."""
        if not self.sparse:
            return self
        kept = [at for at in range(len(self.heads)) if not _nothing(self, at)]
        return replace(
            self,
            heads=tuple(self.heads[at] for at in kept),
            rows=tuple(tuple(row[at] for at in kept) for row in self.rows),
        )


def _nothing(sheet: Sheet, at: int) -> bool:
    cells = [row[at] for row in sheet.rows]
    return bool(cells) and all(isinstance(cell, Amount) and cell.value == 0 for cell in cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How figures are shown. Units: `scale` is how many digits of money are after the point."""

    language: Language
    scale: int


def shown(cell: Cell, reading: Reading) -> str:
    """A cell as a person reads it: thousands apart, a true minus sign."""
    match cell:
        case None:
            return ""
        case Amount(value, measure):
            if measure is Measure.MONEY:
                return money(value, reading.scale)
            return f"{value:,}".replace("-", "−")
        case Label():
            return cell.in_language(reading.language)
        case _:
            return cell


def money(minor: int, scale: int) -> str:
    """An amount with its point: 1,234.50."""
    return plain_money(minor, scale, thousands=",").replace("-", "−")


def plain_money(minor: int, scale: int, *, thousands: str = "") -> str:
    """An amount as a spreadsheet reads it: -1234.50."""
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(minor), 10**scale)
    grouped = f"{whole:,}".replace(",", thousands)
    return f"{sign}{grouped}.{part:0{scale}d}" if scale else f"{sign}{grouped}"


def csv_of(sheets: Sequence[Sheet], reading: Reading) -> str:
    """The tables one below the other, each under its title."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for at, sheet in enumerate(sheets):
        if at:
            writer.writerow([])
        writer.writerow([_safe(sheet.title.in_language(reading.language))])
        writer.writerow([_safe(head.in_language(reading.language)) for head in sheet.heads])
        for row in sheet.all_rows:
            writer.writerow([_plain(cell, reading) for cell in row])
    return out.getvalue()


def _plain(cell: Cell, reading: Reading) -> str:
    if isinstance(cell, Amount):
        money_shown = cell.measure is Measure.MONEY
        return plain_money(cell.value, reading.scale) if money_shown else str(cell.value)
    return _safe(shown(cell, reading))


def _safe(words: str) -> str:
    return f"'{words}" if words.startswith(FORMULA) else words


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
        cell = page.cell(row=1, column=column, value=_safe(head.in_language(reading.language)))
        _style(cell, Font(bold=True), Alignment(wrap_text=True, vertical="top"))
    for number, row in enumerate(sheet.all_rows, start=2):
        bold = Font(bold=sheet.total is not None and number == len(sheet.all_rows) + 1)
        for column, value in enumerate(row, start=1):
            _put(page.cell(row=number, column=column), value, reading, bold)
            # A Chinese letter is as wide as two others.
            width = len(shown(value, reading).encode("gbk", "replace")) + 2
            widths[column - 1] = min(max(widths[column - 1], width), WIDTH_MAX)
    for column, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width


def _style(cell: object, font: Font, alignment: Alignment) -> None:
    assert isinstance(cell, SheetCell)
    cell.font = font
    cell.alignment = alignment


def _put(cell: object, value: Cell, reading: Reading, font: Font) -> None:
    assert isinstance(cell, SheetCell)
    cell.font = font
    if not isinstance(value, Amount):
        cell.value = _safe(shown(value, reading))
        return
    if value.measure is Measure.MONEY and reading.scale:
        cell.value = Decimal(value.value).scaleb(-reading.scale)
        cell.number_format = "#,##0." + "0" * reading.scale
    else:
        cell.value = value.value
        cell.number_format = "#,##0"
