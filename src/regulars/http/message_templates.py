"""Templates: what messages say, checked and tried on real members before they are used."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field, JsonValue
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.label import Language
from regulars.domain.messaging.channels import Channel, Purpose
from regulars.domain.messaging.lint import TEXTS, findings
from regulars.domain.messaging.placeholders import NAMES, Kind
from regulars.domain.messaging.template import template_data, template_from
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import ASKS, answered, revision_expected, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body, Code, Name
from regulars.storage import message_people, message_templates
from regulars.storage.engine import Read
from regulars.storage.message_templates import TemplateRow
from regulars.use_cases.message_templates import (
    PREVIEWED_MAX,
    Preview,
    SavedTemplate,
    SaveTemplate,
    Shown,
    StopTemplate,
    preview,
)

router = APIRouter(prefix="/api/v1", tags=["messages"])
Reader = Annotated[Actor, requires(Permission.OFFER_READ)]
Writer = Annotated[Actor, requires(Permission.OFFER_WRITE)]


class VariantForm(Body):
    """One text: for a channel and a language, for everybody or for whom a condition holds."""

    channel: Channel
    language: Language
    text: Annotated[str, Field(min_length=1, max_length=2_000)]
    subject: Annotated[str, Field(max_length=150)] | None = None
    html: Annotated[str, Field(max_length=60_000)] | None = None
    when: dict[str, JsonValue] | None = None
    provider_template: Annotated[str, Field(max_length=1_000)] | None = None
    variables: Annotated[dict[str, str], Field(default_factory=dict, max_length=20)]


class TemplateBody(Body):
    """What a template says. `links`: where its link placeholders lead, unless a plan knows better."""

    name_zh: Name
    name_en: Name
    purpose: Purpose
    category: Code
    variants: Annotated[list[VariantForm], Field(min_length=1, max_length=60)]
    links: Annotated[dict[str, str], Field(default_factory=dict, max_length=10)]


class TemplateForm(TemplateBody):
    """A template with the code by which the shop knows it."""

    code: Code


class PreviewForm(Body):
    """A template to try: on these members, or on some of the shop's, also such with gaps."""

    template: TemplateBody
    store_id: UUID
    member_ids: Annotated[list[UUID], Field(max_length=PREVIEWED_MAX)] | None = None
    values: Annotated[dict[str, str | int], Field(default_factory=dict, max_length=20)]


class TemplateView(Answer):
    """A template as it is in force."""

    id: UUID
    code: str
    version: int
    state: str
    recorded_at: AwareDatetime
    recorded_by: str
    name_zh: str
    name_en: str
    purpose: Purpose
    category: str
    variants: list[VariantForm]
    links: dict[str, str]


class FindingView(Answer):
    """What is wrong with one text; an error keeps it from being published."""

    code: str
    error: bool
    channel: Channel
    language: Language
    text_zh: str
    text_en: str


class PlaceholderView(Answer):
    """A name that a text may hold; a nullable one needs a fallback."""

    name: str
    kind: Kind
    nullable: bool
    name_zh: str
    name_en: str


class ShownView(Answer):
    """One text as one member would read it. Units: parts of an SMS."""

    member_id: UUID
    channel: Channel
    language: Language
    subject: str | None
    text: str
    html: str | None
    parts: int


@router.get("/message-templates", operation_id="list_templates", response_model=list[TemplateView])
async def list_templates(request: Request, _: Reader) -> Response:
    """Every template, with the version in force."""
    rows = await asked(edge_of(request), lambda read: read.all(message_templates.IN_FORCE))
    return answered([_view(row) for row in rows])


@router.get(
    "/message-placeholders",
    operation_id="list_placeholders",
    response_model=list[PlaceholderView],
)
async def list_placeholders(request: Request, _: Reader) -> Response:
    """The names that a text may hold."""
    return answered(
        [
            {
                "name": one.name,
                "kind": one.kind,
                "nullable": one.nullable,
                "name_zh": one.label.zh,
                "name_en": one.label.en,
            }
            for one in NAMES.values()
        ]
    )


@router.put(
    "/message-templates/{template_id}", operation_id="save_template", response_model=SavedTemplate
)
async def save_template(
    request: Request, template_id: UUID, form: TemplateForm, actor: Writer
) -> Response:
    """Publish a template, new (If-Match: 0) or as the next version of what the caller saw."""
    command = SaveTemplate(
        id=template_id,
        code=form.code,
        seen=revision_expected(request),
        body=form.model_dump(mode="json", exclude={"code"}),
    )
    return await run(request, command, actor)


@router.post(
    "/message-templates/{template_id}/stop",
    operation_id="stop_template",
    response_model=SavedTemplate,
)
async def stop_template(request: Request, template_id: UUID, actor: Writer) -> Response:
    """Plan no more messages with a template."""
    return await run(request, StopTemplate(id=template_id), actor)


@router.post(
    "/message-templates/check",
    operation_id="check_template",
    response_model=list[FindingView],
    openapi_extra=ASKS,
)
async def check_template(request: Request, form: TemplateBody, _: Writer) -> Response:
    """What is wrong with a template, errors first. Refuses: template.*, condition.*."""
    found = findings(template_from(form.model_dump(mode="json")))
    return answered(
        [
            {
                "code": one.code,
                "error": one.error,
                "channel": one.channel,
                "language": one.language,
                "text_zh": TEXTS[one.code].zh,
                "text_en": TEXTS[one.code].en,
            }
            for one in found
        ]
    )


@router.post(
    "/message-templates/preview",
    operation_id="preview_template",
    response_model=list[ShownView],
    openapi_extra=ASKS,
)
async def preview_template(request: Request, form: PreviewForm, actor: Writer) -> Response:
    """Every text of a template for real members, in both languages."""
    actor.scope.check(form.store_id)
    actor.need(Permission.MEMBER_READ)
    edge = edge_of(request)
    template = template_from(form.template.model_dump(mode="json"))
    now = edge.clock()

    def shown(read: Read) -> list[Shown]:
        asked_for = form.member_ids
        tried = Preview(
            template=template,
            store_id=form.store_id,
            member_ids=_sample(read, form.store_id) if asked_for is None else asked_for,
            values=dict(form.values),
            now=now,
        )
        return preview(read, tried, vault=edge.vault, shops=edge.shops)

    return answered(await asked(edge, shown))


def _sample(read: Read, store_id: UUID) -> list[UUID]:
    half = PREVIEWED_MAX // 2
    named = read.all(message_people.SAMPLE_NAMED, store_id=store_id, most=half)
    return [*read.all(message_people.SAMPLE, store_id=store_id, most=half), *named]


def _view(row: TemplateRow) -> dict[str, object]:
    return {
        "id": row.id,
        "code": row.code,
        "version": row.version,
        "state": row.state,
        "recorded_at": row.recorded_at,
        "recorded_by": row.recorded_by,
        **template_data(row.template),
    }
