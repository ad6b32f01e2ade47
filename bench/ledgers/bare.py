"""The same rows straight to the driver, on a copy of the same database: the limit.

Triggers, keys and indexes are those of the product; there is no read, no rule and no Python but
the driver's own. As many visits share a commit as shared one in the product.
"""

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from bench.scratch.servers import Place
from regulars.storage.postgres import BEGIN, COMMIT
from regulars.storage.session import Session
from regulars.storage.sqlite import connect
from regulars.storage.transaction import Call

# Connections of the bare driver on PostgreSQL: as many as the product has writers.
HANDS = 4

Scripts = Sequence[Sequence[Call]]


def written(place: Place, scripts: Scripts, *, group: int) -> float:
    """Write the visits in their order. Units: seconds."""
    if place.cluster is None:
        return _sqlite(place, scripts, group)
    return _postgresql(place.url, scripts, group)


def _groups(scripts: Scripts, size: int) -> Iterable[Scripts]:
    return (scripts[start : start + size] for start in range(0, len(scripts), size))


def _sqlite(place: Place, scripts: Scripts, group: int) -> float:
    with closing(connect(place.home / place.name, "rw")) as connection:
        run = connection.execute
        begun = time.perf_counter()
        for visits in _groups(scripts, group):
            run("BEGIN IMMEDIATE")
            for calls in visits:
                for sql, values in calls:
                    run(sql, values)
            run("COMMIT")
        return time.perf_counter() - begun


def _postgresql(url: str, scripts: Scripts, group: int) -> float:
    # Each member's visits stay in their order: they are far apart, and hands take turns.
    shares = [scripts[number::HANDS] for number in range(HANDS)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(lambda share: _hand(url, share, group), shares))
    return time.perf_counter() - begun


def _hand(url: str, scripts: Scripts, group: int) -> None:
    # Prepared statements in one round trip, as the product sends them.
    with closing(Session(url)) as session:
        for visits in _groups(scripts, group):
            replies = session.exchange(
                [BEGIN, *(call for calls in visits for call in calls), COMMIT]
            )
            if replies.error is not None:
                raise replies.error
