"""`regulars backup`: the whole shop as one sealed file, made while its tills sell.

$ regulars backup /mnt/usb/2026-05-31.backup
备份完成：2026-05-31.backup，84 MB，1,204,118 笔凭证（00:04）

The master key is not in it: keep keys/master.key apart.
"""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from regulars.domain.kernel.label import Label, Language
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.backup.making import make_backup
from regulars.storage.backup.sealed_file import BackupKey
from regulars.storage.engine import open_database
from regulars.storage.master_key import KeyFolder, MasterKey
from regulars.storage.schema import require_current
from regulars.storage.vault import KEY_MISSING

if TYPE_CHECKING:
    from argparse import _SubParsersAction

KEY_FILE_MISSING = refusal_code("backup.key_file_missing", "name")

LANGUAGES: dict[str, Language] = {"zh": "zh-CN", "en": "en"}
KEY_FILE_BYTES_MAX = 4_096
DONE = Label(
    "备份完成：{name}，{size}，{entries} 笔凭证（{time}）\n账本链头 {head}\n"
    "主密钥不在备份里，请另外保管 keys/master.key；没有它，姓名和电话打不开。",
    "Backed up: {name}, {size}, {entries} entries ({time})\nHead of the ledger {head}\n"
    "The master key is not in the backup. Keep keys/master.key apart: without it names and phone "
    "numbers stay closed.",
)


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `home`, `database` and `master_key`."""
    parser = subparsers.add_parser("backup", help="备份 · the whole shop as one sealed file")
    parser.add_argument("file", type=Path, metavar="FILE", help="备份文件 · the file to make")
    parser.add_argument(
        "--key-file", type=Path, metavar="F", help="口令文件 · a passphrase instead of the key"
    )
    parser.add_argument("--lang", choices=sorted(LANGUAGES), default="zh", help="语言 · zh | en")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Make the backup and say what is in it.

    Refuses: backup.*, vault.key_missing, vault.key_file_unsafe, database.*.
    """
    begun = monotonic()
    key = key_of(args.key_file, args.home, args.master_key)
    database = open_database(args.database, read_only=True, threads=1)
    try:
        require_current(database)
    finally:
        database.close()
    made = make_backup(args.database, args.file, key, now=Instant(datetime.now(UTC)))
    words = DONE.in_language(LANGUAGES[args.lang]).format(
        name=args.file.name,
        size=megabytes(made.size),
        entries=f"{made.manifest.rows.get('entry', 0):,}",
        time=clock(monotonic() - begun),
        head=made.manifest.head,
    )
    print(words)
    return 0


def key_of(key_file: Path | None, home: Path, master_key: str | None) -> BackupKey:
    """What the file's key is drawn from: a passphrase file, or the shop's master key.

    Refuses: backup.key_file_missing, backup.passphrase_short, vault.key_missing,
    vault.key_file_unsafe, vault.key_malformed.
    """
    if key_file is not None:
        try:
            written = key_file.read_bytes()[:KEY_FILE_BYTES_MAX].decode()
        except (OSError, UnicodeDecodeError):
            raise KEY_FILE_MISSING.because(name=key_file.name) from None
        return BackupKey.of_passphrase(written)
    master = master_of(home, master_key)
    if master is None:
        raise KEY_MISSING.because()
    return BackupKey.of_master(master)


def master_of(home: Path, master_key: str | None) -> MasterKey | None:
    """The master key of a home or of the environment, if there is one.

    Refuses: vault.key_file_unsafe, vault.key_malformed.
    """
    if master_key is not None:
        return MasterKey.read(master_key)
    return KeyFolder(home / "keys").current()


def megabytes(size: int) -> str:
    """A size as a person reads it."""
    return f"{size / 1_000_000:,.1f} MB"


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes:02d}:{rest:02d}"
