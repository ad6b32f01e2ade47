"""The composition root: settings → database → vault → shops → runner → the web edge.

`build` opens a shop for whoever needs one (the server, the command line, tests, the demo);
`app` is the web edge of one server process. The command `regulars` is `regulars.command`.
"""

import gc
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, assert_never

import orjson
import structlog

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Senders
from regulars.domain.pricing.search.milp import MilpEngine
from regulars.http.app import create_app
from regulars.http.edge import Edge, Facing
from regulars.http.guard import Guard, Log
from regulars.integrations.console.sender import Console
from regulars.integrations.highs.engine import HighsEngine
from regulars.integrations.keyring import Keyring
from regulars.integrations.senders import House, senders
from regulars.integrations.till.sender import Till
from regulars.jobs.job import Workshop
from regulars.jobs.led import Led
from regulars.jobs.work import Work
from regulars.settings import Settings, Solver
from regulars.storage.engine import Database, open_database
from regulars.storage.reach import wait_until_reachable
from regulars.storage.safety import require_safe
from regulars.storage.shops import Shops
from regulars.storage.vault import Vault, open_vault
from regulars.use_cases.runner import Runner

if TYPE_CHECKING:
    from regulars.cli.demo_shop.serving import Premises

THREADS_PER_WORKER = 4


def clock() -> Instant:
    """The one clock of the product."""
    return Instant(datetime.now(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulars:
    """One opened shop."""

    database: Database
    vault: Vault
    shops: Shops
    runner: Runner
    senders: Senders
    public_url: str | None

    def edge(self, facing: Facing) -> Edge:
        """What the routes are given."""
        return Edge(
            database=self.database,
            vault=self.vault,
            shops=self.shops,
            runner=self.runner,
            clock=clock,
            entropy=secrets.token_bytes,
            facing=facing,
            senders=self.senders,
            public_url=self.public_url,
        )

    def close(self) -> None:
        """Finish what was accepted, then let go of the database."""
        self.database.close()


def engine_of(solver: Solver) -> MilpEngine | None:
    """The engine for the hard tail of the best bill. Without one the search says its gap."""
    match solver:
        case Solver.HIGHS:
            return HighsEngine()
        case Solver.NONE:
            return None
        case _:
            assert_never(solver)


def build(settings: Settings, *, flush_delay_seconds: float = 0.0) -> Regulars:
    """Open a migrated shop. `flush_delay_seconds` is for the bench: a disk that is slower.

    Refuses: database.*, vault.* when it is missing, unsafe, in use, or under another key.
    """
    database = open_database(
        settings.database, flush_delay_seconds=flush_delay_seconds, threads=THREADS_PER_WORKER
    )
    try:
        require_safe(database)
        vault = open_vault(settings.home, database, now=clock(), master_key=settings.master_key)
    except BaseException:
        database.close()
        raise
    shops = Shops(engine_of(settings.solver))
    runner = Runner(database, clock=clock, entropy=secrets.token_bytes, vault=vault, shops=shops)
    return Regulars(
        database=database,
        vault=vault,
        shops=shops,
        runner=runner,
        senders=senders_of(settings),
        public_url=settings.public_url,
    )


def senders_of(settings: Settings) -> Senders:
    """What takes messages out of this house, with the keys that it was given."""
    house = House(
        clock=clock,
        entropy=secrets.token_bytes,
        write=sys.stderr.write,
        public_url=settings.public_url,
    )
    return senders(Keyring(settings.home, settings.given), house)


@contextmanager
def working(settings: Settings) -> Iterator[Work]:
    """An opened shop whose own jobs this process does, without serving a till."""
    log = json_log()
    _wait_for_database(settings, log)
    regulars = build(settings)
    try:
        work = work_of(regulars, settings, log)
        work.start()
        try:
            yield work
        finally:
            work.close()
    finally:
        regulars.close()


def work_of(regulars: Regulars, settings: Settings, log: Log) -> Work:
    """The shop's own jobs, done by this process while it holds their lease."""
    workshop = Workshop(
        database=regulars.database,
        shops=regulars.shops,
        runner=regulars.runner,
        clock=clock,
        entropy=secrets.token_bytes,
        log=log,
        senders=regulars.senders,
        public_url=regulars.public_url,
    )
    holder = f"{socket.gethostname()}:{os.getpid()}"
    return Work.of(workshop, holder=holder, verify_hour=settings.verify_hour)


def hired(premises: "Premises", *, seed: int) -> Led:
    """The jobs of marketing by another clock than ours, with a console nobody reads: the same seed,
    the same work."""
    # The chances of a demonstration guard no secret.
    entropy = Random(f"{seed}|jobs").randbytes  # noqa: S311
    runner = Runner(
        premises.database,
        clock=premises.clock,
        entropy=entropy,
        vault=premises.vault,
        shops=premises.shops,
    )
    workshop = Workshop(
        database=premises.database,
        shops=premises.shops,
        runner=runner,
        clock=premises.clock,
        entropy=entropy,
        log=json_log(),
        senders={Channel.SMS: (Console(Channel.SMS, len),), Channel.TILL: (Till(),)},
    )
    return Led(workshop)


def json_log() -> Log:
    """One JSON line an event, to standard error; a line break in a value cannot forge a line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        logger_factory=structlog.BytesLoggerFactory(file=sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    log: Log = structlog.get_logger()
    return log


def app() -> Guard:
    """The web edge of one server process."""
    settings = Settings.read(os.environ)
    _wait_for_database(settings, json_log())
    return opened(build(settings), settings)


def _wait_for_database(settings: Settings, log: Log) -> None:
    wait_until_reachable(
        settings.database, waiting=lambda reason: log.error("database_away", reason=reason)
    )


def opened(regulars: Regulars, settings: Settings) -> Guard:
    """The web edge of an opened shop, ready to serve until its process ends."""
    log = json_log()
    work = work_of(regulars, settings, log) if settings.work else None
    guard = create_app(regulars.edge(settings.facing), log=log, on_close=regulars.close, work=work)
    # A full collection walks every imported module and stalls writer and loop together (D4).
    gc.collect()
    gc.freeze()
    return guard
