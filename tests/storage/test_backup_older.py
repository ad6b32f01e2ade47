"""A backup that an older version of the program made is restored, and brought up to date."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import orjson
import psycopg
import pytest
from psycopg import sql

from regulars.domain.kernel.refusal import Refusal
from regulars.storage.backup import postgres_copy
from regulars.storage.backup.manifest import Manifest
from regulars.storage.backup.restoring import Target, restore_backup
from regulars.storage.backup.sealed_file import BackupKey, SealedWriter
from regulars.storage.columns import metadata
from regulars.storage.engine import Engine, open_database
from regulars.storage.migrate import current
from regulars.storage.schema import import_tables
from regulars.storage.verify import verify
from tests.faults.old_shops import VERSIONS, columns_of, contents, old_postgresql, old_sqlite
from tests.postgres import APP, OWNER, Cluster

(OLD,) = VERSIONS
WORDS = BackupKey.of_passphrase("twelve small teacups")


@dataclass(frozen=True)
class Places:
    """A filled shop of an older version, and where nothing is yet."""

    old: str
    new: str

    @property
    def engine(self) -> Engine:
        return "sqlite" if self.old.startswith("sqlite") else "postgresql"


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Places]:
    if request.param == "sqlite":
        old = old_sqlite(OLD, tmp_path / "old.sqlite3")
        yield Places(old, f"sqlite:///{tmp_path / 'new' / 'regulars.db'}")
        return
    cluster: Cluster = request.getfixturevalue("postgres_databases").cluster
    with old_postgresql(OLD, cluster) as old, cluster.blank() as new:
        yield Places(cluster.url(OWNER, old), cluster.url(OWNER, new))


def content_of(places: Places) -> Iterator[bytes]:
    """What the older version would have copied: the tables that it knew."""
    if places.engine == "sqlite":
        yield Path(places.old.removeprefix("sqlite:///")).read_bytes()
        return
    known = columns_of(places.old)
    import_tables()
    with closing(psycopg.connect(places.old)) as server:
        for table in [each.name for each in metadata.sorted_tables if each.name in known]:
            columns = [name for name in known[table] if name != postgres_copy.SEALED]
            yield frame(postgres_copy.TABLE, orjson.dumps({"table": table, "columns": columns}))
            query = sql.SQL("COPY {} ({}) TO STDOUT").format(
                sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            with server.cursor() as cursor, cursor.copy(query) as rows:
                for part in rows:
                    yield frame(postgres_copy.ROWS, bytes(part))
        yield frame(postgres_copy.END, b"")


def frame(kind: bytes, part: bytes) -> bytes:
    return kind + len(part).to_bytes(4, "big") + part


def manifest_of(
    places: Places, rows: dict[str, int], digest: str, *, schema: str = OLD
) -> Manifest:
    return Manifest(
        product_version="0.9",
        engine=places.engine,
        schema=schema,
        organisation=None,
        wrapped_by=None,
        created_at="2026-05-31T21:15:00+00:00",
        newest_entry_at=None,
        rows=rows,
        head=None,
        content_sha256=digest,
    )


def back_up(places: Places, file: Path) -> dict[str, int]:
    """Seal it as the older version would have; answers how many rows each table has."""
    rows = {table: len(found) for table, found in contents(places.old).items()}
    with file.open("wb") as out:
        writer = SealedWriter(out, WORDS)
        for part in content_of(places):
            writer.write(part)
        manifest = manifest_of(places, rows, writer.content_digest)
        writer.close(manifest.written())
    return rows


def test_an_older_backup_is_restored_and_brought_up_to_date(places: Places, tmp_path: Path) -> None:
    rows = back_up(places, tmp_path / "old.backup")
    assert sum(rows.values()) > 1_000
    role = None if places.engine == "sqlite" else APP
    target = Target(url=places.new, app_role=role)
    restored = restore_backup(tmp_path / "old.backup", WORDS, target)
    assert restored.whole
    assert cast(str, current(places.new)) > OLD
    database = open_database(places.new, read_only=True, threads=1)
    with closing(database), database.read() as read:
        assert verify(read, lambda progress: None).differences == 0


def test_a_backup_of_a_later_version_is_called_newer_and_not_broken(
    places: Places, tmp_path: Path
) -> None:
    file = tmp_path / "later.backup"
    with file.open("wb") as out:
        writer = SealedWriter(out, WORDS)
        writer.write(b"whatever it keeps")
        told = manifest_of(places, {}, writer.content_digest, schema="9999")
        writer.close(orjson.dumps(orjson.loads(told.written()) | {"weather": "fine"}))
    with pytest.raises(Refusal) as refused:
        restore_backup(file, WORDS, Target(url=places.new))
    assert refused.value.code == "database.newer"
