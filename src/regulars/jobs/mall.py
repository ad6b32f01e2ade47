"""Things of the points mall that nobody fetched in time: back to the stock, by the item's own rule."""

from datetime import timedelta
from uuid import UUID

import orjson

from regulars.domain.kernel.refusal import Refusal
from regulars.jobs.job import Job, Workshop
from regulars.storage import mall, programmes
from regulars.use_cases.mall import item_of
from regulars.use_cases.mall_ends import LapseMallOrder

BATCH = 50
_FIRST = mall.Waiting(UUID(int=0), UUID(int=0))


def lapse_unfetched(workshop: Workshop) -> bool:
    """End some orders, each in a transaction of its own; true while more may be over."""
    with workshop.database.read() as read:
        waiting = read.all(mall.WAITING_VERSIONS)
        limits = [(one, item_of(programmes.version_of(read, *one)).fetch_days) for one in waiting]
    ended = 0
    for version, days in limits:
        if days is not None and ended < BATCH:
            ended += _lapse(workshop, version, days, BATCH - ended)
    return ended >= BATCH


def _lapse(workshop: Workshop, version: mall.WaitingVersion, days: int, most: int) -> int:
    """How many orders of a version ended; those that cannot right now hold up no other."""
    # Somewhere the day may have come already; whether it has at the order's own store, the command
    # decides.
    before = workshop.clock().date() + timedelta(days=1) - timedelta(days=days)
    ended, after = 0, _FIRST
    while ended < most:
        with workshop.database.read() as read:
            found = read.all(
                mall.ORDERED_BEFORE,
                **version._asdict(),
                day=before,
                after_store=after.store_id,
                after_order=after.order_id,
                batch=BATCH,
            )
        if not found:
            break
        ended += sum(_ended(workshop, one.order_id) for one in found)
        after = found[-1]
    return ended


def _ended(workshop: Workshop, order_id: UUID) -> bool:
    try:
        return bool(orjson.loads(workshop.run(LapseMallOrder(order_id=order_id)))["done"])
    except Refusal as refusal:
        workshop.log.error("mall_order_not_lapsed", refusal=refusal.code)
        return False


MALL = Job(name="mall", every_seconds=600.0, step=lapse_unfetched)
