"""Back-tests: what a draft offer would have cost on the shop's own past, asked for and looked at.

The marketer writes 第二杯半价 and asks for the last three months of all stores: the back-test waits for
its turn, replays order by order while the tills sell on, and tells how far it is. She may stop it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import (
    BusinessDay,
    Instant,
    business_day_of,
    instant_from_iso,
    months_after,
)
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.terms import Level
from regulars.domain.pricing.set_rules import Placed
from regulars.domain.pricing.stored import OfferHead, offer_data, offer_from
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE, Scope
from regulars.storage import audit, backtests, offers
from regulars.storage.backtests import BacktestRow
from regulars.storage.engine import Read, Write
from regulars.storage.offer_shelf import stores_at
from regulars.storage.places import places_seen
from regulars.storage.stores import STORES, StoreRow
from regulars.storage.tables.offers import backtest
from regulars.use_cases.moment import Moment
from regulars.use_cases.offers import OFFER_UNKNOWN
from regulars.use_cases.replay import OffersOf, Plan
from regulars.use_cases.runner import use_case

BACKTEST_UNKNOWN = refusal_code("backtest.unknown")
BACKTEST_PERIOD_WRONG = refusal_code("backtest.period_wrong", "maximum")
BACKTEST_TOO_MANY = refusal_code("backtest.too_many_drafts", "maximum")
BACKTEST_FINISHED = refusal_code("backtest.finished")
BACKTEST_NO_RESULT = refusal_code("backtest.no_result")

MONTHS_MAX = 36
DRAFTS_MAX = 20
# Whoever runs a back-test says so every second; silent for so long, it is no more.
SILENT_MAX = timedelta(seconds=60)
HEARD_AT = "heard_at"
STALE = "backtest.stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOffer:
    """An offer that is tried: the same parts as an offer that is saved."""

    id: UUID
    name: Label
    level: Level
    place_id: UUID | None
    definition: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to know. Units: months, minor units.

    Without dates it is the last `months`, today not counted; no stores are all that she may see.
    `draft_ids` are offers that are saved already, in whatever state.
    """

    months: int | None = None
    since: date | None = None
    until: date | None = None
    store_ids: tuple[UUID, ...] = ()
    drafts: tuple[DraftOffer, ...] = ()
    draft_ids: tuple[UUID, ...] = ()
    without: tuple[UUID, ...] = ()
    offers: OffersOf = OffersOf.THEN
    budget_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartBacktest:
    """Put a back-test into the queue."""

    id: UUID
    name: str
    wanted: Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class StopBacktest:
    """End a back-test that waits or runs."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestState:
    """A back-test after a command."""

    id: UUID
    state: str


@use_case
def start_backtest(tx: Write, command: StartBacktest, moment: Moment) -> BacktestState:
    """Put a back-test into the queue; nothing of it changes the shop.

    Refuses: scope.outside, store.unknown, offer.*, condition.*, backtest.period_wrong,
    backtest.too_many_drafts.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    definition = definition_of(tx, command.wanted, moment.actor.scope, moment.now)
    plan_from(tx, definition, moment.now)
    row = BacktestRow(
        id=command.id,
        name=command.name,
        definition=definition,
        state="queued",
        done=0,
        total=0,
        result=None,
        error=None,
        asked_by=moment.actor.name,
        asked_at=moment.now,
        finished_at=None,
    )
    tx.add(backtest, [row._asdict()])
    subject = f"backtest:{command.id}"
    audit.record(tx, moment, action="backtest.started", subject=subject, after=definition)
    return BacktestState(id=row.id, state=row.state)


@use_case
def stop_backtest(tx: Write, command: StopBacktest, moment: Moment) -> BacktestState:
    """End a back-test that waits or runs; whoever runs it hears of it within a second.

    Refuses: backtest.unknown, backtest.finished.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    known_backtest(tx, command.id, moment.actor.scope)
    finished = BACKTEST_FINISHED.because()
    tx.run(backtests.STOP, expect=1, refusal=finished, backtest_id=command.id, at=moment.now)
    audit.record(tx, moment, action="backtest.stopped", subject=f"backtest:{command.id}")
    return BacktestState(id=command.id, state="stopped")


def known_backtest(read: Read, backtest_id: UUID, scope: Scope) -> BacktestRow:
    """A back-test of stores that the caller may see. Refuses: backtest.unknown."""
    row = read.one(backtests.BACKTEST, backtest_id=backtest_id)
    if row is None or not seen_by(row, scope):
        raise BACKTEST_UNKNOWN.because()
    return row


def seen_by(row: BacktestRow, scope: Scope) -> bool:
    """Whether every store of a back-test lies in a scope."""
    return all(scope.holds(store_id) for store_id in _ids(row.definition, "store_ids"))


def state_of(row: BacktestRow, now: Instant) -> tuple[str, str | None]:
    """The state of a back-test and its error: one that has fallen silent has failed."""
    if row.state == "running" and is_silent(row, now):
        return "failed", STALE
    return row.state, row.error


def is_silent(row: BacktestRow, now: Instant) -> bool:
    """Whether nobody has been heard of who runs it, for longer than anybody who does is silent."""
    heard_at = row.result.get(HEARD_AT) if row.result else None
    return not isinstance(heard_at, str) or now - instant_from_iso(heard_at) > SILENT_MAX


def result_of(row: BacktestRow) -> dict[str, object]:
    """The figures of a back-test that is done. Refuses: backtest.no_result."""
    if row.state != "done" or row.result is None:
        raise BACKTEST_NO_RESULT.because()
    return row.result


def definition_of(read: Read, wanted: Wanted, scope: Scope, now: Instant) -> dict[str, object]:
    """What is to be replayed, spelled out: days, stores and drafts do not change afterwards.

    Refuses: as `start_backtest` does.
    """
    shops = read.all(STORES)
    stores = _stores(shops, wanted.store_ids, scope)
    since, until = _days(wanted, _today(shops, now))
    if len(wanted.drafts) + len(wanted.draft_ids) > DRAFTS_MAX:
        raise BACKTEST_TOO_MANY.because(maximum=DRAFTS_MAX)
    places = places_seen(read, scope)
    drafts = [*wanted.drafts, *(_saved(read, one) for one in wanted.draft_ids)]
    if any(one.place_id not in places for one in drafts):
        raise OUT_OF_SCOPE.because()
    kinds = {row.id for row in read.all(offers.COUPON_TYPES)}
    for one in wanted.without:
        if one not in kinds and read.one(offers.NEWEST, offer_id=one) is None:
            raise OFFER_UNKNOWN.because()
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "store_ids": [str(one) for one in stores],
        "drafts": [_draft_data(one) for one in drafts],
        "without": [str(one) for one in wanted.without],
        "offers": wanted.offers.value,
        "budget_minor": wanted.budget_minor,
    }


def _stores(shops: Sequence[StoreRow], wanted: tuple[UUID, ...], scope: Scope) -> list[UUID]:
    known = [row.id for row in shops]
    if not wanted:
        return [one for one in known if scope.holds(one)]
    for one in wanted:
        scope.check(one)
        if one not in known:
            raise OUT_OF_SCOPE.because()
    return [one for one in known if one in wanted]


def _today(shops: Sequence[StoreRow], now: Instant) -> date:
    """Today, where it began first: an unfinished day is not replayed."""
    days = [
        business_day_of(now, zone=row.zone, cut_off_minutes=row.cut_off_minutes) for row in shops
    ]
    return min(days, default=BusinessDay(now.date()))


def _days(wanted: Wanted, today: date) -> tuple[date, date]:
    until = wanted.until or today
    months = wanted.months or (1 if wanted.since is None else None)
    since = wanted.since or months_after(until, -(months or 1))
    if not since < until <= months_after(since, MONTHS_MAX):
        raise BACKTEST_PERIOD_WRONG.because(maximum=MONTHS_MAX)
    return since, until


def _saved(read: Read, offer_id: UUID) -> DraftOffer:
    """A saved offer as a draft. Refuses: offer.unknown."""
    row = read.one(offers.NEWEST, offer_id=offer_id)
    if row is None:
        raise OFFER_UNKNOWN.because()
    return DraftOffer(
        id=row.id,
        name=Label(row.name_zh, row.name_en),
        level=Level(row.level),
        place_id=row.place_id,
        definition=row.definition,
    )


def _draft_data(draft: DraftOffer) -> dict[str, object]:
    offer = offer_from(OfferHead(draft.id, 1, draft.name), draft.definition)
    return {
        "id": str(draft.id),
        "name_zh": draft.name.zh,
        "name_en": draft.name.en,
        "level": draft.level.value,
        "place_id": None if draft.place_id is None else str(draft.place_id),
        "definition": offer_data(offer),
    }


def plan_from(read: Read, definition: Mapping[str, object], now: Instant) -> Plan:
    """The plan that a stored definition spells."""
    shops = read.all(STORES)
    drafts = definition["drafts"]
    assert isinstance(drafts, list)
    return Plan(
        since=date.fromisoformat(str(definition["since"])),
        until=date.fromisoformat(str(definition["until"])),
        store_ids=_ids(definition, "store_ids"),
        drafts=tuple(_placed(one, shops) for one in drafts),
        without=frozenset(_ids(definition, "without")),
        offers=OffersOf(str(definition["offers"])),
        now=now,
    )


def _placed(draft: Mapping[str, object], shops: Sequence[StoreRow]) -> Placed:
    name = Label(str(draft["name_zh"]), str(draft["name_en"]))
    offer = offer_from(OfferHead(UUID(str(draft["id"])), 1, name), draft["definition"])
    place = draft["place_id"]
    place_id = None if place is None else UUID(str(place))
    return Placed(offer, stores_at(shops, str(draft["level"]), place_id))


def budget_of(definition: Mapping[str, object]) -> int | None:
    """The budget that the drafts are held against. Units: minor units."""
    budget_minor = definition.get("budget_minor")
    return budget_minor if isinstance(budget_minor, int) else None


def _ids(definition: Mapping[str, object], part: str) -> tuple[UUID, ...]:
    listed = definition[part]
    assert isinstance(listed, list)
    return tuple(UUID(str(one)) for one in listed)
