"""Looking at members for the segments: what a process keeps between two looks, and how one is written.

A till settles three hundred bills an hour: what a hundred segments ask is read and made ready when one
of them changes, and what the goods belong to when the catalogue does, not at every bill.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson

from regulars.domain.kernel.period import Instant
from regulars.domain.segments.kinds import Part
from regulars.domain.segments.member_state import Ground
from regulars.jobs.job import Workshop
from regulars.storage import segment_ground
from regulars.storage.engine import Database, Read
from regulars.storage.fact_cursors import Cursor
from regulars.storage.shops import REVISIONS, Numbers
from regulars.use_cases.segment_judging import Found, Plan, judged, plan_of
from regulars.use_cases.segment_states import Look
from regulars.use_cases.segment_writing import CURSOR, Seen, WriteJudgements
from regulars.use_cases.tasks import MoveCursor

MEMBERS_MAX = 200
# So often at most it is written down when segments were last evaluated.
EVALUATED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Rest:
    """A definition whose filling failed: how often, and until when it is left alone."""

    failures: int
    until_at: Instant


@dataclass(slots=True)
class Kept:
    """What a process keeps of one database; each part says by a number of its own that it is old.

    `looked`: up to which changes of goods and stores every segment was compared with them.
    """

    looked: Numbers | None = None
    rests: dict[UUID, Rest] = field(default_factory=dict)
    _plan: Plan | None = None
    _ground: tuple[Numbers, Ground] | None = None
    _evaluated_at: Instant | None = None

    def plan(self, read: Read) -> Plan:
        """The segments that serve."""
        self._plan = plan_of(read, self._plan)
        return self._plan

    def ground(self, read: Read) -> tuple[Numbers, Ground]:
        """The stores and products of the shop, and by which changes they are known."""
        numbers = tuple(read.all(REVISIONS))
        if self._ground is None or self._ground[0] != numbers:
            self._ground = (numbers, segment_ground.ground_of(read))
        return self._ground

    def shows_evaluation(self, now: Instant) -> bool:
        """Whether it is time to write down that segments were evaluated."""
        last = self._evaluated_at
        if last is not None and last <= now < last + EVALUATED_EVERY:
            return False
        self._evaluated_at = now
        return True


_KEPT: WeakKeyDictionary[Database, Kept] = WeakKeyDictionary()


def kept_of(workshop: Workshop) -> Kept:
    """What this process keeps of the shop's database."""
    return _KEPT.setdefault(workshop.database, Kept())


def look_at(workshop: Workshop, read: Read) -> Look:
    """The shop as it is now."""
    _, ground = kept_of(workshop).ground(read)
    return Look(now=workshop.clock(), ground=ground, vault=workshop.vault)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Some members to be judged, after the facts up to a position, by all segments, by one alone, or
    by those that ask about one part of a member.

    `cursor`: where the reader of the facts stands when they are.
    """

    members: Sequence[UUID]
    position: int
    cursor: Cursor | None = None
    alone: UUID | None = None
    about: Part | None = None

    def asked(self, plan: Plan) -> Plan:
        """The segments by which they are to be judged."""
        if self.about is not None:
            return plan.about(self.about)
        return plan if self.alone is None else plan.alone(self.alone)


def judge(workshop: Workshop, task: Task) -> bool:
    """Judge members and write what differs; false where something came between, to be judged again."""
    kept = kept_of(workshop)
    with workshop.database.read() as read:
        plan = kept.plan(read)
        look = look_at(workshop, read)
        found = Found()
        if task.members:
            found = judged(read, task.members, task.asked(plan), look)
        if task.alone is not None and found.crossings:
            # Those who cross may cross elsewhere too: segments may ask about this one.
            crossed = sorted({one.member_id for one in found.crossings})
            found = found.but_of(judged(read, crossed, plan, look), crossed)
    if found.unjudged:
        workshop.log.error("segment_members_unjudged", members=found.unjudged, error=found.trouble)
    shows = task.alone is None and bool(plan.serving) and kept.shows_evaluation(look.now)
    evaluated = tuple(one.id for one in plan.serving) if shows else ()
    if found.empty and not evaluated:
        if task.cursor is not None:
            workshop.run(MoveCursor(name=CURSOR, cursor=task.cursor))
        return True
    command = WriteJudgements(
        seen=Seen(position=task.position, revision=plan.revision),
        crossings=found.crossings,
        dues=found.dues,
        worn=found.worn,
        evaluated=evaluated,
        cursor=task.cursor,
    )
    taken: object = orjson.loads(workshop.run(command))["taken"]
    return taken is True
