"""The parts of a check that look at the whole bill: is it legal, and could another set leave less.

Nothing saves more than 11.00 on the teas: from 41.00 on, does any set of offers on the bill, or
any threshold that a smaller saving would reach, leave less than the bound?
"""

from collections.abc import Iterator, Sequence

from regulars.domain.pricing.kinds.acts import Bundle, Group, Single
from regulars.domain.pricing.search.automaton import (
    Automaton,
    ItemOffer,
    Taken,
    automaton_of,
    roles,
)
from regulars.domain.pricing.search.certificate import Certificate
from regulars.domain.pricing.search.orders import OrderOffer
from regulars.domain.pricing.search.solve import Problem

STATES_MAX = 20_000


def bill_faults(certificate: Certificate, problem: Problem) -> Iterator[str]:
    """What is wrong with the bill itself: whether it is legal and comes to what it says."""
    copies = {(one.number, one.copy): one for one in problem.orders}
    numbers = {one.number for one in problem.items}
    taken = [Taken(*one) for one in certificate.taken]
    if not set(certificate.orders) <= set(copies) or not {one.number for one in taken} <= numbers:
        yield "the bill names an offer that is not in play"
        return
    used = {number for number, _ in certificate.orders} | {one.number for one in taken}
    mask = sum(1 << number for number in used)
    if any(problem.masks[number] & mask for number in used):
        yield "the bill holds offers that exclude each other"
    if len({one.unit for one in taken}) < len(taken):
        yield "a unit is taken twice"
    coupons = sum(copies[one].is_coupon for one in certificate.orders)
    for offer in problem.items:
        spent = _coupons_of(offer, [one for one in taken if one.number == offer.number])
        if spent is None:
            yield f"offer {offer.number} takes units that make no whole uses, or too many"
            return
        coupons += spent
    if coupons > problem.coupons_max:
        yield "the bill spends more coupons than an order takes"
    orders = sorted([copies[one] for one in certificate.orders], key=lambda one: one.rank)
    after_item = problem.ledger.after_item(taken)
    total = None if after_item is None else problem.ledger.left(after_item, orders)
    if total != certificate.value_minor:
        yield f"the bill comes to {total}, not to {certificate.value_minor}"


def _coupons_of(offer: ItemOffer, taken: Sequence[Taken]) -> int | None:
    """How many coupons the units given to an offer take; None where they are no whole uses."""
    uses = 0
    counts: dict[int, list[int]] = {}
    for role, (pattern, _) in enumerate(roles(offer.taking)):
        counts.setdefault(pattern, []).append(sum(one.role == role for one in taken))
    for at, kind in enumerate(offer.taking.patterns):
        match kind:
            case Single():
                uses += counts[at][0]
            case Group(n=n):
                if counts[at][0] % n:
                    return None
                uses += counts[at][0] // n
            case Bundle(slots=slots):
                times = counts[at][0] // slots[0].quantity
                wanted = [times * slot.quantity for slot in slots]
                if counts[at] != wanted:
                    return None
                uses += times
    each = offer.taking.uses_max
    if not offer.copies:
        return None if each and uses > each else 0
    spent = -(-uses // each) if each else min(uses, 1)
    return spent if spent <= offer.copies else None


def falls_below(bound_minor: int, problem: Problem, banned: int, saved: Sequence[int]) -> bool:
    """Whether the rest without the banned could leave less than a bound.

    `saved[coupons]` is what the item offers save at most with so many coupons. Units: minor units.
    """
    orders = sorted(
        [one for one in problem.orders if not banned >> one.number & 1], key=lambda one: one.rank
    )
    for coupons, most in enumerate(saved):
        left = problem.coupons_max - coupons
        after_item = max(problem.sum_minor - most, 0)
        spent = problem.sum_minor if problem.clipped else after_item
        if _leaves_less(orders, problem, (after_item, spent, left), bound_minor):
            return True
        for threshold in _thresholds(orders, after_item, problem.sum_minor):
            if not _leaves_less(orders, problem, (threshold, threshold, left), bound_minor):
                continue
            limit = problem.sum_minor - threshold
            reached = problem.sum_minor - _most_within(problem, banned, coupons, limit)
            if _leaves_less(orders, problem, (reached, reached, left), bound_minor):
                return True
    return False


def _leaves_less(
    orders: Sequence[OrderOffer], problem: Problem, at: tuple[int, int, int], bound_minor: int
) -> bool:
    """Whether some legal set of offers on the bill leaves less than a bound of a sum."""
    after_item, spent, coupons = at
    # What the offers from each place on could still take, coupons by themselves.
    free, paid = [0], [[0]]
    for one in reversed(orders):
        most = max(one.most(after_item, spent), 0)
        free.append(free[-1] + (0 if one.is_coupon else most))
        paid.append(sorted([*paid[-1], most], reverse=True) if one.is_coupon else paid[-1])
    free.reverse()
    paid.reverse()

    def descend(place: int, left: tuple[int, int], out: int, count: int) -> bool:
        goods, fees = left
        if goods + fees - free[place] - sum(paid[place][:count]) >= bound_minor:
            return False
        if place == len(orders):
            return goods + fees < bound_minor
        one = orders[place]
        if not out >> one.number & 1 and (count or not one.is_coupon):
            off = one.most(goods, spent)
            after = (goods, fees - off) if one.is_fee else (max(goods - off, 0), fees)
            rest = count - 1 if one.is_coupon else count
            if descend(place + 1, after, out | problem.masks[one.number], rest):
                return True
        return descend(place + 1, left, out, count)

    return descend(0, (after_item, problem.fees_minor), 0, coupons)


def _thresholds(orders: Sequence[OrderOffer], after_item: int, most: int) -> list[int]:
    """The sums above one at which an offer on the bill begins to save more."""
    found: set[int] = set()
    for one in orders:
        if one.fixed_minor is not None or one.effect is None:
            continue
        following = one.effect.next_after(after_item)
        while following is not None and following <= most:
            found.add(following)
            following = one.effect.next_after(following)
    return sorted(found)


def _most_within(problem: Problem, banned: int, coupons_max: int, limit: int) -> int:
    """The most that item offers can save without passing a limit; the limit where unknown."""
    machines: list[Automaton] = []
    for one in problem.items:
        if not banned >> one.number & 1:
            machine = automaton_of(one.number, one.taking, one.copies)
            if machine is None:
                return limit
            machines.append(machine)
    charges = sum(
        pattern.charge_minor * len(problem.dearest)
        for machine in machines
        for pattern in machine.taking.patterns
        if isinstance(pattern, Bundle)
    )
    # Every sum that can be saved, as the bits of one number, by states and coupons.
    sums: dict[tuple[tuple[int, ...], int], int] = {((0,) * len(machines), 0): 1 << charges}
    for unit in problem.dearest:
        following = dict(sums)
        for (states, spent), bits in sums.items():
            for at, machine in enumerate(machines):
                for role, gain in machine.roles.get(unit, ()):
                    move = machine.moves[role][states[at]]
                    if move is None or spent + move[3] > coupons_max:
                        continue
                    made = (gain if move[1] else 0) - move[2]
                    moved = bits << made if made >= 0 else bits >> -made
                    key = ((*states[:at], move[0], *states[at + 1 :]), spent + move[3])
                    following[key] = following.get(key, 0) | moved
        if len(following) > STATES_MAX:
            return limit
        sums = following
    mask = (1 << (limit + charges + 1)) - 1
    return max(
        (bits & mask).bit_length() - 1 - charges
        for (states, _), bits in sums.items()
        if all(one.final[state] for one, state in zip(machines, states, strict=True))
    )
