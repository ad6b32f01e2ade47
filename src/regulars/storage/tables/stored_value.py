"""Stored value: what is held, given back, moved to another member, lost and found again.

Who holds a prepaid card is ciphertext under a key of its own: the law may ask for it longer than
the member's other data lives.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint

from regulars.storage.columns import At, Bytes, Day, Id, Whole, Words, table

value_hold = table(
    "value_hold",
    Column("id", Id(), primary_key=True),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("purpose", Words(), nullable=False),  # domain/ledger/holds.HoldPurpose
    Column("subject_id", Id()),
    Column("entry_id", Id(), nullable=False),
    Column("made_at", At(), nullable=False),
    Column("made_by", Words(), nullable=False),
    Column("expires_at", At(), nullable=False),
    Column("principal_minor", Whole(), nullable=False),
    Column("bonus_minor", Whole(), nullable=False),
    Column("points", Whole(), nullable=False),
    CheckConstraint("principal_minor + bonus_minor + points > 0", name="holds_something"),
    info={"append_only": True},
    rowid=False,
)
Index("value_hold_by_member", value_hold.c.member_id, value_hold.c.made_at)

# A hold that has not ended: the row goes when it does, so of two that end it one finds none.
value_hold_open = table(
    "value_hold_open",
    Column("hold_id", Id(), ForeignKey("value_hold.id"), primary_key=True),
    Column("member_id", Id(), nullable=False),
    Column("expires_at", At(), nullable=False),
    rowid=False,
)
Index("value_hold_open_by_end", value_hold_open.c.expires_at)
Index("value_hold_open_by_member", value_hold_open.c.member_id)

value_hold_end = table(
    "value_hold_end",
    Column("hold_id", Id(), ForeignKey("value_hold.id"), primary_key=True),
    Column("entry_id", Id(), nullable=False),
    Column("outcome", Words(), nullable=False),  # posted | voided | timed_out
    Column("posted_principal_minor", Whole(), nullable=False),
    Column("posted_bonus_minor", Whole(), nullable=False),
    Column("posted_points", Whole(), nullable=False),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

top_up_refund = table(
    "top_up_refund",
    Column("id", Id(), primary_key=True),
    Column("top_up_id", Id(), ForeignKey("top_up.id"), nullable=False),
    Column("number", Whole(), nullable=False),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("business_day", Day(), nullable=False),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("reason", Words(), nullable=False),
    Column("tender", Words(), nullable=False),
    Column("principal_minor", Whole(), nullable=False),
    Column("bonus_forfeited_minor", Whole(), nullable=False),
    Column("points_taken_back", Whole(), nullable=False),
    Column("coupons_voided", Whole(), nullable=False),
    Column("law_rule", Words()),  # the rule by which it could not be refused
    Column("entry_id", Id(), nullable=False),
    UniqueConstraint("top_up_id", "number"),
    CheckConstraint("principal_minor > 0", name="principal_positive"),
    info={"append_only": True},
    rowid=False,
)

value_transfer = table(
    "value_transfer",
    Column("id", Id(), primary_key=True),
    Column("from_member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("to_member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("reason", Words(), nullable=False),
    Column("principal_minor", Whole(), nullable=False),
    Column("bonus_minor", Whole(), nullable=False),
    CheckConstraint("from_member_id <> to_member_id", name="members_differ"),
    info={"append_only": True},
    rowid=False,
)
Index("value_transfer_by_giver", value_transfer.c.from_member_id, value_transfer.c.at)
Index("value_transfer_by_taker", value_transfer.c.to_member_id, value_transfer.c.at)

# A lapsed lot comes back once: its id is the key.
value_reactivation = table(
    "value_reactivation",
    Column("lot_id", Id(), ForeignKey("lot.id"), primary_key=True),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("reason", Words(), nullable=False),
    Column("principal_minor", Whole(), nullable=False),
    Column("entry_id", Id(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

# There is a row while a member's value is frozen by itself; the audit keeps the history.
value_freeze = table(
    "value_freeze",
    Column("member_id", Id(), ForeignKey("member.id"), primary_key=True),
    Column("since", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("reason", Words(), nullable=False),
    rowid=False,
)

# What happened to a member's cards. The number itself is nowhere: the index is a keyed hash.
card_event = table(
    "card_event",
    Column("id", Id(), primary_key=True),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("kind", Words(), nullable=False),  # lost | reissued
    Column("blind_index", Bytes()),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("reason", Words(), nullable=False),
    info={"append_only": True},
    rowid=False,
)
Index("card_event_by_member", card_event.c.member_id, card_event.c.at)

# Who holds a named card, each record under its own key. Destroying the key forgets it.
value_identity = table(
    "value_identity",
    Column("id", Id(), primary_key=True),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("wrapped_key", Bytes()),
    Column("name", Bytes(), nullable=False),
    Column("document_kind", Words(), nullable=False),
    Column("document_number", Bytes(), nullable=False),
    Column("contact", Bytes(), nullable=False),
    Column("recorded_at", At(), nullable=False),
    Column("recorded_by", Words(), nullable=False),
    Column("keep_until", Day(), nullable=False),
    info={"no_delete": True, "update_columns": ("wrapped_key",)},
    rowid=False,
)
Index("value_identity_by_member", value_identity.c.member_id, value_identity.c.recorded_at)
