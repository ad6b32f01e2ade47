"""Merges of two records of one person, and what members ask about their own data.

Why: somebody who joined twice has her value in two places; making one of them must move everything in
one transaction, lose nothing, and be taken back when it was a mistake. Whoever asks for her data has an answer by a day, and
whoever works with a list finds it again as she narrowed it.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    _merges()
    _what_moved()
    _who_answers()
    _requests()
    _views()
    triggers.run_files(op.get_bind(), "merging")


def _merges() -> None:
    op.create_table(
        "member_merge",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("survivor_id", columns.Id(), nullable=False),
        sa.Column("absorbed_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("reason", columns.Words(), nullable=False),
        sa.Column("undo_until", columns.At(), nullable=False),
        sa.Column("principal_minor", columns.Whole(), nullable=False),
        sa.Column("bonus_minor", columns.Whole(), nullable=False),
        sa.Column("points", columns.Whole(), nullable=False),
        sa.Column("points_debt", columns.Whole(), nullable=False),
        sa.Column("growth_value", columns.Whole(), nullable=False),
        sa.Column("visits", columns.Whole(), nullable=False),
        sa.Column("spent_minor", columns.Whole(), nullable=False),
        sa.CheckConstraint(
            "survivor_id <> absorbed_id", name=op.f("ck_member_merge_members_differ")
        ),
        sa.ForeignKeyConstraint(
            ["absorbed_id"], ["member.id"], name=op.f("fk_member_merge_absorbed_id")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_member_merge_store_id")),
        sa.ForeignKeyConstraint(
            ["survivor_id"], ["member.id"], name=op.f("fk_member_merge_survivor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_merge")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("member_merge_by_survivor", "member_merge", ["survivor_id", "at"], unique=False)
    op.create_index("member_merge_by_absorbed", "member_merge", ["absorbed_id", "at"], unique=False)


def _what_moved() -> None:
    op.create_table(
        "member_merge_part",
        sa.Column("merge_id", columns.Id(), nullable=False),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("key", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["member_merge.id"], name=op.f("fk_member_merge_part_merge_id")
        ),
        sa.PrimaryKeyConstraint("merge_id", "kind", "key", name=op.f("pk_member_merge_part")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("member_merge_part_by_key", "member_merge_part", ["kind", "key"], unique=False)
    op.create_table(
        "member_merge_field",
        sa.Column("merge_id", columns.Id(), nullable=False),
        sa.Column("field", columns.Words(), nullable=False),
        sa.Column("before", columns.Bytes(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["member_merge.id"], name=op.f("fk_member_merge_field_merge_id")
        ),
        sa.PrimaryKeyConstraint("merge_id", "field", name=op.f("pk_member_merge_field")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "member_merge_undo",
        sa.Column("merge_id", columns.Id(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("reason", columns.Words(), nullable=False),
        sa.Column("principal_minor", columns.Whole(), nullable=False),
        sa.Column("bonus_minor", columns.Whole(), nullable=False),
        sa.Column("points", columns.Whole(), nullable=False),
        sa.Column("growth_value", columns.Whole(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["member_merge.id"], name=op.f("fk_member_merge_undo_merge_id")
        ),
        sa.PrimaryKeyConstraint("merge_id", name=op.f("pk_member_merge_undo")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _who_answers() -> None:
    op.create_table(
        "member_merged",
        sa.Column("absorbed_id", columns.Id(), nullable=False),
        sa.Column("survivor_id", columns.Id(), nullable=False),
        sa.Column("merge_id", columns.Id(), nullable=False),
        sa.CheckConstraint(
            "survivor_id <> absorbed_id", name=op.f("ck_member_merged_members_differ")
        ),
        sa.ForeignKeyConstraint(
            ["absorbed_id"], ["member.id"], name=op.f("fk_member_merged_absorbed_id")
        ),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["member_merge.id"], name=op.f("fk_member_merged_merge_id")
        ),
        sa.ForeignKeyConstraint(
            ["survivor_id"], ["member.id"], name=op.f("fk_member_merged_survivor_id")
        ),
        sa.PrimaryKeyConstraint("absorbed_id", name=op.f("pk_member_merged")),
        sa.UniqueConstraint("merge_id", name=op.f("uq_member_merged_merge_id")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("member_merged_by_survivor", "member_merged", ["survivor_id"], unique=False)


def _requests() -> None:
    op.create_table(
        "subject_request",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("asked_at", columns.At(), nullable=False),
        sa.Column("due_on", columns.Day(), nullable=False),
        sa.Column("taken_by", columns.Words(), nullable=False),
        sa.Column("ended_at", columns.At(), nullable=True),
        sa.Column("ended_by", columns.Words(), nullable=True),
        sa.Column("reason", columns.Words(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open','done','refused','withdrawn')",
            name=op.f("ck_subject_request_state_known"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (ended_at IS NULL)",
            name=op.f("ck_subject_request_ended_says_when"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_subject_request_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_subject_request_store_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_request")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "subject_request_due",
        "subject_request",
        ["due_on", "id"],
        unique=False,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index(
        "subject_request_by_member", "subject_request", ["member_id", "asked_at"], unique=False
    )


def _views() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("list_name", columns.Words(), nullable=False),
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("filter", columns.Document(), nullable=False),
        sa.Column("owner", columns.Words(), nullable=False),
        sa.Column("shared", columns.Flag(), nullable=False),
        sa.Column("revision", columns.Whole(), nullable=False),
        sa.Column("saved_at", columns.At(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("saved_view_by_list", "saved_view", ["list_name", "owner"], unique=False)
