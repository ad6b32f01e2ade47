"""Organisation > Region > Store > Terminal; staff, sessions, API keys; Terms."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint, false

from regulars.storage.columns import At, Bytes, Document, Flag, Id, Whole, Words, table

organisation = table(
    "organisation",
    Column("id", Id(), primary_key=True),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("currency", Words(), nullable=False),
    Column("country", Words(), nullable=False),
    Column("created_at", At(), nullable=False),
)

region = table(
    "region",
    Column("id", Id(), primary_key=True),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
)

store = table(
    "store",
    Column("id", Id(), primary_key=True),
    Column("region_id", Id(), ForeignKey("region.id"), nullable=False),
    Column("code", Words(), nullable=False, unique=True),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("zone", Words(), nullable=False),
    Column("cut_off_minutes", Whole(), nullable=False),
    Column("kind", Words(), nullable=False),
    Column("state", Words(), nullable=False),
)

terminal = table(
    "terminal",
    Column("id", Id(), primary_key=True),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("letter", Words(), nullable=False),
    Column("name", Words(), nullable=False),
    Column("secret_hash", Bytes()),
    Column("bound_at", At()),
    Column("state", Words(), nullable=False),
    UniqueConstraint("store_id", "letter"),
)

# The short number that people call out. One row per terminal and business day: only that
# terminal's own sales touch it, so it is never a hot row.
terminal_counter = table(
    "terminal_counter",
    Column("terminal_id", Id(), ForeignKey("terminal.id"), primary_key=True),
    Column("business_day", Whole(), primary_key=True),
    Column("number", Whole(), nullable=False),
    rowid=False,
)

staff = table(
    "staff",
    Column("id", Id(), primary_key=True),
    Column("login", Words(), nullable=False, unique=True),
    Column("name", Words(), nullable=False),
    Column("password_hash", Words()),
    Column("pin_hash", Words()),
    Column("one_time_hash", Words()),
    Column("one_time_until", At()),
    Column("language", Words(), nullable=False),
    Column("state", Words(), nullable=False),
    Column("revision", Whole(), nullable=False),
)

# A role counts in the whole organisation, in one region or in one store.
staff_role = table(
    "staff_role",
    Column("staff_id", Id(), ForeignKey("staff.id"), primary_key=True),
    Column("role", Words(), primary_key=True),
    Column("level", Words(), primary_key=True),
    Column("place_id", Id(), primary_key=True),
    rowid=False,
)

session = table(
    "session",
    Column("token_hash", Bytes(), primary_key=True),
    Column("staff_id", Id(), ForeignKey("staff.id"), nullable=False),
    Column("terminal_id", Id(), ForeignKey("terminal.id")),
    Column("method", Words(), nullable=False),
    Column("created_at", At(), nullable=False),
    Column("seen_at", At(), nullable=False),
    Column("expires_at", At(), nullable=False),
    Column("ended_at", At()),
    rowid=False,
)
Index("session_by_staff", session.c.staff_id)

api_key = table(
    "api_key",
    Column("id", Id(), primary_key=True),
    Column("name", Words(), nullable=False),
    Column("secret_hash", Bytes(), nullable=False, unique=True),
    Column("permissions", Document(), nullable=False),
    Column("level", Words(), nullable=False),
    Column("place_id", Id(), nullable=False),
    Column("created_by", Words(), nullable=False),
    Column("created_at", At(), nullable=False),
    Column("expires_at", At(), nullable=False),
    Column("used_at", At()),
    Column("revoked_at", At()),
)

# Wrong tries per subject (log-in name, terminal, address): survives a restart.
attempt = table(
    "attempt",
    Column("subject", Bytes(), primary_key=True),
    Column("failures", Whole(), nullable=False),
    Column("window_at", At(), nullable=False),
    Column("locked_until", At()),
    rowid=False,
)

setting = table(
    "setting",
    Column("id", Id(), primary_key=True),
    Column("field", Words(), nullable=False),
    Column("level", Words(), nullable=False),
    Column("place_id", Id()),
    Column("value", Document(), nullable=False),
    Column("effective_at", At(), nullable=False),
    Column("version", Whole(), nullable=False),
    Column("locked", Flag(), nullable=False),
    Column("low", Whole()),
    Column("high", Whole()),
    Column("recorded_at", At(), nullable=False),
    Column("recorded_by", Words(), nullable=False),
    Column("reason", Words()),  # what was set before reasons were kept has none
    # From then on the place says nothing, and the level above counts again.
    Column("taken_away", Flag(), nullable=False, server_default=false()),
    CheckConstraint("level IN ('organisation','region','store')", name="level_known"),
    UniqueConstraint("field", "level", "place_id", "version"),
    info={"append_only": True},
)
