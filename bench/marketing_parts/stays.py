"""Segments that serve at once: saved as a marketer saves them, filled by the product's own question.

The product fills a new segment in small steps beside the tills, which for a hundred segments of a
million members takes hours; here each is one INSERT of the same question. Afterwards a sample of
members is judged one by one: whoever would cross then was filled in wrongly.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from bench.marketing_parts.wishes import AUDIENCE, Wish
from bench.scratch.crowd import Crowd
from bench.scratch.servers import Place
from bench.scratch.shop import named
from bench.scratch.tills import new_id
from regulars.domain.kernel.label import Label
from regulars.domain.segments.conditions import ground_mark
from regulars.domain.stores.actor import SYSTEM
from regulars.main import Regulars, clock
from regulars.storage import segment_ground, segment_stays, segments
from regulars.storage.columns import At, Document, Id, Whole
from regulars.storage.engine import Write
from regulars.storage.segment_sql import members_of
from regulars.storage.segments import DefinitionRow, HealthRow
from regulars.storage.statement import Statement
from regulars.storage.tables.segments import segment_member
from regulars.use_cases.segment_judging import Found, condition_of, judged, plan_of
from regulars.use_cases.segment_states import Look
from regulars.use_cases.segments import SaveSegment

SAMPLE = 200
# More than the sales that are measured.
PLANNED = 6_000
AUDIENCE_ID = named(f"segment:{AUDIENCE.name}")
COLUMNS = ("segment_id", "member_id", "entered_at", "why", "version", "fact_sequence")


@dataclass(frozen=True, slots=True)
class Stays:
    """How many rows of membership there are, and how long writing them took. Units: seconds."""

    rows: int
    seconds: float


def segment_id_of(wish: Wish) -> UUID:
    """The id of a wish's segment."""
    return named(f"segment:{wish.name}")


def served(regulars: Regulars, place: Place, wishes: Sequence[Wish], crowd: Crowd) -> Stays:
    """Save these segments, let them serve, and judge a sample of the members one by one."""
    for wish in wishes:
        command = SaveSegment(
            id=segment_id_of(wish),
            seen=0,
            name=Label(wish.name, wish.name),
            condition=wish.condition,
        )
        regulars.runner.run_now(command, actor=SYSTEM, command_id=new_id())
    look = look_at(regulars)
    began, rows = time.perf_counter(), 0
    with regulars.database.read() as read:
        definitions = read.all(segments.NEWEST)
    for row in definitions:
        rows += regulars.database.write(_Filling(row, look)).result()
    check_sample(regulars, crowd, look)
    plan_buyers(regulars, crowd, look)
    if place.cluster is not None:
        # As autovacuum would by and by.
        with place.filling():
            pass
    return Stays(rows, time.perf_counter() - began)


def look_at(regulars: Regulars) -> Look:
    """The shop as it is now."""
    with regulars.database.read() as read:
        ground = segment_ground.ground_of(read)
    return Look(now=clock(), ground=ground, vault=regulars.vault)


@dataclass(frozen=True, slots=True)
class _Filling:
    """One segment filled, in one transaction."""

    row: DefinitionRow
    look: Look

    def __call__(self, tx: Write) -> int:
        row, look = self.row, self.look
        condition = condition_of(row.condition)
        found = members_of(condition, look.circumstances).subquery()
        question = select(
            bindparam("this", type_=Id()),
            found.c.id,
            bindparam("at", type_=At()),
            bindparam("because", type_=Document()),
            bindparam("version", type_=Whole()),
            bindparam("position", type_=Whole()),
        ).order_by(found.c.id)
        fill: Statement[object] = Statement(insert(segment_member).from_select(COLUMNS, question))
        tx.send(fill, this=row.id, at=look.now, because={}, version=row.version, position=0)
        size = tx.one(segments.OPEN_NUMBER, segment_id=row.id) or 0
        segments.serve(tx, row.id, row.version)
        tx.send(segments.GROUNDED, this=row.id, mark=ground_mark(condition, look.ground))
        segments.end_fill(tx, row.id)
        segments.put_health(tx, HealthRow(row.id, size, look.now, 0, None))
        return size


def plan_buyers(regulars: Regulars, crowd: Crowd, look: Look) -> None:
    """Write when those who buy next would cross by the clock alone, as filling does for everybody."""
    buyers = sorted({crowd.member(crowd.buyer(place)) for place in range(PLANNED)})
    for start in range(0, len(buyers), SAMPLE):
        with regulars.database.read() as read:
            found = judged(read, buyers[start : start + SAMPLE], plan_of(read), look)
        regulars.database.write(_Planning(found)).result()


@dataclass(frozen=True, slots=True)
class _Planning:
    """The instants of some members, in one transaction."""

    found: Found

    def __call__(self, tx: Write) -> None:
        for due in self.found.dues:
            segment_stays.put_due(tx, due.member_id, due.due_at)


def check_sample(regulars: Regulars, crowd: Crowd, look: Look) -> None:
    """Judge members one by one, as of the moment of the filling: nobody may cross."""
    step = max(1, crowd.members // SAMPLE)
    sample = sorted(crowd.member(number) for number in range(0, crowd.members, step))
    with regulars.database.read() as read:
        found = judged(read, sample, plan_of(read), look)
    if found.crossings or found.unjudged:
        names = sorted({str(one.segment_id) for one in found.crossings})
        raise RuntimeError(f"{len(found.crossings)} of {len(sample)} members differ: {names[:5]}")
