"""Reports as tables: one model that becomes CSV, a workbook or a printed page, in either language.

Each cell knows what it counts: money is shown with its point, points and uses are whole numbers. A
text that a spreadsheet would take for a formula stays a text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from io import StringIO
from typing import NamedTuple

from defusedcsv import csv

from regulars.domain.kernel.label import Label, Language


class Measure(StrEnum):
    """What an amount counts."""

    MONEY = "money"
    COUNT = "count"
    SHARE = "share"


class Amount(NamedTuple):
    """One figure. Units: minor units of money, whole points and uses, or shares of 10,000."""

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
            if measure is Measure.SHARE:
                return f"{plain_money(value, 2)} %"
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
        writer.writerow([sheet.title.in_language(reading.language)])
        writer.writerow([head.in_language(reading.language) for head in sheet.heads])
        for row in sheet.all_rows:
            writer.writerow([_plain(cell, reading) for cell in row])
    return out.getvalue()


def _plain(cell: Cell, reading: Reading) -> str:
    if isinstance(cell, Amount):
        match cell.measure:
            case Measure.MONEY:
                return plain_money(cell.value, reading.scale)
            case Measure.SHARE:
                return plain_money(cell.value, 4)
            case _:
                return str(cell.value)
    return shown(cell, reading)
