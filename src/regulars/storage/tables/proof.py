"""The proof: the chain over entries, its anchors, runs of `verify`, and who does the jobs.

Yesterday's 400 entries lie in twelve blocks, each made from the one before; the day's anchor
repeats the last one's hash, so that whoever has it on paper can tell that nothing was rewritten.
"""

from sqlalchemy import CheckConstraint, Column, Index

from regulars.storage.columns import At, Bytes, Day, Document, Id, Whole, Words, table

# `members`: for each entry its 16-byte id and the SHA-256 of its canonical form. One row for up to
# a thousand entries, written behind the tills: a sale costs not a row more.
block = table(
    "block",
    Column("number", Whole(), primary_key=True, autoincrement=False),
    Column("at", At(), nullable=False),
    Column("entries", Whole(), nullable=False),
    Column("first_id", Id(), nullable=False),  # the smallest of its entries' ids
    Column("last_id", Id(), nullable=False),  # the largest
    Column("members", Bytes(), nullable=False),
    Column("hash", Bytes(), nullable=False),
    CheckConstraint("entries > 0", name="entries_positive"),
    info={"append_only": True},
)
Index("block_by_first", block.c.first_id)
Index("block_by_last", block.c.last_id)

# What the chain's end was on a day: told in the day's report and in every backup.
anchor = table(
    "anchor",
    Column("day", Day(), primary_key=True),
    Column("number", Whole(), nullable=False),
    Column("hash", Bytes(), nullable=False),
    Column("at", At(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

verify_run = table(
    "verify_run",
    Column("id", Id(), primary_key=True),
    Column("asked_at", At(), nullable=False),
    Column("asked_by", Words(), nullable=False),
    Column("state", Words(), nullable=False),  # queued | running | done | failed
    Column("started_at", At()),
    Column("heard_at", At()),  # when the server that runs it was last heard of
    Column("step", Words()),  # the check that runs now
    Column("done", Whole(), nullable=False, server_default="0"),
    Column("total", Whole(), nullable=False, server_default="0"),
    Column("finished_at", At()),
    Column("milliseconds", Whole()),
    Column("entries", Whole()),
    Column("orders", Whole()),
    Column("differences", Whole()),
    Column("head_number", Whole()),
    Column("head_hash", Bytes()),
    Column("report", Document()),
    Column("error", Words()),
    CheckConstraint("state IN ('queued','running','done','failed')", name="state_known"),
    rowid=False,
)
Index("verify_run_by_time", verify_run.c.asked_at)

# Of all processes that could do a job one does it; `token` rises with every change of hands.
lease = table(
    "lease",
    Column("name", Words(), primary_key=True),
    Column("holder", Words(), nullable=False),
    Column("token", Whole(), nullable=False),
    Column("until_at", At(), nullable=False),
    Column("told", Document(), nullable=False),  # how its jobs are, as of the last renewal
    rowid=False,
)

# What must happen once for each day, also when the server stood still in between.
job_run = table(
    "job_run",
    Column("name", Words(), primary_key=True),
    Column("period", Words(), primary_key=True),
    Column("state", Words(), nullable=False),  # running | done | failed
    Column("tries", Whole(), nullable=False),
    Column("started_at", At(), nullable=False),
    Column("finished_at", At()),
    Column("note", Words()),
    CheckConstraint("state IN ('running','done','failed')", name="state_known"),
    rowid=False,
)
