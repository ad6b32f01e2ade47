"""Members and what is theirs. Everything that names a person is ciphertext.

Each member has a key of her own, wrapped by the organisation's key; look-up goes through blind
indexes. Postings and orders carry only the member's id, so erasing is destroying one key.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint

from regulars.storage.columns import At, Bytes, Day, Flag, Id, Whole, Words, table

# The organisation's own keys, each wrapped by the master key, which is in no database. `data`
# wraps the members' keys, `index` makes blind indexes, `pepper` strengthens PINs and fingerprints.
organisation_key = table(
    "organisation_key",
    Column("id", Id(), primary_key=True),
    Column("organisation_id", Id(), nullable=False),
    Column("purpose", Words(), nullable=False),
    Column("wrapped", Bytes(), nullable=False),
    Column("created_at", At(), nullable=False),
    UniqueConstraint("purpose"),
    CheckConstraint("purpose IN ('data','index','pepper')", name="purpose_known"),
    rowid=False,
    info={"no_delete": True, "update_columns": ("wrapped",)},
)

member = table(
    "member",
    Column("id", Id(), primary_key=True),
    Column("joined_at", At(), nullable=False),
    Column("joined_store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("joined_via", Words(), nullable=False),
    Column("state", Words(), nullable=False),  # active | frozen | closed | erased
    Column("language", Words(), nullable=False),
    Column("wrapped_key", Bytes()),
    Column("name", Bytes()),
    Column("birthday", Bytes()),
    Column("address", Bytes()),
    Column("gender", Bytes()),
    Column("likes", Bytes()),
    Column("taboos", Bytes()),
    Column("revision", Whole(), nullable=False),
    rowid=False,
)

# kind: phone | email | card | openid. The index is HMAC(index key, kind | normal form).
identity = table(
    "identity",
    Column("blind_index", Bytes(), primary_key=True),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("kind", Words(), nullable=False),
    Column("value", Bytes(), nullable=False),
    Column("added_at", At(), nullable=False),
    Column("verified_at", At()),
    rowid=False,
)
Index("identity_by_member", identity.c.member_id)

# Append-only: the newest row per member, channel and purpose is what she wants today.
consent = table(
    "consent",
    Column("id", Id(), primary_key=True),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("channel", Words(), nullable=False),  # sms | email | wechat | push | webhook | profile
    Column("purpose", Words(), nullable=False),  # membership | marketing | personalisation
    Column("granted", Flag(), nullable=False),
    Column("wording_version", Words(), nullable=False),
    Column("language", Words(), nullable=False),
    Column("source", Words(), nullable=False),  # till | qr | web | import
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    Column("evidence", Bytes()),  # where an old list says that she agreed, sealed
    info={"append_only": True},
    rowid=False,
)
Index("consent_by_member", consent.c.member_id, consent.c.channel, consent.c.purpose, consent.c.at)

# Tier and visit figures, one row per member, written by the member's own sales only.
member_stats = table(
    "member_stats",
    Column("member_id", Id(), ForeignKey("member.id"), primary_key=True),
    Column("tier", Words(), nullable=False),
    Column("tier_since", At(), nullable=False),
    Column("visits", Whole(), nullable=False),
    Column("spent_minor", Whole(), nullable=False),
    Column("first_visit_at", At()),
    Column("last_visit_at", At()),
    CheckConstraint("visits >= 0", name="visits_not_negative"),
    rowid=False,
)

# Words that staff or a segment put on a member: 常客, 素食.
member_tag = table(
    "member_tag",
    Column("member_id", Id(), ForeignKey("member.id"), primary_key=True),
    Column("tag", Words(), primary_key=True),
    Column("since", At(), nullable=False),
    Column("by", Words(), nullable=False),
    rowid=False,
)
# Who bears a word, and whose words a segment put on.
Index("member_tag_by_tag", member_tag.c.tag, member_tag.c.by, member_tag.c.member_id)

tier_period = table(
    "tier_period",
    Column("id", Id(), primary_key=True),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("tier", Words(), nullable=False),
    Column("since", At(), nullable=False),
    Column("cause", Words(), nullable=False),  # domain/tiers/moves.Cause
    Column("growth_value", Whole(), nullable=False),
    Column("terms_version", Whole(), nullable=False),
    Column("subject_id", Id()),
    # The figure that decided, of which window (until: before this day), and what was needed.
    Column("measure", Words()),
    Column("measured", Whole()),
    Column("needed", Whole()),
    Column("window_from", Day()),
    Column("window_until", Day()),
    Column("until", Day()),  # the day of the next review
    Column("recorded_at", At()),  # where it differs from `since`
    info={"append_only": True},
    rowid=False,
)
Index("tier_period_by_member", tier_period.c.member_id, tier_period.c.since)

wording = table(
    "wording",
    Column("version", Words(), primary_key=True),
    Column("purpose", Words(), primary_key=True),
    Column("text_zh", Words(), nullable=False),
    Column("text_en", Words(), nullable=False),
    Column("since", Day(), nullable=False),
)
