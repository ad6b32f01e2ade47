"""Pairs of records that are two people after all, and the way from a member to what befell her.

Why: mother and daughter have one phone and one birthday; once a manager has said so, nobody is asked
again. And a member's timeline tells when she was frozen, when words were taken off her and when her
class changed: those facts are found by an index of their own, which no sale writes to.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_TOLD = (
    "kind IN ('member.class_changed', 'member.state_changed', 'member.tags_changed',"
    " 'value.frozen', 'value.unfrozen')"
)


def upgrade() -> None:
    """Forward only."""
    _apart()
    op.create_index(
        "fact_told_of_member",
        "fact",
        ["member_id", "at"],
        unique=False,
        sqlite_where=sa.text(_TOLD),
        postgresql_where=sa.text(_TOLD),
    )
    triggers.run_files(op.get_bind(), "kept_apart")


def _apart() -> None:
    op.create_table(
        "member_apart",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("one_member_id", columns.Id(), nullable=False),
        sa.Column("other_member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("reason", columns.Words(), nullable=False),
        sa.Column("undoes", columns.Id(), nullable=True),
        sa.CheckConstraint(
            "one_member_id <> other_member_id", name=op.f("ck_member_apart_members_differ")
        ),
        sa.ForeignKeyConstraint(
            ["one_member_id"], ["member.id"], name=op.f("fk_member_apart_one_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["other_member_id"], ["member.id"], name=op.f("fk_member_apart_other_member_id")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_member_apart_store_id")),
        sa.ForeignKeyConstraint(
            ["undoes"], ["member_apart.id"], name=op.f("fk_member_apart_undoes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_apart")),
        sa.UniqueConstraint("undoes", name=op.f("uq_member_apart_undoes")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("member_apart_by_one", "member_apart", ["one_member_id"], unique=False)
    op.create_index("member_apart_by_other", "member_apart", ["other_member_id"], unique=False)
