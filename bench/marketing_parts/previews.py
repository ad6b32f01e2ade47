"""How long a marketer waits for "how many, and who for example", beside the same WHERE by hand."""

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import psycopg

from bench.marketing_parts.stays import look_at
from bench.marketing_parts.wishes import Wish
from bench.scratch.servers import Place
from regulars.domain.kernel.period import Instant, microseconds_of
from regulars.domain.segments.conditions import segment_condition_from
from regulars.main import Regulars
from regulars.storage.limited_read import LimitedRead
from regulars.use_cases.segment_views import PREVIEW_SECONDS, SAMPLE, Preview, preview

R = TypeVar("R")

TIMES = 3
# What a form waits for at most is told; the bench waits longer and says how long.
SECONDS_MAX = 12 * PREVIEW_SECONDS
_FIGURES = (
    "SELECT {what} FROM member AS who JOIN member_stats AS figures ON figures.member_id = who.id"
    " WHERE who.state = 'active' AND {where}"
)
_ORDERED = (
    "SELECT {what} FROM member AS who WHERE who.state = 'active' AND who.id IN ("
    "SELECT member_id FROM orders WHERE state IN ('paid', 'part_refunded')"
    " AND member_id IS NOT NULL AND settled_at >= {since} AND settled_at < {now}"
    " GROUP BY member_id HAVING {having})"
)


@dataclass(frozen=True, slots=True)
class Previewed:
    """One condition. Units: milliseconds, the median of several."""

    name: str
    size: int
    milliseconds: float
    by_hand_ms: float | None


def previewed(regulars: Regulars, place: Place, wishes: Sequence[Wish]) -> list[Previewed]:
    """Preview each of these as the form does: on a connection of its own, with a limit."""
    with _asking(place) as ask:
        return [_previewed(regulars, ask, wish) for wish in wishes]


def _previewed(regulars: Regulars, ask: Callable[[str], int], wish: Wish) -> Previewed:
    condition = segment_condition_from(wish.condition)
    look = look_at(regulars)

    def once() -> Preview:
        limited = LimitedRead(regulars.database, seconds=SECONDS_MAX)
        return limited.ask(lambda read: preview(read, condition, look))

    milliseconds, found = _median(once)
    if len(found.sample) != min(SAMPLE, found.size):
        raise RuntimeError(f"{wish.name}: {found.size} members, {len(found.sample)} shown")
    texts = _by_hand(look.now).get(wish.name)
    if texts is None:
        return Previewed(wish.name, found.size, milliseconds, None)
    count, page = texts

    def by_hand() -> int:
        ask(page)
        return ask(count)

    by_hand_ms, size = _median(by_hand)
    if size != found.size:
        raise RuntimeError(f"{wish.name}: {found.size} members, by hand {size}")
    return Previewed(wish.name, found.size, milliseconds, by_hand_ms)


def _median(once: Callable[[], R]) -> tuple[float, R]:
    taken: list[float] = []
    while True:
        began = time.perf_counter()
        answer = once()
        taken.append(1_000 * (time.perf_counter() - began))
        if len(taken) == TIMES:
            return statistics.median(taken), answer


def _by_hand(now: Instant) -> Mapping[str, tuple[str, str]]:
    """The WHERE of some ready segments as somebody would write it who knows the tables."""

    def ago(days: int) -> int:
        return microseconds_of(Instant(now - timedelta(days=days)))

    away = "figures.last_visit_at"
    sleeping = f"figures.visits >= 3 AND {away} <= {ago(60)} AND {away} > {ago(180)}"
    until = microseconds_of(now)
    wanted = {
        "sleeping": _FIGURES.replace("{where}", sleeping),
        "big_bill": _ORDERED.format(
            what="{what}",
            since=ago(30),
            now=until,
            having="max(due_minor - refunded_minor) >= 30000",
        ),
        "promising": _ORDERED.format(
            what="{what}",
            since=ago(60),
            now=until,
            having="count(*) >= 2 AND count(*) < 5"
            " AND CAST(sum(due_minor - refunded_minor) AS bigint) / count(*) >= 4000",
        ),
    }
    return {
        name: (
            text.format(what="count(*)"),
            f"{text.format(what='who.id')} ORDER BY who.id LIMIT {SAMPLE}",
        )
        for name, text in wanted.items()
    }


@contextmanager
def _asking(place: Place) -> Iterator[Callable[[str], int]]:
    """The bare driver: the last column of the first row, where it is a number."""

    def number(rows: Sequence[Sequence[object]]) -> int:
        first = rows[0][0] if rows else 0
        return first if isinstance(first, int) else 0

    if place.cluster is None:
        with closing(sqlite3.connect(place.home / place.name)) as file:
            yield lambda text: number(file.execute(text).fetchall())
    else:
        with psycopg.connect(place.url, autocommit=True) as server:
            yield lambda text: number(server.execute(text.encode()).fetchall())


def told(found: Sequence[Previewed], ready: Sequence[Wish]) -> dict[str, object]:
    """The figures of all previews."""
    slowest = max(found, key=lambda one: one.milliseconds)
    names = {one.name for one in ready}
    by_hand = [one for one in found if one.by_hand_ms is not None]
    return {
        "preview_ms": round(slowest.milliseconds, 1),
        "preview_slowest": slowest.name,
        "preview_p50_ms": round(statistics.median(one.milliseconds for one in found), 1),
        "previews": len(found),
        "preview_ready_ms": {
            one.name: round(one.milliseconds, 1) for one in found if one.name in names
        },
        "preview_by_hand_ms": {one.name: round(one.by_hand_ms or 0.0, 1) for one in by_hand},
    }
