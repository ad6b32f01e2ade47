"""The checks of tiers: every period stands on its figures, and is reviewed when it says.

王芳 is 茶王 until 1 January: her period says 1,620 of 1,500, and her review is due on that day.
"""

from regulars.storage.verify.report import Question

_NEWEST = """
    SELECT period.member_id, period.until
    FROM tier_period AS period
    WHERE NOT EXISTS (
        SELECT 1 FROM tier_period AS later
        WHERE later.member_id = period.member_id
          AND (later.since > period.since
               OR (later.since = period.since AND period.cause = 'joined'
                   AND later.cause <> 'joined')))
"""

TIER_PERIODS = Question(
    "tier_periods",
    counts="tier_period",
    finds="""
    SELECT 'tier_unearned' AS what, member_id AS subject, NULL AS account,
           needed AS wanted, measured AS found
    FROM tier_period WHERE cause IN ('up', 'kept') AND measured < needed
    UNION ALL
    SELECT 'tier_taken_away', member_id, NULL, needed, measured
    FROM tier_period WHERE cause IN ('grace', 'down', 'refund') AND measured >= needed
    UNION ALL
    SELECT 'tier_growth', member_id, NULL, growth_value, measured
    FROM tier_period
    WHERE cause = 'up' AND measure = 'growth' AND window_from IS NULL AND measured <> growth_value
    """,
)

TIER_REVIEWS = Question(
    "tier_reviews",
    counts="tier_review",
    finds="""
    WITH newest AS ({newest})
    SELECT 'review_day' AS what, tier_review.member_id AS subject, NULL AS account,
           1 AS wanted, 0 AS found
    FROM tier_review JOIN newest ON newest.member_id = tier_review.member_id
    WHERE newest.until IS NOT NULL AND newest.until <> tier_review.due_on
    """,
    parts={"newest": _NEWEST},
)

QUESTIONS = (TIER_PERIODS, TIER_REVIEWS)
