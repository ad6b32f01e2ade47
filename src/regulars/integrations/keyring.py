"""Where a channel finds what its provider gave the shop: the environment, or files beside the keys.

    REGULARS_SMS_TWILIO_TOKEN=…            or   <home>/keys/sms_twilio_token   (mode 0600)

Nothing of it is ever in the database or in a backup. A file that others can read counts as missing.
"""

import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from regulars.domain.kernel.period import Instant
from regulars.integrations.calling.caller import Caller

PREFIX = "REGULARS_"
BYTES_MAX = 20_000
LETTERS_MIN = 32
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Keyring:
    """The settings of all channels, read when the shop opens."""

    home: Path
    environment: Mapping[str, str] = field(repr=False)

    def read(self, name: str) -> str | None:
        """One setting by its full name; empty counts as missing."""
        return self.environment.get(name, "").strip() or self._file(name)

    def keys(
        self,
        channel: str,
        *,
        needs: tuple[str, ...] = (),
        may_have: tuple[str, ...] = (),
        passwords: tuple[str, ...] = (),
    ) -> "Keys":
        """The settings of one channel: those it cannot do without, and those it may have.

        `passwords` are those it may have that alone let somebody in: a short one is none.
        """
        start = f"{PREFIX}{channel}_"
        values = {name: self.read(f"{start}{name}") for name in (*needs, *may_have, *passwords)}
        short = [name for name in passwords if len(values[name] or "x" * LETTERS_MIN) < LETTERS_MIN]
        return Keys(
            start=start,
            needs=(*needs, *short),
            values={name: None if name in short else value for name, value in values.items()},
        )

    def _file(self, name: str) -> str | None:
        # Some editors begin a file with a mark of their own, which is no part of a key.
        path = self.home / "keys" / name.removeprefix(PREFIX).lower()
        try:
            told = path.stat()
            if not stat.S_ISREG(told.st_mode) or told.st_mode & OTHERS or told.st_size > BYTES_MAX:
                return None
            return path.read_text(encoding="utf-8-sig").strip() or None
        except (OSError, ValueError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What one channel was given, by the last word of each setting's name."""

    start: str
    needs: tuple[str, ...]
    values: Mapping[str, str | None] = field(repr=False)

    def missing(self) -> tuple[str, ...]:
        """The full names of what it cannot do without and was not given."""
        return tuple(f"{self.start}{name}" for name in self.needs if self.values[name] is None)

    def __getitem__(self, name: str) -> str:
        """One setting, empty when it was not given."""
        return self.values[name] or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every channel works with: a line outside, the time, and chance."""

    caller: Caller
    clock: Callable[[], Instant]
    entropy: Callable[[int], bytes]
