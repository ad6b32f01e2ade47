"""What is sent and answered about journeys and campaigns."""

from collections.abc import Iterable
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue

from regulars.domain.campaigns.journey import CONTROL_MAX
from regulars.http.schemas import Answer, Body, Count, Minor, Name, NameOrNone, Reason
from regulars.storage.journeys import DeclineRow

Definition = dict[str, JsonValue]
Mapping = Annotated[dict[str, Definition], Field(default_factory=dict, max_length=60)]


class JourneyForm(Body):
    """A journey as it is drawn: its steps, triggers and rules."""

    name_zh: Name
    name_en: NameOrNone = ""
    definition: Definition


class MappingForm(Body):
    """What becomes of those who stand at each step of older versions."""

    mapping: Mapping


class VersionForm(Body):
    """The version that somebody agrees to."""

    version: Annotated[int, Field(ge=1, le=1_000_000)]


class DeclineForm(Body):
    """Why something is sent back."""

    reason: Reason


class VersionDeclineForm(VersionForm):
    """The version that somebody sends back, and why."""

    reason: Reason


class MembersForm(Body):
    """Members to put in."""

    member_ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]


class NoteForm(Body):
    """What came of a task."""

    note: Reason


class GiftForm(Body):
    """What a ready journey gives. Units: points; minor units."""

    points: Count = 0
    bonus_minor: Minor = 0
    coupon_types: Annotated[list[str], Field(default_factory=list, max_length=5)]
    cost_minor: Minor = 0


class SwitchForm(Body):
    """How a ready journey is switched on. `control`: the share held back. Units: of 10,000."""

    gift: GiftForm | None = None
    channels: Annotated[list[str], Field(min_length=1, max_length=8)] | None = None
    control: Annotated[int, Field(strict=True, ge=0, le=CONTROL_MAX)] = 0


class CampaignForm(Body):
    """A campaign: its goal, audience, actions, period, budget and control share."""

    name_zh: Name
    name_en: NameOrNone = ""
    definition: Definition


class ReadyView(Answer):
    """A journey that comes with the product."""

    code: str
    name_zh: str
    name_en: str
    story_zh: str
    story_en: str
    purpose: Literal["marketing", "service"]
    gives: bool
    on: bool
    journey_id: UUID


class JourneyRowView(Answer):
    """A journey in a list."""

    id: UUID
    name_zh: str
    name_en: str
    state: str
    revision: int
    live: int | None
    proposed: int | None
    campaign_id: UUID | None
    made_at: AwareDatetime


class VersionView(Answer):
    """A published version."""

    version: int
    definition: Definition
    mapping: Definition
    published_at: AwareDatetime
    published_by: str


class DeclineView(Answer):
    """Who sent a version back, when and why."""

    version: int
    declined_at: AwareDatetime
    declined_by: str
    reason: str


class StandView(Answer):
    """How many members are where."""

    version: int
    node: str
    state: str
    why: str
    runs: int


class JourneyView(JourneyRowView):
    """A journey with its draft, its versions, those sent back, and where its members are."""

    draft: Definition
    versions: list[VersionView]
    declines: list[DeclineView]
    stands: list[StandView]


class LandingView(Answer):
    """Where those at one step go."""

    node: str
    way: str
    to: str | None
    keeps: bool
    runs: int


class RunView(Answer):
    """One member's way through a journey."""

    id: UUID
    journey_id: UUID
    version: int
    member_id: UUID
    occurrence: str
    state: str
    node: str
    why: str
    entered_at: AwareDatetime
    due_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    attempts: int
    error: str | None


class RunsView(Answer):
    """Some of those on their way, and where the next page begins."""

    runs: list[RunView]
    next_cursor: UUID | None


class StepView(Answer):
    """One step that was taken."""

    from_node: str | None
    to_node: str | None
    at: AwareDatetime
    why: str
    detail: str | None


class EffectView(Answer):
    """One thing that was done."""

    key: str
    kind: str
    done: bool
    result: str | None
    at: AwareDatetime


class RunPage(RunView):
    """A run with the steps that it took, and what was done."""

    steps: list[StepView]
    effects: list[EffectView]


class TaskView(Answer):
    """Something that a journey gave the staff to do."""

    id: UUID
    member_id: UUID
    store_id: UUID
    text_zh: str
    text_en: str
    opened_at: AwareDatetime


class CampaignCost(Answer):
    """What a campaign comes to at most, by the audience of now. Units: minor units;
    `reserved_minor` is what would be set aside: that, or the budget where it is less."""

    audience: int
    gifts_minor: int
    messages_minor: int
    reserved_minor: int


class CampaignView(Answer):
    """A campaign, how often it was sent back and why, and its money. Units: minor units.

    `comes_to` is told of one that waits for a second person, and of a draft that is asked for
    alone: what is running has its money set aside.
    """

    id: UUID
    name_zh: str
    name_en: str
    state: str
    revision: int
    definition: Definition
    journey_id: UUID
    audience: int
    made_at: AwareDatetime
    made_by: str
    approved_at: AwareDatetime | None
    approved_by: str | None
    declines: list[DeclineView]
    comes_to: CampaignCost | None
    gifts_limit_minor: int | None
    gifts_drawn_minor: int | None
    messages_limit_minor: int | None


def declines_of(rows: Iterable[DeclineRow]) -> list[dict[str, object]]:
    """Who sent what back, as it is shown: the newest last."""
    return [{name: getattr(row, name) for name in DeclineView.model_fields} for row in rows]


class SimulationForm(Body):
    """What is tried: the draft of the journey, over so many days."""

    id: UUID
    days: Annotated[int, Field(ge=1, le=366)] = 365


class SimulationView(Answer):
    """How far a simulation is, and what it found so far.

    `found` counts by name: members, entries, messages, no_consent, capped_day, capped_week, gifts,
    `month:2026-05`, `end:goal_reached` …. Units: gifts in minor units; messages in millionths of
    the currency's main unit, at least and at most.
    """

    id: UUID
    journey_id: UUID
    state: str
    since: AwareDatetime
    until: AwareDatetime
    done: int
    total: int
    found: dict[str, int]
    as_today: list[str]
    left_out: list[str]
    asked_at: AwareDatetime
    finished_at: AwareDatetime | None
