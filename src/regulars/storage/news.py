"""What was written since a reader last looked: which kinds of facts and acts, at which stores.

seen = begin(read, now=now)
…
looked = look(read, seen, now=now)      # asked each second: two indexed reads while nothing happens
looked.happened                         # {Happened("order.settled", store), …}

It is for whoever only wants to know *that* something changed: a kind may be told twice, and is never
left out. Facts tell what happened to members and bills, the audit what staff did to everything else.
Neither commits in order, so a stretch is counted again while a transaction that could still write into
it runs, and a kind that has become more is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.period import Instant, instant_of, microseconds_of
from regulars.storage.columns import At, Id, Whole
from regulars.storage.engine import Read
from regulars.storage.fact_cursors import running_now
from regulars.storage.statement import Ask, Statement
from regulars.storage.tables.system import audit, fact

# A command reads the clock before it waits for its turn: so late its acts may still appear.
ACTS_LATE_MAX = timedelta(seconds=60)
# So far behind the newest fact an older transaction may still write one.
STILL_WRITTEN_MAX = 1_000
# Beyond so many facts since the last look all of them are one word: everything changed.
FACTS_MAX = 20_000
# Who was away for longer than this looks at everything anew.
AWAY_FACTS_MAX = 2_000
AWAY_MAX = timedelta(minutes=10)
# Who comes anew has asked for its page a moment before: what happened in between is told as well.
RECENT = timedelta(seconds=3)
RECENT_FACTS = 100

_NO_ENTROPY = bytes(10)
_EPOCH = instant_of(0)


class Happened(NamedTuple):
    """A kind of fact or act, and the store where it happened, if at one."""

    kind: str
    store_id: UUID | None


class Place(NamedTuple):
    """Up to where somebody was told everything: a fact's number, and the moment of an act."""

    position: int
    at: Instant


class _Count(NamedTuple):
    kind: str
    store_id: UUID | None
    rows: int


Counts = Mapping[Happened, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a reader has looked at. All up to `place` is settled; of what lies behind it, `facts` and
    `acts` were there. Facts up to `horizon` are settled once transaction `horizon_tx` could begin
    without an older one."""

    place: Place
    horizon: int
    horizon_tx: int
    facts: Counts
    acts: Counts


class Looked(NamedTuple):
    """What happened since; `everything` when that is too much to tell apart."""

    happened: frozenset[Happened]
    everything: bool
    seen: Seen


_NEWEST: Statement[int | None] = Statement(select(func.max(fact.c.sequence)))
_FACTS = Statement(
    select(fact.c.kind, fact.c.store_id, func.count())
    .where(
        fact.c.sequence > bindparam("after", type_=Whole()),
        fact.c.sequence <= bindparam("upto", type_=Whole()),
        fact.c.at >= bindparam("since", type_=At()),
    )
    .group_by(fact.c.kind, fact.c.store_id),
    _Count,
)
_ACTS = Statement(
    select(audit.c.action, audit.c.store_id, func.count())
    .where(audit.c.id >= bindparam("first_id", type_=Id()))
    .group_by(audit.c.action, audit.c.store_id),
    _Count,
)


def begin(read: Read, *, now: Instant) -> Seen:
    """Everything up to now has been seen."""
    newest = read.one(_NEWEST) or 0
    running = running_now(read)
    # What an older transaction is still to write lies before the newest fact.
    position = newest if running.is_quiet else max(0, newest - STILL_WRITTEN_MAX)
    place = Place(position, Instant(now - ACTS_LATE_MAX))
    return Seen(
        place=place,
        horizon=newest,
        horizon_tx=running.following,
        facts=_facts(read, position, newest),
        acts=_acts(read, place.at),
    )


def look(read: Read, seen: Seen, *, now: Instant) -> Looked:
    """What happened since the last look, and how far that was seen."""
    newests, acting = read.group(_NEWEST.ask(), _acts_from(seen.place.at))
    newest = newests[0] or 0
    if not 0 <= newest - seen.place.position <= FACTS_MAX:
        # Too much, or another database than before: begin anew.
        return Looked(frozenset(), everything=True, seen=begin(read, now=now))
    happened, seen = _look_at_facts(read, seen, newest)
    acts = _counts(acting)
    happened |= _more(acts, than=seen.acts)
    position, at = seen.place
    if now - at > 2 * ACTS_LATE_MAX:
        at = Instant(now - ACTS_LATE_MAX)
        acts = _acts(read, at)
    seen = replace(seen, place=Place(position, at), acts=acts)
    return Looked(happened, everything=False, seen=seen)


def _look_at_facts(read: Read, seen: Seen, newest: int) -> tuple[frozenset[Happened], Seen]:
    position, at = seen.place
    if newest == position == seen.horizon:
        return frozenset(), seen
    running = running_now(read)
    facts = _facts(read, position, newest)
    told = _more(facts, than=seen.facts)
    if running.is_quiet:
        position, facts = newest, {}
    elif seen.horizon_tx <= running.oldest or seen.horizon_tx > running.following:
        # Settled up to the horizon, or drawn at another server: draw the next one.
        position = seen.horizon
        facts = _facts(read, position, newest)
    else:
        return told, replace(seen, facts=facts)
    place, drawn = Place(position, at), running.following
    return told, replace(seen, place=place, horizon=newest, horizon_tx=drawn, facts=facts)


def since(read: Read, place: Place, *, now: Instant) -> frozenset[Happened] | None:
    """What happened behind a place where somebody was; None when that is too far away to tell."""
    newest = read.one(_NEWEST) or 0
    near = 0 <= newest - place.position <= AWAY_FACTS_MAX
    if not near or not now - AWAY_MAX - ACTS_LATE_MAX <= place.at <= now:
        return None
    facts = _facts(read, place.position, newest)
    return frozenset(facts) | frozenset(_acts(read, place.at))


def just_now(read: Read, *, now: Instant) -> frozenset[Happened]:
    """What happened in the last moments."""
    newest = read.one(_NEWEST) or 0
    recently = Instant(now - RECENT)
    facts = _facts(read, max(0, newest - RECENT_FACTS), newest, at_least=recently)
    return frozenset(facts) | frozenset(_acts(read, recently))


def _facts(read: Read, after: int, upto: int, *, at_least: Instant = _EPOCH) -> Counts:
    if after == upto:
        return {}
    return _counts(read.all(_FACTS, after=after, upto=upto, since=at_least))


def _acts(read: Read, at: Instant) -> Counts:
    asked = _acts_from(at)
    return _counts(read.all(asked.statement, **asked.parameters))


def _acts_from(at: Instant) -> Ask[_Count]:
    # An act's id begins with its millisecond.
    return _ACTS.ask(first_id=uuid7(at, _NO_ENTROPY))


def _counts(rows: Sequence[_Count]) -> Counts:
    return {Happened(row.kind, row.store_id): row.rows for row in rows}


def _more(counted: Counts, *, than: Counts) -> frozenset[Happened]:
    return frozenset(one for one, rows in counted.items() if rows > than.get(one, 0))


def text_of(place: Place) -> str:
    """A place as a client keeps it."""
    return f"{place.position}.{microseconds_of(place.at) // 1_000}"


def place_of(text: str) -> Place:
    """The place that a text of `text_of` names; its form was checked at the door."""
    position, _, milliseconds = text.partition(".")
    return Place(int(position), instant_of(int(milliseconds) * 1_000))
