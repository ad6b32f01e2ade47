"""Runs commands: one transaction each, once for each command id, the clock read once.

A till sends "settle order 019…" and hears nothing, for the network broke. It sends the same
command id again: had the first one been settled, the stored answer comes back, byte for byte;
else it is settled now. Under the same id another body is refused.
"""

import asyncio
from asyncio import AbstractEventLoop
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.stores.actor import Actor
from regulars.storage.commands import STORED, Claim, claim, keep
from regulars.storage.constraints import CONFLICT, refusal_of
from regulars.storage.engine import Database, Lane, Write
from regulars.storage.troubles import COMMAND_IN_FLIGHT
from regulars.use_cases.moment import Moment
from regulars.use_cases.registry import UseCase, look_of, looks_first, use_case, use_case_of

if TYPE_CHECKING:
    from regulars.storage.shops import Shops
    from regulars.storage.vault import Vault

__all__ = ["COMMAND_REUSED", "Answer", "Runner", "looks_first", "use_case"]

COMMAND_REUSED = refusal_code("command.reused")

FINGERPRINT_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
ENTROPY_BYTES = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers: the bytes that were stored with it. `seconds` is how long it kept a
    writer busy, without its wait for one and without the commit."""

    body: bytes
    replayed: bool
    seconds: float = field(default=0.0, compare=False)


class _ClaimedError(Exception):
    """The command id has been used."""


class _ReplayError(Exception):
    """The command ran before: undo, and give this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One command on its way through one transaction, perhaps twice."""

    use_case: UseCase
    command: object
    fingerprint: bytes
    moment: Moment

    def __call__(self, tx: Write) -> Answer:
        try:
            return self._first(tx)
        except _ClaimedError:
            raise _ReplayError(self._again(tx)) from None

    def _first(self, tx: Write) -> Answer:
        moment, begun = self.moment, monotonic()
        claimed = Claim(
            id=moment.command_id,
            caller=moment.actor.name,
            name=self.use_case.name,
            fingerprint=self.fingerprint,
            at=moment.now,
        )
        claim(tx, claimed, taken=_ClaimedError())
        try:
            result = self.use_case.run(tx, self.command, moment)
        except Refusal:
            self._prove_claim(tx)
            raise
        body = as_bytes(result)
        keep(tx, claimed, body)
        if tx.round_trips == 0:
            tx.flush()
        return Answer(body, replayed=False, seconds=monotonic() - begun)

    def _prove_claim(self, tx: Write) -> None:
        # Refused before the first question: a stored answer still goes before the refusal.
        if tx.round_trips == 0:
            try:
                tx.flush()
            except _ClaimedError:
                raise
            except Exception:  # noqa: S110 - the refusal is the clearer answer
                pass

    def _again(self, tx: Write) -> Answer:
        stored = tx.one(STORED, id=self.moment.command_id)
        if stored is None or stored.answer is None:
            raise COMMAND_IN_FLIGHT.because()
        same = (stored.caller, stored.fingerprint) == (self.moment.actor.name, self.fingerprint)
        if not same:
            raise COMMAND_REUSED.because()
        return Answer(stored.answer, replayed=True)


class Runner:
    """The only door to a write."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], Instant],
        entropy: Callable[[int], bytes],
        vault: "Vault",
        shops: "Shops",
    ) -> None:
        self._database = database
        self._clock = clock
        self._entropy = entropy
        self._vault = vault
        self._shops = shops
        self._mailboxes: WeakKeyDictionary[AbstractEventLoop, _Mailbox] = WeakKeyDictionary()

    @property
    def vault(self) -> "Vault":
        """What opens and finds what names a member, for a job that looks for what is due."""
        return self._vault

    async def run(
        self, command: object, *, actor: Actor, command_id: UUID, lane: Lane = Lane.TILL
    ) -> Answer:
        """Run a command and answer after its commit.

        Refuses: command.reused, command.in_flight, conflict, server.overloaded,
        server.storage_full, server.storage_unavailable, and what its use case refuses.
        """
        loop = asyncio.get_running_loop()
        mailbox = self._mailboxes.get(loop)
        if mailbox is None:
            mailbox = self._mailboxes[loop] = _Mailbox(loop)
        run = self._run_of(command, actor=actor, command_id=command_id)
        if look_of(command) is not None:
            run = await asyncio.to_thread(self._looked, run)
        waiting = mailbox.expect(self._database.write(run, lane=lane))
        try:
            return await waiting
        except Exception as error:
            return self._outcome(error)

    def run_now(
        self, command: object, *, actor: Actor, command_id: UUID, lane: Lane = Lane.TILL
    ) -> Answer:
        """Run a command and wait for its commit. Refuses: as `run`."""
        run = self._looked(self._run_of(command, actor=actor, command_id=command_id))
        try:
            return self._database.write(run, lane=lane).result()
        except Exception as error:
            return self._outcome(error)

    def submit(
        self, command: object, *, actor: Actor, command_id: UUID, lane: Lane = Lane.TILL
    ) -> Future[Answer]:
        """Queue a command. Refuses: as `run`, in the future; server.overloaded at once, and what
        a command that looks first refuses by what it sees."""
        outer: Future[Answer] = Future()

        def pass_on(done: Future[Answer]) -> None:
            error = done.exception()
            try:
                answer = done.result() if error is None else self._outcome(error)
            except Exception as refused:
                outer.set_exception(refused)
            else:
                outer.set_result(answer)

        run = self._looked(self._run_of(command, actor=actor, command_id=command_id))
        self._database.write(run, lane=lane).add_done_callback(pass_on)
        return outer

    def _looked(self, run: _Run) -> _Run:
        """The command with what it has to read first, if anything: every sale goes on meanwhile."""
        look = look_of(run.command)
        if look is None:
            return run
        try:
            with self._database.read() as read:
                # What ran before is answered as it was then, and needs no look.
                if read.one(STORED, id=run.moment.command_id) is not None:
                    return run
                seen = look(read, run.command, run.moment)
        except Exception as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            raise refusal from error
        return replace(run, moment=replace(run.moment, seen=seen))

    def _outcome(self, error: BaseException) -> Answer:
        if isinstance(error, _ReplayError):
            return error.answer
        refusal = refusal_of(error)
        if refusal is None:
            raise error
        if refusal.code == CONFLICT.code:
            # Perhaps over accounts of a store that were kept, and whose opening was undone.
            self._shops.forget_house()
        raise refusal from error

    def _run_of(self, command: object, *, actor: Actor, command_id: UUID) -> _Run:
        found = use_case_of(command)
        now = self._clock()
        named = found.name.encode() + b"|" + as_bytes(command, options=FINGERPRINT_OPTIONS)
        return _Run(
            use_case=found,
            command=command,
            # Keyed, since a command may hold a phone number that outlives the member's erasure.
            fingerprint=self._vault.keyed_digest("command", named),
            moment=Moment(
                now=now,
                actor=actor,
                command_id=command_id,
                new_id=lambda: uuid7(now, self._entropy(ENTROPY_BYTES)),
                vault=self._vault,
                shops=self._shops,
            ),
        )


class _Mailbox:
    """Wakes an event loop once for all answers of a group, not once for each."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._lock = Lock()
        self._arrived: list[tuple[asyncio.Future[Answer], Future[Answer]]] = []

    def expect(self, coming: Future[Answer]) -> asyncio.Future[Answer]:
        """What to await for an answer that another thread will give."""
        waiting: asyncio.Future[Answer] = self._loop.create_future()
        coming.add_done_callback(lambda done: self._post(waiting, done))
        return waiting

    def _post(self, waiting: asyncio.Future[Answer], done: Future[Answer]) -> None:
        with self._lock:
            self._arrived.append((waiting, done))
            first = len(self._arrived) == 1
        if first:
            with suppress(RuntimeError):  # the loop was closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._open)

    def _open(self) -> None:
        with self._lock:
            arrived, self._arrived = self._arrived, []
        for waiting, done in arrived:
            error = done.exception()
            if waiting.done():
                continue  # the caller left
            if error is None:
                waiting.set_result(done.result())
            else:
                waiting.set_exception(error)


def as_bytes(value: object, *, options: int = orjson.OPT_NON_STR_KEYS) -> bytes:
    """A frozen dataclass as JSON: ids, days, instants and enumerations as text."""
    return orjson.dumps(value, default=_plain, option=options)


def _plain(value: object) -> object:
    if isinstance(value, frozenset | set):
        return sorted(value, key=str)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} is no part of an answer")
