"""Segments 人群: what each one asks, who is in it since when and why, and who may change next.

"近30天未消费" lets 王芳 in on 31 May with no event of hers: `segment_due` knew the instant. Rows of
`segment_member` are history: one open row while she is in, a closed one for each time before.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index

from regulars.storage.columns import At, Day, Document, Id, Whole, Words, table

# `version` is the newest definition, `serving` the one by which members are in or out now.
segment = table(
    "segment",
    Column("id", Id(), primary_key=True),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("state", Words(), nullable=False),  # draft | active | stopped
    Column("version", Whole(), nullable=False),
    Column("serving", Whole()),
    Column("tag", Words()),  # the word that it puts on its members
    Column("made_at", At(), nullable=False),
    Column("ground", Words()),  # of what its categories, tags and regions stood for when filled
    CheckConstraint("state IN ('draft','active','stopped')", name="state_known"),
)

segment_version = table(
    "segment_version",
    Column("segment_id", Id(), primary_key=True),
    Column("version", Whole(), primary_key=True),
    Column("condition", Document(), nullable=False),
    Column("hash", Words(), nullable=False),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("state", Words(), nullable=False),
    Column("recorded_at", At(), nullable=False),
    Column("recorded_by", Words(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

segment_member = table(
    "segment_member",
    Column("id", Whole(), primary_key=True, autoincrement=True),
    Column("segment_id", Id(), ForeignKey("segment.id"), nullable=False),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("entered_at", At(), nullable=False),
    Column("left_at", At()),
    Column("why", Document(), nullable=False),
    Column("left_why", Document()),
    Column("version", Whole(), nullable=False),
    Column("fact_sequence", Whole()),  # the newest fact that the decision knew of
)
_open = segment_member.c.left_at.is_(None)
Index(
    "segment_member_open",
    segment_member.c.segment_id,
    segment_member.c.member_id,
    unique=True,
    sqlite_where=_open,
    postgresql_where=_open,
)
Index("segment_member_by_member", segment_member.c.member_id, segment_member.c.segment_id)

# When a member may enter or leave any segment without anything happening: the earliest instant of all.
# The clock touches no other row.
segment_due = table(
    "segment_due",
    Column("member_id", Id(), ForeignKey("member.id"), primary_key=True),
    Column("due_at", At(), nullable=False),
    rowid=False,
)
Index("segment_due_by_time", segment_due.c.due_at, segment_due.c.member_id)

segment_health = table(
    "segment_health",
    Column("segment_id", Id(), ForeignKey("segment.id"), primary_key=True),
    Column("size", Whole(), nullable=False),
    Column("evaluated_at", At(), nullable=False),
    Column("position", Whole(), nullable=False),  # the newest fact that it knows of
    Column("error", Words()),
    CheckConstraint("size >= 0", name="size_not_negative"),
    rowid=False,
)

# A new definition on its way to serve: how far it is, and the facts it has to catch up with.
segment_fill = table(
    "segment_fill",
    Column("segment_id", Id(), ForeignKey("segment.id"), primary_key=True),
    Column("version", Whole(), nullable=False),
    Column("phase", Words(), nullable=False),  # domain/segments/filling.Phase
    Column("after_id", Id(), nullable=False),
    Column("position", Whole(), nullable=False),
    Column("begun_at", At(), nullable=False),
    CheckConstraint(
        "phase IN ('restarting','staging','switching','clearing','tagging','planning',"
        "'catching_up')",
        name="phase_known",
    ),
    rowid=False,
)
segment_staged = table(
    "segment_staged",
    Column("segment_id", Id(), ForeignKey("segment.id"), primary_key=True),
    Column("member_id", Id(), ForeignKey("member.id"), primary_key=True),
    rowid=False,
)

# How many were in at the end of each day on which something changed.
segment_size = table(
    "segment_size",
    Column("segment_id", Id(), ForeignKey("segment.id"), primary_key=True),
    Column("day", Day(), primary_key=True),
    Column("size", Whole(), nullable=False),
    Column("entered", Whole(), nullable=False),
    Column("left", Whole(), nullable=False),
    rowid=False,
)
