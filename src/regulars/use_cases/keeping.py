"""What an order keeps while its guest pays, and how it comes back: asked, given up, swept.

The table has 15 minutes to pay. Nobody comes: at the next sweep, or as soon as another guest
wants the last use, the use, the budget and the coupon are free again.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.pricing.limits import LimitKey, Used
from regulars.storage import holds, limits
from regulars.storage.engine import RowsMissedError, Write
from regulars.storage.holds import HoldRow
from regulars.storage.limits import RETURNED, Change, TakeRow

# How many holds one transaction gives back: it locks their limits until its commit.
SWEEP_BATCH = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """A hold with what it took from limits."""

    hold: HoldRow
    takes: tuple[TakeRow, ...]


def kept_by(tx: Write, order_id: UUID) -> Kept | None:
    """What an order keeps, locked: nobody sweeps it meanwhile."""
    hold = tx.one(holds.OF_ORDER, order_id=order_id)
    if hold is None:
        return None
    return Kept(hold, tuple(tx.all(limits.TAKES_OF_ORDER, order_id=order_id)))


def let_go(tx: Write, kept: Kept | None) -> None:
    """Give back everything that an order keeps."""
    if kept is not None:
        _end(tx, [kept.hold])
        give_back(tx, kept.takes)


def close_paid(tx: Write, kept: Kept) -> None:
    """End the hold of an order that was paid: what its bill did not use is free again."""
    holds.free(tx, [kept.hold])
    holds.end(tx, [kept.hold], paid=True)


def claim_expired(
    tx: Write, now: Instant, *, batch: int = SWEEP_BATCH, but: UUID | None = None
) -> tuple[list[HoldRow], list[TakeRow]]:
    """End holds that ran out, their coupons and codes free again.

    Their takes are answered: whoever claims them gives them back to the limits.
    """
    expired = [row for row in tx.all(holds.EXPIRED, at=now, batch=batch) if row.order_id != but]
    if not expired:
        return [], []
    _end(tx, expired)
    takes = tx.all(limits.TAKES_OF_ORDERS, order_ids=[row.order_id for row in expired])
    return expired, takes


def claim_all_expired(tx: Write, now: Instant, *, but: UUID | None) -> list[TakeRow]:
    """End every hold that ran out: a use that a guest waits for may lie behind many others."""
    takes: list[TakeRow] = []
    while True:
        expired, some = claim_expired(tx, now, but=but)
        if not expired:
            return takes
        takes += some


def release_expired(tx: Write, now: Instant, *, batch: int = SWEEP_BATCH) -> list[HoldRow]:
    """Give back everything of holds that ran out; a second sweep finds none of them."""
    expired, takes = claim_expired(tx, now, batch=batch)
    give_back(tx, takes)
    return expired


def give_back(tx: Write, takes: Sequence[TakeRow]) -> None:
    """Return what was taken to the limits that it was taken from."""
    limits.change(tx, [back_change(key, back) for key, back in summed(takes).items()])
    limits.put_takes(tx, [take._replace(state=RETURNED) for take in takes])


def summed(takes: Iterable[TakeRow]) -> dict[LimitKey, Used]:
    """What takes come to for each limit."""
    uses: Counter[LimitKey] = Counter()
    minor: Counter[LimitKey] = Counter()
    for take in takes:
        uses[take.key] += take.uses
        minor[take.key] += take.amount_minor
    return {key: Used(uses[key], minor[key]) for key in uses}


def back_change(key: LimitKey, back: Used) -> Change:
    """The change that gives back and takes nothing."""
    missed = RowsMissedError("what was taken from a limit is not counted there")
    return Change(key, back, None, missed)


def _end(tx: Write, rows: Sequence[HoldRow]) -> None:
    holds.free(tx, rows)
    holds.end(tx, rows)
