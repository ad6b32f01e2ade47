"""Commands taken, facts remembered, revisions and the audit trail.

Why: every write needs its command's row, and leaves a fact.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "audit",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("actor", columns.Words(), nullable=False),
        sa.Column("terminal_id", columns.Id(), nullable=True),
        sa.Column("store_id", columns.Id(), nullable=True),
        sa.Column("action", columns.Words(), nullable=False),
        sa.Column("subject", columns.Words(), nullable=True),
        sa.Column("before", columns.Document(), nullable=True),
        sa.Column("after", columns.Document(), nullable=True),
        sa.Column("reason", columns.Words(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("audit_by_time", "audit", ["at"], unique=False)
    op.create_table(
        "command",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("caller", columns.Words(), nullable=False),
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("fingerprint", columns.Bytes(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("answer", columns.Bytes(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_command")),
        sqlite_strict=True,
    )
    op.create_table(
        "fact",
        sa.Column("sequence", columns.Whole(), autoincrement=True, nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=True),
        sa.Column("member_id", columns.Id(), nullable=True),
        sa.Column("subject_id", columns.Id(), nullable=True),
        sa.Column("body", columns.Document(), nullable=False),
        sa.Column("tx", columns.Whole(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_fact")),
        sa.UniqueConstraint("id", name=op.f("uq_fact_id")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "revision",
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("number", columns.Whole(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_revision")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
