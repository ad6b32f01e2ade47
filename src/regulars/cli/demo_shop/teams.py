"""Groups that buy together in the demonstration: most fill, every fourth waits for a third in vain.

Every tenth day three guests of one tea shop take the three seats of a group, each paying her own
way. What a group that ended owes is paid back the next morning; the last one still owes.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from regulars.cli.demo_shop.chain import PLACES
from regulars.cli.demo_shop.opening import day_start
from regulars.cli.demo_shop.programmes import GROUP, SEAT_MINOR, TEA_SHOPS, programme_id
from regulars.cli.demo_shop.pump import Sent
from regulars.cli.demo_shop.seeds import new_id
from regulars.cli.demo_shop.stage import Seen, Stage, sent
from regulars.cli.demo_shop.till import stored_minor
from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.group_buy import SeatState
from regulars.storage import groups
from regulars.storage.engine import Read
from regulars.use_cases.group_ends import PayBackSeat
from regulars.use_cases.groups import JoinGroup, OpenGroup

EVERY_DAYS, SEATS, LONELY_EACH = 10, 3, 4
LONELY_SEATS = 2
# Groups of so many days before today, and later ones, still owe: there is one at least.
OWES_DAYS = 45
CASH_SHARE = 0.4
IN_THE_MORNING = timedelta(hours=5, minutes=10)


class Lonely(NamedTuple):
    """A group that nobody filled, and the store that paid its seats in."""

    id: UUID
    opened_on: date
    place: str


class Teams:
    """Who buys together."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._dice = stage.chain.seed.dice("teams")
        self._opened = 0
        self._lonely: list[Lonely] = []

    def seats(self, read: Read, day: date, seen: list[Seen]) -> Iterator[tuple[Seen, Sent]]:
        """The seats that are taken on a day, each with whose visit it was."""
        number = (day - self._stage.size.first).days
        if number % EVERY_DAYS != EVERY_DAYS - 1:
            return
        place = TEA_SHOPS[number // EVERY_DAYS % len(TEA_SHOPS)]
        here = [one for one in seen if PLACES[one.visit.store].code == place]
        self._opened += 1
        is_lonely = self._opened % LONELY_EACH == LONELY_EACH - 1
        together = here[: LONELY_SEATS if is_lonely else SEATS]
        if len(together) < LONELY_SEATS:
            return
        group_id = new_id(self._dice, together[0].visit.at)
        if len(together) < SEATS:
            self._lonely.append(Lonely(group_id, day, place))
        for one in together:
            at = one.after(minutes=2)
            command = self._seat(read, one, group_id, at, first=one is together[0])
            yield one, sent(self._dice, at, one.till.cashier, command)

    def _seat(self, read: Read, one: Seen, group_id: UUID, at: Instant, *, first: bool) -> object:
        tender = self._tender(read, one, first=first)
        reference = f"42000028{self._dice.randrange(10**10):010}" if tender == "external" else None
        seat_id = new_id(self._dice, at)
        if first:
            return OpenGroup(
                id=group_id,
                seat_id=seat_id,
                programme_id=programme_id(self._stage.chain, GROUP),
                member_id=one.patron.id,
                store_id=one.till.store_id,
                terminal_id=one.till.terminal_id,
                tender=tender,
                reference=reference,
            )
        return JoinGroup(
            seat_id=seat_id,
            group_id=group_id,
            member_id=one.patron.id,
            store_id=one.till.store_id,
            terminal_id=one.till.terminal_id,
            tender=tender,
            reference=reference,
        )

    def _tender(self, read: Read, one: Seen, *, first: bool) -> str:
        if not first and stored_minor(read, one.patron) >= SEAT_MINOR:
            return "stored_value"
        return "cash" if self._dice.random() < CASH_SHARE else "external"

    def paid_back(self, read: Read, day: date) -> Iterator[Sent]:
        """What is handed back in the morning."""
        at = Instant(day_start(day) + IN_THE_MORNING)
        for one in list(self._lonely):
            if one.opened_on >= self._stage.size.ahead(OWES_DAYS):
                continue
            owed = [
                seat
                for seat in read.all(groups.SEATS, group_id=one.id)
                if seat.state == SeatState.REFUND_DUE
            ]
            row = read.one(groups.GROUP, group_id=one.id)
            if row is not None and row.state != "open":
                self._lonely.remove(one)
            for seat in owed:
                command = PayBackSeat(seat_id=seat.id, reason="未成团，原路退回")
                yield sent(self._dice, at, self._stage.counter.crews[one.place].manager, command)
