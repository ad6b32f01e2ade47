"""A shop with a past: members who came before, a manager who is signed in, nothing left to do.

Its clock stands at noon wherever the bench runs, so that no quiet hour begins meanwhile; marketing
messages wait for no rival, so that their gates come at once.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from uuid import UUID

from sqlalchemy import bindparam, update

from bench.ledgers.proving import chained
from bench.marketing_parts.guests import Guests
from bench.marketing_parts.visits import Figures, write_visits
from bench.scratch.crowd import Crowd
from bench.scratch.opening import Queue
from bench.scratch.servers import Place, Server
from bench.scratch.shop import OPEN_FOR, SESSION_LASTS, TIERS, named, open_shop
from bench.scratch.tills import Till, new_id, priced
from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.terms import RIVALS_WAIT
from regulars.domain.stores.codes import token_hash, token_of
from regulars.domain.stores.permissions import Role
from regulars.jobs.daily import day_of
from regulars.jobs.insights import MEASURED_AT_HOUR
from regulars.main import Regulars, build, clock
from regulars.storage import tiers
from regulars.storage.columns import Words
from regulars.storage.engine import Write
from regulars.storage.jobs import begin_run, finish_run
from regulars.storage.shops import raise_revision
from regulars.storage.staff import WHOLE_ORGANISATION
from regulars.storage.statement import Statement
from regulars.storage.stores import STORES
from regulars.storage.tables import stores
from regulars.storage.tiers import Walk
from regulars.use_cases import judging
from regulars.use_cases.tier_reviews import REVIEWS_WALK, periods_version
from regulars.use_cases.yardstick import Yardstick

NOON = 12
LAST = UUID(int=(1 << 128) - 1)
VERIFY_HOUR = 4
_ZONE: Statement[object] = Statement(
    update(stores.store).values(zone=bindparam("where", type_=Words()))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """Somebody of head office at her own screen."""

    cookie: str

    def post(self, server: Server, path: str) -> None:
        """Send one command."""
        line = HTTPConnection("127.0.0.1", server.port, timeout=30)
        headers = {
            "Cookie": self.cookie,
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/json",
            "Idempotency-Key": str(new_id()),
        }
        line.request("POST", path, headers=headers)
        answer = line.getresponse()
        body = answer.read()
        line.close()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{path}: {answer.status} {body.decode()[:500]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A shop with a past. Units: seconds."""

    till: Till
    queue: Queue
    guests: Guests
    manager: Manager
    visits: int
    fill_seconds: float


def opened(place: Place, *, members: int, audience: int) -> Opened:
    """Open the shop on an empty, migrated database, and let its past be."""
    regulars = build(place.settings)
    now = clock()
    shop = open_shop(regulars.database, now=now)
    token = token_of(secrets.token_bytes(32))
    regulars.database.write(lambda tx: _head_office(tx, token, now)).result()
    began = time.perf_counter()
    figures = Figures.of(Crowd(members=members, at=shop.at))
    guests = Guests(
        members=members, at=shop.at, audience=audience, figures=figures, vault=regulars.vault
    )
    regulars.close()
    with place.filling() as bulk:
        guests.fill(bulk)
        visits = write_visits(bulk, guests)
        shown = guests.issue(bulk, range(len(TIERS)), first=0)
    chained(place)
    fill_seconds = time.perf_counter() - began
    regulars = build(place.settings)
    nothing_waits(regulars)
    till = priced(regulars, guests, shop, shown)
    regulars.close()
    return Opened(
        till=till,
        queue=Queue(place, guests, issued=len(shown)),
        guests=guests,
        manager=Manager(cookie=f"__Host-regulars={token}"),
        visits=visits,
        fill_seconds=fill_seconds,
    )


def nothing_waits(regulars: Regulars) -> None:
    """What a shop does once a night, and once after a change of its rules, is done."""
    now = clock()

    def done(tx: Write) -> None:
        daily: Mapping[str, int] = {
            "anchor": 0,
            "cut_points": MEASURED_AT_HOUR,
            "verify_nightly": VERIFY_HOUR,
        }
        for name, hour in daily.items():
            day = day_of(tx, now, hour=hour)
            assert day is not None
            begin_run(tx, name, day.isoformat(), now=now, tries_max=1, silent=SESSION_LASTS)
            finish_run(tx, name, day.isoformat(), now=now, note=None)
        walks = {
            judging.WALK: Yardstick(tx, at=now).version,
            REVIEWS_WALK: periods_version(tx, tx.all(STORES), now),
        }
        for name, version in walks.items():
            if version is not None:
                tiers.walked(tx, name, Walk(version, LAST, finished=True), at=now)

    regulars.database.write(done).result()


def _head_office(tx: Write, token: str, now: Instant) -> None:
    offset = NOON - now.hour
    tx.send(_ZONE, where=f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT")
    manager = {"id": named("manager"), "login": "manager", "name": "周经理", "language": "zh-CN"}
    tx.add(stores.staff, [{**manager, "state": "active", "revision": 1}])
    role = {"staff_id": named("manager"), "role": Role.OWNER.value}
    tx.add(stores.staff_role, [{**role, "level": "organisation", "place_id": WHOLE_ORGANISATION}])
    session = {
        "token_hash": token_hash(token),
        "staff_id": named("manager"),
        "terminal_id": None,
        "method": "password",
        "created_at": now,
        "seen_at": now,
        "expires_at": Instant(now + SESSION_LASTS),
    }
    tx.add(stores.session, [session])
    setting = {"id": named(f"setting:{RIVALS_WAIT.name}"), "field": RIVALS_WAIT.name, "value": 0}
    opening = Instant(now - OPEN_FOR)
    where = {"level": "organisation", "effective_at": opening, "version": 1, "locked": False}
    tx.add(stores.setting, [{**setting, **where, "recorded_at": opening, "recorded_by": "bench"}])
    for name in ("stores", "terms"):
        raise_revision(tx, name)
