"""Referrals, groups of buyers, passes.

Why: value that depends on others, or on visits to come, has its state in one place.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "referral",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("programme_id", columns.Id(), nullable=False),
        sa.Column("programme_version", columns.Whole(), nullable=False),
        sa.Column("inviter_id", columns.Id(), nullable=False),
        sa.Column("invited_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("terminal_id", columns.Id(), nullable=True),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("due_at", columns.At(), nullable=False),
        sa.Column("order_id", columns.Id(), nullable=True),
        sa.Column("min_due_minor", columns.Whole(), nullable=False),
        sa.Column("ended_because", columns.Words(), nullable=True),
        sa.Column("ended_at", columns.At(), nullable=True),
        sa.Column("inviter_rewarded", columns.Flag(), nullable=False),
        sa.Column("invited_rewarded", columns.Flag(), nullable=False),
        sa.CheckConstraint("inviter_id <> invited_id", name=op.f("ck_referral_two_people")),
        sa.ForeignKeyConstraint(["invited_id"], ["member.id"], name=op.f("fk_referral_invited_id")),
        sa.ForeignKeyConstraint(["inviter_id"], ["member.id"], name=op.f("fk_referral_inviter_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_referral_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("invited_id", name=op.f("uq_referral_invited_id")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("referral_by_due", "referral", ["state", "due_at"], unique=False)
    op.create_index("referral_by_inviter", "referral", ["inviter_id", "at"], unique=False)
    op.create_index("referral_by_place", "referral", ["store_id", "at"], unique=False)
    op.create_table(
        "referral_evidence",
        sa.Column("referral_id", columns.Id(), nullable=False),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("subject_id", columns.Id(), nullable=True),
        sa.Column("found", columns.Whole(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_referral_evidence_referral_id")
        ),
        sa.PrimaryKeyConstraint("referral_id", "kind", name=op.f("pk_referral_evidence")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "identity_past",
        sa.Column("blind_index", columns.Bytes(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("removed_at", columns.At(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_identity_past_member_id")
        ),
        sa.PrimaryKeyConstraint("blind_index", "member_id", name=op.f("pk_identity_past")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("identity_past_by_member", "identity_past", ["member_id"], unique=False)
    op.create_table(
        "buying_group",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("programme_id", columns.Id(), nullable=False),
        sa.Column("programme_version", columns.Whole(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("opened_at", columns.At(), nullable=False),
        sa.Column("ends_at", columns.At(), nullable=False),
        sa.Column("price_minor", columns.Whole(), nullable=False),
        sa.Column("seats", columns.Whole(), nullable=False),
        sa.Column("seats_taken", columns.Whole(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("closed_at", columns.At(), nullable=True),
        sa.CheckConstraint(
            "state <> 'filled' OR seats_taken = seats", name=op.f("ck_buying_group_filled_is_full")
        ),
        sa.CheckConstraint(
            "seats_taken BETWEEN 0 AND seats", name=op.f("ck_buying_group_seats_enough")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_buying_group_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buying_group")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("buying_group_by_end", "buying_group", ["state", "ends_at"], unique=False)
    op.create_index(
        "buying_group_by_programme", "buying_group", ["programme_id", "state"], unique=False
    )
    op.create_table(
        "group_seat",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("group_id", columns.Id(), nullable=False),
        sa.Column("number", columns.Whole(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("terminal_id", columns.Id(), nullable=False),
        sa.Column("taken_at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("tender", columns.Words(), nullable=False),
        sa.Column("reference", columns.Words(), nullable=True),
        sa.Column("amount_minor", columns.Whole(), nullable=False),
        sa.Column("hold_id", columns.Id(), nullable=True),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("coupon_id", columns.Id(), nullable=True),
        sa.Column("closed_at", columns.At(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_group_seat_amount_positive")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["buying_group.id"], name=op.f("fk_group_seat_group_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_group_seat_member_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_group_seat_store_id")),
        sa.ForeignKeyConstraint(
            ["terminal_id"], ["terminal.id"], name=op.f("fk_group_seat_terminal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_seat")),
        sa.UniqueConstraint("group_id", "member_id", name=op.f("uq_group_seat_group_id_member_id")),
        sa.UniqueConstraint("group_id", "number", name=op.f("uq_group_seat_group_id_number")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("group_seat_by_member", "group_seat", ["member_id", "taken_at"], unique=False)
    op.create_index("group_seat_by_state", "group_seat", ["state", "store_id"], unique=False)
    op.create_table(
        "member_pass",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("programme_id", columns.Id(), nullable=False),
        sa.Column("programme_version", columns.Whole(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("sold_at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("tender", columns.Words(), nullable=False),
        sa.Column("unit", columns.Words(), nullable=False),
        sa.Column("lot_id", columns.Id(), nullable=False),
        sa.Column("price_minor", columns.Whole(), nullable=False),
        sa.Column("uses", columns.Whole(), nullable=False),
        sa.Column("used", columns.Whole(), nullable=False),
        sa.Column("deferred_minor", columns.Whole(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("ends_on", columns.Day(), nullable=False),
        sa.Column("remind_on", columns.Day(), nullable=False),
        sa.Column("reminded", columns.Flag(), nullable=False),
        sa.Column("frozen_on", columns.Day(), nullable=True),
        sa.Column("frozen_until", columns.Day(), nullable=True),
        sa.Column("frozen_days", columns.Whole(), nullable=False),
        sa.CheckConstraint(
            "deferred_minor BETWEEN 0 AND price_minor", name=op.f("ck_member_pass_deferred_within")
        ),
        sa.CheckConstraint(
            "(state = 'frozen') = (frozen_on IS NOT NULL)", name=op.f("ck_member_pass_frozen_since")
        ),
        sa.CheckConstraint("used BETWEEN 0 AND uses", name=op.f("ck_member_pass_used_within")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_pass_member_id")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_member_pass_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_pass")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("member_pass_by_end", "member_pass", ["state", "ends_on"], unique=False)
    op.create_index("member_pass_by_member", "member_pass", ["member_id", "sold_at"], unique=False)
    op.create_index(
        "member_pass_by_reminder", "member_pass", ["reminded", "remind_on"], unique=False
    )
    op.create_table(
        "pass_use",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("pass_id", columns.Id(), nullable=False),
        sa.Column("number", columns.Whole(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("business_day", columns.Day(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("terminal_id", columns.Id(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("uses", columns.Whole(), nullable=False),
        sa.Column("value_minor", columns.Whole(), nullable=False),
        sa.Column("entry_id", columns.Id(), nullable=False),
        sa.Column("coupons", columns.Document(), nullable=False),
        sa.Column("undoes", columns.Id(), nullable=True),
        sa.CheckConstraint(
            "(uses > 0) = (undoes IS NULL)", name=op.f("ck_pass_use_undone_by_a_row")
        ),
        sa.ForeignKeyConstraint(["pass_id"], ["member_pass.id"], name=op.f("fk_pass_use_pass_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_pass_use_store_id")),
        sa.ForeignKeyConstraint(
            ["terminal_id"], ["terminal.id"], name=op.f("fk_pass_use_terminal_id")
        ),
        sa.ForeignKeyConstraint(["undoes"], ["pass_use.id"], name=op.f("fk_pass_use_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass_use")),
        sa.UniqueConstraint("pass_id", "number", name=op.f("uq_pass_use_pass_id_number")),
        sa.UniqueConstraint("undoes", name=op.f("uq_pass_use_undoes")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pass_event",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("pass_id", columns.Id(), nullable=False),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=True),
        sa.Column("days", columns.Whole(), nullable=True),
        sa.Column("from_member_id", columns.Id(), nullable=True),
        sa.Column("to_member_id", columns.Id(), nullable=True),
        sa.Column("amount_minor", columns.Whole(), nullable=False),
        sa.Column("paid_back_minor", columns.Whole(), nullable=False),
        sa.Column("reason", columns.Words(), nullable=True),
        sa.CheckConstraint(
            "paid_back_minor BETWEEN 0 AND amount_minor",
            name=op.f("ck_pass_event_paid_back_within"),
        ),
        sa.ForeignKeyConstraint(
            ["pass_id"], ["member_pass.id"], name=op.f("fk_pass_event_pass_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass_event")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("pass_event_by_pass", "pass_event", ["pass_id", "at"], unique=False)
    triggers.run_files(op.get_bind(), "groups")
