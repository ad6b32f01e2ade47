"""Publishing templates, and trying them on real members before anybody is written to.

The marketer changes two words of "老友归来": version 4. What was planned with version 3 goes out as
it was approved; a text without its way out is refused before it is version anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.label import Language
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.revision import check_revision
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.lint import publishable
from regulars.domain.messaging.message import PlanValue, given_from
from regulars.domain.messaging.template import LANGUAGES, Template, template_from
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import audit, message_templates
from regulars.storage.engine import Read, Write
from regulars.storage.message_templates import CODE_TAKEN, HeadRow
from regulars.storage.shops import Shops
from regulars.storage.vault import Vault
from regulars.use_cases import message_people
from regulars.use_cases.message_people import Asked, Person
from regulars.use_cases.message_words import Manner, Occasion, words_for
from regulars.use_cases.messages import TEMPLATE_UNKNOWN
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

PREVIEWED_MAX = 20
PREVIEW_VALID = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveTemplate:
    """A template, new (`seen` 0) or changed from the version that its author saw."""

    id: UUID
    code: str
    seen: int
    body: object


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTemplate:
    """Plan no more messages with a template; those that are planned go out."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTemplate:
    """What was saved."""

    id: UUID
    code: str
    version: int
    state: str


@use_case
def save_template(tx: Write, command: SaveTemplate, moment: Moment) -> SavedTemplate:
    """Publish a version of a template.

    Refuses: permission.missing, scope.outside, precondition.failed, template.*, condition.*.
    """
    _need(moment)
    template = publishable(template_from(command.body))
    known = tx.one(message_templates.HEAD_LOCKED, template_id=command.id)
    check_revision(known.version if known else 0, expected=command.seen)
    other = tx.one(message_templates.BY_CODE, code=command.code)
    if other is not None and other.id != command.id:
        raise CODE_TAKEN.because(code=command.code)
    code = known.code if known else command.code
    head = HeadRow(command.id, code, command.seen + 1, "active")
    message_templates.put(tx, head, template, at=moment.now, by=moment.actor.name)
    _audited(tx, moment, "template.saved", head)
    return SavedTemplate(id=head.id, code=head.code, version=head.version, state=head.state)


@use_case
def stop_template(tx: Write, command: StopTemplate, moment: Moment) -> SavedTemplate:
    """Take a template out of use. Refuses: permission.missing, scope.outside, template.unknown."""
    _need(moment)
    known = tx.one(message_templates.HEAD_LOCKED, template_id=command.id)
    if known is None:
        raise TEMPLATE_UNKNOWN.because()
    tx.send(message_templates.STOP, stopped=command.id)
    head = known._replace(state="stopped")
    _audited(tx, moment, "template.stopped", head)
    return SavedTemplate(id=head.id, code=head.code, version=head.version, state=head.state)


def _need(moment: Moment) -> None:
    moment.actor.need(Permission.OFFER_WRITE)
    if not moment.actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()


def _audited(tx: Write, moment: Moment, action: str, head: HeadRow) -> None:
    audit.record(
        tx,
        moment,
        action=action,
        subject=f"template:{head.id}",
        after={"code": head.code, "version": head.version},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One text as one member would read it. Units: parts of an SMS."""

    member_id: UUID
    channel: Channel
    language: Language
    subject: str | None
    text: str
    html: str | None
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A template to be tried: on whom, with which values, seen from which shop."""

    template: Template
    store_id: UUID
    member_ids: Sequence[UUID]
    values: dict[str, object]
    now: Instant


def preview(read: Read, preview: Preview, *, vault: Vault, shops: Shops) -> list[Shown]:
    """Every text of a template for real members, in both languages; also those with gaps."""
    shop = shops.in_force(read, preview.store_id, at=preview.now)
    given: dict[str, PlanValue] = given_from(preview.values)
    about = Occasion(
        shop=shop,
        given=given,
        valid_until=Instant(preview.now + PREVIEW_VALID),
        now=preview.now,
    )
    asked = list(dict.fromkeys(preview.member_ids))[:PREVIEWED_MAX]
    people = message_people.load(read, vault, asked, also=Asked())
    return [
        shown
        for one in asked
        if one in people
        for channel in preview.template.channels
        for language in LANGUAGES
        if (
            shown := _shown(
                preview.template, Manner(channel=channel, language=language), people[one], about
            )
        )
        is not None
    ]


def _shown(template: Template, manner: Manner, person: Person, about: Occasion) -> Shown | None:
    words = words_for(template, manner, person, about)
    if words is None:
        return None
    return Shown(
        member_id=person.row.id,
        channel=manner.channel,
        language=manner.language,
        subject=words.subject,
        text=words.text,
        html=words.html,
        parts=words.parts,
    )
