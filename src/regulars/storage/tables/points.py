"""Points that end soon: what each member has been told of, so that nobody hears it twice."""

from sqlalchemy import CheckConstraint, Column

from regulars.storage.columns import At, Day, Id, Whole, Words, table

# One row for each member, day and kind of value that ends then (`points`).
expiry_warning = table(
    "expiry_warning",
    Column("member_id", Id(), primary_key=True),
    Column("expires_on", Day(), primary_key=True),
    Column("kind", Words(), primary_key=True),
    Column("points", Whole(), nullable=False),
    Column("warned_at", At(), nullable=False),
    CheckConstraint("points > 0", name="points_positive"),
    info={"append_only": True},
    rowid=False,
)
