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
    NO_HOLDOUT,
    Assigned,
    Design,
    Holdout,
    assigned,
    everything_design,
    everything_of,
    is_held_out,
    only_weights_differ,
)
from regulars.domain.insights.plan import Plan
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.messaging.holdout_terms import HELD_OUT_SHARE
from regulars.storage import assignments, terms
from regulars.storage.assignments import AssignmentRow, Policy
from regulars.storage.engine import Write
from regulars.use_cases.moment import Moment

PROGRAMME_UNKNOWN = refusal_code("assignment.programme_unknown")
DESIGN_FIXED = refusal_code("assignment.design_fixed")
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
    its figures stand on. Answers the version. Refuses: assignment.design_fixed.
    """
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
        return declare(tx, moment, programme_id, declared)
    return policy.version


def this_years(tx: Write, moment: Moment) -> Holdout:
    """How many are held out from everything just now: as head office says, and the same all year."""
    said = terms.of_organisation(tx, HELD_OUT_SHARE, at=moment.now)
    if not said:
        return NO_HOLDOUT
    year = moment.now.year
    known = assignments.policies_of(tx, everything_of(year))
    return Holdout(year, known[0].design.control if known else said)


def hold_out(
    tx: Write,
    moment: Moment,
    holdout: Holdout,
    eligible: Sequence[Eligible],
    *,
    eligible_set: str,
) -> frozenset[UUID]:
    """Those of some members who hear of no marketing this year.

    All of them are written down for "all our marketing", which is measured like any programme: the
    others are its one arm. Refuses: assignment.batch_too_large.
    """
    if not holdout.share:
        return frozenset()
    everything = everything_of(holdout.year)
    how = Declared(design=everything_design(holdout), plan=EVERYTHING_PLAN)
    declare(tx, moment, everything, how)
    assign(tx, moment, everything, eligible, eligible_set=eligible_set)
    return frozenset(one.member_id for one in eligible if is_held_out(one.member_id, holdout))


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
    policy = policies[-1]
    members = {one.member_id: one for one in eligible}
    known = assignments.assigned_among(tx, policy.programme_id, list(members))
    new = [one for member_id, one in members.items() if member_id not in known]
    if new:
        drawn = [(one, assigned(one.member_id, policy.design)) for one in new]
        rows = [_row(moment, policy, one, arm, eligible_set) for one, arm in drawn]
        assignments.add(tx, rows)
        if tx.engine == "sqlite":
            # One writer: nobody else has drawn any of them meanwhile.
            known = known | {row.member_id: row for row in rows}
        else:
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
