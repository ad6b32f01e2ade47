"""Check-ins, the points mall and the lucky draw of the demonstration.

The eight best-known guests sign in now and then, lately almost every day; the thirty who came first
spend points on a bag, a mug or a coupon; a month ago the anniversary draw began.
"""

from collections import Counter as Tally
from collections.abc import Iterator
from datetime import date, timedelta

from regulars.cli.demo_shop.chain import PLACES
from regulars.cli.demo_shop.opening import day_start
from regulars.cli.demo_shop.people import WELL_KNOWN, Patron
from regulars.cli.demo_shop.programmes import (
    CHECK_IN,
    DRAW,
    DRAW_DAYS,
    DRAW_POINTS,
    MALL,
    Good,
    programme_id,
)
from regulars.cli.demo_shop.pump import Sent
from regulars.cli.demo_shop.seeds import new_id
from regulars.cli.demo_shop.stage import Seen, Stage, sent
from regulars.domain.kernel.period import Instant
from regulars.storage.engine import Read
from regulars.use_cases.check_ins import CheckInMember
from regulars.use_cases.draws import DrawOnce
from regulars.use_cases.guest import Guest
from regulars.use_cases.mall import OrderFromMall
from regulars.use_cases.mall_ends import CancelMallOrder, HandOver

# After the start of the business day: 09:00.
OPENS_AT = timedelta(hours=5)
LATELY_DAYS = 45
SIGNS_IN, SIGNS_IN_LATELY = 0.08, 0.88
SHOPPERS = 30
SHOPS, DRAWS = 0.12, 0.3
# Of three things that wait one is left on the shelf, and every seventh is not wanted after all.
FETCHED_AT_ONCE = 0.67
CANCELLED_EACH = 7


class Rewards:
    """What the best-known members do with their points."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._dice = stage.chain.seed.dice("rewards")
        self._had: Tally[tuple[int, str]] = Tally()
        self._gone: Tally[str] = Tally()
        self._ordered = 0

    def check_ins(self, day: date, patrons: list[Patron]) -> Iterator[Sent]:
        """Who signs in on a day, as the store opens."""
        lately = day >= self._stage.size.ahead(LATELY_DAYS)
        for number, patron in enumerate(patrons[:WELL_KNOWN]):
            if self._dice.random() >= (SIGNS_IN_LATELY if lately else SIGNS_IN):
                continue
            place = PLACES[patron.home].code
            at = Instant(day_start(day) + OPENS_AT + timedelta(minutes=number))
            command = CheckInMember(
                programme_id=programme_id(self._stage.chain, CHECK_IN),
                member_id=patron.id,
                store_id=self._stage.chain.store_id(place),
            )
            yield sent(self._dice, at, self._stage.counter.crews[place].cashiers[0], command)

    def afterwards(self, read: Read, seen: Seen) -> Iterator[Sent]:
        """What a member does with her points once she has paid."""
        if seen.patron.number > SHOPPERS:
            return
        dice = self._dice
        draws = seen.day >= self._stage.size.ahead(DRAW_DAYS) and dice.random() < DRAWS
        if not draws and dice.random() >= SHOPS:
            return
        at = seen.after(minutes=3)
        guest = self._stage.guest(read, seen, at)
        if draws:
            if guest.view.points_available >= DRAW_POINTS:
                yield self._draw(seen, at)
            return
        good = self._wish(seen, guest)
        if good is not None:
            yield from self._order(seen, good, at)

    def _draw(self, seen: Seen, at: Instant) -> Sent:
        command = DrawOnce(
            id=new_id(self._dice, at),
            programme_id=programme_id(self._stage.chain, DRAW),
            member_id=seen.patron.id,
            store_id=seen.till.store_id,
        )
        return sent(self._dice, at, seen.till.cashier, command)

    def _wish(self, seen: Seen, guest: Guest) -> Good | None:
        """Something that she can have."""
        open_to_her = [
            one
            for one in MALL
            if one.points <= guest.view.points_available
            and (not one.tiers or guest.tier.code in one.tiers)
            and (one.each is None or self._had[seen.patron.number, one.code] < one.each)
            and (one.stock is None or self._gone[one.code] < one.stock)
        ]
        # Whoever has saved up for something dear takes that rather than a coupon.
        dear_first = sorted(open_to_her, key=lambda one: -one.points)[:3]
        return self._dice.choice(dear_first) if dear_first else None

    def _order(self, seen: Seen, good: Good, at: Instant) -> Iterator[Sent]:
        self._had[seen.patron.number, good.code] += 1
        self._gone[good.code] += 1
        order = OrderFromMall(
            id=new_id(self._dice, at),
            programme_id=programme_id(self._stage.chain, f"mall-{good.code}"),
            member_id=seen.patron.id,
            store_id=seen.till.store_id,
        )
        yield sent(self._dice, at, seen.till.cashier, order)
        if not good.fetched:
            return
        self._ordered += 1
        if self._ordered % CANCELLED_EACH == 0:
            cancel = CancelMallOrder(order_id=order.id, reason="顾客改变主意")
            yield sent(self._dice, seen.after(minutes=20), self._stage.manager(seen), cancel)
        elif self._dice.random() < FETCHED_AT_ONCE:
            fetch = HandOver(order_id=order.id)
            yield sent(self._dice, seen.after(minutes=6), seen.till.cashier, fetch)
