"""What journeys did for members, as rows: coupons they gave, words they put on, tasks they opened."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update

from regulars.domain.campaigns.fates import Fate, Sending, fate_of
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.messaging.message import MessageState
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.engine import Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.journeys import effect, staff_task
from regulars.storage.tables.members import member_tag
from regulars.storage.tables.messaging import message
from regulars.storage.tables.offers import coupon

TASK_UNKNOWN = refusal_code("staff_task.unknown")
TASK_DONE = refusal_code("staff_task.done_already")


class TaskRow(NamedTuple):
    """Table `staff_task`."""

    id: UUID
    effect_key: str
    journey_id: UUID
    member_id: UUID
    store_id: UUID
    text_zh: str
    text_en: str
    opened_at: Instant
    done_at: Instant | None
    done_by: str | None
    note: str | None


class GivenCoupon(NamedTuple):
    """A coupon that a journey gave."""

    id: UUID
    type_id: UUID
    valid_until: Instant


class GivenRow(NamedTuple):
    """Which coupon a run gave."""

    run_id: UUID
    result: str | None


class FateRow(NamedTuple):
    """What became of the message that a step wanted; without a state there is none."""

    run_id: UUID
    key: str
    result: str | None
    state: str | None
    reason: str | None

    @property
    def fate(self) -> Fate:
        """The same as the journey sees it."""
        if self.state is None:
            return Fate(Sending.NOT_SENT, self.result)
        return fate_of(MessageState(self.state), self.reason)


class SentRow(NamedTuple):
    """Which message a run planned."""

    run_id: UUID
    result: str


_e, _t, _c = effect.c, staff_task.c, coupon.c
GIVEN = Statement(
    select(_e.run_id, _e.result)
    .where(one_of(_e.run_id, "runs", Id()), _e.kind == "gift", _e.done == True)  # noqa: E712
    .order_by(_e.at, _e.key),
    GivenRow,
)
SENT = Statement(
    select(_e.run_id, _e.result).where(
        one_of(_e.run_id, "runs", Id()),
        _e.kind == "message",
        _e.done == True,  # noqa: E712
    ),
    SentRow,
)
FATES = Statement(
    select(_e.run_id, _e.key, _e.result, message.c.state, message.c.reason)
    .select_from(effect.outerjoin(message, message.c.effect_key == _e.key))
    .where(one_of(_e.run_id, "runs", Id()), _e.kind == "message"),
    FateRow,
)
COUPONS = Statement(
    select(_c.id, _c.type_id, _c.valid_until).where(one_of(_c.id, "coupons", Id())), GivenCoupon
)
_TAKE_TAG: Statement[object] = Statement(
    delete(member_tag).where(
        member_tag.c.member_id == bindparam("of_member", type_=Id()),
        member_tag.c.tag == bindparam("gone", type_=Words()),
        member_tag.c.by.like("journey:%"),
    )
)
OPEN_TASKS = Statement(
    select(staff_task)
    .where(_t.store_id == bindparam("store_id", type_=Id()), _t.done_at.is_(None))
    .order_by(_t.opened_at, _t.id)
    .limit(bindparam("most", type_=Whole())),
    TaskRow,
)
TASK = Statement(select(staff_task).where(_t.id == bindparam("task_id", type_=Id())), TaskRow)
DO_TASK: Statement[object] = Statement(
    update(staff_task)
    .where(_t.id == bindparam("this", type_=Id()), _t.done_at.is_(None))
    .values(
        done_at=bindparam("at", type_=At()),
        done_by=bindparam("who", type_=Words()),
        note=bindparam("said", type_=Words()),
    )
)


def take_tag(tx: Write, member_id: UUID, tag: str) -> None:
    """Take a word off that a journey put on; one that staff put on stays."""
    tx.send(_TAKE_TAG, of_member=member_id, gone=tag)


def open_tasks(tx: Write, rows: Sequence[TaskRow]) -> None:
    """Give the staff something to do."""
    tx.add_rows(staff_task, rows)
