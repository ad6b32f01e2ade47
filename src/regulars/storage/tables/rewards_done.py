"""What members did and won: check-ins, tasks done, draws, orders of the points mall.

Every row names the version of the programme that it was done under, so a change of the promise
changes nothing that happened before.
"""

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint, literal_column

from regulars.storage.columns import At, Bytes, Day, Document, Id, Whole, Words, table

# The key is the rule: one check-in a programme, member and business day.
check_in = table(
    "check_in",
    Column("programme_id", Id(), primary_key=True),
    Column("member_id", Id(), primary_key=True),
    Column("day", Day(), primary_key=True),
    Column("version", Whole(), nullable=False),
    Column("streak", Whole(), nullable=False),
    Column("store_id", Id(), nullable=False),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    CheckConstraint("streak >= 1", name="streak_positive"),
    info={"append_only": True},
    rowid=False,
)
Index("check_in_by_member", check_in.c.member_id, check_in.c.day)

# The key is the rule: a task pays once a period (`once` where it pays once for ever).
task_claim = table(
    "task_claim",
    Column("programme_id", Id(), primary_key=True),
    Column("member_id", Id(), primary_key=True),
    Column("period", Words(), primary_key=True),
    Column("version", Whole(), nullable=False),
    Column("progress", Whole(), nullable=False),
    Column("store_id", Id(), nullable=False),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

# Published with a draw's first version: SHA-256 of the seed. The seed itself is in no table.
draw_seed = table(
    "draw_seed",
    Column("programme_id", Id(), primary_key=True),
    Column("commitment", Bytes(), nullable=False),
    Column("made_at", At(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

# One row a programme that each of its draws changes: draws of one programme take turns, which is
# what makes their numbers run without a gap and its stock count the same for everybody.
draw_counter = table(
    "draw_counter",
    Column("programme_id", Id(), primary_key=True),
    Column("last", Whole(), nullable=False),
    CheckConstraint("last >= 1", name="last_positive"),
    rowid=False,
)

# drawn is what the roll said; prize is what it became where that was gone.
draw = table(
    "draw",
    Column("id", Id(), primary_key=True),
    Column("programme_id", Id(), nullable=False),
    Column("version", Whole(), nullable=False),
    Column("number", Whole(), nullable=False),
    Column("member_id", Id(), nullable=False),
    Column("store_id", Id(), nullable=False),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("ticket", Words(), nullable=False),  # domain/loyalty/draw.TicketKind
    Column("ticket_order_id", Id()),
    Column("points", Whole(), nullable=False),
    Column("roll", Whole(), nullable=False),
    Column("drawn", Words(), nullable=False),
    Column("prize", Words(), nullable=False),
    UniqueConstraint("programme_id", "number"),
    UniqueConstraint("programme_id", "ticket_order_id"),
    CheckConstraint("number >= 1 AND points >= 0 AND roll >= 0", name="figures_in_range"),
    info={"append_only": True},
    rowid=False,
)
Index("draw_by_member", draw.c.member_id, draw.c.programme_id)

mall_order = table(
    "mall_order",
    Column("id", Id(), primary_key=True),
    Column("programme_id", Id(), nullable=False),
    Column("version", Whole(), nullable=False),
    Column("member_id", Id(), nullable=False),
    Column("store_id", Id(), nullable=False),
    Column("business_day", Day(), nullable=False),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("points", Whole(), nullable=False),
    Column("code", Words(), nullable=False),
    Column("state", Words(), nullable=False),  # domain/loyalty/mall.MallOrderState
    Column("coupons", Document(), nullable=False),
    Column("ended_at", At()),
    Column("ended_by", Words()),
    CheckConstraint("state IN ('given','waiting','handed_over','cancelled')", name="state_known"),
    CheckConstraint("points >= 1", name="points_positive"),
    rowid=False,
)
Index("mall_order_by_member", mall_order.c.member_id, mall_order.c.id)
_waits = mall_order.c.state == literal_column("'waiting'")
Index(
    "mall_order_waiting",
    mall_order.c.store_id,
    mall_order.c.id,
    sqlite_where=_waits,
    postgresql_where=_waits,
)

# How far a reader of the facts has come. Up to `horizon` every transaction that may have written a
# fact was begun before `horizon_tx`: once those are over, no fact can turn up behind it any more.
job_cursor = table(
    "job_cursor",
    Column("name", Words(), primary_key=True),
    Column("position", Whole(), nullable=False),
    Column("horizon", Whole(), nullable=False),
    Column("horizon_tx", Whole(), nullable=False),
)
