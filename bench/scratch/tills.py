"""What tills send: sales that were priced once and are paid many times, each under new ids.

Every sale has four lines, a coupon and some points of its member, is paid from her stored value
and in cash. What a basket costs for a tier was asked once.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import orjson

from bench.scratch.crowd import Crowd
from bench.scratch.shop import BASKETS, STORE, TERMINALS, TIERS, Basket, Opened
from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.earning import Reward
from regulars.domain.pricing.basket import Choices
from regulars.domain.pricing.quote import Quote
from regulars.main import Regulars
from regulars.use_cases import guest as guests
from regulars.use_cases import settlement
from regulars.use_cases.occasion import Occasion

POINTS_STEP = 10


def new_id() -> UUID:
    """A UUIDv7 as a till makes it."""
    milliseconds = time.time_ns() // 1_000_000
    high = (milliseconds << 16) | 0x7000 | int.from_bytes(os.urandom(2)) >> 4
    return UUID(int=(high << 64) | (0b10 << 62) | int.from_bytes(os.urandom(8)) >> 2)


@dataclass(frozen=True, slots=True)
class Price:
    """What a basket costs for one tier with its coupon. Units: minor units, points."""

    due_minor: int
    points: int

    @property
    def stored_minor(self) -> int:
        """The part that her stored value pays; the rest is cash."""
        return self.due_minor * 2 // 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One sale to come: who, with which coupon, at which till."""

    member: int
    coupon: UUID
    terminal: UUID
    basket: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """Everything that makes a request out of a sale."""

    crowd: Crowd
    cookie: str
    prices: Mapping[tuple[int, str], Price]

    def body(self, sale: Sale) -> dict[str, object]:
        """The sale as JSON."""
        price = self.prices[sale.basket, self.crowd.tier(sale.member)]
        parts = (
            ("stored_value", price.stored_minor),
            ("cash", price.due_minor - price.stored_minor),
        )
        return {
            "order_id": str(new_id()),
            "store_id": str(STORE),
            "terminal_id": str(sale.terminal),
            "source": "counter",
            "lines": [line.body(new_id()) for line in BASKETS[sale.basket]],
            "member_id": str(self.crowd.member(sale.member)),
            "coupons": [str(sale.coupon)],
            "points": price.points,
            "tenders": [
                {"id": str(new_id()), "kind": kind, "amount_minor": minor} for kind, minor in parts
            ],
        }

    def request(self, sale: Sale) -> bytes:
        """The sale as it goes over the wire."""
        return request_of(self.cookie, "/api/v1/sales", orjson.dumps(self.body(sale)), new_id())


def request_of(cookie: str, path: str, body: bytes, command_id: UUID) -> bytes:
    """A POST as the till's browser sends it."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
        f"Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {command_id}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def rotation(crowd: Crowd, *, start: int, count: int) -> list[int]:
    """The members of the next sales."""
    return [crowd.buyer(start + place) for place in range(count)]


def sales(members: Sequence[int], coupons: Sequence[UUID], *, start: int) -> Iterator[Sale]:
    """The next sales, tills and baskets in turn."""
    for place, (member, coupon) in enumerate(zip(members, coupons, strict=True), start):
        yield Sale(
            member=member,
            coupon=coupon,
            terminal=TERMINALS[place % len(TERMINALS)],
            basket=(place + member // len(BASKETS)) % len(BASKETS),
        )


def priced(regulars: Regulars, crowd: Crowd, opened: Opened, coupons: Sequence[UUID]) -> Till:
    """What each basket costs for each tier; the coupons belong to members 0, 1, …"""
    prices = {}
    for number, basket in enumerate(BASKETS):
        for member in range(len(TIERS)):
            owned = (crowd.member(member), coupons[member])
            # As many points as the sale gives back, so that her lots stay as many as they were.
            free = _bill(regulars, basket, owned, 0, at=opened.at)
            points = free.reward.points - free.reward.points % POINTS_STEP
            bill = _bill(regulars, basket, owned, points, at=opened.at)
            prices[number, crowd.tier(member)] = Price(bill.quote.totals.due_minor, points)
    return Till(crowd=crowd, cookie=opened.cookie, prices=prices)


class _Bill(NamedTuple):
    quote: Quote
    reward: Reward


def _bill(
    regulars: Regulars, basket: Basket, owned: tuple[UUID, UUID], points: int, *, at: Instant
) -> _Bill:
    member, coupon = owned
    with regulars.database.read() as read:
        shop = regulars.shops.in_force(read, STORE, at=at)
        guest = guests.seen(read, member, shop, at)
    lines = shop.catalogue.lines([line.request(new_id()) for line in basket])
    choices = Choices(coupons=(coupon,), points=points)
    quote = settlement.priced(lines, shop, guest, choices, Occasion(source="counter", now=at))
    return _Bill(quote, settlement.earned(quote.totals.due_minor, guest, shop, quote.boosts))
