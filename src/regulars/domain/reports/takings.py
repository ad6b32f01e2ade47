"""What bills were paid with, as the books part it, and one row of the daily takings.

Taking.read("2026-05-11/0198…/cash")      # the cash of one store on one business day
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.label import Label


class PaidBy(StrEnum):
    """With what a bill was paid: stored value by its two parts; points are no money."""

    CASH = "cash"
    EXTERNAL = "external"
    PRINCIPAL = "principal"
    BONUS = "bonus"
    POINTS = "points"


PAID_BY: Mapping[PaidBy, Label] = {
    PaidBy.CASH: Label("现金", "Cash"),
    PaidBy.EXTERNAL: Label("刷卡/扫码", "Card / QR"),
    PaidBy.PRINCIPAL: Label("储值本金", "Stored value, principal"),
    PaidBy.BONUS: Label("储值赠金", "Stored value, bonus"),
    PaidBy.POINTS: Label("积分抵扣", "Points"),
}


@dataclass(frozen=True, slots=True)
class Taking:
    """One business day of one store, by what was paid with."""

    day: date
    store_id: UUID
    paid_by: PaidBy

    def __str__(self) -> str:
        return f"{self.day.isoformat()}/{self.store_id}/{self.paid_by}"

    @classmethod
    def read(cls, text: str) -> "Taking":
        """The row that a text names; a text that names none is a ValueError."""
        day, store_id, paid_by = text.split("/")
        return cls(date.fromisoformat(day), UUID(store_id), PaidBy(paid_by))
