"""How often somebody may be wrong."""

from datetime import timedelta

import pytest

from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.stores.attempts import Limit, Tries, charged

NOON = instant_from_iso("2026-05-04T12:00:00+08:00")
LIMIT = Limit(3, timedelta(minutes=15), timedelta(minutes=30))


def later(minutes: float) -> Instant:
    return Instant(NOON + timedelta(minutes=minutes))


def after(count: int) -> Tries:
    tries: Tries | None = None
    for _ in range(count):
        tries = charged(tries, LIMIT, now=NOON)
    assert tries is not None
    return tries


def test_the_last_try_is_still_checked_and_the_next_is_refused() -> None:
    assert after(2).locked_until is None
    locked = after(3)
    assert locked.locked_until == later(30)
    with pytest.raises(Refusal) as refused:
        charged(locked, LIMIT, now=later(29))
    assert refused.value.code == "session.too_many_attempts"
    assert refused.value.parameters["retry_after_seconds"] == 61


def test_a_lock_ends_and_counting_begins_anew() -> None:
    again = charged(after(3), LIMIT, now=later(30))
    assert (again.failures, again.window_at, again.locked_until) == (1, later(30), None)


def test_wrong_tries_of_long_ago_do_not_count() -> None:
    assert charged(after(2), LIMIT, now=later(14)).locked_until == later(44)
    assert charged(after(2), LIMIT, now=later(15)).failures == 1
