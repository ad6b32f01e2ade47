"""Everything that happened to one member, newest first, a page at a time.

王芳's page of Tuesday: the message that was sent at 09:00, that it had waited for the morning, the
journey that wanted it, the segment that let her into the journey, the sale it all began with.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import merge
from itertools import islice
from typing import NamedTuple
from uuid import UUID

import orjson

from regulars.domain.kernel.period import Instant, instant_of, microseconds_of
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.domain.timeline.kinds import Topic
from regulars.domain.timeline.line import ELSEWHERE, Line, withheld
from regulars.storage import timeline_trade as trade
from regulars.storage.engine import Read
from regulars.storage.timeline import LOWEST, SPOTS, Key, Source, Spot, topic_of
from regulars.use_cases import (
    timeline_journeys,
    timeline_marketing,
    timeline_record,
    timeline_rewards,
    timeline_trade,
)
from regulars.use_cases.timeline_telling import Teller, Telling

CURSOR_MALFORMED = refusal_code("timeline.cursor_malformed")

LINES_MAX = 100
# So many spots of one source are read at once.
SPOTS_AT_ONCE = 25
BEGINNING = instant_of(0)
_MOMENT = timedelta(microseconds=1)
_RANKS: Mapping[Source, int] = {source: rank for rank, source in enumerate(Source)}
# What a topic needs beside the right to read a member; without it nothing of it is told.
_NEEDS: Mapping[Topic, Permission] = {
    Topic.ORDER: Permission.ORDER_READ,
    Topic.VALUE: Permission.VALUE_READ,
    Topic.PASS: Permission.VALUE_READ,
    Topic.COUPON: Permission.COUPON_READ,
    Topic.SEGMENT: Permission.SEGMENT_READ,
    Topic.EXPERIMENT: Permission.MEASUREMENT_READ,
}

TELLERS: Mapping[Source, Teller] = {
    **timeline_trade.TELLERS,
    **timeline_record.TELLERS,
    **timeline_rewards.TELLERS,
    **timeline_marketing.TELLERS,
    **timeline_journeys.TELLERS,
}


class Found(NamedTuple):
    """A spot and the question that found it."""

    source: Source
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines: of these topics (none named: all), of a half-open period, behind a cursor."""

    topics: frozenset[Topic] = frozenset()
    since: Instant | None = None
    until: Instant | None = None
    cursor: str | None = None
    lines: int = LINES_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some lines, newest first, where the next page begins, and what the reader may not see."""

    lines: tuple[Line, ...]
    next_cursor: str | None
    left_out: tuple[Topic, ...]


def timeline_of(read: Read, member_id: UUID, wanted: Wanted, *, actor: Actor, now: Instant) -> Page:
    """A page of a member's timeline, as far as its reader may see it.

    Refuses: permission.missing, member.unknown, timeline.cursor_malformed.
    """
    actor.need(Permission.MEMBER_READ)
    her = read.one(trade.HER, member_id=member_id)
    if her is None:
        raise MEMBER_UNKNOWN.because()
    asked = wanted.topics or frozenset(Topic)
    seen = [one for one in Source if topic_of(one) in asked and _may(actor, topic_of(one))]
    lines = min(max(wanted.lines, 1), LINES_MAX)
    found = list(islice(_merged(read, member_id, seen, wanted, now=now), lines + 1))
    page, more = found[:lines], len(found) > lines
    telling = Telling(read=read, her=her, scope=actor.scope, now=now)
    told = _told(telling, page)
    return Page(
        lines=tuple(_shown(told[one], actor) for one in page if one in told),
        next_cursor=_cursor_of(page[-1]) if more else None,
        left_out=tuple(one for one in Topic if one in asked and not _may(actor, one)),
    )


def _may(actor: Actor, topic: Topic) -> bool:
    needed = _NEEDS.get(topic)
    return needed is None or actor.may(needed)


def _shown(line: Line, actor: Actor) -> Line:
    """The line, or only that there was one, where its store is not the reader's."""
    elsewhere = line.store_id is not None and not actor.scope.holds(line.store_id)
    return withheld(line) if elsewhere and line.kind.topic in ELSEWHERE else line


def _merged(
    read: Read, member_id: UUID, sources: Sequence[Source], wanted: Wanted, *, now: Instant
) -> Iterator[Found]:
    """Everything behind the cursor, newest first, read as it is taken."""
    rows = min(wanted.lines + 1, SPOTS_AT_ONCE)
    end = Instant(now + _MOMENT)
    until = end if wanted.until is None else min(wanted.until, end)
    start = None if wanted.cursor is None else _cursor_from(wanted.cursor)
    since = wanted.since or BEGINNING
    behind = [_behind(source, start, until) for source in sources]
    asks = [
        SPOTS[source].ask(
            member_id=member_id,
            since=since,
            before_at=one.at,
            before_key=one.key,
            before_part=one.part,
            rows=rows,
        )
        for source, one in zip(sources, behind, strict=True)
    ]
    flows = [
        _flow(_Asking(read, member_id, source, since, rows), first)
        for source, first in zip(sources, read.each(asks), strict=True)
    ]
    return merge(*flows, key=_newness, reverse=True)


class _Asking(NamedTuple):
    """How one question is asked on."""

    read: Read
    member_id: UUID
    source: Source
    since: Instant
    rows: int


def _flow(asking: _Asking, first: Sequence[Spot]) -> Iterator[Found]:
    spots = first
    while spots:
        for spot in spots:
            yield Found(asking.source, spot)
        if len(spots) < asking.rows:
            return
        last = spots[-1]
        spots = asking.read.all(
            SPOTS[asking.source],
            member_id=asking.member_id,
            since=asking.since,
            before_at=last.at,
            before_key=last.key,
            before_part=last.part,
            rows=asking.rows,
        )


def _newness(found: Found) -> tuple[int, int]:
    return microseconds_of(found.spot.at), _RANKS[found.source]


class _Behind(NamedTuple):
    """Behind what a question goes on."""

    at: Instant
    key: Key
    part: int


def _behind(source: Source, start: Found | None, until: Instant) -> _Behind:
    """Where a question goes on behind a line, which may be another question's.

    At the line's own moment those that rank below it are still to come, those above are over.
    """
    lowest = LOWEST[source]
    if start is None or start.spot.at >= until:
        return _Behind(until, lowest, 0)
    at, rank = start.spot.at, _RANKS[start.source]
    if source is start.source:
        return _Behind(at, start.spot.key, start.spot.part)
    if _RANKS[source] < rank:
        return _Behind(Instant(at + _MOMENT), lowest, 0)
    return _Behind(at, lowest, 0)


def _told(telling: Telling, page: Sequence[Found]) -> dict[Found, Line]:
    spots: dict[Source, list[Spot]] = defaultdict(list)
    for one in page:
        spots[one.source].append(one.spot)
    return {
        Found(source, spot): line
        for source, of_it in spots.items()
        for spot, line in TELLERS[source](telling, of_it).items()
    }


def _cursor_of(found: Found) -> str:
    spot = found.spot
    key = spot.key.hex if isinstance(spot.key, UUID) else spot.key
    told = [microseconds_of(spot.at), found.source.value, key, spot.part]
    return urlsafe_b64encode(orjson.dumps(told)).decode().rstrip("=")


def _cursor_from(text: str) -> Found:
    """Refuses: timeline.cursor_malformed."""
    try:
        told = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        at, name, key, part = told
        source = Source(name)
        spot = Spot(instant_of(_whole(at)), _key(source, key), _whole(part))
    except (ValueError, TypeError, OverflowError):
        raise CURSOR_MALFORMED.because() from None
    return Found(source, spot)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 1 << 62:
        raise ValueError("not a whole number")
    return value


def _key(source: Source, value: object) -> Key:
    kind = type(LOWEST[source])
    if kind is int:
        return _whole(value)
    if not isinstance(value, str):
        raise TypeError("not a text")
    if kind is UUID:
        return UUID(value)
    return date.fromisoformat(value) if kind is date else value


def told_line(line: Line) -> dict[str, object]:
    """A line as JSON shows it, at the edge and at the console."""
    rule, cause, why = line.rule, line.caused_by, line.why
    known = None
    if rule is not None:
        known = {
            "kind": rule.kind,
            "id": rule.id,
            "version": rule.version,
            "name_zh": rule.name.in_language("zh-CN"),
            "name_en": rule.name.in_language("en"),
        }
    return {
        "at": line.at,
        "kind": line.kind.topic,
        "what": line.kind,
        "sentence_zh": line.sentence.in_language("zh-CN"),
        "sentence_en": line.sentence.in_language("en"),
        "why_zh": None if why is None else why.in_language("zh-CN"),
        "why_en": None if why is None else why.in_language("en"),
        "rule": known,
        "caused_by": None if cause is None else cause._asdict(),
        "store_id": line.store_id,
        "ids": dict(line.ids),
        "amounts": [one._asdict() for one in line.amounts],
    }
