"""Old lists that were taken over, and which of their rows were not.

A list of 40,000 goes up in parts; 37 rows are refused. They stand here by their number and the reason
that its sender read, without anything that they said of a member, until somebody has seen to them.
"""

from sqlalchemy import Column, ForeignKey, Index

from regulars.storage.columns import At, Id, Whole, Words, table

# `file`: what the whole list hashes to. One list into one store is one row, however often it is sent.
member_import = table(
    "member_import",
    Column("id", Id(), primary_key=True),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("file", Words(), nullable=False),
    Column("begun_at", At(), nullable=False),
    Column("last_at", At(), nullable=False),
    Column("last_by", Words(), nullable=False),
    Column("dealt_at", At()),
    Column("dealt_by", Words()),
    rowid=False,
)
_open = member_import.c.dealt_at.is_(None)
Index(
    "member_import_open",
    member_import.c.store_id,
    member_import.c.last_at,
    sqlite_where=_open,
    postgresql_where=_open,
)

# A row that is taken over after all goes.
member_import_refusal = table(
    "member_import_refusal",
    Column("import_id", Id(), ForeignKey("member_import.id"), primary_key=True),
    Column("list_row", Whole(), primary_key=True, autoincrement=False),
    Column("list_column", Words()),
    Column("code", Words(), nullable=False),
    Column("reason_zh", Words(), nullable=False),
    Column("reason_en", Words(), nullable=False),
    rowid=False,
)
