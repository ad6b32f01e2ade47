"""Signing in by password, by one-time code, or by PIN on a bound till; and one's own secrets."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.stores.codes import code_hash
from regulars.domain.stores.passwords import LENGTH_MAX, check_password, check_pin
from regulars.http.answers import ASKS, answered, json_answer
from regulars.http.auth import SESSION_COOKIE, BoundTill, SignedIn, asked
from regulars.http.edge import edge_of
from regulars.http.hashing import Hashing, peppered
from regulars.http.policy import PUBLIC, SIGNED_IN, TERMINAL
from regulars.http.schemas import Body
from regulars.http.session_views import SessionView, TerminalView, session_view, terminal_view
from regulars.http.tries import Try, occasion_of, pin_subject, written
from regulars.storage import staff, stores
from regulars.storage.engine import Read
from regulars.storage.staff import StaffRow
from regulars.use_cases import sessions
from regulars.use_cases.sessions import FirstPassword, Method, NewSecret

router = APIRouter(prefix="/api/v1", tags=["session"])

PASSWORD_NEEDED = refusal_code("session.password_needed")

Login = Annotated[str, Field(min_length=1, max_length=80)]
Secret = Annotated[str, Field(min_length=1, max_length=LENGTH_MAX)]
Pin = Annotated[str, Field(min_length=1, max_length=12)]


class LogIn(Body):
    """A log-in name and its password."""

    login: Login
    password: Secret


class FirstLogIn(Body):
    """A log-in name, the one-time code from paper, and the password to set."""

    login: Login
    code: Annotated[str, Field(min_length=1, max_length=40)]
    password: Secret


class PinLogIn(Body):
    """Whoever stands at the till, and her PIN."""

    staff_id: UUID
    pin: Pin


class NewPin(Body):
    """The PIN to set."""

    pin: Pin


class NewPassword(Body):
    """The password in use, and the one to set."""

    old: Secret
    new: Secret


def normal_login(text: str) -> str:
    """A log-in name as it is stored."""
    return text.strip().casefold()


async def _who(request: Request, login: str) -> StaffRow | None:
    who = await asked(edge_of(request), lambda read: read.one(staff.BY_LOGIN, login=login))
    return who if who is not None and who.state == "active" else None


async def _context(request: Request, who: StaffRow) -> list[str]:
    """What a guesser knows of somebody: her names and those of her shop."""

    def names(read: Read) -> list[str]:
        rows = read.all(stores.STORES)
        shop = read.one(stores.ORGANISATION)
        words = [
            who.login,
            who.name,
            *(row.name_en for row in rows),
            *(row.name_zh for row in rows),
        ]
        return words if shop is None else [*words, shop.name_zh, shop.name_en]

    return await asked(edge_of(request), names)


@router.post(
    "/session",
    operation_id="log_in",
    response_model=SessionView,
    dependencies=[PUBLIC],
    openapi_extra=ASKS,
)
async def log_in(request: Request, body: LogIn) -> Response:
    """Sign in by password. An unknown name and a wrong password look and last alike."""
    login = normal_login(body.login)
    who = await _who(request, login)
    attempt = Try.by_login(request, login, who)
    await attempt.charge()
    hashing: Hashing = request.app.state.hashing
    compared = await hashing.compared(body.password, None if who is None else who.password_hash)
    if who is None or not compared.right:
        await attempt.deny(sessions.LOG_IN_WRONG.because())
    return await attempt.open(request, who, Method.PASSWORD, rehashed=compared.rehashed)


@router.post(
    "/session/first",
    operation_id="log_in_first",
    response_model=SessionView,
    dependencies=[PUBLIC],
    openapi_extra=ASKS,
)
async def log_in_first(request: Request, body: FirstLogIn) -> Response:
    """Set a password with the one-time code, and sign in."""
    login = normal_login(body.login)
    who = await _who(request, login)
    check_password(body.password, context=[login])
    attempt = Try.by_login(request, login, who)
    await attempt.charge()
    hashing: Hashing = request.app.state.hashing
    hashed = await hashing.hashed(body.password)
    stored = code_hash(body.code)
    if who is None or who.one_time_hash != stored:
        await attempt.deny(sessions.CODE_WRONG.because())
    check_password(body.password, context=await _context(request, who))
    first = FirstPassword(staff_id=who.id, code_hash=stored, password_hash=hashed)
    occasion = occasion_of(attempt.edge)
    await written(attempt.edge, lambda tx: sessions.set_first_password(tx, first, occasion))
    return await attempt.open(request, who, Method.PASSWORD)


@router.get("/terminal", operation_id="get_terminal", response_model=TerminalView)
async def get_terminal(request: Request, till: Annotated[BoundTill, TERMINAL]) -> Response:
    """The till that this browser is, and who may sign in here by PIN."""
    view = await asked(edge_of(request), lambda read: terminal_view(read, till.terminal_id))
    return answered(view)


@router.post(
    "/session/pin",
    operation_id="log_in_by_pin",
    response_model=SessionView,
    openapi_extra=ASKS,
)
async def log_in_by_pin(
    request: Request, body: PinLogIn, till: Annotated[BoundTill, TERMINAL]
) -> Response:
    """Sign in at a bound till by PIN: for till work in this store only."""

    def working_here(read: Read) -> StaffRow | None:
        row = read.one(staff.BY_ID, id=body.staff_id)
        if row is None or row.state != "active":
            return None
        here = staff.rights_in(read, row.id).at_till(till.store_id)
        return row if here.permissions else None

    edge = edge_of(request)
    who = await asked(edge, working_here)
    attempt = Try.by_pin(request, till, body.staff_id, who)
    await attempt.charge()
    hashing: Hashing = request.app.state.hashing
    secret = peppered(edge.vault, body.staff_id, body.pin)
    compared = await hashing.compared(secret, None if who is None else who.pin_hash)
    if who is None or not compared.right:
        await attempt.deny(sessions.LOG_IN_WRONG.because())
    return await attempt.open(request, who, Method.PIN)


@router.get("/session", operation_id="get_session", response_model=SessionView)
async def get_session(request: Request, signed_in: Annotated[SignedIn, SIGNED_IN]) -> Response:
    """Who is signed in, and what she may do where."""
    view = await asked(
        edge_of(request),
        lambda read: session_view(
            read,
            signed_in.id,
            signed_in.rights,
            terminal_id=signed_in.terminal,
            expires_at=signed_in.expires_at,
        ),
    )
    return answered(view)


@router.delete("/session", operation_id="log_out", status_code=204, openapi_extra=ASKS)
async def log_out(request: Request, signed_in: Annotated[SignedIn, SIGNED_IN]) -> Response:
    """End this session."""
    edge = edge_of(request)
    occasion = occasion_of(edge, signed_in.self_service())
    await written(edge, lambda tx: sessions.close_session(tx, signed_in.token_hash, occasion))
    answer = Response(status_code=204)
    answer.delete_cookie(SESSION_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return answer


async def _own_row(request: Request, signed_in: SignedIn) -> StaffRow:
    # A PIN opens the till; what guards everything else is changed by password alone.
    if signed_in.method != Method.PASSWORD:
        raise PASSWORD_NEEDED.because()
    return await asked(edge_of(request), lambda read: staff.known(read, signed_in.id))


@router.put("/session/pin", operation_id="set_pin", status_code=204, openapi_extra=ASKS)
async def set_pin(
    request: Request, body: NewPin, signed_in: Annotated[SignedIn, SIGNED_IN]
) -> Response:
    """Set one's own PIN; a locked PIN is free again."""
    who = await _own_row(request, signed_in)
    check_pin(body.pin)
    edge = edge_of(request)
    hashing: Hashing = request.app.state.hashing
    hashed = await hashing.hashed(peppered(edge.vault, who.id, body.pin))
    secret = NewSecret(staff_id=who.id, hashed=hashed, forgiven=(pin_subject(edge, who.id),))
    occasion = occasion_of(edge, signed_in.self_service())
    await written(edge, lambda tx: sessions.set_pin(tx, secret, occasion))
    return Response(status_code=204)


@router.put("/session/password", operation_id="set_password", status_code=204, openapi_extra=ASKS)
async def set_password(
    request: Request, body: NewPassword, signed_in: Annotated[SignedIn, SIGNED_IN]
) -> Response:
    """Change one's own password; every other session of hers ends."""
    who = await _own_row(request, signed_in)
    check_password(body.new, context=await _context(request, who))
    attempt = Try.by_login(request, who.login, who)
    await attempt.charge()
    hashing: Hashing = request.app.state.hashing
    if not (await hashing.compared(body.old, who.password_hash)).right:
        await attempt.deny(sessions.LOG_IN_WRONG.because())
    secret = NewSecret(
        staff_id=who.id,
        hashed=await hashing.hashed(body.new),
        forgiven=attempt.own,
        kept_session=signed_in.token_hash,
    )
    occasion = occasion_of(attempt.edge, signed_in.self_service())
    await written(attempt.edge, lambda tx: sessions.set_password(tx, secret, occasion))
    return Response(status_code=204)


@router.get("/sessions", operation_id="list_sessions", response_model=list[staff.OpenSession])
async def list_sessions(request: Request, signed_in: Annotated[SignedIn, SIGNED_IN]) -> Response:
    """One's own open sessions, newest first."""
    edge = edge_of(request)
    rows = await asked(edge, lambda read: staff.open_sessions(read, signed_in.id, now=edge.clock()))
    return answered(rows)


@router.delete("/sessions", operation_id="end_other_sessions", openapi_extra=ASKS)
async def end_other_sessions(
    request: Request, signed_in: Annotated[SignedIn, SIGNED_IN]
) -> Response:
    """End every other session of one's own."""
    edge = edge_of(request)
    occasion = occasion_of(edge, signed_in.self_service())
    ended = await written(
        edge,
        lambda tx: sessions.close_others(tx, signed_in.id, signed_in.token_hash, occasion),
    )
    return json_answer(b'{"ended":%d}' % ended)
