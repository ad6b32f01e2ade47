"""Group buying 拼团: groups with a fixed number of seats, and who paid for which.

What a seat paid lies in the store's deposits, or is held in the member's own stored value, until
the group is full or over.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint

from regulars.storage.columns import At, Id, Whole, Words, table

buying_group = table(
    "buying_group",
    Column("id", Id(), primary_key=True),
    Column("programme_id", Id(), nullable=False),
    Column("programme_version", Whole(), nullable=False),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("opened_at", At(), nullable=False),
    Column("ends_at", At(), nullable=False),
    Column("price_minor", Whole(), nullable=False),
    Column("seats", Whole(), nullable=False),
    Column("seats_taken", Whole(), nullable=False),
    Column("state", Words(), nullable=False),  # open | filled | expired
    Column("closed_at", At()),
    CheckConstraint("seats_taken BETWEEN 0 AND seats", name="seats_enough"),
    CheckConstraint("state <> 'filled' OR seats_taken = seats", name="filled_is_full"),
    info={"no_delete": True, "update_columns": ("seats_taken", "state", "closed_at")},
    rowid=False,
)
Index("buying_group_by_end", buying_group.c.state, buying_group.c.ends_at)
Index("buying_group_by_programme", buying_group.c.programme_id, buying_group.c.state)

group_seat = table(
    "group_seat",
    Column("id", Id(), primary_key=True),
    Column("group_id", Id(), ForeignKey("buying_group.id"), nullable=False),
    Column("number", Whole(), nullable=False),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    # Where it was paid: the money lies there, and goes back from there.
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("terminal_id", Id(), ForeignKey("terminal.id"), nullable=False),
    Column("taken_at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("tender", Words(), nullable=False),  # cash | external | stored_value
    Column("reference", Words()),  # of an external payment
    Column("amount_minor", Whole(), nullable=False),
    Column("hold_id", Id()),  # of stored value
    # taken | filled | refunded | returned (to stored value) | refund_due | paid_back
    Column("state", Words(), nullable=False),
    Column("coupon_id", Id()),
    Column("closed_at", At()),
    UniqueConstraint("group_id", "member_id"),
    UniqueConstraint("group_id", "number"),
    CheckConstraint("amount_minor > 0", name="amount_positive"),
    info={"no_delete": True, "update_columns": ("state", "coupon_id", "closed_at")},
    rowid=False,
)
Index("group_seat_by_member", group_seat.c.member_id, group_seat.c.taken_at)
Index("group_seat_by_state", group_seat.c.state, group_seat.c.store_id)
