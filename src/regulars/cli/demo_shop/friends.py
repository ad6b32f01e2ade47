"""Members of the demonstration who bring friends; one of them brings herself, and is held back.

Every 25th who joins names a code. Some weeks before today a member takes her e-mail address off her
account, and her "friend" joins with it: a fortnight later the referral waits on the manager's desk,
with that evidence.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from regulars.cli.demo_shop.opening import day_start
from regulars.cli.demo_shop.people import Patron, Visit
from regulars.cli.demo_shop.pump import Sent
from regulars.cli.demo_shop.stage import Seen, Stage, sent
from regulars.cli.demo_shop.till import Till, stored_minor
from regulars.domain.kernel.period import Instant
from regulars.domain.members.identity import IdentityKind
from regulars.storage.engine import Read
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.members import AddIdentity, RemoveIdentity
from regulars.use_cases.referrals import code_of

BROUGHT_EACH, BROUGHT_MAX = 25, 1_500
# Units: days before today.
SUSPECT_DAYS = 60
SUSPECT_ADDRESS = IdentityText(kind=IdentityKind.EMAIL, text="two.cups@example.com")
# After the start of the business day: 09:30.
IN_THE_MORNING = timedelta(hours=5, minutes=30)
THEN = timedelta(seconds=20)


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
        morning = Instant(day_start(day) + IN_THE_MORNING)
        # Her address is tried and taken away again before the friend with it comes.
        crook = self._crook(read, day, known) if visit.at > morning + THEN else None
        brought = invited.number % BROUGHT_EACH == 0 and invited.number <= BROUGHT_MAX
        if crook is None and not brought:
            yield join
            return
        inviter = crook or self._dice.choice(known)
        code = code_of(read, self._stage.vault, inviter.id)
        known_by = command.identities
        if crook is not None:
            known_by = (*known_by, SUSPECT_ADDRESS)
            desk = self._stage.manager(Seen(visit, invited, till))
            taken = AddIdentity(member_id=crook.id, identity=SUSPECT_ADDRESS)
            gone = RemoveIdentity(member_id=crook.id, identity=SUSPECT_ADDRESS)
            yield sent(self._dice, morning, desk, taken)
            yield sent(self._dice, Instant(morning + THEN), desk, gone)
        named = replace(command, referral_code=code, identities=known_by)
        yield replace(join, command=named)

    def _crook(self, read: Read, day: date, known: list[Patron]) -> Patron | None:
        """Somebody who brings herself under another number, once."""
        if self._suspected or day < self._stage.size.ahead(SUSPECT_DAYS):
            return None
        crook = next((one for one in reversed(known) if stored_minor(read, one) == 0), None)
        self._suspected = crook is not None
        return crook
