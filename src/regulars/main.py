"""The composition root: settings → database → vault → shops → runner → the web edge.

`build` opens a shop for whoever needs one (the server, the command line, tests, the demo);
`app` is what the web server calls in each of its processes; `main` is the command `regulars`.
"""

import gc
import os
import secrets
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import assert_never

import orjson
import structlog

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.messaging.port import Senders
from regulars.domain.pricing.search.milp import MilpEngine
from regulars.http.app import create_app, openapi_of, routes
from regulars.http.edge import Edge, Facing
from regulars.http.guard import Guard, Log
from regulars.http.problem import tell
from regulars.integrations.calling.reach import OutOfReachError, Reach
from regulars.integrations.highs.engine import HighsEngine
from regulars.integrations.keyring import PREFIX, Keyring
from regulars.integrations.senders import House, senders
from regulars.jobs.job import Workshop
from regulars.jobs.work import Work
from regulars.storage.constraints import refusal_of
from regulars.storage.engine import SQLITE_SCHEME, Database, open_database
from regulars.storage.reach import wait_until_reachable
from regulars.storage.safety import require_safe
from regulars.storage.shops import Shops
from regulars.storage.vault import Vault, open_vault
from regulars.use_cases.runner import Runner

SETTING_MALFORMED = refusal_code("settings.malformed", "name")
HOST_NEEDS_TLS = refusal_code("settings.host_needs_tls")

DATABASE_FILE = "regulars.db"
THREADS_PER_WORKER = 4


class Solver(StrEnum):
    """Which engine proves the bills that are too hard for our own search."""

    HIGHS = "highs"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where a shop lives and how its server is reached: read once, from the environment."""

    home: Path
    database: str
    database_owner: str | None = field(default=None, repr=False)
    master_key: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    docs: bool = False
    work: bool = True
    verify_hour: int = 4
    solver: Solver = Solver.HIGHS
    public_url: str | None = None
    given: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings that the environment spells.

        Refuses: settings.malformed, settings.host_needs_tls.
        """
        home = Path(environment.get("REGULARS_HOME") or Path.home() / ".regulars").absolute()
        database = environment.get("REGULARS_DATABASE") or f"{SQLITE_SCHEME}{home / DATABASE_FILE}"
        certificate, key = (
            environment.get("REGULARS_TLS_CERTIFICATE"),
            environment.get("REGULARS_TLS_KEY"),
        )
        proxies = _networks(environment.get("REGULARS_BEHIND_PROXY", ""))
        settings = cls(
            home=home,
            database=database,
            database_owner=environment.get("REGULARS_DATABASE_OWNER") or None,
            master_key=environment.get("REGULARS_MASTER_KEY") or None,
            host=environment.get("REGULARS_HOST") or "127.0.0.1",
            port=_whole(environment, "REGULARS_PORT", 8000),
            workers=_whole(environment, "REGULARS_WORKERS", os.cpu_count() or 1),
            tls_certificate=Path(certificate) if certificate else None,
            tls_key=Path(key) if key else None,
            trusted_proxies=proxies,
            docs=environment.get("REGULARS_DOCS") == "1",
            work=_on(environment, "REGULARS_WORK"),
            verify_hour=_hour(environment, "REGULARS_VERIFY_HOUR", 4),
            solver=_solver(environment.get("REGULARS_SOLVER") or Solver.HIGHS),
            public_url=_public_url(environment.get("REGULARS_PUBLIC_URL")),
            given={name: text for name, text in environment.items() if name.startswith(PREFIX)},
        )
        return settings._checked()

    def _checked(self) -> "Settings":
        reached = self.tls or bool(self.trusted_proxies)
        if not _is_loopback(self.host) and not reached:
            raise HOST_NEEDS_TLS.because()
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise SETTING_MALFORMED.because(name="REGULARS_TLS_KEY")
        return self

    @property
    def tls(self) -> bool:
        """Whether this server itself speaks TLS."""
        return self.tls_certificate is not None

    @property
    def embedded(self) -> bool:
        """Whether the shop is a file beside the server: then exactly one process writes it."""
        return self.database.startswith(SQLITE_SCHEME)

    @property
    def processes(self) -> int:
        """How many server processes there are."""
        return 1 if self.embedded else self.workers

    @property
    def facing(self) -> Facing:
        """How the web edge is reached; the API's page is open where only this machine comes."""
        alone = _is_loopback(self.host) and not self.trusted_proxies
        return Facing(
            trusted_proxies=self.trusted_proxies,
            tls=self.tls or bool(self.trusted_proxies),
            docs=self.docs or alone,
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _whole(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65_535):
        raise SETTING_MALFORMED.because(name=name)
    return int(text)


def _hour(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and int(text) < 24):
        raise SETTING_MALFORMED.because(name=name)
    return int(text)


def _on(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name) or "on"
    if text not in {"on", "off"}:
        raise SETTING_MALFORMED.because(name=name)
    return text == "on"


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise SETTING_MALFORMED.because(name="REGULARS_BEHIND_PROXY") from None


def _public_url(text: str | None) -> str | None:
    if not text:
        return None
    try:
        parts = Reach(loopback=True).checked(text.rstrip("/"))
    except OutOfReachError:
        raise SETTING_MALFORMED.because(name="REGULARS_PUBLIC_URL") from None
    if parts.query or parts.fragment:
        raise SETTING_MALFORMED.because(name="REGULARS_PUBLIC_URL")
    return text.rstrip("/")


def _solver(text: str) -> Solver:
    try:
        return Solver(text)
    except ValueError:
        raise SETTING_MALFORMED.because(name="REGULARS_SOLVER") from None


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


def main(argv: Sequence[str] | None = None) -> int:
    """The command `regulars`. 2 when it was refused, with the reason in both languages."""
    # The processes of the web server need none of the commands: 25 MB less in each.
    from regulars import cli  # noqa: PLC0415

    args = cli.read(argv)
    environment = {**os.environ, **cli.environment_of(args)}
    try:
        settings = Settings.read(environment)
        args.settings, args.environment = settings, environment
        args.home, args.database = settings.home, settings.database
        args.database_owner, args.master_key = settings.database_owner, settings.master_key
        args.tell, args.document = tell, lambda: openapi_of(routes())
        args.engine = lambda: engine_of(settings.solver)
        args.work = lambda: working(settings)
        outcome: int = args.run(args)
    except Exception as error:
        refusal = error if isinstance(error, Refusal) else refusal_of(error)
        if refusal is None:
            raise
        sys.stderr.write(f"{tell(refusal, 'zh-CN')}\n{tell(refusal, 'en')}\n")
        return 2
    return outcome


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
