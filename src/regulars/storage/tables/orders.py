"""Orders with their lines, adjustments per unit, payments and refunds. Paid is never edited."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    UniqueConstraint,
    literal_column,
)

from regulars.storage.columns import At, Day, Document, Id, Whole, Words, table

orders = table(
    "orders",
    Column("id", Id(), primary_key=True),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("terminal_id", Id(), ForeignKey("terminal.id"), nullable=False),
    Column("business_day", Day(), nullable=False),
    Column("number", Words(), nullable=False),
    Column("source", Words(), nullable=False),  # counter | table | takeaway | delivery | phone
    Column("member_id", Id(), ForeignKey("member.id")),
    Column("opened_by", Words(), nullable=False),
    Column("settled_by", Words()),
    Column("state", Words(), nullable=False),  # open | paid | part_refunded | refunded | cancelled
    Column("revision", Whole(), nullable=False),
    Column("opened_at", At(), nullable=False),
    Column("settled_at", At()),
    Column("list_minor", Whole(), nullable=False),
    Column("discount_minor", Whole(), nullable=False),
    Column("tax_minor", Whole(), nullable=False),
    Column("rounding_minor", Whole(), nullable=False),
    Column("due_minor", Whole(), nullable=False),
    Column("refunded_minor", Whole(), nullable=False),
    Column("points_earned", Whole(), nullable=False),
    Column("points_spent", Whole(), nullable=False),
    Column("growth_earned", Whole(), nullable=False),
    Column("tier", Words()),
    Column("note", Words()),
    # What its price was decided on: the guest as she was, goods and choices. A refund that prices
    # the rest anew reads it.
    Column("priced_with", Document()),
    UniqueConstraint("store_id", "business_day", "number"),
    CheckConstraint("refunded_minor >= 0 AND refunded_minor <= due_minor", name="refund_within"),
    rowid=False,
)
Index("orders_by_day", orders.c.store_id, orders.c.business_day, orders.c.id)
# What a member bought, and what all of them did, without a look at any order.
Index(
    "orders_by_member",
    orders.c.member_id,
    orders.c.id,
    orders.c.settled_at,
    orders.c.state,
    orders.c.store_id,
    orders.c.source,
    orders.c.due_minor,
    orders.c.refunded_minor,
)
# An order that waits is shown until it is paid or cancelled, whichever day it was opened on.
_waits = orders.c.state == literal_column("'open'")
Index(
    "orders_waiting",
    orders.c.store_id,
    orders.c.id,
    sqlite_where=_waits,
    postgresql_where=_waits,
)
# What members bought lately: a segment reads its window from here and touches no order.
_of_member = orders.c.member_id.is_not(None) & orders.c.settled_at.is_not(None)
Index(
    "orders_by_time",
    orders.c.settled_at,
    orders.c.member_id,
    orders.c.state,
    orders.c.store_id,
    orders.c.source,
    orders.c.due_minor,
    orders.c.refunded_minor,
    sqlite_where=_of_member,
    postgresql_where=_of_member,
)

# What reports add up, by store and day, without a look at any order.
_settled = orders.c.settled_at.is_not(None)
Index(
    "orders_counted",
    orders.c.store_id,
    orders.c.business_day,
    orders.c.member_id,
    orders.c.state,
    orders.c.settled_at,
    orders.c.source,
    orders.c.settled_by,
    orders.c.due_minor,
    orders.c.discount_minor,
    sqlite_where=_settled,
    postgresql_where=_settled,
)

# Names are snapshots: a receipt printed again next year reads as it did today.
order_line = table(
    "order_line",
    Column("order_id", Id(), ForeignKey("orders.id"), primary_key=True),
    Column("position", Whole(), primary_key=True),
    Column("id", Id(), nullable=False, unique=True),
    Column("product_id", Id(), nullable=False),
    Column("variant_id", Id(), nullable=False),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("quantity", Whole(), nullable=False),
    Column("options", Document(), nullable=False),
    Column("unit_list_minor", Whole(), nullable=False),
    Column("net_minor", Whole(), nullable=False),
    Column("tax_code", Words(), nullable=False),
    Column("tax_minor", Whole(), nullable=False),
    Column("units", Document(), nullable=False),  # per unit: [list, net, tax, due, points money]
    Column("state", Words(), nullable=False),  # open | void | sold
    Column("note", Words()),
    Column("kind", Words(), nullable=False, server_default="goods"),  # goods | fee
    Column("cost_minor", Whole()),  # of one unit, where it was known
    CheckConstraint("quantity > 0", name="quantity_positive"),
    rowid=False,
)

# One row per line and offer: the shares per unit, frozen at payment. Refunds read only these.
order_adjustment = table(
    "order_adjustment",
    Column("order_id", Id(), ForeignKey("orders.id"), primary_key=True),
    Column("number", Whole(), primary_key=True),
    Column("position", Whole(), nullable=False),
    Column("step", Words(), nullable=False),  # base | after_item | after_order | after_points
    Column("source", Words(), nullable=False),  # offer | coupon | tier | member_price | points
    Column("source_id", Id()),
    Column("coupon_id", Id()),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("amount_minor", Whole(), nullable=False),
    Column("units", Document(), nullable=False),
    Column("reason", Document(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

# Who bought a product, without a look at what else was sold.
Index("order_line_by_product", order_line.c.product_id, order_line.c.state, order_line.c.order_id)

# Change is a negative cash row of its own; a refund row names the payment that it gives back.
payment = table(
    "payment",
    Column("id", Id(), primary_key=True),
    Column("order_id", Id(), ForeignKey("orders.id"), nullable=False),
    Column("refund_id", Id(), ForeignKey("refund.id")),
    Column("kind", Words(), nullable=False),  # cash | change | stored_value | external
    Column("amount_minor", Whole(), nullable=False),
    Column("principal_minor", Whole(), nullable=False),
    Column("bonus_minor", Whole(), nullable=False),
    Column("at", At(), nullable=False),
    Column("store_id", Id(), nullable=False),
    Column("business_day", Day(), nullable=False),
    CheckConstraint("amount_minor <> 0", name="amount_not_zero"),
    info={"append_only": True},
    rowid=False,
)
Index("payment_by_order", payment.c.order_id)
# What was given back, by the day of the refund.
_given_back = payment.c.refund_id.is_not(None)
Index(
    "payment_given_back",
    payment.c.store_id,
    payment.c.business_day,
    sqlite_where=_given_back,
    postgresql_where=_given_back,
)

refund = table(
    "refund",
    Column("id", Id(), primary_key=True),
    Column("order_id", Id(), ForeignKey("orders.id"), nullable=False),
    Column("number", Whole(), nullable=False),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("reason", Words(), nullable=False),
    Column("amount_minor", Whole(), nullable=False),
    Column("rounding_minor", Whole(), nullable=False),
    Column("points_returned", Whole(), nullable=False),
    Column("points_taken_back", Whole(), nullable=False),
    Column("points_short", Whole(), nullable=False),
    Column("growth_taken_back", Whole(), nullable=False),
    Column("coupons_returned", Whole(), nullable=False),
    # One of: return_share, reprice_rest, house_fault.
    Column("plan", Words(), nullable=False, server_default="return_share"),
    Column("approved_by", Words()),
    # Earned points that were spent already and that the Terms let the guest keep.
    Column("points_forgiven", Whole(), nullable=False, server_default="0"),
    UniqueConstraint("order_id", "number"),
    info={"append_only": True},
    rowid=False,
)

# A unit is refunded once: the key says so.
refund_unit = table(
    "refund_unit",
    Column("order_id", Id(), ForeignKey("orders.id"), primary_key=True),
    Column("position", Whole(), primary_key=True),
    Column("unit", Whole(), primary_key=True),
    Column("refund_id", Id(), ForeignKey("refund.id"), nullable=False),
    Column("amount_minor", Whole(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

# What the kept units pay once a refund priced them anew; the shares of the sale stay as they were.
order_share = table(
    "order_share",
    Column("order_id", Id(), ForeignKey("orders.id"), primary_key=True),
    Column("version", Whole(), primary_key=True),
    Column("position", Whole(), primary_key=True),
    Column("unit", Whole(), primary_key=True),
    Column("net_minor", Whole(), nullable=False),
    Column("tax_minor", Whole(), nullable=False),
    Column("due_minor", Whole(), nullable=False),
    Column("points_minor", Whole(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

top_up = table(
    "top_up",
    Column("id", Id(), primary_key=True),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("terminal_id", Id(), ForeignKey("terminal.id"), nullable=False),
    Column("business_day", Day(), nullable=False),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("tender", Words(), nullable=False),
    Column("principal_minor", Whole(), nullable=False),
    Column("bonus_minor", Whole(), nullable=False),
    Column("entry_id", Id(), nullable=False),
    Column("terms_version", Whole(), nullable=False),
    # What its step gave beside bonus money, and the payment's own number at the other side.
    Column("points", Whole(), nullable=False, server_default="0"),
    Column("coupon_types", Document()),
    Column("item_zh", Words()),
    Column("item_en", Words()),
    Column("reference", Words()),
    info={"append_only": True},
    rowid=False,
)
Index("top_up_by_member", top_up.c.member_id, top_up.c.at)
# What was paid in on a day, without a look at years.
Index("top_up_by_day", top_up.c.store_id, top_up.c.business_day)
