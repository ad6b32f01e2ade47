"""The checks of orders, refunds, coupons and members against the ledger and each other.

Order A017 says 41.00: its tenders sum to 41.00, one settle entry moved 41.00, it earned 60 points
and the ledger gave 60; of its three cups one came back, for no more than it cost.
"""

from regulars.storage.verify.report import Question

_SETTLED = "orders.state IN ('paid', 'part_refunded', 'refunded')"

_POSTED = """
    SELECT entry.subject_id AS order_id,
        count(DISTINCT CASE WHEN entry.kind = 'settle' THEN entry.id END) AS settles,
        count(DISTINCT CASE WHEN entry.kind = 'earn' THEN entry.id END) AS earns,
        sum(CASE WHEN entry.kind = 'settle' AND unit NOT IN ('PT', 'GV')
            THEN amount ELSE 0 END) AS money,
        sum(CASE WHEN entry.kind = 'settle' AND unit = 'PT' THEN amount ELSE 0 END) AS spent,
        sum(CASE WHEN entry.kind = 'earn' AND unit = 'PT' THEN amount ELSE 0 END) AS earned,
        sum(CASE WHEN entry.kind = 'earn' AND unit = 'GV' THEN amount ELSE 0 END) AS grown
    FROM entry JOIN posting ON posting.entry_id = entry.id
    WHERE entry.kind IN ('settle', 'earn')
    GROUP BY entry.subject_id
"""

_POSTED_BACK = """
    SELECT entry.subject_id AS order_id,
        sum(CASE WHEN unit NOT IN ('PT', 'GV') THEN amount ELSE 0 END) AS money_back,
        sum(CASE WHEN unit = 'PT' THEN amount ELSE 0 END) AS points_back,
        sum(CASE WHEN unit = 'GV' THEN amount ELSE 0 END) AS growth_back
    FROM entry JOIN posting ON posting.entry_id = entry.id
    WHERE entry.kind = 'refund'
    GROUP BY entry.subject_id
"""

_REFUNDED = """
    SELECT order_id, sum(amount_minor) AS amount_minor, sum(points_returned) AS returned,
           sum(points_taken_back + points_short) AS taken_back, sum(growth_taken_back) AS growth
    FROM refund GROUP BY order_id
"""
_PARTS = {
    "settled": _SETTLED,
    "posted": _POSTED,
    "posted_back": _POSTED_BACK,
    "refunded": _REFUNDED,
}

TENDERS = Question(
    "tenders",
    counts="payment",
    finds="""
    WITH paid AS (
        SELECT order_id,
               sum(CASE WHEN refund_id IS NULL THEN amount_minor ELSE 0 END) AS taken,
               sum(CASE WHEN refund_id IS NULL THEN 0 ELSE -amount_minor END) AS given_back
        FROM payment GROUP BY order_id
    )
    SELECT 'paid' AS what, id AS subject, NULL AS account,
           CASE WHEN {settled} THEN due_minor ELSE 0 END AS wanted, coalesce(taken, 0) AS found
    FROM orders LEFT JOIN paid ON order_id = id
    WHERE coalesce(taken, 0) <> CASE WHEN {settled} THEN due_minor ELSE 0 END
    UNION ALL
    SELECT 'paid_back', id, NULL, refunded_minor, coalesce(given_back, 0)
    FROM orders LEFT JOIN paid ON order_id = id
    WHERE coalesce(given_back, 0) <> refunded_minor
    UNION ALL
    SELECT 'stored_value', id, NULL, amount_minor, principal_minor + bonus_minor FROM payment
    WHERE principal_minor + bonus_minor
          <> CASE WHEN kind = 'stored_value' THEN amount_minor ELSE 0 END
    """,
    parts=_PARTS,
)

POSTED = Question(
    "orders_posted",
    counts="orders",
    finds="""
    WITH posted AS ({posted})
    SELECT 'settle_entries' AS what, id AS subject, NULL AS account,
           CASE WHEN {settled} AND (due_minor > 0 OR points_spent > 0) THEN 1 ELSE 0 END
           AS wanted, coalesce(settles, 0) AS found
    FROM orders LEFT JOIN posted ON order_id = id
    WHERE coalesce(settles, 0)
          <> CASE WHEN {settled} AND (due_minor > 0 OR points_spent > 0) THEN 1 ELSE 0 END
    UNION ALL
    SELECT 'earn_entries', id, NULL, 1, earns FROM orders JOIN posted ON order_id = id
    WHERE earns > 1
    UNION ALL
    SELECT 'money', id, NULL, CASE WHEN {settled} THEN due_minor ELSE 0 END, coalesce(money, 0)
    FROM orders LEFT JOIN posted ON order_id = id
    WHERE coalesce(money, 0) <> CASE WHEN {settled} THEN due_minor ELSE 0 END
    UNION ALL
    SELECT 'points_spent', id, NULL, points_spent, coalesce(spent, 0)
    FROM orders LEFT JOIN posted ON order_id = id WHERE coalesce(spent, 0) <> points_spent
    UNION ALL
    SELECT 'points_earned', id, NULL, points_earned, coalesce(earned, 0)
    FROM orders LEFT JOIN posted ON order_id = id WHERE coalesce(earned, 0) <> points_earned
    UNION ALL
    SELECT 'growth_earned', id, NULL, growth_earned, coalesce(grown, 0)
    FROM orders LEFT JOIN posted ON order_id = id WHERE coalesce(grown, 0) <> growth_earned
    UNION ALL
    SELECT 'no_order', order_id, NULL, 1, 0 FROM posted
    WHERE NOT EXISTS (SELECT 1 FROM orders WHERE id = order_id)
    """,
    parts=_PARTS,
)

REFUNDS_POSTED = Question(
    "refunds_posted",
    counts="refund",
    finds="""
    WITH posted AS ({posted_back}), refunded AS ({refunded})
    SELECT 'money_back' AS what, id AS subject, NULL AS account,
           refunded_minor AS wanted, coalesce(money_back, 0) AS found
    FROM orders LEFT JOIN posted ON order_id = id WHERE coalesce(money_back, 0) <> refunded_minor
    UNION ALL
    SELECT 'points_back', id, NULL, coalesce(returned + taken_back, 0), coalesce(points_back, 0)
    FROM orders LEFT JOIN posted ON posted.order_id = id
         LEFT JOIN refunded ON refunded.order_id = id
    WHERE coalesce(points_back, 0) <> coalesce(returned + taken_back, 0)
    UNION ALL
    SELECT 'growth_back', id, NULL, coalesce(growth, 0), coalesce(growth_back, 0)
    FROM orders LEFT JOIN posted ON posted.order_id = id
         LEFT JOIN refunded ON refunded.order_id = id
    WHERE coalesce(growth_back, 0) <> coalesce(growth, 0)
    UNION ALL
    SELECT 'no_order', order_id, NULL, 1, 0 FROM posted
    WHERE NOT EXISTS (SELECT 1 FROM orders WHERE id = order_id)
    """,
    parts=_PARTS,
)

REFUNDS = Question(
    "refunds",
    counts="refund",
    finds="""
    WITH refunded AS ({refunded}),
    units_back AS (
        SELECT refund_id, sum(amount_minor) AS amount_minor FROM refund_unit GROUP BY refund_id
    ),
    gone AS (SELECT order_id, count(*) AS units FROM refund_unit GROUP BY order_id),
    sold AS (
        SELECT order_id, sum(quantity) AS units FROM order_line WHERE state = 'sold'
        GROUP BY order_id
    ),
    newest AS (SELECT order_id, max(version) AS version FROM order_share GROUP BY order_id),
    kept AS (
        SELECT share.order_id,
               sum(CASE WHEN back.unit IS NULL THEN share.due_minor ELSE 0 END) AS kept_minor
        FROM order_share AS share
             JOIN newest ON newest.order_id = share.order_id AND newest.version = share.version
             LEFT JOIN refund_unit AS back ON back.order_id = share.order_id
                  AND back.position = share.position AND back.unit = share.unit
        GROUP BY share.order_id
    )
    SELECT 'refunded' AS what, id AS subject, NULL AS account,
           coalesce(refunded.amount_minor, 0) AS wanted, refunded_minor AS found
    FROM orders LEFT JOIN refunded ON order_id = id
    WHERE refunded_minor <> coalesce(refunded.amount_minor, 0)
    UNION ALL
    SELECT 'more_than_paid', id, NULL, due_minor, refunded_minor FROM orders
    WHERE refunded_minor > due_minor
    UNION ALL
    SELECT 'units', id, NULL, refund.amount_minor, coalesce(units_back.amount_minor, 0)
    FROM refund LEFT JOIN units_back ON refund_id = id
    WHERE refund.amount_minor <> coalesce(units_back.amount_minor, 0)
    UNION ALL
    SELECT 'kept_shares', id, NULL, due_minor - refunded_minor, kept_minor
    FROM orders JOIN kept ON kept.order_id = id WHERE kept_minor <> due_minor - refunded_minor
    UNION ALL
    SELECT 'unit_unknown', refund_id, NULL, 1, 0 FROM refund_unit
    WHERE NOT EXISTS (
        SELECT 1 FROM order_line
        WHERE order_line.order_id = refund_unit.order_id
          AND order_line.position = refund_unit.position
          AND order_line.state = 'sold' AND unit >= 0 AND unit < quantity)
    UNION ALL
    SELECT 'points_returned', id, NULL, points_spent, returned
    FROM orders JOIN refunded ON order_id = id WHERE returned > points_spent
    UNION ALL
    SELECT 'points_taken_back', id, NULL, points_earned, taken_back
    FROM orders JOIN refunded ON order_id = id WHERE taken_back > points_earned
    UNION ALL
    SELECT 'growth_taken_back', id, NULL, growth_earned, growth
    FROM orders JOIN refunded ON order_id = id WHERE growth > growth_earned
    UNION ALL
    SELECT 'state', id, NULL, coalesce(sold.units, 0), coalesce(gone.units, 0)
    FROM orders LEFT JOIN sold ON sold.order_id = id LEFT JOIN gone ON gone.order_id = id
    WHERE (orders.state = 'refunded')
              <> (coalesce(gone.units, 0) > 0 AND gone.units = sold.units)
       OR (orders.state IN ('part_refunded', 'refunded')) <> (coalesce(gone.units, 0) > 0)
    """,
    parts=_PARTS,
)

COUPONS = Question(
    "coupons",
    counts="coupon",
    finds="""
    SELECT 'used_without_sale' AS what, coupon.id AS subject, NULL AS account,
           1 AS wanted, 0 AS found
    FROM coupon LEFT JOIN orders ON orders.id = coupon.order_id
    WHERE coupon.state = 'used'
      AND (orders.id IS NULL OR orders.state NOT IN ('paid', 'part_refunded')
           OR coalesce(orders.member_id <> coupon.member_id, true))
    UNION ALL
    SELECT 'saving_without_coupon', orders.id, NULL, 1, 0
    FROM orders JOIN order_adjustment ON order_adjustment.order_id = orders.id
         LEFT JOIN coupon ON coupon.id = coupon_id
         LEFT JOIN coupon_code ON coupon_code.id = coupon_id
    WHERE coupon_id IS NOT NULL AND orders.state IN ('paid', 'part_refunded')
      AND NOT EXISTS (
          SELECT 1 FROM refund WHERE refund.order_id = orders.id AND coupons_returned > 0)
      AND NOT coalesce(coupon.state = 'used' AND coupon.order_id = orders.id, false)
      AND NOT coalesce(coupon_code.state = 'used' AND coupon_code.order_id = orders.id, false)
    UNION ALL
    SELECT 'used_without_sale', coupon_code.id, NULL, 1, 0
    FROM coupon_code LEFT JOIN orders ON orders.id = coupon_code.order_id
    WHERE coupon_code.state = 'used'
      AND (orders.id IS NULL OR orders.state NOT IN ('paid', 'part_refunded'))
    UNION ALL
    SELECT 'issued', id, NULL, coalesce(copies.number, 0) + coalesce(codes.number, 0), issued
    FROM coupon_type
         LEFT JOIN (SELECT type_id, count(*) AS number FROM coupon
                    WHERE batch_id IS NULL AND reissue_of IS NULL GROUP BY type_id) AS copies
              ON copies.type_id = id
         LEFT JOIN (SELECT type_id, CAST(sum(size) AS bigint) AS number FROM coupon_batch
                    GROUP BY type_id) AS codes ON codes.type_id = id
    WHERE coalesce(copies.number, 0) + coalesce(codes.number, 0) <> issued
    """,
)

MEMBERS = Question(
    "members",
    counts="member_stats",
    finds="""
    WITH visited AS (
        SELECT member_id, sum(CASE WHEN state = 'refunded' THEN 0 ELSE 1 END) AS visits,
               sum(due_minor - refunded_minor) AS spent, max(settled_at) AS last_at
        FROM orders WHERE member_id IS NOT NULL AND {settled} GROUP BY member_id
    )
    SELECT 'visits' AS what, member_stats.member_id AS subject, NULL AS account,
           coalesce(visited.visits, 0) AS wanted, member_stats.visits AS found
    FROM member_stats LEFT JOIN visited ON visited.member_id = member_stats.member_id
    WHERE member_stats.visits <> coalesce(visited.visits, 0)
    UNION ALL
    SELECT 'spent', member_stats.member_id, NULL, coalesce(spent, 0), spent_minor
    FROM member_stats LEFT JOIN visited ON visited.member_id = member_stats.member_id
    WHERE spent_minor <> coalesce(spent, 0)
    UNION ALL
    SELECT 'last_visit', member_stats.member_id, NULL, last_at, last_visit_at
    FROM member_stats LEFT JOIN visited ON visited.member_id = member_stats.member_id
    WHERE coalesce(last_at, 0) <> coalesce(last_visit_at, 0)
    UNION ALL
    SELECT 'no_figures', id, NULL, 1, 0 FROM member
    WHERE NOT EXISTS (SELECT 1 FROM member_stats WHERE member_id = id)
    """,
    parts=_PARTS,
)

TIERS = Question(
    "tiers",
    counts="tier_period",
    finds="""
    SELECT 'tier' AS what, member_id AS subject, NULL AS account, 1 AS wanted, 0 AS found
    FROM member_stats
    WHERE NOT EXISTS (
        SELECT 1 FROM tier_period
        WHERE tier_period.member_id = member_stats.member_id
          AND tier_period.tier = member_stats.tier AND since = tier_since)
    UNION ALL
    SELECT 'later_tier', member_id, NULL, 0, 1 FROM member_stats
    WHERE EXISTS (
        SELECT 1 FROM tier_period
        WHERE tier_period.member_id = member_stats.member_id AND since > tier_since)
    """,
)

QUESTIONS = (TENDERS, POSTED, REFUNDS_POSTED, REFUNDS, COUPONS, MEMBERS, TIERS)
