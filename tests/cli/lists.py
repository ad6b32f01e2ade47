"""Lists as shops hand them over, and an import of one."""

from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

from openpyxl import Workbook
from rich.console import Console

from regulars.cli.import_ import Order, carried_out
from regulars.cli.opened import Opened
from regulars.domain.kernel.label import Language
from regulars.domain.kernel.refusal import Refusal
from regulars.http.problem import TEXTS, told
from tests.shops import ShopUnderTest

Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import answered, showed and reported."""

    code: int
    screen: str
    report: list[list[str]]


def csv_list(path: Path, text: str, *, encoding: str = "utf-8") -> Path:
    """A CSV file of this text."""
    path.write_bytes(text.encode(encoding))
    return path


def workbook(path: Path, rows: list[list[Cell]]) -> Path:
    """An XLSX file of these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def opened(shop: ShopUnderTest) -> Opened:
    """The shop as the command line opens it."""
    return Opened(
        database=shop.database,
        vault=shop.vault,
        shops=shop.shops,
        runner=shop.runner,
        clock=lambda: shop.now,
        entropy=shop.entropy.randbytes,
    )


def in_words(refusal: Refusal, language: Language) -> str:
    """The text of a refusal, as the edge lends it."""
    text = TEXTS[refusal.code]
    return told(text.zh if language == "zh-CN" else text.en, refusal.parameters)


def imported(
    shop: ShopUnderTest,
    file: Path,
    *,
    kind: str = "members",
    dry_run: bool = False,
    store: str | None = "S1",
    language: Language = "zh-CN",
) -> Outcome:
    """Import a file as the command line does."""
    screen = StringIO()
    report = file.with_suffix(".report.csv")
    order = Order(
        kind=kind, file=file, dry_run=dry_run, store=store, report=report, language=language
    )
    console = Console(file=screen, width=200)
    code = carried_out(order, opened(shop), in_words, console=console)
    lines = report.read_text("utf-8-sig").splitlines() if report.exists() else []
    return Outcome(code, screen.getvalue(), [line.split(",") for line in lines[1:]])
