"""`regulars verify`: prove the books of a shop, also while its till is open.

$ regulars verify --lang zh
查账完成：1,204,118 笔凭证、400,031 张订单，0 处差异（03:12）
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from regulars.cli.verify_texts import (
    ACCOUNT,
    MORE,
    SUMMARY,
    UNKNOWN,
    check_label,
    counted_label,
    what_label,
)
from regulars.domain.kernel.label import Label, Language
from regulars.storage.engine import open_database
from regulars.storage.migrate import require_current
from regulars.storage.verify import Check, Difference, Progress, Report, Watcher, verify

if TYPE_CHECKING:
    from argparse import _SubParsersAction

LANGUAGES: dict[str, Language] = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to verify and how to tell it."""

    database: str
    language: Language
    as_json: bool


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `database`, the URL of the shop's database."""
    parser = subparsers.add_parser(
        "verify", help="查账 · prove the books: balances, orders, refunds, coupons, tiers"
    )
    parser.add_argument("--lang", choices=sorted(LANGUAGES), default="zh", help="语言 · zh | en")
    parser.add_argument(
        "--json", action="store_true", dest="as_json", help="JSON 报告 · the report as JSON"
    )
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Verify the shop's database. Answers 1 when anything differs, else 0."""
    wanted = Wanted(database=args.database, language=LANGUAGES[args.lang], as_json=args.as_json)
    return verified(wanted, now=lambda: datetime.now().astimezone(), out=sys.stdout)


def verified(wanted: Wanted, *, now: Callable[[], datetime], out: TextIO) -> int:
    """Verify on a snapshot and tell the outcome; 1 when anything differs, else 0.

    Refuses: database.missing, database.older, database.newer, database.url_unknown.
    """
    database = open_database(wanted.database, read_only=True, threads=1)
    try:
        require_current(database)
        with _bar(wanted.language) as watcher, database.read() as read:
            report = verify(read, watcher)
    finally:
        database.close()
    told = as_json(report, now()) if wanted.as_json else as_text(report, now(), wanted.language)
    out.write(told + "\n")
    return 1 if report.differences else 0


@contextmanager
def _bar(language: Language) -> Iterator[Watcher]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def watch(progress: Progress) -> None:
            label = check_label(progress.name).in_language(language)
            bar.update(task, description=label, completed=progress.done, total=progress.total)

        yield watch


def as_text(report: Report, at: datetime, language: Language) -> str:
    """The report as a person reads it: the outcome, after every difference."""
    lines = [line for check in report.checks for line in _lines(check, language)]
    counts = {
        "differences": report.differences,
        "entries": report.entries,
        "orders": report.orders,
    }
    counted = {
        noun: _said(counted_label(noun, number), language, number=f"{number:,}")
        for noun, number in counts.items()
    }
    lines.append(_said(SUMMARY, language, **counted, at=at.strftime("%H:%M")))
    return "\n".join(lines)


def _lines(check: Check, language: Language) -> Iterator[str]:
    label = check_label(check.name).in_language(language)
    for difference in check.differences:
        yield f"{label} · {_difference(difference, language)}"
    if check.more:
        yield f"{label} · {MORE.in_language(language)}"


def _difference(difference: Difference, language: Language) -> str:
    row = str(difference.subject or "")
    if difference.account is not None:
        account = _said(ACCOUNT, language, account=str(difference.account))
        row = f"{row} {account}".strip()
    wanted, found = (
        UNKNOWN.in_language(language) if figure is None else f"{figure:,}"
        for figure in (difference.wanted, difference.found)
    )
    return _said(what_label(difference.what), language, row=row, wanted=wanted, found=found)


def _said(label: Label, language: Language, **values: str) -> str:
    return label.in_language(language).format(**values)


def as_json(report: Report, at: datetime) -> str:
    """The report for another program."""
    return orjson.dumps(
        {
            "at": at.isoformat(timespec="seconds"),
            "entries": report.entries,
            "orders": report.orders,
            "differences": report.differences,
            "checks": [
                {
                    "name": check.name,
                    "rows_checked": check.rows_checked,
                    "more": check.more,
                    "differences": [one._asdict() for one in check.differences],
                }
                for check in report.checks
            ],
        }
    ).decode()
