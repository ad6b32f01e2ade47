"""What must be so before two records are made one: nothing waits, and one card may hold it all."""

from collections.abc import Sequence
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import Account, AccountKind
from regulars.domain.loyalty.law import check_balance, law_in_force
from regulars.domain.loyalty.top_up import TOP_UP_BALANCE_OVER_LIMIT
from regulars.domain.members import merge as rules
from regulars.domain.orders.shop import Shop
from regulars.storage import merge_moves, top_ups
from regulars.storage.engine import Read
from regulars.use_cases.merge_value import Way


def check_finished(read: Read, both: Sequence[UUID], absorbed_id: UUID) -> None:
    """Whether nothing of theirs waits for its end. Refuses: merge.unfinished."""
    waiting = read.one(merge_moves.UNFINISHED, members=list(both), member=absorbed_id)
    if waiting is not None and (waiting.holds or waiting.mall_orders):
        raise rules.MERGE_UNFINISHED.because()


def check_room(
    read: Read, way: Way, accounts: Sequence[Account], *, shop: Shop, now: Instant
) -> None:
    """Whether one card may hold what both hold.

    Refuses: top_up.balance_over_limit, law.forbids.
    """
    principal = [one for one in accounts if one.kind is AccountKind.PRINCIPAL]
    if not any(one.balance for one in principal if one.owner_id == way.giver):
        return
    balance_minor = sum(one.balance for one in principal)
    maximum_minor = shop.terms.top_up.balance_minor_max
    if balance_minor > maximum_minor:
        raise TOP_UP_BALANCE_OVER_LIMIT.because(maximum_minor=maximum_minor)
    law = law_in_force(
        shop.terms.law, currency=shop.store.currency, on=shop.store.business_day(now)
    )
    named = any(top_ups.is_named(read, one) for one in (way.taker, way.giver))
    check_balance(law, balance_minor, named=named)
