"""What the product itself needs: commands taken, facts remembered, revisions, audit."""

from sqlalchemy import Column, Index, literal_column

from regulars.storage.columns import At, Bytes, Document, Id, Whole, Words, table

# One row per command that ran: the same id with the same body gets the stored answer again.
command = table(
    "command",
    Column("id", Id(), primary_key=True),
    Column("caller", Words(), nullable=False),
    Column("name", Words(), nullable=False),
    Column("fingerprint", Bytes(), nullable=False),
    Column("at", At(), nullable=False),
    Column("answer", Bytes()),
)

# Immutable, past tense, written in the transaction that made it true. `tx` lets a reader on
# PostgreSQL stop before transactions that are still running (sequences commit out of order).
fact = table(
    "fact",
    Column("sequence", Whole(), primary_key=True, autoincrement=True),
    Column("id", Id(), nullable=False, unique=True),
    Column("kind", Words(), nullable=False),
    Column("at", At(), nullable=False),
    Column("store_id", Id()),
    Column("member_id", Id()),
    Column("subject_id", Id()),
    Column("body", Document(), nullable=False),
    Column("tx", Whole(), nullable=False, server_default="0"),
    info={"append_only": True},
)
# What a member's timeline reads from here, letter by letter as the index has it: SQLite proves
# nothing about parameters. No sale tells any of these, so none writes to the index.
TOLD_OF_MEMBER = fact.c.kind.in_(
    [
        literal_column("'member.class_changed'"),
        literal_column("'member.state_changed'"),
        literal_column("'member.tags_changed'"),
        literal_column("'value.frozen'"),
        literal_column("'value.unfrozen'"),
    ]
)
Index(
    "fact_told_of_member",
    fact.c.member_id,
    fact.c.at,
    sqlite_where=TOLD_OF_MEMBER,
    postgresql_where=TOLD_OF_MEMBER,
)

# Raised by every change of a cached snapshot, so that each process knows when to load anew.
revision = table(
    "revision",
    Column("name", Words(), primary_key=True),
    Column("number", Whole(), nullable=False),
)

audit = table(
    "audit",
    Column("id", Id(), primary_key=True),
    Column("at", At(), nullable=False),
    Column("actor", Words(), nullable=False),
    Column("terminal_id", Id()),
    Column("store_id", Id()),
    Column("action", Words(), nullable=False),
    Column("subject", Words()),
    Column("before", Document()),
    Column("after", Document()),
    Column("reason", Words()),
    info={"append_only": True},
    rowid=False,
)
Index("audit_by_time", audit.c.at)
