"""Views that somebody keeps: a name, and what a list is narrowed to when it is opened."""

from sqlalchemy import Column, Index

from regulars.storage.columns import At, Document, Flag, Id, Whole, Words, table

# `owner` is who made it, by name of the sign-in; a shared one is seen by all who see the list.
saved_view = table(
    "saved_view",
    Column("id", Id(), primary_key=True),
    Column("list_name", Words(), nullable=False),  # use_cases/saved_views.ListName
    Column("name", Words(), nullable=False),
    Column("filter", Document(), nullable=False),
    Column("owner", Words(), nullable=False),
    Column("shared", Flag(), nullable=False),
    Column("revision", Whole(), nullable=False),
    Column("saved_at", At(), nullable=False),
    rowid=False,
)
Index("saved_view_by_list", saved_view.c.list_name, saved_view.c.owner)
