"""Whether a journey would set itself off: what it does is what lets members in.

"Whoever got a gift gets 100 points": the points are a gift, so she gets the next 100, and so on as
long as the shop is open. Such a journey is refused, unless she may come in only every so many days.
"""

from collections.abc import Iterator
from typing import assert_never
from uuid import UUID

from regulars.domain.campaigns.happenings import MESSAGE_ENDED
from regulars.domain.campaigns.journey import Again, Journey
from regulars.domain.campaigns.nodes import (
    Action,
    GiveGift,
    OpenTask,
    PutTag,
    SendMessage,
    actions_of,
)
from regulars.domain.campaigns.triggers import OnFact
from regulars.domain.kernel.condition import (
    All,
    AnyOf,
    Compare,
    Condition,
    Not,
    OneOf,
    View,
    Within,
    verdict,
)

_BOUNDED = frozenset({Again.NEVER, Again.AFTER_DAYS})


def sets_itself_off(journey: Journey, journey_id: UUID) -> str | None:
    """The kind of fact by which a journey sets itself off again and again; None where none does."""
    if journey.reentry.again in _BOUNDED:
        return None
    heard = [one for one in journey.triggers if isinstance(one, OnFact)]
    for step, action in actions_of(journey.graph):
        for kind, told in _told_by(step, action, journey_id):
            if any(one.fact == kind and _could_meet(one.where, told) for one in heard):
                return kind
    return None


def _told_by(step: str, action: Action, journey_id: UUID) -> Iterator[tuple[str, View]]:
    """The facts that an act tells, each with what is known of it beforehand."""
    match action:
        case SendMessage():
            yield MESSAGE_ENDED, {"step": step, "journey": str(journey_id)}
        case GiveGift(gift=gift):
            yield "member.gifted", {"points": gift.points}
            for code in gift.coupon_types:
                yield "coupon.issued", {"type": code}
            if gift.growth_value:
                yield "member.tier_changed", {"cause": "up"}
        case PutTag():
            yield "member.tags_changed", {}
        case OpenTask():
            return
        case _:
            assert_never(action)


def _could_meet(condition: Condition, told: View, *, wanted: bool = True) -> bool:
    """Whether a condition could hold (or fail) by what is known; what is not known may be so."""
    match condition:
        case Compare() | OneOf() | Within():
            return condition.field not in told or verdict(condition, told).holds is wanted
        case Not(part=part):
            return _could_meet(part, told, wanted=not wanted)
        case All(parts=parts) if wanted:
            return all(_could_meet(one, told) for one in parts)
        case AnyOf(parts=parts) if not wanted:
            return all(_could_meet(one, told, wanted=False) for one in parts)
        case All(parts=parts) | AnyOf(parts=parts):
            return any(_could_meet(one, told, wanted=wanted) for one in parts)
        case _:
            assert_never(condition)
