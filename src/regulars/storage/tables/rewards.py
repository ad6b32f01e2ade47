"""Rewards: what the shop offers its members to do, what they did, and what they were given.

A programme is one promise by version, like an offer; its limits (stock of prizes, so many a
member) are rows of `limit_use`, taken by one conditional change each.
"""

from sqlalchemy import CheckConstraint, Column, Index

from regulars.storage.columns import At, Document, Id, Whole, Words, table

programme = table(
    "programme",
    Column("id", Id(), primary_key=True),
    Column("version", Whole(), primary_key=True),
    Column("kind", Words(), nullable=False),  # domain/loyalty/programme.KINDS
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("level", Words(), nullable=False),
    Column("place_id", Id()),
    Column("definition", Document(), nullable=False),
    Column("effective_at", At(), nullable=False),
    Column("ends_at", At()),
    Column("state", Words(), nullable=False),  # active | stopped
    Column("recorded_at", At(), nullable=False),
    Column("recorded_by", Words(), nullable=False),
    CheckConstraint("ends_at IS NULL OR ends_at > effective_at", name="ends_after_begin"),
    info={"append_only": True},
    rowid=False,
)
Index("programme_by_kind", programme.c.kind, programme.c.id)

# One row per gift: its business id is what keeps a second one away.
gift = table(
    "gift",
    Column("business_id", Words(), primary_key=True),
    Column("member_id", Id(), nullable=False),
    Column("store_id", Id(), nullable=False),
    Column("occasion", Words(), nullable=False),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("points", Whole(), nullable=False),
    Column("growth_value", Whole(), nullable=False),
    Column("bonus_minor", Whole(), nullable=False),
    Column("coupon_types", Document(), nullable=False),
    Column("item_zh", Words()),
    Column("item_en", Words()),
    info={"append_only": True},
    rowid=False,
)
Index("gift_by_member", gift.c.member_id, gift.c.at)
