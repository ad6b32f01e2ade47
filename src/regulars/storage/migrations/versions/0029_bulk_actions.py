"""One act for many members: proposed with its cost, agreed to, done some at a time.

Why: eight hundred members are tagged or given a coupon by one decision; a crash half way does nothing
twice, and what became of whom is known for some days and then forgotten.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    _actions()
    _members()
    triggers.run_files(op.get_bind(), "bulk_actions")


def _actions() -> None:
    op.create_table(
        "bulk_action",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("chosen", columns.Document(), nullable=False),
        sa.Column("act", columns.Document(), nullable=False),
        sa.Column("reason", columns.Words(), nullable=False),
        sa.Column("members", columns.Whole(), nullable=False),
        sa.Column("cost_minor", columns.Whole(), nullable=False),
        sa.Column("upto_id", columns.Id(), nullable=False),
        sa.Column("made_at", columns.At(), nullable=False),
        sa.Column("made_by", columns.Words(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("after_id", columns.Id(), nullable=False),
        sa.Column("done", columns.Whole(), nullable=False),
        sa.Column("found", columns.Document(), nullable=False),
        sa.Column("decided_at", columns.At(), nullable=True),
        sa.Column("decided_by", columns.Words(), nullable=True),
        sa.Column("ended_at", columns.At(), nullable=True),
        sa.Column("ended_by", columns.Words(), nullable=True),
        sa.Column("end_reason", columns.Words(), nullable=True),
        sa.Column("kept_until", columns.At(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting','running','done','declined','withdrawn','stopped')",
            name=op.f("ck_bulk_action_state_known"),
        ),
        sa.CheckConstraint(
            "done BETWEEN 0 AND members", name=op.f("ck_bulk_action_never_beyond_count")
        ),
        sa.CheckConstraint(
            "(state IN ('waiting','running')) = (ended_at IS NULL)",
            name=op.f("ck_bulk_action_ended_says_when"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_action")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    running, kept = sa.text("state = 'running'"), sa.text("kept_until IS NOT NULL")
    op.create_index("bulk_action_by_time", "bulk_action", ["made_at", "id"], unique=False)
    op.create_index(
        "bulk_action_running",
        "bulk_action",
        ["made_at", "id"],
        unique=False,
        sqlite_where=running,
        postgresql_where=running,
    )
    op.create_index(
        "bulk_action_kept",
        "bulk_action",
        ["kept_until"],
        unique=False,
        sqlite_where=kept,
        postgresql_where=kept,
    )


def _members() -> None:
    op.create_table(
        "bulk_action_member",
        sa.Column("bulk_action_id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("outcome", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bulk_action_id"],
            ["bulk_action.id"],
            name=op.f("fk_bulk_action_member_bulk_action_id"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_bulk_action_member_member_id")
        ),
        sa.PrimaryKeyConstraint("bulk_action_id", "member_id", name=op.f("pk_bulk_action_member")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "bulk_action_member_by_member", "bulk_action_member", ["member_id"], unique=False
    )
