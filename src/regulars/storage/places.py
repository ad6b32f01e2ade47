"""Which stores a place of the chain stands for, and who may act for the whole of it."""

from uuid import UUID

from sqlalchemy import bindparam, select

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.scope import EVERYWHERE, OUT_OF_SCOPE, Scope
from regulars.storage.columns import Id
from regulars.storage.engine import Read
from regulars.storage.statement import Statement
from regulars.storage.stores import REGION, REGION_UNKNOWN, REGIONS, STORES, store_known
from regulars.storage.tables.stores import store

STORES_OF_REGION: Statement[UUID] = Statement(
    select(store.c.id).where(store.c.region_id == bindparam("region_id", type_=Id()))
)


def scope_of_place(read: Read, level: Level, place_id: UUID | None) -> Scope:
    """The stores of a place. Refuses: store.unknown, region.unknown."""
    if level is Level.ORGANISATION:
        return EVERYWHERE
    if level is Level.REGION:
        if place_id is None or read.one(REGION, id=place_id) is None:
            raise REGION_UNKNOWN.because()
        return Scope(frozenset(read.all(STORES_OF_REGION, region_id=place_id)))
    return Scope(frozenset({store_known(read, place_id or UUID(int=0)).id}))


def places_seen(read: Read, scope: Scope) -> frozenset[UUID | None]:
    """The places whose settings and prices concern a scope: None is the whole organisation."""
    rows = [row for row in read.all(STORES) if scope.holds(row.id)]
    regions = {row.region_id for row in rows}
    if scope.everywhere:
        regions = {row.id for row in read.all(REGIONS)}
    return frozenset({None, *(row.id for row in rows), *regions})


def check_place(read: Read, scope: Scope, *, level: Level, place_id: UUID | None) -> None:
    """Whoever has this scope may act for the whole place; a region without stores is head office's.

    Refuses: store.unknown, region.unknown, scope.outside.
    """
    place = scope_of_place(read, level, place_id)
    if scope.everywhere:
        return
    if not place.stores or not place.inside(scope):
        raise OUT_OF_SCOPE.because()
