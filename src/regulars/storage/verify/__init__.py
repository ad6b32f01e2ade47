"""`verify` proves the books: every stored figure is derived again, and any difference is named.

report = verify(read, lambda progress: None)
report.differences        # 0, in 1,204,000 entries and 400,000 orders
"""

from sqlalchemy import func, select

from regulars.domain.kernel.period import Instant
from regulars.storage.chain import head_of
from regulars.storage.engine import Read
from regulars.storage.statement import Statement
from regulars.storage.tables.ledger import entry
from regulars.storage.tables.orders import orders
from regulars.storage.verify import (
    bulk_actions,
    groups,
    holds,
    limits,
    merges,
    passes,
    referrals,
    rewards,
    settlement,
    tiers,
    traces,
    trade,
    value,
)
from regulars.storage.verify.chain import CHAIN
from regulars.storage.verify.duties import DUTIES
from regulars.storage.verify.report import Check, Difference, Progress, Report, Watcher

__all__ = ["QUESTIONS", "Check", "Difference", "Progress", "Report", "Watcher", "verify"]

QUESTIONS = (
    *value.QUESTIONS,
    *trade.QUESTIONS,
    *limits.QUESTIONS,
    *traces.QUESTIONS,
    *holds.QUESTIONS,
    *rewards.QUESTIONS,
    *referrals.QUESTIONS,
    *groups.QUESTIONS,
    *passes.QUESTIONS,
    *merges.QUESTIONS,
    *bulk_actions.QUESTIONS,
    *settlement.QUESTIONS,
    *tiers.QUESTIONS,
)
TOTAL = sum(question.weight for question in QUESTIONS) + DUTIES.weight + CHAIN.weight

_ENTRIES: Statement[int] = Statement(select(func.count()).select_from(entry))
_ORDERS: Statement[int] = Statement(select(func.count()).select_from(orders))


def verify(read: Read, watcher: Watcher, *, now: Instant | None = None) -> Report:
    """Ask every question on one snapshot; `watcher` hears before and during each how far it is.

    `now` is given while a server works: then every entry older than a minute must be in the chain,
    and nothing that was due a day ago may be left.
    """
    checks: list[Check] = []
    done = 0
    for question in QUESTIONS:
        watcher(Progress(done, TOTAL, question.name))
        checks.append(question.asked(read))
        done += question.weight
    if now is not None:
        watcher(Progress(done, TOTAL, DUTIES.name))
        checks.append(DUTIES.asked(read, now))
    done += DUTIES.weight

    def hear(part: float) -> None:
        watcher(Progress(done + part * CHAIN.weight, TOTAL, CHAIN.name))

    hear(0.0)
    checks.append(CHAIN.asked(read, now, hear))
    return Report(
        checks=tuple(checks),
        entries=read.all(_ENTRIES)[0],
        orders=read.all(_ORDERS)[0],
        head=head_of(read),
    )
