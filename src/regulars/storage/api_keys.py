"""API keys as rows, each with the stores of its place. A secret is never stored, only its hash."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select, update

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.scope import EVERYWHERE, Scope
from regulars.storage.columns import At, Bytes, Id
from regulars.storage.statement import Statement
from regulars.storage.tables import stores as tables


class KeyRow(NamedTuple):
    """Table `api_key` without its secret, and one store of its region."""

    id: UUID
    name: str
    permissions: object
    level: str
    place_id: UUID
    created_by: str
    created_at: Instant
    expires_at: Instant
    used_at: Instant | None
    revoked_at: Instant | None
    region_store_id: UUID | None


_KEYS = select(
    tables.api_key.c.id,
    tables.api_key.c.name,
    tables.api_key.c.permissions,
    tables.api_key.c.level,
    tables.api_key.c.place_id,
    tables.api_key.c.created_by,
    tables.api_key.c.created_at,
    tables.api_key.c.expires_at,
    tables.api_key.c.used_at,
    tables.api_key.c.revoked_at,
    tables.store.c.id,
).select_from(
    tables.api_key.outerjoin(
        tables.store,
        and_(
            tables.api_key.c.level == Level.REGION.value,
            tables.store.c.region_id == tables.api_key.c.place_id,
        ),
    )
)


KEY = Statement(
    _KEYS.where(tables.api_key.c.secret_hash == bindparam("secret_hash", type_=Bytes())), KeyRow
)


KEY_BY_ID = Statement(_KEYS.where(tables.api_key.c.id == bindparam("id", type_=Id())), KeyRow)


KEYS = Statement(_KEYS.order_by(tables.api_key.c.created_at), KeyRow)


TOUCH_KEY: Statement[object] = Statement(
    update(tables.api_key)
    .where(tables.api_key.c.id == bindparam("key", type_=Id()))
    .values(used_at=bindparam("at", type_=At()))
)


REVOKE_KEY: Statement[object] = Statement(
    update(tables.api_key)
    .where(
        tables.api_key.c.id == bindparam("key", type_=Id()), tables.api_key.c.revoked_at.is_(None)
    )
    .values(revoked_at=bindparam("at", type_=At()))
)


def scope_of_key(rows: Sequence[KeyRow]) -> Scope:
    """The stores that a key may see."""
    first = rows[0]
    if first.level == Level.ORGANISATION.value:
        return EVERYWHERE
    if first.level == Level.STORE.value:
        return Scope(frozenset({first.place_id}))
    return Scope(frozenset(row.region_store_id for row in rows if row.region_store_id))
