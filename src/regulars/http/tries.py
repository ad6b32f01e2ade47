"""One try to sign in: charged before it is checked, then denied or opened.

Denied and opened both leave an audit row. A try costs the same whether the person exists or not.
"""

from asyncio import wrap_future
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, TypeVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.stores import attempts as limits
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.codes import token_hash, token_of
from regulars.http.answers import answered
from regulars.http.auth import SESSION_COOKIE, TOKEN_BYTES, BoundTill, address_of, asked, till_of
from regulars.http.edge import Edge, edge_of
from regulars.http.session_views import SessionView, session_view
from regulars.storage import staff
from regulars.storage.attempts import Subject
from regulars.storage.constraints import refusal_of
from regulars.storage.engine import Read, Write
from regulars.storage.staff import StaffRow
from regulars.use_cases import sessions
from regulars.use_cases.sessions import Method, Occasion, Opening

R = TypeVar("R")


def occasion_of(edge: Edge, actor: Actor | None = None) -> Occasion:
    """Now, with ids to use."""
    now = edge.clock()
    plain = Occasion(now=now, new_id=lambda: uuid7(now, edge.entropy(10)))
    return plain if actor is None else Occasion(now=now, new_id=plain.new_id, actor=actor)


async def written(edge: Edge, work: Callable[[Write], R]) -> R:
    """Do a write and wait for its commit. Refuses: server.storage_full, server.overloaded, …"""
    try:
        return await wrap_future(edge.database.write(work))
    except Exception as error:
        told = refusal_of(error)
        if told is None:
            raise
        raise told from error


def subject(edge: Edge, limit: limits.Limit, *parts: str) -> Subject:
    """What is counted, as a keyed hash."""
    return Subject(edge.vault.keyed_digest("attempt", "\x00".join(parts).encode()), limit)


def pin_subject(edge: Edge, staff_id: UUID) -> Subject:
    """One person's PIN."""
    return subject(edge, limits.PER_PIN, "pin", str(staff_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """`own` subjects are forgiven when it is right, `shared` ones are given this try back."""

    edge: Edge
    who: StaffRow | None
    own: tuple[Subject, ...]
    shared: tuple[Subject, ...]

    @classmethod
    def by_login(cls, request: Request, login: str, who: StaffRow | None) -> "Try":
        """A try with a log-in name, whoever that is."""
        edge, address = edge_of(request), address_of(request)
        return cls(
            edge=edge,
            who=who,
            own=(subject(edge, limits.PER_LOGIN_AND_ADDRESS, "login", login, address),),
            shared=(
                subject(edge, limits.PER_LOGIN, "login", login),
                subject(edge, limits.PER_ADDRESS, "address", address),
            ),
        )

    @classmethod
    def by_pin(
        cls, request: Request, till: BoundTill, staff_id: UUID, who: StaffRow | None
    ) -> "Try":
        """A try with a PIN at a till."""
        edge = edge_of(request)
        return cls(
            edge=edge,
            who=who,
            own=(pin_subject(edge, staff_id),),
            shared=(subject(edge, limits.PER_TERMINAL, "terminal", str(till.terminal_id)),),
        )

    async def charge(self) -> None:
        """Refuses: session.too_many_attempts, after remembering the denial."""
        subjects, occasion = (*self.own, *self.shared), occasion_of(self.edge)
        try:
            await written(self.edge, lambda tx: sessions.charge(tx, subjects, occasion))
        except Refusal as refusal:
            await self.deny(refusal)

    async def deny(self, refusal: Refusal) -> NoReturn:
        """Remember the denial, then refuse."""
        named = None if self.who is None else self.who.id
        occasion = occasion_of(self.edge)
        await written(self.edge, lambda tx: sessions.deny(tx, refusal, named, occasion))
        raise refusal

    async def open(
        self, request: Request, who: StaffRow, method: Method, *, rehashed: str | None = None
    ) -> Response:
        """Open the session and answer with its cookie."""
        token = token_of(self.edge.entropy(TOKEN_BYTES))
        till = await till_of(request)
        opening = Opening(
            staff_id=who.id,
            method=method,
            token_hash=token_hash(token),
            terminal_id=None if till is None else till.terminal_id,
            own=self.own,
            shared=self.shared,
            rehashed=rehashed,
        )
        occasion = occasion_of(self.edge)
        until = await written(self.edge, lambda tx: sessions.open_session(tx, opening, occasion))

        def view(read: Read) -> SessionView:
            rights = staff.rights_in(read, who.id)
            if method is Method.PIN and till is not None:
                rights = rights.at_till(till.store_id)
            return session_view(
                read, who.id, rights, terminal_id=opening.terminal_id, expires_at=until
            )

        answer = answered(await asked(self.edge, view))
        set_cookie(answer, SESSION_COOKIE, token)
        return answer


def set_cookie(answer: Response, name: str, token: str, *, days: int | None = None) -> None:
    """A cookie that no script reads and no other site sends; without days it ends with the browser."""
    answer.set_cookie(
        name,
        token,
        max_age=None if days is None else days * 86_400,
        path="/",
        secure=True,
        httponly=True,
        samesite="strict",
    )
