"""The check of merges: a record that is part of another holds nothing, and what it gave arrived.

王芳's second record: closed, its accounts empty and closed; the 100.00 that left it are the 100.00
that reached the first one.
"""

from regulars.storage.verify.report import Question

MERGES = Question(
    "merges",
    counts="member_merge",
    finds="""
    WITH sides AS (
        SELECT entry.subject_id AS merge_id, account.owner_id, posting.unit,
               sum(CASE WHEN account.id = from_account THEN -amount ELSE amount END) AS moved
        FROM member_merge JOIN entry ON entry.subject_id = member_merge.id
             JOIN posting ON posting.entry_id = entry.id
             JOIN account ON account.id IN (from_account, to_account) AND cached
        GROUP BY entry.subject_id, account.owner_id, posting.unit
    )
    SELECT 'merged_holds' AS what, absorbed_id AS subject, account.id AS account,
           0 AS wanted, balance AS found
    FROM member_merged JOIN account ON owner_id = absorbed_id
    WHERE balance <> 0 OR state <> 'closed'
    UNION ALL
    SELECT 'merged_not_closed', absorbed_id, NULL, 1, 0
    FROM member_merged JOIN member ON member.id = absorbed_id WHERE member.state NOT IN ('closed', 'erased')
    UNION ALL
    SELECT 'merge_moved', merge_id, NULL, 0, sum(moved)
    FROM sides GROUP BY merge_id, unit HAVING sum(moved) <> 0
    UNION ALL
    SELECT 'merge_undone_still', member_merged.merge_id, NULL, 0, 1
    FROM member_merged JOIN member_merge_undo
         ON member_merge_undo.merge_id = member_merged.merge_id
    """,
)

QUESTIONS = (MERGES,)
