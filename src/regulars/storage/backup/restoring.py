"""Restoring a backup: read whole and proved first, then put in place where nothing is yet."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic import command

from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.backup import postgres_copy, sqlite_copy
from regulars.storage.backup.making import sync_folder
from regulars.storage.backup.manifest import Manifest, rows_of
from regulars.storage.backup.sealed_file import BACKUP_BROKEN, BackupKey, SealedReader
from regulars.storage.chain import head_of
from regulars.storage.engine import SQLITE_SCHEME, open_database, sqlite_path
from regulars.storage.master_key import MasterKey
from regulars.storage.migrate import config_of, connected, current, upgrade
from regulars.storage.schema import DATABASE_NEWER, import_tables, numbers
from regulars.storage.sqlite import connect
from regulars.storage.vault import key_name

TARGET_NOT_EMPTY = refusal_code("backup.target_not_empty")
ENGINE_DIFFERS = refusal_code("backup.engine_differs", "engine")
OTHER_ORGANISATION = refusal_code("backup.other_organisation")
BACKUP_MISSING = refusal_code("backup.missing", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a backup is put: a new SQLite file, or an empty database by its owner's URL.

    `master`: the key that is there already, which must be the one that the backup was made under.
    """

    url: str
    app_role: str | None = None
    master: MasterKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put in place, and whether it has everything that the manifest says."""

    manifest: Manifest
    rows_differ: tuple[str, ...]
    head_differs: bool

    @property
    def whole(self) -> bool:
        """Whether every row and the head of the ledger are there."""
        return not self.rows_differ and not self.head_differs


def restore_backup(file: Path, key: BackupKey, target: Target) -> Restored:
    """Put a backup where nothing is yet. Nothing is touched before the whole file was proved.

    Refuses: backup.missing, backup.broken, backup.key_wrong, backup.key_kind,
    backup.engine_differs, backup.other_organisation, backup.target_not_empty, database.newer.
    """
    manifest = proved(file, key)
    embedded = target.url.startswith(SQLITE_SCHEME)
    if (manifest.engine == "sqlite") is not embedded:
        raise ENGINE_DIFFERS.because(engine=manifest.engine)
    if not _belongs(manifest, target.master):
        raise OTHER_ORGANISATION.because()
    if manifest.schema not in numbers():
        raise DATABASE_NEWER.because()
    if embedded:
        _into_sqlite(file, key, sqlite_path(target.url))
    else:
        _into_postgresql(file, key, target.url, manifest)
    compared = _compared(target.url, manifest)
    upgrade(target.url, app_role=target.app_role)
    return compared


def _belongs(manifest: Manifest, master: MasterKey | None) -> bool:
    """Whether a master key opens what the backup holds; a shop without keys yet fits any."""
    if master is None or manifest.wrapped_by is None:
        return True
    return key_name(master).hex() == manifest.wrapped_by


def proved(file: Path, key: BackupKey) -> Manifest:
    """The manifest of a backup of which every byte was read and is as it was sealed.

    Refuses: backup.missing, backup.broken, backup.key_wrong, backup.key_kind.
    """
    with _reading(file, key) as reader:
        for _ in reader.content():
            pass
        if reader.manifest is None:
            raise BACKUP_BROKEN.because()
        return Manifest.read(reader.manifest)


@contextmanager
def _reading(file: Path, key: BackupKey) -> Iterator[SealedReader]:
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        raise BACKUP_MISSING.because(name=file.name) from None
    with opened:
        yield SealedReader(opened, key)


def _into_sqlite(file: Path, key: BackupKey, path: Path) -> None:
    if any(path.parent.glob(f"{path.name}*")):
        raise TARGET_NOT_EMPTY.because()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with sqlite_copy.private_folder(path.parent) as folder, _reading(file, key) as reader:
        copy = folder / path.name
        with os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for part in reader.content():
                out.write(part)
            out.flush()
            os.fsync(out.fileno())
        with closing(connect(copy, "rw")) as connection:
            whole = sqlite_copy.is_whole(connection)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if not whole:
            raise BACKUP_BROKEN.because()
        copy.rename(path)
    sync_folder(path.parent)


def _into_postgresql(file: Path, key: BackupKey, url: str, manifest: Manifest) -> None:
    with psycopg.connect(url) as server:
        if server.execute(postgres_copy.TABLES_THERE).fetchone() != (0,):
            raise TARGET_NOT_EMPTY.because()
    import_tables()
    with connected(url) as connection:
        connection.rollback()
        command.upgrade(config_of(connection), manifest.schema)
    with _reading(file, key) as reader:
        postgres_copy.fill(url, reader.content())


def _compared(url: str, manifest: Manifest) -> Restored:
    """The rows and the head as they are now beside those that the manifest says."""
    if current(url) != manifest.schema:
        raise BACKUP_BROKEN.because()
    database = open_database(url, read_only=True, threads=1)
    try:
        with database.read() as read:
            found = rows_of(read, manifest.rows)
            head = head_of(read).told if manifest.head is not None else None
    finally:
        database.close()
    differ = tuple(name for name, count in manifest.rows.items() if found.get(name) != count)
    return Restored(manifest=manifest, rows_differ=differ, head_differs=head != manifest.head)
