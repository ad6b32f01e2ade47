"""What the members bought in the ninety days before, paid in cash and posted as the shop posts it.

Each has a rhythm of her own: one in twenty comes every four days, five of twenty every nineteen, the
others every twelve weeks, from the day on which they joined. Orders are written in the order of time, so that their rows
lie where a shop's lie; the same numbers always make the same visits.
"""

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from bench.scratch.bulk import Bulk, Row
from bench.scratch.crowd import ENTRY, POSTING, Crowd
from bench.scratch.shop import PRODUCTS, STORE, TERMINALS, named

VISITS_PER_MEMBER = 1.5
CHUNK = 5_000
# Once in so many visits somebody buys for an office.
PARTY_EVERY, PARTY_CUPS = 97, 24
CHANNELS = ("counter", "counter", "takeaway", "delivery", "counter")
DAY_MILLISECONDS = 86_400_000
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MIX, _ROUND = 0x9E37_79B9_7F4A_7C15, (1 << 64) - 1
_VARIANTS = tuple(named(f"variant:{code}") for code, _, _ in PRODUCTS)
_PRODUCT_IDS = tuple(named(f"product:{code}") for code, _, _ in PRODUCTS)
# Beside the kinds of ids that the crowd makes.
_ORDER, _LINE, _SECOND_LINE, _PAYMENT, _ENTRY = 0x100, 0x101, 0x102, 0x103, 0x104


class Rhythm(NamedTuple):
    """So many of twenty visits are made by the members whose numbers leave these rests by twenty."""

    visits: int
    rests: tuple[int, ...]


# Of twenty visits seven are those of one in twenty members, as in a shop that lives on its regulars.
OF = 20
RHYTHMS = (
    Rhythm(7, (13,)),
    Rhythm(8, (2, 5, 8, 11, 17)),
    Rhythm(5, (0, 1, 3, 4, 6, 7, 9, 10, 12, 14, 15, 16, 18, 19)),
)
# Which rhythm each of twenty visits has, and which of that rhythm's it is.
TURNS = tuple(
    sorted(
        ((turn, rhythm) for rhythm in RHYTHMS for turn in range(rhythm.visits)),
        key=lambda one: (one[0] + 0.5) / one[1].visits,
    )
)
# A prime, so that all of a rhythm come before anybody comes again, and neighbours do not come together.
_STRIDE = 7_919


class Line(NamedTuple):
    """So many of one product. Units: minor units each."""

    product: int
    quantity: int
    price_minor: int


class Visit(NamedTuple):
    """One visit: whose, when, and what was bought. Units: milliseconds since 1970."""

    number: int
    member: int
    at: int
    lines: tuple[Line, ...]

    @property
    def due_minor(self) -> int:
        """What was paid."""
        return sum(line.quantity * line.price_minor for line in self.lines)


def visits_of(crowd: Crowd) -> Iterator[Visit]:
    """Every visit before the bench, oldest first."""
    total = int(crowd.members * VISITS_PER_MEMBER)
    for number in range(total):
        # Those who had joined by then came as often as they do now: there were fewer of them.
        share = math.sqrt((number + 0.5) / total)
        mixed = (number * _MIX & _ROUND) >> 20
        member = _member(mixed, int(share * crowd.members))
        yield Visit(number, member, crowd.milliseconds(share), _lines(number, mixed >> 8))


def _member(mixed: int, joined: int) -> int:
    twenties = joined // OF
    if not twenties:
        return mixed % max(1, joined)
    _, rhythm = TURNS[mixed % OF]
    place = (mixed // OF) % (twenties * len(rhythm.rests))
    return place // len(rhythm.rests) * OF + rhythm.rests[place % len(rhythm.rests)]


def next_buyer(members: int, place: int) -> int:
    """Who comes n-th after that: as before, but for nobody who came a moment ago."""
    turn, rhythm = TURNS[place % OF]
    of_rhythm = members // OF * len(rhythm.rests)
    at = (place // OF * rhythm.visits + turn) * _STRIDE % of_rhythm
    return at // len(rhythm.rests) * OF + rhythm.rests[at % len(rhythm.rests)]


def _lines(number: int, mixed: int) -> tuple[Line, ...]:
    cups = PARTY_CUPS if number % PARTY_EVERY == 0 else 1 + number % 2
    first = mixed % len(PRODUCTS)
    line = Line(first, cups, PRODUCTS[first][2])
    if number % 3:
        return (line,)
    second = (first + 7) % len(PRODUCTS)
    return (line, Line(second, 1, PRODUCTS[second][2]))


@dataclass(slots=True)
class Figures:
    """What visits come to for each member. Units: minor units, microseconds since 1970; 0: never."""

    members: int
    visits: "array[int]" = field(init=False)
    spent_minor: "array[int]" = field(init=False)
    first_at: "array[int]" = field(init=False)
    last_at: "array[int]" = field(init=False)

    def __post_init__(self) -> None:
        self.visits, self.spent_minor = self._none(), self._none()
        self.first_at, self.last_at = self._none(), self._none()

    @classmethod
    def of(cls, crowd: Crowd) -> "Figures":
        """The figures of a crowd."""
        found = cls(crowd.members)
        for visit in visits_of(crowd):
            found.visits[visit.member] += 1
            found.spent_minor[visit.member] += visit.due_minor
            found.last_at[visit.member] = visit.at * 1_000
            if not found.first_at[visit.member]:
                found.first_at[visit.member] = visit.at * 1_000
        return found

    def _none(self) -> "array[int]":
        return array("q", bytes(8 * self.members))


def write_visits(bulk: Bulk, crowd: Crowd) -> int:
    """Write every visit; answers how many."""
    house = {
        kind: bulk.number(f"SELECT id FROM account WHERE kind = '{kind}'")
        for kind in ("outside.cash", "sales")
    }
    some: list[Visit] = []
    count = 0
    for visit in visits_of(crowd):
        some.append(visit)
        count += 1
        if len(some) == CHUNK:
            _write(bulk, crowd, some, house)
            some = []
    if some:
        _write(bulk, crowd, some, house)
    return count


def _write(bulk: Bulk, crowd: Crowd, some: list[Visit], house: dict[str, int]) -> None:
    cash, sales = house["outside.cash"], house["sales"]
    bulk.put("orders", ORDERS, [_order(crowd, visit) for visit in some])
    bulk.put("order_line", ORDER_LINE, [row for visit in some for row in _line_rows(visit)])
    bulk.put("payment", PAYMENT, [_payment(visit) for visit in some])
    bulk.put("entry", ENTRY, [_entry(visit) for visit in some])
    postings: list[Row] = [
        (_id(visit, _ENTRY), 1, "CNY", cash, sales, visit.due_minor, None, None, None, None)
        for visit in some
    ]
    bulk.put("posting", POSTING, postings)


def _id(visit: Visit, kind: int) -> UUID:
    high = (visit.at << 16) | 0x7000 | kind
    return UUID(int=(high << 64) | (0b10 << 62) | visit.number)


def _day(visit: Visit) -> str:
    return date.fromordinal(_EPOCH_DAY + visit.at // DAY_MILLISECONDS).isoformat()


def _order(crowd: Crowd, visit: Visit) -> Row:
    due, at, number = visit.due_minor, visit.at * 1_000, visit.number
    head = (_id(visit, _ORDER), STORE, TERMINALS[number % len(TERMINALS)], _day(visit))
    who = (f"before-{number}", CHANNELS[number % len(CHANNELS)], crowd.member(visit.member))
    money = (due, 0, 0, 0, due, 0, 0, 0, 0, crowd.tier(visit.member))
    return (*head, *who, "bench", "bench", "paid", 1, at, at, *money)


def _line_rows(visit: Visit) -> Iterator[Row]:
    order = _id(visit, _ORDER)
    kinds = (_LINE, _SECOND_LINE)
    for position, (line, kind) in enumerate(zip(visit.lines, kinds, strict=False), start=1):
        code = PRODUCTS[line.product][0]
        what = (_PRODUCT_IDS[line.product], _VARIANTS[line.product], f"招牌{code}", code)
        money = (line.quantity, "[]", line.price_minor, line.quantity * line.price_minor)
        yield (order, position, _id(visit, kind), *what, *money, "food", 0, "[]", "sold")


def _payment(visit: Visit) -> Row:
    money = (visit.due_minor, 0, 0, visit.at * 1_000)
    return (_id(visit, _PAYMENT), _id(visit, _ORDER), "cash", *money, STORE, _day(visit))


def _entry(visit: Visit) -> Row:
    name, at, order = _id(visit, _ENTRY), visit.at * 1_000, _id(visit, _ORDER)
    about = (f"before:{visit.number}", "settle", at, at, _day(visit), STORE, "bench")
    return (name, *about, order, order, 1)


ORDERS = (
    *("id", "store_id", "terminal_id", "business_day", "number", "source", "member_id"),
    *("opened_by", "settled_by", "state", "revision", "opened_at", "settled_at"),
    *("list_minor", "discount_minor", "tax_minor", "rounding_minor", "due_minor"),
    *("refunded_minor", "points_earned", "points_spent", "growth_earned", "tier"),
)
ORDER_LINE = (
    *("order_id", "position", "id", "product_id", "variant_id", "name_zh", "name_en"),
    *("quantity", "options", "unit_list_minor", "net_minor", "tax_code", "tax_minor"),
    *("units", "state"),
)
PAYMENT = (
    *("id", "order_id", "kind", "amount_minor", "principal_minor", "bonus_minor", "at"),
    *("store_id", "business_day"),
)
