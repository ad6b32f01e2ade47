"""`verify` proves the books: every stored figure is derived again, and any difference is named.

report = verify(read, lambda progress: None)
report.differences        # 0, in 1,204,000 entries and 400,000 orders
"""

from sqlalchemy import func, select

from regulars.storage.engine import Read
from regulars.storage.statement import Statement
from regulars.storage.tables.ledger import entry
from regulars.storage.tables.orders import orders
from regulars.storage.verify import limits, trade, value
from regulars.storage.verify.report import Check, Difference, Progress, Report, Watcher

__all__ = ["QUESTIONS", "Check", "Difference", "Progress", "Report", "Watcher", "verify"]

QUESTIONS = (*value.QUESTIONS, *trade.QUESTIONS, *limits.QUESTIONS)

_ENTRIES: Statement[int] = Statement(select(func.count()).select_from(entry))
_ORDERS: Statement[int] = Statement(select(func.count()).select_from(orders))


def verify(read: Read, watcher: Watcher) -> Report:
    """Ask every question on one snapshot; `watcher` hears before each how far it is."""
    checks: list[Check] = []
    for question in QUESTIONS:
        watcher(Progress(len(checks), len(QUESTIONS), question.name))
        checks.append(question.asked(read))
    return Report(
        checks=tuple(checks),
        entries=read.all(_ENTRIES)[0],
        orders=read.all(_ORDERS)[0],
    )
