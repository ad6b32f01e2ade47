"""The jobs that keep insights, in a test: run until they have read all that happened.

follow_all(follow, "insights", shop)
"""

from collections.abc import Callable
from time import sleep

from sqlalchemy import func, select

from regulars.jobs.insights import follow, judge_anew, judge_due
from regulars.jobs.job import Workshop
from regulars.storage import fact_cursors
from regulars.storage.statement import Statement
from regulars.storage.tables.system import fact
from tests.shops import ShopUnderTest
from tests.workshops import run_out

LOOKS_MAX, LOOK_SECONDS = 200, 0.05
NEWEST_FACT: Statement[int | None] = Statement(select(func.max(fact.c.sequence)))


def follow_all(step: Callable[[Workshop], bool], name: str, shop: ShopUnderTest) -> None:
    """Let a reader of the facts work until it has read all.

    On PostgreSQL it waits for transactions of whoever else uses the server meanwhile.
    """
    for _ in range(LOOKS_MAX):
        run_out(step, shop)
        with shop.database.read() as read:
            newest = read.one(NEWEST_FACT) or 0
            behind = fact_cursors.cursor_of(read, name).position < newest
        if not behind:
            return
        sleep(LOOK_SECONDS)
    raise AssertionError("the job never caught up")


def settle_jobs(shop: ShopUnderTest) -> None:
    """Everything that is due of members' stages and classes."""
    run_out(judge_anew, shop)
    follow_all(follow, "insights", shop)
    run_out(judge_due, shop)
