"""What the parts of the year share: the chain, its days, its counters, and how a command is sent."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from regulars.cli.demo_shop.chain import PLACES, Chain
from regulars.cli.demo_shop.people import Patron, Visit
from regulars.cli.demo_shop.pump import Sent
from regulars.cli.demo_shop.seeds import new_id
from regulars.cli.demo_shop.size import Size
from regulars.cli.demo_shop.till import Counter, Till
from regulars.domain.kernel.period import Instant
from regulars.domain.stores.actor import Actor
from regulars.storage.engine import Read
from regulars.storage.shops import Shops
from regulars.storage.vault import Vault
from regulars.use_cases import guest as guests
from regulars.use_cases.guest import Guest


class Seen(NamedTuple):
    """A member's visit that is over, and the till that rang it up."""

    visit: Visit
    patron: Patron
    till: Till

    def after(self, **later: float) -> Instant:
        """So long after the order."""
        return Instant(self.visit.at + timedelta(**later))

    @property
    def day(self) -> date:
        """The business day: nobody is served after midnight."""
        return self.visit.wall.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a part of the year plays."""

    chain: Chain
    size: Size
    shops: Shops
    vault: Vault
    counter: Counter

    def guest(self, read: Read, seen: Seen, at: Instant) -> Guest:
        """A member as a till would see her at a moment."""
        shop = self.shops.in_force(read, seen.till.store_id, at=at)
        return guests.seen(read, seen.patron.id, shop, at)

    def manager(self, seen: Seen) -> Actor:
        """Who looks after the store of a visit."""
        return self.counter.crews[PLACES[seen.visit.store].code].manager


def sent(dice: Random, at: Instant, actor: Actor, command: object) -> Sent:
    """A command with an id of its own."""
    return Sent(at=at, actor=actor, command_id=new_id(dice, at), command=command)
