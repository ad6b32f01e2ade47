"""The next day's chances of a programme's variants, learned from those whose window is over.

    relearn(tx, moment, campaign_id, Goal(Reward.NORMAL))     # once a day, by whoever runs it

The numbers that chance draws come from the programme's salt and the version, so anybody can draw
them again and find the same weights.
"""

from dataclasses import replace
from uuid import UUID

from regulars.domain.insights.assignment import BUCKETS
from regulars.domain.insights.bandit import Goal, Outcomes, Reward, chance_of, learned
from regulars.domain.insights.moments import VALUE, Moments
from regulars.domain.insights.outcome import Figure
from regulars.storage.engine import Write
from regulars.use_cases.assigning import Declared, declare
from regulars.use_cases.measured_outcomes import Asked, figures_of, policies_of
from regulars.use_cases.moment import Moment


def relearn(tx: Write, moment: Moment, programme_id: UUID, goal: Goal) -> int:
    """Write down new chances if the figures give others; answers the version in force.

    Yes-or-no goals learn from visits, amounts from what was earned. A programme whose variants are
    all drawn evenly never learns. Refuses: assignment.programme_unknown.
    """
    policy = policies_of(tx, programme_id)[-1]
    design = policy.design
    if design.uniform == BUCKETS:
        return policy.version
    found = figures_of(tx, Asked(programme_id=programme_id), policy, now=moment.now).counted
    arms = []
    for variant in design.variants:
        if goal.reward is Reward.BERNOULLI:
            moments = found.others.get((Figure.VISITED, variant.name))
        else:
            moments = found.arms(lambda cell, name=variant.name: cell.arm == name).treated  # type: ignore[misc]
        arms.append(_outcomes(variant.name, moments))
    chance = chance_of(f"{design.salt}|{policy.version}")
    weights = learned(arms, goal, chance)
    changed = Declared(design=replace(design, variants=weights), plan=policy.plan)
    return declare(tx, moment, programme_id, changed)


def _outcomes(name: str, moments: Moments | None) -> Outcomes:
    if moments is None or not moments.count:
        return Outcomes(name=name, members=0, total=0, squares=0)
    return Outcomes(
        name=name, members=moments.count, total=moments.sums[VALUE], squares=moments.products[0]
    )
