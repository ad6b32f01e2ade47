"""Assigning members to arms: by whoever runs a campaign, before anything is sent.

    declare(tx, moment, campaign_id, Declared(design=design, plan=plan))
    arms = assign(tx, moment, campaign_id, eligible, eligible_set="segment:…:3")
    # send only to those whose arm is `contacted`; the others are written down all the same

Both may be called again with the same members: a member keeps her first arm for ever.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from regulars.domain.insights.assignment import (
    Assigned,
    Design,
    Holdout,
    assigned,
    everything_design,
    everything_of,
    only_weights_differ,
)
from regulars.domain.insights.plan import Plan
from regulars.domain.kernel.refusal import refusal_code
from regulars.storage import assignments
from regulars.storage.assignments import AssignmentRow, Policy
from regulars.storage.engine import Write
from regulars.use_cases.moment import Moment

PROGRAMME_UNKNOWN = refusal_code("assignment.programme_unknown")
DESIGN_FIXED = refusal_code("assignment.design_fixed")
HOLDOUT_FIXED = refusal_code("assignment.holdout_fixed", "year", "share")
BATCH_TOO_LARGE = refusal_code("assignment.batch_too_large", "maximum")

BATCH_MAX = 5_000
# What all marketing of a year earns shows slowly: its window is a season.
EVERYTHING_PLAN = Plan(window_days=90, members=20_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """How a programme draws, and what was promised about judging it."""

    design: Design
    plan: Plan


class Eligible(NamedTuple):
    """A member who may be invited, as she stands now: her home store, tier and planned channel."""

    member_id: UUID
    store_id: UUID
    tier: str
    channel: str | None = None


def declare(tx: Write, moment: Moment, programme_id: UUID, declared: Declared) -> int:
    """Write down how a programme draws; the same again is the same version.

    Only the chances of its variants may change later: the control, the salt and the plan are what
    its figures stand on. Who is held out from everything is the same for all programmes of a year.
    Answers the version. Refuses: assignment.design_fixed, assignment.holdout_fixed.
    """
    _declare_holdout(tx, moment, declared.design.holdout)
    return _declare(tx, moment, programme_id, declared)


def _declare_holdout(tx: Write, moment: Moment, holdout: Holdout) -> None:
    if not holdout.share:
        return
    everything = everything_of(holdout.year)
    known = assignments.policies_of(tx, everything)
    if known and known[0].design.control != holdout.share:
        raise HOLDOUT_FIXED.because(year=holdout.year, share=known[0].design.control)
    declared = Declared(design=everything_design(holdout), plan=EVERYTHING_PLAN)
    _declare(tx, moment, everything, declared)


def _declare(tx: Write, moment: Moment, programme_id: UUID, declared: Declared) -> int:
    known = assignments.policies_of(tx, programme_id)
    if known:
        newest = known[-1]
        if (newest.design, newest.plan) == (declared.design, declared.plan):
            return newest.version
        if newest.plan != declared.plan or not only_weights_differ(newest.design, declared.design):
            raise DESIGN_FIXED.because()
    policy = Policy(
        programme_id=programme_id,
        version=len(known) + 1,
        design=declared.design,
        plan=declared.plan,
        recorded_at=moment.now,
        recorded_by=moment.actor.name,
    )
    if not assignments.declare(tx, policy):
        return _declare(tx, moment, programme_id, declared)
    return policy.version


def assign(
    tx: Write,
    moment: Moment,
    programme_id: UUID,
    eligible: Sequence[Eligible],
    *,
    eligible_set: str,
) -> Mapping[UUID, Assigned]:
    """The arm of each member, drawn and written down where she had none.

    `eligible_set` names what made them eligible, e.g. a segment and its version. Refuses:
    assignment.programme_unknown, assignment.batch_too_large.
    """
    if len(eligible) > BATCH_MAX:
        raise BATCH_TOO_LARGE.because(maximum=BATCH_MAX)
    policies = assignments.policies_of(tx, programme_id)
    if not policies:
        raise PROGRAMME_UNKNOWN.because()
    drawn = _assigned_by(tx, moment, policies[-1], eligible, eligible_set=eligible_set)
    holdout = policies[-1].design.holdout
    if holdout.share:
        of_everything = assignments.policies_of(tx, everything_of(holdout.year))
        _assigned_by(tx, moment, of_everything[-1], eligible, eligible_set=eligible_set)
    return drawn


def _assigned_by(
    tx: Write,
    moment: Moment,
    policy: Policy,
    eligible: Sequence[Eligible],
    *,
    eligible_set: str,
) -> dict[UUID, Assigned]:
    members = {one.member_id: one for one in eligible}
    known = assignments.assigned_among(tx, policy.programme_id, list(members))
    new = [one for member_id, one in members.items() if member_id not in known]
    if new:
        drawn = [(one, assigned(one.member_id, policy.design)) for one in new]
        rows = [_row(moment, policy, one, arm, eligible_set) for one, arm in drawn]
        assignments.add(tx, rows)
        known = assignments.assigned_among(tx, policy.programme_id, list(members))
    return {
        member_id: Assigned(row.arm, row.propensity, uniform=row.uniform)
        for member_id, row in known.items()
    }


def _row(
    moment: Moment, policy: Policy, one: Eligible, arm: Assigned, eligible_set: str
) -> AssignmentRow:
    return AssignmentRow(
        programme_id=policy.programme_id,
        member_id=one.member_id,
        arm=arm.arm,
        propensity=arm.propensity,
        uniform=arm.uniform,
        policy_version=policy.version,
        at=moment.now,
        store_id=one.store_id,
        tier=one.tier,
        channel=one.channel,
        eligible_set=eligible_set,
    )
