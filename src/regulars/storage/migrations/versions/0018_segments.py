"""Segments: their definitions by version, who is in since when and why, who may change next.

Why: membership follows facts and computed instants, never a nightly recomputation. The two indexes
on older tables let a preview read the window it asks about, and no other order or coupon.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    _definitions()
    _membership()
    _filling()
    triggers.run_files(op.get_bind(), "segments")
    op.create_index(
        "orders_by_time",
        "orders",
        ["settled_at", "member_id", "state", "store_id", "source", "due_minor", "refunded_minor"],
        unique=False,
        sqlite_where=sa.text("member_id IS NOT NULL AND settled_at IS NOT NULL"),
        postgresql_where=sa.text("member_id IS NOT NULL AND settled_at IS NOT NULL"),
    )
    op.create_index(
        "coupon_by_end",
        "coupon",
        ["valid_until", "member_id", "type_id", "valid_from"],
        unique=False,
        sqlite_where=sa.text("state = 'issued'"),
        postgresql_where=sa.text("state = 'issued'"),
    )


def _definitions() -> None:
    op.create_table(
        "segment",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("serving", columns.Whole(), nullable=True),
        sa.Column("tag", columns.Words(), nullable=True),
        sa.Column("made_at", columns.At(), nullable=False),
        sa.Column("ground", columns.Words(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft','active','stopped')", name=op.f("ck_segment_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "segment_version",
        sa.Column("segment_id", columns.Id(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("condition", columns.Document(), nullable=False),
        sa.Column("hash", columns.Words(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("recorded_at", columns.At(), nullable=False),
        sa.Column("recorded_by", columns.Words(), nullable=False),
        sa.PrimaryKeyConstraint("segment_id", "version", name=op.f("pk_segment_version")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _of(table: str, column: str) -> sa.ForeignKeyConstraint:
    target = column.removesuffix("_id")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _membership() -> None:
    op.create_table(
        "segment_member",
        sa.Column("id", columns.Whole(), autoincrement=True, nullable=False),
        sa.Column("segment_id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("entered_at", columns.At(), nullable=False),
        sa.Column("left_at", columns.At(), nullable=True),
        sa.Column("why", columns.Document(), nullable=False),
        sa.Column("left_why", columns.Document(), nullable=True),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("fact_sequence", columns.Whole(), nullable=True),
        _of("segment_member", "segment_id"),
        _of("segment_member", "member_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_member")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index(
        "segment_member_open",
        "segment_member",
        ["segment_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_index(
        "segment_member_by_member", "segment_member", ["member_id", "segment_id"], unique=False
    )
    op.create_table(
        "segment_due",
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("segment_id", columns.Id(), nullable=False),
        sa.Column("due_at", columns.At(), nullable=False),
        _of("segment_due", "member_id"),
        _of("segment_due", "segment_id"),
        sa.PrimaryKeyConstraint("member_id", "segment_id", name=op.f("pk_segment_due")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("segment_due_by_time", "segment_due", ["due_at", "member_id"], unique=False)
    op.create_table(
        "segment_health",
        sa.Column("segment_id", columns.Id(), nullable=False),
        sa.Column("size", columns.Whole(), nullable=False),
        sa.Column("evaluated_at", columns.At(), nullable=False),
        sa.Column("position", columns.Whole(), nullable=False),
        sa.Column("error", columns.Words(), nullable=True),
        sa.CheckConstraint("size >= 0", name=op.f("ck_segment_health_size_not_negative")),
        _of("segment_health", "segment_id"),
        sa.PrimaryKeyConstraint("segment_id", name=op.f("pk_segment_health")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "segment_size",
        sa.Column("segment_id", columns.Id(), nullable=False),
        sa.Column("day", columns.Day(), nullable=False),
        sa.Column("size", columns.Whole(), nullable=False),
        sa.Column("entered", columns.Whole(), nullable=False),
        sa.Column("left", columns.Whole(), nullable=False),
        _of("segment_size", "segment_id"),
        sa.PrimaryKeyConstraint("segment_id", "day", name=op.f("pk_segment_size")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _filling() -> None:
    op.create_table(
        "segment_fill",
        sa.Column("segment_id", columns.Id(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("phase", columns.Words(), nullable=False),
        sa.Column("after_id", columns.Id(), nullable=False),
        sa.Column("position", columns.Whole(), nullable=False),
        sa.Column("begun_at", columns.At(), nullable=False),
        sa.CheckConstraint(
            "phase IN ('restarting','staging','switching','clearing','tagging','planning',"
            "'catching_up')",
            name=op.f("ck_segment_fill_phase_known"),
        ),
        _of("segment_fill", "segment_id"),
        sa.PrimaryKeyConstraint("segment_id", name=op.f("pk_segment_fill")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "segment_staged",
        sa.Column("segment_id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        _of("segment_staged", "segment_id"),
        _of("segment_staged", "member_id"),
        sa.PrimaryKeyConstraint("segment_id", "member_id", name=op.f("pk_segment_staged")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
