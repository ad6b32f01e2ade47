"""Products with variants, modifiers and combos, price lists, taxes, and what is sold out.

Why: what can be sold, and for how much.
"""

import sqlalchemy as sa
from alembic import op

from regulars.storage import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table(
        "category",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("position", columns.Whole(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "modifier_group",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("code", columns.Words(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("minimum", columns.Whole(), nullable=False),
        sa.Column("maximum", columns.Whole(), nullable=False),
        sa.CheckConstraint(
            "0 <= minimum AND minimum <= maximum AND maximum >= 1",
            name=op.f("ck_modifier_group_bounds"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_modifier_group")),
        sa.UniqueConstraint("code", name=op.f("uq_modifier_group_code")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "price_list",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("level", columns.Words(), nullable=False),
        sa.Column("place_id", columns.Id(), nullable=True),
        sa.Column("effective_at", columns.At(), nullable=False),
        sa.Column("ends_at", columns.At(), nullable=True),
        sa.Column("state", columns.Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_list")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "tax_category",
        sa.Column("code", columns.Words(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("rate_basis_points", columns.Whole(), nullable=False),
        sa.Column("inclusive", columns.Flag(), nullable=False),
        sa.CheckConstraint(
            "rate_basis_points BETWEEN 0 AND 10000", name=op.f("ck_tax_category_rate_sane")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_tax_category")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "modifier_option",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("group_id", columns.Id(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("price_minor", columns.Whole(), nullable=False),
        sa.Column("count_max", columns.Whole(), nullable=False),
        sa.Column("is_default", columns.Flag(), nullable=False),
        sa.Column("position", columns.Whole(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["modifier_group.id"], name=op.f("fk_modifier_option_group_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_modifier_option")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "product",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("code", columns.Words(), nullable=False),
        sa.Column("category_id", columns.Id(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("kind", columns.Words(), nullable=False),
        sa.Column("tax_code", columns.Words(), nullable=False),
        sa.Column("tags", columns.Document(), nullable=False),
        sa.Column("discountable", columns.Flag(), nullable=False),
        sa.Column("position", columns.Whole(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.Column("revision", columns.Whole(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_product_category_id")
        ),
        sa.ForeignKeyConstraint(
            ["tax_code"], ["tax_category.code"], name=op.f("fk_product_tax_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("code", name=op.f("uq_product_code")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "combo_slot",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("product_id", columns.Id(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("quantity", columns.Whole(), nullable=False),
        sa.Column("position", columns.Whole(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_combo_slot_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_combo_slot")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_table(
        "product_modifier",
        sa.Column("product_id", columns.Id(), nullable=False),
        sa.Column("group_id", columns.Id(), nullable=False),
        sa.Column("position", columns.Whole(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["modifier_group.id"], name=op.f("fk_product_modifier_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_modifier_product_id")
        ),
        sa.PrimaryKeyConstraint("product_id", "group_id", name=op.f("pk_product_modifier")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sold_out",
        sa.Column("store_id", columns.Id(), nullable=False),
        sa.Column("subject_id", columns.Id(), nullable=False),
        sa.Column("since", columns.At(), nullable=False),
        sa.Column("until", columns.At(), nullable=True),
        sa.Column("by", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_sold_out_store_id")),
        sa.PrimaryKeyConstraint("store_id", "subject_id", name=op.f("pk_sold_out")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "variant",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("product_id", columns.Id(), nullable=False),
        sa.Column("name_zh", columns.Words(), nullable=False),
        sa.Column("name_en", columns.Words(), nullable=False),
        sa.Column("barcode", columns.Words(), nullable=True),
        sa.Column("position", columns.Whole(), nullable=False),
        sa.Column("is_default", columns.Flag(), nullable=False),
        sa.Column("state", columns.Words(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_variant_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant")),
        sa.UniqueConstraint("barcode", name=op.f("uq_variant_barcode")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    op.create_index("variant_by_product", "variant", ["product_id"], unique=False)
    op.create_table(
        "combo_choice",
        sa.Column("slot_id", columns.Id(), nullable=False),
        sa.Column("variant_id", columns.Id(), nullable=False),
        sa.Column("extra_minor", columns.Whole(), nullable=False),
        sa.Column("position", columns.Whole(), nullable=False),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["combo_slot.id"], name=op.f("fk_combo_choice_slot_id")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_combo_choice_variant_id")
        ),
        sa.PrimaryKeyConstraint("slot_id", "variant_id", name=op.f("pk_combo_choice")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "price",
        sa.Column("price_list_id", columns.Id(), nullable=False),
        sa.Column("variant_id", columns.Id(), nullable=False),
        sa.Column("tier", columns.Words(), nullable=False),
        sa.Column("amount_minor", columns.Whole(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_price_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["price_list_id"], ["price_list.id"], name=op.f("fk_price_price_list_id")
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_price_variant_id")),
        sa.PrimaryKeyConstraint("price_list_id", "variant_id", "tier", name=op.f("pk_price")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
