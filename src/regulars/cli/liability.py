"""`regulars liability`: what is owed to members, as a page, a workbook, CSV or JSON.

$ regulars liability --from 2026-05-01 --to 2026-06-01 --format html --out 负债表.html

It only reads, so a server may sell meanwhile.
"""

import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.domain.kernel.label import Language
from regulars.domain.kernel.period import Instant
from regulars.storage.engine import open_database
from regulars.storage.schema import require_current
from regulars.use_cases.liability_files import Format, file_of
from regulars.use_cases.liability_statements import Asked, liability_report

if TYPE_CHECKING:
    from argparse import _SubParsersAction

LANGUAGES: dict[str, Language] = {"zh": "zh-CN", "en": "en"}


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `database`."""
    parser = subparsers.add_parser("liability", help="负债表 · what is owed to members")
    parser.add_argument("--from", dest="since", type=date.fromisoformat, metavar="DATE")
    parser.add_argument(
        "--to", dest="until", type=date.fromisoformat, metavar="DATE", help="不含 · excluded"
    )
    parser.add_argument(
        "--known-at",
        type=datetime.fromisoformat,
        metavar="TIME",
        help="按当时已记的账 · as recorded by then (ISO 8601 with zone)",
    )
    parser.add_argument("--format", choices=[each.value for each in Format], default="html")
    parser.add_argument("--lang", choices=sorted(LANGUAGES), default="zh", help="语言 · zh | en")
    parser.add_argument("--out", type=Path, metavar="FILE", help="文件 · else to standard output")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Write the statement. 1 when its own checks differ, else 0.

    Refuses: liability.period_unfit, liability.no_shop, database.*.
    """
    now = Instant(datetime.now(UTC))
    known: datetime | None = args.known_at
    asked = Asked(
        from_on=args.since,
        until_on=args.until,
        known_at=None if known is None else Instant(known.astimezone(UTC)),
    )
    database = open_database(args.database, read_only=True, threads=1)
    try:
        require_current(database)
        with database.read() as read:
            report = liability_report(read, asked, now=now)
    finally:
        database.close()
    written = file_of(report, Format(args.format), LANGUAGES[args.lang])
    if args.out is None:
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
    else:
        args.out.write_bytes(written)
    return 0 if report.statement.agrees else 1
