"""Who was given what by a programme, and who was held back: written when it is decided.

Programme 老友归来 assigns 2,000 members: 200 rows say `control`, 1,800 say `offer`, each with the
chance it had. What they bought is read from their orders; nothing here is ever changed.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index

from regulars.storage.columns import At, Document, Flag, Id, Whole, Words, table

# What was promised before the first member was assigned: arms, chances, window and goal. A change
# of the chances, as a bandit makes one each day, is a new version.
assignment_policy = table(
    "assignment_policy",
    Column("programme_id", Id(), primary_key=True),
    Column("version", Whole(), primary_key=True, autoincrement=False),
    Column("salt", Words(), nullable=False),
    Column("arms", Document(), nullable=False),  # domain/insights/assignment.Design
    Column("plan", Document(), nullable=False),  # domain/insights/plan.Plan
    Column("recorded_at", At(), nullable=False),
    Column("recorded_by", Words(), nullable=False),
    CheckConstraint("version >= 1", name="version_positive"),
    info={"append_only": True},
    rowid=False,
)

# One row per member and programme, for ever: a member keeps her arm. Store, tier and channel are
# those of that moment, so that nothing the programme did can move a member between them.
assignment = table(
    "assignment",
    Column("programme_id", Id(), primary_key=True),
    Column("member_id", Id(), primary_key=True),
    Column("arm", Words(), nullable=False),  # control | a variant
    Column("propensity", Whole(), nullable=False),  # of 10,000, of this arm
    Column("uniform", Flag(), nullable=False),  # in the share whose variant never adapts
    Column("policy_version", Whole(), nullable=False),
    Column("at", At(), nullable=False),
    Column("store_id", Id(), nullable=False),
    Column("tier", Words(), nullable=False),
    Column("channel", Words()),
    Column("eligible_set", Words(), nullable=False),  # e.g. segment:<id>:<version>
    ForeignKeyConstraint(
        ["programme_id", "policy_version"],
        ["assignment_policy.programme_id", "assignment_policy.version"],
    ),
    ForeignKeyConstraint(["member_id"], ["member.id"]),
    CheckConstraint("propensity BETWEEN 1 AND 10000", name="propensity_in_range"),
    info={"append_only": True},
    rowid=False,
)
Index("assignment_by_member", assignment.c.member_id, assignment.c.at)
