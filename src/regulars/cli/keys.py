"""`regulars keys rotate`: a new master key for a shop, while nothing else changes.

    $ regulars keys rotate
    已更换主密钥，请立即备份 keys/master.key，并销毁旧备份。

Only the organisation's three keys are wrapped anew; members' data stay as they are.
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.domain.kernel.label import Label
from regulars.storage.engine import open_database
from regulars.storage.schema import require_current
from regulars.storage.vault import rotate_master_key

if TYPE_CHECKING:
    from argparse import _SubParsersAction

LANGUAGES = ("zh", "en")
DONE = Label(
    "已更换主密钥，请立即备份 keys/master.key，并在确认后销毁旧备份。",
    "The master key is new: back up keys/master.key now, then destroy the old copies.",
)
DONE_FROM_ENVIRONMENT = Label(
    "新的主密钥在 keys/master.key，请把它换进 REGULARS_MASTER_KEY 后重新启动。",
    "The new master key is in keys/master.key: put it into REGULARS_MASTER_KEY and restart.",
)


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `home`, `database` and `master_key`."""
    parser = subparsers.add_parser("keys", help="更换主密钥 · replace the master key")
    parser.add_argument("act", choices=("rotate",))
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="zh | en")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Replace the master key; on SQLite the server must not be running.

    Refuses: database.*, vault.*.
    """
    home: Path = args.home
    master_key: str | None = args.master_key
    database = open_database(args.database)
    try:
        require_current(database)
        rotate_master_key(home, database, master_key=master_key)
    finally:
        database.close()
    done = DONE if master_key is None else DONE_FROM_ENVIRONMENT
    print(done.in_language("en" if args.lang == "en" else "zh-CN"))
    return 0
