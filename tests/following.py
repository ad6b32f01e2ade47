"""Segments in a test: saved, followed by the shop's own job, and looked into.

segment_id = save(shop, compare("visits_in(days=30)", "at_least", 2))
assert inside(shop, segment_id) == [wang]
"""

from collections.abc import Mapping
from time import sleep
from uuid import UUID

from sqlalchemy import func, select

from regulars.domain.kernel.label import Label
from regulars.jobs import segments as job
from regulars.jobs.job import Log
from regulars.storage import fact_cursors, segment_stays
from regulars.storage.engine import Statement
from regulars.storage.tables.system import fact
from regulars.use_cases.segment_writing import CURSOR
from regulars.use_cases.segments import SaveSegment
from tests.shops import ShopUnderTest, named
from tests.workshops import workshop_of

Asked = Mapping[str, object]
TURNS_MAX, STEPS_MAX = 100, 1_000
TOLD: Statement[str] = Statement(
    select(fact.c.kind)
    .where(fact.c.kind.like("segment.%"), fact.c.member_id.is_not(None))
    .order_by(fact.c.sequence)
)
NEWEST: Statement[int | None] = Statement(select(func.max(fact.c.sequence)))


def compare(field: str, how: str, value: object) -> Asked:
    """One leaf that compares."""
    return {"kind": "compare", "field": field, "is": how, "value": value}


AWAY = compare("days_since_visit", "at_least", 30)
LATELY = compare("visits_in(days=30)", "at_least", 2)


def save(
    shop: ShopUnderTest, asked: Asked, *, name: str = "s", seen: int = 0, tag: str | None = None
) -> UUID:
    """A segment that is saved, and filled by the shop's own job."""
    segment_id = named(f"segment:test:{name}")
    command = SaveSegment(
        id=segment_id, seen=seen, name=Label("测试", "Test"), condition=asked, tag=tag
    )
    shop.run(command)
    settle(shop)
    return segment_id


def settle(shop: ShopUnderTest, log: Log | None = None) -> None:
    """Let the job do all there is. A fact waits while anybody else still writes one."""
    workshop = workshop_of(shop, log)
    for _ in range(TURNS_MAX):
        steps = 0
        while job.step(workshop):
            steps += 1
            assert steps < STEPS_MAX, "the job never ends"
        with shop.database.read() as read:
            if fact_cursors.cursor_of(read, CURSOR).position == (read.one(NEWEST) or 0):
                return
        sleep(0.02)
    raise AssertionError("the facts are never all read")


def inside(shop: ShopUnderTest, segment_id: UUID) -> list[UUID]:
    """Who is in a segment."""
    with shop.database.read() as read:
        return read.all(
            segment_stays.INSIDE_AFTER, segment_id=segment_id, after_id=UUID(int=0), rows=99
        )


def told(shop: ShopUnderTest) -> list[str]:
    """What others heard of members entering and leaving."""
    with shop.database.read() as read:
        return read.all(TOLD)


def stays(shop: ShopUnderTest, member_id: UUID) -> list[segment_stays.StayRow]:
    """The times that a member was in segments, newest first."""
    with shop.database.read() as read:
        return read.all(segment_stays.STAYS, member_id=member_id, rows=99)


def drink(shop: ShopUnderTest, member_id: UUID) -> UUID:
    """A milk tea for a member: its order."""
    command = shop.sale([shop.line("milk_tea")], member=member_id, cash=1_800)
    shop.run(command)
    shop.pass_time(seconds=1)
    return command.order_id
