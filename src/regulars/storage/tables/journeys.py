"""Journeys 旅程 and campaigns: their versions, where each member stands, what was done for her.

王芳 in "老友归来": one row of `journey_run` says that she rests at the step "week" until 29 November;
the log tells how she came there, and `effect` that the coupon of step "gift" is given, once.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    UniqueConstraint,
    literal_column,
)

from regulars.storage.columns import At, Document, Flag, Id, Whole, Words, table

# `live` is the version by which members come in; `proposed` one that waits for a second person.
journey = table(
    "journey",
    Column("id", Id(), primary_key=True),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("state", Words(), nullable=False),  # domain/campaigns/journey.JourneyState
    Column("revision", Whole(), nullable=False),
    Column("draft", Document(), nullable=False),
    Column("live", Whole()),
    Column("proposed", Whole()),
    Column("campaign_id", Id()),
    Column("made_at", At(), nullable=False),
    CheckConstraint("state IN ('draft','waiting','live','paused','ended')", name="state_known"),
    rowid=False,
)

# `mapping`: where those go who are on their way by an older version, step by step.
journey_version = table(
    "journey_version",
    Column("journey_id", Id(), ForeignKey("journey.id"), primary_key=True),
    Column("version", Whole(), primary_key=True, autoincrement=False),
    Column("definition", Document(), nullable=False),
    Column("mapping", Document(), nullable=False),
    Column("published_at", At(), nullable=False),
    Column("published_by", Words(), nullable=False),
    info={"append_only": True},
    rowid=False,
)
journey_approval = table(
    "journey_approval",
    Column("journey_id", Id(), ForeignKey("journey.id"), primary_key=True),
    Column("version", Whole(), primary_key=True, autoincrement=False),
    Column("approved_at", At(), nullable=False),
    Column("approved_by", Words(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

# Sent back by whoever read it, and why; its author publishes another.
journey_decline = table(
    "journey_decline",
    Column("journey_id", Id(), ForeignKey("journey.id"), primary_key=True),
    Column("version", Whole(), primary_key=True, autoincrement=False),
    Column("declined_at", At(), nullable=False),
    Column("declined_by", Words(), nullable=False),
    Column("reason", Words(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

# `alone`: 1 where she can be in the journey once at a time only. A run without `due_at` is over
# (`ended`) or was given up (`dead`) until somebody looks at it.
journey_run = table(
    "journey_run",
    Column("id", Id(), primary_key=True),
    Column("journey_id", Id(), ForeignKey("journey.id"), nullable=False),
    Column("version", Whole(), nullable=False),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("store_id", Id(), nullable=False),
    Column("occurrence", Words(), nullable=False),
    Column("alone", Whole(), nullable=False),
    Column("state", Words(), nullable=False),  # open | dead | ended
    Column("node", Words(), nullable=False),
    Column("rests", Flag(), nullable=False),
    Column("woken", Flag(), nullable=False),
    Column("until_at", At()),
    Column("due_at", At()),
    Column("entered_at", At(), nullable=False),
    Column("valid_until", At(), nullable=False),
    Column("ended_at", At()),
    Column("why", Words(), nullable=False),
    Column("attempts", Whole(), nullable=False),
    Column("error", Words()),
    CheckConstraint("state IN ('open','dead','ended')", name="state_known"),
    CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_says_when"),
    UniqueConstraint("journey_id", "member_id", "occurrence", name="uq_journey_run_occurrence"),
    rowid=False,
)
_run = journey_run.c
Index(
    "journey_run_alone",
    _run.journey_id,
    _run.member_id,
    unique=True,
    sqlite_where=(_run.alone == 1) & _run.ended_at.is_(None),
    postgresql_where=(_run.alone == 1) & _run.ended_at.is_(None),
)
# By journey, so that those of one that is paused are not passed over again and again.
Index(
    "journey_run_due",
    _run.journey_id,
    _run.due_at,
    _run.id,
    sqlite_where=_run.due_at.is_not(None),
    postgresql_where=_run.due_at.is_not(None),
)
Index("journey_run_by_member", _run.member_id, _run.entered_at)
# What happens to a member is about the runs that she is on: of a regular hundreds are over.
Index(
    "journey_run_on_the_way",
    _run.member_id,
    sqlite_where=_run.ended_at.is_(None),
    postgresql_where=_run.ended_at.is_(None),
)
Index("journey_run_by_journey", _run.journey_id, _run.state, _run.version, _run.node)

# What was given up, whichever journey it is of: it waits for a person at its store.
_given_up = _run.state == literal_column("'dead'")
Index(
    "journey_run_given_up",
    _run.store_id,
    _run.id,
    sqlite_where=_given_up,
    postgresql_where=_given_up,
)

# Written by the step that begins to wait, so that nothing which happens afterwards is missed.
journey_wait = table(
    "journey_wait",
    Column("run_id", Id(), ForeignKey("journey_run.id"), primary_key=True),
    Column("fact", Words(), nullable=False),
    Column("member_id", Id(), nullable=False),
    Column("since", At(), nullable=False),
    rowid=False,
)
Index("journey_wait_by_fact", journey_wait.c.member_id, journey_wait.c.fact)

journey_log = table(
    "journey_log",
    Column("number", Whole(), primary_key=True, autoincrement=True),
    Column("run_id", Id(), nullable=False),
    Column("from_node", Words()),
    Column("to_node", Words()),
    Column("at", At(), nullable=False),
    Column("why", Words(), nullable=False),
    Column("detail", Words()),
    info={"append_only": True},
)
Index("journey_log_by_run", journey_log.c.run_id, journey_log.c.number)

# What a step did, under its business key: there is no second row, and so no second gift.
effect = table(
    "effect",
    Column("key", Words(), primary_key=True),
    Column("run_id", Id(), nullable=False),
    Column("kind", Words(), nullable=False),  # message | gift | tag | task
    Column("done", Flag(), nullable=False),
    Column("result", Words()),  # the message's id, the gift's occasion, or why it was not done
    Column("cost_minor", Whole(), nullable=False),
    Column("at", At(), nullable=False),
    info={"append_only": True},
    rowid=False,
)
Index("effect_by_run", effect.c.run_id)

# What comes by the calendar, once for each period; `after_id` is how far it has come.
journey_fire = table(
    "journey_fire",
    Column("journey_id", Id(), ForeignKey("journey.id"), primary_key=True),
    Column("period", Words(), primary_key=True),
    Column("after_id", Id(), nullable=False),
    Column("entered", Whole(), nullable=False),
    Column("begun_at", At(), nullable=False),
    Column("finished_at", At()),
    rowid=False,
)

staff_task = table(
    "staff_task",
    Column("id", Id(), primary_key=True),
    Column("effect_key", Words(), nullable=False, unique=True),
    Column("journey_id", Id(), nullable=False),
    Column("member_id", Id(), ForeignKey("member.id"), nullable=False),
    Column("store_id", Id(), nullable=False),
    Column("text_zh", Words(), nullable=False),
    Column("text_en", Words(), nullable=False),
    Column("opened_at", At(), nullable=False),
    Column("done_at", At()),
    Column("done_by", Words()),
    Column("note", Words()),
    rowid=False,
)
_open_task = staff_task.c.done_at.is_(None)
Index(
    "staff_task_open",
    staff_task.c.store_id,
    staff_task.c.opened_at,
    sqlite_where=_open_task,
    postgresql_where=_open_task,
)

campaign = table(
    "campaign",
    Column("id", Id(), primary_key=True),
    Column("name_zh", Words(), nullable=False),
    Column("name_en", Words(), nullable=False),
    Column("state", Words(), nullable=False),  # domain/campaigns/campaign.CampaignState
    Column("revision", Whole(), nullable=False),
    Column("definition", Document(), nullable=False),
    Column("audience", Whole(), nullable=False),
    Column("made_at", At(), nullable=False),
    Column("made_by", Words(), nullable=False),
    Column("approved_at", At()),
    Column("approved_by", Words()),
    CheckConstraint("state IN ('draft','waiting','approved','ended')", name="state_known"),
    rowid=False,
)

# What gifts may cost: drawn by every effect in its own transaction, whichever store it is for.
campaign_budget = table(
    "campaign_budget",
    Column("campaign_id", Id(), ForeignKey("campaign.id"), primary_key=True),
    Column("limit_minor", Whole(), nullable=False),
    Column("drawn_minor", Whole(), nullable=False),
    Column("messages_minor", Whole(), nullable=False),
    CheckConstraint("drawn_minor >= 0 AND drawn_minor <= limit_minor", name="drawn_within_limit"),
    rowid=False,
)

# "Had this journey run": tried some members at a time, so it goes on where it was after a crash.
journey_simulation = table(
    "journey_simulation",
    Column("id", Id(), primary_key=True),
    Column("journey_id", Id(), ForeignKey("journey.id"), nullable=False),
    Column("definition", Document(), nullable=False),
    Column("since", At(), nullable=False),
    Column("until", At(), nullable=False),
    Column("state", Words(), nullable=False),  # running | done | stopped
    Column("after_id", Id(), nullable=False),
    Column("done", Whole(), nullable=False),
    Column("total", Whole(), nullable=False),
    Column("found", Document(), nullable=False),
    Column("asked_at", At(), nullable=False),
    Column("asked_by", Words(), nullable=False),
    Column("finished_at", At()),
    CheckConstraint("state IN ('running','done','stopped')", name="state_known"),
    rowid=False,
)
