"""Who acts: a person at a till, a machine with a key, or the shop's own jobs.

李敏, cashier of 人民广场店 on terminal A, by quick PIN: till rights, that store only.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import EVERYWHERE, PERMISSION_MISSING, Scope


class ActorKind(StrEnum):
    """What sort of party acts."""

    STAFF = "staff"
    API_KEY = "api_key"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One acting party with its rights and scope, as of this request."""

    kind: ActorKind
    id: UUID
    permissions: frozenset[Permission]
    scope: Scope
    terminal: UUID | None = None

    @property
    def name(self) -> str:
        """A stable name for audit rows and idempotency: never a person's name."""
        return f"{self.kind.value}:{self.id}"

    def may(self, permission: Permission) -> bool:
        """Whether the actor has a right."""
        return permission in self.permissions

    def need(self, permission: Permission) -> None:
        """Refuses: permission.missing."""
        if permission not in self.permissions:
            raise PERMISSION_MISSING.because(permission=permission.value)


SYSTEM = Actor(
    kind=ActorKind.SYSTEM,
    id=UUID(int=0),
    permissions=frozenset(Permission),
    scope=EVERYWHERE,
)
