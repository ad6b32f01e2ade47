"""Recording what a member allows, and publishing the words with which she is asked.

李敏 says no to SMS: one new row, one tap, at once. Her earlier yes stays as it was, as proof.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from regulars.domain.kernel.label import Language
from regulars.domain.members.consent import Choice, Purpose, Wording, checked_choices
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.members.writing import checked_text
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import audit, consents, facts, members
from regulars.storage.consents import Given
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

WORDING_MAX = 2_000
VERSION_MAX = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordConsent:
    """Remember what a member allows or no longer allows."""

    member_id: UUID
    choices: tuple[Choice, ...]
    language: Language
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """How many choices were remembered for whom."""

    member_id: UUID
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishWording:
    """Ask for one purpose with new words from a day on."""

    version: str
    purpose: Purpose
    text_zh: str
    text_en: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The wording that was published."""

    version: str
    purpose: Purpose


@use_case
def record_consent(tx: Write, command: RecordConsent, moment: Moment) -> Recorded:
    """Remember a member's choices. Giving and withdrawing are the same act.

    Refuses: member.unknown, consent.wording_unknown, consent.repeated.
    """
    moment.actor.need(Permission.MEMBER_JOIN)
    if tx.one(members.MEMBER, member_id=command.member_id) is None:
        raise MEMBER_UNKNOWN.because()
    choices = checked_choices(command.choices, tx.all(consents.WORDINGS), on=moment.now.date())
    given = Given(
        member_id=command.member_id,
        language=command.language,
        source=command.source,
        at=moment.now,
        by=moment.actor.name,
    )
    consents.add(tx, given, choices, new_id=moment.new_id)
    facts.append_all(
        tx,
        [
            (
                moment.new_id(),
                Fact(
                    kind="consent.granted" if choice.granted else "consent.withdrawn",
                    at=moment.now,
                    member_id=command.member_id,
                    body={"channel": choice.channel.value, "purpose": choice.purpose.value},
                ),
            )
            for choice in choices
        ],
    )
    return Recorded(member_id=command.member_id, count=len(choices))


@use_case
def publish_wording(tx: Write, command: PublishWording, moment: Moment) -> Published:
    """Publish words for one purpose; words once published are never edited.

    Refuses: permission.missing, consent.wording_taken.
    """
    moment.actor.need(Permission.TERMS_WRITE)
    if not moment.actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()
    consents.add_wording(
        tx,
        Wording(
            version=checked_text(command.version, field="version", maximum=VERSION_MAX),
            purpose=command.purpose,
            text_zh=checked_text(command.text_zh, field="text_zh", maximum=WORDING_MAX),
            text_en=checked_text(command.text_en, field="text_en", maximum=WORDING_MAX),
            since=command.since,
        ),
    )
    audit.record(
        tx,
        moment,
        action="wording.published",
        subject=f"wording:{command.version}",
        after={"purpose": command.purpose.value, "since": command.since.isoformat()},
    )
    return Published(version=command.version, purpose=command.purpose)
