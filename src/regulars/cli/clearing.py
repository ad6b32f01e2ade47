"""`regulars clearing`: what stores owe each other for some days, as a page, a workbook or CSV.

$ regulars clearing --from 2026-05-01 --to 2026-06-01 --format xlsx --out 五月清算.xlsx

It only reads; a period is booked over the API, by somebody who may.
"""

import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.domain.kernel.period import Instant
from regulars.storage.engine import open_database
from regulars.storage.schema import require_current
from regulars.use_cases.clearing_files import written
from regulars.use_cases.liability_files import Format

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `database`."""
    parser = subparsers.add_parser("clearing", help="门店清算 · what stores owe each other")
    day = date.fromisoformat
    parser.add_argument("--from", dest="since", type=day, metavar="DATE", required=True)
    parser.add_argument(
        "--to", dest="until", type=day, metavar="DATE", required=True, help="不含 · excluded"
    )
    parser.add_argument("--format", choices=[each.value for each in Format], default="html")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言 · zh | en")
    parser.add_argument("--out", type=Path, metavar="FILE", help="文件 · else to standard output")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Write the settlement. Refuses: clearing.reversed, liability.no_shop, database.*."""
    database = open_database(args.database, read_only=True, threads=1)
    try:
        require_current(database)
        with database.read() as read:
            told = written(
                read,
                (args.since, args.until),
                Format(args.format),
                language="en" if args.lang == "en" else "zh-CN",
                now=Instant(datetime.now(UTC)),
            )
    finally:
        database.close()
    if args.out is None:
        sys.stdout.buffer.write(told)
        sys.stdout.buffer.flush()
    else:
        args.out.write_bytes(told)
    return 0
