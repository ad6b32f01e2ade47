"""Sending back what waits for a second person's word: who did, when and why is kept for its author.

小陈 submits "周年庆" with ¥5,000 for gifts; her manager sends it back: "预算砍一半". It is 小陈's draft
again, she reads the reason beside it, and what she submits next is the next version.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.campaigns.campaign import CampaignState, campaign_from
from regulars.domain.campaigns.journey import JourneyState
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.writing import checked_text
from regulars.storage import campaigns, journeys
from regulars.storage.engine import Write
from regulars.storage.journeys import DeclineRow, JourneyRow
from regulars.use_cases.campaigns import SavedCampaign, cost_of, journey_id_of
from regulars.use_cases.campaigns import recorded as campaign_recorded
from regulars.use_cases.journeys import (
    NOTHING_PROPOSED,
    OF_CAMPAIGN,
    SavedJourney,
    need_approver,
    recorded,
)
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

REASON_MISSING = refusal_code("decline.reason_missing")
REASON_LETTERS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineJourney:
    """Send a version of a journey back, and say why."""

    id: UUID
    version: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineCampaign:
    """Send a campaign back, and say why."""

    id: UUID
    reason: str


@use_case
def decline_journey(tx: Write, command: DeclineJourney, moment: Moment) -> SavedJourney:
    """Send a version back: a journey that runs goes on by its version in force.

    Refuses: permission.missing, scope.outside, journey.unknown, journey.nothing_proposed,
    journey.of_campaign, decline.reason_missing, member.text_malformed, member.text_too_long,
    member.payment_card_refused.
    """
    need_approver(moment)
    reason = declining_reason(command.reason)
    known = journeys.locked(tx, command.id)
    if known.campaign_id is not None:
        raise OF_CAMPAIGN.because()
    if known.proposed != command.version:
        raise NOTHING_PROPOSED.because()
    return _sent_back(tx, moment, known, version=command.version, reason=reason)


@use_case
def decline_campaign(tx: Write, command: DeclineCampaign, moment: Moment) -> SavedCampaign:
    """Send a campaign back: it is a draft again, and nobody was told of it.

    Refuses: permission.missing, scope.outside, campaign.unknown, journey.nothing_proposed,
    decline.reason_missing, member.text_malformed, member.text_too_long,
    member.payment_card_refused.
    """
    need_approver(moment)
    reason = declining_reason(command.reason)
    known = campaigns.locked(tx, command.id)
    head = tx.one(journeys.ONE_LOCKED, journey_id=journey_id_of(known.id))
    if head is None or known.state != CampaignState.WAITING.value or head.proposed is None:
        raise NOTHING_PROPOSED.because()
    _sent_back(tx, moment, head, version=head.proposed, reason=reason)
    row = known._replace(state=CampaignState.DRAFT.value, revision=known.revision + 1)
    cost = cost_of(tx, campaign_from(known.definition), moment.shops, now=moment.now)
    return campaign_recorded(tx, moment, row, cost, "declined", reason=reason)


def declining_reason(text: str) -> str:
    """Why something is sent back, as it is kept.

    Refuses: decline.reason_missing, member.text_malformed, member.text_too_long,
    member.payment_card_refused.
    """
    reason = checked_text(text, field="reason", maximum=REASON_LETTERS_MAX)
    if not reason:
        raise REASON_MISSING.because()
    return reason


def _sent_back(
    tx: Write, moment: Moment, known: JourneyRow, *, version: int, reason: str
) -> SavedJourney:
    # What never ran is its author's draft again; what runs goes on.
    row = known._replace(
        state=JourneyState.DRAFT.value if known.live is None else known.state,
        revision=known.revision + 1,
        proposed=None,
    )
    answer = recorded(tx, moment, row, "journey.declined", reason=reason)
    declined = DeclineRow(
        journey_id=known.id,
        version=version,
        declined_at=moment.now,
        declined_by=moment.actor.name,
        reason=reason,
    )
    journeys.decline(tx, declined)
    return answer
