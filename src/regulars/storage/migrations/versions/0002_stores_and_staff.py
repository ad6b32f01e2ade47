"""The organisation with its stores and terminals, staff, sessions, API keys and Terms.

Why: who acts, where, and by which settings.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "api_key",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("secret_hash", columns.Bytes(), nullable=False),
        sa.Column("permissions", columns.Document(), nullable=False),
        sa.Column("level", columns.Words(), nullable=False),
        sa.Column("place_id", columns.Id(), nullable=False),
        sa.Column("created_by", columns.Words(), nullable=False),
        sa.Column("created_at", columns.At(), nullable=False),
        sa.Column("expires_at", columns.At(), nullable=False),
        sa.Column("used_at", columns.At(), nullable=True),
        sa.Column("revoked_at", columns.At(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_key_secret_hash")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "attempt",
        sa.Column("subject", columns.Bytes(), nullable=False),
        sa.Column("failures", columns.Whole(), nullable=False),
        sa.Column("window_at", columns.At(), nullable=False),
        sa.Column("locked_until", columns.At(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_attempt")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "organisation",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("currency", columns.Words(), nullable=False),
        sa.Column("country", columns.Words(), nullable=False),
        sa.Column("created_at", columns.At(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "region",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "setting",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("field", columns.Words(), nullable=False),
        sa.Column("level", columns.Words(), nullable=False),
        sa.Column("place_id", columns.Id(), nullable=True),
        sa.Column("value", columns.Document(), nullable=False),
        sa.Column("effective_at", columns.At(), nullable=False),
        sa.Column("version", columns.Whole(), nullable=False),
        sa.Column("locked", columns.Flag(), nullable=False),
        sa.Column("low", columns.Whole(), nullable=True),
        sa.Column("high", columns.Whole(), nullable=True),
        sa.Column("recorded_at", columns.At(), nullable=False),
        sa.Column("recorded_by", columns.Words(), nullable=False),
        sa.CheckConstraint(
            "level IN ('organisation','region','store')", name=op.f("ck_setting_level_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint(
            "field",
            "level",
            "place_id",
            "version",
            name=op.f("uq_setting_field_level_place_id_version"),
        ),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "staff",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("login", columns.Words(), nullable=False),
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("password_hash", columns.Words(), nullable=True),
        sa.Column("pin_hash", columns.Words(), nullable=True),
        sa.Column("one_time_hash", columns.Words(), nullable=True),
        sa.Column("one_time_until", columns.At(), nullable=True),
        sa.Column("language", columns.Words(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("revision", columns.Whole(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "staff_role",
        sa.Column("staff_id", columns.Id(), nullable=False),
        sa.Column("role", columns.Words(), nullable=False),
        sa.Column("level", columns.Words(), nullable=False),
        sa.Column("place_id", columns.Id(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_role_staff_id")),
        sa.PrimaryKeyConstraint(
            "staff_id", "role", "level", "place_id", name=op.f("pk_staff_role")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "store",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("region_id", columns.Id(), nullable=False),
        sa.Column("code", columns.Words(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("zone", columns.Words(), nullable=False),
        sa.Column("cut_off_minutes", columns.Whole(), nullable=False),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_store_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store")),
        sa.UniqueConstraint("code", name=op.f("uq_store_code")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "terminal",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("letter", columns.Words(), nullable=False),
        sa.Column("name", columns.Words(), nullable=False),
        sa.Column("secret_hash", columns.Bytes(), nullable=True),
        sa.Column("bound_at", columns.At(), nullable=True),
        sa.Column("state", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_terminal_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal")),
        sa.UniqueConstraint("store_id", "letter", name=op.f("uq_terminal_store_id_letter")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "session",
        sa.Column("token_hash", columns.Bytes(), nullable=False),
        sa.Column("staff_id", columns.Id(), nullable=False),
        sa.Column("terminal_id", columns.Id(), nullable=True),
        sa.Column("method", columns.Words(), nullable=False),
        sa.Column("created_at", columns.At(), nullable=False),
        sa.Column("seen_at", columns.At(), nullable=False),
        sa.Column("expires_at", columns.At(), nullable=False),
        sa.Column("ended_at", columns.At(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_session_staff_id")),
        sa.ForeignKeyConstraint(
            ["terminal_id"], ["terminal.id"], name=op.f("fk_session_terminal_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("session_by_staff", "session", ["staff_id"], unique=False)
    op.create_table(
        "terminal_counter",
        sa.Column("terminal_id", columns.Id(), nullable=False),
        sa.Column("business_day", columns.Whole(), nullable=False),
        sa.Column("number", columns.Whole(), nullable=False),
        sa.ForeignKeyConstraint(
            ["terminal_id"], ["terminal.id"], name=op.f("fk_terminal_counter_terminal_id")
        ),
        sa.PrimaryKeyConstraint("terminal_id", "business_day", name=op.f("pk_terminal_counter")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
