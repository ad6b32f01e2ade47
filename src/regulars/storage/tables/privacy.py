"""What members ask about their own data, by when it is due, and how each request ended."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, literal_column

from regulars.storage.columns import At, Day, Id, Words, table

subject_request = table(
    "subject_request",
    Column("id", Id(), primary_key=True),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("kind", Words(), nullable=False),  # domain/members/subject_request.RequestKind
    Column("state", Words(), nullable=False),  # open | done | refused | withdrawn
    Column("asked_at", At(), nullable=False),
    Column("due_on", Day(), nullable=False),
    Column("taken_by", Words(), nullable=False),
    Column("ended_at", At()),
    Column("ended_by", Words()),
    Column("reason", Words()),
    CheckConstraint("state IN ('open','done','refused','withdrawn')", name="state_known"),
    CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_says_when"),
    info={"no_delete": True, "update_columns": ("state", "ended_at", "ended_by", "reason")},
    rowid=False,
)
_open = subject_request.c.state == literal_column("'open'")
Index(
    "subject_request_due",
    subject_request.c.due_on,
    subject_request.c.id,
    sqlite_where=_open,
    postgresql_where=_open,
)
Index("subject_request_by_member", subject_request.c.member_id, subject_request.c.asked_at)
