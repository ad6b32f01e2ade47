"""Which offers and coupons may be on one order together.

九折 and 满100减15 in the group "大促", a coupon, one coupon per order: with 九折 or 满100减15 or
neither, with the coupon or without it, six sets; "独享七折" stands alone and is the seventh.
"""

from collections.abc import Iterator, Sequence

from regulars.domain.pricing.candidates import Candidate
from regulars.domain.pricing.offer import Stack


def legal_sets(
    candidates: Sequence[Candidate], coupons_max: int
) -> Iterator[tuple[Candidate, ...]]:
    """Every legal set, the fullest first; what excludes nothing is in all of them."""
    free: list[Candidate] = []
    grouped: list[Candidate] = []
    held: list[Candidate] = []
    alone: list[Candidate] = []
    members: dict[str, int] = {}
    for candidate in candidates:
        for group in candidate.offer.groups:
            members[group] = members.get(group, 0) + 1
    for candidate in candidates:
        groups = candidate.offer.groups
        if candidate.offer.stack is Stack.ALONE:
            alone.append(candidate)
        elif candidate.coupon is not None:
            held.append(candidate)
        elif groups and any(members[group] > 1 for group in groups):
            grouped.append(candidate)
        else:
            free.append(candidate)
    for chosen in _with_offers(grouped, 0, tuple(free)):
        yield from _with_coupons(held, 0, chosen, coupons_max)
    for candidate in alone:
        if candidate.coupon is None or coupons_max:
            yield (candidate,)


def _with_offers(
    grouped: Sequence[Candidate], at: int, chosen: tuple[Candidate, ...]
) -> Iterator[tuple[Candidate, ...]]:
    if at == len(grouped):
        yield chosen
        return
    if _compatible(grouped[at], chosen):
        yield from _with_offers(grouped, at + 1, (*chosen, grouped[at]))
    yield from _with_offers(grouped, at + 1, chosen)


def _with_coupons(
    coupons: Sequence[Candidate], start: int, chosen: tuple[Candidate, ...], left: int
) -> Iterator[tuple[Candidate, ...]]:
    """Sets with up to so many of the coupons; equal ones are used as they expire."""
    if left:
        passed: set[int] = set()
        for at in range(start, len(coupons)):
            candidate = coupons[at]
            if candidate.offer.id.int in passed:
                continue
            passed.add(candidate.offer.id.int)
            if _compatible(candidate, chosen):
                yield from _with_coupons(coupons, at + 1, (*chosen, candidate), left - 1)
    yield chosen


def _compatible(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    groups = candidate.offer.groups
    return not groups or not any(group in one.offer.groups for one in chosen for group in groups)
