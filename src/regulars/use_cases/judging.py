"""Judging members: stage and class anew after a visit, when they are due, and when edges moved.

王芳 pays at noon: a moment later she is a regular, and the day on which she would be at risk is
written beside her name. If she stays away, the shop wakes on that day for her alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from regulars.domain.insights.lifecycle import History, Staged, stage_on
from regulars.domain.insights.rfm import Scored, VisitDay, scored_on
from regulars.domain.kernel.period import BusinessDay, Instant, business_day_of, start_of
from regulars.domain.stores.permissions import Permission
from regulars.storage import insights, tiers
from regulars.storage.engine import Write
from regulars.storage.facts import Fact, append_all
from regulars.storage.insights import BoughtOn, InsightRow, Judged, StageRow
from regulars.storage.tiers import NOBODY, Walk
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.yardstick import Measure, Yardstick

WALK = "member_insight"
_GONE = frozenset({"erased", "closed"})


class Cause(StrEnum):
    """What made the shop look at a member."""

    FOLLOWED = "followed"
    DUE = "due"
    JUDGED_ANEW = "judged_anew"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeMembers:
    """Say anew where some members stand."""

    member_ids: tuple[UUID, ...]
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeEverybody:
    """Say anew where the next members of a pass over all stand, by a version of the yardstick.

    `judges`: False goes past them, because they were judged one by one.
    """

    version: int
    judges: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersJudged:
    """How many were looked at, and how many changed their stage or class."""

    judged: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a member stands on a business day."""

    staged: Staged
    scored: Scored | None
    measure: Measure
    on: BusinessDay


def standing_of(
    row: Judged, bought: Sequence[BoughtOn], yardstick: Yardstick, *, at: Instant
) -> Standing:
    """Where a member stands, of the days on which she bought."""
    on = _day(row, at)
    measure = yardstick.of(row.store_id, row.region_id, row.kind)
    history = History(
        joined_on=_day(row, row.joined_at), visit_days=tuple(one.day for one in bought)
    )
    scored, window = None, measure.classes.window_days
    if measure.cuts is not None:
        visits = [VisitDay(one.day, one.spent_minor) for one in bought]
        scored = scored_on(visits, measure.cuts, window_days=window, on=on)
    staged = stage_on(history, measure.stages, shop_gap_days=measure.gap_days, on=on)
    return Standing(staged=staged, scored=scored, measure=measure, on=on)


def _day(row: Judged, at: Instant) -> BusinessDay:
    return business_day_of(at, zone=row.zone, cut_off_minutes=row.cut_off_minutes)


@use_case
def judge_members(tx: Write, command: JudgeMembers, moment: Moment) -> MembersJudged:
    """Say anew where some members stand. Refuses: permission.missing."""
    moment.actor.need(Permission.MEMBER_WRITE)
    return _judged(tx, command.member_ids, command.cause, moment)


@use_case
def judge_everybody(tx: Write, command: JudgeEverybody, moment: Moment) -> MembersJudged:
    """Say anew where the next members stand, and how far the pass has come.

    Refuses: permission.missing.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    walk = tx.one(tiers.WALK, walk=WALK)
    if walk is not None and walk.version != command.version:
        walk = None
    judged = MembersJudged(judged=0, changed=0)
    if walk is not None and walk.finished:
        return judged
    after_id = NOBODY if walk is None else walk.after_id
    members = tx.all(insights.NEXT, after_id=after_id)
    if command.judges:
        judged = _judged(tx, members, Cause.JUDGED_ANEW, moment)
    finished = len(members) < insights.MEMBERS_AT_ONCE
    reached = Walk(command.version, members[-1] if members else after_id, finished=finished)
    tiers.walked(tx, WALK, reached, at=moment.now)
    return judged


def _judged(tx: Write, member_ids: Sequence[UUID], cause: Cause, moment: Moment) -> MembersJudged:
    wanted = sorted(set(member_ids))
    known = {row.member_id: row for row in tx.all(insights.LOCKED, members=wanted)}
    rows = tx.all(insights.MEMBERS, members=wanted)
    unknown = [row.id for row in rows if row.id not in known]
    told = dict(tx.all(insights.CHANGES_TOLD, members=unknown)) if unknown else {}
    bought = insights.visit_days(tx, wanted)
    yardstick = Yardstick(tx, at=moment.now)
    changes: list[StageRow] = []
    facts: list[Fact] = []
    for row in rows:
        before = known.get(row.id)
        if row.state in _GONE:
            if before is not None:
                insights.forget(tx, row.id)
            continue
        standing = standing_of(row, bought.get(row.id, ()), yardstick, at=moment.now)
        number = told.get(row.id, 0) if before is None else before.number
        after = _row(row, standing, before, moment, number=number)
        insights.put(tx, after)
        if before is None or before.stage != after.stage:
            changes.append(_change(after, before, cause))
        facts += _facts(row, after, before, cause)
    insights.remember(tx, changes)
    append_all(tx, [(moment.new_id(), one) for one in facts])
    return MembersJudged(judged=len(rows), changed=len({one.member_id for one in facts}))


def _row(
    row: Judged, standing: Standing, before: InsightRow | None, moment: Moment, *, number: int
) -> InsightRow:
    staged, scored = standing.staged, standing.scored
    flips = [staged.flips_on, None if scored is None else scored.flips_on]
    next_on = min((day for day in flips if day is not None), default=None)
    due_at = None
    if next_on is not None:
        due_at = start_of(BusinessDay(next_on), zone=row.zone, cut_off_minutes=row.cut_off_minutes)
    moved = before is None or before.stage != staged.stage
    return InsightRow(
        member_id=row.id,
        number=number + moved,
        stage=staged.stage.value,
        stage_since=staged.since_on,
        rfm=None if scored is None else scored.name.value,
        why=why_of(standing),
        visits=staged.visits,
        last_on=staged.last_on,
        gap_days=staged.rhythm.gap_days,
        judged_at=moment.now,
        due_at=due_at,
    )


def why_of(standing: Standing) -> dict[str, object]:
    """The rules that decided, with their figures, as they are kept."""
    staged, scored, cuts = standing.staged, standing.scored, standing.measure.cuts
    rhythm = staged.rhythm
    why: dict[str, object] = {
        "rule": staged.rule.value,
        "on": standing.on.isoformat(),
        "own_gap_days": rhythm.own_gap_days,
        "gap_days": rhythm.gap_days,
        "shop_gap_days": standing.measure.stages.gap_days or standing.measure.gap_days,
        "at_risk_after_days": rhythm.at_risk_after_days,
        "lost_after_days": rhythm.lost_after_days,
    }
    if scored is not None and cuts is not None:
        why["rfm"] = {
            "marks": [scored.recency, scored.frequency, scored.monetary],
            "figures": [scored.silent_days, scored.visits, scored.spent_minor],
            "edges": [list(cuts.recency_days), list(cuts.visits), list(cuts.spent_minor)],
        }
    return why


def _change(after: InsightRow, before: InsightRow | None, cause: Cause) -> StageRow:
    return StageRow(
        member_id=after.member_id,
        number=after.number,
        stage=after.stage,
        before=None if before is None else before.stage,
        since=after.stage_since,
        cause=cause.value,
        why=after.why,
        at=after.judged_at,
    )


def _facts(row: Judged, after: InsightRow, before: InsightRow | None, cause: Cause) -> list[Fact]:
    """What others may want to know: `cause` tells a journey what came of itself from a new rule."""
    told: list[Fact] = []
    for kind, now, then in (
        ("member.stage_changed", after.stage, None if before is None else before.stage),
        ("member.class_changed", after.rfm, None if before is None else before.rfm),
    ):
        if now == then:
            continue
        told.append(
            Fact(
                kind=kind,
                at=after.judged_at,
                store_id=row.store_id,
                member_id=row.id,
                body={"now": now, "before": then, "cause": cause.value},
            )
        )
    return told
