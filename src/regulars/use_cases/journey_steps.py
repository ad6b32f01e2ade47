"""Moving members on in their journeys: a batch of those that are due, decided and written at once.

At 10:00 four hundred members of "老友归来" are due. A hundred are taken, each is led on until she rests
or is through, what is to be done is done, and one commit keeps all of it: a crash before it has
done nothing, a crash after it has nothing left to do.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import assert_never
from uuid import UUID

from regulars.domain.campaigns.advance import (
    UNWANTED,
    Does,
    Ends,
    Moves,
    Rests,
    Sight,
    Standing,
    Why,
    step,
)
from regulars.domain.campaigns.fates import Fate, Sending
from regulars.domain.campaigns.happenings import MESSAGE_ENDED, met
from regulars.domain.campaigns.journey import Journey
from regulars.domain.campaigns.nodes import GiveGift, WaitFor, WaitSent, step_of
from regulars.domain.kernel.label import Language
from regulars.domain.kernel.period import Instant
from regulars.domain.stores.permissions import Permission
from regulars.storage import assignments, journey_effects, journey_runs
from regulars.storage.engine import Engine, Write
from regulars.storage.journey_runs import EffectRow, FactTold, LogRow, RunRow, WaitRow
from regulars.use_cases.journey_effects import Deed, Doing, deed_of
from regulars.use_cases.journey_sights import (
    Members,
    Versions,
    asks_of_messages,
    needed_by,
    versions_of,
)
from regulars.use_cases.messages import call_off
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

TRIES_MAX = 5
FIRST_RETRY = timedelta(minutes=1)
# A gift moves accounts and coupons by a dozen statements: a till does not wait for more of them.
GIFTS_AT_ONCE: Mapping[Engine, int] = {"sqlite": 8, "postgresql": 50}
# Facts that were told while a batch was decided are looked for among so many of the newest.
NEWEST_FACTS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceRuns:
    """Move on those that are due: at most so many, or these alone."""

    most: int = 100
    run_ids: tuple[UUID, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """How many were looked at, how many of them ended, and how many gifts were left for later."""

    looked_at: int
    ended: int
    put_off: int


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
    arm: str | None = None
    fates: dict[str, Fate] = field(default_factory=dict)
    done: bool | None = None
    waits: WaitRow | None = None
    called_off: bool = False
    put_off: bool = False
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

    def later(self, now: Instant) -> None:
        """It has something to do, for which this batch has no room: it is due again at once."""
        self.put_off = True
        self.row = self.row._replace(due_at=now)

    def did(self, effect: EffectRow) -> None:
        """What it had to do is done, or could not be."""
        self.done = effect.done
        planned = Fate(Sending.OPEN) if effect.done else Fate(Sending.NOT_SENT, effect.result)
        self.fates.setdefault(self.row.node, planned)

    def end(self, why: Why, now: Instant) -> None:
        """It is over for her."""
        self._told(None, now, why, None)
        self.called_off = why in UNWANTED
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
    def asks_of_messages(self) -> bool:
        """Whether it waits to hear what became of a message."""
        return isinstance(self.journey.graph.nodes.get(self.row.node), WaitSent)

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
            arm=self.arm,
            fates=self.fates,
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
            due_at=min(rests.look_at or rests.until_at, row.valid_until),
            why=rests.why.value,
        )

    def _told(self, to: str | None, now: Instant, why: Why, detail: str | None) -> None:
        self.log.append(LogRow(self.row.id, self.row.node, to, now, why.value, detail))


@use_case
def advance_runs(tx: Write, command: AdvanceRuns, moment: Moment) -> Advanced:
    """Move members on who are due in journeys that are live. Refuses: permission.missing."""
    moment.actor.need(Permission.OFFER_WRITE)
    if command.run_ids is None:
        rows = journey_runs.due(tx, now=moment.now, most=command.most)
    else:
        asked = sorted(command.run_ids)
        rows = tx.all(journey_runs.THESE_DUE_LOCKED, runs=asked, now=moment.now)
    if not rows:
        return Advanced(looked_at=0, ended=0, put_off=0)
    cases = _cases(tx, moment, rows)
    _lead_all(tx, moment, cases)
    write(tx, moment, cases, rows)
    ended = sum(case.row.state == "ended" for case in cases)
    put_off = sum(case.put_off for case in cases)
    return Advanced(looked_at=len(rows), ended=ended, put_off=put_off)


def lead_in(tx: Write, moment: Moment, runs: Sequence[RunRow], members: Members) -> None:
    """Lead those on whom this transaction let in; not those who were in already, or are held back."""
    asked = [row.id for row in runs if row.due_at is not None]
    inside = set(tx.all(journey_runs.THERE, runs=asked)) if asked else set()
    rows = [row for row in runs if row.id in inside]
    if rows:
        cases = _cases(tx, moment, rows, members=members)
        _lead_all(tx, moment, cases)
        write(tx, moment, cases, rows)


def end_runs(tx: Write, moment: Moment, ends: Sequence[tuple[RunRow, Why]]) -> None:
    """End some runs now, for a reason; they are locked. What is on its way is called off."""
    rows = [row for row, _ in ends]
    cases = _cases(tx, moment, rows, loads=False)
    for case, (_, why) in zip(cases, ends, strict=True):
        case.end(why, moment.now)
    write(tx, moment, cases, rows)


def _cases(
    tx: Write,
    moment: Moment,
    rows: Sequence[RunRow],
    *,
    loads: bool = True,
    members: Members | None = None,
) -> list[_Case]:
    versions = versions_of(tx, {(row.journey_id, row.version) for row in rows})
    learning = {one for (one, _), (journey, _) in versions.items() if journey.learning is not None}
    arms = _arms(tx, rows, learning if loads else ())
    fates = _fates(tx, rows, versions) if loads else {}
    if members is None:
        wanted = needed_by(journey for journey, _ in versions.values())
        members = Members(tx, moment, [row.member_id for row in rows] if loads else [], wanted)
    cases = []
    for row in rows:
        journey, campaign_id = versions[row.journey_id, row.version]
        sight = members.sight_of(row.member_id, journey)
        language = members.language_of(row.member_id)
        arm = arms.get((row.journey_id, row.member_id))
        known = fates.get(row.id, {})
        cases.append(_Case(row, journey, campaign_id, sight, language, arm, known))
    return cases


def _arms(
    tx: Write, rows: Sequence[RunRow], learning: Collection[UUID]
) -> dict[tuple[UUID, UUID], str]:
    """What the members of journeys that learn were drawn when they came in."""
    found = {}
    for journey_id in sorted(learning):
        members = [row.member_id for row in rows if row.journey_id == journey_id]
        for member_id, drawn in assignments.assigned_among(tx, journey_id, members).items():
            found[journey_id, member_id] = drawn.arm
    return found


def _fates(tx: Write, rows: Sequence[RunRow], versions: Versions) -> dict[UUID, dict[str, Fate]]:
    """What became of messages, by run and step, where a journey asks."""
    asks = {one for one, (journey, _) in versions.items() if asks_of_messages(journey)}
    asking = [row.id for row in rows if (row.journey_id, row.version) in asks] if asks else []
    found: dict[UUID, dict[str, Fate]] = defaultdict(dict)
    for one in tx.all(journey_effects.FATES, runs=asking) if asking else ():
        found[one.run_id][step_of(one.key)] = one.fate
    return found


def _lead_all(tx: Write, moment: Moment, cases: Sequence[_Case]) -> None:
    doing, room = Doing(tx, moment), GIFTS_AT_ONCE[tx.engine]
    pending = list(cases)
    while pending:
        deeds: list[tuple[_Case, Deed]] = []
        for case in pending:
            does = case.lead(moment.now)
            if does is None:
                continue
            if isinstance(does.action, GiveGift):
                room -= 1
                if room < 0:
                    case.later(moment.now)
                    continue
            deed = deed_of(case.row, case.journey, case.campaign_id, does.action, case.language)
            deeds.append((case, deed))
        if deeds:
            done = doing.perform([deed for _, deed in deeds])
            for case, _ in deeds:
                case.did(done[case.row.id])
        pending = [case for case, _ in deeds]


def write(tx: Write, moment: Moment, cases: Sequence[_Case], before: Sequence[RunRow]) -> None:
    """Write where the runs of a batch stand now, and what they begin to wait for."""
    journey_runs.move(tx, [case.row for case in cases])
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
    woken, looked = [], []
    for case in cases:
        mine = [one for one in told if one.member_id == case.row.member_id]
        if any(wakes(case.row, case.journey, one) for one in mine):
            woken.append(case.row.id)
        elif any(one.kind == MESSAGE_ENDED for one in mine) and case.asks_of_messages:
            looked.append(case.row.id)
    if woken:
        tx.send(journey_runs.WAKE, runs=woken, due=moment.now)
    if looked:
        tx.send(journey_runs.LOOK, runs=looked, due=moment.now)


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
