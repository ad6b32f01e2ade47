"""How often somebody may be wrong: a try is charged before it is checked, and given back when right.

Ten wrong passwords for 李敏's log-in name from one address lock it there for 15 minutes; fifty
from anywhere lock it everywhere. Ten wrong PINs of hers lock her PIN for 12 hours.
"""

from dataclasses import dataclass
from datetime import timedelta

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code

ATTEMPTS_TOO_MANY = refusal_code("session.too_many_attempts", "retry_after_seconds")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong tries within a window lock the subject for a while."""

    failures_max: int
    window: timedelta
    lock: timedelta


PER_LOGIN_AND_ADDRESS = Limit(10, timedelta(minutes=15), timedelta(minutes=15))
PER_LOGIN = Limit(50, timedelta(minutes=15), timedelta(minutes=15))
PER_PIN = Limit(10, timedelta(hours=12), timedelta(hours=12))
PER_TERMINAL = Limit(30, timedelta(minutes=15), timedelta(minutes=15))
PER_ADDRESS = Limit(100, timedelta(minutes=15), timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Tries:
    """What is known of a subject: wrong tries since the window began, and a lock if any."""

    failures: int
    window_at: Instant
    locked_until: Instant | None


def charged(known: Tries | None, limit: Limit, *, now: Instant) -> Tries:
    """The tries after one more. Refuses: session.too_many_attempts while locked."""
    if known is not None and known.locked_until is not None and now < known.locked_until:
        seconds = int((known.locked_until - now).total_seconds()) + 1
        raise ATTEMPTS_TOO_MANY.because(retry_after_seconds=seconds)
    fresh = known is None or known.locked_until is not None or now - known.window_at >= limit.window
    failures = 1 if known is None or fresh else known.failures + 1
    window_at = now if known is None or fresh else known.window_at
    locked_until = Instant(now + limit.lock) if failures >= limit.failures_max else None
    return Tries(failures, window_at, locked_until)
