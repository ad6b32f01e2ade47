"""A store and its terminals.

人民广场店 (code S1) in region East, Asia/Shanghai, whose business day ends at 04:00, sells at
terminals A and B.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import BusinessDay, Instant, business_day_of
from regulars.domain.kernel.refusal import refusal_code

STORE_UNKNOWN = refusal_code("store.unknown")
STORE_CLOSED = refusal_code("store.closed")
TERMINAL_UNKNOWN = refusal_code("terminal.unknown")


class StoreKind(StrEnum):
    """How a store sells."""

    TEA = "tea"
    RESTAURANT = "restaurant"
    RETAIL = "retail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """One till of a store; its letter begins the short order numbers."""

    id: UUID
    letter: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One store. Units: minutes after local midnight at which its business day ends."""

    id: UUID
    region_id: UUID
    code: str
    label: Label
    zone: str
    cut_off_minutes: int
    kind: StoreKind
    open: bool
    currency: str
    terminals: tuple[Terminal, ...]

    def terminal(self, terminal_id: UUID) -> Terminal:
        """The terminal with that id, to sell at. A closed store still gives money back.

        Refuses: store.closed, terminal.unknown.
        """
        if not self.open:
            raise STORE_CLOSED.because()
        for terminal in self.terminals:
            if terminal.id == terminal_id:
                return terminal
        raise TERMINAL_UNKNOWN.because()

    def business_day(self, at: Instant) -> BusinessDay:
        """The business day of this store to which a moment belongs."""
        return business_day_of(at, zone=self.zone, cut_off_minutes=self.cut_off_minutes)
