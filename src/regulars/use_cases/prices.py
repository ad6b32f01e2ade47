"""Price lists of the chain, a region or a store; and what a store has run out of.

Head office sells 珍珠奶茶 大杯 at 18.00 and to gold members at 16.00; from July 华东 asks 19.00.
At 19:40 人民广场店 has no more 芋圆: it is sold out there until the shop's day ends.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import Instant, Period
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, catalog, price_lists
from regulars.storage.engine import Read, Write
from regulars.storage.facts import Fact, append
from regulars.storage.places import check_place
from regulars.storage.price_lists import PriceListRow
from regulars.storage.shops import raise_revision
from regulars.storage.tables import catalog as tables
from regulars.use_cases.catalog import GOODS_UNKNOWN
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.staff import Changed

PRICE_LIST_UNKNOWN = refusal_code("catalog.price_list_unknown")
PRICES_MISSING = refusal_code("catalog.prices_missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPriceList:
    """Prices that hold at a place from one moment on (None: at once), perhaps until another."""

    id: UUID
    name_zh: str
    name_en: str
    level: Level
    place_id: UUID | None
    effective_at: Instant | None
    ends_at: Instant | None


@dataclass(frozen=True, slots=True)
class PriceForm:
    """One price; None takes it out of the list. The empty tier is everybody. Units: minor units."""

    variant_id: UUID
    tier: str
    amount_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPrices:
    """Set or take prices of a list."""

    price_list_id: UUID
    prices: tuple[PriceForm, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPriceList:
    """Let a list hold no longer than this moment (None: now)."""

    id: UUID
    ends_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSoldOut:
    """A product, variant or option has run out in a store, until then if that is known."""

    store_id: UUID
    subject_id: UUID
    until: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkAvailable:
    """There is enough of it again."""

    store_id: UUID
    subject_id: UUID


def _within(tx: Read, price_list_id: UUID, moment: Moment) -> PriceListRow:
    """A list for whose whole place the actor may act.

    Refuses: catalog.price_list_unknown, permission.missing, scope.outside.
    """
    moment.actor.need(Permission.CATALOG_WRITE)
    row = tx.one(price_lists.PRICE_LIST, id=price_list_id)
    if row is None:
        raise PRICE_LIST_UNKNOWN.because()
    check_place(tx, moment.actor.scope, level=Level(row.level), place_id=row.place_id)
    return row


def _store_of(row: PriceListRow) -> UUID | None:
    return row.place_id if row.level == Level.STORE.value else None


@use_case
def add_price_list(tx: Write, command: AddPriceList, moment: Moment) -> Changed:
    """Begin a list of prices. Refuses: period.reversed, scope.outside, region.unknown."""
    moment.actor.need(Permission.CATALOG_WRITE)
    check_place(tx, moment.actor.scope, level=command.level, place_id=command.place_id)
    period = Period(command.effective_at or moment.now, command.ends_at)
    place = None if command.level is Level.ORGANISATION else command.place_id
    tx.add(
        tables.price_list,
        [
            {
                "id": command.id,
                "name_zh": command.name_zh,
                "name_en": command.name_en,
                "level": command.level.value,
                "place_id": place,
                "effective_at": period.start,
                "ends_at": period.end,
                "state": "active",
            }
        ],
    )
    raise_revision(tx, "catalog")
    audit.record(
        tx,
        moment,
        action="price_list.added",
        subject=f"price_list:{command.id}",
        store_id=place if command.level is Level.STORE else None,
        after={"level": command.level.value},
    )
    return Changed(command.id)


@use_case
def set_prices(tx: Write, command: SetPrices, moment: Moment) -> Changed:
    """Set or take prices of a list.

    Refuses: catalog.price_list_unknown, catalog.goods_unknown, catalog.prices_missing.
    """
    row = _within(tx, command.price_list_id, moment)
    if not command.prices:
        raise PRICES_MISSING.because()
    listed = tx.all(price_lists.PRICES_OF, price_list_id=row.id)
    known = {(one.variant_id, one.tier): one.amount_minor for one in listed}
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for price in command.prices:
        if tx.one(catalog.VARIANT, id=price.variant_id) is None:
            raise GOODS_UNKNOWN.because()
        name = f"{price.variant_id}|{price.tier}"
        before[name] = known.get((price.variant_id, price.tier))
        after[name] = price.amount_minor
        if price.amount_minor is None:
            tx.run(
                price_lists.TAKE_PRICE, list=row.id, variant=price.variant_id, of_tier=price.tier
            )
        else:
            tx.run(
                price_lists.PUT_PRICE,
                price_list_id=row.id,
                variant_id=price.variant_id,
                tier=price.tier,
                amount_minor=price.amount_minor,
            )
    raise_revision(tx, "catalog")
    audit.record(
        tx,
        moment,
        action="price.changed",
        subject=f"price_list:{row.id}",
        store_id=_store_of(row),
        before=before,
        after=after,
        reason=command.reason,
    )
    return Changed(row.id)


@use_case
def end_price_list(tx: Write, command: EndPriceList, moment: Moment) -> Changed:
    """Let a list end. Refuses: catalog.price_list_unknown, period.reversed."""
    row = _within(tx, command.id, moment)
    ends_at = command.ends_at or moment.now
    period = Period(row.effective_at, max(ends_at, moment.now))
    tx.run(price_lists.END_PRICE_LIST, ended=row.id, until=period.end)
    raise_revision(tx, "catalog")
    audit.record(
        tx,
        moment,
        action="price_list.ended",
        subject=f"price_list:{row.id}",
        store_id=_store_of(row),
        before={"ends_at": None if row.ends_at is None else row.ends_at.isoformat()},
        after={"ends_at": max(ends_at, moment.now).isoformat()},
    )
    return Changed(row.id)


@use_case
def mark_sold_out(tx: Write, command: MarkSoldOut, moment: Moment) -> Changed:
    """Sell no more of it in this store. Refuses: catalog.goods_unknown, scope.outside."""
    moment.actor.need(Permission.CATALOG_SOLD_OUT)
    moment.actor.scope.check(command.store_id)
    if not tx.all(price_lists.IS_SUBJECT, subject=command.subject_id):
        raise GOODS_UNKNOWN.because()
    tx.run(
        price_lists.PUT_SOLD_OUT,
        store_id=command.store_id,
        subject_id=command.subject_id,
        since=moment.now,
        until=command.until,
        by=moment.actor.name,
    )
    _told(tx, moment, "catalog.sold_out", store_id=command.store_id, subject_id=command.subject_id)
    return Changed(command.subject_id)


@use_case
def mark_available(tx: Write, command: MarkAvailable, moment: Moment) -> Changed:
    """Sell it again in this store. Refuses: scope.outside."""
    moment.actor.need(Permission.CATALOG_SOLD_OUT)
    moment.actor.scope.check(command.store_id)
    if tx.run(price_lists.TAKE_SOLD_OUT, store=command.store_id, subject=command.subject_id):
        _told(
            tx,
            moment,
            "catalog.available",
            store_id=command.store_id,
            subject_id=command.subject_id,
        )
    return Changed(command.subject_id)


def _told(tx: Write, moment: Moment, kind: str, *, store_id: UUID, subject_id: UUID) -> None:
    raise_revision(tx, "catalog")
    fact = Fact(kind=kind, at=moment.now, store_id=store_id, subject_id=subject_id)
    append(tx, fact, id=moment.new_id())
