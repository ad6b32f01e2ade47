"""Two records of one person made one 合并会员, and what a merge must know to be undone.

王芳 joined twice: what moved to the record that stays is listed part by part; `member_merged` says,
while it is so, under which id she answers now.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index

from regulars.storage.columns import At, Bytes, Id, Whole, Words, table

member_merge = table(
    "member_merge",
    Column("id", Id(), primary_key=True),
    Column("survivor_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("absorbed_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("reason", Words(), nullable=False),
    Column("undo_until", At(), nullable=False),
    Column("principal_minor", Whole(), nullable=False),
    Column("bonus_minor", Whole(), nullable=False),
    Column("points", Whole(), nullable=False),
    Column("points_debt", Whole(), nullable=False),
    Column("growth_value", Whole(), nullable=False),
    Column("visits", Whole(), nullable=False),
    Column("spent_minor", Whole(), nullable=False),
    CheckConstraint("survivor_id <> absorbed_id", name="members_differ"),
    info={"append_only": True},
    rowid=False,
)
Index("member_merge_by_survivor", member_merge.c.survivor_id, member_merge.c.at)
Index("member_merge_by_absorbed", member_merge.c.absorbed_id, member_merge.c.at)

# What moved besides value: domain/members/merge.Part with the id, word or index of each.
member_merge_part = table(
    "member_merge_part",
    Column("merge_id", Id(), ForeignKey("member_merge.id"), primary_key=True),
    Column("kind", Words(), primary_key=True),
    Column("key", Words(), primary_key=True),
    info={"append_only": True},
    rowid=False,
)
Index("member_merge_part_by_key", member_merge_part.c.kind, member_merge_part.c.key)

# A field of the surviving profile as it was before, sealed by its owner's key.
member_merge_field = table(
    "member_merge_field",
    Column("merge_id", Id(), ForeignKey("member_merge.id"), primary_key=True),
    Column("field", Words(), primary_key=True),
    Column("before", Bytes()),
    info={"append_only": True},
    rowid=False,
)

# What came back when a merge was undone; the rest had been spent and stays where it is.
member_merge_undo = table(
    "member_merge_undo",
    Column("merge_id", Id(), ForeignKey("member_merge.id"), primary_key=True),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("reason", Words(), nullable=False),
    Column("principal_minor", Whole(), nullable=False),
    Column("bonus_minor", Whole(), nullable=False),
    Column("points", Whole(), nullable=False),
    Column("growth_value", Whole(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

# There is a row while a record is part of another.
member_merged = table(
    "member_merged",
    Column("absorbed_id", Id(), ForeignKey("member.id"), primary_key=True),
    Column("survivor_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("merge_id", Id(), ForeignKey("member_merge.id"), nullable=False, unique=True),
    CheckConstraint("survivor_id <> absorbed_id", name="members_differ"),
    rowid=False,
)
Index("member_merged_by_survivor", member_merged.c.survivor_id)

# Two records that look like one person's and are not; `undoes`: the row that holds no more.
member_apart = table(
    "member_apart",
    Column("id", Id(), primary_key=True),
    Column("one_member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("other_member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("reason", Words(), nullable=False),
    Column("undoes", Id(), ForeignKey("member_apart.id"), unique=True),
    CheckConstraint("one_member_id <> other_member_id", name="members_differ"),
    info={"append_only": True},
    rowid=False,
)
Index("member_apart_by_one", member_apart.c.one_member_id)
Index("member_apart_by_other", member_apart.c.other_member_id)
