"""Tiers: when each is reviewed next, whom a walk has reached, and birthdays found blindly.

The periods themselves are `tier_period`, appended and never edited; these rows only say what is
due, so that no job ever looks at every member.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index

from regulars.storage.columns import At, Bytes, Day, Flag, Id, Whole, Words, table

# One row for each member who has a tier to lose, or one that was given by hand for a time.
tier_review = table(
    "tier_review",
    Column("member_id", Id(), ForeignKey("member.id"), primary_key=True),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("state", Words(), nullable=False),  # current | grace | manual
    Column("from_on", Day(), nullable=False),  # the period that is judged begins
    Column("ends_on", Day(), nullable=False),  # and ends before this day
    Column("due_on", Day(), nullable=False),  # its end, or the end of the grace after it
    CheckConstraint("state IN ('current','grace','manual')", name="state_known"),
    CheckConstraint("ends_on > from_on AND due_on >= ends_on", name="in_order"),
    rowid=False,
)
Index("tier_review_due", tier_review.c.store_id, tier_review.c.due_on, tier_review.c.member_id)

# Month and day alone, as a keyed hash: whoever has the database but not the key learns no birthday.
birthday_index = table(
    "birthday_index",
    Column("member_id", Id(), ForeignKey("member.id"), primary_key=True),
    Column("blind_index", Bytes(), nullable=False),
    rowid=False,
)
Index("birthday_index_by_day", birthday_index.c.blind_index, birthday_index.c.member_id)

# How far one pass over all members has come: made once after a change, never every night.
member_walk = table(
    "member_walk",
    Column("name", Words(), primary_key=True),
    Column("version", Whole(), nullable=False),
    Column("after_id", Id(), nullable=False),
    Column("finished", Flag(), nullable=False),
    Column("at", At(), nullable=False),
)
