"""A member: somebody who joined, in one of four states.

A card reported lost is frozen: its owner is still found and greeted, its value does not move
until a manager lifts the freeze.
"""

from dataclasses import dataclass
from enum import StrEnum

from regulars.domain.kernel.ids import MemberId, StoreId
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code

MEMBER_UNKNOWN = refusal_code("member.unknown")
MEMBER_EXISTS = refusal_code("member.exists")
MEMBER_CLOSED = refusal_code("member.closed")
IDENTITY_TAKEN = refusal_code("member.identity_taken", "kind")
IDENTITY_UNKNOWN = refusal_code("member.identity_unknown", "kind")
LAST_IDENTITY = refusal_code("member.last_identity")


class MemberState(StrEnum):
    """What may happen to a member."""

    ACTIVE = "active"
    FROZEN = "frozen"
    CLOSED = "closed"
    ERASED = "erased"


class JoinedVia(StrEnum):
    """Through which door a member joined."""

    TILL = "till"
    IMPORT = "import"
    API = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What is known of a member without opening anything that names her."""

    id: MemberId
    joined_at: Instant
    joined_store_id: StoreId
    joined_via: JoinedVia
    state: MemberState
    language: str
    revision: int

    def changeable(self) -> "Member":
        """The member herself, if her data may still change.

        Refuses: member.closed.
        """
        if self.state in {MemberState.CLOSED, MemberState.ERASED}:
            raise MEMBER_CLOSED.because()
        return self
