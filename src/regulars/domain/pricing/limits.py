"""How often, and for how much money, a promise holds: 限量, 每人每天一次, 预算 5,000 元.

    Limit(whose=MEMBER, span=DAY, uses=1): each member once on a business day.
    Limit(whose=ALL, span=EVER, amount_minor=500_000): 5,000.00 in all; the last order takes less.

A limit is a promise, not a count of past orders: what an order takes is taken with it, in one
conditional change, and comes back with its refund.
"""

from dataclasses import dataclass
from enum import StrEnum


class Whose(StrEnum):
    """Whose uses count together."""

    ALL = "all"
    STORE = "store"
    MEMBER = "member"


class Span(StrEnum):
    """Over which time they count together; days are business days, weeks are ISO weeks."""

    EVER = "ever"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class OnLast(StrEnum):
    """What happens when an order would take more money than is left."""

    CLIP = "clip"
    REFUSE = "refuse"
    HONOUR = "honour"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit of an offer. Units: uses (an order is one use), minor units; None is no limit."""

    whose: Whose
    span: Span = Span.EVER
    uses: int | None = None
    amount_minor: int | None = None
    on_last: OnLast = OnLast.REFUSE


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of an offer for this guest, here and now: the tightest of its limits.

    Units: uses, minor units; None is no limit. `whose` names the limit that leaves least.
    """

    uses: int | None
    amount_minor: int | None
    whose: Whose
    on_last: OnLast = OnLast.REFUSE
