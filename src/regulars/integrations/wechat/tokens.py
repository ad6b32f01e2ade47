"""The pass that WeChat and WeCom give for two hours, kept by one process and renewed in time."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.port import Refused

EARLY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Token:
    """A pass, and until when it is good."""

    value: str = field(repr=False)
    until: Instant


class Tokens:
    """Keeps one pass; whoever finds it spent gets a new one, and the others wait for its answer."""

    def __init__(self, fetch: Callable[[], Token | Refused], clock: Callable[[], Instant]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: Token | Refused | None = None
        self._fetches = 0

    def get(self, *, instead_of: Token | None = None) -> Token | Refused:
        """A pass that is good; `instead_of` was refused, so it is not given again."""
        seen = self._fetches
        with self._lock:
            kept = self._kept
            if isinstance(kept, Token):
                if kept is not instead_of and self._clock() < kept.until - EARLY:
                    return kept
            elif kept is not None and self._fetches > seen:
                # It was refused while this one waited: asking once more would tell the same.
                return kept
            self._kept = self._fetch()
            self._fetches += 1
            return self._kept
