"""The check of bulk actions: as many are told of as were seen to, while one runs; never more.

A coupon for 812 members, 300 done so far: there are 300 rows of what became of whom.
"""

from regulars.storage.verify.report import Question

BULK_ACTIONS = Question(
    "bulk_actions",
    counts="bulk_action",
    finds="""
    WITH told AS (
        SELECT bulk_action_id, count(*) AS number FROM bulk_action_member GROUP BY bulk_action_id
    )
    SELECT 'bulk_action_told' AS what, bulk_action.id AS subject, NULL AS account,
           done AS wanted, coalesce(number, 0) AS found
    FROM bulk_action LEFT JOIN told ON bulk_action_id = bulk_action.id
    WHERE coalesce(number, 0) > done OR (state = 'running' AND coalesce(number, 0) <> done)
    """,
)

QUESTIONS = (BULK_ACTIONS,)
