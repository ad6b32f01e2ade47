"""Rewards: check-ins, tasks, draws, orders of the points mall.

Why: what a member did and won is a row that can be counted again.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "check_in",
        sa.Column("programme_id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("day", columns.Day(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("streak", columns.Whole(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.CheckConstraint("streak >= 1", name=op.f("ck_check_in_streak_positive")),
        sa.PrimaryKeyConstraint("programme_id", "member_id", "day", name=op.f("pk_check_in")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("check_in_by_member", "check_in", ["member_id", "day"], unique=False)
    op.create_table(
        "task_claim",
        sa.Column("programme_id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("period", columns.Words(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("progress", columns.Whole(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.PrimaryKeyConstraint("programme_id", "member_id", "period", name=op.f("pk_task_claim")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draw_seed",
        sa.Column("programme_id", columns.Id(), nullable=False),
        sa.Column("commitment", columns.Bytes(), nullable=False),
        sa.Column("made_at", columns.At(), nullable=False),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_draw_seed")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draw_counter",
        sa.Column("programme_id", columns.Id(), nullable=False),
        sa.Column("last", columns.Whole(), nullable=False),
        sa.CheckConstraint("last >= 1", name=op.f("ck_draw_counter_last_positive")),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_draw_counter")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    _draw()
    _mall_order()
    op.create_table(
        "job_cursor",
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("position", columns.Whole(), nullable=False),
        sa.Column("horizon", columns.Whole(), nullable=False),
        sa.Column("horizon_tx", columns.Whole(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_cursor")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    triggers.run_files(op.get_bind(), "rewards")


def _draw() -> None:
    op.create_table(
        "draw",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("programme_id", columns.Id(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("number", columns.Whole(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("ticket", columns.Words(), nullable=False),
        sa.Column("ticket_order_id", columns.Id(), nullable=True),
        sa.Column("points", columns.Whole(), nullable=False),
        sa.Column("roll", columns.Whole(), nullable=False),
        sa.Column("drawn", columns.Words(), nullable=False),
        sa.Column("prize", columns.Words(), nullable=False),
        sa.CheckConstraint(
            "number >= 1 AND points >= 0 AND roll >= 0", name=op.f("ck_draw_figures_in_range")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("programme_id", "number", name=op.f("uq_draw_programme_id_number")),
        sa.UniqueConstraint(
            "programme_id", "ticket_order_id", name=op.f("uq_draw_programme_id_ticket_order_id")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("draw_by_member", "draw", ["member_id", "programme_id"], unique=False)


def _mall_order() -> None:
    op.create_table(
        "mall_order",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("programme_id", columns.Id(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("business_day", columns.Day(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("points", columns.Whole(), nullable=False),
        sa.Column("code", columns.Words(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("coupons", columns.Document(), nullable=False),
        sa.Column("ended_at", columns.At(), nullable=True),
        sa.Column("ended_by", columns.Words(), nullable=True),
        sa.CheckConstraint(
            "state IN ('given','waiting','handed_over','cancelled')",
            name=op.f("ck_mall_order_state_known"),
        ),
        sa.CheckConstraint("points >= 1", name=op.f("ck_mall_order_points_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mall_order")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("mall_order_by_member", "mall_order", ["member_id", "id"], unique=False)
    op.create_index(
        "mall_order_waiting",
        "mall_order",
        ["store_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
