"""Members of the demonstration who bring friends; one of them brings herself, and is held back.

Every 25th who joins names a code. Some weeks before today a member and her "friend" top up with one
and the same payment: a fortnight later the referral waits on the manager's desk, with that evidence.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from regulars.cli.demo_shop.opening import day_start
from regulars.cli.demo_shop.people import Patron, Visit
from regulars.cli.demo_shop.pump import Sent
from regulars.cli.demo_shop.seeds import new_id
from regulars.cli.demo_shop.stage import Stage, sent
from regulars.cli.demo_shop.till import Till, stored_minor
from regulars.domain.kernel.period import Instant
from regulars.storage.engine import Read
from regulars.use_cases.joining import JoinMember
from regulars.use_cases.referrals import code_of
from regulars.use_cases.top_up import TopUp

BROUGHT_EACH, BROUGHT_MAX = 25, 1_500
# Units: days before today, minor units.
SUSPECT_DAYS = 60
SUSPECT_MINOR = 5_000
SUSPECT_PAYMENT = "4200002718394400231847"
# After the start of the business day: 09:30.
IN_THE_MORNING = timedelta(hours=5, minutes=30)
PAYS_AFTER = timedelta(seconds=20)


class Friends:
    """Who was brought by whom."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._dice = stage.chain.seed.dice("friends")
        self._suspected = False

    def joins(
        self, read: Read, visit: Visit, till: Till, join: Sent, known: list[Patron]
    ) -> Iterator[Sent]:
        """The joining of a member, perhaps with a friend's code; `known` joined before today."""
        command, invited = join.command, visit.patron
        assert isinstance(command, JoinMember)
        if invited is None or not known:
            yield join
            return
        day = visit.wall.date()
        crook = self._crook(read, day, known)
        brought = invited.number % BROUGHT_EACH == 0 and invited.number <= BROUGHT_MAX
        if crook is None and not brought:
            yield join
            return
        inviter = crook or self._dice.choice(known)
        code = code_of(read, self._stage.vault, inviter.id)
        yield replace(join, command=replace(command, referral_code=code))
        if crook is not None:
            yield self._paid(crook, till, Instant(day_start(day) + IN_THE_MORNING))
            yield self._paid(invited, till, Instant(join.at + PAYS_AFTER))

    def _crook(self, read: Read, day: date, known: list[Patron]) -> Patron | None:
        """Somebody who brings herself under another number, once."""
        if self._suspected or day < self._stage.size.ahead(SUSPECT_DAYS):
            return None
        crook = next((one for one in reversed(known) if stored_minor(read, one) == 0), None)
        self._suspected = crook is not None
        return crook

    def _paid(self, patron: Patron, till: Till, at: Instant) -> Sent:
        command = TopUp(
            id=new_id(self._dice, at),
            member_id=patron.id,
            store_id=till.store_id,
            terminal_id=till.terminal_id,
            principal_minor=SUSPECT_MINOR,
            tender="external",
            reference=SUSPECT_PAYMENT,
        )
        return sent(self._dice, at, till.cashier, command)
