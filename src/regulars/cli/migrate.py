"""`regulars migrate`: bring the database to the shape that this version knows."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from regulars.storage.engine import SQLITE_SCHEME, sqlite_path
from regulars.storage.migrate import upgrade

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `database` and `database_owner`."""
    parser = subparsers.add_parser(
        "migrate", help="升级数据库 · bring the database up to this version"
    )
    parser.set_defaults(run=run)


def migrated(database: str, owner: str | None) -> None:
    """Migrate as the owner role where there is one; the application's role gets its rights.

    Refuses: database.in_use, database.newer, database.role_unknown.
    """
    if database.startswith(SQLITE_SCHEME):
        sqlite_path(database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        upgrade(database)
    elif owner is not None:
        upgrade(owner, app_role=urlsplit(database).username)


def run(args: Namespace) -> int:
    """Migrate. 2 when a PostgreSQL database has no owner to migrate it."""
    database: str = args.database
    owner: str | None = args.database_owner
    if not database.startswith(SQLITE_SCHEME) and owner is None:
        print("REGULARS_DATABASE_OWNER: postgresql://OWNER@HOST/NAME")
        return 2
    migrated(database, owner)
    print(f"{Path(urlsplit(database).path).name}: ok")
    return 0
