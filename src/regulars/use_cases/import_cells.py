"""Cells of an old list, read as what their column means.

"¥1,200.50" in 储值本金 is 120,050 fen; "=HYPERLINK(…)" in 姓名 is refused: a formula that is kept
runs on the desk of whoever opens the next export.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from regulars.domain.kernel.money import MAXIMUM_MINOR
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.writing import unformatted

CELL_FORMULA = refusal_code("import.formula", "column")
CELL_MALFORMED = refusal_code("import.cell_malformed", "column")
CELL_MISSING = refusal_code("import.cell_missing", "column")

# What a spreadsheet runs instead of showing. Source: OWASP, CSV injection.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_AMOUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?")
_CURRENCY_SIGNS = "¥￥$€£元 "
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0?0:00(?::00)?)?")


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of an old list: what stands under each column that has something."""

    texts: Mapping[str, str]

    def plain(self, column: str) -> str | None:
        """A cell of digits and signs, such as a phone number. Refuses: import.formula (=)."""
        found = self.texts.get(column, "").strip()
        if found.startswith("="):
            raise CELL_FORMULA.because(column=column)
        return found or None

    def text(self, column: str) -> str | None:
        """A cell of words. Refuses: import.formula."""
        raw = self.texts.get(column, "")
        if raw.startswith(FORMULA_STARTS) or raw.strip().startswith(FORMULA_STARTS):
            raise CELL_FORMULA.because(column=column)
        return raw.strip() or None

    def needed(self, column: str) -> str:
        """A cell of words that a row cannot do without.

        Refuses: import.formula, import.cell_missing.
        """
        found = self.text(column)
        if found is None:
            raise CELL_MISSING.because(column=column)
        return found

    def amount_minor(self, column: str, *, scale: int) -> int:
        """An amount of money, 0 for an empty cell. Units: minor units; scale is in digits.

        Refuses: import.formula, import.cell_malformed.
        """
        found = self.plain(column)
        if found is None:
            return 0
        parts = _AMOUNT.fullmatch(unformatted(found).strip(_CURRENCY_SIGNS))
        fraction = (parts[2] or "").rstrip("0") if parts else ""
        if parts is None or len(fraction) > scale or len(parts[1]) > 14:
            raise CELL_MALFORMED.because(column=column)
        minor = int(parts[1].replace(",", "") + fraction.ljust(scale, "0"))
        if minor > MAXIMUM_MINOR:
            raise CELL_MALFORMED.because(column=column)
        return minor

    def whole(self, column: str) -> int:
        """A whole number, 0 for an empty cell. Refuses: import.cell_malformed."""
        return self.amount_minor(column, scale=0)

    def day(self, column: str) -> date | None:
        """A calendar day. Refuses: import.cell_malformed."""
        found = self.plain(column)
        if found is None:
            return None
        parts = _DAY.fullmatch(unformatted(found))
        if parts is None:
            raise CELL_MALFORMED.because(column=column)
        try:
            return date(int(parts[1]), int(parts[2]), int(parts[3]))
        except ValueError:
            raise CELL_MALFORMED.because(column=column) from None


def columns_of(headers: tuple[str, ...], known: Mapping[str, tuple[str, ...]]) -> dict[int, str]:
    """Which column of ours stands at which place of a list, by its Chinese or English header."""
    names = {_folded(name): column for column, names in known.items() for name in (column, *names)}
    found: dict[int, str] = {}
    for place, header in enumerate(headers):
        column = names.get(_folded(header))
        if column is not None and column not in found.values():
            found[place] = column
    return found


def _folded(header: str) -> str:
    return re.sub(r"[\s_()（）:：*·-]+", "", unformatted(header)).casefold()
