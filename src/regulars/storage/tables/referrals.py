"""Referrals 老带新: who brought whom, what became of it, and why one is held back.

A row is written when somebody joins by a friend's code; it changes with her first order, its refund
window and what a manager decides. The evidence against it is never edited.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index

from regulars.storage.columns import At, Bytes, Flag, Id, Whole, Words, table

referral = table(
    "referral",
    Column("id", Id(), primary_key=True),
    Column("programme_id", Id(), nullable=False),
    Column("programme_version", Whole(), nullable=False),
    Column("inviter_id", Id(), ForeignKey("member.id"), nullable=False),
    # Whoever was brought once is brought for good: a second inviter finds no room.
    Column("invited_id", Id(), ForeignKey("member.id"), nullable=False, unique=True),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("terminal_id", Id()),
    Column("at", At(), nullable=False),
    Column("by", Words(), nullable=False),
    # waiting | due | held | rewarded | ended | rejected
    Column("state", Words(), nullable=False),
    # When it is looked at next: the last day of the first order, then the end of its refund window.
    Column("due_at", At(), nullable=False),
    Column("order_id", Id()),
    Column("min_due_minor", Whole(), nullable=False),
    # no_order | refunded | member_gone, once it ended without a reward
    Column("ended_because", Words()),
    Column("ended_at", At()),
    Column("inviter_rewarded", Flag(), nullable=False),
    Column("invited_rewarded", Flag(), nullable=False),
    CheckConstraint("inviter_id <> invited_id", name="two_people"),
    info={
        "no_delete": True,
        "update_columns": (
            "state",
            "due_at",
            "order_id",
            "ended_because",
            "ended_at",
            "inviter_rewarded",
            "invited_rewarded",
        ),
    },
    rowid=False,
)
Index("referral_by_inviter", referral.c.inviter_id, referral.c.at)
Index("referral_by_due", referral.c.state, referral.c.due_at)
Index("referral_by_place", referral.c.store_id, referral.c.at)

# Why a referral is held back; `subject_id` is the other referral or member that tells.
referral_evidence = table(
    "referral_evidence",
    Column("referral_id", Id(), ForeignKey("referral.id"), primary_key=True),
    Column("kind", Words(), primary_key=True),  # domain/loyalty/referral.Evidence
    Column("at", At(), nullable=False),
    Column("subject_id", Id()),
    Column("found", Whole(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

# What a member was once known by, as its blind index alone: whoever gives her own number to a new
# member of hers is recognised.
identity_past = table(
    "identity_past",
    Column("blind_index", Bytes(), primary_key=True),
    Column("member_id", Id(), ForeignKey("member.id"), primary_key=True),
    Column("removed_at", At(), nullable=False),
    rowid=False,
)
Index("identity_past_by_member", identity_past.c.member_id)
