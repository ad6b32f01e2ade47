"""What is bought together, counted behind the tills: a quarter of a minute after the sale."""

from regulars.jobs.job import Job, Workshop
from regulars.storage import fact_cursors
from regulars.use_cases.counting_baskets import READER, BasketSeen, CountBaskets

EVERY_SECONDS = 15.0
FACTS_MAX = 200
KINDS = {"order.settled": False, "order.refunded": True}


def count(workshop: Workshop) -> bool:
    """Count what the next facts say; whether there may be more."""
    with workshop.database.read() as read:
        before = fact_cursors.cursor_of(read, READER)
        ahead = fact_cursors.ahead_of(read, READER, rows=FACTS_MAX)
    if ahead.cursor == before:
        return False
    seen = tuple(
        BasketSeen(order_id=one.subject_id, at=one.at, refunded=KINDS[one.kind])
        for one in ahead.facts
        if one.kind in KINDS and one.subject_id is not None
    )
    workshop.run(CountBaskets(before=before, after=ahead.cursor, seen=seen))
    return ahead.more


BASKETS = Job(name="baskets", every_seconds=EVERY_SECONDS, step=count)
