"""The check of what is due: nothing that had to end yesterday is still there.

张伟's points ended on Monday; on Wednesday they are still in his account: the job that ends them
stands still, and 张伟 might spend what the statement of liability no longer counts.
"""

from datetime import timedelta

from sqlalchemy import bindparam, column, text

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Day, Id, Whole, Words
from regulars.storage.engine import Read
from regulars.storage.statement import Statement
from regulars.storage.verify.report import LISTED_MAX, Check, Difference

# What is due may wait so long for its job.
PATIENCE = timedelta(days=1)

_UNDONE = f"""
    SELECT what, subject, CAST(account AS bigint), CAST(wanted AS bigint), CAST(found AS bigint)
    FROM (
        SELECT 'lot_not_ended' AS what, lot.id AS subject, account_id AS account,
               0 AS wanted, remaining AS found
        FROM lot JOIN account ON account.id = account_id
        WHERE remaining > 0 AND expires_on < :day
          AND account.state = 'open' AND account.kind IN ('points', 'bonus', 'principal')
        UNION ALL
        SELECT 'bill_not_let_go', order_id, NULL, 0, 1 FROM order_hold
        WHERE state = 'held' AND expires_at < :at
        UNION ALL
        SELECT 'group_not_closed', id, NULL, 0, 1 FROM buying_group
        WHERE state = 'open' AND ends_at < :at
        UNION ALL
        SELECT 'pass_not_ended', member_pass.id, account_id, 0, remaining
        FROM member_pass JOIN lot ON lot.id = lot_id JOIN account ON account.id = account_id
        WHERE member_pass.state = 'active' AND ends_on < :day
          AND remaining > 0 AND account.state = 'open'
    ) AS undone LIMIT {LISTED_MAX + 1}
"""  # noqa: S608 - our own text


class DutiesQuestion:
    """The check itself: it needs to know what time it is."""

    name = "duties"
    weight = 1

    def __init__(self) -> None:
        self._finds = Statement(
            text(_UNDONE)
            .bindparams(bindparam("day", type_=Day()), bindparam("at", type_=At()))
            .columns(
                column("what", Words()),
                column("subject", Id()),
                column("account", Whole()),
                column("wanted", Whole()),
                column("found", Whole()),
            ),
            Difference,
        )
        self._counts: Statement[int] = Statement(
            text("SELECT count(*) FROM lot WHERE remaining > 0 AND expires_on IS NOT NULL").columns(
                column("rows_checked", Whole())
            )
        )

    def asked(self, read: Read, now: Instant) -> Check:
        """The check on one snapshot, at a time at which the shop's own jobs are done."""
        at = Instant(now - PATIENCE)
        wrong = read.all(self._finds, at=at, day=at.date())
        return Check(
            name=self.name,
            rows_checked=read.all(self._counts)[0],
            differences=tuple(wrong[:LISTED_MAX]),
            more=len(wrong) > LISTED_MAX,
        )


DUTIES = DutiesQuestion()
