"""Signing in and out: tries are charged before they are checked, and every outcome is audited.

These write outside the runner: a session's token must never lie in the table of stored answers.

    李敏 mistypes her PIN nine times on terminal A and gets it right the tenth time: she is in. Had
    the tenth been wrong too, her PIN would be locked for twelve hours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.stores.actor import SYSTEM, Actor, ActorKind
from regulars.domain.stores.scope import Scope
from regulars.storage import attempts, audit, staff
from regulars.storage.attempts import Subject
from regulars.storage.engine import Write
from regulars.storage.tables.stores import session

LOG_IN_WRONG = refusal_code("session.log_in_wrong")
CODE_WRONG = refusal_code("session.code_wrong")

SESSION_LASTS = timedelta(hours=16)


class Method(StrEnum):
    """How somebody showed who she is."""

    PASSWORD = "password"  # noqa: S105 - the name of a method
    PIN = "pin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """When a sign-in happens, and the ids that it may use."""

    now: Instant
    new_id: Callable[[], UUID]
    actor: Actor = SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A session to open. `own` tries are forgiven by it, `shared` ones given back."""

    staff_id: UUID
    method: Method
    token_hash: bytes
    terminal_id: UUID | None
    own: Sequence[Subject]
    shared: Sequence[Subject]
    rehashed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPassword:
    """A password set with a one-time code, which works once."""

    staff_id: UUID
    code_hash: str
    password_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecret:
    """One's own password or PIN, as it is stored, and the session that goes on."""

    staff_id: UUID
    hashed: str
    forgiven: Sequence[Subject]
    kept_session: bytes | None = None


def staff_actor(staff_id: UUID, terminal_id: UUID | None) -> Actor:
    """Somebody as the one who acts on her own session."""
    return Actor(
        kind=ActorKind.STAFF,
        id=staff_id,
        permissions=frozenset(),
        scope=Scope(),
        terminal=terminal_id,
    )


def charge(tx: Write, subjects: Sequence[Subject], occasion: Occasion) -> None:
    """Count a try before it is checked. Refuses: session.too_many_attempts."""
    attempts.charge(tx, subjects, now=occasion.now)


def deny(tx: Write, refusal: Refusal, staff_id: UUID | None, occasion: Occasion) -> None:
    """Remember that a sign-in was refused, and whose it was if that is known."""
    audit.record(
        tx,
        occasion,
        action="session.denied",
        subject=None if staff_id is None else f"staff:{staff_id}",
        reason=refusal.code,
    )


def open_session(tx: Write, opening: Opening, occasion: Occasion) -> Instant:
    """Open a session under a new token; answers when it ends at the latest."""
    attempts.forget(tx, [subject.key for subject in opening.own])
    attempts.give_back(tx, [subject.key for subject in opening.shared])
    if opening.rehashed is not None:
        tx.run(staff.REHASH, staff=opening.staff_id, password=opening.rehashed)
    expires_at = Instant(occasion.now + SESSION_LASTS)
    tx.add(
        session,
        [
            {
                "token_hash": opening.token_hash,
                "staff_id": opening.staff_id,
                "terminal_id": opening.terminal_id,
                "method": opening.method.value,
                "created_at": occasion.now,
                "seen_at": occasion.now,
                "expires_at": expires_at,
                "ended_at": None,
            }
        ],
    )
    audit.record(
        tx,
        _as(opening.staff_id, opening.terminal_id, occasion),
        action="session.opened",
        subject=f"staff:{opening.staff_id}",
        after={"method": opening.method.value},
    )
    return expires_at


def set_first_password(tx: Write, first: FirstPassword, occasion: Occasion) -> None:
    """Set a password with a one-time code; every older session of that person ends.

    Refuses: session.code_wrong, also for a code that was used or is too old.
    """
    tx.run(
        staff.TAKE_ONE_TIME_CODE,
        expect=1,
        refusal=CODE_WRONG.because(),
        staff=first.staff_id,
        code=first.code_hash,
        password=first.password_hash,
        at=occasion.now,
    )
    tx.run(staff.END_SESSIONS_OF, staff=first.staff_id, at=occasion.now)
    audit.record(
        tx,
        _as(first.staff_id, None, occasion),
        action="password.set",
        subject=f"staff:{first.staff_id}",
    )


def close_session(tx: Write, token_hash: bytes, occasion: Occasion) -> None:
    """End a session; ending it twice changes nothing."""
    if tx.run(staff.END_SESSION, token=token_hash, at=occasion.now):
        audit.record(tx, occasion, action="session.closed", subject=occasion.actor.name)


def close_others(tx: Write, staff_id: UUID, kept: bytes, occasion: Occasion) -> int:
    """End every session of somebody but one; answers how many ended."""
    ended = tx.run(staff.END_OTHER_SESSIONS, staff=staff_id, kept=kept, at=occasion.now)
    if ended:
        audit.record(
            tx,
            occasion,
            action="session.others_closed",
            subject=f"staff:{staff_id}",
            after={"ended": ended},
        )
    return ended


def set_pin(tx: Write, secret: NewSecret, occasion: Occasion) -> None:
    """Set somebody's PIN and forgive the wrong tries at the old one."""
    attempts.forget(tx, [subject.key for subject in secret.forgiven])
    tx.run(staff.SET_PIN, staff=secret.staff_id, pin=secret.hashed)
    audit.record(tx, occasion, action="pin.set", subject=f"staff:{secret.staff_id}")


def set_password(tx: Write, secret: NewSecret, occasion: Occasion) -> None:
    """Set somebody's password and end her other sessions."""
    attempts.forget(tx, [subject.key for subject in secret.forgiven])
    tx.run(staff.SET_PASSWORD, staff=secret.staff_id, password=secret.hashed)
    if secret.kept_session is not None:
        close_others(tx, secret.staff_id, secret.kept_session, occasion)
    audit.record(tx, occasion, action="password.set", subject=f"staff:{secret.staff_id}")


def _as(staff_id: UUID, terminal_id: UUID | None, occasion: Occasion) -> Occasion:
    return Occasion(
        now=occasion.now, new_id=occasion.new_id, actor=staff_actor(staff_id, terminal_id)
    )
