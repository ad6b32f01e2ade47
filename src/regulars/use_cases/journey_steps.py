"""Moving members on in their journeys: a batch of those that are due, decided and written at once.

At 10:00 four hundred members of "老友归来" are due. A hundred are taken, each is led on until she rests
or is through, what is to be done is done, and one commit keeps all of it: a crash before it has
done nothing, a crash after it has nothing left to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import assert_never
from uuid import UUID

from regulars.domain.campaigns.advance import (
    Does,
    Ends,
    Moves,
    Rests,
    Sight,
    Standing,
    Why,
    step,
)
from regulars.domain.campaigns.happenings import met
from regulars.domain.campaigns.journey import Journey
from regulars.domain.campaigns.nodes import WaitFor
from regulars.domain.kernel.label import Language
from regulars.domain.kernel.period import Instant
from regulars.domain.stores.permissions import Permission
from regulars.storage import journey_effects, journey_runs
from regulars.storage.engine import Write
from regulars.storage.journey_runs import FactTold, LogRow, RunRow, WaitRow
from regulars.use_cases.journey_effects import Deed, Doing
from regulars.use_cases.journey_sights import Members, needed_by, versions_of
from regulars.use_cases.messages import call_off
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

TRIES_MAX = 5
FIRST_RETRY = timedelta(minutes=1)
# Facts that were told while a batch was decided are looked for among so many of the newest.
NEWEST_FACTS = 2_000
# Ended so, what is still on its way to her is not sent any more.
_UNWANTED = frozenset(
    {Why.GOAL, Why.LEFT_SEGMENT, Why.NO_CONSENT, Why.MEMBER_LEFT, Why.ENDED, Why.STEP_GONE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceRuns:
    """Move on those that are due: at most so many, or these alone."""

    most: int = 100
    run_ids: tuple[UUID, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """How many were looked at, and how many ended."""

    looked_at: int
    ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FailRun:
    """A step of a run could not be taken: try again later, or give it up. `share` spreads those
    that failed together. Units: of 256."""

    run_id: UUID
    error: str
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFailed:
    """What becomes of a run that failed."""

    state: str


@dataclass(slots=True)
class _Case:
    """One run on its way through this batch."""

    row: RunRow
    journey: Journey
    campaign_id: UUID | None
    sight: Sight
    language: Language = "zh-CN"
    done: bool | None = None
    waits: WaitRow | None = None
    called_off: bool = False
    log: list[LogRow] = field(default_factory=list)

    def lead(self, now: Instant) -> Does | None:
        """Lead it on until it rests, ends, or has something to do."""
        while True:
            transition = step(self.journey, self._standing, self.sight)
            match transition:
                case Moves(to=to, why=why, detail=detail):
                    self._told(to, now, why, detail)
                    self.row = self.row._replace(
                        node=to, rests=False, woken=False, until_at=None, why=why.value
                    )
                    self.done, self.waits = None, None
                case Rests():
                    self._rest(transition, now)
                    return None
                case Does():
                    return transition
                case Ends(why=why):
                    self.end(why, now)
                    return None
                case _:
                    assert_never(transition)

    def end(self, why: Why, now: Instant) -> None:
        """It is over for her."""
        self._told(None, now, why, None)
        self.called_off = why in _UNWANTED
        self.waits = None
        self.row = self.row._replace(
            state="ended",
            rests=False,
            woken=False,
            until_at=None,
            due_at=None,
            ended_at=now,
            why=why.value,
        )

    @property
    def _standing(self) -> Standing:
        row = self.row
        return Standing(
            journey_id=row.journey_id,
            member_id=row.member_id,
            node=row.node,
            entered_at=row.entered_at,
            valid_until=row.valid_until,
            rests=row.rests,
            until_at=row.until_at,
            woken=row.woken,
            done=self.done,
        )

    def _rest(self, rests: Rests, now: Instant) -> None:
        row = self.row
        begins = not row.rests
        if begins:
            self._told(row.node, now, rests.why, None)
            if rests.waits_for is not None:
                self.waits = WaitRow(row.id, rests.waits_for, row.member_id, now)
        self.row = row._replace(
            rests=True,
            until_at=rests.until_at,
            due_at=min(rests.until_at, row.valid_until),
            why=rests.why.value,
        )

    def _told(self, to: str | None, now: Instant, why: Why, detail: str | None) -> None:
        self.log.append(LogRow(self.row.id, self.row.node, to, now, why.value, detail))


@use_case
def advance_runs(tx: Write, command: AdvanceRuns, moment: Moment) -> Advanced:
    """Move members on who are due in journeys that are live. Refuses: permission.missing."""
    moment.actor.need(Permission.OFFER_WRITE)
    if command.run_ids is None:
        rows = tx.all(journey_runs.DUE, now=moment.now, most=command.most)
    else:
        asked = sorted(command.run_ids)
        rows = tx.all(journey_runs.THESE_DUE_LOCKED, runs=asked, now=moment.now)
    if not rows:
        return Advanced(looked_at=0, ended=0)
    cases = _cases(tx, moment, rows)
    _lead_all(tx, moment, cases)
    write(tx, moment, cases, rows)
    ended = sum(case.row.state == "ended" for case in cases)
    return Advanced(looked_at=len(rows), ended=ended)


def end_runs(tx: Write, moment: Moment, ends: Sequence[tuple[RunRow, Why]]) -> None:
    """End some runs now, for a reason; they are locked. What is on its way is called off."""
    rows = [row for row, _ in ends]
    cases = _cases(tx, moment, rows, loads=False)
    for case, (_, why) in zip(cases, ends, strict=True):
        case.end(why, moment.now)
    write(tx, moment, cases, rows)


def _cases(tx: Write, moment: Moment, rows: Sequence[RunRow], *, loads: bool = True) -> list[_Case]:
    versions = versions_of(tx, {(row.journey_id, row.version) for row in rows})
    wanted = needed_by(journey for journey, _ in versions.values())
    members = Members(tx, moment, [row.member_id for row in rows] if loads else [], wanted)
    cases = []
    for row in rows:
        journey, campaign_id = versions[row.journey_id, row.version]
        sight = members.sight_of(row.member_id, journey)
        language = members.language_of(row.member_id)
        cases.append(_Case(row, journey, campaign_id, sight, language))
    return cases


def _lead_all(tx: Write, moment: Moment, cases: Sequence[_Case]) -> None:
    doing = Doing(tx, moment)
    pending = list(cases)
    while pending:
        deeds: list[tuple[_Case, Deed]] = []
        for case in pending:
            does = case.lead(moment.now)
            if does is not None:
                deed = Deed(case.row, case.journey, case.campaign_id, does.action, case.language)
                deeds.append((case, deed))
        if deeds:
            done = doing.perform([deed for _, deed in deeds])
            for case, _ in deeds:
                case.done = done[case.row.id]
        pending = [case for case, _ in deeds]


def write(tx: Write, moment: Moment, cases: Sequence[_Case], before: Sequence[RunRow]) -> None:
    """Write where the runs of a batch stand now, and what they begin to wait for."""
    for case in cases:
        journey_runs.move(tx, case.row)
    journey_runs.log(tx, [row for case in cases for row in case.log])
    rested = [
        old.id
        for old, case in zip(before, cases, strict=True)
        if old.rests and (case.row.node, case.row.state) != (old.node, old.state)
    ]
    if rested:
        tx.send(journey_runs.DROP_WAITS, runs=rested)
    waits = [case for case in cases if case.waits is not None]
    if waits:
        journey_runs.wait_for(tx, [case.waits for case in waits if case.waits is not None])
        _catch_up(tx, moment, waits)
    _call_off(tx, moment, [case.row.id for case in cases if case.called_off])


def _catch_up(tx: Write, moment: Moment, cases: Sequence[_Case]) -> None:
    """Wake those for whom it happened between the moment of this batch and its commit."""
    newest = tx.one(journey_runs.NEWEST_FACT) or 0
    told = tx.all(
        journey_runs.LATELY,
        after=newest - NEWEST_FACTS,
        since=moment.now,
        members=sorted({case.row.member_id for case in cases}),
        kinds=sorted({case.waits.fact for case in cases if case.waits is not None}),
    )
    woken = [
        case.row.id for case in cases if any(wakes(case.row, case.journey, one) for one in told)
    ]
    if woken:
        tx.send(journey_runs.WAKE, runs=woken, due=moment.now)


def wakes(row: RunRow, journey: Journey, told: FactTold) -> bool:
    """Whether a fact is what a run waits for at its step."""
    node = journey.graph.nodes.get(row.node)
    return (
        isinstance(node, WaitFor)
        and (told.member_id, told.kind) == (row.member_id, node.fact)
        and met(node.where, told.body, store=None if told.store_id is None else str(told.store_id))
    )


def _call_off(tx: Write, moment: Moment, runs: Sequence[UUID]) -> None:
    if not runs:
        return
    sent = tx.all(journey_effects.SENT, runs=list(runs))
    if sent:
        call_off(tx, moment, [UUID(row.result) for row in sent])


@use_case
def fail_run(tx: Write, command: FailRun, moment: Moment) -> RunFailed:
    """Note that a step could not be taken; after the fifth time somebody has to look at it.

    Refuses: permission.missing.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    row = tx.one(journey_runs.ONE_LOCKED, run_id=command.run_id)
    if row is None or row.state != "open":
        return RunFailed(state="ended")
    attempts = row.attempts + 1
    dead = attempts >= TRIES_MAX
    # Each time twice as long, and not all at once.
    wait = FIRST_RETRY * 2**row.attempts * (1 + command.share / 256)
    tx.send(
        journey_runs.FAIL,
        this=row.id,
        now_state="dead" if dead else "open",
        due=None if dead else Instant(moment.now + wait),
        tries=attempts,
        what=command.error[:200],
    )
    return RunFailed(state="dead" if dead else "open")
