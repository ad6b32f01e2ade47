"""Where members stand, what is bought together, what guests said of their visits.

Why: stages and classes change at a known instant instead of by rescans, a suggestion needs counts
that take refunds back, and a low mark becomes somebody's work.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    _members()
    _dishes()
    _surveys()
    _recovery()
    triggers.run_files(op.get_bind(), "insights")


def _members() -> None:
    op.create_table(
        "cut_points",
        sa.Column("store_kind", columns.Words(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("measured_at", columns.At(), nullable=False),
        sa.Column("members", columns.Whole(), nullable=False),
        sa.Column("gap_days", columns.Whole(), nullable=False),
        sa.Column("recency_days", columns.Document(), nullable=False),
        sa.Column("visits", columns.Document(), nullable=False),
        sa.Column("spent_minor", columns.Document(), nullable=False),
        sa.PrimaryKeyConstraint("store_kind", "version", name=op.f("pk_cut_points")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "member_insight",
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("number", columns.Whole(), nullable=False),
        sa.Column("stage", columns.Words(), nullable=False),
        sa.Column("stage_since", columns.Day(), nullable=False),
        sa.Column("rfm", columns.Words(), nullable=True),
        sa.Column("why", columns.Document(), nullable=False),
        sa.Column("visits", columns.Whole(), nullable=False),
        sa.Column("last_on", columns.Day(), nullable=True),
        sa.Column("gap_days", columns.Whole(), nullable=False),
        sa.Column("judged_at", columns.At(), nullable=False),
        sa.Column("due_at", columns.At(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_insight_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member_insight")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("member_insight_by_rfm", "member_insight", ["rfm", "member_id"], unique=False)
    op.create_index(
        "member_insight_by_stage", "member_insight", ["stage", "member_id"], unique=False
    )
    op.create_index("member_insight_due", "member_insight", ["due_at", "member_id"], unique=False)
    op.create_table(
        "member_stage",
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("number", columns.Whole(), nullable=False),
        sa.Column("stage", columns.Words(), nullable=False),
        sa.Column("before", columns.Words(), nullable=True),
        sa.Column("since", columns.Day(), nullable=False),
        sa.Column("cause", columns.Words(), nullable=False),
        sa.Column("why", columns.Document(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_stage_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", "number", name=op.f("pk_member_stage")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _dishes() -> None:
    op.create_table(
        "dish_pair",
        sa.Column("product_id", columns.Id(), nullable=False),
        sa.Column("with_id", columns.Id(), nullable=False),
        sa.Column("month", columns.Whole(), nullable=False),
        sa.Column("baskets", columns.Whole(), nullable=False),
        sa.PrimaryKeyConstraint("product_id", "with_id", "month", name=op.f("pk_dish_pair")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dish_sales",
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("month", columns.Whole(), nullable=False),
        sa.Column("daypart", columns.Words(), nullable=False),
        sa.Column("product_id", columns.Id(), nullable=False),
        sa.Column("baskets", columns.Whole(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_dish_sales_store_id")),
        sa.PrimaryKeyConstraint(
            "store_id", "month", "daypart", "product_id", name=op.f("pk_dish_sales")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _surveys() -> None:
    op.create_table(
        "survey_answer",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("programme_id", columns.Id(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("order_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("business_day", columns.Day(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=True),
        sa.Column("score", columns.Whole(), nullable=True),
        sa.Column("choices", columns.Document(), nullable=False),
        sa.Column("words", columns.Bytes(), nullable=True),
        sa.Column("language", columns.Words(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 10", name=op.f("ck_survey_answer_score_in_range")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_survey_answer_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_survey_answer_order_id")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_survey_answer_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sa.UniqueConstraint(
            "programme_id", "order_id", name=op.f("uq_survey_answer_programme_id_order_id")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "survey_answer_by_day", "survey_answer", ["store_id", "business_day"], unique=False
    )
    op.create_index("survey_answer_by_member", "survey_answer", ["member_id", "at"], unique=False)


def _recovery() -> None:
    op.create_table(
        "recovery_task",
        sa.Column("answer_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=True),
        sa.Column("order_id", columns.Id(), nullable=False),
        sa.Column("score", columns.Whole(), nullable=False),
        sa.Column("opened_at", columns.At(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("done_at", columns.At(), nullable=True),
        sa.Column("done_by", columns.Words(), nullable=True),
        sa.Column("act", columns.Words(), nullable=True),
        sa.Column("note", columns.Words(), nullable=True),
        sa.CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_recovery_task_done_has_time")
        ),
        sa.CheckConstraint("state IN ('open','done')", name=op.f("ck_recovery_task_state_known")),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["survey_answer.id"], name=op.f("fk_recovery_task_answer_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_recovery_task_member_id")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_recovery_task_store_id")),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_recovery_task")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "recovery_task_by_store", "recovery_task", ["store_id", "state", "answer_id"], unique=False
    )
