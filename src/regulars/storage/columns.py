"""One vocabulary of columns for both engines.

A merchant's file on SQLite and a chain's server on PostgreSQL hold the same table: `At()` is a
count of microseconds on both, an `Id()` takes 16 bytes on both, and SQLite's tables are STRICT, so
that a price can never become a text.

    member = table("member", Column("id", Id(), primary_key=True), Column("joined_at", At()))
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID, SafeUUID

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeDecorator

from regulars.domain.kernel.period import Instant

Loaded_co = TypeVar("Loaded_co", covariant=True)


class Binder(Protocol):
    """Turns what Python holds into what a driver takes."""

    def __call__(self, value: object) -> object: ...


class Loader(Protocol[Loaded_co]):
    """Turns what a driver gave into what Python holds."""

    def __call__(self, value: object) -> Loaded_co | None: ...


# Looked up once: an enumeration's member costs as much as the rest of an id that comes back.
_SAFETY_UNKNOWN = SafeUUID.unknown
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(
    name: str,
    *items: SchemaItem,
    rowid: bool = True,
    info: Mapping[str, object] | None = None,
) -> Table:
    """A table of the one database: STRICT on SQLite; `rowid=False` where its key is no integer.

    `info` says what the application's role may do on PostgreSQL: `append_only` (no change at
    all), `no_delete`, `update_columns` (the only columns that may change).
    """
    return Table(
        name,
        metadata,
        *items,
        info=dict(info or {}),
        sqlite_strict=True,
        sqlite_with_rowid=rowid,
    )


def _uuid_to_bytes(value: object) -> object:
    # As `UUID.bytes` does, without its property: a sale binds a hundred ids.
    return value.int.to_bytes(16, "big") if isinstance(value, UUID) else value


def _uuid_to_hex(value: object) -> object:
    return value.hex if isinstance(value, UUID) else value


def _uuid_from_bytes(value: object) -> UUID | None:
    # UUID's own constructor checks its arguments for a microsecond; a row may hold four ids.
    if not isinstance(value, bytes):
        return None
    name = UUID.__new__(UUID)
    object.__setattr__(name, "int", int.from_bytes(value, "big"))
    object.__setattr__(name, "is_safe", _SAFETY_UNKNOWN)
    return name


def _microseconds(value: object) -> object:
    return (value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else value


def _instant(value: object) -> Instant | None:
    if not isinstance(value, int):
        return None
    return Instant(_EPOCH + timedelta(microseconds=value))


def _iso_of(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _day_of(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _json_of(value: object) -> object:
    return None if value is None else orjson.dumps(value).decode()


def _json_value_of(value: object) -> object:
    return orjson.loads(value) if isinstance(value, str | bytes) else None


def _flag_of(value: object) -> bool | None:
    return None if value is None else bool(value)


class Id(TypeDecorator[UUID]):
    """A name made at the edge: BLOB of 16 bytes, or uuid."""

    impl = Uuid().with_variant(LargeBinary(16), "sqlite")
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Binder | None:
        """An id travels as its 16 bytes, or as 32 letters: psycopg's own way is Python too."""
        return _uuid_to_bytes if dialect.name == "sqlite" else _uuid_to_hex

    def result_processor(self, dialect: Dialect, coltype: object) -> Loader[UUID] | None:
        """On SQLite an id comes back as its 16 bytes."""
        return _uuid_from_bytes if dialect.name == "sqlite" else None


class Whole(TypeDecorator[int]):
    """A whole number of 64 bits: INTEGER, or bigint."""

    impl = BigInteger().with_variant(Integer(), "sqlite")
    cache_ok = True


class Words(TypeDecorator[str]):
    """A text."""

    impl = Text
    cache_ok = True


class At(TypeDecorator[Instant]):
    """A moment, as microseconds since 1970 in UTC: INTEGER, or bigint."""

    impl = BigInteger().with_variant(Integer(), "sqlite")
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Binder | None:
        """A moment travels as its microseconds."""
        return _microseconds

    def result_processor(self, dialect: Dialect, coltype: object) -> Loader[Instant] | None:
        """A moment comes back as its microseconds."""
        return _instant


class Day(TypeDecorator[date]):
    """A calendar or business day: ISO text, or date."""

    impl = Date().with_variant(Text(), "sqlite")
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Binder | None:
        """On SQLite a day travels as its ISO text."""
        return _iso_of if dialect.name == "sqlite" else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Loader[date] | None:
        """On SQLite a day comes back as its ISO text."""
        return _day_of if dialect.name == "sqlite" else None


class Document(TypeDecorator[object]):
    """A JSON value: TEXT, or jsonb. A Python None is an SQL NULL."""

    impl = JSONB().with_variant(Text(), "sqlite")
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Binder | None:
        """A document travels as text."""
        return _json_of

    def result_processor(self, dialect: Dialect, coltype: object) -> Loader[object] | None:
        """The PostgreSQL connection loads jsonb with orjson by itself."""
        return _json_value_of if dialect.name == "sqlite" else None


class Bytes(TypeDecorator[bytes]):
    """Bytes as they are: BLOB, or bytea."""

    impl = LargeBinary
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Binder | None:
        """Both drivers take bytes."""
        return None

    def result_processor(self, dialect: Dialect, coltype: object) -> Loader[bytes] | None:
        """Both drivers give bytes."""
        return None


class Flag(TypeDecorator[bool]):
    """Yes or no: INTEGER 0 or 1, or boolean."""

    impl = Boolean().with_variant(Integer(), "sqlite")
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Binder | None:
        """Both drivers take a bool."""
        return None

    def result_processor(self, dialect: Dialect, coltype: object) -> Loader[bool] | None:
        """SQLite gives 0 and 1."""
        return _flag_of if dialect.name == "sqlite" else None
