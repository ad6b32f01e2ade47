"""The checks of rewards: what members did and won can be counted again.

"周年抽奖" says 41 draws: their numbers are 1 to 41, each one that cost points has its entry, and of
three flasks as many are gone as draws won one. Twenty mugs less those ordered are still there. Who
won four prizes and was paid for two tasks has four gifts and two for it.
"""

from regulars.storage.verify.report import Question

CHECK_INS = Question(
    "check_ins",
    counts="check_in",
    finds="""
    SELECT 'check_in_streak' AS what, member_id AS subject, NULL AS account,
           1 AS wanted, streak AS found
    FROM (
        SELECT member_id, streak, lag(streak) OVER (
            PARTITION BY programme_id, member_id ORDER BY day) AS before
        FROM check_in
    ) AS days WHERE streak <> 1 AND streak <> coalesce(before, 0) + 1
    """,
)

_POINTS = """
    SELECT subject_id, entry.kind, sum(amount) AS points
    FROM entry JOIN posting ON posting.entry_id = entry.id
    WHERE entry.kind IN ('draw', 'mall', 'mall_back') AND unit = 'PT'
    GROUP BY subject_id, entry.kind
"""

DRAWS = Question(
    "draws",
    counts="draw",
    finds="""
    WITH moved AS ({points}), numbered AS (
        SELECT id, number, row_number() OVER (PARTITION BY programme_id ORDER BY number) AS place
        FROM draw
    ),
    won AS (
        SELECT programme_id, prize, count(*) AS wins FROM draw WHERE prize <> 'blank'
        GROUP BY programme_id, prize
    ), prizes AS (
        SELECT member_id, count(*) AS prizes FROM draw WHERE prize <> 'blank' GROUP BY member_id
    ), given AS (
        SELECT member_id, count(*) AS gifts FROM gift WHERE occasion LIKE 'draw:%'
        GROUP BY member_id
    )
    SELECT 'draw_number' AS what, id AS subject, NULL AS account, place AS wanted, number AS found
    FROM numbered WHERE place <> number
    UNION ALL
    SELECT 'draw_counter', draw_counter.programme_id, NULL, coalesce(max(number), 0), last
    FROM draw_counter LEFT JOIN draw ON draw.programme_id = draw_counter.programme_id
    GROUP BY draw_counter.programme_id, last HAVING last <> coalesce(max(number), 0)
    UNION ALL
    SELECT 'draw_points', draw.id, NULL, draw.points, coalesce(moved.points, 0)
    FROM draw LEFT JOIN moved ON subject_id = draw.id AND moved.kind = 'draw'
    WHERE draw.points <> coalesce(moved.points, 0)
    UNION ALL
    SELECT 'entry_without_draw', subject_id, NULL, 1, 0 FROM moved
    WHERE moved.kind = 'draw' AND NOT EXISTS (SELECT 1 FROM draw WHERE draw.id = subject_id)
    UNION ALL
    SELECT 'draw_stock', won.programme_id, NULL, wins, coalesce(used, 0)
    FROM won LEFT JOIN limit_use ON offer_id = won.programme_id
         AND scope = 'all:prize:' || prize AND period = 'ever'
    WHERE wins <> coalesce(used, 0)
    UNION ALL
    SELECT 'draw_without_seed', draw.id, NULL, 1, 0 FROM draw
    WHERE NOT EXISTS (
        SELECT 1 FROM draw_seed WHERE draw_seed.programme_id = draw.programme_id)
    UNION ALL
    SELECT 'draw_gift', member_id, NULL, prizes, coalesce(gifts, 0)
    FROM prizes LEFT JOIN given USING (member_id) WHERE prizes <> coalesce(gifts, 0)
    UNION ALL
    SELECT 'gift_without_draw', member_id, NULL, 0, gifts
    FROM given LEFT JOIN prizes USING (member_id) WHERE prizes IS NULL
    """,
    parts={"points": _POINTS},
)

MALL = Question(
    "mall_orders",
    counts="mall_order",
    finds="""
    WITH moved AS ({points}), ordered AS (
        SELECT programme_id, sum(CASE WHEN state = 'cancelled' THEN 0 ELSE 1 END) AS orders
        FROM mall_order GROUP BY programme_id
    )
    SELECT 'mall_points' AS what, mall_order.id AS subject, NULL AS account,
           mall_order.points AS wanted, coalesce(moved.points, 0) AS found
    FROM mall_order LEFT JOIN moved ON subject_id = mall_order.id AND moved.kind = 'mall'
    WHERE mall_order.points <> coalesce(moved.points, 0)
    UNION ALL
    SELECT 'mall_points_back', mall_order.id, NULL,
           CASE WHEN state = 'cancelled' THEN mall_order.points ELSE 0 END,
           coalesce(moved.points, 0)
    FROM mall_order LEFT JOIN moved ON subject_id = mall_order.id AND moved.kind = 'mall_back'
    WHERE CASE WHEN state = 'cancelled' THEN mall_order.points ELSE 0 END
          <> coalesce(moved.points, 0)
    UNION ALL
    SELECT 'entry_without_mall_order', subject_id, NULL, 1, 0 FROM moved
    WHERE moved.kind <> 'draw'
      AND NOT EXISTS (SELECT 1 FROM mall_order WHERE mall_order.id = subject_id)
    UNION ALL
    SELECT 'mall_stock', programme_id, NULL, orders, coalesce(used, 0)
    FROM ordered LEFT JOIN limit_use ON offer_id = programme_id
         AND scope = 'all:stock' AND period = 'ever'
    WHERE orders <> coalesce(used, 0)
    """,
    parts={"points": _POINTS},
)

TASKS = Question(
    "tasks",
    counts="task_claim",
    finds="""
    WITH claimed AS (
        SELECT member_id, count(*) AS claims FROM task_claim GROUP BY member_id
    ), given AS (
        SELECT member_id, count(*) AS gifts FROM gift WHERE occasion LIKE 'task:%'
        GROUP BY member_id
    )
    SELECT 'task_gift' AS what, member_id AS subject, NULL AS account,
           claims AS wanted, coalesce(gifts, 0) AS found
    FROM claimed LEFT JOIN given USING (member_id) WHERE claims <> coalesce(gifts, 0)
    UNION ALL
    SELECT 'gift_without_claim', member_id, NULL, 0, gifts
    FROM given LEFT JOIN claimed USING (member_id) WHERE claims IS NULL
    """,
)

QUESTIONS = (CHECK_INS, DRAWS, MALL, TASKS)
