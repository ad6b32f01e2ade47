"""Whose data somebody may see: built once per request from the log-in, never from a body.

The cashier of 人民广场店 has the scope {that store}; head office has everything.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code

OUT_OF_SCOPE = refusal_code("scope.outside")
PERMISSION_MISSING = refusal_code("permission.missing", "permission")


@dataclass(frozen=True, slots=True)
class Scope:
    """The stores somebody may see; `stores=None` is the whole organisation."""

    stores: frozenset[UUID] | None = frozenset()

    @property
    def everywhere(self) -> bool:
        """Whether the scope is the whole organisation."""
        return self.stores is None

    def holds(self, store: UUID) -> bool:
        """Whether a store lies in the scope."""
        return self.stores is None or store in self.stores

    def inside(self, other: "Scope") -> bool:
        """Whether everything in this scope lies in another one."""
        if other.stores is None:
            return True
        return self.stores is not None and self.stores <= other.stores

    def check(self, store: UUID) -> None:
        """Refuses: scope.outside, the same for a store that does not exist."""
        if not self.holds(store):
            raise OUT_OF_SCOPE.because()


EVERYWHERE = Scope(None)
