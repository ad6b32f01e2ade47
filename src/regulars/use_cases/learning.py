"""The next day's chances of a journey's variants, learned from those whose window is over.

    kept = lesson_of(read, Pupil(journey_id, Goal(Reward.NORMAL)), now=now)     # reads only
    if kept is not None: run(kept)                                              # a row

The figures are read beside the tills and the command writes one row, if no other was faster. The
numbers that chance draws come from the programme's salt and the version, so anybody can draw them
again and find the same weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from regulars.domain.campaigns.nodes import Learns
from regulars.domain.insights.assignment import BUCKETS, Variant
from regulars.domain.insights.bandit import Goal, Reward, chance_of, learned, moved
from regulars.domain.insights.outcome import Figure
from regulars.domain.kernel.period import Instant
from regulars.domain.stores.permissions import Permission
from regulars.storage import assignments, journeys
from regulars.storage.engine import Read, Write
from regulars.use_cases.assigning import Declared, declare
from regulars.use_cases.journey_sights import journey_of_text
from regulars.use_cases.measured_outcomes import Asked, figures_of, policies_of
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

_FIGURES = {Reward.BERNOULLI: Figure.VISITED, Reward.NORMAL: Figure.PROFIT}
_GOALS = {Learns.VISITS: Goal(Reward.BERNOULLI), Learns.PROFIT: Goal(Reward.NORMAL)}


class Pupil(NamedTuple):
    """A programme whose chances are learned, and from what."""

    programme_id: UUID
    goal: Goal


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepChances:
    """New chances of a programme's variants, learned while a version was in force."""

    programme_id: UUID
    seen: int
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChancesKept:
    """The version of the chances that is in force."""

    version: int


def pupils(read: Read) -> Sequence[Pupil]:
    """The journeys that let members in and learn which way of a split is the best."""
    found = []
    for row in read.all(journeys.LIVE):
        split = journey_of_text(row.definition).learning
        if split is not None and split.learns is not None:
            found.append(Pupil(row.id, _GOALS[split.learns]))
    return found


def lesson_of(read: Read, pupil: Pupil, *, now: Instant) -> KeepChances | None:
    """The chances to draw by from now on; None where there is nothing new to learn from.

    Yes-or-no goals learn from visits, amounts from what was earned. Where no window ended since the
    chances in force were written, nothing else is read. Refuses: assignment.programme_unknown.
    """
    policy = policies_of(read, pupil.programme_id)[-1]
    design = policy.design
    length = timedelta(days=policy.plan.window_days)
    if design.uniform == BUCKETS or not assignments.any_drawn(
        read,
        pupil.programme_id,
        after=Instant(policy.recorded_at - length),
        until=Instant(now - length),
    ):
        return None
    asked = Asked(programme_id=pupil.programme_id)
    known = figures_of(read, asked, policy, now=now).counted.lessons(_FIGURES[pupil.goal.reward])
    if not all(one.name in known for one in design.variants):
        return None
    arms = [known[one.name] for one in design.variants]
    weights = learned(arms, pupil.goal, chance_of(f"{design.salt}|{policy.version}"))
    if weights is None or not moved(design.variants, weights):
        return None
    return KeepChances(programme_id=pupil.programme_id, seen=policy.version, variants=weights)


@use_case
def keep_chances(tx: Write, command: KeepChances, moment: Moment) -> ChancesKept:
    """Draw by new chances from now on, unless others were written meanwhile.

    Refuses: permission.missing, assignment.programme_unknown.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    policy = policies_of(tx, command.programme_id)[-1]
    if policy.version != command.seen:
        return ChancesKept(version=policy.version)
    design = replace(policy.design, variants=command.variants)
    changed = Declared(design=design, plan=policy.plan)
    return ChancesKept(version=declare(tx, moment, command.programme_id, changed))
