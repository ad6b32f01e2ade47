"""Saving, publishing, approving and stopping journeys: what is agreed on never changes.

小陈 of marketing draws "老友归来" and publishes it; her manager reads the same version and agrees; from
then on members come in. To change two words she publishes version 2, and says what becomes of those
on their way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID

from regulars.domain.campaigns.advance import Why
from regulars.domain.campaigns.journey import Journey, JourneyState, journey_data, journey_from
from regulars.domain.campaigns.nodes import GiveGift, SendMessage, actions_of
from regulars.domain.campaigns.set_off import sets_itself_off
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.revision import check_revision
from regulars.domain.messaging.channels import Purpose
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import (
    audit,
    journey_moves,
    journey_runs,
    journeys,
    message_templates,
    segments,
)
from regulars.storage.engine import Read, Write
from regulars.storage.journeys import JourneyRow, VersionRow
from regulars.use_cases.gift_checks import check_coupon_types
from regulars.use_cases.journey_entries import draws
from regulars.use_cases.journey_moves import (
    Change,
    Landing,
    carry_out,
    landings,
    moves_data,
    moves_from,
)
from regulars.use_cases.journey_sights import journey_of
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

TEMPLATE_UNKNOWN = refusal_code("journey.template_unknown", "template")
CHANNEL_MISSING = refusal_code("journey.channel_missing", "template", "channel")
PURPOSE_UNFIT = refusal_code("journey.purpose_unfit", "template")
SEGMENT_NOT_ACTIVE = refusal_code("journey.segment_not_active")
NOTHING_PROPOSED = refusal_code("journey.nothing_proposed")
SAME_PERSON = refusal_code("journey.same_person")
NOT_IN_STATE = refusal_code("journey.not_in_state", "state")
OF_CAMPAIGN = refusal_code("journey.of_campaign")
RUN_UNKNOWN = refusal_code("journey.run_unknown")
RUN_NOT_DEAD = refusal_code("journey.run_not_dead")
SETS_ITSELF_OFF = refusal_code("journey.sets_itself_off", "fact")

# So many are let go in the commit that ends a journey; the others by the shop itself, soon after.
SWEPT_AT_ONCE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveJourney:
    """A journey as its author draws it, new (`seen` 0) or changed from what she saw."""

    id: UUID
    seen: int
    name: Label
    definition: object


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishJourney:
    """The draft as a version for a second person to agree to.

    `mapping` says for each step of older versions what becomes of those who stand there.
    """

    id: UUID
    seen: int
    mapping: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveJourney:
    """A second person's word for a version."""

    id: UUID
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseJourney:
    """Nobody moves on and nobody comes in until it is resumed."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeJourney:
    """Everybody moves on; whose time is over meanwhile is through."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EndJourney:
    """It is over for everybody, for good."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRuns:
    """A journey that is over lets go of more of those who are on their way."""

    journey_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How many it let go."""

    ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRun:
    """Try a run again that was given up."""

    run_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedJourney:
    """How a journey is after a command. `landings`: where members on their way go."""

    id: UUID
    state: str
    revision: int
    live: int | None
    proposed: int | None
    landings: tuple[Landing, ...] = ()


@use_case
def save_journey(tx: Write, command: SaveJourney, moment: Moment) -> SavedJourney:
    """Save the draft of a journey; members notice nothing of it.

    Refuses: permission.missing, scope.outside, precondition.failed, journey.*, condition.*,
    segment.*.
    """
    _need(moment)
    known = tx.one(journeys.ONE_LOCKED, journey_id=command.id)
    check_revision(known.revision if known else 0, expected=command.seen)
    if known is not None:
        _changeable(known)
    draft = journey_data(journey_from(command.definition))
    row = JourneyRow(
        id=command.id,
        name_zh=command.name.zh,
        name_en=command.name.en,
        state=known.state if known else JourneyState.DRAFT.value,
        revision=command.seen + 1,
        draft=draft,
        live=known.live if known else None,
        proposed=known.proposed if known else None,
        campaign_id=None,
        made_at=known.made_at if known else moment.now,
    )
    return recorded(tx, moment, row, "journey.saved")


@use_case
def publish_journey(tx: Write, command: PublishJourney, moment: Moment) -> SavedJourney:
    """Make the draft a version that never changes, for a second person to agree to.

    Refuses: permission.missing, scope.outside, precondition.failed, journey.*, gift.*.
    """
    _need(moment)
    known = journeys.locked(tx, command.id)
    check_revision(known.revision, expected=command.seen)
    _changeable(known)
    journey = journey_of(known.draft)
    check_references(tx, journey, known.id)
    return propose(tx, moment, Proposal(known, journey, command.mapping))


@use_case
def approve_journey(tx: Write, command: ApproveJourney, moment: Moment) -> SavedJourney:
    """Put a version in force, and move those on their way as its author said.

    Refuses: permission.missing, scope.outside, journey.unknown, journey.nothing_proposed,
    journey.same_person, journey.mapping_missing, journey.of_campaign, assignment.design_fixed.
    """
    need_approver(moment)
    known = journeys.held(tx, command.id)
    if known.campaign_id is not None:
        raise OF_CAMPAIGN.because()
    version = tx.one(journeys.VERSION, journey_id=known.id, version=command.version)
    if version is None or known.proposed != command.version:
        raise NOTHING_PROPOSED.because()
    if version.published_by == moment.actor.name:
        raise SAME_PERSON.because()
    return put_in_force(tx, moment, known, version)


@use_case
def pause_journey(tx: Write, command: PauseJourney, moment: Moment) -> SavedJourney:
    """Stop a journey for a while. Refuses: permission.missing, scope.outside, journey.unknown,
    journey.not_in_state."""
    return _stated(tx, moment, command.id, JourneyState.LIVE, JourneyState.PAUSED)


@use_case
def resume_journey(tx: Write, command: ResumeJourney, moment: Moment) -> SavedJourney:
    """Let a journey go on. Refuses: permission.missing, scope.outside, journey.unknown,
    journey.not_in_state."""
    return _stated(tx, moment, command.id, JourneyState.PAUSED, JourneyState.LIVE)


@use_case
def end_journey(tx: Write, command: EndJourney, moment: Moment) -> SavedJourney:
    """End a journey for everybody, for good. Refuses: permission.missing, scope.outside,
    journey.unknown, journey.not_in_state, journey.of_campaign."""
    _need(moment)
    known = journeys.locked(tx, command.id)
    _changeable(known)
    return ended(tx, moment, known)


@use_case
def retry_run(tx: Write, command: RetryRun, moment: Moment) -> SavedJourney:
    """Try a run again. Refuses: permission.missing, journey.run_unknown, journey.run_not_dead."""
    _need(moment)
    run = tx.one(journey_runs.ONE_LOCKED, run_id=command.run_id)
    if run is None:
        raise RUN_UNKNOWN.because()
    if run.state != "dead":
        raise RUN_NOT_DEAD.because()
    tx.send(journey_runs.RETRY, this=run.id, due=moment.now)
    known = journeys.known(tx, run.journey_id)
    audit.record(tx, moment, action="journey.run_retried", subject=f"journey_run:{run.id}")
    return _answer(known)


class Proposal(NamedTuple):
    """A journey with what becomes its next version."""

    row: JourneyRow
    journey: Journey
    mapping: Mapping[str, object]


def propose(tx: Write, moment: Moment, proposal: Proposal) -> SavedJourney:
    """Write the next version of a journey, for a second person to agree to."""
    known, journey, mapping = proposal
    versions = tx.all(journeys.VERSIONS, journey_id=known.id)
    number = versions[-1].version + 1 if versions else 1
    moves = moves_from(mapping, journey)
    found = landings(tx, known.id, number, journey, moves)
    waiting = known.live is None
    row = known._replace(
        state=JourneyState.WAITING.value if waiting else known.state,
        revision=known.revision + 1,
        proposed=number,
    )
    version = VersionRow(
        journey_id=known.id,
        version=number,
        definition=journey_data(journey),
        mapping=moves_data(moves),
        published_at=moment.now,
        published_by=moment.actor.name,
    )
    answer = recorded(tx, moment, row, "journey.published")
    journeys.publish(tx, version)
    return replace(answer, landings=tuple(found))


def put_in_force(tx: Write, moment: Moment, known: JourneyRow, version: VersionRow) -> SavedJourney:
    """Let members in by a version from now on, and move those who are on their way."""
    journey = journey_of(version.definition)
    moves = moves_from(version.mapping, journey)
    found = landings(tx, known.id, version.version, journey, moves)
    draws(tx, moment, known.id, journey)
    paused = known.state == JourneyState.PAUSED.value
    row = known._replace(
        state=known.state if paused else JourneyState.LIVE.value,
        revision=known.revision + 1,
        live=version.version,
        proposed=None,
    )
    answer = recorded(tx, moment, row, "journey.approved")
    journeys.approve(tx, known.id, version.version, at=moment.now, by=moment.actor.name)
    change = Change(
        journey_id=known.id,
        version=version.version,
        journey=journey,
        landings=tuple(found),
    )
    carry_out(tx, moment, change)
    return replace(answer, landings=tuple(found))


def ended(tx: Write, moment: Moment, known: JourneyRow) -> SavedJourney:
    """End a journey for everybody on the way."""
    row = known._replace(state=JourneyState.ENDED.value, revision=known.revision + 1, proposed=None)
    answer = recorded(tx, moment, row, "journey.ended")
    _swept(tx, moment, known.id)
    return answer


@use_case
def sweep_runs(tx: Write, command: SweepRuns, moment: Moment) -> Swept:
    """End the way of some more members of a journey that is over. Refuses: permission.missing."""
    _need(moment)
    known = journeys.locked(tx, command.journey_id)
    if known.state != JourneyState.ENDED.value:
        return Swept(ended=0)
    return Swept(ended=_swept(tx, moment, known.id))


def _swept(tx: Write, moment: Moment, journey_id: UUID) -> int:
    runs = tx.all(journey_moves.SOME_OPEN, journey_id=journey_id, most=SWEPT_AT_ONCE)
    because = {"at": moment.now, "because": Why.ENDED.value}
    if runs:
        tx.send(journey_moves.LOG_END, runs=runs, **because)
        tx.send(journey_runs.DROP_WAITS, runs=runs)
        tx.send(journey_moves.END, runs=runs, **because)
    return len(runs)


def dry_run(read: Read, journey_id: UUID, mapping: Mapping[str, object]) -> list[Landing]:
    """Where members on their way would go if the draft were published so.

    Refuses: journey.unknown, journey.mapping_malformed, journey.mapping_missing.
    """
    known = journeys.known(read, journey_id)
    journey = journey_of(known.draft)
    versions = read.all(journeys.VERSIONS, journey_id=journey_id)
    number = versions[-1].version + 1 if versions else 1
    return landings(read, journey_id, number, journey, moves_from(mapping, journey))


def check_references(read: Read, journey: Journey, journey_id: UUID) -> None:
    """Everything that a journey names is there and fits, and it does not set itself off.

    Refuses: journey.segment_not_active, journey.template_unknown, journey.channel_missing,
    journey.purpose_unfit, journey.sets_itself_off, gift.coupon_type_unknown.
    """
    fact = sets_itself_off(journey, journey_id)
    if fact is not None:
        raise SETS_ITSELF_OFF.because(fact=fact)
    active = {row.id for row in read.all(segments.ALL) if row.state == "active"}
    if not journey.segments <= active:
        raise SEGMENT_NOT_ACTIVE.because()
    templates = {row.code: row for row in read.all(message_templates.IN_FORCE)}
    for _, action in actions_of(journey.graph):
        if isinstance(action, GiveGift):
            check_coupon_types(read, {"coupon_types": list(action.gift.coupon_types)})
        if not isinstance(action, SendMessage):
            continue
        row = templates.get(action.template)
        if row is None or row.state != "active":
            raise TEMPLATE_UNKNOWN.because(template=action.template)
        template = row.template
        if journey.purpose is Purpose.SERVICE and template.purpose is Purpose.MARKETING:
            raise PURPOSE_UNFIT.because(template=action.template)
        for channel in action.channels:
            if channel not in template.channels:
                raise CHANNEL_MISSING.because(template=action.template, channel=channel.value)


def _need(moment: Moment) -> None:
    moment.actor.need(Permission.OFFER_WRITE)
    if not moment.actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()


def need_approver(moment: Moment) -> None:
    """Whether somebody may say yes or no. Refuses: permission.missing, scope.outside."""
    moment.actor.need(Permission.JOURNEY_APPROVE)
    if not moment.actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()


def _changeable(known: JourneyRow) -> None:
    if known.campaign_id is not None:
        raise OF_CAMPAIGN.because()
    if known.state == JourneyState.ENDED.value:
        raise NOT_IN_STATE.because(state=known.state)


def _stated(
    tx: Write, moment: Moment, journey_id: UUID, before: JourneyState, after: JourneyState
) -> SavedJourney:
    _need(moment)
    known = journeys.locked(tx, journey_id)
    if known.state != before.value:
        raise NOT_IN_STATE.because(state=known.state)
    row = known._replace(state=after.value, revision=known.revision + 1)
    return recorded(tx, moment, row, f"journey.{after.value}")


def recorded(
    tx: Write, moment: Moment, row: JourneyRow, action: str, *, reason: str | None = None
) -> SavedJourney:
    """Write a journey's head, and who did that."""
    journeys.put(tx, row)
    audit.record(
        tx,
        moment,
        action=action,
        subject=f"journey:{row.id}",
        after={"state": row.state, "live": row.live, "proposed": row.proposed},
        reason=reason,
    )
    return _answer(row)


def _answer(row: JourneyRow) -> SavedJourney:
    return SavedJourney(
        id=row.id,
        state=row.state,
        revision=row.revision,
        live=row.live,
        proposed=row.proposed,
    )
