"""Journeys: drawn, published, agreed to, paused and ended; where members are, and why."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.campaigns.journey import JourneyState
from regulars.domain.campaigns.ready import READY
from regulars.domain.kernel.label import Label
from regulars.domain.loyalty.gift import NOTHING, Gift
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import ASKS, answered, revision_expected, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.journey_forms import (
    GiftForm,
    JourneyForm,
    JourneyRowView,
    JourneyView,
    LandingView,
    MappingForm,
    MembersForm,
    ReadyView,
    SwitchForm,
    VersionDeclineForm,
    VersionForm,
    declines_of,
)
from regulars.http.policy import requires
from regulars.storage import journey_runs, journeys
from regulars.storage.engine import Read
from regulars.storage.journeys import JourneyRow
from regulars.use_cases.declining import DeclineJourney
from regulars.use_cases.journey_entries import EnterByHand, Entered
from regulars.use_cases.journeys import (
    ApproveJourney,
    EndJourney,
    PauseJourney,
    PublishJourney,
    ResumeJourney,
    SavedJourney,
    SaveJourney,
    dry_run,
)
from regulars.use_cases.ready_journeys import USUAL_CHANNELS, SwitchOn, id_of

router = APIRouter(prefix="/api/v1", tags=["journeys"])
Reader = Annotated[Actor, requires(Permission.OFFER_READ)]
Writer = Annotated[Actor, requires(Permission.OFFER_WRITE)]
Approver = Annotated[Actor, requires(Permission.JOURNEY_APPROVE)]


async def _told(request: Request, question: Callable[[Read], object]) -> Response:
    return answered(await asked(edge_of(request), question))


@router.get("/ready-journeys", operation_id="list_ready_journeys", response_model=list[ReadyView])
async def list_ready_journeys(request: Request, _: Reader) -> Response:
    """The journeys that come with the product, and which of them are on."""

    def question(read: Read) -> object:
        states = {row.id: row.state for row in read.all(journeys.ALL)}
        ended = JourneyState.ENDED.value
        return [
            {
                "code": one.code,
                "name_zh": one.name.zh,
                "name_en": one.name.en,
                "story_zh": one.story.zh,
                "story_en": one.story.en,
                "purpose": "marketing" if one.marketing else "service",
                "gives": one.gives,
                "on": states.get(id_of("journey", one.code), ended) != ended,
                "journey_id": id_of("journey", one.code),
            }
            for one in READY.values()
        ]

    return await _told(request, question)


@router.post(
    "/ready-journeys/{code}/switch-on",
    operation_id="switch_ready_journey_on",
    response_model=SavedJourney,
)
async def switch_ready_journey_on(
    request: Request, code: str, form: SwitchForm, actor: Writer
) -> Response:
    """Switch a ready journey on; with a gift a second person has to agree."""
    command = SwitchOn(
        code=code,
        gift=_gift(form.gift),
        cost_minor=0 if form.gift is None else form.gift.cost_minor,
        channels=USUAL_CHANNELS if form.channels is None else tuple(form.channels),
        control=form.control,
    )
    return await run(request, command, actor)


def _gift(form: GiftForm | None) -> Gift:
    if form is None:
        return NOTHING
    return Gift(
        points=form.points,
        bonus_minor=form.bonus_minor,
        coupon_types=tuple(form.coupon_types),
    )


@router.get("/journeys", operation_id="list_journeys", response_model=list[JourneyRowView])
async def list_journeys(request: Request, _: Reader) -> Response:
    """Every journey."""
    return await _told(request, lambda read: [_row(one) for one in read.all(journeys.ALL)])


@router.get("/journeys/{journey_id}", operation_id="get_journey", response_model=JourneyView)
async def get_journey(request: Request, journey_id: UUID, _: Reader) -> Response:
    """A journey with its versions, and how many members are where."""

    def question(read: Read) -> object:
        row = journeys.known(read, journey_id)
        versions = read.all(journeys.VERSIONS, journey_id=journey_id)
        told = [one._asdict() for one in versions]
        for one in told:
            del one["journey_id"]
        stands = read.all(journey_runs.COUNTS, journey_id=journey_id)
        declines = declines_of(read.all(journeys.DECLINES, journeys=[journey_id]))
        return {
            **_row(row),
            "draft": row.draft,
            "versions": told,
            "declines": declines,
            "stands": stands,
        }

    return await _told(request, question)


def _row(row: JourneyRow) -> dict[str, object]:
    told = row._asdict()
    del told["draft"]
    return told


@router.put("/journeys/{journey_id}", operation_id="save_journey", response_model=SavedJourney)
async def save_journey(
    request: Request, journey_id: UUID, form: JourneyForm, actor: Writer
) -> Response:
    """Save a journey's draft, new (If-Match: 0) or changed from what the caller saw."""
    command = SaveJourney(
        id=journey_id,
        seen=revision_expected(request),
        name=Label(form.name_zh, form.name_en),
        definition=form.definition,
    )
    return await run(request, command, actor)


@router.post(
    "/journeys/{journey_id}/dry-run",
    operation_id="dry_run_journey",
    response_model=list[LandingView],
    openapi_extra=ASKS,
)
async def dry_run_journey(
    request: Request, journey_id: UUID, form: MappingForm, _: Writer
) -> Response:
    """Where members on their way would go if the draft were published so."""
    return await _told(request, lambda read: dry_run(read, journey_id, form.mapping))


@router.post(
    "/journeys/{journey_id}/publish", operation_id="publish_journey", response_model=SavedJourney
)
async def publish_journey(
    request: Request, journey_id: UUID, form: MappingForm, actor: Writer
) -> Response:
    """Make the draft a version that never changes, for a second person to agree to."""
    command = PublishJourney(
        id=journey_id, seen=revision_expected(request), mapping=dict(form.mapping)
    )
    return await run(request, command, actor)


@router.post(
    "/journeys/{journey_id}/approve", operation_id="approve_journey", response_model=SavedJourney
)
async def approve_journey(
    request: Request, journey_id: UUID, form: VersionForm, actor: Approver
) -> Response:
    """Agree to a version that somebody else published; it is in force from now on."""
    return await run(request, ApproveJourney(id=journey_id, version=form.version), actor)


@router.post(
    "/journeys/{journey_id}/decline", operation_id="decline_journey", response_model=SavedJourney
)
async def decline_journey(
    request: Request, journey_id: UUID, form: VersionDeclineForm, actor: Approver
) -> Response:
    """Send a version back to its author, and say why; what runs goes on."""
    command = DeclineJourney(id=journey_id, version=form.version, reason=form.reason)
    return await run(request, command, actor)


@router.post(
    "/journeys/{journey_id}/pause", operation_id="pause_journey", response_model=SavedJourney
)
async def pause_journey(request: Request, journey_id: UUID, actor: Writer) -> Response:
    """Stop a journey for a while."""
    return await run(request, PauseJourney(id=journey_id), actor)


@router.post(
    "/journeys/{journey_id}/resume", operation_id="resume_journey", response_model=SavedJourney
)
async def resume_journey(request: Request, journey_id: UUID, actor: Writer) -> Response:
    """Let a journey go on."""
    return await run(request, ResumeJourney(id=journey_id), actor)


@router.post("/journeys/{journey_id}/end", operation_id="end_journey", response_model=SavedJourney)
async def end_journey(request: Request, journey_id: UUID, actor: Writer) -> Response:
    """End a journey for everybody, for good."""
    return await run(request, EndJourney(id=journey_id), actor)


@router.post("/journeys/{journey_id}/members", operation_id="enter_journey", response_model=Entered)
async def enter_journey(
    request: Request, journey_id: UUID, form: MembersForm, actor: Writer
) -> Response:
    """Put members into a journey that allows it."""
    command = EnterByHand(journey_id=journey_id, member_ids=tuple(form.member_ids))
    return await run(request, command, actor)
