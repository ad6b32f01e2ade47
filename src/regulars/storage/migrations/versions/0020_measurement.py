"""Measurement: who was assigned to which arm of a programme, and with which chance.

Why: what a programme earned can be told only against members who were held back by chance, and
the chance must have been written down when it was drawn.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "assignment_policy",
        sa.Column("programme_id", columns.Id(), nullable=False),
        sa.Column("version", columns.Whole(), autoincrement=False, nullable=False),
        sa.Column("salt", columns.Words(), nullable=False),
        sa.Column("arms", columns.Document(), nullable=False),
        sa.Column("plan", columns.Document(), nullable=False),
        sa.Column("recorded_at", columns.At(), nullable=False),
        sa.Column("recorded_by", columns.Words(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_assignment_policy_version_positive")),
        sa.PrimaryKeyConstraint("programme_id", "version", name=op.f("pk_assignment_policy")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "assignment",
        sa.Column("programme_id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("arm", columns.Words(), nullable=False),
        sa.Column("propensity", columns.Whole(), nullable=False),
        sa.Column("uniform", columns.Flag(), nullable=False),
        sa.Column("policy_version", columns.Whole(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("tier", columns.Words(), nullable=False),
        sa.Column("channel", columns.Words(), nullable=True),
        sa.Column("eligible_set", columns.Words(), nullable=False),
        sa.CheckConstraint(
            "propensity BETWEEN 1 AND 10000", name=op.f("ck_assignment_propensity_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "policy_version"],
            ["assignment_policy.programme_id", "assignment_policy.version"],
            name=op.f("fk_assignment_programme_id_policy_version"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_assignment_member_id")),
        sa.PrimaryKeyConstraint("programme_id", "member_id", name=op.f("pk_assignment")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("assignment_by_member", "assignment", ["member_id", "at"], unique=False)
    triggers.run_files(op.get_bind(), "measurement")
