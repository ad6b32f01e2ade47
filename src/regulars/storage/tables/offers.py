"""Offers and coupons: what the merchant promises, and one member's copies of it."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    UniqueConstraint,
    literal_column,
)

from regulars.storage.columns import At, Bytes, Document, Id, Whole, Words, table

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
    Column("state", Words(), nullable=False),  # active | stopped
    # How long a copy lasts, whether it may be passed on, how many one order takes; NULL: by days.
    Column("rules", Document()),
    CheckConstraint("issue_max IS NULL OR issued <= issue_max", name="issue_within_max"),
)

coupon = table(
    "coupon",
    Column("id", Id(), primary_key=True),
    Column("type_id", Id(), ForeignKey("coupon_type.id"), nullable=False),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("state", Words(), nullable=False),  # issued | used | void | frozen
    Column("valid_from", At(), nullable=False),
    Column("valid_until", At(), nullable=False),
    Column("issued_at", At(), nullable=False),
    Column("issue_key", Words(), nullable=False),
    Column("used_at", At()),
    Column("order_id", Id()),
    # The order that keeps it while its guest pays, and until when.
    Column("held_by", Id()),
    Column("held_until", At()),
    # The code it was claimed with, or the coupon that it stands in for.
    Column("batch_id", Id()),
    Column("serial", Whole()),
    Column("reissue_of", Id()),
    UniqueConstraint("issue_key"),
    CheckConstraint("(state = 'used') = (order_id IS NOT NULL)", name="used_has_order"),
    rowid=False,
)
Index("coupon_by_member", coupon.c.member_id, coupon.c.state)
# Which coupons end soon, without a look at those that are used.
_issued = coupon.c.state == literal_column("'issued'")
Index(
    "coupon_by_end",
    coupon.c.valid_until,
    coupon.c.member_id,
    coupon.c.type_id,
    coupon.c.valid_from,
    sqlite_where=_issued,
    postgresql_where=_issued,
)

# What a day's coupons are, and what a bill was paid with, without a look at any other.
Index("coupon_by_issue", coupon.c.issued_at)
_used = coupon.c.state == literal_column("'used'")
Index(
    "coupon_by_order",
    coupon.c.order_id,
    sqlite_where=_used,
    postgresql_where=_used,
)

# What happened to a coupon after it was handed out: frozen, passed on, reissued.
coupon_event = table(
    "coupon_event",
    Column("id", Id(), primary_key=True),
    Column("coupon_id", Id(), ForeignKey("coupon.id"), nullable=False),
    Column("kind", Words(), nullable=False),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("from_member_id", Id()),
    Column("to_member_id", Id()),
    Column("reason", Words()),
    info={"append_only": True},
    rowid=False,
)
Index("coupon_event_by_coupon", coupon_event.c.coupon_id, coupon_event.c.at)

# An invitation to take a coupon over; the token itself is known to its holder alone.
coupon_share = table(
    "coupon_share",
    Column("id", Id(), primary_key=True),
    Column("coupon_id", Id(), ForeignKey("coupon.id"), nullable=False),
    Column("from_member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("token_hash", Bytes(), nullable=False, unique=True),
    Column("made_at", At(), nullable=False),
    Column("expires_at", At(), nullable=False),
    Column("state", Words(), nullable=False),  # open | taken | withdrawn
    Column("taken_by", Id()),
    rowid=False,
)
Index("coupon_share_by_coupon", coupon_share.c.coupon_id, coupon_share.c.state)

# Codes are a keyed permutation of serial numbers: a million of them are this one row.
coupon_batch = table(
    "coupon_batch",
    Column("id", Id(), primary_key=True),
    Column("type_id", Id(), ForeignKey("coupon_type.id"), nullable=False),
    Column("name", Words(), nullable=False),
    Column("channel", Words(), nullable=False),
    Column("length", Whole(), nullable=False),
    Column("serial_from", Whole(), nullable=False, unique=True),
    Column("size", Whole(), nullable=False),
    Column("made", Whole(), nullable=False),
    Column("state", Words(), nullable=False),  # making | ready | frozen | void
    Column("valid_from", At(), nullable=False),
    Column("valid_until", At(), nullable=False),
    Column("created_at", At(), nullable=False),
    Column("created_by", Words(), nullable=False),
    CheckConstraint("size BETWEEN 1 AND 1000000", name="size_bounded"),
    CheckConstraint("made BETWEEN 0 AND size", name="made_within"),
    rowid=False,
)

# A code has a row once something happened to it. Its key makes "used once" true.
coupon_code = table(
    "coupon_code",
    Column("batch_id", Id(), ForeignKey("coupon_batch.id"), primary_key=True),
    Column("serial", Whole(), primary_key=True),
    Column("id", Id(), nullable=False, unique=True),  # what orders call it
    Column("state", Words(), nullable=False),  # held | used | claimed | frozen | void
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("order_id", Id()),
    Column("held_until", At()),
    CheckConstraint("state <> 'used' OR order_id IS NOT NULL", name="used_has_order"),
    rowid=False,
)
Index("coupon_code_by_order", coupon_code.c.order_id)

# How much of a limit is gone. Scope: all | store:<id> | member:<id>; period: ever, or a business
# day, ISO week or month as it is written (2026-11-22, 2026-W47, 2026-11).
limit_use = table(
    "limit_use",
    Column("offer_id", Id(), primary_key=True),
    Column("scope", Words(), primary_key=True),
    Column("period", Words(), primary_key=True),
    Column("used", Whole(), nullable=False),
    Column("used_minor", Whole(), nullable=False),
    CheckConstraint("used >= 0 AND used_minor >= 0", name="never_negative"),
    rowid=False,
)

# What each order took from which limit, so that it can be given back.
limit_take = table(
    "limit_take",
    Column("order_id", Id(), primary_key=True),
    Column("offer_id", Id(), primary_key=True),
    Column("scope", Words(), primary_key=True),
    Column("period", Words(), primary_key=True),
    Column("uses", Whole(), nullable=False),
    Column("amount_minor", Whole(), nullable=False),
    Column("state", Words(), nullable=False),  # held | posted | returned
    rowid=False,
)

# A bill that is kept while its guest pays: limits, coupons and codes of it are taken until then.
order_hold = table(
    "order_hold",
    Column("order_id", Id(), primary_key=True),
    Column("made_at", At(), nullable=False),
    Column("expires_at", At(), nullable=False),
    Column("fingerprint", Words(), nullable=False),
    Column("choices", Document(), nullable=False),
    Column("state", Words(), nullable=False),  # held | posted | released
    rowid=False,
)
Index("order_hold_by_expiry", order_hold.c.state, order_hold.c.expires_at)

# A draft offer replayed on the shop's own past.
backtest = table(
    "backtest",
    Column("id", Id(), primary_key=True),
    Column("name", Words(), nullable=False),
    Column("definition", Document(), nullable=False),
    Column("state", Words(), nullable=False),  # running | done | failed | stopped
    Column("done", Whole(), nullable=False),
    Column("total", Whole(), nullable=False),
    Column("result", Document()),
    Column("error", Words()),
    Column("asked_by", Words(), nullable=False),
    Column("asked_at", At(), nullable=False),
    Column("finished_at", At()),
    rowid=False,
)
