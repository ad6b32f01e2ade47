"""Asks providers what became of messages, where they do not call by themselves.

The line to the SMS provider broke in the middle of a message: it is in doubt. A minute later the
provider is asked under the message's own id and says "delivered": nobody has to look into it.

Providers answer slowly, so they are asked in a thread beside the jobs; the process that does the
jobs is the one that asks.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Event, Thread
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.callback import ToldOnlyWhenAsked
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import (
    AsksReceipts,
    Heard,
    InDoubt,
    Receipt,
    Sender,
    SettlesDoubt,
)
from regulars.jobs.job import Job, Workshop
from regulars.storage.messages import MessageRow
from regulars.storage.messages_asked import ASKED_ABOUT, ASKED_FOR
from regulars.use_cases.message_people import Asked, Person, load
from regulars.use_cases.message_receipts import Hear

LOOK_SECONDS = 60.0
ASKED_AT_ONCE = 20
# A provider needs a moment before it finds what it was given.
SETTLED_AFTER = timedelta(minutes=1)
FIRST = UUID(int=0)


@dataclass(slots=True)
class Asking:
    """What one process asks, and how far it is."""

    _after: UUID = field(default=FIRST, init=False)
    _told: list[tuple[str, Heard]] = field(default_factory=list, init=False)
    _stop: Event = field(default_factory=Event, init=False)
    _thread: Thread | None = field(default=None, init=False)

    def job(self) -> Job:
        """The job that begins it."""
        return Job(name="receipts", every_seconds=LOOK_SECONDS, step=self._begin)

    def close(self) -> None:
        """Ask nobody else, and wait for who is asked just now."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _begin(self, workshop: Workshop) -> bool:
        asleep = self._thread is None or not self._thread.is_alive()
        if asleep and not self._stop.is_set() and any(map(_can_be_asked, _ready(workshop))):
            self._thread = Thread(
                target=self._round_logged, args=(workshop,), name="receipts", daemon=True
            )
            self._thread.start()
        return False

    def _round_logged(self, workshop: Workshop) -> None:
        try:
            self.round(workshop)
        except Exception as error:  # the database is away, a provider is strange: next time
            workshop.log.error("receipts_failed", error=type(error).__name__)

    def round(self, workshop: Workshop) -> None:
        """Poll whoever is polled, and ask about some of the messages in doubt."""
        # What a poll brought is told only once: until it is kept, nobody is polled again.
        self._keep_told(workshop)
        for sender in _ready(workshop):
            if isinstance(sender, AsksReceipts) and not self._stop.is_set():
                heard = _safely(workshop, partial(_polled, workshop, sender))
                self._told.append((sender.name, heard))
                self._keep_told(workshop)
        for name, provider, doubt in self._doubts(workshop):
            if self._stop.is_set():
                return
            _keep(workshop, name, _safely(workshop, partial(_answered, provider, doubt)))

    def _keep_told(self, workshop: Workshop) -> None:
        while self._told:
            _keep(workshop, *self._told[0])
            del self._told[0]

    def _doubts(self, workshop: Workshop) -> list[tuple[str, SettlesDoubt, InDoubt]]:
        ready = _ready(workshop)
        answering = {one.name: one for one in ready if isinstance(one, SettlesDoubt)}
        now = workshop.clock()
        with workshop.database.read() as read:
            rows = read.all(
                ASKED_ABOUT,
                answering=sorted(answering),
                reticent=[one.name for one in ready if isinstance(one, ToldOnlyWhenAsked)],
                since=Instant(now - ASKED_FOR),
                until=Instant(now - SETTLED_AFTER),
                after_id=self._after,
                most=ASKED_AT_ONCE,
            )
            # Those at the front are asked about again when all others had their turn.
            self._after = rows[-1].id if len(rows) == ASKED_AT_ONCE else FIRST
            members = {row.member_id for row in rows}
            people = load(read, workshop.vault, members, also=Asked()) if rows else {}
        found: list[tuple[str, SettlesDoubt, InDoubt]] = []
        for row in rows:
            name, doubt = row.provider or "", _in_doubt(row, people.get(row.member_id))
            if doubt is not None:
                found.append((name, answering[name], doubt))
        return found


def _in_doubt(row: MessageRow, person: Person | None) -> InDoubt | None:
    channel = Channel(row.channel)
    if person is None or row.handed_at is None or channel not in person.addresses:
        return None
    # She may have another number by now: what she had then is kept nowhere.
    if person.addresses[channel].blind_index != row.address_index:
        return None
    address = person.address(channel)
    if address is None:
        return None
    return InDoubt(id=row.id, address=address, provider_id=row.provider_id, handed_at=row.handed_at)


def _safely(workshop: Workshop, question: Callable[[], Heard]) -> Heard:
    try:
        return question()
    except Exception as error:  # a provider that is strange keeps no other question back
        workshop.log.error("receipts_failed", error=type(error).__name__)
        return Heard()


def _polled(workshop: Workshop, sender: AsksReceipts) -> Heard:
    return sender.poll(now=workshop.clock())


def _answered(provider: SettlesDoubt, doubt: InDoubt) -> Heard:
    found = provider.ask(doubt)
    if found is None:
        return Heard()
    receipt = Receipt(
        state=found.state,
        at=found.at,
        message_id=doubt.id,
        provider_id=found.provider_id,
        code=found.code,
        parts=found.parts,
        cost_micro=found.cost_micro,
    )
    return Heard(receipts=(receipt,))


def _keep(workshop: Workshop, provider: str, heard: Heard) -> None:
    for part in heard.in_parts():
        workshop.run(Hear(provider=provider, heard=part))


def _ready(workshop: Workshop) -> list[Sender]:
    every = {one.name: one for each in workshop.senders.values() for one in each}
    return [one for one in every.values() if not one.missing()]


def _can_be_asked(sender: Sender) -> bool:
    return isinstance(sender, AsksReceipts | SettlesDoubt)
