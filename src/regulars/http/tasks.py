"""Tasks: how far a member has come with each, and claiming the gift."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.loyalty.tasks import GoalKind, Repeat, WindowKind
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import Seller, requires
from regulars.http.rewards import GiftView, gift_view, named
from regulars.http.schemas import Answer, Body
from regulars.storage.engine import Read
from regulars.use_cases.tasks import ClaimTask, TaskClaimed, TaskState, states_of

router = APIRouter(prefix="/api/v1", tags=["rewards"])
Reader = Annotated[Actor, requires(Permission.MEMBER_READ)]


class StoreForm(Body):
    """At which store."""

    store_id: UUID


class TaskView(Answer):
    """How a member stands with a task. Units: `done` and `wanted` are those of the goal.

    `from_day` and `until_day`: the business days that count, the last one not included.
    """

    programme_id: UUID
    version: int
    name_zh: str
    name_en: str
    goal: GoalKind
    target_id: UUID | None
    done: int
    wanted: int
    complete: bool
    claimed: bool
    window: WindowKind
    from_day: date
    until_day: date
    repeat: Repeat
    gift: GiftView


@router.get("/members/{member_id}/tasks", operation_id="list_tasks", response_model=list[TaskView])
async def list_tasks(request: Request, member_id: UUID, store_id: UUID, actor: Reader) -> Response:
    """How a member stands with each task of a store.

    Progress counts the orders that stand: a refund lowers it until the gift was given; after that
    nothing is taken back.
    """
    actor.scope.check(store_id)
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> list[dict[str, object]]:
        shop = edge.shops.in_force(read, store_id, at=now)
        return [task_view(state) for state in states_of(read, member_id, shop, at=now)]

    return answered(await asked(edge, question))


def task_view(state: TaskState) -> dict[str, object]:
    """One task as it is shown."""
    return {
        **named(state.programme),
        "goal": state.task.goal.kind,
        "target_id": state.task.goal.target,
        "done": state.progress.done,
        "wanted": state.progress.wanted,
        "complete": state.progress.complete,
        "claimed": state.claimed,
        "window": state.task.window,
        "from_day": state.window.first,
        "until_day": state.window.end,
        "repeat": state.task.repeat,
        "gift": gift_view(state.task.gift),
    }


@router.post(
    "/members/{member_id}/tasks/{programme_id}/claim",
    operation_id="claim_task",
    status_code=201,
    response_model=TaskClaimed,
)
async def claim_task(
    request: Request, member_id: UUID, programme_id: UUID, form: StoreForm, actor: Seller
) -> Response:
    """Give a member what a task promised; after it nothing is taken back."""
    command = ClaimTask(programme_id=programme_id, member_id=member_id, store_id=form.store_id)
    return await run(request, command, actor, status=201)
