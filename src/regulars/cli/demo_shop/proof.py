"""The books of the demonstration are proved once, after its first month, and chained to the end.

On the 31st day 钱慎之 asks for a proof: 0 differences. The server proves all of it again by itself on
the first morning that it runs.
"""

from datetime import date, timedelta

from regulars.cli.demo_shop.chain import PEOPLE
from regulars.cli.demo_shop.opening import day_start, end_of
from regulars.cli.demo_shop.pump import Clock, Pump
from regulars.cli.demo_shop.seeds import new_id
from regulars.cli.demo_shop.stage import Stage, sent
from regulars.domain.kernel.period import Instant
from regulars.domain.stores.permissions import Role
from regulars.storage.engine import Database
from regulars.use_cases.chaining import Stragglers, append_fresh
from regulars.use_cases.verify_runs import VerifyRuns
from regulars.use_cases.verifying import StartVerify

MONTH_DAYS = 30
# After the start of the business day: 22:00.
IN_THE_EVENING = timedelta(hours=18)


class ProofFailedError(Exception):
    """The demonstration's own books do not add up."""


class Alarm:
    """A demonstration with a fault in its books is never finished."""

    def error(self, event: str, **values: object) -> None:
        """Stop at once."""
        raise ProofFailedError(event, values)


class Proof:
    """Who proves the books, and when."""

    def __init__(self, stage: Stage, database: Database, clock: Clock) -> None:
        size = stage.size
        self._on = size.first + timedelta(days=min(MONTH_DAYS, size.days - 1))
        self._stage = stage
        self._database = database
        self._dice = stage.chain.seed.dice("proof")
        self._runs = VerifyRuns(
            database, clock=clock, new_id=lambda: new_id(self._dice, clock.now), log=Alarm()
        )

    def after(self, day: date, pump: Pump) -> None:
        """Prove the books where it is the day for it."""
        if day != self._on:
            return
        at = Instant(day_start(day) + IN_THE_EVENING)
        accountant = next(one for one in PEOPLE if one.role is Role.ACCOUNTANT)
        command = StartVerify(id=new_id(self._dice, at))
        pump.send([sent(self._dice, at, self._stage.chain.actor(accountant), command)])
        self._runs.run_next()

    def last(self) -> None:
        """Everything that was ever entered is in the chain."""
        at = end_of(self._stage.size)
        stragglers = Stragglers()
        while stragglers.step(self._database, at):
            pass
        while append_fresh(self._database, at):
            pass
