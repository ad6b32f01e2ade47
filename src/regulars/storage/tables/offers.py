"""Offers and coupons: what the merchant promises, and one member's copies of it."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint

from regulars.storage.columns import At, Document, Id, Whole, Words, table

# `definition` is the offer's stored form (Condition + Effect); a change is a new version.
offer = table(
    "offer",
    Column("id", Id(), primary_key=True),
    Column("version", Whole(), primary_key=True),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("level", Words(), nullable=False),
    Column("place_id", Id()),
    Column("definition", Document(), nullable=False),
    Column("effective_at", At(), nullable=False),
    Column("ends_at", At()),
    Column("state", Words(), nullable=False),  # draft | active | stopped
    Column("recorded_at", At(), nullable=False),
    Column("recorded_by", Words(), nullable=False),
    rowid=False,
)

coupon_type = table(
    "coupon_type",
    Column("id", Id(), primary_key=True),
    Column("code", Words(), nullable=False, unique=True),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("definition", Document(), nullable=False),
    Column("valid_days", Whole(), nullable=False),
    Column("issue_max", Whole()),
    Column("issued", Whole(), nullable=False),
    Column("state", Words(), nullable=False),
    CheckConstraint("issue_max IS NULL OR issued <= issue_max", name="issue_within_max"),
)

coupon = table(
    "coupon",
    Column("id", Id(), primary_key=True),
    Column("type_id", Id(), ForeignKey("coupon_type.id"), nullable=False),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("state", Words(), nullable=False),  # issued | used | void
    Column("valid_from", At(), nullable=False),
    Column("valid_until", At(), nullable=False),
    Column("issued_at", At(), nullable=False),
    Column("issue_key", Words(), nullable=False),
    Column("used_at", At()),
    Column("order_id", Id()),
    UniqueConstraint("issue_key"),
    CheckConstraint("(state = 'used') = (order_id IS NOT NULL)", name="used_has_order"),
    rowid=False,
)
Index("coupon_by_member", coupon.c.member_id, coupon.c.state)
