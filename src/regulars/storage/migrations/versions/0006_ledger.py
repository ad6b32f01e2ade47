"""Accounts, entries, postings, lots and their uses.

Why: points and stored value move by postings only.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "account",
        sa.Column("id", columns.Whole(), autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Id(), nullable=True),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("unit", columns.Words(), nullable=False),
        sa.Column("cached", columns.Flag(), nullable=False),
        sa.Column("floor", columns.Whole(), nullable=True),
        sa.Column("balance", columns.Whole(), server_default="0", nullable=False),
        sa.Column("version", columns.Whole(), server_default="0", nullable=False),
        sa.Column("state", columns.Words(), server_default="open", nullable=False),
        sa.CheckConstraint(
            "state IN ('open','frozen','closed')", name=op.f("ck_account_state_known")
        ),
        sa.CheckConstraint("floor IS NULL OR balance >= floor", name=op.f("ck_account_floor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("id", "unit", name=op.f("uq_account_id_unit")),
        sa.UniqueConstraint("owner_id", "kind", "unit", name=op.f("uq_account_owner_id_kind_unit")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "entry",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("business_id", columns.Words(), nullable=False),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("occurred_at", columns.At(), nullable=False),
        sa.Column("recorded_at", columns.At(), nullable=False),
        sa.Column("business_day", columns.Day(), nullable=False),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("actor", columns.Words(), nullable=False),
        sa.Column("command_id", columns.Id(), nullable=False),
        sa.Column("subject_id", columns.Id(), nullable=True),
        sa.Column("reverses", columns.Id(), nullable=True),
        sa.Column("postings", columns.Whole(), nullable=False),
        sa.ForeignKeyConstraint(["reverses"], ["entry.id"], name=op.f("fk_entry_reverses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("business_id", name=op.f("uq_entry_business_id")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("entry_by_subject", "entry", ["subject_id"], unique=False)
    op.create_table(
        "lot",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("account_id", columns.Whole(), nullable=False),
        sa.Column("amount", columns.Whole(), nullable=False),
        sa.Column("remaining", columns.Whole(), nullable=False),
        sa.Column("acquired_at", columns.At(), nullable=False),
        sa.Column("expires_on", columns.Day(), nullable=True),
        sa.Column("entry_id", columns.Id(), nullable=False),
        sa.Column("origin", columns.Words(), nullable=False),
        sa.Column("pair_id", columns.Id(), nullable=True),
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_lot_amount_positive")),
        sa.CheckConstraint(
            "remaining >= 0 AND remaining <= amount", name=op.f("ck_lot_remaining_in_range")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_lot_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "lot_open",
        "lot",
        ["account_id", "acquired_at"],
        unique=False,
        sqlite_where=sa.text("remaining > 0"),
        postgresql_where=sa.text("remaining > 0"),
    )
    op.create_table(
        "posting",
        sa.Column("entry_id", columns.Id(), nullable=False),
        sa.Column("number", columns.Whole(), nullable=False),
        sa.Column("unit", columns.Words(), nullable=False),
        sa.Column("from_account", columns.Whole(), nullable=False),
        sa.Column("to_account", columns.Whole(), nullable=False),
        sa.Column("amount", columns.Whole(), nullable=False),
        sa.Column("from_version", columns.Whole(), nullable=True),
        sa.Column("from_after", columns.Whole(), nullable=True),
        sa.Column("to_version", columns.Whole(), nullable=True),
        sa.Column("to_after", columns.Whole(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_posting_amount_positive")),
        sa.CheckConstraint("from_account <> to_account", name=op.f("ck_posting_accounts_differ")),
        sa.ForeignKeyConstraint(
            ["from_account", "unit"],
            ["account.id", "account.unit"],
            name=op.f("fk_posting_from_account_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["to_account", "unit"],
            ["account.id", "account.unit"],
            name=op.f("fk_posting_to_account_unit"),
        ),
        sa.PrimaryKeyConstraint("entry_id", "number", name=op.f("pk_posting")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "posting_by_from",
        "posting",
        ["from_account", "from_version"],
        unique=True,
        sqlite_where=sa.text("from_version IS NOT NULL"),
        postgresql_where=sa.text("from_version IS NOT NULL"),
    )
    op.create_index(
        "posting_by_to",
        "posting",
        ["to_account", "to_version"],
        unique=True,
        sqlite_where=sa.text("to_version IS NOT NULL"),
        postgresql_where=sa.text("to_version IS NOT NULL"),
    )
    op.create_table(
        "lot_use",
        sa.Column("lot_id", columns.Id(), nullable=False),
        sa.Column("entry_id", columns.Id(), nullable=False),
        sa.Column("amount", columns.Whole(), nullable=False),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_lot_use_amount_not_zero")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_use_lot_id")),
        sa.PrimaryKeyConstraint("lot_id", "entry_id", "kind", name=op.f("pk_lot_use")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("lot_use_by_entry", "lot_use", ["entry_id"], unique=False)
