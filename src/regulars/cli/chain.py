"""`regulars chain head`: the end of the chain, to be written down where nobody can rewrite it.

$ regulars chain head
1204:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
"""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from regulars.storage.chain import head_of
from regulars.storage.engine import open_database
from regulars.storage.schema import require_current

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `database`, the URL of the shop's database."""
    parser = subparsers.add_parser("chain", help="账本链 · the chain over the ledger")
    parser.add_argument("what", choices=("head",), help="链尾 · number:hash of the last block")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Print the chain's end; also beside a running server. Refuses: database.*."""
    database = open_database(args.database, read_only=True, threads=1)
    try:
        require_current(database)
        with database.read() as read:
            head = head_of(read)
    finally:
        database.close()
    print(head.told)
    return 0
