"""What roles add up to, and where."""

from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.stores.permissions import TILL_PERMISSIONS, Permission, Role
from regulars.domain.stores.rights import Grant, Rights, grant_of
from regulars.domain.stores.scope import EVERYWHERE, Scope

A, B, C = (UUID(int=number) for number in (1, 2, 3))


def at(*stores: UUID) -> Scope:
    return Scope(frozenset(stores))


def test_a_right_holds_only_at_the_places_of_its_role() -> None:
    rights = Rights((grant_of(Role.STORE_MANAGER, at(A)), grant_of(Role.CASHIER, at(B))))
    selling = rights.for_work(Permission.ORDER_SELL)
    assert selling.scope == at(A, B)
    assert Permission.ORDER_REFUND not in selling.permissions
    refunding = rights.for_work(Permission.ORDER_REFUND)
    assert refunding.scope == at(A)
    assert Permission.ORDER_SELL in refunding.permissions
    assert rights.scope == at(A, B)


def test_a_role_everywhere_swallows_the_places_of_others() -> None:
    rights = Rights((grant_of(Role.ACCOUNTANT, EVERYWHERE), grant_of(Role.CASHIER, at(B))))
    assert rights.for_work(Permission.ORDER_READ).scope == EVERYWHERE
    selling = rights.for_work(Permission.ORDER_SELL)
    assert selling.scope == at(B)
    assert Permission.AUDIT_READ in selling.permissions


def test_a_right_that_holds_nowhere_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        Rights((grant_of(Role.CASHIER, at(A)),)).for_work(Permission.STAFF_WRITE)
    assert refused.value.code == "permission.missing"
    with pytest.raises(Refusal):
        Rights(()).for_work(Permission.ORDER_SELL)


def test_a_till_leaves_till_work_in_one_store() -> None:
    rights = Rights((grant_of(Role.OWNER, EVERYWHERE),)).at_till(B)
    assert rights.permissions == TILL_PERMISSIONS
    assert rights.scope == at(B)
    assert Rights((grant_of(Role.CASHIER, at(A)),)).at_till(B).permissions == frozenset()


def test_nobody_gives_what_she_has_not() -> None:
    own = Rights((grant_of(Role.OWNER, at(A, B)),))
    own.check_gives(grant_of(Role.OWNER, at(A)))
    with pytest.raises(Refusal) as outside:
        own.check_gives(grant_of(Role.CASHIER, at(C)))
    assert outside.value.code == "scope.outside"
    manager = Rights((grant_of(Role.STORE_MANAGER, at(A)),))
    with pytest.raises(Refusal) as missing:
        manager.check_gives(Grant(frozenset({Permission.STAFF_WRITE}), at(A)))
    assert missing.value.code == "permission.missing"
