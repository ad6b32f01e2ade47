"""The demonstration's chain, opened for a long run: its own menu, Terms and programmes, and all of the
ready journeys on. One of its stores lies in New York, and moves to Berlin.

shop = open_chain_for(database, home, days=400)
shop.run(command)
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import orjson

from regulars.cli.demo_shop.chain import PEOPLE, PLACES, Chain
from regulars.cli.demo_shop.menu import Dish, MenuIds, dishes
from regulars.cli.demo_shop.opening import day_start, open_chain
from regulars.cli.demo_shop.palate import Palate
from regulars.cli.demo_shop.programmes import begun
from regulars.cli.demo_shop.pump import Clock
from regulars.cli.demo_shop.seeds import Seed, new_id
from regulars.cli.demo_shop.size import Size
from regulars.domain.campaigns.ready import READY
from regulars.domain.catalog.lines import LineRequest
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.terms import Level
from regulars.domain.loyalty.gift import Gift
from regulars.domain.payments.tender import Tender, TenderKind
from regulars.domain.pricing.basket import NO_CHOICES, Choices
from regulars.domain.stores.actor import SYSTEM, Actor
from regulars.domain.stores.permissions import Role
from regulars.storage.engine import Database
from regulars.storage.shops import Shops
from regulars.storage.stores import STORE, tag_of
from regulars.storage.vault import Vault, open_vault
from regulars.use_cases import guest as guests
from regulars.use_cases.fees import charged
from regulars.use_cases.journeys import ApproveJourney
from regulars.use_cases.limits import left_for
from regulars.use_cases.member_facts import with_facts
from regulars.use_cases.occasion import Occasion
from regulars.use_cases.ready_journeys import SwitchOn, id_of
from regulars.use_cases.runner import Runner
from regulars.use_cases.sales import SellAtCounter
from regulars.use_cases.settlement import priced
from regulars.use_cases.stores import ChangeStore
from regulars.use_cases.terms import SetTerm

FIRST = date(2026, 5, 4)
SEED = 400
NEW_YORK, BERLIN, SHANGHAI = "America/New_York", "Europe/Berlin", "Asia/Shanghai"
ABROAD = "S2"
# 新品 is what a shop calls them; the demonstration's menu has them under these codes.
NEW_GOODS = ("FT06", "SL02")
DESSERT = Gift(coupon_types=("SWEET",))
DESSERT_COST_MINOR = 400


class Sold(NamedTuple):
    """What a till rang up. Units: minor units."""

    order_id: UUID
    due_minor: int


@dataclass(slots=True, kw_only=True)
class LongShop:
    """The chain and a clock that the run moves."""

    database: Database
    chain: Chain
    size: Size
    runner: Runner
    shops: Shops
    vault: Vault
    clock: Clock
    palate: Palate
    menu: dict[str, Dish]
    dice: random.Random
    # Where the store abroad is, since when: written down as it is moved.
    abroad: list[tuple[Instant, str]] = field(default_factory=list)

    @property
    def now(self) -> Instant:
        """The time in the run."""
        return self.clock.now

    def new_id(self) -> UUID:
        """A fresh id."""
        return new_id(self.dice, self.now)

    def run(self, command: object, *, actor: Actor = SYSTEM) -> dict[str, object]:
        """Run a command and read its answer."""
        answer = self.runner.run_now(command, actor=actor, command_id=self.new_id())
        decoded = orjson.loads(answer.body)
        assert isinstance(decoded, dict)
        return decoded

    def actor(self, role: Role) -> Actor:
        """The first of the chain's people with a role."""
        return self.chain.actor(next(one for one in PEOPLE if one.role is role))

    def store(self, code: str) -> UUID:
        """A store."""
        return self.chain.store_id(code)

    def till(self, code: str) -> UUID:
        """The first till of a store."""
        return self.chain.terminal_id(
            code, next(one for one in PLACES if one.code == code).tills[0]
        )

    def goods(self, code: str, quantity: int = 1) -> tuple[LineRequest, ...]:
        """A cup as the palate would order it, so many of one kind."""
        return (
            self.palate.wish(self.dice, self.menu[code], 5).line(self.dice, self.now, quantity),
        )

    def sell(
        self, code: str, member: UUID, lines: Sequence[LineRequest], *, best: bool = False
    ) -> Sold:
        """Ring an order up and take what was quoted; `best`: with her coupons."""
        store_id = self.store(code)
        choices = NO_CHOICES if best else Choices(coupons=())
        with self.database.read() as read:
            shop = self.shops.in_force(read, store_id, at=self.now)
            goods = charged(shop.catalogue.lines(lines), shop, source="counter")
            seen = guests.seen(read, member, shop, self.now)
            guest = with_facts(read, seen, goods, shop, vault=self.vault)
            left = left_for(read, shop, guest, self.now)
            occasion = Occasion(source="counter", now=self.now, left=left)
            bill = priced(goods, shop, guest, choices, occasion)
        due_minor = bill.totals.due_minor
        tender = Tender(id=self.new_id(), kind=TenderKind.EXTERNAL, amount_minor=due_minor)
        sale = SellAtCounter(
            order_id=self.new_id(),
            store_id=store_id,
            terminal_id=self.till(code),
            source="counter",
            lines=tuple(lines),
            member_id=member,
            choices=choices,
            tenders=(tender,) if due_minor else (),
            fingerprint=bill.fingerprint,
        )
        self.run(sale)
        return Sold(sale.order_id, due_minor)

    def move_abroad(self, zone: str) -> None:
        """The store abroad is in another zone from now on."""
        store_id = self.store(ABROAD)
        with self.database.read() as read:
            row = read.one(STORE, id=store_id)
        assert row is not None
        self.run(
            ChangeStore(
                id=store_id,
                expected=tag_of(row),
                name_zh=row.name_zh,
                name_en=row.name_en,
                zone=zone,
                cut_off_minutes=row.cut_off_minutes,
                open=True,
            )
        )
        self.abroad.append((self.now, zone))


def open_chain_for(database: Database, home: Path, *, days: int) -> LongShop:
    """The chain on the morning of its first day, everything promised and all journeys on."""
    seed = Seed(SEED)
    size = Size(orders=1, members=1, days=days, until=FIRST + timedelta(days=days))
    chain = Chain(seed, day_start(FIRST))
    clock = Clock(chain.opened_at)
    database.write(lambda tx: open_chain(tx, chain, first=FIRST, last=size.until)).result()
    vault = open_vault(home, database, now=chain.opened_at)
    shops = Shops()
    runner = Runner(
        database, clock=clock, entropy=seed.dice("ids").randbytes, vault=vault, shops=shops
    )
    menu = dishes(MenuIds(chain))
    shop = LongShop(
        database=database,
        chain=chain,
        size=size,
        runner=runner,
        shops=shops,
        vault=vault,
        clock=clock,
        palate=Palate(menu),
        menu={one.code: one for one in menu},
        dice=seed.dice("run"),
    )
    _promise(shop)
    _switch_on(shop)
    return shop


def _promise(shop: LongShop) -> None:
    """What the demonstration does not promise: bonus money ends, and a store lies abroad."""
    shop.run(
        SetTerm(
            id=shop.new_id(),
            field="top_up.bonus_expiry_months",
            level=Level.ORGANISATION,
            place_id=None,
            value=1,
            effective_at=None,
            locked=False,
            low=None,
            high=None,
            reason="赠金一个月有效",
        ),
        actor=shop.actor(Role.OWNER),
    )
    shop.move_abroad(NEW_YORK)
    for command in begun(shop.chain, shop.size, FIRST):
        shop.run(command, actor=shop.actor(Role.MARKETER))


def _switch_on(shop: LongShop) -> None:
    """Every ready journey; whoever pays 300 and more is given the dessert, which two agree to."""
    for code in READY:
        gift = DESSERT if code == "big_bill" else Gift()
        cost_minor = DESSERT_COST_MINOR if code == "big_bill" else 0
        command = SwitchOn(code=code, gift=gift, cost_minor=cost_minor)
        shop.run(command, actor=shop.actor(Role.MARKETER))
    agreed = ApproveJourney(id=id_of("journey", "big_bill"), version=1)
    shop.run(agreed, actor=shop.actor(Role.OWNER))
