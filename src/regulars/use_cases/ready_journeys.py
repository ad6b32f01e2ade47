"""Switching a ready journey on: its texts, its segment and itself, in one step.

What comes with the product was written by somebody else than whoever switches it on, so it runs at
once. Where a gift is added it costs the shop something: then a second person has to agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from regulars.domain.campaigns.journey import JourneyState, journey_data, journey_from
from regulars.domain.campaigns.ready import READY, Ready
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.loyalty.gift import NOTHING, Gift
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import journeys, message_templates, segments
from regulars.storage.engine import Write
from regulars.storage.journeys import JourneyRow, VersionRow
from regulars.use_cases.journeys import (
    Proposal,
    SavedJourney,
    check_references,
    propose,
    put_in_force,
)
from regulars.use_cases.message_templates import SaveTemplate, save_template
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.segments import SaveSegment, save_segment

READY_UNKNOWN = refusal_code("journey.ready_unknown")
ON_ALREADY = refusal_code("journey.on_already")
GIFT_UNFIT = refusal_code("journey.gift_unfit")

USUAL_CHANNELS = ("sms", "till")


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchOn:
    """Switch a ready journey on, perhaps with a gift, perhaps with a share held back to measure by.
    Units: the most that a gift may cost, in minor units; `control` of 10,000."""

    code: str
    gift: Gift = NOTHING
    cost_minor: int = 0
    channels: tuple[str, ...] = USUAL_CHANNELS
    control: int = 0


def id_of(kind: str, code: str) -> UUID:
    """The id of what belongs to a ready journey: the same in every shop."""
    return uuid5(NAMESPACE_URL, f"ready:{kind}:{code}")


@use_case
def switch_on(tx: Write, command: SwitchOn, moment: Moment) -> SavedJourney:
    """Put a ready journey, its texts and its segment in place, each once.

    What the shop has changed of them meanwhile stays as the shop wants it. Refuses:
    permission.missing, scope.outside, journey.ready_unknown, journey.on_already,
    journey.gift_unfit, journey.* (what it names), gift.coupon_type_unknown.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    if not moment.actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()
    ready = READY.get(command.code)
    if ready is None:
        raise READY_UNKNOWN.because()
    if not command.gift.empty and not ready.gives:
        raise GIFT_UNFIT.because()
    journey_id = id_of("journey", ready.code)
    known = tx.one(journeys.ONE_LOCKED, journey_id=journey_id)
    if known is not None and known.state != JourneyState.ENDED.value:
        raise ON_ALREADY.because()
    _texts(tx, moment, ready, command.gift)
    segment_id = _segment(tx, moment, ready)
    return _journey(tx, moment, _Wanted(ready, command, journey_id, segment_id), known)


@dataclass(frozen=True, slots=True)
class _Wanted:
    ready: Ready
    command: SwitchOn
    journey_id: UUID
    segment_id: UUID


def _texts(tx: Write, moment: Moment, ready: Ready, gift: Gift) -> None:
    for code, body in ready.templates(gift).items():
        head = tx.one(message_templates.BY_CODE, code=code)
        if head is None:
            save_template(
                tx, SaveTemplate(id=id_of("text", code), code=code, seen=0, body=body), moment
            )


def _segment(tx: Write, moment: Moment, ready: Ready) -> UUID:
    segment_id = id_of("segment", ready.code)
    if ready.segment is not None and tx.one(segments.ONE, segment_id=segment_id) is None:
        command = SaveSegment(id=segment_id, seen=0, name=ready.name, condition=dict(ready.segment))
        save_segment(tx, command, moment)
    return segment_id


def _journey(tx: Write, moment: Moment, wanted: _Wanted, known: JourneyRow | None) -> SavedJourney:
    ready, command = wanted.ready, wanted.command
    channels: Sequence[str] = command.channels
    journey = journey_from(
        ready.definition(
            segment_id=wanted.segment_id,
            gift=command.gift,
            cost_minor=command.cost_minor,
            channels=channels,
            control=command.control,
        )
    )
    check_references(tx, journey, wanted.journey_id)
    head = JourneyRow(
        id=wanted.journey_id,
        name_zh=ready.name.zh,
        name_en=ready.name.en,
        state=JourneyState.DRAFT.value,
        revision=0 if known is None else known.revision,
        draft=journey_data(journey),
        live=None,
        proposed=None,
        campaign_id=None,
        made_at=moment.now if known is None else known.made_at,
    )
    # The version points to its journey, so that comes first.
    journeys.put(tx, head)
    if ready.gifted(command.gift):
        return propose(tx, moment, Proposal(head, journey, {}))
    versions = tx.all(journeys.VERSIONS, journey_id=head.id)
    version = VersionRow(
        journey_id=head.id,
        version=versions[-1].version + 1 if versions else 1,
        definition=journey_data(journey),
        mapping={},
        published_at=moment.now,
        published_by=f"ready:{ready.code}",
    )
    journeys.publish(tx, version)
    return put_in_force(tx, moment, head, version)
