"""Messages as staff read them: their words, their reasons, the links in them, the proof of consent."""

from uuid import UUID

import orjson
from pydantic import AwareDatetime

from regulars.domain.kernel.label import Label
from regulars.domain.members.consent import SHIPPED
from regulars.domain.messaging.message import MessageState, Reaction
from regulars.domain.messaging.reason_words import reason_label
from regulars.http.schemas import Answer
from regulars.storage import messages
from regulars.storage.message_people import ProofRow
from regulars.storage.messages import MessageRow
from regulars.storage.vault import MemberKey


class MessageView(Answer):
    """A message; `text` is what it says, or would have said. Units: parts of an SMS."""

    id: UUID
    member_id: UUID
    store_id: UUID
    channel: str
    purpose: str
    category: str
    state: MessageState
    reason: str | None
    reason_zh: str
    reason_en: str
    detail: str | None
    planned_at: AwareDatetime
    due_at: AwareDatetime
    valid_until: AwareDatetime
    handed_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    attempts: int
    provider: str | None
    template_id: UUID
    template_version: int
    campaign_id: UUID | None
    journey_id: UUID | None
    variant: str | None
    parts: int
    cost_micro: int | None
    subject: str | None
    text: str | None


class MessagePage(Answer):
    """Some messages, newest first, and where the next page begins."""

    messages: list[MessageView]
    next_cursor: str | None


class EventView(Answer):
    """One change of a message."""

    at: AwareDatetime
    state: MessageState | Reaction
    reason: str | None
    reason_zh: str
    reason_en: str
    detail: str | None
    by: str


class FollowedView(Answer):
    """How often a link of a message was followed; `name` is that of its placeholder."""

    name: str
    clicks: int
    first_clicked_at: AwareDatetime | None
    last_clicked_at: AwareDatetime | None


class MessageStory(Answer):
    """A message with all that happened to it, and the links in it that are counted."""

    message: MessageView
    events: list[EventView]
    links: list[FollowedView]


class ProofView(Answer):
    """By what a message was allowed: the choice, who took it down, and the words she was shown."""

    message_id: UUID
    member_id: UUID
    channel: str
    purpose: str
    state: MessageState
    handed_at: AwareDatetime | None
    consent_channel: str | None
    consent_purpose: str | None
    granted: bool | None
    wording_version: str | None
    text_zh: str | None
    text_en: str | None
    consent_language: str | None
    source: str | None
    consent_at: AwareDatetime | None
    by: str | None


class TallyView(Answer):
    """How many messages are in one state, on one channel, for one reason."""

    state: MessageState
    channel: str
    reason: str | None
    reason_zh: str
    reason_en: str
    messages: int
    cost_micro: int


def words_of(reason: str | None) -> dict[str, str]:
    """What a stored reason says, in both languages."""
    label = reason_label(reason)
    return {"reason_zh": label.zh, "reason_en": label.en}


def view_of(row: MessageRow, key: MemberKey | None) -> dict[str, object]:
    """A message; its text where the key of its member is there to open it."""
    told: dict[str, object] = {}
    if key is not None and row.text is not None:
        told = orjson.loads(messages.opened(key, row.id, row.text))
    shown = {name: getattr(row, name) for name in MessageView.model_fields if hasattr(row, name)}
    return {
        **shown,
        **words_of(row.reason),
        "subject": told.get("subject"),
        "text": told.get("text"),
    }


def proof_of(row: ProofRow) -> dict[str, object]:
    """A proof, with the words that came with the program where no table has them."""
    shown = row._asdict()
    shown["message_id"] = shown.pop("id")
    shipped = {(one.version, one.purpose.value): one for one in SHIPPED}
    words = shipped.get((row.wording_version or "", row.consent_purpose or ""))
    if row.text_zh is None and words is not None:
        label = Label(words.text_zh, words.text_en)
        shown |= {"text_zh": label.zh, "text_en": label.en}
    return shown
