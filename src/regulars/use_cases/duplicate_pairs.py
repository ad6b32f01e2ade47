"""Pairs of records that may be one person's, through the whole house and some at a time.

First by numbers that were given up, then birthday by birthday. Each pair is told once, with all that
speaks for it; one that a manager has put aside is not told again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import combinations, dropwhile, islice
from typing import NamedTuple
from uuid import UUID

from regulars.domain.members.merge import Evidence, plain_name, sureness
from regulars.domain.members.profile import ProfileField
from regulars.storage import duplicates, members
from regulars.storage.duplicates import SealedNameRow, SharedRow
from regulars.storage.engine import Read
from regulars.storage.kept_apart import Pair as Two
from regulars.storage.kept_apart import apart_among, ordered
from regulars.storage.vault import Vault
from regulars.use_cases.named_member import shown_name

PAIRS_MAX = 50
DAYS_AT_ONCE = 12
OPENED_MAX = 4_000
NOBODY = UUID(int=0)
# Where a look goes on: behind a number and who gave it up, a birthday, or a pair of a birthday.
_NUMBERS, _DAYS = "n", "d"
_HASH, _RECORD = "([0-9a-f]{2}){1,64}", "[0-9a-f]{32}"
CURSOR = rf"^({_NUMBERS}\.{_HASH}\.{_RECORD}|{_DAYS}\.{_HASH}(\.{_RECORD}\.{_RECORD})?|{_DAYS})$"

Found = dict[Two, set[Evidence]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two records that may be one person's, the older one first. Units: sureness of 100."""

    member_id: UUID
    shown: str
    other_id: UUID
    other_shown: str
    evidence: tuple[Evidence, ...]
    sureness: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPage:
    """Some pairs, and where the next look begins; None: all days were looked at."""

    pairs: tuple[Pair, ...]
    next_cursor: str | None


class _Day(NamedTuple):
    """A birthday's hash, and the pair of it behind which a look goes on; none: the day is over."""

    hash: bytes
    behind: Two | None = None


def pairs_from(read: Read, vault: Vault, cursor: str | None) -> PairPage:
    """Pairs of the whole house behind a cursor, which may be none at all: other pages follow."""
    kind, *rest = (cursor or _NUMBERS).split(".")
    if kind == _NUMBERS:
        after, giver = (bytes.fromhex(rest[0]), UUID(rest[1])) if rest else (b"", NOBODY)
        rows = read.all(duplicates.NEXT_SHARED, after=after, after_giver=giver, rows=PAIRS_MAX)
        following = _DAYS
        if len(rows) == PAIRS_MAX:
            last = rows[-1]
            following = f"{_NUMBERS}.{last.blind_index.hex()}.{last.one.hex}"
        elif not rows:
            # Nobody waits for an empty page before the first birthday.
            return _by_birthday(read, vault, _Day(b""))
        return PairPage(pairs=_by_number(read, vault, rows), next_cursor=following)
    day = _Day(bytes.fromhex(rest[0]) if rest else b"")
    if len(rest) > 1:
        day = day._replace(behind=(UUID(rest[1]), UUID(rest[2])))
    return _by_birthday(read, vault, day)


def names_alike(
    vault: Vault, rows: Iterable[SealedNameRow]
) -> Mapping[tuple[str, str], list[UUID]]:
    """Who has the same name and birthday, of those who share a birthday's hash."""
    same: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    for row in rows:
        if row.wrapped_key is None:
            continue
        key = vault.unlock(row.wrapped_key, row.id)
        name = members.opened(key, ProfileField.NAME, row.name)
        birthday = members.opened(key, ProfileField.BIRTHDAY, row.birthday)
        if name is not None and birthday is not None and (plain := plain_name(name)):
            same[(plain, birthday)].append(row.id)
    return {name: sorted(ids) for name, ids in same.items() if len(ids) > 1}


def _by_number(read: Read, vault: Vault, rows: Sequence[SharedRow]) -> tuple[Pair, ...]:
    """The pairs of some numbers; one that shares several is told with the first of them."""
    both = sorted({one for row in rows for one in (row.one, row.other)})
    first = _first_numbers(read, both)
    alike = names_alike(vault, read.all(duplicates.NAMES_OF, members=both))
    namesakes = {two for same in alike.values() for two in combinations(same, 2)}
    found: Found = {}
    for row in rows:
        two, spot = ordered(row.one, row.other), (row.blind_index, row.one)
        if first.get(two, spot) == spot:
            named = {Evidence.NAME_AND_BIRTHDAY} if two in namesakes else set()
            found[two] = {Evidence.OLD_IDENTITY, *named}
    return _shown(read, vault, found)


def _first_numbers(read: Read, both: Sequence[UUID]) -> Mapping[Two, tuple[bytes, UUID]]:
    first: dict[Two, tuple[bytes, UUID]] = {}
    for row in read.all(duplicates.SHARED_AMONG, members=list(both)):
        two, spot = ordered(row.one, row.other), (row.blind_index, row.one)
        first[two] = min(first.get(two, spot), spot)
    return first


def _by_birthday(read: Read, vault: Vault, start: _Day) -> PairPage:
    found: Found = {}
    day, opened = start, 0
    for _ in range(DAYS_AT_ONCE):
        if day.behind is None:
            following = read.one(duplicates.NEXT_DAY, after=day.hash)
            if following is None:
                return PairPage(pairs=_untold(read, vault, found), next_cursor=None)
            day = _Day(following)
        rows = read.all(duplicates.OF_DAY, day=day.hash)
        room = PAIRS_MAX - len(found)
        pairs = list(islice(_pairs_of(vault, rows, day.behind), room + 1))
        found |= {two: {Evidence.NAME_AND_BIRTHDAY} for two in pairs[:room]}
        opened += len(rows)
        if len(pairs) > room:
            one, other = pairs[room - 1]
            following_pair = f"{_DAYS}.{day.hash.hex()}.{one.hex}.{other.hex}"
            return PairPage(pairs=_untold(read, vault, found), next_cursor=following_pair)
        day = _Day(day.hash)
        if opened >= OPENED_MAX or len(found) >= PAIRS_MAX:
            break
    return PairPage(pairs=_untold(read, vault, found), next_cursor=f"{_DAYS}.{day.hash.hex()}")


def _pairs_of(vault: Vault, rows: Iterable[SealedNameRow], behind: Two | None) -> Iterable[Two]:
    """The pairs of a day in order: a thousand namesakes are never all in hand at once."""
    pairs = merge(*(combinations(same, 2) for same in names_alike(vault, rows).values()))
    return pairs if behind is None else dropwhile(lambda two: two <= behind, pairs)


def _untold(read: Read, vault: Vault, found: Found) -> tuple[Pair, ...]:
    """What was not told with a number already."""
    both = sorted({one for two in found for one in two})
    told = _first_numbers(read, both)
    return _shown(read, vault, {two: why for two, why in found.items() if two not in told})


def _shown(read: Read, vault: Vault, found: Found) -> tuple[Pair, ...]:
    apart = apart_among(read, {one for two in found for one in two})
    pairs = [
        Pair(
            member_id=one,
            shown=shown_name(read, vault, one),
            other_id=other,
            other_shown=shown_name(read, vault, other),
            evidence=tuple(sorted(evidence)),
            sureness=sureness(evidence),
        )
        for (one, other), evidence in found.items()
        if (one, other) not in apart
    ]
    return tuple(sorted(pairs, key=lambda pair: (-pair.sureness, pair.member_id, pair.other_id)))
