"""Settlement between stores: which periods were booked, and what each pair of stores owed.

A booking is one row; its lines say per pair and unit how much value of one store was used in the
other since the last booking, and the entry that moved the money. Both are append-only: a line that
turns out wrong is set right by the next booking, which takes up what came late.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey

from regulars.storage.columns import At, Day, Id, Whole, Words, table

clearing = table(
    "clearing",
    Column("number", Whole(), primary_key=True, autoincrement=False),
    Column("from_on", Day(), nullable=False, unique=True),
    Column("until_on", Day(), nullable=False, unique=True),
    Column("recorded_at", At(), nullable=False),
    Column("recorded_by", Words(), nullable=False),
    CheckConstraint("until_on > from_on", name="until_after_from"),
    info={"append_only": True},
    rowid=False,
)

# amount counts the unit (negative when refunds outweigh); cost_minor is the money it is worth.
clearing_line = table(
    "clearing_line",
    Column("number", Whole(), ForeignKey("clearing.number"), primary_key=True),
    Column("issuer_id", Id(), primary_key=True),
    Column("redeemer_id", Id(), primary_key=True),
    Column("unit", Words(), primary_key=True),
    Column("amount", Whole(), nullable=False),
    Column("cost_minor", Whole(), nullable=False),
    Column("late", Whole(), nullable=False),  # the part of `amount` of days booked before
    Column("entry_id", Id()),
    CheckConstraint("issuer_id <> redeemer_id", name="stores_differ"),
    info={"append_only": True},
    rowid=False,
)
