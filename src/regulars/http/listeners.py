"""Who listens in this process, and the one watch that looks for all of them.

listener = await listeners.join(signed_in, after=None)
await listener.waited(20.0)
listener.taken()            # what changed since, merged; or "look at everything again"

While nobody listens nothing is asked of the database. While somebody does, one look a second serves
all: an open page costs no thread and no connection.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.stores.rights import Rights
from regulars.http.auth import SignedIn, asked
from regulars.http.edge import Edge
from regulars.http.guard import Log
from regulars.http.topics import Change, changes_of, heard
from regulars.storage import news
from regulars.storage.engine import Read

# The web server lets 512 requests in at once; whoever listens stays in.
LISTENERS_MAX = 128
# A person's browsers and tablets, with some tabs each.
PER_SESSION_MAX = 6
PER_PERSON_MAX = 12
# Whoever does not read for so long that more waits is told to look at everything again.
WAITING_MAX = 60
RETRY_AFTER_SECONDS = 30

TOO_MANY = refusal_code("events.too_many", "maximum", "retry_after_seconds")
FULL = refusal_code("events.full", "retry_after_seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often the database is looked at, and how often a listener hears that all is well.

    So late at most a revoked log-in hears no more; proxies close what is silent for a minute. A browser
    that takes nothing for as long as `sent_within_seconds` is not there any more.
    """

    look_every_seconds: float = 1.0
    beat_seconds: float = 20.0
    sent_within_seconds: float = 20.0


class Taken(NamedTuple):
    """What a listener is to be told: some changes, or that anything may have changed."""

    changes: frozenset[Change]
    everything: bool
    place: news.Place


@dataclass(eq=False, slots=True)
class Listener:
    """Somebody who wants to hear; what she was not told yet is merged, so it stays small."""

    name: str
    session: bytes
    rights: Rights
    place: news.Place
    is_over: bool = False
    _changes: set[Change] = field(default_factory=set)
    _everything: bool = False
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, changes: Iterable[Change], place: news.Place) -> None:
        """Something changed; what is not for her ears she does not hear."""
        self.place = place
        if self._everything:
            return
        self._changes |= heard(self.rights, changes)
        if len(self._changes) > WAITING_MAX:
            self.hear_everything(place)
        elif self._changes:
            self._woken.set()

    def hear_everything(self, place: news.Place) -> None:
        """Anything may have changed."""
        self.place = place
        self._changes.clear()
        self._everything = True
        self._woken.set()

    def end(self) -> None:
        """Nothing more will come."""
        self.is_over = True
        self._woken.set()

    async def waited(self, seconds: float) -> bool:
        """Whether there is something to tell, at the latest after so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        return self._woken.is_set()

    def taken(self) -> Taken:
        """What is to be told, which is then told."""
        taken = Taken(frozenset(self._changes), self._everything, self.place)
        self._changes.clear()
        self._everything = False
        if not self.is_over:
            self._woken.clear()
        return taken


class Listeners:
    """All who listen in this process."""

    def __init__(self, edge: Edge, *, log: Log, pace: Pace | None = None) -> None:
        self._edge = edge
        self._log = log
        self.pace = pace or Pace()
        self._listeners: set[Listener] = set()
        self._watch: asyncio.Task[None] | None = None
        self._seen: news.Seen | None = None
        self._beginning = asyncio.Lock()
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._listeners)

    @property
    def is_watching(self) -> bool:
        """Whether the database is being looked at."""
        return self._watch is not None and not self._watch.done()

    async def join(self, who: SignedIn, *, after: news.Place | None) -> Listener:
        """Listen from now on. `after`: where she was told everything before.

        Refuses: events.too_many, events.full, server.storage_unavailable, server.overloaded.
        """
        self._check_room(who)
        nowhere = news.Place(0, self._edge.clock())
        listener = Listener(who.name, who.token_hash, who.rights, nowhere)
        self._listeners.add(listener)
        try:
            place = (await self._begun()).place
            listener.place = place
            missed = await asked(self._edge, lambda read: self._missed(read, after))
            if missed is None:
                listener.hear_everything(place)
            else:
                listener.hear(changes_of(missed), place)
        except BaseException:
            self._listeners.discard(listener)
            raise
        return listener

    def leave(self, listener: Listener) -> None:
        """Listen no more."""
        self._listeners.discard(listener)

    def close(self) -> None:
        """End all; nobody may join any more. The server stops."""
        self._is_closed = True
        for listener in self._listeners:
            listener.end()
        if self._watch is not None:
            self._watch.cancel()

    def _check_room(self, who: SignedIn) -> None:
        if self._is_closed or len(self._listeners) >= LISTENERS_MAX:
            raise FULL.because(retry_after_seconds=RETRY_AFTER_SECONDS)
        hers = [one for one in self._listeners if one.name == who.name]
        of_session = sum(one.session == who.token_hash for one in hers)
        for count, maximum in ((of_session, PER_SESSION_MAX), (len(hers), PER_PERSON_MAX)):
            if count >= maximum:
                raise TOO_MANY.because(maximum=maximum, retry_after_seconds=RETRY_AFTER_SECONDS)

    def _missed(self, read: Read, after: news.Place | None) -> frozenset[news.Happened] | None:
        now = self._edge.clock()
        return news.just_now(read, now=now) if after is None else news.since(read, after, now=now)

    async def _begun(self) -> news.Seen:
        """What the watch has seen; it begins with the first who listens."""
        async with self._beginning:
            seen = self._seen
            if seen is None or not self.is_watching:
                seen = await asked(
                    self._edge, lambda read: news.begin(read, now=self._edge.clock())
                )
                self._seen = seen
                self._watch = asyncio.create_task(self._watched())
            return seen

    async def _watched(self) -> None:
        try:
            while True:
                await asyncio.sleep(self.pace.look_every_seconds)
                if not self._listeners:
                    return
                # While the database is away nothing is told; what happened is found afterwards.
                with suppress(Refusal):
                    await self._look()
        except Exception as error:
            # A fault of ours: whoever listens begins anew, and the log says why.
            self._log.error("events_failed", kind=type(error).__qualname__)
            for listener in self._listeners:
                listener.end()
        finally:
            self._seen = None

    async def _look(self) -> None:
        seen = self._seen
        if seen is None:
            return
        looked = await asked(self._edge, lambda read: news.look(read, seen, now=self._edge.clock()))
        self._seen = looked.seen
        place, changes = looked.seen.place, changes_of(looked.happened)
        for listener in self._listeners:
            if looked.everything:
                listener.hear_everything(place)
            else:
                listener.hear(changes, place)
