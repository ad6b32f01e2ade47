"""What was promised, by whom and from when: settings that a chain inherits.

Terms are set for the Organisation, a Region or a Store. The nearest setting wins, unless head
office locked the field or a value leaves the range that it gave.

    Head office earns 1 point a yuan and allows regions 1 to 2. Region East sets 2. A store that
    tries 3 is refused; a store that says nothing earns 2. East takes its setting away: from then on
    its stores earn 1 again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code

TERMS_LOCKED = refusal_code("terms.locked", "field", "level")
TERMS_OUT_OF_RANGE = refusal_code("terms.out_of_range", "field", "low", "high")
TERMS_UNKNOWN_FIELD = refusal_code("terms.unknown_field", "field")
TERMS_MALFORMED = refusal_code("terms.malformed", "field", "part")


class Level(StrEnum):
    """Where a setting was made."""

    ORGANISATION = "organisation"
    REGION = "region"
    STORE = "store"


_DEPTH = {Level.ORGANISATION: 0, Level.REGION: 1, Level.STORE: 2}


@dataclass(frozen=True, slots=True)
class Place:
    """A store and what it belongs to."""

    region: UUID
    store: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One field set at one place from one moment on, with what it lets others below do.

    `taken_away`: from that moment on the place says nothing; its value is what was taken away.
    """

    field: str
    level: Level
    place: UUID | None
    value: object
    effective_at: Instant
    version: int
    locked: bool = False
    low: int | None = None
    high: int | None = None
    taken_away: bool = False


@dataclass(frozen=True, slots=True)
class Resolved:
    """The value in force, and the setting that it came from (None: the shipped default)."""

    value: object
    source: Setting | None


def _applies(setting: Setting, place: Place) -> bool:
    match setting.level:
        case Level.ORGANISATION:
            return True
        case Level.REGION:
            return setting.place == place.region
        case Level.STORE:
            return setting.place == place.store


def resolve(
    settings: Iterable[Setting],
    defaults: Mapping[str, object],
    *,
    place: Place,
    at: Instant,
) -> dict[str, Resolved]:
    """Every field's value in force at a place and moment: the nearest that nobody above locked."""
    latest: dict[tuple[str, Level], Setting] = {}
    for setting in settings:
        if setting.effective_at > at or not _applies(setting, place):
            continue
        known = latest.get((setting.field, setting.level))
        if known is None or (setting.effective_at, setting.version) > (
            known.effective_at,
            known.version,
        ):
            latest[setting.field, setting.level] = setting
    resolved = {field: Resolved(value, None) for field, value in defaults.items()}
    for field in defaults:
        low: int | None = None
        high: int | None = None
        for level in Level:
            found = latest.get((field, level))
            if found is None or found.taken_away:
                continue
            if _inside(found.value, low, high):
                resolved[field] = Resolved(found.value, found)
            if found.locked:
                break
            low, high = _narrowed(low, high, found)
    return resolved


def _narrowed(low: int | None, high: int | None, setting: Setting) -> tuple[int | None, int | None]:
    lows = [bound for bound in (low, setting.low) if bound is not None]
    highs = [bound for bound in (high, setting.high) if bound is not None]
    return (max(lows) if lows else None, min(highs) if highs else None)


def _inside(value: object, low: int | None, high: int | None) -> bool:
    if not isinstance(value, int) or isinstance(value, bool):
        return True
    return (low is None or value >= low) and (high is None or value <= high)


def allowed(setting: Setting, settings: Iterable[Setting], *, region: UUID | None) -> Setting:
    """The setting itself, if nobody above locked its field or gave a range that it leaves.

    One that is taken away leaves no range; a lock holds against it too.
    Refuses: terms.locked, terms.out_of_range.
    """
    above = [
        other
        for other in settings
        if other.field == setting.field
        and _DEPTH[other.level] < _DEPTH[setting.level]
        and other.effective_at <= setting.effective_at
        and (other.level is Level.ORGANISATION or other.place == region)
    ]
    newest: dict[Level, Setting] = {}
    for other in sorted(above, key=lambda one: (one.effective_at, one.version)):
        newest[other.level] = other
    low: int | None = None
    high: int | None = None
    for level in Level:
        other_found = newest.get(level)
        if other_found is None or other_found.taken_away:
            continue
        if other_found.locked:
            raise TERMS_LOCKED.because(field=setting.field, level=level.value)
        low, high = _narrowed(low, high, other_found)
    if not setting.taken_away and not _inside(setting.value, low, high):
        raise TERMS_OUT_OF_RANGE.because(field=setting.field, low=low, high=high)
    return setting
