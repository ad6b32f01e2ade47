"""What a guest asks for, and what the menu makes of it.

"Two large pearl milk teas, half sugar, extra pearls" becomes a line of 2 at 21.00 each:
18.00 for the large cup and 3.00 for the pearls.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from regulars.domain.catalog.products import TaxCategory
from regulars.domain.kernel.ids import LineId, OptionId, ProductId, VariantId
from regulars.domain.kernel.label import Label


@dataclass(frozen=True, slots=True)
class OptionChoice:
    """One option and how many times."""

    option_id: OptionId
    count: int = 1


@dataclass(frozen=True, slots=True)
class ComboPick:
    """One variant for one place of a slot; a slot of two takes two picks."""

    slot_id: UUID
    variant_id: VariantId


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRequest:
    """A line as the till sends it: what, how many, how. Prices are never among it."""

    id: LineId
    product_id: ProductId
    variant_id: VariantId
    quantity: int
    options: tuple[OptionChoice, ...] = ()
    combo: tuple[ComboPick, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChosenOption:
    """An option as it was sold. Units: minor units each."""

    option_id: OptionId
    label: Label
    count: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class ChosenPick:
    """A part of a combo as it was sold.

    Units: minor units; `share_minor` is its part of the unit's price before modifiers.
    """

    slot_id: UUID
    product_id: ProductId
    variant_id: VariantId
    label: Label
    extra_minor: int
    share_minor: int


class LineKind(StrEnum):
    """Whether a line is something the guest chose, or a fee that comes with it: packaging,
    delivery."""

    GOODS = "goods"
    FEE = "fee"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenLine:
    """A line with everything the menu says about it, ready to be priced.

    Units: minor units. `unit_list_minor` holds `extras_minor`; `member_price_minor` gives the
    price of the variant alone for each tier that has one. `cost_minor` is what one unit costs the
    shop, None where nobody knows.
    """

    id: LineId
    product_id: ProductId
    variant_id: VariantId
    category_id: UUID
    name: Label
    quantity: int
    unit_list_minor: int
    tax: TaxCategory
    tags: frozenset[str] = frozenset()
    extras_minor: int = 0
    member_price_minor: Mapping[str, int] = field(default_factory=dict)
    options: tuple[ChosenOption, ...] = ()
    picks: tuple[ChosenPick, ...] = ()
    discountable: bool = True
    note: str = ""
    cost_minor: int | None = None
    kind: LineKind = LineKind.GOODS

    @property
    def products(self) -> tuple[UUID, ...]:
        """The product itself and what fills the places of a combo."""
        return (self.product_id, *(pick.product_id for pick in self.picks))
