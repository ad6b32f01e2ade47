"""What is sent and answered about segments."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue

from regulars.domain.messaging.channels import Channel
from regulars.http.schemas import Answer, Body, Name, NameOrNone


class ConditionForm(Body):
    """Who: a condition over measures."""

    condition: dict[str, JsonValue]


class SegmentForm(ConditionForm):
    """A segment; as a draft it waits. `tag` is a word that it puts on its members."""

    name_zh: Name
    name_en: NameOrNone = ""
    draft: bool = False
    tag: Annotated[str, Field(max_length=200)] | None = None


class SegmentView(Answer):
    """A segment with its newest definition, how it reads, how many are in and how it is."""

    id: UUID
    version: int
    serving: int | None
    name_zh: str
    name_en: str
    state: str
    tag: str | None
    condition: dict[str, JsonValue]
    sentence_zh: str
    sentence_en: str
    size: int
    evaluated_at: AwareDatetime | None
    facts_behind: int
    filling: str | None
    error: str | None


class SegmentTemplateView(Answer):
    """A segment of the trade to start from."""

    code: str
    name_zh: str
    name_en: str
    condition: dict[str, JsonValue]
    sentence_zh: str
    sentence_en: str


class SampleView(Answer):
    """A member with the first letter of her name."""

    id: UUID
    name: str


class PreviewView(Answer):
    """How many a condition holds for, how it reads, and at most a hundred of them."""

    size: int
    sentence_zh: str
    sentence_en: str
    sample: list[SampleView]


class ChannelReachView(Answer):
    """How many agreed to offers by one way."""

    channel: Channel
    allowed: int


class ReachView(Answer):
    """Of a segment's members those who agreed to offers by any of some ways, and by each of them."""

    members: int
    allowed: int
    by_channel: list[ChannelReachView]


class InsideView(Answer):
    """A member who is in."""

    id: UUID
    name: str
    entered_at: AwareDatetime
    why: dict[str, JsonValue]
    version: int


class InsidePage(Answer):
    """Some members, and where the next page begins."""

    members: list[InsideView]
    next_cursor: UUID | None


class SizeView(Answer):
    """How many were in at the end of a day on which somebody came or went."""

    day: date
    size: int
    entered: int
    left: int


class LeafView(Answer):
    """One part of a condition, and how it is for a member now."""

    sentence_zh: str
    sentence_en: str
    reason: dict[str, JsonValue]


class WhyView(Answer):
    """How a member stands with a segment; until `flips_at` nothing but a fact changes it."""

    segment_id: UUID
    name_zh: str
    name_en: str
    inside: bool
    since: AwareDatetime | None
    why: dict[str, JsonValue] | None
    flips_at: AwareDatetime | None
    leaves: list[LeafView]
