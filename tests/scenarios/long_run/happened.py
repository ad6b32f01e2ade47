"""What happened in a run, as the rows of the shop and the logs of its providers have it.

Nothing here was decided by a segment, a journey or a gate: joins, orders, coupons, lots, marks and
choices come from the tables that only guests and tills write, messages as they were written down.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from regulars.domain.kernel.period import Instant
from regulars.storage.engine import Read
from regulars.storage.statement import Statement
from regulars.storage.tables.journeys import effect, journey, journey_run, staff_task
from regulars.storage.tables.ledger import account, entry, lot, lot_use
from regulars.storage.tables.measurement import assignment
from regulars.storage.tables.members import consent, member
from regulars.storage.tables.messaging import address_stop, message, message_template
from regulars.storage.tables.offers import coupon
from regulars.storage.tables.orders import order_line, orders
from regulars.storage.tables.passes import member_pass
from regulars.storage.tables.rewards import gift
from regulars.storage.tables.system import fact
from tests.scenarios.long_run.opened import ABROAD, NEW_GOODS, SHANGHAI, LongShop
from tests.scenarios.long_run.provider import Call
from tests.scenarios.long_run.run import Looked, Run
from tests.scenarios.long_run.stories import BIRTHDAYS


class Told(NamedTuple):
    """A fact about a member."""

    at: Instant
    body: Mapping[str, object]


class Bought(NamedTuple):
    """An order that she paid. Units: minor units."""

    at: Instant
    due_minor: int
    new_goods: bool


class Held(NamedTuple):
    """A coupon that she has until it is used or over."""

    since: Instant
    valid_from: Instant
    valid_until: Instant
    used_at: Instant | None


class Change(NamedTuple):
    """How a lot changes: what comes in, and what is taken out of it or put back."""

    at: Instant
    amount: int


@dataclass(frozen=True, slots=True)
class Ends:
    """A lot that ends on a day."""

    on: date
    changes: Sequence[Change]


class Message(NamedTuple):
    """A message as the shop has it at the end."""

    id: UUID
    effect_key: str
    text: str
    member_id: UUID
    purpose: str
    category: str
    channel: str
    state: str
    reason: str | None
    planned_at: Instant
    handed_at: Instant | None
    valid_until: Instant
    address_index: bytes | None


class Choice(NamedTuple):
    """One choice of a member, as it was written down when she made it."""

    member_id: UUID
    channel: str
    purpose: str
    granted: bool
    at: Instant


class Stop(NamedTuple):
    """An address that wanted no more."""

    address_index: bytes
    channel: str
    purpose: str
    at: Instant


class Did(NamedTuple):
    """Something that a step did for a member; of a journey there is no campaign."""

    key: str
    kind: str
    done: bool
    member_id: UUID
    campaign_id: UUID | None


@dataclass(slots=True)
class Life:
    """One member of the run."""

    id: UUID
    joined_at: Instant
    home: UUID
    birthdays: Sequence[date] = ()
    orders: list[Bought] = field(default_factory=list)
    coupons: list[Held] = field(default_factory=list)
    lots: dict[str, list[Ends]] = field(default_factory=lambda: defaultdict(list))
    passes: list[tuple[Instant, date]] = field(default_factory=list)
    told: dict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    away: list[tuple[Instant, Instant | None]] = field(default_factory=list)

    def active(self, at: Instant) -> bool:
        """Whether she is a member like others at a moment."""
        gone = (begun <= at and (over is None or at < over) for begun, over in self.away)
        return self.joined_at <= at and not any(gone)


@dataclass(slots=True, kw_only=True)
class Happened:
    """Everything that a test asks of a run."""

    days: int
    until: Instant
    looks: Sequence[Looked]
    lives: Mapping[UUID, Life]
    zones: Mapping[UUID, Sequence[tuple[Instant, str]]]
    messages: Sequence[Message]
    calls: Sequence[Call]
    choices: Sequence[Choice]
    stops: Sequence[Stop]
    effects: Sequence[Did]
    tasks: int
    gifts: Sequence[str]
    dead_runs: int
    control: frozenset[UUID]

    def zone(self, store_id: UUID, at: Instant) -> str:
        """Where a store is at a moment."""
        return [zone for since, zone in self.zones[store_id] if since <= at][-1]


_MEMBERS = Statement(
    select(member.c.id, member.c.joined_at, member.c.joined_store_id).order_by(member.c.id), Life
)
_FACTS: Statement[tuple[UUID, str, Told]] = Statement(
    select(fact.c.member_id, fact.c.kind, fact.c.at, fact.c.body)
    .where(
        fact.c.member_id.is_not(None),
        fact.c.kind.in_(
            (
                "member.tier_changed",
                "member.stage_changed",
                "member.state_changed",
                "survey.answered",
                "value.topped_up",
            )
        ),
    )
    .order_by(fact.c.sequence),
    lambda who, kind, at, body: (who, kind, Told(at, body)),
)


class _Line(NamedTuple):
    order_id: UUID
    member_id: UUID
    at: Instant
    due_minor: int
    product_id: UUID


_LINES = Statement(
    select(
        orders.c.id,
        orders.c.member_id,
        orders.c.settled_at,
        orders.c.due_minor,
        order_line.c.product_id,
    )
    .join_from(orders, order_line, order_line.c.order_id == orders.c.id)
    .where(orders.c.member_id.is_not(None), orders.c.settled_at.is_not(None))
    .order_by(orders.c.settled_at, orders.c.id),
    _Line,
)
_COUPONS: Statement[tuple[UUID, Held]] = Statement(
    select(
        coupon.c.member_id,
        coupon.c.issued_at,
        coupon.c.valid_from,
        coupon.c.valid_until,
        coupon.c.used_at,
    ),
    lambda who, *held: (who, Held(*held)),
)
_LOTS: Statement[tuple[UUID, UUID, str, date, Change]] = Statement(
    select(
        lot.c.id,
        account.c.owner_id,
        account.c.kind,
        lot.c.expires_on,
        lot.c.acquired_at,
        lot.c.amount,
    )
    .join_from(lot, account, account.c.id == lot.c.account_id)
    .where(lot.c.expires_on.is_not(None), account.c.owner_id.is_not(None))
    .order_by(lot.c.id),
    lambda name, who, kind, ends_on, at, amount: (name, who, kind, ends_on, Change(at, amount)),
)
_USES: Statement[tuple[UUID, Change]] = Statement(
    select(lot_use.c.lot_id, entry.c.recorded_at, lot_use.c.amount)
    .join_from(lot_use, entry, entry.c.id == lot_use.c.entry_id)
    .order_by(entry.c.recorded_at),
    lambda name, at, amount: (name, Change(at, -amount)),
)
_PASSES: Statement[tuple[UUID, Instant, date]] = Statement(
    select(member_pass.c.member_id, member_pass.c.sold_at, member_pass.c.ends_on),
    lambda who, sold_at, ends_on: (who, sold_at, ends_on),
)
_MESSAGES = Statement(
    select(
        message.c.id,
        message.c.effect_key,
        message_template.c.code,
        message.c.member_id,
        message.c.purpose,
        message.c.category,
        message.c.channel,
        message.c.state,
        message.c.reason,
        message.c.planned_at,
        message.c.handed_at,
        message.c.valid_until,
        message.c.address_index,
    )
    .join_from(message, message_template, message_template.c.id == message.c.template_id)
    .order_by(message.c.planned_at, message.c.id),
    Message,
)
_CHOICES = Statement(
    select(
        consent.c.member_id, consent.c.channel, consent.c.purpose, consent.c.granted, consent.c.at
    ).order_by(consent.c.at),
    Choice,
)
_STOPS = Statement(
    select(
        address_stop.c.blind_index,
        address_stop.c.channel,
        address_stop.c.purpose,
        address_stop.c.at,
    ).order_by(address_stop.c.at),
    Stop,
)
_EFFECTS = Statement(
    select(
        effect.c.key,
        effect.c.kind,
        effect.c.done,
        journey_run.c.member_id,
        journey.c.campaign_id,
    )
    .join_from(effect, journey_run, journey_run.c.id == effect.c.run_id)
    .join(journey, journey.c.id == journey_run.c.journey_id),
    Did,
)
_CONTROL: Statement[UUID] = Statement(
    select(assignment.c.member_id).where(assignment.c.arm == "control")
)
_TASKS: Statement[UUID] = Statement(select(staff_task.c.id))
_GIFTS: Statement[str] = Statement(select(gift.c.occasion).order_by(gift.c.occasion))
_DEAD: Statement[UUID] = Statement(select(journey_run.c.id).where(journey_run.c.state == "dead"))


def happened_in(run: Run) -> Happened:
    """Everything that happened in a run."""
    shop = run.shop
    with shop.database.read() as read:
        lives = {one.id: one for one in read.all(_MEMBERS)}
        _read_lives(read, shop, lives)
        _birthdays(run, lives)
        return Happened(
            days=run.days,
            until=shop.now,
            looks=run.looked,
            lives=lives,
            zones=_zones(shop, lives.values()),
            messages=read.all(_MESSAGES),
            calls=sorted(call for one in run.providers for call in one.calls),
            choices=read.all(_CHOICES),
            stops=read.all(_STOPS),
            effects=read.all(_EFFECTS),
            tasks=len(read.all(_TASKS)),
            gifts=read.all(_GIFTS),
            dead_runs=len(read.all(_DEAD)),
            control=frozenset(read.all(_CONTROL)),
        )


def _read_lives(read: Read, shop: LongShop, lives: Mapping[UUID, Life]) -> None:
    for who, kind, told in read.all(_FACTS):
        lives[who].told[kind].append(told)
    new = {shop.menu[code].product_id for code in NEW_GOODS}
    paid: dict[UUID, list[_Line]] = defaultdict(list)
    for line in read.all(_LINES):
        paid[line.order_id].append(line)
    for lines in paid.values():
        first = lines[0]
        bought = Bought(first.at, first.due_minor, any(one.product_id in new for one in lines))
        lives[first.member_id].orders.append(bought)
    for who, held in read.all(_COUPONS):
        lives[who].coupons.append(held)
    for who, sold_at, ends_on in read.all(_PASSES):
        lives[who].passes.append((sold_at, ends_on))
    changes: dict[UUID, list[Change]] = defaultdict(list)
    for name, used in read.all(_USES):
        changes[name].append(used)
    for name, who, kind, ends_on, came in read.all(_LOTS):
        if who in lives:
            lives[who].lots[kind].append(Ends(ends_on, [came, *changes[name]]))
    for life in lives.values():
        life.orders.sort()
        _absences(life)


def _absences(life: Life) -> None:
    """When she was frozen or erased, by what the shop was told."""
    for told in life.told["member.state_changed"]:
        states = told.body["what"]
        assert isinstance(states, list)
        if states[0] == "active":
            begun, _ = life.away.pop()
            life.away.append((begun, told.at))
        else:
            life.away.append((told.at, None))


def _birthdays(run: Run, lives: Mapping[UUID, Life]) -> None:
    """The days that are kept: those written down for the stories, and the crowd's plain dates."""
    named = {guest.id: name for name, guest in run.diary.guests.items()}
    spelt = run.diary.birthdays
    for life in lives.values():
        name = named.get(life.id)
        if name in BIRTHDAYS:
            life.birthdays = BIRTHDAYS[name][1]
        elif life.id in spelt:
            month, day = (int(part) for part in spelt[life.id].rsplit("-", 2)[1:])
            life.birthdays = tuple(date(year, month, day) for year in (2026, 2027))


def _zones(shop: LongShop, lives: Iterable[Life]) -> Mapping[UUID, Sequence[tuple[Instant, str]]]:
    abroad = shop.store(ABROAD)
    here = [(shop.chain.opened_at, SHANGHAI)]
    return {life.home: shop.abroad if life.home == abroad else here for life in lives}
