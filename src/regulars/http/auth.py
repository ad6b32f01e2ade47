"""Who is calling: a session cookie, a bound till's cookie, or an API key.

Nothing is remembered between requests: one indexed read says who a token belongs to and what she
may do now, so a dismissal acts on the next request (docs/decisions/0021-no-session-cache.md).
"""

import asyncio
import hmac
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TypeVar
from uuid import UUID

from starlette.requests import Request

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.stores.actor import Actor, ActorKind
from regulars.domain.stores.codes import token_hash as token_hash_of
from regulars.domain.stores.permissions import Permission, with_implied
from regulars.domain.stores.rights import Grant, Rights
from regulars.http.edge import Edge, edge_of
from regulars.storage import api_keys, staff, stores
from regulars.storage.constraints import refusal_of
from regulars.storage.engine import Lane, Read, Write

SESSION_COOKIE = "__Host-regulars"
TERMINAL_COOKIE = "__Host-regulars-terminal"
KEY_PREFIX = "rk_"
TOKEN_BYTES = 32
# A text of 32 random bytes has 43 letters; anything shorter is no token of ours.
TOKEN_LETTERS_MIN = 43
TOKEN_LETTERS_MAX = 200

IDLE_MAX = timedelta(hours=4)
SEEN_AFTER = timedelta(minutes=5)

SESSION_MISSING = refusal_code("session.missing")
TERMINAL_NOT_BOUND = refusal_code("terminal.not_bound")

R = TypeVar("R")
# What is done with it that a caller was seen.
Seen = Callable[[Edge, Callable[[Write], object]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A recognised caller, as of this request."""

    kind: ActorKind
    id: UUID
    name: str
    rights: Rights
    expires_at: Instant
    token_hash: bytes
    method: str
    terminal: UUID | None = None

    def actor(self, permission: Permission) -> Actor:
        """The caller as an Actor for work that needs this right. Refuses: permission.missing."""
        grant = self.rights.for_work(permission)
        return Actor(
            kind=self.kind,
            id=self.id,
            permissions=grant.permissions,
            scope=grant.scope,
            terminal=self.terminal,
        )

    def self_service(self) -> Actor:
        """The caller as an Actor for what concerns nobody but herself."""
        return Actor(
            kind=self.kind,
            id=self.id,
            permissions=frozenset(),
            scope=self.rights.scope,
            terminal=self.terminal,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundTill:
    """A till that was bound to its store, with or without a person."""

    terminal_id: UUID
    store_id: UUID


def well_formed(token: str | None) -> str | None:
    """The token, if it could be one of ours: an empty or short one never matches anything."""
    if token is None or not TOKEN_LETTERS_MIN <= len(token) <= TOKEN_LETTERS_MAX:
        return None
    return token


async def asked(edge: Edge, question: Callable[[Read], R]) -> R:
    """A short read: at once on SQLite (20 µs), in a thread where a network lies between.

    Refuses: server.storage_unavailable, and what its question refuses.
    """

    def ask() -> R:
        try:
            with edge.database.read() as read:
                return question(read)
        except Exception as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            raise refusal from error

    if edge.database.engine == "sqlite":
        return ask()
    return await asyncio.to_thread(ask)


async def signed_in(request: Request) -> SignedIn:
    """The caller. Refuses: session.missing for no, an unknown, an ended or an expired token."""
    return await _caller(request, seen=_remember)


async def recognised(request: Request) -> SignedIn:
    """The caller as of now, without her having done anything: an open page keeps no log-in alive.

    Refuses: session.missing.
    """
    return await _caller(request, seen=_forget)


async def _caller(request: Request, *, seen: Seen) -> SignedIn:
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return await _by_key(request, authorization, seen)
    token = well_formed(request.cookies.get(SESSION_COOKIE))
    if token is None:
        raise SESSION_MISSING.because()
    edge = edge_of(request)
    token_hash = token_hash_of(token)
    rows = await asked(edge, lambda read: read.all(staff.SESSION, token_hash=token_hash))
    return _by_session(request, rows, token_hash, seen=seen)


def _by_session(
    request: Request, rows: list[staff.SessionRow], token_hash: bytes, *, seen: Seen
) -> SignedIn:
    edge = edge_of(request)
    now = edge.clock()
    if not rows or not now < rows[0].expires_at or now - rows[0].seen_at > IDLE_MAX:
        raise SESSION_MISSING.because()
    row = rows[0]
    assigned = [
        (one.role, one.level, one.place_id, one.region_store_id)
        for one in rows
        if one.role is not None and one.level is not None and one.place_id is not None
    ]
    rights = staff.rights_of(assigned)
    if row.method == "pin":
        rights = _at_bound_till(request, row, rights)
    if now - row.seen_at > SEEN_AFTER:
        seen(edge, lambda tx: tx.run(staff.TOUCH_SESSION, token=token_hash, at=now))
    return SignedIn(
        kind=ActorKind.STAFF,
        id=row.staff_id,
        name=f"staff:{row.staff_id}",
        rights=rights,
        expires_at=row.expires_at,
        token_hash=token_hash,
        method=row.method,
        terminal=row.terminal_id,
    )


def _at_bound_till(request: Request, row: staff.SessionRow, rights: Rights) -> Rights:
    # A PIN counts on its till alone: the cookie of that till must come along.
    token = well_formed(request.cookies.get(TERMINAL_COOKIE))
    secret_hash, store = row.terminal_secret_hash, row.terminal_store_id
    if token is None or secret_hash is None or store is None:
        raise SESSION_MISSING.because()
    if not hmac.compare_digest(token_hash_of(token), secret_hash):
        raise SESSION_MISSING.because()
    return rights.at_till(store)


async def _by_key(request: Request, authorization: str, seen: Seen) -> SignedIn:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.startswith(KEY_PREFIX):
        raise SESSION_MISSING.because()
    if well_formed(token) is None:
        raise SESSION_MISSING.because()
    edge = edge_of(request)
    secret_hash = token_hash_of(token)
    rows = await asked(edge, lambda read: read.all(api_keys.KEY, secret_hash=secret_hash))
    now = edge.clock()
    if not rows or rows[0].revoked_at is not None or not now < rows[0].expires_at:
        raise SESSION_MISSING.because()
    row = rows[0]
    if row.used_at is None or now - row.used_at > SEEN_AFTER:
        seen(edge, lambda tx: tx.run(api_keys.TOUCH_KEY, key=row.id, at=now))
    names = row.permissions if isinstance(row.permissions, list) else []
    known = frozenset(one for one in Permission if one.value in names)
    return SignedIn(
        kind=ActorKind.API_KEY,
        id=row.id,
        name=f"api_key:{row.id}",
        rights=Rights((Grant(with_implied(known), api_keys.scope_of_key(rows)),)),
        expires_at=row.expires_at,
        token_hash=secret_hash,
        method="api_key",
    )


def _remember(edge: Edge, work: Callable[[Write], object]) -> None:
    # When somebody was last seen may be lost in a crash or a rush; nobody waits for it.
    with suppress(Refusal):
        edge.database.write(work, lane=Lane.JOB)


def _forget(edge: Edge, work: Callable[[Write], object]) -> None:
    # Nobody did anything.
    del edge, work


def address_of(request: Request) -> str:
    """Where a request comes from; what a proxy says counts only if the proxy is one of ours."""
    address = request.client.host if request.client else ""
    trusted = edge_of(request).facing.trusted_proxies
    forwarded = request.headers.get("x-forwarded-for", "").split(",")
    while forwarded and _is_one_of(address, trusted):
        address = forwarded.pop().strip() or address
    return address


def _is_one_of(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in networks)


async def bound_till(request: Request) -> BoundTill:
    """The till whose cookie came along. Refuses: terminal.not_bound."""
    till = await till_of(request)
    if till is None:
        raise TERMINAL_NOT_BOUND.because()
    return till


async def till_of(request: Request) -> BoundTill | None:
    """The till whose cookie came along, if any."""
    token = well_formed(request.cookies.get(TERMINAL_COOKIE))
    if token is None:
        return None
    row = await asked(
        edge_of(request),
        lambda read: read.one(stores.BOUND_TERMINAL, secret_hash=token_hash_of(token)),
    )
    return None if row is None else BoundTill(terminal_id=row.id, store_id=row.store_id)
