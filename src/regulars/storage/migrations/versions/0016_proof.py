"""The chain over entries, its anchors, runs of jobs and of verify.

Why: a row that somebody altered is named, and a job that stood still is seen.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    _chain()
    _verify_runs()
    _jobs()
    op.create_index("lot_by_entry", "lot", ["entry_id"], unique=False)
    triggers.run_files(op.get_bind(), "proof")


def _chain() -> None:
    op.create_table(
        "block",
        sa.Column("number", columns.Whole(), autoincrement=False, nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("entries", columns.Whole(), nullable=False),
        sa.Column("first_id", columns.Id(), nullable=False),
        sa.Column("last_id", columns.Id(), nullable=False),
        sa.Column("members", columns.Bytes(), nullable=False),
        sa.Column("hash", columns.Bytes(), nullable=False),
        sa.CheckConstraint("entries > 0", name=op.f("ck_block_entries_positive")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_block")),
        sqlite_strict=True,
    )
    op.create_index("block_by_first", "block", ["first_id"], unique=False)
    op.create_index("block_by_last", "block", ["last_id"], unique=False)
    op.create_table(
        "anchor",
        sa.Column("day", columns.Day(), nullable=False),
        sa.Column("number", columns.Whole(), nullable=False),
        sa.Column("hash", columns.Bytes(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_anchor")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _verify_runs() -> None:
    op.create_table(
        "verify_run",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("asked_at", columns.At(), nullable=False),
        sa.Column("asked_by", columns.Words(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("started_at", columns.At(), nullable=True),
        sa.Column("heard_at", columns.At(), nullable=True),
        sa.Column("step", columns.Words(), nullable=True),
        sa.Column("done", columns.Whole(), server_default="0", nullable=False),
        sa.Column("total", columns.Whole(), server_default="0", nullable=False),
        sa.Column("finished_at", columns.At(), nullable=True),
        sa.Column("milliseconds", columns.Whole(), nullable=True),
        sa.Column("entries", columns.Whole(), nullable=True),
        sa.Column("orders", columns.Whole(), nullable=True),
        sa.Column("differences", columns.Whole(), nullable=True),
        sa.Column("head_number", columns.Whole(), nullable=True),
        sa.Column("head_hash", columns.Bytes(), nullable=True),
        sa.Column("report", columns.Document(), nullable=True),
        sa.Column("error", columns.Words(), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued','running','done','failed')",
            name=op.f("ck_verify_run_state_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verify_run")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("verify_run_by_time", "verify_run", ["asked_at"], unique=False)


def _jobs() -> None:
    op.create_table(
        "lease",
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("holder", columns.Words(), nullable=False),
        sa.Column("token", columns.Whole(), nullable=False),
        sa.Column("until_at", columns.At(), nullable=False),
        sa.Column("told", columns.Document(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "job_run",
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("period", columns.Words(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("tries", columns.Whole(), nullable=False),
        sa.Column("started_at", columns.At(), nullable=False),
        sa.Column("finished_at", columns.At(), nullable=True),
        sa.Column("note", columns.Words(), nullable=True),
        sa.CheckConstraint(
            "state IN ('running','done','failed')", name=op.f("ck_job_run_state_known")
        ),
        sa.PrimaryKeyConstraint("name", "period", name=op.f("pk_job_run")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
