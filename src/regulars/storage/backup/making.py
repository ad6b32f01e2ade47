"""Making a backup: a snapshot, sealed into one file that appears whole or not at all."""

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import disk_usage
from tempfile import mkstemp

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.backup import postgres_copy, sqlite_copy
from regulars.storage.backup.manifest import Manifest, manifest_of
from regulars.storage.backup.sealed_file import BackupKey, SealedWriter
from regulars.storage.engine import SQLITE_SCHEME, sqlite_path

BACKUP_EXISTS = refusal_code("backup.exists", "name")
BACKUP_FOLDER = refusal_code("backup.folder_missing", "name")
BACKUP_NO_ROOM = refusal_code("backup.no_room", "megabytes")

# A quarter of the shop's size stays free beside its copy, so that the tills never feel it.
ROOM_KEPT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was made. Units: bytes."""

    manifest: Manifest
    size: int


def make_backup(url: str, out: Path, key: BackupKey, *, now: Instant) -> Made:
    """Back a shop up into one sealed file, while its tills sell.

    Refuses: backup.exists, backup.folder_missing, backup.no_room, database.missing.
    """
    if out.exists():
        raise BACKUP_EXISTS.because(name=out.name)
    if not out.parent.is_dir():
        raise BACKUP_FOLDER.because(name=out.parent.name)
    # A name of its own: a second backup to the same place must not write into this one.
    handle, name = mkstemp(suffix=".partial", prefix=f"{out.name}.", dir=out.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            writer = SealedWriter(file, key)
            if url.startswith(SQLITE_SCHEME):
                manifest = _from_sqlite(sqlite_path(url), writer, now)
            else:
                manifest = _from_postgresql(url, writer, now)
            manifest = replace(manifest, content_sha256=writer.content_digest)
            writer.close(manifest.written())
            file.flush()
            os.fsync(file.fileno())
        if out.exists():
            raise BACKUP_EXISTS.because(name=out.name)
        partial.rename(out)
        sync_folder(out.parent)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
    return Made(manifest=manifest, size=out.stat().st_size)


def _from_sqlite(path: Path, writer: SealedWriter, now: Instant) -> Manifest:
    # The copy in clear lies where the shop itself lies, never on the stick that leaves the house.
    with (
        sqlite_copy.snapshot(path) as (read, connection),
        sqlite_copy.private_folder(path.parent) as folder,
    ):
        _check_room(path)
        manifest = manifest_of(read, now=now)
        for part in sqlite_copy.content(connection, folder):
            writer.write(part)
    return manifest


def _from_postgresql(url: str, writer: SealedWriter, now: Instant) -> Manifest:
    with postgres_copy.snapshot(url) as (read, session):
        manifest = manifest_of(read, now=now)
        for part in postgres_copy.content(session):
            writer.write(part)
    return manifest


def _check_room(path: Path) -> None:
    size = path.stat().st_size
    if disk_usage(path.parent).free < size + size // ROOM_KEPT:
        raise BACKUP_NO_ROOM.because(megabytes=size // 1_000_000 + 1)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
