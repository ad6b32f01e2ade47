"""Every way to give units to item offers, for baskets small enough to try them all.

    "奶茶立减8元" on the order meets a tea that an item offer made 6.00 cheap: 2.00 of the coupon
    would be lost, so another plan may be better. With six cups we simply try all plans.

Used only where an order amount is cut by what its own goods still cost: then the least sum after
the item stage need not be the least bill.
"""

from collections.abc import Callable, Sequence

from regulars.domain.pricing.item_stage import Plan, Taker, uses_of

PLANS_MAX = 1_500

Found = tuple[int, Plan]


def best_of_all(
    takers: Sequence[Taker],
    dearest: Sequence[int],
    total_of: Callable[[Plan], int],
) -> Found | None:
    """The plan with the least total, by trying all; None where there are too many to try."""
    touched = [unit for unit in dearest if any(unit in taker.savings for taker in takers)]
    plans = 1
    for unit in touched:
        plans *= 1 + sum(unit in taker.savings for taker in takers)
        if plans > PLANS_MAX:
            return None
    best: Found | None = None
    taken: list[tuple[int, Taker]] = []

    def give(at: int) -> None:
        nonlocal best
        if at == len(touched):
            plan = _plan(taken)
            if plan is not None:
                total = total_of(plan)
                if best is None or total < best[0]:
                    best = (total, plan)
            return
        unit = touched[at]
        for taker in takers:
            if unit in taker.savings:
                taken.append((unit, taker))
                give(at + 1)
                taken.pop()
        give(at + 1)

    give(0)
    return best


def _plan(taken: Sequence[tuple[int, Taker]]) -> Plan | None:
    saving_minor = 0
    uses = uses_of(taken)
    for taker, units in uses:
        if len(units) % taker.n or (taker.joins_max and len(units) > taker.joins_max):
            return None
        saving_minor += sum(taker.savings[unit] for unit in units[taker.n - 1 :: taker.n])
    return Plan(saving_minor, uses, True)
