"""The value ledger: accounts, sealed entries, postings, lots and their uses.

A posting moves one positive amount of one unit from one account to another, so an unbalanced
entry cannot be written. The entry is inserted last and seals its postings; triggers refuse late,
missing or edited rows (`migrations/sql/`).
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    and_,
    literal_column,
)

from regulars.storage.columns import At, Day, Flag, Id, Whole, Words, table

# House accounts (cached = false) carry neither balance nor version: no row that every sale updates.
account = table(
    "account",
    Column("id", Whole(), primary_key=True, autoincrement=True),
    Column("owner_id", Id()),
    Column("kind", Words(), nullable=False),
    Column("unit", Words(), nullable=False),
    Column("cached", Flag(), nullable=False),
    Column("floor", Whole()),
    Column("balance", Whole(), nullable=False, server_default="0"),
    Column("version", Whole(), nullable=False, server_default="0"),
    Column("state", Words(), nullable=False, server_default="open"),  # open | frozen | closed
    UniqueConstraint("id", "unit"),
    UniqueConstraint("owner_id", "kind", "unit"),
    CheckConstraint("floor IS NULL OR balance >= floor", name="floor"),
    CheckConstraint("state IN ('open','frozen','closed')", name="state_known"),
    info={"no_delete": True, "update_columns": ("state",)},
)

# Who has stored value, without a look at anybody's points.
_stored = and_(
    account.c.kind.in_((literal_column("'principal'"), literal_column("'bonus'"))),
    account.c.balance != literal_column("0"),
)
Index(
    "account_stored",
    account.c.owner_id,
    account.c.kind,
    account.c.balance,
    sqlite_where=_stored,
    postgresql_where=_stored,
)

entry = table(
    "entry",
    Column("id", Id(), primary_key=True),
    Column("business_id", Words(), nullable=False, unique=True),
    Column("kind", Words(), nullable=False),
    Column("occurred_at", At(), nullable=False),
    Column("recorded_at", At(), nullable=False),
    Column("business_day", Day(), nullable=False),
    Column("store_id", Id(), nullable=False),
    Column("actor", Words(), nullable=False),
    Column("command_id", Id(), nullable=False),
    Column("subject_id", Id()),
    Column("reverses", Id(), ForeignKey("entry.id")),
    Column("postings", Whole(), nullable=False),
    info={"append_only": True, "sealed": True},
    rowid=False,
)
Index("entry_by_subject", entry.c.subject_id)
# What moved on a day, without a look at years.
Index("entry_by_day", entry.c.business_day, entry.c.store_id)

# On PostgreSQL the migration adds `tx xid8` to entry and posting and makes the deferred key
# (entry_id, tx); on SQLite the deferred key is entry_id alone: one writer, no such race.
posting = table(
    "posting",
    Column("entry_id", Id(), primary_key=True),
    Column("number", Whole(), primary_key=True),
    Column("unit", Words(), nullable=False),
    Column("from_account", Whole(), nullable=False),
    Column("to_account", Whole(), nullable=False),
    Column("amount", Whole(), nullable=False),
    Column("from_version", Whole()),
    Column("from_after", Whole()),
    Column("to_version", Whole()),
    Column("to_after", Whole()),
    ForeignKeyConstraint(["from_account", "unit"], ["account.id", "account.unit"]),
    ForeignKeyConstraint(["to_account", "unit"], ["account.id", "account.unit"]),
    CheckConstraint("amount > 0", name="amount_positive"),
    CheckConstraint("from_account <> to_account", name="accounts_differ"),
    info={"append_only": True, "sealed": True},
    rowid=False,
)
# A member's account runs through its versions 1, 2, 3, …; the house's sides have none.
Index(
    "posting_by_from",
    posting.c.from_account,
    posting.c.from_version,
    unique=True,
    sqlite_where=posting.c.from_version.is_not(None),
    postgresql_where=posting.c.from_version.is_not(None),
)
Index(
    "posting_by_to",
    posting.c.to_account,
    posting.c.to_version,
    unique=True,
    sqlite_where=posting.c.to_version.is_not(None),
    postgresql_where=posting.c.to_version.is_not(None),
)

# One lot per grant, top-up or earning: it knows its expiry, its origin and who sold it. What
# remains of it changes only through the trigger of `lot_use`.
lot = table(
    "lot",
    Column("id", Id(), primary_key=True),
    Column("account_id", Whole(), ForeignKey("account.id"), nullable=False),
    Column("amount", Whole(), nullable=False),
    Column("remaining", Whole(), nullable=False),
    Column("acquired_at", At(), nullable=False),
    Column("expires_on", Day()),
    Column("entry_id", Id(), nullable=False),
    Column("origin", Words(), nullable=False),  # domain/ledger/entries.LotOrigin
    Column("pair_id", Id()),  # principal and bonus of one top-up share it
    Column("store_id", Id(), nullable=False),
    Column("usable_on", Day()),  # pending until then
    Column("spend_order", Words()),  # pro_rata (also NULL) | principal_first | bonus_first
    CheckConstraint("remaining >= 0 AND remaining <= amount", name="remaining_in_range"),
    CheckConstraint("amount > 0", name="amount_positive"),
    info={"append_only": True},
    rowid=False,
)
Index(
    "lot_open",
    lot.c.account_id,
    lot.c.acquired_at,
    sqlite_where=lot.c.remaining > 0,
    postgresql_where=lot.c.remaining > 0,
)

# What an entry opened: the chain reads it with its entry.
Index("lot_by_entry", lot.c.entry_id)

# What is due to end, by store and day: the expiry never looks at any other lot.
_ends = and_(lot.c.remaining > literal_column("0"), lot.c.expires_on.is_not(None))
Index(
    "lot_ending",
    lot.c.expires_on,
    lot.c.store_id,
    lot.c.id,
    sqlite_where=_ends,
    postgresql_where=_ends,
)

# amount is signed: taken out of the lot (+) or put back by a refund (−).
lot_use = table(
    "lot_use",
    Column("lot_id", Id(), ForeignKey("lot.id"), primary_key=True),
    Column("entry_id", Id(), primary_key=True),
    Column("amount", Whole(), nullable=False),
    Column("kind", Words(), primary_key=True),  # domain/ledger/entries.UseKind
    CheckConstraint("amount <> 0", name="amount_not_zero"),
    info={"append_only": True},
    rowid=False,
)
Index("lot_use_by_entry", lot_use.c.entry_id)
