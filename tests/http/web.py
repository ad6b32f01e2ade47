"""A shop with its web edge, and browsers, tills and machines that call it.

web = open_web(database, tmp_path)
owner = web.browser(web.hire(Role.OWNER))
assert owner.get("/api/v1/session").status == 200
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from fastapi import FastAPI

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.codes import token_hash, token_of
from regulars.domain.stores.permissions import Permission, Role
from regulars.http.app import create_app
from regulars.http.auth import KEY_PREFIX, SESSION_COOKIE, TERMINAL_COOKIE
from regulars.http.edge import Edge, Facing
from regulars.http.guard import Guard
from regulars.storage.engine import Database, Write
from regulars.storage.shops import raise_revision
from regulars.storage.staff import WHOLE_ORGANISATION
from regulars.storage.stores import BIND_TERMINAL
from regulars.storage.tables import stores as tables
from regulars.use_cases.sessions import SESSION_LASTS
from tests.http.door import Door, Reply
from tests.shops import ShopUnderTest, named, open_shop

# A1 and A2 lie in one region, B1 in another.
A1, A2, B1 = named("store:S1"), named("store:S2"), named("store:S3")
REGION_A, REGION_B = named("region"), named("region:B")
TERMINALS = {A1: named("terminal:S1:A"), A2: named("terminal:S2:A"), B1: named("terminal:S3:A")}


@dataclass
class Lines:
    """A log that keeps its lines."""

    lines: list[dict[str, object]] = field(default_factory=list)

    def info(self, event: str, **fields: object) -> None:
        self.lines.append({"event": event, **fields})

    def error(self, event: str, **fields: object) -> None:
        self.lines.append({"event": event, "level": "error", **fields})


@dataclass(frozen=True)
class Client:
    """One caller: a browser with cookies, or a machine with a key."""

    web: "Web"
    headers: Mapping[str, str]
    address: str = "203.0.113.7"

    def get(self, path: str, **headers: str) -> Reply:
        """Ask for something."""
        return self._call("GET", path, b"", headers)

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: UUID | str | None = None,
        **headers: str,
    ) -> Reply:
        """Ask for a change, under a fresh id of its own unless one is given."""
        named = {"Idempotency-Key": str(key or self.web.shop.new_id()), **headers}
        return self._call(method, path, b"" if body is None else json.dumps(body).encode(), named)

    def _call(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.web.door.call(
            method, path, headers={**self.headers, **own}, body=body, address=self.address
        )


@dataclass
class Web:
    """The shop, its web edge and its log."""

    shop: ShopUnderTest
    app: Guard
    edge: Edge
    log: Lines
    door: Door

    def hire(
        self,
        role: Role,
        level: Level = Level.ORGANISATION,
        place: UUID | None = None,
        *,
        login: str | None = None,
    ) -> UUID:
        """Somebody with one role."""
        staff_id = self.shop.new_id()
        row = {
            "id": staff_id,
            "login": login or f"{role.value}-{staff_id}",
            "name": role.value,
            "language": "zh-CN",
            "state": "active",
            "revision": 1,
        }
        self.write(lambda tx: tx.add(tables.staff, [row]))
        self.give(staff_id, role, level, place)
        return staff_id

    def give(self, staff_id: UUID, role: Role, level: Level, place: UUID | None) -> None:
        """One more role."""
        row = {"staff_id": staff_id, "role": role.value, "level": level.value}
        whole = {**row, "place_id": place or WHOLE_ORGANISATION}
        self.write(lambda tx: tx.add(tables.staff_role, [whole]))

    def browser(
        self, staff_id: UUID | None = None, *, method: str = "password", till: UUID | None = None
    ) -> Client:
        """A browser in which somebody is signed in; with a till it is that till's."""
        cookies: dict[str, str] = {}
        if till is not None:
            cookies[TERMINAL_COOKIE] = self.bind(till)
        if staff_id is not None:
            token = token_of(secrets.token_bytes(32))
            cookies[SESSION_COOKIE] = token
            row = {
                "token_hash": token_hash(token),
                "staff_id": staff_id,
                "terminal_id": till,
                "method": method,
                "created_at": self.shop.now,
                "seen_at": self.shop.now,
                "expires_at": Instant(self.shop.now + SESSION_LASTS),
                "ended_at": None,
            }
            self.write(lambda tx: tx.add(tables.session, [row]))
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return self.client({"Cookie": cookie, "Sec-Fetch-Site": "same-origin"})

    def bind(self, terminal_id: UUID) -> str:
        """The secret of a till that was bound just now."""
        secret = token_of(secrets.token_bytes(32))
        self.write(
            lambda tx: tx.run(
                BIND_TERMINAL,
                expect=1,
                bound=terminal_id,
                secret=token_hash(secret),
                at=self.shop.now,
            )
        )
        return secret

    def machine(
        self,
        permissions: frozenset[Permission],
        level: Level = Level.ORGANISATION,
        place: UUID | None = None,
        *,
        days: int = 30,
    ) -> Client:
        """A machine with a key."""
        token = token_of(secrets.token_bytes(32), prefix=KEY_PREFIX)
        row = {
            "id": self.shop.new_id(),
            "name": "machine",
            "secret_hash": token_hash(token),
            "permissions": sorted(permissions),
            "level": level.value,
            "place_id": place or WHOLE_ORGANISATION,
            "created_by": "test",
            "created_at": self.shop.now,
            "expires_at": Instant(self.shop.now + SESSION_LASTS * days),
            "used_at": self.shop.now,
            "revoked_at": None,
        }
        self.write(lambda tx: tx.add(tables.api_key, [row]))
        return self.client({"Authorization": f"Bearer {token}"})

    def client(self, headers: Mapping[str, str]) -> Client:
        """Whoever sends these headers."""
        return Client(self, headers)

    def write(self, work: Callable[[Write], object]) -> None:
        """Write something directly."""
        self.shop.database.write(work).result()


def _fill(tx: Write) -> None:
    region = {"id": REGION_B, "name_zh": "华南", "name_en": "South"}
    tx.add(tables.region, [region])
    store = {"id": B1, "region_id": REGION_B, "code": "S3", "name_zh": "天河店"}
    place = {"name_en": "Tianhe", "zone": "Asia/Shanghai", "cut_off_minutes": 240}
    tx.add(tables.store, [{**store, **place, "kind": "tea", "state": "open"}])
    till = {"id": TERMINALS[B1], "store_id": B1, "letter": "A", "name": "S3-A"}
    tx.add(tables.terminal, [{**till, "state": "active"}])
    raise_revision(tx, "stores")


@contextmanager
def open_web(
    database: Database,
    home: Path,
    *,
    facing: Facing | None = None,
    adapted: Callable[[Edge], Edge] = lambda edge: edge,
) -> Iterator[Web]:
    """The small tea shop with a second region, behind its web edge or one adapted from it."""
    shop = open_shop(database, home)
    database.write(_fill).result()
    for face in ("till", "office"):
        (home / face / "assets").mkdir(parents=True, exist_ok=True)
        start = f"<!doctype html><title>{face}</title>" + " " * 2000
        (home / face / "index.html").write_text(start)
        (home / face / "assets" / "app-1a2b3c.js").write_text("export const a = 1;\n" * 100)
    edge = Edge(
        database=database,
        vault=shop.vault,
        shops=shop.shops,
        runner=shop.runner,
        clock=lambda: shop.now,
        entropy=secrets.token_bytes,
        facing=facing
        or Facing(docs=True, till_folder=home / "till", office_folder=home / "office"),
    )
    edge = adapted(edge)
    log = Lines()
    app = create_app(edge, log=log, on_close=lambda: None)
    door = Door(app)
    try:
        yield Web(shop=shop, app=app, edge=edge, log=log, door=door)
    finally:
        assert isinstance(app.app, FastAPI)
        app.app.state.backtests.close()
        door.close()
