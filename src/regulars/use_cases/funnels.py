"""Where a programme loses its guests: from those invited down to those who bought.

of_programme(read, Asked(programme_id=spring), now=now).whole.steps
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from regulars.domain.insights.assignment import CONTROL, is_everything
from regulars.domain.insights.funnel import Funnel, Step, funnel_of
from regulars.domain.insights.outcome import Basis
from regulars.domain.kernel.period import Instant
from regulars.storage.engine import Read
from regulars.storage.funnels import reach
from regulars.storage.outcomes import Windows, outcomes
from regulars.use_cases.measured_outcomes import Asked, Reader, plan_asked, policies_of


class FunnelPart(NamedTuple):
    """The funnel of some of the invited: of a variant, a store or a channel."""

    kind: str
    key: str
    funnel: Funnel


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelReport:
    """The whole funnel and its parts; all invited so far, also those whose window still runs."""

    basis: Basis
    whole: Funnel
    parts: tuple[FunnelPart, ...]


class _Place(NamedTuple):
    arm: str
    store_id: UUID
    channel: str | None


class _Came(NamedTuple):
    """Members of one place at each step, and what they left. Units: minor units."""

    invited: int = 0
    reached: int = 0
    delivered: int = 0
    clicked: int = 0
    claimed: int = 0
    redeemed: int = 0
    bought: int = 0
    sales_minor: int = 0
    profit_minor: int = 0
    income_minor: int = 0
    linked: int = 0

    def plus(self, other: "_Came") -> "_Came":
        return _Came(*(a + b for a, b in zip(self, other, strict=True)))


def of_programme(read: Read, asked: Asked, *, now: Instant) -> FunnelReport:
    """How far the invited came, and what they bought so far within their windows.

    Refuses: assignment.programme_unknown, measurement.plan_unfit.
    """
    policy = policies_of(read, asked.programme_id)[-1]
    length = timedelta(days=plan_asked(policy.plan, asked).window_days)
    windows = Windows(
        programme_id=asked.programme_id,
        length=length,
        now=Instant(now + length),
        store_id=asked.store_id,
        everything=is_everything(asked.programme_id, policy.design),
    )
    came = _reached(read, asked, everything=windows.everything)
    reader, uncosted = Reader.of(read, now=now), 0
    for row in outcomes(read, windows):
        if row.arm == CONTROL:
            continue
        one = reader.outcome(row)
        uncosted += row.uncosted
        place = _Place(row.arm, row.store_id, row.channel)
        left = _Came(
            bought=min(row.visits, 1),
            sales_minor=row.revenue_minor,
            profit_minor=one.earned(Basis.PROFIT),
            income_minor=one.earned(Basis.REVENUE),
        )
        came[place] = came.get(place, _Came()).plus(left)
    basis = Basis.REVENUE if uncosted else Basis.PROFIT
    known = _known(came.values())
    return FunnelReport(
        basis=basis,
        whole=_funnel(came.values(), known, basis),
        parts=tuple(_parts(came, known, basis)),
    )


def _reached(read: Read, asked: Asked, *, everything: bool) -> dict[_Place, _Came]:
    came: dict[_Place, _Came] = {}
    for row in reach(read, asked.programme_id, everything=everything):
        if asked.store_id is not None and row.store_id != asked.store_id:
            continue
        place = _Place(row.arm, row.store_id, row.channel)
        steps = _Came(
            row.invited,
            row.reached,
            row.delivered,
            row.clicked,
            row.claimed,
            row.redeemed,
            linked=row.linked,
        )
        came[place] = came.get(place, _Came()).plus(steps)
    return came


def _known(came: Iterable[_Came]) -> frozenset[Step]:
    """The steps that anybody can know: no receipt, link or coupon at all is no zero."""
    total = _sum(came)
    known = {Step.INVITED, Step.REACHED, Step.BOUGHT}
    if total.delivered:
        known.add(Step.DELIVERED)
    if total.linked or total.clicked:
        known.add(Step.CLICKED)
    if total.claimed:
        known |= {Step.CLAIMED, Step.REDEEMED}
    return frozenset(known)


def _sum(came: Iterable[_Came]) -> _Came:
    total = _Came()
    for one in came:
        total = total.plus(one)
    return total


def _funnel(came: Iterable[_Came], known: frozenset[Step], basis: Basis) -> Funnel:
    total = _sum(came)
    counts: dict[Step, int | None] = {
        step: count for step, count in zip(Step, total, strict=False) if step in known
    }
    profit = total.profit_minor if basis is Basis.PROFIT else total.income_minor
    return funnel_of(counts, sales_minor=total.sales_minor, profit_minor=profit)


def _parts(
    came: Mapping[_Place, _Came], known: frozenset[Step], basis: Basis
) -> Iterable[FunnelPart]:
    grouped: dict[tuple[str, str], list[_Came]] = {}
    for place, one in came.items():
        grouped.setdefault(("variant", place.arm), []).append(one)
        grouped.setdefault(("store", str(place.store_id)), []).append(one)
        if place.channel is not None:
            grouped.setdefault(("channel", place.channel), []).append(one)
    for (kind, key), those in sorted(grouped.items()):
        yield FunnelPart(kind, key, _funnel(those, known, basis))
