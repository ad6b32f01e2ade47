"""`regulars verify`: prove the books of a shop, also while its till is open.

$ regulars verify --lang zh
查账完成：1,204,118 笔凭证、400,031 张订单，0 处差异，账本链第 1,204 块 9f86d081884c（03:12）
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

import orjson
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from regulars.cli.verify_texts import (
    ACCOUNT,
    CHAIN_HEAD,
    CHAIN_NONE,
    MORE,
    SUMMARY,
    UNKNOWN,
    WAITING,
    check_label,
    counted_label,
    what_label,
)
from regulars.domain.kernel.label import Label, Language
from regulars.domain.kernel.period import Instant, instant
from regulars.domain.ledger.chain import Head, head_from
from regulars.storage.engine import Read, open_database
from regulars.storage.jobs import lease_of
from regulars.storage.schema import require_current
from regulars.storage.verify import Check, Difference, Progress, Report, Watcher, verify
from regulars.storage.verify.chain import head_differs

if TYPE_CHECKING:
    from argparse import _SubParsersAction

SHOWN_LETTERS = 12
LANGUAGES: dict[str, Language] = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to verify and how to tell it."""

    database: str
    language: Language
    as_json: bool
    expected: Head | None = None


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `database`, the URL of the shop's database."""
    parser = subparsers.add_parser(
        "verify", help="查账 · prove the books: balances, orders, refunds, coupons, tiers"
    )
    parser.add_argument("--lang", choices=sorted(LANGUAGES), default="zh", help="语言 · zh | en")
    parser.add_argument(
        "--json", action="store_true", dest="as_json", help="JSON 报告 · the report as JSON"
    )
    parser.add_argument(
        "--expect-head",
        metavar="NUMBER:HASH",
        help="留存的链尾 · a head written down earlier (regulars chain head)",
    )
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Verify the shop's database. Answers 1 when anything differs, else 0.

    Refuses: chain.head_malformed.
    """
    wanted = Wanted(
        database=args.database,
        language=LANGUAGES[args.lang],
        as_json=args.as_json,
        expected=None if args.expect_head is None else head_from(args.expect_head),
    )
    return verified(wanted, now=lambda: datetime.now().astimezone(), out=sys.stdout)


def verified(wanted: Wanted, *, now: Callable[[], datetime], out: TextIO) -> int:
    """Verify on a snapshot and tell the outcome; 1 when anything differs, else 0.

    Refuses: database.missing, database.older, database.newer, database.url_unknown.
    """
    database = open_database(wanted.database, read_only=True, threads=1)
    try:
        require_current(database)
        with _bar(wanted.language) as watcher, database.read() as read:
            report = _expecting(verify(read, watcher, now=_worked_at(read, now())), read, wanted)
    finally:
        database.close()
    told = as_json(report, now()) if wanted.as_json else as_text(report, now(), wanted.language)
    out.write(told + "\n")
    return 1 if report.differences else 0


def _worked_at(read: Read, now: datetime) -> Instant | None:
    """Now, while a process does the jobs: then nothing may wait long for the chain."""
    at = instant(now)
    lease = lease_of(read)
    return at if lease is not None and lease.until_at > at else None


def _expecting(report: Report, read: Read, wanted: Wanted) -> Report:
    if wanted.expected is None:
        return report
    wrong = head_differs(read, wanted.expected)
    check = Check("expected", 1, () if wrong is None else (wrong,))
    return replace(report, checks=(*report.checks, check))


@contextmanager
def _bar(language: Language) -> Iterator[Watcher]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
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
    chain = _chain(report.head, language)
    lines.append(_said(SUMMARY, language, **counted, chain=chain, at=at.strftime("%H:%M")))
    return "\n".join(lines)


def _chain(head: Head, language: Language) -> str:
    if not head.number:
        return CHAIN_NONE.in_language(language)
    shown = head.hash.hex()[:SHOWN_LETTERS]
    return _said(CHAIN_HEAD, language, number=f"{head.number:,}", hash=shown)


def _lines(check: Check, language: Language) -> Iterator[str]:
    label = check_label(check.name).in_language(language)
    for difference in check.differences:
        yield f"{label} · {_difference(check.name, difference, language)}"
    if check.waiting:
        yield f"{label} · {_said(WAITING, language, number=f'{check.waiting:,}')}"
    if check.more:
        yield f"{label} · {MORE.in_language(language)}"


def _difference(check: str, difference: Difference, language: Language) -> str:
    row = str(difference.subject or "")
    if difference.account is not None:
        account = _said(ACCOUNT, language, account=str(difference.account))
        row = f"{row} {account}".strip()
    wanted, found = (
        UNKNOWN.in_language(language) if figure is None else f"{figure:,}"
        for figure in (difference.wanted, difference.found)
    )
    return _said(what_label(check, difference.what), language, row=row, wanted=wanted, found=found)


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
            "head": report.head.told,
            "checks": [
                {
                    "name": check.name,
                    "rows_checked": check.rows_checked,
                    "more": check.more,
                    "waiting": check.waiting,
                    "differences": [one._asdict() for one in check.differences],
                }
                for check in report.checks
            ],
        }
    ).decode()
