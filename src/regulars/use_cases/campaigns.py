"""Saving, submitting, approving and ending campaigns: what is approved is frozen, and paid for.

"周年庆" for 800 members: 小陈 submits it, her manager agrees, and in the same commit its worst case is
set aside, so that whatever the stores hand out at once never costs more than was agreed.
"""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from regulars.domain.campaigns.campaign import (
    BUDGET_BELOW_ONE,
    Campaign,
    CampaignState,
    Pots,
    campaign_data,
    campaign_from,
    journey_of,
    set_aside,
    worst_case,
)
from regulars.domain.campaigns.journey import JourneyState, journey_data
from regulars.domain.campaigns.waits import at_wall
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.money import scale_of
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.revision import check_revision
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import audit, campaigns, contact_slots, journey_fires, journeys
from regulars.storage.campaigns import BudgetRow, CampaignRow
from regulars.storage.engine import Read, Write
from regulars.storage.journeys import JourneyRow
from regulars.storage.shops import Shops
from regulars.storage.stores import STORES
from regulars.use_cases.journeys import (
    NOTHING_PROPOSED,
    SAME_PERSON,
    Proposal,
    check_references,
    ended,
    propose,
    put_in_force,
)
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

NOT_A_DRAFT = refusal_code("campaign.not_a_draft")
NOT_RUNNING = refusal_code("campaign.not_running")
START_PASSED = refusal_code("campaign.start_passed")
AUDIENCE_EMPTY = refusal_code("campaign.audience_empty")

MICRO_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveCampaign:
    """A campaign as its author wants it, new (`seen` 0) or changed from what she saw."""

    id: UUID
    seen: int
    name: Label
    definition: object


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitCampaign:
    """Ask a second person to agree; from now on nothing of it changes."""

    id: UUID
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveCampaign:
    """A second person's word: the money is set aside and the campaign runs."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCampaign:
    """It is over now; what members were given stays theirs."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedCampaign:
    """How a campaign is after a command. Units: minor units."""

    id: UUID
    state: str
    revision: int
    audience: int
    worst_minor: int
    reserved_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a campaign comes to: how many, at worst, and what is set aside."""

    audience: int
    worst: Pots
    reserved: Pots
    messages_micro: int


def journey_id_of(campaign_id: UUID) -> UUID:
    """The journey that a campaign runs as."""
    return uuid5(NAMESPACE_URL, f"campaign:{campaign_id}")


@use_case
def save_campaign(tx: Write, command: SaveCampaign, moment: Moment) -> SavedCampaign:
    """Save a draft.

    Refuses: permission.missing, scope.outside, precondition.failed, campaign.*, journey.malformed.
    """
    _need(moment, Permission.OFFER_WRITE)
    known = tx.one(campaigns.ONE_LOCKED, campaign_id=command.id)
    check_revision(known.revision if known else 0, expected=command.seen)
    if known is not None and known.state != CampaignState.DRAFT.value:
        raise NOT_A_DRAFT.because()
    campaign = campaign_from(command.definition)
    row = CampaignRow(
        id=command.id,
        name_zh=command.name.zh,
        name_en=command.name.en,
        state=CampaignState.DRAFT.value,
        revision=command.seen + 1,
        definition=campaign_data(campaign),
        audience=0,
        made_at=known.made_at if known else moment.now,
        made_by=known.made_by if known else moment.actor.name,
        approved_at=None,
        approved_by=None,
    )
    return recorded(tx, moment, row, cost_of(tx, campaign, moment.shops, now=moment.now), "saved")


@use_case
def submit_campaign(tx: Write, command: SubmitCampaign, moment: Moment) -> SavedCampaign:
    """Ask a second person to agree.

    Refuses: permission.missing, scope.outside, precondition.failed, campaign.unknown,
    campaign.not_a_draft, campaign.start_passed, journey.* (what it names).
    """
    _need(moment, Permission.OFFER_WRITE)
    known = campaigns.locked(tx, command.id)
    check_revision(known.revision, expected=command.seen)
    if known.state != CampaignState.DRAFT.value:
        raise NOT_A_DRAFT.because()
    campaign = campaign_from(known.definition)
    journey = journey_of(campaign)
    _check_start(tx, campaign, moment)
    journey_id = journey_id_of(known.id)
    check_references(tx, journey, journey_id)
    # One that was sent back goes on as its own next version.
    before = tx.one(journeys.ONE_LOCKED, journey_id=journey_id)
    head = JourneyRow(
        id=journey_id,
        name_zh=known.name_zh,
        name_en=known.name_en,
        state=JourneyState.DRAFT.value,
        revision=1 if before is None else before.revision + 1,
        draft=journey_data(journey),
        live=None,
        proposed=None,
        campaign_id=known.id,
        made_at=moment.now,
    )
    journeys.put(tx, head)
    propose(tx, moment, Proposal(head, journey, {}))
    row = known._replace(state=CampaignState.WAITING.value, revision=known.revision + 1)
    return recorded(
        tx, moment, row, cost_of(tx, campaign, moment.shops, now=moment.now), "submitted"
    )


@use_case
def approve_campaign(tx: Write, command: ApproveCampaign, moment: Moment) -> SavedCampaign:
    """Agree: the worst case is set aside, at most the budget, and the campaign runs.

    Refuses: permission.missing, scope.outside, campaign.unknown, journey.nothing_proposed,
    journey.same_person, journey.* (what it names), campaign.start_passed,
    campaign.audience_empty, campaign.budget_below_one.
    """
    _need(moment, Permission.JOURNEY_APPROVE)
    known = campaigns.locked(tx, command.id)
    head = tx.one(journeys.ONE_LOCKED, journey_id=journey_id_of(known.id))
    if head is None or known.state != CampaignState.WAITING.value or head.proposed is None:
        raise NOTHING_PROPOSED.because()
    version = tx.one(journeys.VERSION, journey_id=head.id, version=head.proposed)
    assert version is not None
    if moment.actor.name in (version.published_by, known.made_by):
        raise SAME_PERSON.because()
    campaign = campaign_from(known.definition)
    _check_start(tx, campaign, moment)
    check_references(tx, journey_of(campaign), head.id)
    cost = cost_of(tx, campaign, moment.shops, now=moment.now)
    _check_budget(campaign, cost)
    budget = BudgetRow(
        campaign_id=known.id,
        limit_minor=cost.reserved.gifts_minor,
        drawn_minor=0,
        messages_minor=cost.reserved.messages_minor,
    )
    campaigns.reserve(tx, budget)
    contact_slots.set_budget(tx, known.id, limit_micro=cost.messages_micro)
    put_in_force(tx, moment, head, version)
    row = known._replace(
        state=CampaignState.APPROVED.value,
        revision=known.revision + 1,
        audience=cost.audience,
        approved_at=moment.now,
        approved_by=moment.actor.name,
    )
    return recorded(tx, moment, row, cost, "approved")


@use_case
def end_campaign(tx: Write, command: EndCampaign, moment: Moment) -> SavedCampaign:
    """End a campaign. Refuses: permission.missing, scope.outside, campaign.unknown,
    campaign.not_running."""
    _need(moment, Permission.OFFER_WRITE)
    known = campaigns.locked(tx, command.id)
    if known.state not in (CampaignState.WAITING.value, CampaignState.APPROVED.value):
        raise NOT_RUNNING.because()
    ended(tx, moment, journeys.locked(tx, journey_id_of(known.id)))
    row = known._replace(state=CampaignState.ENDED.value, revision=known.revision + 1)
    campaign = campaign_from(known.definition)
    return recorded(tx, moment, row, cost_of(tx, campaign, moment.shops, now=moment.now), "ended")


def cost_of(read: Read, campaign: Campaign, shops: Shops, *, now: Instant) -> Cost:
    """What a campaign comes to by its audience of now and the shop's price of an SMS."""
    audience = read.one(journey_fires.INSIDE_NUMBER, segment_id=campaign.segment_id) or 0
    store = read.all(STORES)[0]
    shop = shops.in_force(read, store.id, at=now)
    price = shop.terms.messages.sms_part_price_micro
    digits = scale_of(shop.store.currency)
    worst = worst_case(campaign, audience, part_price_micro=price, scale=digits)
    reserved = set_aside(campaign, worst)
    micro = reserved.messages_minor * 10 ** (MICRO_DIGITS - digits)
    return Cost(audience=audience, worst=worst, reserved=reserved, messages_micro=micro)


def is_over(row: CampaignRow, *, now: Instant, zone: str) -> bool:
    """Whether the last day of a campaign is over by the clock of a zone."""
    closes_at = journey_of(campaign_from(row.definition)).closes_at(zone)
    return closes_at is not None and closes_at <= now


def _check_start(read: Read, campaign: Campaign, moment: Moment) -> None:
    """A campaign that begins late would go on beyond its last day."""
    zone = journey_fires.zone_of_shop(read)
    if at_wall(campaign.starts_on, campaign.minute, zone) < moment.now:
        raise START_PASSED.because()


def _check_budget(campaign: Campaign, cost: Cost) -> None:
    if not cost.audience:
        raise AUDIENCE_EMPTY.because()
    one_message = -(-cost.worst.messages_minor // cost.audience)
    one = campaign.one_minor + one_message
    if campaign.budget_minor < one or cost.reserved.gifts_minor < campaign.one_minor:
        raise BUDGET_BELOW_ONE.because(one_minor=one)


def _need(moment: Moment, permission: Permission) -> None:
    moment.actor.need(permission)
    if not moment.actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()


def recorded(
    tx: Write,
    moment: Moment,
    row: CampaignRow,
    cost: Cost,
    done: str,
    *,
    reason: str | None = None,
) -> SavedCampaign:
    """Write a campaign, and who did that."""
    campaigns.put(tx, row)
    audit.record(
        tx,
        moment,
        action=f"campaign.{done}",
        subject=f"campaign:{row.id}",
        after={"state": row.state, "reserved_minor": cost.reserved.total_minor},
        reason=reason,
    )
    return SavedCampaign(
        id=row.id,
        state=row.state,
        revision=row.revision,
        audience=cost.audience,
        worst_minor=cost.worst.total_minor,
        reserved_minor=cost.reserved.total_minor,
    )
