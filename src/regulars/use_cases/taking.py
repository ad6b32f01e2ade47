"""Taking one of what is scarce: prizes, gifts in stock, tries a day. One conditional change each.

Of ten thermos flasks nine are gone. Two guests want the last one: each change says
`used + 1 <= 10`, and only one of them finds its row.
"""

from uuid import UUID

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.limits import LimitKey, Span, Used, period_key
from regulars.storage.engine import Write
from regulars.storage.limits import (
    NO_LIMIT,
    NOTHING,
    POSTED,
    RETURNED,
    Change,
    TakeRow,
    Want,
    change,
    put_takes,
)

ALL = "all"


def of_all(programme_id: UUID, part: str = "stock") -> LimitKey:
    """What a programme has of one thing for everybody together: its stock, a prize."""
    return LimitKey(programme_id, f"{ALL}:{part}", "ever")


def of_member(
    programme_id: UUID, member_id: UUID, span: Span, day: BusinessDay, *, part: str = ""
) -> LimitKey:
    """What one member may have of a programme, or of one part of it, in a span of time."""
    scope = f"member:{member_id}:{part}" if part else f"member:{member_id}"
    return LimitKey(programme_id, scope, period_key(span, day))


def take_one(tx: Write, key: LimitKey, maximum: int, *, taker: UUID, refusal: Refusal) -> None:
    """Take one of a limit, or `refusal` when there is none left (at the latest at the commit).

    `taker` is what took it: a draw, an order of the mall. It is written down, so that `verify`
    can count again.
    """
    want = Want(key=key, amount_minor=0, uses_max=maximum, minor_max=NO_LIMIT, room_minor=0)
    change(tx, [Change(key=key, back=NOTHING, want=want, refusal=refusal)])
    put_takes(tx, [_row(key, taker, POSTED)])


def give_one_back(tx: Write, key: LimitKey, *, taker: UUID, refusal: Refusal) -> None:
    """Give back the one that `taker` took; `refusal` when nothing is taken at all."""
    change(tx, [Change(key=key, back=Used(uses=1), want=None, refusal=refusal)])
    put_takes(tx, [_row(key, taker, RETURNED)])


def _row(key: LimitKey, taker: UUID, state: str) -> TakeRow:
    return TakeRow(taker, key.offer_id, key.scope, key.period, 1, 0, state)
