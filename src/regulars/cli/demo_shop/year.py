"""One year of the demonstration, day by day: joins and letters, top-ups, sales, refunds, rewards.

Each day runs in waves, since a sale is quoted on what the day's joins, check-ins and top-ups have
left, and what members do with their points after it on what the sale left; the moments in them are
those of the day. Nobody visits twice a day, so each member's own commands keep their order.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import takewhile

from regulars.cli.demo_shop.calendar import Busy, year
from regulars.cli.demo_shop.chain import PLACES, Chain
from regulars.cli.demo_shop.friends import Friends
from regulars.cli.demo_shop.mailings import Mailing, mailing
from regulars.cli.demo_shop.marketing import Marketing
from regulars.cli.demo_shop.menu import MenuIds, dishes
from regulars.cli.demo_shop.night import Night
from regulars.cli.demo_shop.opening import WORDING_VERSION, coupon_type_id, day_start
from regulars.cli.demo_shop.palate import Palate
from regulars.cli.demo_shop.people import Crowd, Patron, Visit
from regulars.cli.demo_shop.prepaid import Prepaid
from regulars.cli.demo_shop.programmes import begun
from regulars.cli.demo_shop.proof import Proof
from regulars.cli.demo_shop.pump import Pump, Sent
from regulars.cli.demo_shop.rewards import Rewards
from regulars.cli.demo_shop.seeds import new_id
from regulars.cli.demo_shop.serving import Premises, Worker
from regulars.cli.demo_shop.size import Size
from regulars.cli.demo_shop.stage import Seen, Stage
from regulars.cli.demo_shop.teams import Teams
from regulars.cli.demo_shop.till import Counter, Till, stored_minor
from regulars.cli.demo_shop.vouchers import FLYERS, TO_TRY
from regulars.domain.kernel.period import Instant
from regulars.domain.pricing.coupon_codes import PUBLIC_LENGTH
from regulars.domain.stores.actor import Actor
from regulars.use_cases.coupon_batches import MakeBatch
from regulars.use_cases.coupons import IssueCoupon
from regulars.use_cases.open_orders import OpenOrder
from regulars.use_cases.order_rows import OrderHead
from regulars.use_cases.prices import MarkSoldOut
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.sales import SellAtCounter

JOINS_BEFORE = timedelta(seconds=100)
TOPS_UP_BEFORE = timedelta(seconds=40)
LETTERS_AT = timedelta(hours=6, minutes=5)  # after the start of the business day: 10:05
REFUND_REASONS = ("口味不对", "漏做配料", "做错温度", "等太久", "重复下单")
PARKED = 4
SOLD_OUT = (("S1", "FT10"), ("K1", "HM05"))


@dataclass(frozen=True, slots=True)
class Done:
    """How far the year is: orders and members so far."""

    orders: int
    members: int


class Year:
    """Makes a year of trade in a shop that has just been opened."""

    def __init__(self, chain: Chain, size: Size, premises: Premises, worker: Worker) -> None:
        shops, vault = premises.shops, premises.vault
        palate = Palate(dishes(MenuIds(chain)))
        self._chain = chain
        self._size = size
        self._database = premises.database
        self._counter = Counter(chain, shops, palate, vault)
        self._crowd = Crowd(chain.seed, palate, members=size.members)
        self._dice = chain.seed.dice("year")
        self._letters = chain.seed.dice("letters")
        stage = Stage(chain=chain, size=size, shops=shops, vault=vault, counter=self._counter)
        self._rewards = Rewards(stage)
        self._friends = Friends(stage)
        self._teams = Teams(stage)
        self._prepaid = Prepaid(stage)
        self._night = Night(stage, premises.database)
        self._proof = Proof(stage, premises.database, premises.clock)
        self._marketing = Marketing(stage, self._crowd, premises, worker)

    def run(self, pump: Pump, told: Callable[[Done], None]) -> None:
        """Send every command of the year through the pump."""
        size = self._size
        orders = 0
        self._night.first(pump)
        calendar = year(self._chain.seed, size.all_days(), orders=size.orders, members=size.members)
        for busy in calendar:
            self._day(busy, pump)
            orders += busy.orders
            told(Done(orders, len(self._crowd.patrons)))
        pump.send([*self._last_evening(), *self._for_visitors()])
        if size.now is not None:
            self._so_far(replace(calendar[-1], day=size.until), size.now, pump)
        pump.send(self._ran_out())
        self._night.last(pump)
        self._proof.last()

    def _day(self, busy: Busy, pump: Pump) -> None:
        known = list(self._crowd.patrons)
        pump.send(self._begun(busy.day))
        self._marketing.morning(busy.day, pump)
        guests = map(self._marketing.brought, self._crowd.visits(busy))
        visits = [(visit, self._counter.till(visit)) for visit in guests]
        seen = [Seen(one, one.patron, till) for one, till in visits if one.patron is not None]
        pump.send(
            [
                *self._letters_of(busy.day),
                *self._joins(visits, known),
                *self._rewards.check_ins(busy.day, known),
            ]
        )
        top_ups = self._top_ups(visits)
        pump.send(top_ups)
        sales = list(self._sales(visits))
        pump.send(sales)
        pump.send(self._refunds(visits, sales))
        pump.send(self._afterwards(busy.day, seen, top_ups))
        self._marketing.evening(busy.day)
        self._night.after(busy.day, seen, pump)
        self._proof.after(busy.day, pump)

    def _so_far(self, busy: Busy, now: Instant, pump: Pump) -> None:
        """Who has come since the last day ended: whoever opens the shop finds it trading."""
        known = list(self._crowd.patrons)
        guests = takewhile(lambda visit: visit.at <= now, self._crowd.visits(busy))
        visits = [(visit, self._counter.till(visit)) for visit in guests]
        pump.send(self._joins(visits, known))
        pump.send(self._top_ups(visits))
        pump.send(self._sales(visits))

    def _begun(self, day: date) -> Iterator[Sent]:
        for command in begun(self._chain, self._size, day):
            yield self._sent(day_start(day), self._chain.marketer(), command)

    def _afterwards(self, day: date, seen: list[Seen], top_ups: list[Sent]) -> list[Sent]:
        """What members do once they have paid, each one thing at most."""
        with self._database.read() as read:
            wave = list(self._prepaid.wanted_back(read, day, seen, top_ups))
            wave += self._teams.paid_back(read, day)
            busy = set()
            for one, seat in self._teams.seats(read, day, seen):
                busy.add(one.patron.number)
                wave.append(seat)
            for one in seen:
                if one.patron.number not in busy:
                    wave += self._prepaid.afterwards(read, one) or self._rewards.afterwards(
                        read, one
                    )
        return wave

    def _sent(self, at: Instant, actor: Actor, command: object) -> Sent:
        return Sent(at=at, actor=actor, command_id=new_id(self._dice, at), command=command)

    def _letters_of(self, day: date) -> Iterator[Sent]:
        letter: Mailing | None = mailing(day, self._crowd.patrons, self._letters)
        if letter is None:
            return
        at = Instant(day_start(day) + LETTERS_AT)
        for patron in letter.members:
            if patron.last_on < day:
                yield self._sent(
                    at,
                    self._chain.marketer(),
                    IssueCoupon(
                        coupon_id=new_id(self._dice, at),
                        member_id=patron.id,
                        coupon_type_id=coupon_type_id(self._chain, letter.voucher),
                        store_id=self._chain.store_id(PLACES[patron.home].code),
                        reason=letter.reason,
                    ),
                )

    def _joins(self, visits: list[tuple[Visit, Till]], known: list[Patron]) -> Iterator[Sent]:
        with self._database.read() as read:
            for visit, till in visits:
                if visit.joins and visit.patron is not None:
                    command = self._counter.join(visit, visit.patron, till, WORDING_VERSION)
                    at = Instant(visit.at - JOINS_BEFORE)
                    join = self._sent(at, till.cashier, command)
                    yield from self._friends.joins(read, visit, till, join, known)

    def _top_ups(self, visits: list[tuple[Visit, Till]]) -> list[Sent]:
        wave = []
        with self._database.read() as read:
            for visit, till in visits:
                patron = visit.patron
                if patron is None or not patron.saver:
                    continue
                command = self._counter.top_up(visit, patron, till, stored_minor(read, patron))
                if command is not None:
                    at = Instant(visit.at - TOPS_UP_BEFORE)
                    wave.append(self._sent(at, till.cashier, command))
        return wave

    def _sales(self, visits: list[tuple[Visit, Till]]) -> Iterator[Sent]:
        with self._database.read() as read:
            shops = self._counter.open_shops(read, visits[0][0].at) if visits else {}
            for visit, till in visits:
                sale = self._counter.sale(read, visit, till, shops[till.store_id])
                yield self._sent(visit.at, till.cashier, sale)

    def _refunds(self, visits: list[tuple[Visit, Till]], sales: list[Sent]) -> Iterator[Sent]:
        for (visit, _), sold in zip(visits, sales, strict=True):
            sale = sold.command
            if visit.refunded_after is None or not isinstance(sale, SellAtCounter):
                continue
            if not sale.tenders:
                continue  # nothing was paid
            several = len(sale.lines) > 1
            at = Instant(visit.at + visit.refunded_after)
            yield self._sent(
                at,
                self._counter.crews[PLACES[visit.store].code].manager,
                RefundOrder(
                    id=new_id(self._dice, at),
                    order_id=sale.order_id,
                    units=(UnitsBack(sale.lines[0].id, 1),) if several else None,
                    reason=self._dice.choice(REFUND_REASONS),
                ),
            )

    def _last_evening(self) -> Iterator[Sent]:
        """What is still open when the year ends: some orders wait."""
        evening = Busy(self._size.all_days()[-1], PARKED, 0)
        end = day_start(self._size.until)
        for number, visit in enumerate(self._crowd.visits(evening)):
            till = self._counter.till(visit)
            at = Instant(end - timedelta(hours=7, minutes=9 * number))
            yield self._sent(
                at,
                till.cashier,
                OpenOrder(
                    head=OrderHead(
                        order_id=new_id(self._dice, at),
                        store_id=till.store_id,
                        terminal_id=till.terminal_id,
                        source=self._counter.source(visit),
                        note=None,
                    ),
                    lines=self._counter.lines(visit),
                    member_id=visit.patron.id if visit.patron else None,
                ),
            )

    def _ran_out(self) -> Iterator[Sent]:
        """What is sold out when the shop is looked at."""
        size, ids = self._size, MenuIds(self._chain)
        for store, product in SOLD_OUT:
            yield self._sent(
                size.now or Instant(day_start(size.until) - timedelta(hours=6)),
                self._counter.crews[store].cashiers[0],
                MarkSoldOut(
                    store_id=self._chain.store_id(store),
                    subject_id=ids.product(product),
                    until=None,
                ),
            )

    def _for_visitors(self) -> Iterator[Sent]:
        """What somebody who looks at the shop tries out: a full wallet, and codes on flyers."""
        chain, end = self._chain, day_start(self._size.until)
        at, patron = Instant(end - timedelta(hours=5)), self._crowd.patrons[0]
        for code in TO_TRY:
            yield self._sent(
                at,
                chain.marketer(),
                IssueCoupon(
                    coupon_id=new_id(self._dice, at),
                    member_id=patron.id,
                    coupon_type_id=coupon_type_id(chain, code),
                    store_id=chain.store_id(PLACES[patron.home].code),
                    reason="周年庆回馈老顾客",
                ),
            )
        yield self._sent(
            at,
            chain.marketer(),
            MakeBatch(
                id=new_id(self._dice, at),
                type_id=coupon_type_id(chain, FLYERS.code),
                name=FLYERS.name,
                channel=FLYERS.channel,
                size=FLYERS.size,
                length=PUBLIC_LENGTH,
                valid_from=None,
                valid_until=day_start(self._size.until + FLYERS.lasts),
            ),
        )
