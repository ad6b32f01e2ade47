"""The simulated shop: one seed decides its Terms, its guests, what they do, and what breaks.

Everything runs through the shop's own use cases. Time, chance and faults are the world's: no wall
clock, no order of threads, so that a seed always leaves the same books.
"""

import random
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from uuid import UUID

import orjson

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.stores.actor import Actor
from regulars.storage.engine import open_database
from tests.shops import ShopUnderTest, named, open_shop
from tests.simulation.faulty import AbortedError, FaultyDatabase
from tests.simulation.keys import give_keys

Answer = dict[str, object]

# A world without contenders never hears these; CONFLICT is heard once after an undone opening.
NEVER = ("command.", "server.", "ledger.already_posted", "ledger.balance_moved", "conflict")
CONFLICT = "conflict"


class Fault(Enum):
    """What goes wrong around one command."""

    NONE = auto()
    ABORTED = auto()
    UNHEARD = auto()


FAULTS = {Fault.NONE: 88, Fault.ABORTED: 6, Fault.UNHEARD: 6}

# Rules that merchants choose between; each seed takes one of each.
CHOICES_OF_TERMS: Mapping[str, tuple[object, ...]] = {
    "joining.coupon_types": ([], ["NEW5"]),
    "orders.hold_minutes": (1, 15),
    "rounding.step_minor": (1, 10),
    "earning.expiry_months": (0, 1, 12),
    "earning.expiry_end": ("exact", "month", "quarter", "year"),
    "earning.pending_days": (0, 0, 3),
    "refund.claw_back": ("debt", "pending", "balance"),
    "refund.stored_value": ("proportional", "reverse"),
    "top_up.spend_order": ("pro_rata", "principal_first", "bonus_first"),
    "top_up.bonus_expiry_months": (0, 1, 6),
    "law.region": ("none", "CN"),
    "tiers.measure": ("growth", "spend", "visits"),
    "tiers.window": (
        "lifetime",
        "rolling_months",
        "calendar_year",
        "membership_year",
        "since_tier",
    ),
    "tiers.fall": ("one_down", "to_measure"),
    "tiers.grace_days": (0, 14),
    "tiers.recheck": ("at_once", "at_period_end"),
    "tiers.top_up_counts": ("when_spent", "when_paid"),
    "birthday.gift": ({}, {"points": 88}),
}


@dataclass
class Guest:
    """One member of the shop."""

    number: int
    id: UUID
    name: str
    coupons: list[UUID] = field(default_factory=list)


@dataclass
class Bill:
    """A paid order and the units that the guest still has. Units: minor units."""

    order_id: UUID
    guest: Guest | None
    left: dict[UUID, int]
    cash_minor: int = 0


@dataclass
class Waiting:
    """An order that waits to be paid, as its till last saw it."""

    order_id: UUID
    guest: Guest | None
    units: dict[UUID, int]
    revision: int = 1


@dataclass
class World:
    """The shop and what everybody around it knows."""

    shop: ShopUnderTest
    database: FaultyDatabase
    chance: random.Random
    guests: list[Guest] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    paid_in_minor: int = 0
    told: list[str] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)
    # What single features remember between their operations.
    kept: dict[str, list[UUID]] = field(default_factory=dict)

    @property
    def cash_minor(self) -> int:
        """The money in the drawers, by the slips that were printed. Units: minor units."""
        return self.paid_in_minor + sum(bill.cash_minor for bill in self.bills)

    @property
    def path(self) -> Path:
        """The shop's file."""
        return Path(self.database.url.removeprefix("sqlite:///"))

    def run(self, command: object, *, actor: Actor | None = None) -> Answer:
        """Run a command as a till does: whoever hears nothing sends the same again."""
        command_id = self.shop.new_id()
        fault = self.chance.choices(list(FAULTS), weights=list(FAULTS.values()))[0]
        if fault is Fault.ABORTED:
            self.database.abort_next = True
            with suppress(AbortedError, Refusal):
                self._answer(command, actor, command_id)
            # A refusal may come before the database is asked at all.
            self.database.abort_next = False
            self.tell(f"   {type(command).__name__} aborted, sent again")
        try:
            body, replayed = self._answer(command, actor, command_id)
        except Refusal as refused:
            if fault is not Fault.ABORTED or refused.code != CONFLICT:
                raise
            body, replayed = self._answer(command, actor, command_id)
        assert not replayed, "an aborted command left its answer"
        if fault is Fault.UNHEARD:
            self.tell(f"   {type(command).__name__} unheard, sent again")
            assert self._answer(command, actor, command_id) == (body, True)
        decoded = orjson.loads(body)
        assert isinstance(decoded, dict)
        return decoded

    def tell(self, line: str) -> None:
        """Write down what happens, for whoever replays this seed."""
        self.told.append(f"{self.shop.now:%Y-%m-%d %H:%M} {line}")

    def refused(self, operation: str, refused: Refusal) -> None:
        """Count a refusal; some of them nobody may ever hear."""
        self.said[f"{operation}: {refused.code}"] += 1
        self.tell(f"   refused: {refused.code} {dict(refused.parameters)}")
        assert not refused.code.startswith(NEVER), refused.code

    def one_guest(self) -> Guest | None:
        """One of the members, if there is any."""
        return self.chance.choice(self.guests) if self.guests else None

    def remember(self, what: str, name: UUID) -> None:
        """Keep the name of something that was made, for whoever goes on with it."""
        self.kept.setdefault(what, []).append(name)

    def one_of(self, what: str) -> UUID | None:
        """One of the things of a sort that were made, if there is any."""
        made = self.kept.get(what)
        return self.chance.choice(made) if made else None

    def at_random_store(self) -> ShopUnderTest:
        """One of the two stores, seen from its till."""
        if self.chance.random() < 0.8:
            return self.shop
        return self.shop.at(named("store:S2"), "terminal:S2:A")

    def _answer(self, command: object, actor: Actor | None, command_id: UUID) -> tuple[bytes, bool]:
        answer = self.shop.runner.run_now(
            command, actor=actor or self.shop.actor, command_id=command_id
        )
        return answer.body, answer.replayed


def whole(value: object) -> int:
    """A whole number of an answer."""
    assert isinstance(value, int)
    return value


def opened(seed: int, folder: Path) -> World:
    """The world of a seed, on the migrated, empty file `shop.sqlite3` of a folder."""
    give_keys(folder)
    database = FaultyDatabase(open_database(f"sqlite:///{folder / 'shop.sqlite3'}"))
    chance = random.Random(seed)
    terms = {name: chance.choice(values) for name, values in CHOICES_OF_TERMS.items()}
    shop = open_shop(database, folder, terms=terms)
    shop.entropy.seed(seed)
    world = World(shop, database, chance)
    world.tell(f"seed {seed}: {terms}")
    return world
