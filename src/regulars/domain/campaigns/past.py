"""A member's past as a journey would have met her: her orders, and who she was after each of them.

On 3 May 王芳 had come four times; today she has come eleven. A journey that is tried on last May sees
the four. What no order tells (tags, balances, consents) is as it is today, and is said to be.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from regulars.domain.kernel.condition import Condition
from regulars.domain.kernel.period import Instant
from regulars.domain.segments.conditions import measures_of, needs
from regulars.domain.segments.kinds import Part
from regulars.domain.segments.member_state import Ground, MemberState
from regulars.domain.segments.membership import Judgement, Reading

# What happened at a moment is known from the next one on.
MOMENT = timedelta(microseconds=1)
CROSSINGS_MAX = 2_000
REPLAYED = frozenset({Part.ORDERS, Part.LINES, Part.BIRTHDAY})
_AS_TODAY = frozenset({"tier", "told", "language"})


class Happened(NamedTuple):
    """Something in her past that a journey can hear of."""

    kind: str
    at: Instant
    store: str
    name: str
    body: dict[str, object]


class Crossing(NamedTuple):
    """She came into a segment, or left it."""

    at: Instant
    enters: bool


@dataclass(frozen=True, slots=True)
class Past:
    """One member with all her orders, oldest first."""

    state: MemberState
    ground: Ground

    def as_of(self, at: Instant) -> MemberState:
        """Who she was at a moment, as far as her orders tell."""
        orders = tuple(one for one in self.state.orders if one.at < at)
        return replace(
            self.state,
            orders=orders,
            visits=len(orders),
            spent_minor=sum(one.net_minor for one in orders),
            first_visit_at=orders[0].at if orders else None,
            last_visit_at=orders[-1].at if orders else None,
        )

    def judged(self, condition: Condition, at: Instant) -> Judgement:
        """Whether a condition held at a moment, and until when."""
        return Reading(self.as_of(at), self.ground, at).judge(condition)

    def happened(self) -> list[Happened]:
        """What journeys can hear of her past: joining, and every order."""
        state = self.state
        joined = Happened(
            "member.joined",
            state.joined_at,
            str(state.home_store_id),
            str(state.id),
            {"via": state.joined_via},
        )
        orders = [
            Happened(
                "order.settled",
                one.at,
                str(one.store_id),
                str(number),
                {"due_minor": one.net_minor},
            )
            for number, one in enumerate(state.orders)
        ]
        return sorted([joined, *orders], key=lambda one: one.at)

    def crossings(self, condition: Condition, since: Instant, until: Instant) -> Iterator[Crossing]:
        """When she came into a segment and left it: by her orders, and by the clock."""
        known = Instant(self.state.joined_at + MOMENT)
        at = max(since, known)
        orders = [Instant(one.at + MOMENT) for one in self.state.orders]
        found = self.judged(condition, at)
        inside = found.holds
        if inside and at == known:
            yield Crossing(at, enters=True)
        for _ in range(CROSSINGS_MAX):
            following = [one for one in orders if one > at]
            if found.flips_at is not None and found.flips_at > at:
                following.append(found.flips_at)
            if not following or min(following) >= until:
                return
            at = min(following)
            found = self.judged(condition, at)
            if found.holds is not inside:
                inside = found.holds
                yield Crossing(at, inside)


def taken_as_today(conditions: list[Condition]) -> list[str]:
    """The measures whose past is not kept, so that they are taken as they are today."""
    names: set[str] = set()
    for condition in conditions:
        if needs(condition).parts <= REPLAYED:
            names |= {one for one in measures_of(condition) if one in _AS_TODAY}
        else:
            names |= set(measures_of(condition))
    return sorted(names)
