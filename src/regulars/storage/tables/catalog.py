"""What is sold: categories, products, variants, modifiers, combos, prices, sold-out."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index

from regulars.storage.columns import At, Document, Flag, Id, Whole, Words, table

tax_category = table(
    "tax_category",
    Column("code", Words(), primary_key=True),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("rate_basis_points", Whole(), nullable=False),
    Column("inclusive", Flag(), nullable=False),
    CheckConstraint("rate_basis_points BETWEEN 0 AND 10000", name="rate_sane"),
)

category = table(
    "category",
    Column("id", Id(), primary_key=True),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("position", Whole(), nullable=False),
)

product = table(
    "product",
    Column("id", Id(), primary_key=True),
    Column("code", Words(), nullable=False, unique=True),
    Column("category_id", Id(), ForeignKey("category.id"), nullable=False),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("kind", Words(), nullable=False),  # single | combo
    Column("tax_code", Words(), ForeignKey("tax_category.code"), nullable=False),
    Column("tags", Document(), nullable=False),
    Column("discountable", Flag(), nullable=False),
    Column("position", Whole(), nullable=False),
    Column("state", Words(), nullable=False),  # on_sale | withdrawn
    Column("revision", Whole(), nullable=False),
)

variant = table(
    "variant",
    Column("id", Id(), primary_key=True),
    Column("product_id", Id(), ForeignKey("product.id"), nullable=False),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("barcode", Words(), unique=True),
    Column("position", Whole(), nullable=False),
    Column("is_default", Flag(), nullable=False),
    Column("state", Words(), nullable=False),
    Column("cost_minor", Whole()),  # what one costs the shop; unknown is not nothing
)
Index("variant_by_product", variant.c.product_id)

modifier_group = table(
    "modifier_group",
    Column("id", Id(), primary_key=True),
    Column("code", Words(), nullable=False, unique=True),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("minimum", Whole(), nullable=False),
    Column("maximum", Whole(), nullable=False),
    CheckConstraint("0 <= minimum AND minimum <= maximum AND maximum >= 1", name="bounds"),
)

modifier_option = table(
    "modifier_option",
    Column("id", Id(), primary_key=True),
    Column("group_id", Id(), ForeignKey("modifier_group.id"), nullable=False),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("price_minor", Whole(), nullable=False),
    Column("count_max", Whole(), nullable=False),
    Column("is_default", Flag(), nullable=False),
    Column("position", Whole(), nullable=False),
    Column("state", Words(), nullable=False),
)

product_modifier = table(
    "product_modifier",
    Column("product_id", Id(), ForeignKey("product.id"), primary_key=True),
    Column("group_id", Id(), ForeignKey("modifier_group.id"), primary_key=True),
    Column("position", Whole(), nullable=False),
    rowid=False,
)

combo_slot = table(
    "combo_slot",
    Column("id", Id(), primary_key=True),
    Column("product_id", Id(), ForeignKey("product.id"), nullable=False),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("quantity", Whole(), nullable=False),
    Column("position", Whole(), nullable=False),
)

combo_choice = table(
    "combo_choice",
    Column("slot_id", Id(), ForeignKey("combo_slot.id"), primary_key=True),
    Column("variant_id", Id(), ForeignKey("variant.id"), primary_key=True),
    Column("extra_minor", Whole(), nullable=False),
    Column("position", Whole(), nullable=False),
    rowid=False,
)

price_list = table(
    "price_list",
    Column("id", Id(), primary_key=True),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("level", Words(), nullable=False),
    Column("place_id", Id()),
    Column("effective_at", At(), nullable=False),
    Column("ends_at", At()),
    Column("state", Words(), nullable=False),
)

# tier '' is the price for everybody; another tier's code is that tier's member price.
price = table(
    "price",
    Column("price_list_id", Id(), ForeignKey("price_list.id"), primary_key=True),
    Column("variant_id", Id(), ForeignKey("variant.id"), primary_key=True),
    Column("tier", Words(), primary_key=True),
    Column("amount_minor", Whole(), nullable=False),
    CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
    rowid=False,
)

# What a store has run out of: a product, one variant or one modifier option.
sold_out = table(
    "sold_out",
    Column("store_id", Id(), ForeignKey("store.id"), primary_key=True),
    Column("subject_id", Id(), primary_key=True),
    Column("since", At(), nullable=False),
    Column("until", At()),
    Column("by", Words(), nullable=False),
    rowid=False,
)
