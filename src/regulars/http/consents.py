"""What members allow: the words to show, the choices made, the proof."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.members.consent import in_force
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.stores.actor import Actor, ActorKind
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.member_forms import ConsentsForm, WordingForm
from regulars.http.member_views import ConsentView, WordingView, consents_seen
from regulars.http.policy import requires
from regulars.storage import consents, members
from regulars.storage.engine import Read
from regulars.use_cases.consents import Published, PublishWording, RecordConsent, Recorded

router = APIRouter(prefix="/api/v1", tags=["consents"])


@router.get("/wordings", operation_id="list_wordings", response_model=list[WordingView])
async def list_wordings(
    request: Request, _: Annotated[Actor, requires(Permission.MEMBER_JOIN)]
) -> Response:
    """The words with which each purpose is asked today."""
    edge = edge_of(request)
    today = edge.clock().date()
    shown = await asked(edge, lambda read: in_force(read.all(consents.WORDINGS), on=today))
    return answered(shown)


@router.post("/wordings", operation_id="publish_wording", status_code=201, response_model=Published)
async def publish_wording(
    request: Request,
    form: WordingForm,
    actor: Annotated[Actor, requires(Permission.TERMS_WRITE)],
) -> Response:
    """Ask for a purpose with new words from a day on; published words are never edited."""
    command = PublishWording(
        version=form.version,
        purpose=form.purpose,
        text_zh=form.text_zh,
        text_en=form.text_en,
        since=form.since,
    )
    return await run(request, command, actor, status=201)


@router.get(
    "/members/{member_id}/consents",
    operation_id="list_consents",
    response_model=list[ConsentView],
)
async def list_consents(
    request: Request,
    member_id: UUID,
    _: Annotated[Actor, requires(Permission.MEMBER_READ)],
) -> Response:
    """Everything a member ever allowed or took back, oldest first: the newest of each counts."""
    edge = edge_of(request)

    def rows(read: Read) -> list[ConsentView]:
        if read.one(members.MEMBER, member_id=member_id) is None:
            raise MEMBER_UNKNOWN.because()
        return consents_seen(read, edge.vault, member_id)

    return answered(await asked(edge, rows))


@router.post(
    "/members/{member_id}/consents",
    operation_id="record_consent",
    status_code=201,
    response_model=Recorded,
)
async def record_consent(
    request: Request,
    member_id: UUID,
    form: ConsentsForm,
    actor: Annotated[Actor, requires(Permission.MEMBER_JOIN)],
) -> Response:
    """Remember what a member allows or no longer allows."""
    command = RecordConsent(
        member_id=member_id,
        choices=tuple(one.choice() for one in form.choices),
        language=form.language,
        source="api" if actor.kind is ActorKind.API_KEY else "till",
    )
    return await run(request, command, actor, status=201)
