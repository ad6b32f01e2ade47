"""`regulars coupons export`: the codes of a batch as CSV, for a printer or a partner.

$ regulars coupons export --batch 0198f2c4-… --out 开学传单.csv
已导出 500,000 个券码 · 500,000 codes exported: 开学传单.csv
"""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from regulars.cli.opened import Opened, opened_shop
from regulars.cli.staff import ask
from regulars.domain.kernel.ids import parse_id
from regulars.domain.kernel.refusal import refusal_code
from regulars.storage import coupon_batches as batches
from regulars.storage.coupon_batches import BatchRow
from regulars.use_cases.coupon_batches import BATCH_UNKNOWN, BeginExport, exported
from regulars.use_cases.presented import cipher_of

if TYPE_CHECKING:
    from argparse import _SubParsersAction

FILE_THERE = refusal_code("coupon_batch.file_there")
FILE_NOT_WRITABLE = refusal_code("coupon_batch.file_not_writable")

# Whoever has a code has what it is worth: the file is for nobody else on this machine.
OWNER_ONLY = 0o600
TITLE = "券码 · codes"
ADVANCE = 1_000


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `home`, `database` and `master_key`."""
    parser = subparsers.add_parser("coupons", help="券码 · coupon codes")
    parser.add_argument("what", choices=("export",))
    parser.add_argument("--batch", required=True, metavar="ID", help="券码批次 · which batch")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="CSV")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Write the codes of a batch to a new file.

    Refuses: coupon_batch.unknown, coupon_batch.file_there, coupon_batch.file_not_writable,
    database.*, vault.*.
    """
    with opened_shop(args.database, home=args.home, master_key=args.master_key) as shop:
        count = written(shop, parse_id(args.batch, field="batch"), args.out)
    sys.stdout.write(f"已导出 {count:,} 个券码 · {count:,} codes exported: {args.out}\n")
    return 0


def written(shop: Opened, batch_id: UUID, path: Path) -> int:
    """Write the codes of a batch to a file that is not there yet; how many they are.

    All of them or no file: nobody takes half a batch to the printer.
    Refuses: coupon_batch.unknown, coupon_batch.file_there, coupon_batch.file_not_writable.
    """
    with shop.database.read() as read:
        batch = read.one(batches.BATCH, batch_id=batch_id)
    if batch is None:
        raise BATCH_UNKNOWN.because()
    columns = (TextColumn(TITLE), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        file = _new_file(path)
        try:
            with file, Progress(*columns, console=Console(stderr=True), transient=True) as shown:
                ask(shop, BeginExport(id=batch.id))
                task = shown.add_task("", total=batch.size)
                _write(shop, batch, file, advance=lambda codes: shown.advance(task, codes))
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    except FileExistsError:
        raise FILE_THERE.because() from None
    except OSError:
        raise FILE_NOT_WRITABLE.because() from None
    return batch.size


def _new_file(path: Path) -> TextIO:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    return os.fdopen(handle, "w", encoding="ascii", newline="")


def _write(shop: Opened, batch: BatchRow, file: TextIO, *, advance: Callable[[int], None]) -> None:
    def made(codes: int) -> None:
        shop.database.write(
            lambda tx: tx.run(batches.MADE, batch_id=batch.id, codes=codes)
        ).result()

    file.write("serial,code\r\n")
    rows = exported(batch, cipher_of(shop.vault), made)
    for count, (serial, code) in enumerate(rows, start=1):
        file.write(f"{serial},{code}\r\n")
        if count % ADVANCE == 0:
            advance(ADVANCE)
