"""Messages: the words, the outbox, what became of each, and what keeps them from being too many.

An outbox row is written with the decision that wants it; its effect key keeps a second one away.
Every change of its state leaves a row in `message_event`. The text is ciphertext under the member's
own key, also of what was never sent: erasing her key silences it.
"""

from sqlalchemy import CheckConstraint, Column, ColumnElement, ForeignKey, Index, literal_column

from regulars.storage.columns import At, Bytes, Document, Flag, Id, Whole, Words, table

message_template = table(
    "message_template",
    Column("id", Id(), primary_key=True),
    Column("code", Words(), nullable=False, unique=True),
    Column("version", Whole(), nullable=False),  # the version in force
    Column("state", Words(), nullable=False),  # active | stopped
    CheckConstraint("state IN ('active','stopped')", name="state_known"),
    rowid=False,
)

# The words themselves: published once, never edited.
message_template_version = table(
    "message_template_version",
    Column("template_id", Id(), ForeignKey("message_template.id"), primary_key=True),
    Column("version", Whole(), primary_key=True),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("purpose", Words(), nullable=False),  # domain/messaging/channels.Purpose
    Column("category", Words(), nullable=False),
    Column("body", Document(), nullable=False),  # domain/messaging/template.template_data
    Column("recorded_at", At(), nullable=False),
    Column("recorded_by", Words(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

message = table(
    "message",
    Column("id", Id(), primary_key=True),
    Column("effect_key", Words(), nullable=False, unique=True),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("store_id", Id(), nullable=False),
    Column("template_id", Id(), nullable=False),
    Column("template_version", Whole(), nullable=False),
    Column("purpose", Words(), nullable=False),
    Column("category", Words(), nullable=False),
    Column("channel", Words(), nullable=False),
    Column("other_channels", Document(), nullable=False),  # tried in this order
    Column("state", Words(), nullable=False),  # domain/messaging/message.MessageState
    Column("reason", Words()),
    Column("detail", Words()),
    Column("planned_at", At(), nullable=False),
    Column("due_at", At(), nullable=False),
    Column("valid_until", At(), nullable=False),
    Column("lease_id", Id()),
    Column("lease_until", At()),
    Column("handed_at", At()),
    Column("ended_at", At()),
    Column("attempts", Whole(), nullable=False),
    Column("refused_by", Document(), nullable=False),  # senders that refused in this round
    Column("provider", Words()),
    Column("provider_id", Words()),
    Column("campaign_id", Id()),
    Column("journey_id", Id()),
    Column("run_id", Id()),
    Column("segment_id", Id()),  # she has to be in it still
    Column("coupon_id", Id()),  # it has to be open still
    Column("variant", Words()),
    Column("held_out", Flag(), nullable=False),
    Column("expected_value_minor", Whole(), nullable=False),
    Column("priority", Whole(), nullable=False),
    Column("given", Document(), nullable=False),  # what the placeholders are filled with
    Column("language", Words()),
    Column("address_index", Bytes()),
    Column("consent_id", Id()),
    Column("parts", Whole(), nullable=False),
    Column("reserved_micro", Whole(), nullable=False),  # drawn from the campaign's budget
    Column("cost_micro", Whole()),
    Column("text", Bytes()),
    CheckConstraint("valid_until > planned_at", name="valid_when_planned"),
    CheckConstraint("attempts >= 0 AND parts >= 0 AND reserved_micro >= 0", name="not_negative"),
    rowid=False,
)


def in_states(*states: str) -> ColumnElement[bool]:
    """Whether a message is in one of some states, letter by letter as an index has them: SQLite
    proves nothing about parameters."""
    return message.c.state.in_([literal_column(f"'{state}'") for state in states])


DUE = in_states("queued")
WAITING = in_states("queued", "leased")
# On its way or in somebody's hands: what is asked about again and again.
OPEN = in_states("leased", "handed", "accepted", "unknown", "failed")
Index(
    "message_due",
    message.c.due_at,
    message.c.id,
    sqlite_where=DUE,
    postgresql_where=DUE,
)
Index(
    "message_open",
    message.c.state,
    message.c.due_at,
    message.c.id,
    sqlite_where=OPEN,
    postgresql_where=OPEN,
)
Index("message_by_member", message.c.member_id, message.c.planned_at)
_known = message.c.provider_id.is_not(None)
Index(
    "message_by_provider",
    message.c.provider,
    message.c.provider_id,
    sqlite_where=_known,
    postgresql_where=_known,
)
_of_campaign = message.c.campaign_id.is_not(None)
Index(
    "message_by_campaign",
    message.c.campaign_id,
    message.c.state,
    sqlite_where=_of_campaign,
    postgresql_where=_of_campaign,
)
_leased = message.c.lease_id.is_not(None)
Index(
    "message_by_lease",
    message.c.lease_id,
    sqlite_where=_leased,
    postgresql_where=_leased,
)
Index(
    "message_waiting",
    message.c.member_id,
    sqlite_where=WAITING,
    postgresql_where=WAITING,
)

message_event = table(
    "message_event",
    Column("number", Whole(), primary_key=True, autoincrement=True),
    Column("message_id", Id(), ForeignKey("message.id"), nullable=False),
    Column("at", At(), nullable=False),
    Column("state", Words(), nullable=False),
    Column("reason", Words()),
    Column("detail", Words()),
    Column("by", Words(), nullable=False),
    info={"append_only": True},
)
Index("message_event_by_message", message_event.c.message_id)

# A short address in a message, and where it leads: told when the message was handed over, and sealed
# as its text is.
message_link = table(
    "message_link",
    Column("locator", Bytes(), primary_key=True),
    Column("message_id", Id(), ForeignKey("message.id"), nullable=False),
    Column("name", Words(), nullable=False),  # domain/messaging/placeholders: a name of a link
    Column("target", Bytes(), nullable=False),
    Column("valid_until", At(), nullable=False),
    Column("clicks", Whole(), nullable=False),
    Column("first_clicked_at", At()),
    Column("last_clicked_at", At()),
    CheckConstraint("clicks >= 0", name="clicks_not_negative"),
    info={"update_columns": ("clicks", "first_clicked_at", "last_clicked_at")},
    rowid=False,
)
Index("message_link_by_message", message_link.c.message_id)

# A place taken in the rolling window of a cap: by member, by address, by member and category.
contact_slot = table(
    "contact_slot",
    Column("message_id", Id(), primary_key=True),
    Column("key", Bytes(), primary_key=True),
    Column("at", At(), nullable=False),
    Column("released_at", At()),
    rowid=False,
)
_taken = contact_slot.c.released_at.is_(None)
Index(
    "contact_slot_taken",
    contact_slot.c.key,
    contact_slot.c.at,
    sqlite_where=_taken,
    postgresql_where=_taken,
)

# Whoever takes a place locks its key first, so that two workers never both see the last one free.
contact_lock = table(
    "contact_lock",
    Column("key", Bytes(), primary_key=True),
    rowid=False,
)

# Where a member is reached beside her phone and e-mail: a browser, an openid, a WeCom contact.
contact_point = table(
    "contact_point",
    Column("blind_index", Bytes(), primary_key=True),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("channel", Words(), nullable=False),
    Column("value", Bytes(), nullable=False),
    Column("added_at", At(), nullable=False),
    CheckConstraint("channel IN ('push','wechat','wecom','webhook')", name="channel_known"),
    rowid=False,
)
Index("contact_point_by_member", contact_point.c.member_id)

# An address that asked not to be written to, whoever it belongs to by then.
address_stop = table(
    "address_stop",
    Column("id", Id(), primary_key=True),
    Column("blind_index", Bytes(), nullable=False),
    Column("channel", Words(), nullable=False),
    Column("purpose", Words(), nullable=False),
    Column("source", Words(), nullable=False),
    Column("at", At(), nullable=False),
    info={"append_only": True},
    rowid=False,
)
Index("address_stop_by_address", address_stop.c.blind_index)

# What a campaign may spend on messages; it is drawn from before each one is handed over.
message_budget = table(
    "message_budget",
    Column("campaign_id", Id(), primary_key=True),
    Column("limit_micro", Whole(), nullable=False),
    Column("used_micro", Whole(), nullable=False),
    CheckConstraint("used_micro >= 0 AND used_micro <= limit_micro", name="within_limit"),
    rowid=False,
)
