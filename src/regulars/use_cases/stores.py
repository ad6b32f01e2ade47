"""The chain itself: organisation, regions, stores, terminals.

正茶 opens in 华东 with 人民广场店, terminals A and B. Head office opens stores; a store manager
binds the tablet on her counter as terminal A.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.money import scale_of
from regulars.domain.kernel.period import zone_of
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.domain.stores.store import StoreKind
from regulars.storage import audit, stores
from regulars.storage.constraints import means
from regulars.storage.engine import Write
from regulars.storage.shops import raise_revision
from regulars.storage.tables import stores as tables
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.staff import Changed
from regulars.use_cases.store_copies import copy_store

ORGANISATION_EXISTS = refusal_code("organisation.exists")
STORE_CODE_TAKEN = refusal_code("store.code_taken")
CUT_OFF_OUT_OF_RANGE = refusal_code("store.cut_off_out_of_range")

CUT_OFF_MINUTES_MAX = 720

means({"uq_store_code": STORE_CODE_TAKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateOrganisation:
    """The first thing in an empty database."""

    id: UUID
    name_zh: str
    name_en: str
    currency: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRegion:
    """A part of the chain with stores of its own."""

    id: UUID
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRegion:
    """Rename a region; `expected` is the tag of what the caller saw."""

    id: UUID
    expected: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddStore:
    """A new store. Units: its business day ends so many minutes after local midnight.

    `like_store_id`: the store whose own prices, rules and gaps in the menu it begins with.
    """

    id: UUID
    region_id: UUID
    code: str
    name_zh: str
    name_en: str
    zone: str
    cut_off_minutes: int
    kind: StoreKind
    like_store_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStore:
    """Correct a store, or close it."""

    id: UUID
    expected: str
    name_zh: str
    name_en: str
    zone: str
    cut_off_minutes: int
    open: bool


def _check_times(zone: str, cut_off_minutes: int) -> None:
    """Refuses: period.zone_unknown, store.cut_off_out_of_range."""
    zone_of(zone)
    if not 0 <= cut_off_minutes <= CUT_OFF_MINUTES_MAX:
        raise CUT_OFF_OUT_OF_RANGE.because()


def _head_office(moment: Moment) -> None:
    """Refuses: permission.missing, scope.outside."""
    moment.actor.need(Permission.STORE_WRITE)
    if not moment.actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()


@use_case
def create_organisation(tx: Write, command: CreateOrganisation, moment: Moment) -> Changed:
    """Begin: one database holds one organisation.

    Refuses: organisation.exists, money.currency_unknown.
    """
    _head_office(moment)
    scale_of(command.currency)
    if tx.one(stores.ORGANISATION) is not None:
        raise ORGANISATION_EXISTS.because()
    tx.add(
        tables.organisation,
        [
            {
                "id": command.id,
                "name_zh": command.name_zh,
                "name_en": command.name_en,
                "currency": command.currency,
                "country": command.country,
                "created_at": moment.now,
            }
        ],
    )
    audit.record(tx, moment, action="organisation.created", subject=f"organisation:{command.id}")
    return Changed(command.id)


@use_case
def add_region(tx: Write, command: AddRegion, moment: Moment) -> Changed:
    """Open a part of the chain. Refuses: permission.missing, scope.outside."""
    _head_office(moment)
    tx.add(
        tables.region,
        [{"id": command.id, "name_zh": command.name_zh, "name_en": command.name_en}],
    )
    audit.record(tx, moment, action="region.added", subject=f"region:{command.id}")
    return Changed(command.id)


@use_case
def change_region(tx: Write, command: ChangeRegion, moment: Moment) -> Changed:
    """Rename a region. Refuses: region.unknown, precondition.failed, scope.outside."""
    _head_office(moment)
    row = tx.one(stores.REGION, id=command.id)
    if row is None:
        raise stores.REGION_UNKNOWN.because()
    stores.check_tag(row, expected=command.expected)
    tx.run(
        stores.CHANGE_REGION,
        changed=command.id,
        new_name_zh=command.name_zh,
        new_name_en=command.name_en,
    )
    audit.record(
        tx,
        moment,
        action="region.changed",
        subject=f"region:{command.id}",
        before={"name_zh": row.name_zh, "name_en": row.name_en},
        after={"name_zh": command.name_zh, "name_en": command.name_en},
    )
    return Changed(command.id)


@use_case
def add_store(tx: Write, command: AddStore, moment: Moment) -> Changed:
    """Open a store.

    Refuses: region.unknown, store.code_taken, store.cut_off_out_of_range, period.zone_unknown,
    and of a copy store.unknown, permission.missing.
    """
    _head_office(moment)
    _check_times(command.zone, command.cut_off_minutes)
    if tx.one(stores.REGION, id=command.region_id) is None:
        raise stores.REGION_UNKNOWN.because()
    tx.add(
        tables.store,
        [
            {
                "id": command.id,
                "region_id": command.region_id,
                "code": command.code,
                "name_zh": command.name_zh,
                "name_en": command.name_en,
                "zone": command.zone,
                "cut_off_minutes": command.cut_off_minutes,
                "kind": command.kind.value,
                "state": "open",
            }
        ],
    )
    like = command.like_store_id
    raise_revision(tx, "stores")
    audit.record(
        tx,
        moment,
        action="store.added",
        subject=f"store:{command.id}",
        store_id=command.id,
        after=None if like is None else copy_store(tx, like, command.id, moment=moment),
    )
    return Changed(command.id)


@use_case
def change_store(tx: Write, command: ChangeStore, moment: Moment) -> Changed:
    """Correct a store, or close it.

    Refuses: store.unknown, precondition.failed, store.cut_off_out_of_range, period.zone_unknown.
    """
    moment.actor.need(Permission.STORE_WRITE)
    moment.actor.scope.check(command.id)
    _check_times(command.zone, command.cut_off_minutes)
    row = stores.store_known(tx, command.id)
    stores.check_tag(row, expected=command.expected)
    state = "open" if command.open else "closed"
    tx.run(
        stores.CHANGE_STORE,
        changed=command.id,
        new_name_zh=command.name_zh,
        new_name_en=command.name_en,
        new_zone=command.zone,
        new_cut_off_minutes=command.cut_off_minutes,
        new_state=state,
    )
    raise_revision(tx, "stores")
    after = row._replace(
        name_zh=command.name_zh,
        name_en=command.name_en,
        zone=command.zone,
        cut_off_minutes=command.cut_off_minutes,
        state=state,
    )
    changed = [name for name in row._fields if getattr(row, name) != getattr(after, name)]
    audit.record(
        tx,
        moment,
        action="store.changed",
        subject=f"store:{command.id}",
        store_id=command.id,
        before={name: getattr(row, name) for name in changed},
        after={name: getattr(after, name) for name in changed},
    )
    return Changed(command.id)
