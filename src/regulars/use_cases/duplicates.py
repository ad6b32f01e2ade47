"""Which records may be one member's, and why somebody may think so.

王芳's old number is the other record's number today; both are called 王芳 and have their birthday on
5 May. The surest comes first; a manager decides. `duplicate_pairs` looks through the whole house.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.members.identity import Identity
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.members.merge import Evidence, other_spellings, sureness
from regulars.storage import duplicates, identities, members
from regulars.storage.engine import Read
from regulars.storage.kept_apart import apart_among, ordered
from regulars.storage.vault import Vault
from regulars.use_cases.duplicate_pairs import names_alike
from regulars.use_cases.named_member import shown_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record that may be the same person's, masked. Units: sureness of 100."""

    member_id: UUID
    shown: str
    evidence: tuple[Evidence, ...]
    sureness: int


def candidates_of(read: Read, vault: Vault, member_id: UUID) -> tuple[Candidate, ...]:
    """The records that may be this member's too, the surest first. Refuses: member.unknown.

    One of which somebody said that it is another person's is none of them.
    """
    profile = read.one(members.PROFILE, member_id=member_id)
    if profile is None or profile.wrapped_key is None:
        raise MEMBER_UNKNOWN.because()
    key = vault.unlock(profile.wrapped_key, member_id)
    known = [
        identities.opened(key, row) for row in read.all(identities.IDENTITIES, member_id=member_id)
    ]
    found: dict[UUID, set[Evidence]] = defaultdict(set)
    for other in read.all(duplicates.SHARED_PAST, member=member_id):
        found[other].add(Evidence.OLD_IDENTITY)
    for other, evidence in _spelled_otherwise(read, vault, known):
        found[other].add(evidence)
    for day in read.all(duplicates.DAY_OF, member=member_id):
        for same in names_alike(vault, read.all(duplicates.OF_DAY, day=day)).values():
            if member_id in same:
                for other in same:
                    found[other].add(Evidence.NAME_AND_BIRTHDAY)
    found.pop(member_id, None)
    apart = apart_among(read, [member_id, *found])
    listed = [
        Candidate(
            member_id=other,
            shown=shown_name(read, vault, other),
            evidence=tuple(sorted(evidence)),
            sureness=sureness(evidence),
        )
        for other, evidence in found.items()
        if ordered(member_id, other) not in apart
    ]
    return tuple(sorted(listed, key=lambda one: (-one.sureness, one.member_id)))


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
