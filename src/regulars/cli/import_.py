"""`regulars import members|products FILE`: an old list becomes members or a menu.

    regulars import members 会员.xlsx --store S1 --dry-run
    将导入 1,180 行，20 行有问题（试运行，没有写入任何数据）
    被拒绝的行：会员.refused.csv

Rows that were refused are listed by number, column and reason; what stood in them is never shown.
"""

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from regulars.cli.importing import (
    Done,
    ListOf,
    headers_by_column,
    ignored_headers,
    imported,
    lines_of,
    rehearsed,
)
from regulars.cli.lists import members_of, products
from regulars.cli.opened import Opened, opened_shop
from regulars.cli.refused_rows import RefusedRows, Tell, reported
from regulars.cli.spreadsheet import opened
from regulars.domain.kernel.label import Language
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.storage import members, stores

STORE_NEEDED = refusal_code("import.store_needed", "codes")

LANGUAGES: Mapping[str, Language] = {"zh": "zh-CN", "en": "en"}
WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh-CN": {
        "working": "导入",
        "trying": "试运行",
        "ignored": "没有用到的列：{columns}",
        "done": "已导入 {new} 行，之前已导入 {old} 行，拒绝 {refused} 行",
        "tried": "将导入 {new} 行，{refused} 行有问题（试运行，没有写入任何数据）",
        "report": "被拒绝的行：{path}",
        "failed": "无法导入：{reason}",
    },
    "en": {
        "working": "Importing",
        "trying": "Dry run",
        "ignored": "Columns that were not used: {columns}",
        "done": "{new} rows imported, {old} imported before, {refused} refused",
        "tried": "{new} rows would be imported, {refused} have a problem (nothing was written)",
        "report": "Refused rows: {path}",
        "failed": "Not imported: {reason}",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody asked this command to do."""

    kind: str
    file: Path
    dry_run: bool
    store: str | None
    report: Path
    language: Language


@dataclass(slots=True)
class Tally:
    """How many rows fared how."""

    new: int = 0
    old: int = 0
    refused: int = 0

    def add(self, done: Done) -> None:
        """Count one row."""
        if done.refusal is not None:
            self.refused += 1
        elif done.replayed:
            self.old += 1
        else:
            self.new += 1


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to `regulars`."""
    parser = subparsers.add_parser(
        "import", help="导入会员或商品 · import members or products from CSV or XLSX"
    )
    parser.add_argument("kind", choices=("members", "products"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="只检查，不写入 · check only")
    parser.add_argument("--store", metavar="CODE", help="会员归属的门店 · the members' store")
    parser.add_argument("--report", type=Path, metavar="PATH", help="拒绝清单 · refused rows")
    parser.add_argument("--lang", choices=sorted(LANGUAGES), default="zh", help="zh | en")
    parser.set_defaults(run=run)


def order_of(args: argparse.Namespace) -> Order:
    """What the command line asks for."""
    file: Path = args.file
    return Order(
        kind=args.kind,
        file=file,
        dry_run=args.dry_run,
        store=args.store,
        report=args.report or file.with_name(f"{file.stem}.refused.csv"),
        language=LANGUAGES[args.lang],
    )


def run(args: argparse.Namespace) -> int:
    """Import a file into the shop of `args.home` and `args.database`.

    The caller of the command line also sets `args.master_key` and `args.tell`.
    Refuses: database.*, vault.*.
    """
    with opened_shop(args.database, home=args.home, master_key=args.master_key) as shop:
        return carried_out(order_of(args), shop, args.tell, console=Console())


def carried_out(order: Order, shop: Opened, tell: Tell, *, console: Console) -> int:
    """Import a file. 0: every row went in; 1: some were refused; 2: the file cannot be read."""
    words = WORDS[order.language]
    try:
        tally = _imported(order, shop, tell, console=console)
    except Refusal as refusal:
        reason = tell(refusal, order.language)
        console.print(words["failed"].format(reason=reason), markup=False, soft_wrap=True)
        return 2
    told = words["tried" if order.dry_run else "done"]
    counts = told.format(new=tally.new, old=tally.old, refused=tally.refused)
    console.print(counts, markup=False, soft_wrap=True)
    if not tally.refused:
        return 0
    console.print(words["report"].format(path=order.report), markup=False, soft_wrap=True)
    return 1


def _imported(order: Order, shop: Opened, tell: Tell, *, console: Console) -> Tally:
    words = WORDS[order.language]
    kind = _kind(order, shop)
    with opened(order.file) as sheet:
        lines = lines_of(sheet, kind)
        ignored = ignored_headers(sheet, kind)
        if ignored:
            columns = ", ".join(ignored)
            console.print(words["ignored"].format(columns=columns), markup=False, soft_wrap=True)
        if order.dry_run:
            rows = rehearsed(shop, lines, kind)
        else:
            rows = imported(shop, lines, kind, source=_hash_of(order.file))
        headers = headers_by_column(sheet, kind)
        with reported(order.report, headers, tell=tell, language=order.language) as report:
            title = words["trying" if order.dry_run else "working"]
            return _followed(rows, report, sheet.expected, title=title, console=console)


def _followed(
    rows: Iterable[Done], report: RefusedRows, expected: int, *, title: str, console: Console
) -> Tally:
    tally = Tally()
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=expected)
        for done in rows:
            tally.add(done)
            report.add(done)
            progress.advance(task)
    return tally


def _kind(order: Order, shop: Opened) -> ListOf:
    if order.kind == "products":
        return products()
    with shop.database.read() as read:
        known = read.all(stores.STORES)
        country = members.country_of(read)
    chosen = [row for row in known if order.store in {None, row.code}]
    if len(chosen) != 1:
        raise STORE_NEEDED.because(codes=[row.code for row in known])
    return members_of(chosen[0].id, country=country)


def _hash_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file_digest(file, "sha256").digest()
