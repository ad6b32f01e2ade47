"""Campaigns: saved, submitted, agreed to and ended; what they may cost and have cost. Staff tasks."""

from collections import defaultdict
from collections.abc import Sequence, Set
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.campaigns.campaign import CampaignState, campaign_from
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, revision_expected, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.journey_forms import (
    CampaignForm,
    CampaignView,
    DeclineForm,
    NoteForm,
    TaskView,
    declines_of,
)
from regulars.http.policy import requires
from regulars.storage import campaigns, journeys
from regulars.storage.campaigns import BudgetRow, CampaignRow
from regulars.storage.engine import Read
from regulars.storage.journey_effects import OPEN_TASKS
from regulars.storage.journeys import DeclineRow
from regulars.storage.shops import Shops
from regulars.use_cases.campaigns import (
    ApproveCampaign,
    EndCampaign,
    SaveCampaign,
    SavedCampaign,
    SubmitCampaign,
    cost_of,
    journey_id_of,
)
from regulars.use_cases.declining import DeclineCampaign
from regulars.use_cases.staff_tasks import FinishTask, TaskFinished

router = APIRouter(prefix="/api/v1", tags=["campaigns"])
Reader = Annotated[Actor, requires(Permission.OFFER_READ)]
Writer = Annotated[Actor, requires(Permission.OFFER_WRITE)]
Approver = Annotated[Actor, requires(Permission.JOURNEY_APPROVE)]
MemberReader = Annotated[Actor, requires(Permission.MEMBER_READ)]
MemberWriter = Annotated[Actor, requires(Permission.MEMBER_WRITE)]
TASKS_MAX = 200
_TASK_FIELDS = ("id", "member_id", "store_id", "text_zh", "text_en", "opened_at")


@router.get("/campaigns", operation_id="list_campaigns", response_model=list[CampaignView])
async def list_campaigns(request: Request, _: Reader) -> Response:
    """Every campaign, newest first."""
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> object:
        budgets = {row.campaign_id: row for row in read.all(campaigns.BUDGETS)}
        rows = read.all(campaigns.ALL)
        found = read.all(journeys.DECLINES, journeys=[journey_id_of(row.id) for row in rows])
        declines: defaultdict[UUID, list[DeclineRow]] = defaultdict(list)
        for one in found:
            declines[one.journey_id].append(one)
        return [
            _view(
                row,
                budgets.get(row.id),
                declines.get(journey_id_of(row.id), []),
                _comes_to(read, row, edge.shops, {CampaignState.WAITING}, now=now),
            )
            for row in rows
        ]

    return answered(await asked(edge, question))


@router.get("/campaigns/{campaign_id}", operation_id="get_campaign", response_model=CampaignView)
async def get_campaign(request: Request, campaign_id: UUID, _: Reader) -> Response:
    """One campaign."""
    edge = edge_of(request)
    now = edge.clock()
    undecided = {CampaignState.DRAFT, CampaignState.WAITING}

    def question(read: Read) -> object:
        row = campaigns.known(read, campaign_id)
        declines = read.all(journeys.DECLINES, journeys=[journey_id_of(campaign_id)])
        budget = read.one(campaigns.BUDGET, campaign_id=campaign_id)
        return _view(row, budget, declines, _comes_to(read, row, edge.shops, undecided, now=now))

    return answered(await asked(edge, question))


def _comes_to(
    read: Read, row: CampaignRow, shops: Shops, states: Set[CampaignState], *, now: Instant
) -> dict[str, object] | None:
    """What a campaign would cost, where it is in one of these states: each costs a count of its
    audience, which a list does not spend on every draft."""
    if row.state not in states:
        return None
    cost = cost_of(read, campaign_from(row.definition), shops, now=now)
    return {
        "audience": cost.audience,
        "gifts_minor": cost.worst.gifts_minor,
        "messages_minor": cost.worst.messages_minor,
        "reserved_minor": cost.reserved.total_minor,
    }


def _view(
    row: CampaignRow,
    budget: BudgetRow | None,
    declines: Sequence[DeclineRow],
    comes_to: dict[str, object] | None,
) -> dict[str, object]:
    return {
        **row._asdict(),
        "declines": declines_of(declines),
        "journey_id": journey_id_of(row.id),
        "comes_to": comes_to,
        "gifts_limit_minor": None if budget is None else budget.limit_minor,
        "gifts_drawn_minor": None if budget is None else budget.drawn_minor,
        "messages_limit_minor": None if budget is None else budget.messages_minor,
    }


@router.put("/campaigns/{campaign_id}", operation_id="save_campaign", response_model=SavedCampaign)
async def save_campaign(
    request: Request, campaign_id: UUID, form: CampaignForm, actor: Writer
) -> Response:
    """Save a campaign's draft, new (If-Match: 0) or changed from what the caller saw."""
    command = SaveCampaign(
        id=campaign_id,
        seen=revision_expected(request),
        name=Label(form.name_zh, form.name_en),
        definition=form.definition,
    )
    return await run(request, command, actor)


@router.post(
    "/campaigns/{campaign_id}/submit", operation_id="submit_campaign", response_model=SavedCampaign
)
async def submit_campaign(request: Request, campaign_id: UUID, actor: Writer) -> Response:
    """Ask a second person to agree; from now on nothing of it changes."""
    command = SubmitCampaign(id=campaign_id, seen=revision_expected(request))
    return await run(request, command, actor)


@router.post(
    "/campaigns/{campaign_id}/approve",
    operation_id="approve_campaign",
    response_model=SavedCampaign,
)
async def approve_campaign(request: Request, campaign_id: UUID, actor: Approver) -> Response:
    """Agree: the money is set aside, and the campaign runs."""
    return await run(request, ApproveCampaign(id=campaign_id), actor)


@router.post(
    "/campaigns/{campaign_id}/decline",
    operation_id="decline_campaign",
    response_model=SavedCampaign,
)
async def decline_campaign(
    request: Request, campaign_id: UUID, form: DeclineForm, actor: Approver
) -> Response:
    """Send a campaign back to its author as a draft, and say why."""
    return await run(request, DeclineCampaign(id=campaign_id, reason=form.reason), actor)


@router.post(
    "/campaigns/{campaign_id}/end", operation_id="end_campaign", response_model=SavedCampaign
)
async def end_campaign(request: Request, campaign_id: UUID, actor: Writer) -> Response:
    """End a campaign now."""
    return await run(request, EndCampaign(id=campaign_id), actor)


@router.get(
    "/stores/{store_id}/staff-tasks",
    operation_id="list_staff_tasks",
    response_model=list[TaskView],
)
async def list_staff_tasks(request: Request, store_id: UUID, actor: MemberReader) -> Response:
    """What journeys gave the staff of a store to do."""
    actor.scope.check(store_id)

    def question(read: Read) -> object:
        rows = read.all(OPEN_TASKS, store_id=store_id, most=TASKS_MAX)
        return [{name: row._asdict()[name] for name in _TASK_FIELDS} for row in rows]

    return answered(await asked(edge_of(request), question))


@router.post(
    "/staff-tasks/{task_id}/done", operation_id="finish_staff_task", response_model=TaskFinished
)
async def finish_staff_task(
    request: Request, task_id: UUID, form: NoteForm, actor: MemberWriter
) -> Response:
    """Say that a task is done, and what came of it."""
    return await run(request, FinishTask(task_id=task_id, note=form.note), actor)
