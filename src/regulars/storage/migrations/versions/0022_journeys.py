"""Journeys and campaigns: versions, where every member stands, effects, budgets.

Why: a member's journey is a row that is moved on when it is due, so a crash loses no step and does
nothing twice, and a month of waiting costs nothing.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    _definitions()
    _runs()
    _on_the_way()
    _tasks()
    _campaigns()
    _simulations()
    triggers.run_files(op.get_bind(), "journeys")


def _definitions() -> None:
    op.create_table(
        "journey",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("revision", columns.Whole(), nullable=False),
        sa.Column("draft", columns.Document(), nullable=False),
        sa.Column("live", columns.Whole(), nullable=True),
        sa.Column("proposed", columns.Whole(), nullable=True),
        sa.Column("campaign_id", columns.Id(), nullable=True),
        sa.Column("made_at", columns.At(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft','waiting','live','paused','ended')",
            name=op.f("ck_journey_state_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "journey_version",
        sa.Column("journey_id", columns.Id(), nullable=False),
        sa.Column("version", columns.Whole(), autoincrement=False, nullable=False),
        sa.Column("definition", columns.Document(), nullable=False),
        sa.Column("mapping", columns.Document(), nullable=False),
        sa.Column("published_at", columns.At(), nullable=False),
        sa.Column("published_by", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["journey.id"], name=op.f("fk_journey_version_journey_id")
        ),
        sa.PrimaryKeyConstraint("journey_id", "version", name=op.f("pk_journey_version")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "journey_approval",
        sa.Column("journey_id", columns.Id(), nullable=False),
        sa.Column("version", columns.Whole(), autoincrement=False, nullable=False),
        sa.Column("approved_at", columns.At(), nullable=False),
        sa.Column("approved_by", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["journey.id"], name=op.f("fk_journey_approval_journey_id")
        ),
        sa.PrimaryKeyConstraint("journey_id", "version", name=op.f("pk_journey_approval")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _runs() -> None:
    op.create_table(
        "journey_run",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("journey_id", columns.Id(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("occurrence", columns.Words(), nullable=False),
        sa.Column("alone", columns.Whole(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("node", columns.Words(), nullable=False),
        sa.Column("rests", columns.Flag(), nullable=False),
        sa.Column("woken", columns.Flag(), nullable=False),
        sa.Column("until_at", columns.At(), nullable=True),
        sa.Column("due_at", columns.At(), nullable=True),
        sa.Column("entered_at", columns.At(), nullable=False),
        sa.Column("valid_until", columns.At(), nullable=False),
        sa.Column("ended_at", columns.At(), nullable=True),
        sa.Column("why", columns.Words(), nullable=False),
        sa.Column("attempts", columns.Whole(), nullable=False),
        sa.Column("error", columns.Words(), nullable=True),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)",
            name=op.f("ck_journey_run_ended_says_when"),
        ),
        sa.CheckConstraint(
            "state IN ('open','dead','ended')", name=op.f("ck_journey_run_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["journey.id"], name=op.f("fk_journey_run_journey_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_journey_run_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey_run")),
        sa.UniqueConstraint(
            "journey_id", "member_id", "occurrence", name="uq_journey_run_occurrence"
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "journey_run_alone",
        "journey_run",
        ["journey_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("alone = 1 AND ended_at IS NULL"),
        postgresql_where=sa.text("alone = 1 AND ended_at IS NULL"),
    )
    op.create_index(
        "journey_run_by_journey",
        "journey_run",
        ["journey_id", "state", "version", "node"],
        unique=False,
    )
    op.create_index(
        "journey_run_by_member", "journey_run", ["member_id", "entered_at"], unique=False
    )
    op.create_index(
        "journey_run_due",
        "journey_run",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def _on_the_way() -> None:
    op.create_table(
        "journey_wait",
        sa.Column("run_id", columns.Id(), nullable=False),
        sa.Column("fact", columns.Words(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("since", columns.At(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["journey_run.id"], name=op.f("fk_journey_wait_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_journey_wait")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("journey_wait_by_fact", "journey_wait", ["member_id", "fact"], unique=False)
    op.create_table(
        "journey_log",
        sa.Column("number", columns.Whole(), autoincrement=True, nullable=False),
        sa.Column("run_id", columns.Id(), nullable=False),
        sa.Column("from_node", columns.Words(), nullable=True),
        sa.Column("to_node", columns.Words(), nullable=True),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("why", columns.Words(), nullable=False),
        sa.Column("detail", columns.Words(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_journey_log")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("journey_log_by_run", "journey_log", ["run_id", "number"], unique=False)
    op.create_table(
        "effect",
        sa.Column("key", columns.Words(), nullable=False),
        sa.Column("run_id", columns.Id(), nullable=False),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("done", columns.Flag(), nullable=False),
        sa.Column("result", columns.Words(), nullable=True),
        sa.Column("cost_minor", columns.Whole(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_effect")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("effect_by_run", "effect", ["run_id"], unique=False)
    op.create_table(
        "journey_fire",
        sa.Column("journey_id", columns.Id(), nullable=False),
        sa.Column("period", columns.Words(), nullable=False),
        sa.Column("after_id", columns.Id(), nullable=False),
        sa.Column("entered", columns.Whole(), nullable=False),
        sa.Column("begun_at", columns.At(), nullable=False),
        sa.Column("finished_at", columns.At(), nullable=True),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["journey.id"], name=op.f("fk_journey_fire_journey_id")
        ),
        sa.PrimaryKeyConstraint("journey_id", "period", name=op.f("pk_journey_fire")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _tasks() -> None:
    op.create_table(
        "staff_task",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("effect_key", columns.Words(), nullable=False),
        sa.Column("journey_id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("text_zh", columns.Words(), nullable=False),
        sa.Column("text_en", columns.Words(), nullable=False),
        sa.Column("opened_at", columns.At(), nullable=False),
        sa.Column("done_at", columns.At(), nullable=True),
        sa.Column("done_by", columns.Words(), nullable=True),
        sa.Column("note", columns.Words(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_staff_task_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_task")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_staff_task_effect_key")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "staff_task_open",
        "staff_task",
        ["store_id", "opened_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def _campaigns() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("revision", columns.Whole(), nullable=False),
        sa.Column("definition", columns.Document(), nullable=False),
        sa.Column("audience", columns.Whole(), nullable=False),
        sa.Column("made_at", columns.At(), nullable=False),
        sa.Column("made_by", columns.Words(), nullable=False),
        sa.Column("approved_at", columns.At(), nullable=True),
        sa.Column("approved_by", columns.Words(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft','waiting','approved','ended')", name=op.f("ck_campaign_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "campaign_budget",
        sa.Column("campaign_id", columns.Id(), nullable=False),
        sa.Column("limit_minor", columns.Whole(), nullable=False),
        sa.Column("drawn_minor", columns.Whole(), nullable=False),
        sa.Column("messages_minor", columns.Whole(), nullable=False),
        sa.CheckConstraint(
            "drawn_minor >= 0 AND drawn_minor <= limit_minor",
            name=op.f("ck_campaign_budget_drawn_within_limit"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_budget_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaign_budget")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _simulations() -> None:
    op.create_table(
        "journey_simulation",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("journey_id", columns.Id(), nullable=False),
        sa.Column("definition", columns.Document(), nullable=False),
        sa.Column("since", columns.At(), nullable=False),
        sa.Column("until", columns.At(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("after_id", columns.Id(), nullable=False),
        sa.Column("done", columns.Whole(), nullable=False),
        sa.Column("total", columns.Whole(), nullable=False),
        sa.Column("found", columns.Document(), nullable=False),
        sa.Column("asked_at", columns.At(), nullable=False),
        sa.Column("asked_by", columns.Words(), nullable=False),
        sa.Column("finished_at", columns.At(), nullable=True),
        sa.CheckConstraint(
            "state IN ('running','done','stopped')", name=op.f("ck_journey_simulation_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["journey.id"], name=op.f("fk_journey_simulation_journey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey_simulation")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
