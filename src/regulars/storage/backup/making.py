"""Making a backup: a snapshot, sealed into one file that appears whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.backup import postgres_copy, sqlite_copy
from regulars.storage.backup.manifest import Manifest, manifest_of
from regulars.storage.backup.sealed_file import BackupKey, SealedWriter
from regulars.storage.engine import SQLITE_SCHEME, sqlite_path

BACKUP_EXISTS = refusal_code("backup.exists", "name")
BACKUP_FOLDER = refusal_code("backup.folder_missing", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was made. Units: bytes."""

    manifest: Manifest
    size: int


def make_backup(url: str, out: Path, key: BackupKey, *, now: Instant) -> Made:
    """Back a shop up into one sealed file, while its tills sell.

    Refuses: backup.exists, backup.folder_missing, database.missing.
    """
    if out.exists():
        raise BACKUP_EXISTS.because(name=out.name)
    if not out.parent.is_dir():
        raise BACKUP_FOLDER.because(name=out.parent.name)
    partial = out.with_name(f"{out.name}.partial")
    try:
        with _private(partial) as file:
            writer = SealedWriter(file, key)
            if url.startswith(SQLITE_SCHEME):
                manifest = _from_sqlite(sqlite_path(url), out.parent, writer, now)
            else:
                manifest = _from_postgresql(url, writer, now)
            manifest = replace(manifest, content_sha256=writer.content_digest)
            writer.close(manifest.written())
            file.flush()
            os.fsync(file.fileno())
        partial.rename(out)
        sync_folder(out.parent)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
    return Made(manifest=manifest, size=out.stat().st_size)


def _from_sqlite(path: Path, beside: Path, writer: SealedWriter, now: Instant) -> Manifest:
    with (
        sqlite_copy.snapshot(path) as (read, connection),
        sqlite_copy.private_folder(beside) as folder,
    ):
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


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        yield file


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
