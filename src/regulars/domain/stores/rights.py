"""What a person's roles add up to, and where: a right holds only at the places of its role.

王芳 manages 人民广场店 and helps out as cashier in 静安店. She sells in both stores, and
refunds in 人民广场店 alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.stores.permissions import PERMISSIONS_OF, TILL_PERMISSIONS, Permission, Role
from regulars.domain.stores.scope import EVERYWHERE, OUT_OF_SCOPE, PERMISSION_MISSING, Scope


@dataclass(frozen=True, slots=True)
class Grant:
    """Some rights at some stores."""

    permissions: frozenset[Permission]
    scope: Scope

    def inside(self, others: Sequence["Grant"]) -> bool:
        """Whether one of the others gives all of this."""
        return any(
            self.permissions <= other.permissions and self.scope.inside(other.scope)
            for other in others
        )


def grant_of(role: Role, scope: Scope) -> Grant:
    """What a role gives at some stores."""
    return Grant(PERMISSIONS_OF[role], scope)


def _together(scopes: Sequence[Scope]) -> Scope:
    if len(scopes) == 1:
        return scopes[0]
    stores: set[UUID] = set()
    for scope in scopes:
        if scope.stores is None:
            return EVERYWHERE
        stores |= scope.stores
    return Scope(frozenset(stores))


@dataclass(frozen=True, slots=True)
class Rights:
    """All grants of one party."""

    grants: tuple[Grant, ...]

    @property
    def permissions(self) -> frozenset[Permission]:
        """Every right that holds somewhere."""
        return frozenset().union(*(grant.permissions for grant in self.grants))

    @property
    def scope(self) -> Scope:
        """Every store where some right holds."""
        return _together([grant.scope for grant in self.grants])

    def for_work(self, permission: Permission) -> Grant:
        """The stores where a right holds, with the rights that hold in all of those.

        Refuses: permission.missing.
        """
        holding = [grant for grant in self.grants if permission in grant.permissions]
        if not holding:
            raise PERMISSION_MISSING.because(permission=permission.value)
        if len(self.grants) == 1:
            return self.grants[0]
        scope = _together([grant.scope for grant in holding])
        whole = [grant.permissions for grant in self.grants if scope.inside(grant.scope)]
        shared = frozenset.intersection(*(grant.permissions for grant in holding))
        return Grant(shared.union(*whole), scope)

    def at_till(self, store: UUID) -> "Rights":
        """What remains of the rights for a person who signed in by PIN at a store's till."""
        kept = [
            Grant(grant.permissions & TILL_PERMISSIONS, Scope(frozenset({store})))
            for grant in self.grants
            if grant.scope.holds(store)
        ]
        return Rights(tuple(kept))

    def check_gives(self, wanted: Grant) -> None:
        """Nobody hands out more than she has herself. Refuses: permission.missing, scope.outside."""
        if wanted.inside(self.grants):
            return
        missing = sorted(wanted.permissions - self.permissions)
        if missing:
            raise PERMISSION_MISSING.because(permission=missing[0].value)
        raise OUT_OF_SCOPE.because()
