"""Passes 次卡: so many uses paid at once, and every use, freeze, transfer and refund of them.

The uses themselves lie in the ledger, as one lot in the member's account of that kind of pass; what
a pass is worth and until when it runs is kept here.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint

from regulars.storage.columns import At, Day, Document, Flag, Id, Whole, Words, table

member_pass = table(
    "member_pass",
    Column("id", Id(), primary_key=True),
    Column("programme_id", Id(), nullable=False),
    Column("programme_version", Whole(), nullable=False),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    # Who sold it: the money that is not earned yet lies in this store's books.
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("sold_at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("tender", Words(), nullable=False),  # cash | external
    Column("unit", Words(), nullable=False),
    Column("lot_id", Id(), nullable=False),
    Column("price_minor", Whole(), nullable=False),
    Column("uses", Whole(), nullable=False),
    Column("used", Whole(), nullable=False),
    Column("deferred_minor", Whole(), nullable=False),
    Column("state", Words(), nullable=False),  # active | frozen | expired | refunded
    Column("ends_on", Day(), nullable=False),
    Column("remind_on", Day(), nullable=False),
    Column("reminded", Flag(), nullable=False),
    Column("frozen_on", Day()),
    Column("frozen_until", Day()),
    Column("frozen_days", Whole(), nullable=False),
    CheckConstraint("used BETWEEN 0 AND uses", name="used_within"),
    CheckConstraint("deferred_minor BETWEEN 0 AND price_minor", name="deferred_within"),
    CheckConstraint("(state = 'frozen') = (frozen_on IS NOT NULL)", name="frozen_since"),
    info={
        "no_delete": True,
        "update_columns": (
            "member_id",
            "lot_id",
            "used",
            "deferred_minor",
            "state",
            "ends_on",
            "remind_on",
            "reminded",
            "frozen_on",
            "frozen_until",
            "frozen_days",
        ),
    },
    rowid=False,
)
Index("member_pass_by_member", member_pass.c.member_id, member_pass.c.sold_at)
Index("member_pass_by_end", member_pass.c.state, member_pass.c.ends_on)
Index("member_pass_by_reminder", member_pass.c.reminded, member_pass.c.remind_on)

# A use that was a slip is undone by a row of its own with the signs turned.
pass_use = table(
    "pass_use",
    Column("id", Id(), primary_key=True),
    Column("pass_id", Id(), ForeignKey("member_pass.id"), nullable=False),
    Column("number", Whole(), nullable=False),
    Column("at", At(), nullable=False),
    Column("business_day", Day(), nullable=False),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("terminal_id", Id(), ForeignKey("terminal.id"), nullable=False),
    Column("by", Words(), nullable=False),
    Column("uses", Whole(), nullable=False),
    Column("value_minor", Whole(), nullable=False),
    Column("entry_id", Id(), nullable=False),
    Column("coupons", Document(), nullable=False),
    Column("undoes", Id(), ForeignKey("pass_use.id"), unique=True),
    UniqueConstraint("pass_id", "number"),
    CheckConstraint("(uses > 0) = (undoes IS NULL)", name="undone_by_a_row"),
    info={"append_only": True},
    rowid=False,
)

# amount_minor is what left the deferred money other than by a use: paid back, or kept as revenue.
pass_event = table(
    "pass_event",
    Column("id", Id(), primary_key=True),
    Column("pass_id", Id(), ForeignKey("member_pass.id"), nullable=False),
    # sold | frozen | unfrozen | transferred | expired | refunded
    Column("kind", Words(), nullable=False),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("store_id", Id()),
    Column("days", Whole()),
    Column("from_member_id", Id()),
    Column("to_member_id", Id()),
    Column("amount_minor", Whole(), nullable=False),
    Column("paid_back_minor", Whole(), nullable=False),
    Column("reason", Words()),
    CheckConstraint("paid_back_minor BETWEEN 0 AND amount_minor", name="paid_back_within"),
    info={"append_only": True},
    rowid=False,
)
Index("pass_event_by_pass", pass_event.c.pass_id, pass_event.c.at)
