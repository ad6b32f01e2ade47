"""Messaging.

Why: a shop speaks to its members, each message once, allowed, explained and within her caps.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    _templates()
    _message()
    _message_event()
    _caps()
    _addresses()
    triggers.run_files(op.get_bind(), "messaging")


def _templates() -> None:
    op.create_table(
        "message_template",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("code", columns.Words(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.CheckConstraint(
            "state IN ('active','stopped')", name=op.f("ck_message_template_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_template")),
        sa.UniqueConstraint("code", name=op.f("uq_message_template_code")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "message_template_version",
        sa.Column("template_id", columns.Id(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("purpose", columns.Words(), nullable=False),
        sa.Column("category", columns.Words(), nullable=False),
        sa.Column("body", columns.Document(), nullable=False),
        sa.Column("recorded_at", columns.At(), nullable=False),
        sa.Column("recorded_by", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["message_template.id"],
            name=op.f("fk_message_template_version_template_id"),
        ),
        sa.PrimaryKeyConstraint("template_id", "version", name=op.f("pk_message_template_version")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("effect_key", columns.Words(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("template_id", columns.Id(), nullable=False),
        sa.Column("template_version", columns.Whole(), nullable=False),
        sa.Column("purpose", columns.Words(), nullable=False),
        sa.Column("category", columns.Words(), nullable=False),
        sa.Column("channel", columns.Words(), nullable=False),
        sa.Column("other_channels", columns.Document(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("reason", columns.Words(), nullable=True),
        sa.Column("detail", columns.Words(), nullable=True),
        sa.Column("planned_at", columns.At(), nullable=False),
        sa.Column("due_at", columns.At(), nullable=False),
        sa.Column("valid_until", columns.At(), nullable=False),
        sa.Column("lease_id", columns.Id(), nullable=True),
        sa.Column("lease_until", columns.At(), nullable=True),
        sa.Column("handed_at", columns.At(), nullable=True),
        sa.Column("ended_at", columns.At(), nullable=True),
        sa.Column("attempts", columns.Whole(), nullable=False),
        sa.Column("refused_by", columns.Document(), nullable=False),
        sa.Column("provider", columns.Words(), nullable=True),
        sa.Column("provider_id", columns.Words(), nullable=True),
        sa.Column("campaign_id", columns.Id(), nullable=True),
        sa.Column("journey_id", columns.Id(), nullable=True),
        sa.Column("run_id", columns.Id(), nullable=True),
        sa.Column("segment_id", columns.Id(), nullable=True),
        sa.Column("coupon_id", columns.Id(), nullable=True),
        sa.Column("variant", columns.Words(), nullable=True),
        sa.Column("held_out", columns.Flag(), nullable=False),
        sa.Column("expected_value_minor", columns.Whole(), nullable=False),
        sa.Column("priority", columns.Whole(), nullable=False),
        sa.Column("given", columns.Document(), nullable=False),
        sa.Column("language", columns.Words(), nullable=True),
        sa.Column("address_index", columns.Bytes(), nullable=True),
        sa.Column("consent_id", columns.Id(), nullable=True),
        sa.Column("parts", columns.Whole(), nullable=False),
        sa.Column("reserved_micro", columns.Whole(), nullable=False),
        sa.Column("cost_micro", columns.Whole(), nullable=True),
        sa.Column("text", columns.Bytes(), nullable=True),
        sa.CheckConstraint(
            "attempts >= 0 AND parts >= 0 AND reserved_micro >= 0",
            name=op.f("ck_message_not_negative"),
        ),
        sa.CheckConstraint("valid_until > planned_at", name=op.f("ck_message_valid_when_planned")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_message_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_message_effect_key")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "message_by_campaign",
        "message",
        ["campaign_id", "state"],
        unique=False,
        sqlite_where=sa.text("campaign_id IS NOT NULL"),
        postgresql_where=sa.text("campaign_id IS NOT NULL"),
    )
    op.create_index(
        "message_by_lease",
        "message",
        ["lease_id"],
        unique=False,
        sqlite_where=sa.text("lease_id IS NOT NULL"),
        postgresql_where=sa.text("lease_id IS NOT NULL"),
    )
    op.create_index("message_by_member", "message", ["member_id", "planned_at"], unique=False)
    op.create_index(
        "message_by_provider",
        "message",
        ["provider", "provider_id"],
        unique=False,
        sqlite_where=sa.text("provider_id IS NOT NULL"),
        postgresql_where=sa.text("provider_id IS NOT NULL"),
    )
    op.create_index(
        "message_due",
        "message",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued')"),
        postgresql_where=sa.text("state IN ('queued')"),
    )
    op.create_index(
        "message_open",
        "message",
        ["state", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('leased', 'handed', 'accepted', 'unknown', 'failed')"),
        postgresql_where=sa.text("state IN ('leased', 'handed', 'accepted', 'unknown', 'failed')"),
    )
    op.create_index(
        "message_waiting",
        "message",
        ["member_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'leased')"),
        postgresql_where=sa.text("state IN ('queued', 'leased')"),
    )


def _message_event() -> None:
    op.create_table(
        "message_event",
        sa.Column("number", columns.Whole(), autoincrement=True, nullable=False),
        sa.Column("message_id", columns.Id(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("reason", columns.Words(), nullable=True),
        sa.Column("detail", columns.Words(), nullable=True),
        sa.Column("by", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_event_message_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_message_event")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("message_event_by_message", "message_event", ["message_id"], unique=False)


def _caps() -> None:
    op.create_table(
        "contact_slot",
        sa.Column("message_id", columns.Id(), nullable=False),
        sa.Column("key", columns.Bytes(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("released_at", columns.At(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", "key", name=op.f("pk_contact_slot")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "contact_slot_taken",
        "contact_slot",
        ["key", "at"],
        unique=False,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "contact_lock",
        sa.Column("key", columns.Bytes(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_contact_lock")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "message_budget",
        sa.Column("campaign_id", columns.Id(), nullable=False),
        sa.Column("limit_micro", columns.Whole(), nullable=False),
        sa.Column("used_micro", columns.Whole(), nullable=False),
        sa.CheckConstraint(
            "used_micro >= 0 AND used_micro <= limit_micro",
            name=op.f("ck_message_budget_within_limit"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_message_budget")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _addresses() -> None:
    op.create_table(
        "contact_point",
        sa.Column("blind_index", columns.Bytes(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("channel", columns.Words(), nullable=False),
        sa.Column("value", columns.Bytes(), nullable=False),
        sa.Column("added_at", columns.At(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('push','wechat','wecom','webhook')",
            name=op.f("ck_contact_point_channel_known"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_contact_point_member_id")
        ),
        sa.PrimaryKeyConstraint("blind_index", name=op.f("pk_contact_point")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("contact_point_by_member", "contact_point", ["member_id"], unique=False)
    op.create_table(
        "address_stop",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("blind_index", columns.Bytes(), nullable=False),
        sa.Column("channel", columns.Words(), nullable=False),
        sa.Column("purpose", columns.Words(), nullable=False),
        sa.Column("source", columns.Words(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_stop")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("address_stop_by_address", "address_stop", ["blind_index"], unique=False)
