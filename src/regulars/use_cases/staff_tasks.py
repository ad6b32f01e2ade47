"""What journeys give the staff to do: somebody does it, once, and says what came of it.

王芳 gave a 4: "call her today" stands in the list of 人民广场店 until the manager has called.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.members.writing import checked_text
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit
from regulars.storage.engine import Write
from regulars.storage.journey_effects import DO_TASK, TASK, TASK_DONE, TASK_UNKNOWN
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

NOTE_LETTERS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishTask:
    """Say that a task is done, and what came of it."""

    task_id: UUID
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFinished:
    """A task that is done."""

    id: UUID
    done_at: Instant


@use_case
def finish_task(tx: Write, command: FinishTask, moment: Moment) -> TaskFinished:
    """Finish a task, once.

    Refuses: permission.missing, scope.outside, staff_task.unknown, staff_task.done_already,
    member.text_malformed, member.text_too_long.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    task = tx.one(TASK, task_id=command.task_id)
    if task is None:
        raise TASK_UNKNOWN.because()
    moment.actor.scope.check(task.store_id)
    note = checked_text(command.note, field="note", maximum=NOTE_LETTERS_MAX)
    tx.take(
        DO_TASK,
        refusal=TASK_DONE.because(),
        this=task.id,
        at=moment.now,
        who=moment.actor.name,
        said=note,
    )
    audit.record(
        tx,
        moment,
        action="staff_task.done",
        subject=f"staff_task:{task.id}",
        store_id=task.store_id,
    )
    return TaskFinished(id=task.id, done_at=moment.now)
