"""Which records may be one person's, and why somebody may think so.

王芳's old number is the other record's number today; both are called 王芳 and have their birthday on
5 May. The surest pair comes first; a manager decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from regulars.domain.members.identity import Identity
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.members.merge import Evidence, other_spellings, plain_name, sureness
from regulars.domain.members.profile import ProfileField
from regulars.storage import duplicates, identities, members
from regulars.storage.duplicates import SealedNameRow
from regulars.storage.engine import Read
from regulars.storage.vault import Vault
from regulars.use_cases.named_member import shown_name

PAIRS_MAX = 50
DAYS_AT_ONCE = 12
OPENED_MAX = 4_000

Found = dict[UUID, set[Evidence]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record that may be the same person's, masked. Units: sureness of 100."""

    member_id: UUID
    shown: str
    evidence: tuple[Evidence, ...]
    sureness: int


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


def candidates_of(read: Read, vault: Vault, member_id: UUID) -> tuple[Candidate, ...]:
    """The records that may be this member's too, the surest first. Refuses: member.unknown."""
    profile = read.one(members.PROFILE, member_id=member_id)
    if profile is None or profile.wrapped_key is None:
        raise MEMBER_UNKNOWN.because()
    key = vault.unlock(profile.wrapped_key, member_id)
    known = [
        identities.opened(key, row) for row in read.all(identities.IDENTITIES, member_id=member_id)
    ]
    found: Found = defaultdict(set)
    for other in read.all(duplicates.SHARED_PAST, member=member_id):
        found[other].add(Evidence.OLD_IDENTITY)
    for other, evidence in _spelled_otherwise(read, vault, known):
        found[other].add(evidence)
    for day in read.all(duplicates.DAY_OF, member=member_id):
        names = _names(vault, read.all(duplicates.OF_DAY, day=day))
        for same in names.values():
            if member_id in same:
                for other in same:
                    found[other].add(Evidence.NAME_AND_BIRTHDAY)
    found.pop(member_id, None)
    listed = [
        Candidate(
            member_id=other,
            shown=shown_name(read, vault, other),
            evidence=tuple(sorted(evidence)),
            sureness=sureness(evidence),
        )
        for other, evidence in found.items()
    ]
    return tuple(sorted(listed, key=lambda one: (-one.sureness, one.member_id)))


def pairs_from(read: Read, vault: Vault, cursor: str | None) -> PairPage:
    """Pairs of the whole house: first by numbers given up, then birthday by birthday."""
    found: dict[tuple[UUID, UUID], set[Evidence]] = defaultdict(set)
    if cursor is None:
        for row in read.all(duplicates.ALL_SHARED_PAST, rows=PAIRS_MAX):
            found[_ordered(row.one, row.other)].add(Evidence.OLD_IDENTITY)
    after, opened, following = bytes.fromhex(cursor or ""), 0, cursor or ""
    for _ in range(DAYS_AT_ONCE):
        day = read.one(duplicates.NEXT_DAY, after=after)
        if day is None:
            return PairPage(pairs=_shown(read, vault, found), next_cursor=None)
        rows = read.all(duplicates.OF_DAY, day=day)
        for same in _names(vault, rows).values():
            for one, other in combinations(same, 2):
                found[_ordered(one, other)].add(Evidence.NAME_AND_BIRTHDAY)
        after, following, opened = day, day.hex(), opened + len(rows)
        if opened >= OPENED_MAX or len(found) >= PAIRS_MAX:
            break
    return PairPage(pairs=_shown(read, vault, found), next_cursor=following)


def _spelled_otherwise(
    read: Read, vault: Vault, known: Iterable[Identity]
) -> list[tuple[UUID, Evidence]]:
    spelled = {
        vault.blind_index(other.kind.value, other.normal): evidence
        for one in known
        for other, evidence in other_spellings(one)
    }
    owners = read.all(duplicates.OWNERS, indexes=list(spelled))
    return [(row.member_id, spelled[row.blind_index]) for row in owners]


def _names(vault: Vault, rows: Iterable[SealedNameRow]) -> Mapping[tuple[str, str], list[UUID]]:
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
    return {name: ids for name, ids in same.items() if len(ids) > 1}


def _ordered(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    return (one, other) if one < other else (other, one)


def _shown(
    read: Read, vault: Vault, found: Mapping[tuple[UUID, UUID], set[Evidence]]
) -> tuple[Pair, ...]:
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
    ]
    return tuple(sorted(pairs, key=lambda pair: (-pair.sureness, pair.member_id)))
