"""Members, their identities, consents, figures and tiers.

Why: the product is centred on them; what names a person is ciphertext.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "organisation_key",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("organisation_id", columns.Id(), nullable=False),
        sa.Column("purpose", columns.Words(), nullable=False),
        sa.Column("wrapped", columns.Bytes(), nullable=False),
        sa.Column("created_at", columns.At(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('data','index','pepper')", name=op.f("ck_organisation_key_purpose_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_key")),
        sa.UniqueConstraint("purpose", name=op.f("uq_organisation_key_purpose")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wording",
        sa.Column("version", columns.Words(), nullable=False),
        sa.Column("purpose", columns.Words(), nullable=False),
        sa.Column("text_zh", columns.Words(), nullable=False),
        sa.Column("text_en", columns.Words(), nullable=False),
        sa.Column("since", columns.Day(), nullable=False),
        sa.PrimaryKeyConstraint("version", "purpose", name=op.f("pk_wording")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "member",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("joined_at", columns.At(), nullable=False),
        sa.Column("joined_store_id", columns.Id(), nullable=False),
        sa.Column("joined_via", columns.Words(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("language", columns.Words(), nullable=False),
        sa.Column("wrapped_key", columns.Bytes(), nullable=True),
        sa.Column("name", columns.Bytes(), nullable=True),
        sa.Column("birthday", columns.Bytes(), nullable=True),
        sa.Column("address", columns.Bytes(), nullable=True),
        sa.Column("gender", columns.Bytes(), nullable=True),
        sa.Column("likes", columns.Bytes(), nullable=True),
        sa.Column("taboos", columns.Bytes(), nullable=True),
        sa.Column("revision", columns.Whole(), nullable=False),
        sa.ForeignKeyConstraint(
            ["joined_store_id"], ["store.id"], name=op.f("fk_member_joined_store_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "consent",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("channel", columns.Words(), nullable=False),
        sa.Column("purpose", columns.Words(), nullable=False),
        sa.Column("granted", columns.Flag(), nullable=False),
        sa.Column("wording_version", columns.Words(), nullable=False),
        sa.Column("language", columns.Words(), nullable=False),
        sa.Column("source", columns.Words(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_consent_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "consent_by_member", "consent", ["member_id", "channel", "purpose", "at"], unique=False
    )
    op.create_table(
        "identity",
        sa.Column("blind_index", columns.Bytes(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("value", columns.Bytes(), nullable=False),
        sa.Column("added_at", columns.At(), nullable=False),
        sa.Column("verified_at", columns.At(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_identity_member_id")),
        sa.PrimaryKeyConstraint("blind_index", name=op.f("pk_identity")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("identity_by_member", "identity", ["member_id"], unique=False)
    op.create_table(
        "member_stats",
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("tier", columns.Words(), nullable=False),
        sa.Column("tier_since", columns.At(), nullable=False),
        sa.Column("visits", columns.Whole(), nullable=False),
        sa.Column("spent_minor", columns.Whole(), nullable=False),
        sa.Column("first_visit_at", columns.At(), nullable=True),
        sa.Column("last_visit_at", columns.At(), nullable=True),
        sa.CheckConstraint("visits >= 0", name=op.f("ck_member_stats_visits_not_negative")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_stats_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member_stats")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tier_period",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("tier", columns.Words(), nullable=False),
        sa.Column("since", columns.At(), nullable=False),
        sa.Column("cause", columns.Words(), nullable=False),
        sa.Column("growth_value", columns.Whole(), nullable=False),
        sa.Column("terms_version", columns.Whole(), nullable=False),
        sa.Column("subject_id", columns.Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_tier_period_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_period")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("tier_period_by_member", "tier_period", ["member_id", "since"], unique=False)
