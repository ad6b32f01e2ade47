"""Stored value: holds, refunds of top-ups, transfers, identity of card holders.

Why: prepaid money is kept, given back and moved line by line, as the law asks.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns, triggers

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.add_column(
        "top_up", sa.Column("points", columns.Whole(), nullable=False, server_default="0")
    )
    op.add_column("top_up", sa.Column("coupon_types", columns.Document(), nullable=True))
    for name in ("item_zh", "item_en", "reference"):
        op.add_column("top_up", sa.Column(name, columns.Words(), nullable=True))
    _holds()
    _given_back()
    _moved()
    _holders()
    triggers.run_files(op.get_bind(), "stored_value")


def _holds() -> None:
    op.create_table(
        "value_hold",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("purpose", columns.Words(), nullable=False),
        sa.Column("subject_id", columns.Id(), nullable=True),
        sa.Column("entry_id", columns.Id(), nullable=False),
        sa.Column("made_at", columns.At(), nullable=False),
        sa.Column("made_by", columns.Words(), nullable=False),
        sa.Column("expires_at", columns.At(), nullable=False),
        sa.Column("principal_minor", columns.Whole(), nullable=False),
        sa.Column("bonus_minor", columns.Whole(), nullable=False),
        sa.Column("points", columns.Whole(), nullable=False),
        sa.CheckConstraint(
            "principal_minor + bonus_minor + points > 0", name=op.f("ck_value_hold_holds_something")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_value_hold_member_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_value_hold_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_hold")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("value_hold_by_member", "value_hold", ["member_id", "made_at"], unique=False)
    op.create_table(
        "value_hold_open",
        sa.Column("hold_id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("expires_at", columns.At(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["value_hold.id"], name=op.f("fk_value_hold_open_hold_id")
        ),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_value_hold_open")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("value_hold_open_by_end", "value_hold_open", ["expires_at"], unique=False)
    op.create_index("value_hold_open_by_member", "value_hold_open", ["member_id"], unique=False)
    op.create_table(
        "value_hold_end",
        sa.Column("hold_id", columns.Id(), nullable=False),
        sa.Column("entry_id", columns.Id(), nullable=False),
        sa.Column("outcome", columns.Words(), nullable=False),
        sa.Column("posted_principal_minor", columns.Whole(), nullable=False),
        sa.Column("posted_bonus_minor", columns.Whole(), nullable=False),
        sa.Column("posted_points", columns.Whole(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["value_hold.id"], name=op.f("fk_value_hold_end_hold_id")
        ),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_value_hold_end")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _given_back() -> None:
    op.create_table(
        "top_up_refund",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("top_up_id", columns.Id(), nullable=False),
        sa.Column("number", columns.Whole(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("business_day", columns.Day(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("reason", columns.Words(), nullable=False),
        sa.Column("tender", columns.Words(), nullable=False),
        sa.Column("principal_minor", columns.Whole(), nullable=False),
        sa.Column("bonus_forfeited_minor", columns.Whole(), nullable=False),
        sa.Column("points_taken_back", columns.Whole(), nullable=False),
        sa.Column("coupons_voided", columns.Whole(), nullable=False),
        sa.Column("law_rule", columns.Words(), nullable=True),
        sa.Column("entry_id", columns.Id(), nullable=False),
        sa.CheckConstraint("principal_minor > 0", name=op.f("ck_top_up_refund_principal_positive")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_top_up_refund_member_id")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_top_up_refund_store_id")),
        sa.ForeignKeyConstraint(
            ["top_up_id"], ["top_up.id"], name=op.f("fk_top_up_refund_top_up_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_top_up_refund")),
        sa.UniqueConstraint("top_up_id", "number", name=op.f("uq_top_up_refund_top_up_id_number")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _moved() -> None:
    op.create_table(
        "value_transfer",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("from_member_id", columns.Id(), nullable=False),
        sa.Column("to_member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("reason", columns.Words(), nullable=False),
        sa.Column("principal_minor", columns.Whole(), nullable=False),
        sa.Column("bonus_minor", columns.Whole(), nullable=False),
        sa.CheckConstraint(
            "from_member_id <> to_member_id", name=op.f("ck_value_transfer_members_differ")
        ),
        sa.ForeignKeyConstraint(
            ["from_member_id"], ["member.id"], name=op.f("fk_value_transfer_from_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_value_transfer_store_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_member_id"], ["member.id"], name=op.f("fk_value_transfer_to_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_transfer")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "value_transfer_by_giver", "value_transfer", ["from_member_id", "at"], unique=False
    )
    op.create_index(
        "value_transfer_by_taker", "value_transfer", ["to_member_id", "at"], unique=False
    )
    op.create_table(
        "value_reactivation",
        sa.Column("lot_id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("reason", columns.Words(), nullable=False),
        sa.Column("principal_minor", columns.Whole(), nullable=False),
        sa.Column("entry_id", columns.Id(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_value_reactivation_lot_id")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_value_reactivation_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_value_reactivation_store_id")
        ),
        sa.PrimaryKeyConstraint("lot_id", name=op.f("pk_value_reactivation")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "value_freeze",
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("since", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("reason", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_value_freeze_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_value_freeze")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _holders() -> None:
    op.create_table(
        "card_event",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("blind_index", columns.Bytes(), nullable=True),
        sa.Column("at", columns.At(), nullable=False),
        sa.Column("by", columns.Words(), nullable=False),
        sa.Column("reason", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_card_event_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_event")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("card_event_by_member", "card_event", ["member_id", "at"], unique=False)
    op.create_table(
        "value_identity",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("member_id", columns.Id(), nullable=False),
        sa.Column("wrapped_key", columns.Bytes(), nullable=True),
        sa.Column("name", columns.Bytes(), nullable=False),
        sa.Column("document_kind", columns.Words(), nullable=False),
        sa.Column("document_number", columns.Bytes(), nullable=False),
        sa.Column("contact", columns.Bytes(), nullable=False),
        sa.Column("recorded_at", columns.At(), nullable=False),
        sa.Column("recorded_by", columns.Words(), nullable=False),
        sa.Column("keep_until", columns.Day(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_value_identity_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_identity")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "value_identity_by_member", "value_identity", ["member_id", "recorded_at"], unique=False
    )
