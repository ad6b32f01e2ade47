"""The report of an import: which rows were refused, where and why, and nothing of what they said.

行号,列,代码,原因
17,手机,member.identity_taken,已经是会员了，请直接查找
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from defusedcsv import csv

from regulars.cli.importing import Done
from regulars.domain.kernel.label import Language
from regulars.domain.kernel.refusal import Refusal

# The reason of a refusal in a language: the texts belong to the web edge, which lends them.
Tell = Callable[[Refusal, Language], str]

TITLES: Mapping[Language, tuple[str, ...]] = {
    "zh-CN": ("行号", "列", "代码", "原因"),
    "en": ("Row", "Column", "Code", "Reason"),
}
# Which parameter of a refusal names the column that it is about.
_ABOUT = ("column", "field", "kind")


class _Writer(Protocol):
    def writerow(self, row: list[object], /) -> object: ...


@dataclass(frozen=True, slots=True)
class RefusedRows:
    """The opened report."""

    writer: _Writer
    headers: Mapping[str, str]
    tell: Tell
    language: Language

    def add(self, done: Done) -> None:
        """Report one row, if it was refused."""
        if done.refusal is None:
            return
        name = next((n for n in _ABOUT if n in done.refusal.parameters), None)
        column = str(done.refusal.parameters[name]) if name else ""
        header = self.headers.get(column, column)
        shown = done.refusal
        if name is not None:
            shown = Refusal(shown.code, {**shown.parameters, name: header})
        reason = self.tell(shown, self.language)
        self.writer.writerow([done.row, header, shown.code, reason])


@contextmanager
def reported(
    path: Path, headers: Mapping[str, str], *, tell: Tell, language: Language
) -> Iterator[RefusedRows]:
    """A report in a file that a spreadsheet opens without running anything in it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer: _Writer = csv.writer(file)
        writer.writerow(list(TITLES[language]))
        yield RefusedRows(writer, headers, tell, language)
