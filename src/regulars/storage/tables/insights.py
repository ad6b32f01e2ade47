"""What is known of members and dishes: stages, classes, what is bought together, surveys.

Everything here is made from orders and answers: it may be made anew, and it names nobody but by id.
What a guest wrote in her own words is under her own key.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint

from regulars.storage.columns import At, Bytes, Day, Document, Id, Whole, Words, table

# One row per member: where she stands, and when that changes without her doing anything.
member_insight = table(
    "member_insight",
    Column("member_id", Id(), ForeignKey("member.id"), primary_key=True),
    Column("number", Whole(), nullable=False),  # of her newest row in member_stage
    Column("stage", Words(), nullable=False),  # domain/insights/lifecycle.Stage
    Column("stage_since", Day(), nullable=False),
    Column("rfm", Words()),  # domain/insights/rfm.RfmClass; NULL before the first visit
    Column("why", Document(), nullable=False),
    Column("visits", Whole(), nullable=False),
    Column("last_on", Day()),
    Column("gap_days", Whole(), nullable=False),
    Column("judged_at", At(), nullable=False),
    Column("due_at", At()),
    rowid=False,
)
Index("member_insight_due", member_insight.c.due_at, member_insight.c.member_id)
Index("member_insight_by_stage", member_insight.c.stage, member_insight.c.member_id)
Index("member_insight_by_rfm", member_insight.c.rfm, member_insight.c.member_id)

member_stage = table(
    "member_stage",
    Column("member_id", Id(), ForeignKey("member.id"), primary_key=True),
    Column("number", Whole(), primary_key=True),
    Column("stage", Words(), nullable=False),
    Column("before", Words()),
    Column("since", Day(), nullable=False),
    Column("cause", Words(), nullable=False),  # followed | due | judged_anew
    Column("why", Document(), nullable=False),
    Column("at", At(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

# The edges of the classes and the usual gap, by kind of store, as measured one night.
cut_points = table(
    "cut_points",
    Column("store_kind", Words(), primary_key=True),
    Column("version", Whole(), primary_key=True),
    Column("measured_at", At(), nullable=False),
    Column("members", Whole(), nullable=False),
    Column("gap_days", Whole(), nullable=False),
    Column("recency_days", Document(), nullable=False),
    Column("visits", Document(), nullable=False),
    Column("spent_minor", Document(), nullable=False),
    info={"append_only": True},
    rowid=False,
)

# In how many baskets of a month two dishes were together, both ways round; a dish with itself is
# in how many it was. `month`: years * 12 + months.
dish_pair = table(
    "dish_pair",
    Column("product_id", Id(), primary_key=True),
    Column("with_id", Id(), primary_key=True),
    Column("month", Whole(), primary_key=True),
    Column("baskets", Whole(), nullable=False),
    rowid=False,
)

dish_sales = table(
    "dish_sales",
    Column("store_id", Id(), ForeignKey("store.id"), primary_key=True),
    Column("month", Whole(), primary_key=True),
    Column("daypart", Words(), primary_key=True),
    Column("product_id", Id(), primary_key=True),
    Column("baskets", Whole(), nullable=False),
    rowid=False,
)

# One answer to one survey after one visit; nothing of it is changed.
survey_answer = table(
    "survey_answer",
    Column("id", Id(), primary_key=True),
    Column("programme_id", Id(), nullable=False),
    Column("version", Whole(), nullable=False),
    Column("order_id", Id(), ForeignKey("orders.id"), nullable=False),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("business_day", Day(), nullable=False),
    Column("member_id", Id(), ForeignKey("member.id")),
    Column("score", Whole()),
    Column("choices", Document(), nullable=False),
    Column("words", Bytes()),  # under the member's key
    Column("language", Words(), nullable=False),
    Column("at", At(), nullable=False),
    UniqueConstraint("programme_id", "order_id"),
    CheckConstraint("score BETWEEN 0 AND 10", name="score_in_range"),
    info={"append_only": True},
    rowid=False,
)
Index("survey_answer_by_day", survey_answer.c.store_id, survey_answer.c.business_day)
Index("survey_answer_by_member", survey_answer.c.member_id, survey_answer.c.at)

# A low mark is somebody's work until it is said what was done.
recovery_task = table(
    "recovery_task",
    Column("answer_id", Id(), ForeignKey("survey_answer.id"), primary_key=True),
    Column("store_id", Id(), ForeignKey("store.id"), nullable=False),
    Column("member_id", Id(), ForeignKey("member.id")),
    Column("order_id", Id(), nullable=False),
    Column("score", Whole(), nullable=False),
    Column("opened_at", At(), nullable=False),
    Column("state", Words(), nullable=False),  # open | done
    Column("done_at", At()),
    Column("done_by", Words()),
    Column("act", Words()),  # domain/loyalty/recovery.Act
    Column("note", Words()),
    CheckConstraint("state IN ('open','done')", name="state_known"),
    CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_has_time"),
    rowid=False,
)
Index(
    "recovery_task_by_store",
    recovery_task.c.store_id,
    recovery_task.c.state,
    recovery_task.c.answer_id,
)
