"""What a backup says of itself, sealed with it: whose it is, how it looked, when it was made."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields

import orjson
from sqlalchemy import Table, func, select

from regulars import __version__
from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.storage.backup.sealed_file import BACKUP_BROKEN
from regulars.storage.chain import head_of
from regulars.storage.columns import At, Whole, metadata
from regulars.storage.engine import Read
from regulars.storage.schema import VERSION, import_tables
from regulars.storage.sealing import key_id_of
from regulars.storage.statement import Statement
from regulars.storage.tables.ledger import entry
from regulars.storage.vault import ORGANISATION, ORGANISATION_KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The facts of one backup. `wrapped_by` names the master key without telling it; `head` is the
    end of the ledger's chain, as it is printed."""

    product_version: str
    engine: str
    schema: str
    organisation: str | None
    wrapped_by: str | None
    created_at: str
    newest_entry_at: str | None
    rows: dict[str, int]
    head: str | None
    content_sha256: str

    def written(self) -> bytes:
        """The bytes that `read` reads back."""
        return orjson.dumps(asdict(self))

    @classmethod
    def read(cls, written: bytes) -> "Manifest":
        """The manifest of a backup; what a later version adds to it is passed over.

        Refuses: backup.broken.
        """
        try:
            told = orjson.loads(written)
            return cls(**{field.name: told[field.name] for field in fields(cls)})
        except (ValueError, TypeError, KeyError):
            raise BACKUP_BROKEN.because() from None

    @property
    def newest(self) -> Instant | None:
        """When the newest entry was recorded: what came later is not in the backup."""
        return None if self.newest_entry_at is None else instant_from_iso(self.newest_entry_at)


_NEWEST: Statement[Instant | None] = Statement(select(func.max(entry.c.recorded_at, type_=At())))


def rows_of(read: Read, only: Collection[str] | None = None) -> dict[str, int]:
    """How many rows each table has, or those of some tables."""
    import_tables()
    counted = [each for each in metadata.sorted_tables if only is None or each.name in only]
    return {str(each.name): read.all(_count(each))[0] for each in counted}


def _count(table: Table) -> Statement[int]:
    return Statement(select(func.count(type_=Whole())).select_from(table))


def manifest_of(read: Read, *, now: Instant) -> Manifest:
    """What a snapshot says of itself."""
    newest = read.one(_NEWEST)
    keys = read.all(ORGANISATION_KEYS)
    organisation = read.one(ORGANISATION)
    return Manifest(
        product_version=__version__,
        engine=read.engine,
        schema=read.one(VERSION) or "",
        organisation=None if organisation is None else str(organisation),
        wrapped_by=key_id_of(keys[0].wrapped).hex() if keys else None,
        created_at=now.isoformat(),
        newest_entry_at=None if newest is None else newest.isoformat(),
        rows=rows_of(read),
        head=head_of(read).told,
        content_sha256="",
    )
