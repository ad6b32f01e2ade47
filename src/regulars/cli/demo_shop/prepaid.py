"""What guests of the demonstration pay ahead: passes, and the top-ups that they want back.

Some regulars of the tea shops buy ten milk teas and fetch them one by one; three guests of the
kitchen buy twenty lunches. One pass is given back after three cups, and three top-ups are refunded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from regulars.cli.demo_shop.calendar import is_kitchen
from regulars.cli.demo_shop.chain import PLACES
from regulars.cli.demo_shop.programmes import (
    CUPS,
    LUNCHES,
    TEN_CUPS,
    TWENTY_LUNCHES,
    programme_id,
)
from regulars.cli.demo_shop.pump import Sent
from regulars.cli.demo_shop.seeds import new_id
from regulars.cli.demo_shop.stage import Seen, Stage, sent
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.storage.engine import Read
from regulars.use_cases.pass_refunds import RefundPass, refund_plan
from regulars.use_cases.pass_times import FreezePass
from regulars.use_cases.pass_uses import UsePass
from regulars.use_cases.passes import SellPass
from regulars.use_cases.top_up import TopUp
from regulars.use_cases.top_up_refunds import RefundTopUp, planned

# Who comes every week buys a pass: so many of them at the tea shops, and in the kitchen.
KEEN = 5.0
BUYERS_MAX, LUNCHERS_MAX = 12, 3
BUYS, USES = 0.25, 0.55
# The third pass for cups is given back after three of them, the fifth rests after two.
GIVEN_BACK, GIVEN_BACK_AFTER = 3, 3
RESTS, RESTS_AFTER = 5, 2
# When in the year a top-up is wanted back, in percent of its days, and how much of it.
REFUNDS: tuple[tuple[int, int | None], ...] = ((25, None), (55, 3_000), (90, None))
REFUND_REASONS = ("搬家了，不方便来", "充多了", "想改用微信付")


@dataclass(slots=True)
class Card:
    """A pass that somebody has; `number` counts those for cups. Units: uses."""

    id: UUID
    number: int
    place: str
    left: int
    kitchen: bool
    ends_on: date


class Prepaid:
    """Who has which pass, and which top-ups were given back."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._dice = stage.chain.seed.dice("prepaid")
        self._cards: dict[int, Card] = {}
        self._cups_sold = 0
        self._drinkers: set[int] = set()
        self._lunchers: set[int] = set()
        self._refunds = 0

    def afterwards(self, read: Read, seen: Seen) -> list[Sent]:
        """What a member does with her pass, or whether she buys one."""
        number, kitchen = seen.patron.number, is_kitchen(seen.visit.store)
        card = self._cards.get(number)
        if card is not None and (card.left == 0 or seen.day >= card.ends_on):
            del self._cards[number]
            card = None
        if card is not None:
            return self._used(read, seen, card) if card.kitchen == kitchen else []
        if self._buys(seen, kitchen=kitchen):
            return [self._bought(seen, kitchen=kitchen)]
        return []

    def _buys(self, seen: Seen, *, kitchen: bool) -> bool:
        patron = seen.patron
        if seen.visit.joins or patron.keenness < KEEN or is_kitchen(patron.home) != kitchen:
            return False
        if self._dice.random() >= BUYS:
            return False
        buyers, most = (self._lunchers, LUNCHERS_MAX) if kitchen else (self._drinkers, BUYERS_MAX)
        if len(buyers) == most and patron.number not in buyers:
            return False
        buyers.add(patron.number)
        return True

    def _bought(self, seen: Seen, *, kitchen: bool) -> Sent:
        at = seen.after(minutes=2)
        command = SellPass(
            id=new_id(self._dice, at),
            member_id=seen.patron.id,
            programme_id=programme_id(self._stage.chain, TWENTY_LUNCHES if kitchen else TEN_CUPS),
            store_id=seen.till.store_id,
            terminal_id=seen.till.terminal_id,
            tender="external",
        )
        self._cups_sold += not kitchen
        self._cards[seen.patron.number] = Card(
            id=command.id,
            number=0 if kitchen else self._cups_sold,
            place=PLACES[seen.visit.store].code,
            left=LUNCHES if kitchen else CUPS,
            kitchen=kitchen,
            ends_on=seen.day + timedelta(days=180 if kitchen else 90),
        )
        return sent(self._dice, at, seen.till.cashier, command)

    def _used(self, read: Read, seen: Seen, card: Card) -> list[Sent]:
        had = (LUNCHES if card.kitchen else CUPS) - card.left
        at = seen.after(minutes=2)
        if card.number == GIVEN_BACK and had == GIVEN_BACK_AFTER:
            del self._cards[seen.patron.number]
            return [self._given_back(read, seen, card, at)]
        if card.number == RESTS and had == RESTS_AFTER:
            # It is not looked at again: the job lets it run on, and it ends with cups left.
            self._cards[seen.patron.number].left = 0
            seller = self._stage.counter.crews[card.place].cashiers[0]
            return [sent(self._dice, at, seller, FreezePass(pass_id=card.id))]
        if self._dice.random() >= USES:
            return []
        card.left -= 1
        use = UsePass(
            id=new_id(self._dice, at),
            pass_id=card.id,
            store_id=seen.till.store_id,
            terminal_id=seen.till.terminal_id,
            count=1,
        )
        return [sent(self._dice, at, seen.till.cashier, use)]

    def _given_back(self, read: Read, seen: Seen, card: Card, at: Instant) -> Sent:
        command = RefundPass(
            id=new_id(self._dice, at),
            pass_id=card.id,
            store_id=seen.till.store_id,
            terminal_id=seen.till.terminal_id,
            amount_minor=refund_plan(read, card.id).amount_minor,
            reason="要搬去别的城市",
        )
        return sent(self._dice, at, self._stage.manager(seen), command)

    def wanted_back(
        self, read: Read, day: date, seen: list[Seen], top_ups: list[Sent]
    ) -> Iterator[Sent]:
        """The top-up of the day that is given back, if one is."""
        if self._refunds == len(REFUNDS):
            return
        percent, amount_minor = REFUNDS[self._refunds]
        if (day - self._stage.size.first).days * 100 < percent * self._stage.size.days:
            return
        by_member = {one.patron.id: one for one in seen}
        for paid in top_ups:
            command = paid.command
            one = by_member.get(command.member_id) if isinstance(command, TopUp) else None
            if one is None or not isinstance(command, TopUp):
                continue
            at = one.after(minutes=40)
            back = RefundTopUp(
                id=new_id(self._dice, at),
                top_up_id=command.id,
                principal_minor=amount_minor,
                reason=REFUND_REASONS[self._refunds],
            )
            if not self._is_left(read, back, at):
                continue
            self._refunds += 1
            yield sent(self._dice, at, self._stage.manager(one), back)
            return

    def _is_left(self, read: Read, back: RefundTopUp, at: Instant) -> bool:
        """Whether the day's bills left what is wanted back."""
        try:
            planned(read, back, shops=self._stage.shops, now=at)
        except Refusal:
            return False
        return True
