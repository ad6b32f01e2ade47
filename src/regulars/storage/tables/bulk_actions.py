"""One act for many members: what was proposed and decided, how far it is, what became of whom."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, literal_column

from regulars.storage.columns import At, Document, Id, Whole, Words, table

# `chosen` and `act` as in domain/members/bulk. `members` were counted when it was proposed: never more
# are reached. Who joined after `upto_id` is not meant; `after_id` is the last who was seen to.
bulk_action = table(
    "bulk_action",
    Column("id", Id(), primary_key=True),
    Column("chosen", Document(), nullable=False),
    Column("act", Document(), nullable=False),
    Column("reason", Words(), nullable=False),
    Column("members", Whole(), nullable=False),
    Column("cost_minor", Whole(), nullable=False),
    Column("upto_id", Id(), nullable=False),
    Column("made_at", At(), nullable=False),
    Column("made_by", Words(), nullable=False),
    Column("state", Words(), nullable=False),  # domain/members/bulk.BulkState
    Column("after_id", Id(), nullable=False),
    Column("done", Whole(), nullable=False),
    Column("found", Document(), nullable=False),
    Column("decided_at", At()),
    Column("decided_by", Words()),
    Column("ended_at", At()),
    Column("ended_by", Words()),
    Column("end_reason", Words()),
    # Until when it is kept what became of whom; none: not yet over, or forgotten.
    Column("kept_until", At()),
    CheckConstraint(
        "state IN ('waiting','running','done','declined','withdrawn','stopped')",
        name="state_known",
    ),
    CheckConstraint("done BETWEEN 0 AND members", name="never_beyond_count"),
    CheckConstraint(
        "(state IN ('waiting','running')) = (ended_at IS NULL)", name="ended_says_when"
    ),
    info={
        "no_delete": True,
        "update_columns": (
            "state",
            "after_id",
            "done",
            "found",
            "decided_at",
            "decided_by",
            "ended_at",
            "ended_by",
            "end_reason",
            "kept_until",
        ),
    },
    rowid=False,
)
_under_way = bulk_action.c.state == literal_column("'running'")
_kept = bulk_action.c.kept_until.isnot(None)
Index("bulk_action_by_time", bulk_action.c.made_at, bulk_action.c.id)
Index(
    "bulk_action_running",
    bulk_action.c.made_at,
    bulk_action.c.id,
    sqlite_where=_under_way,
    postgresql_where=_under_way,
)
Index(
    "bulk_action_kept",
    bulk_action.c.kept_until,
    sqlite_where=_kept,
    postgresql_where=_kept,
)

# What became of one member; forgotten some days after the end.
bulk_action_member = table(
    "bulk_action_member",
    Column("bulk_action_id", Id(), ForeignKey("bulk_action.id"), primary_key=True),
    Column("member_id", Id(), ForeignKey("member.id"), primary_key=True),
    Column("outcome", Words(), nullable=False),  # domain/members/bulk.Outcome
    rowid=False,
)
Index("bulk_action_member_by_member", bulk_action_member.c.member_id)
