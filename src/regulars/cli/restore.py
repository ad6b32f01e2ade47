"""`regulars restore`: put a backup where nothing is yet, and prove what came back.

$ regulars restore 2026-05-31.backup --to /srv/shop --verify
恢复完成：1,204,118 笔凭证，0 处差异，最后一笔在 7 小时 12 分前（00:19）

Every byte is checked before anything is put in place. Put keys/master.key into the new home first.
"""

import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from regulars.cli.backup import LANGUAGES, clock, key_of, master_of
from regulars.cli.verify import Wanted, verified
from regulars.domain.kernel.label import Label, Language
from regulars.domain.kernel.period import Instant
from regulars.storage.backup.restoring import Restored, Target, restore_backup
from regulars.storage.engine import POSTGRES_SCHEMES, SQLITE_SCHEME

if TYPE_CHECKING:
    from argparse import _SubParsersAction

DATABASE_FILE = "regulars.db"
DONE = Label(
    "恢复完成：{entries} 笔凭证，备份于 {made}，最后一笔在 {age} 前；之后的不在备份里（{time}）",
    "Restored: {entries} entries, backed up {made}; the newest is {age} old, and what came later "
    "is not in the backup ({time})",
)
DIFFERS = Label(
    "恢复的内容和备份清单对不上：{what}",
    "What was restored differs from the backup's own list: {what}",
)
NOTHING = Label("没有凭证", "no entry")


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `home`, `database` and `master_key`."""
    parser = subparsers.add_parser("restore", help="恢复 · put a backup in place and prove it")
    parser.add_argument("file", type=Path, metavar="FILE", help="备份文件 · the backup")
    parser.add_argument(
        "--to",
        required=True,
        metavar="HOME|URL",
        help="新的数据目录或空数据库（用属主连接）· a new home, or an empty database by its owner",
    )
    parser.add_argument("--key-file", type=Path, metavar="F", help="口令文件 · the passphrase")
    parser.add_argument(
        "--app-role", metavar="NAME", help="PostgreSQL 应用角色 · the server's role"
    )
    parser.add_argument("--verify", action="store_true", help="恢复后查账 · prove the books then")
    parser.add_argument("--lang", choices=sorted(LANGUAGES), default="zh", help="语言 · zh | en")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Restore, compare, and verify if asked. 1 when anything differs, else 0.

    Refuses: backup.*, vault.*, database.*.
    """
    begun = monotonic()
    language = LANGUAGES[args.lang]
    url, home = _place(args.to)
    master = master_of(args.home if home is None else home, args.master_key)
    source = args.home if home is None or master is None else home
    key = key_of(args.key_file, source, args.master_key)
    target = Target(url=url, app_role=_role(args), master=master)
    restored = restore_backup(args.file, key, target)
    now = Instant(datetime.now(UTC))
    print(told(restored, now, language, seconds=monotonic() - begun))
    if not restored.whole:
        return 1
    if not args.verify:
        return 0
    wanted = Wanted(database=url, language=language, as_json=False)
    return verified(wanted, now=lambda: datetime.now().astimezone(), out=sys.stdout)


def _place(to: str) -> tuple[str, Path | None]:
    """The URL to restore to, and the home that it lies in if it is one."""
    if to.startswith((SQLITE_SCHEME, *POSTGRES_SCHEMES)):
        return to, None
    home = Path(to).absolute()
    return f"{SQLITE_SCHEME}{home / DATABASE_FILE}", home


def _role(args: Namespace) -> str | None:
    role: str | None = args.app_role
    if role is None and not args.database.startswith(SQLITE_SCHEME):
        role = urlsplit(args.database).username
    return role


def told(restored: Restored, now: Instant, language: Language, *, seconds: float) -> str:
    """What came back, and how old its newest entry is."""
    manifest = restored.manifest
    newest = manifest.newest
    age = NOTHING.in_language(language) if newest is None else age_words(now - newest, language)
    lines = [
        DONE.in_language(language).format(
            entries=f"{manifest.rows.get('entry', 0):,}",
            made=manifest.created_at,
            age=age,
            time=clock(seconds),
        )
    ]
    if not restored.whole:
        what = [*restored.rows_differ, *(["head"] if restored.head_differs else [])]
        lines.append(DIFFERS.in_language(language).format(what=", ".join(what)))
    return "\n".join(lines)


def age_words(age: timedelta, language: Language) -> str:
    """A length of time in the largest units that matter."""
    minutes = int(age.total_seconds()) // 60
    days, hours, rest = minutes // 1_440, minutes // 60 % 24, minutes % 60
    if language == "en":
        return f"{days} d {hours} h {rest} min" if days else f"{hours} h {rest} min"
    return f"{days} 天 {hours} 小时 {rest} 分" if days else f"{hours} 小时 {rest} 分"
