"""The shop snapshots of this process: loaded once, checked at every use by one small question.

Each change of menu, offers, Terms or stores raises a number in `revision`. A sale asks for these
numbers with its first question; only when one has changed is the snapshot read anew.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from regulars.domain.kernel.ids import CouponTypeId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, Period
from regulars.domain.kernel.terms import Level, Place, Setting, resolve
from regulars.domain.ledger.accounts import HOUSE_KINDS, Account
from regulars.domain.orders.shop import Promises, Shop, pricing_terms
from regulars.domain.orders.shop_terms import DEFAULTS, ShopTerms, shop_terms
from regulars.domain.pricing.book import OfferBook
from regulars.domain.pricing.coupon_rules import coupon_rules_from
from regulars.domain.pricing.offer import CouponType, Offer
from regulars.domain.pricing.search.milp import MilpEngine
from regulars.domain.pricing.stored import OfferHead, offer_from
from regulars.domain.stores.store import STORE_UNKNOWN, Store, StoreKind, Terminal
from regulars.storage import ledger, surveys
from regulars.storage.columns import Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.offers import COUPON_TYPES, CouponTypeRow, OfferRow
from regulars.storage.shop_menu import catalogue_of
from regulars.storage.statement import Statement
from regulars.storage.tables import offers as offer_tables
from regulars.storage.tables import stores as store_tables
from regulars.storage.tables.system import revision

Numbers = tuple[tuple[str, int], ...]

# What a snapshot depends on. `sold_out` is part of the catalogue's number.
NAMES = ("catalog", "offers", "stores", "surveys", "terms")
REVISION_STEP_MAX = 1 << 31
PAST_KEPT = 4

REVISIONS = Statement[tuple[str, int]](
    select(revision.c.name, revision.c.number)
    .where(revision.c.name.in_(NAMES))
    .order_by(revision.c.name),
    lambda name, number: (name, number),
)
RAISE = Statement[object](
    upsert(revision)
    .values(name=bindparam("revision_name", type_=Words()), number=1)
    .on_conflict_do_update(
        index_elements=[revision.c.name],
        set_={"number": revision.c.number + bindparam("step", type_=Whole())},
    )
)


class _StoreRow(NamedTuple):
    id: UUID
    region_id: UUID
    code: str
    name_zh: str
    name_en: str
    zone: str
    cut_off_minutes: int
    kind: str
    state: str
    currency: str


class _TerminalRow(NamedTuple):
    id: UUID
    letter: str
    name: str


_store, _terminal = store_tables.store.c, store_tables.terminal.c
_BY_STORE = bindparam("store_id", type_=Id())
_STORE = Statement(
    select(
        _store.id,
        _store.region_id,
        _store.code,
        _store.name_zh,
        _store.name_en,
        _store.zone,
        _store.cut_off_minutes,
        _store.kind,
        _store.state,
        store_tables.organisation.c.currency,
    )
    .select_from(store_tables.store, store_tables.organisation)
    .where(_store.id == _BY_STORE),
    _StoreRow,
)
_TERMINALS = Statement(
    select(_terminal.id, _terminal.letter, _terminal.name)
    .where(_terminal.store_id == _BY_STORE, _terminal.state == "active")
    .order_by(_terminal.letter),
    _TerminalRow,
)
_setting = store_tables.setting.c
_SETTINGS = Statement(
    select(
        _setting.field,
        _setting.level,
        _setting.place_id,
        _setting.value,
        _setting.effective_at,
        _setting.version,
        _setting.locked,
        _setting.low,
        _setting.high,
        _setting.taken_away,
    ).order_by(_setting.version),
    lambda field, level, place, value, effective_at, version, locked, low, high, gone: Setting(
        field=field,
        level=Level(level),
        place=place,
        value=value,
        effective_at=effective_at,
        version=version,
        locked=locked,
        low=low,
        high=high,
        taken_away=gone,
    ),
)
_OFFERS = Statement(
    select(offer_tables.offer).order_by(offer_tables.offer.c.id, offer_tables.offer.c.version),
    OfferRow,
)


def raise_revision(tx: Write, name: str) -> None:
    """Tell every process that its snapshots are out of date.

    The steps differ, so that a change which was undone (the disk was full at the commit) and the
    next one never share a number: the snapshot of what never was would be taken for true.
    """
    tx.send(RAISE, revision_name=name, step=1 + secrets.randbelow(REVISION_STEP_MAX))


class Shops:
    """Snapshots by store, shared by all threads of this process.

    `engine` proves the bills that are too hard for the search alone; without it they have a gap.
    """

    def __init__(self, engine: MilpEngine | None = None) -> None:
        self._engine = engine
        self._kept: dict[UUID, tuple[Shop, Instant | None]] = {}
        self._past: dict[tuple[UUID, Instant, Numbers], Promises] = {}
        self._house: dict[UUID, tuple[Account, ...]] = {}
        self._lock = Lock()

    def in_force(self, read: Read, store_id: UUID, *, at: Instant) -> Shop:
        """The shop as it sells at a moment. Refuses: store.unknown."""
        numbers = tuple(read.all(REVISIONS))
        kept = self._kept.get(store_id)
        if kept is not None:
            shop, until = kept
            if shop.revision == numbers and (until is None or at < until):
                return shop
        shop, until = _loaded(read, store_id, at=at, numbers=numbers, engine=self._engine)
        with self._lock:
            self._kept[store_id] = (shop, until)
        return shop

    def as_of(self, read: Read, store_id: UUID, *, at: Instant) -> Promises:
        """The offers and Terms of a store at an instant that has passed; today's snapshot stays.

        The last few are kept: a refund comes right after the look at what it would undo, and
        must not make the tills wait while it reads them. Refuses: store.unknown.
        """
        key = (store_id, at, tuple(read.all(REVISIONS)))
        kept = self._past.get(key)
        if kept is None:
            kept = _promised(read, store_id, at=at, engine=self._engine).promises
            with self._lock:
                while len(self._past) >= PAST_KEPT:
                    del self._past[next(iter(self._past))]
                self._past[key] = kept
        return kept

    def forget_house(self) -> None:
        """Read the stores' own accounts again: what was kept of them may have been undone."""
        with self._lock:
            self._house.clear()

    def house(self, tx: Write, shop: Shop) -> Sequence[Account]:
        """The store's side of every posting. House accounts carry no balance: they are kept."""
        kept = self._house.get(shop.store.id)
        if kept is not None:
            return kept
        known = tuple(tx.all(ledger.HOUSE_OF_STORE, store=shop.store.id))
        if len(known) < len(HOUSE_KINDS):
            # Opened by this command, which may yet be undone: the next one reads them again.
            return ledger.house_accounts(tx, shop.store.id, currency=shop.store.currency)
        with self._lock:
            self._house[shop.store.id] = known
        return known


class _Read(NamedTuple):
    """What the database holds of a store's promises, and what it comes to at an instant."""

    promises: Promises
    terms: ShopTerms
    place: Place
    settings: Sequence[Setting]
    offers: Sequence[OfferRow]


def _loaded(
    read: Read, store_id: UUID, *, at: Instant, numbers: Numbers, engine: MilpEngine | None
) -> tuple[Shop, Instant | None]:
    promises, terms, place, settings, offers = _promised(read, store_id, at=at, engine=engine)
    asks_on_receipt, asks_until = surveys.asks_on_receipt(read, promises.store, at=at)
    shop = Shop(
        store=promises.store,
        catalogue=catalogue_of(read, place, at=at),
        offers=promises.offers,
        coupon_types=promises.coupon_types,
        terms=terms,
        pricing=promises.pricing,
        asks_on_receipt=asks_on_receipt,
        revision=numbers,
    )
    changes = [setting.effective_at for setting in settings if setting.effective_at > at]
    changes += [one.effective_at for one in offers if one.effective_at > at]
    changes += [one.ends_at for one in offers if one.ends_at is not None and one.ends_at > at]
    if shop.catalogue.holds_until is not None:
        changes.append(shop.catalogue.holds_until)
    if asks_until is not None:
        changes.append(asks_until)
    return shop, min(changes, default=None)


def _promised(read: Read, store_id: UUID, *, at: Instant, engine: MilpEngine | None) -> _Read:
    row = read.one(_STORE, store_id=store_id)
    if row is None:
        raise STORE_UNKNOWN.because()
    terminals, settings, offers, types = read.group(
        _TERMINALS.ask(store_id=store_id),
        _SETTINGS.ask(),
        _OFFERS.ask(),
        COUPON_TYPES.ask(),
    )
    place = Place(region=row.region_id, store=row.id)
    terms = shop_terms(resolve(settings, DEFAULTS, place=place, at=at))
    promises = Promises(
        store=_store_of(row, terminals),
        offers=OfferBook(_offers_of(offers, place, at)),
        coupon_types={one.id: one for one in map(_coupon_type_of, types)},
        pricing=pricing_terms(terms, currency=row.currency, engine=engine),
    )
    return _Read(promises, terms, place, settings, offers)


def _store_of(row: _StoreRow, terminals: Sequence[_TerminalRow]) -> Store:
    return Store(
        id=row.id,
        region_id=row.region_id,
        code=row.code,
        label=Label(row.name_zh, row.name_en),
        zone=row.zone,
        cut_off_minutes=row.cut_off_minutes,
        kind=StoreKind(row.kind),
        open=row.state == "open",
        currency=row.currency,
        terminals=tuple(Terminal(id=one.id, letter=one.letter, name=one.name) for one in terminals),
    )


def _offers_of(rows: Sequence[OfferRow], place: Place, at: Instant) -> list[Offer]:
    newest: dict[UUID, OfferRow] = {}
    for row in rows:
        if row.effective_at <= at:
            newest[row.id] = row
    return [
        _offer_of(row)
        for row in newest.values()
        if row.state == "active"
        and (row.ends_at is None or at < row.ends_at)
        and (row.place_id is None or row.place_id in (place.region, place.store))
    ]


def _offer_of(row: OfferRow) -> Offer:
    head = OfferHead(
        id=row.id,
        version=row.version,
        name=Label(row.name_zh, row.name_en),
        period=Period(row.effective_at, row.ends_at),
    )
    return offer_from(head, row.definition)


def _coupon_type_of(row: CouponTypeRow) -> CouponType:
    rules = coupon_rules_from(row.rules)
    offer = offer_from(
        OfferHead(id=row.id, version=1, name=Label(row.name_zh, row.name_en)), row.definition
    )
    if rules.per_order_max is not None:
        offer = replace(offer, per_order_max=rules.per_order_max)
    return CouponType(
        id=CouponTypeId(row.id),
        code=row.code,
        offer=offer,
        valid_days=row.valid_days,
        issue_max=row.issue_max,
        rules=rules,
        active=row.state == "active",
    )
