"""The basket unrolled into units, each with its list and base price.

A line of two teas and a line of one mango ice are units 0, 1 and 2. Units stand in the order
of their line's id, so the order in which lines arrive changes nothing.
"""

from dataclasses import dataclass

from regulars.domain.catalog.lines import ChosenLine, LineKind
from regulars.domain.pricing.basket import Basket, MemberView


@dataclass(frozen=True, slots=True)
class Units:
    """Parallel lists over all units of a basket. Units: minor units.

    `sequence` lists the places of lines by id; `position[unit]` is the place of the unit's line in the basket, `first[position]` that line's
    first unit; `bare` is the base price without modifiers; `open` lists the units that offers may
    touch, `dearest` the same ones, dearest first; `fee_lines` are the places of fees.
    """

    sequence: list[int]
    position: list[int]
    first: list[int]
    listed: list[int]
    base: list[int]
    bare: list[int]
    open: list[int]
    open_lines: list[int]
    fee_lines: list[int]
    basket: Basket

    @property
    def lines(self) -> tuple[ChosenLine, ...]:
        """The lines of the basket."""
        return self.basket.lines

    @property
    def dearest(self) -> list[int]:
        """The open units from the dearest down; equal ones by product, then by place."""
        lines, position = self.basket.lines, self.position
        base, bare = self.base, self.bare
        return sorted(
            self.open,
            key=lambda unit: (
                -base[unit],
                -bare[unit],
                lines[position[unit]].product_id.int,
                unit,
            ),
        )

    def of_line(self, position: int) -> range:
        """The units of the line at a place in the basket."""
        first = self.first[position]
        return range(first, first + self.basket.lines[position].quantity)

    def sum_of(self, prices: list[int], chosen: list[int]) -> int:
        """What the chosen units come to. Units: minor units."""
        if len(chosen) == len(prices):
            return sum(prices)
        return sum([prices[unit] for unit in chosen])


# Later than every id: fees come after all goods.
_AFTER_GOODS = 1 << 128


def _turn(line: ChosenLine) -> int:
    """Goods stand by id, fees after them by what they are: their ids tell quote and sale apart."""
    if line.kind is LineKind.GOODS:
        return line.id.int
    return _AFTER_GOODS + line.variant_id.int


def unrolled(basket: Basket, member: MemberView | None) -> Units:
    """The basket as units, at the member price of the member's tier where one is lower."""
    lines = basket.lines
    position: list[int] = []
    first = [0] * len(lines)
    listed: list[int] = []
    base: list[int] = []
    bare: list[int] = []
    opened: list[int] = []
    fee_lines: list[int] = []
    open_lines: list[int] = []
    tier = member.tier if member is not None else ""
    sequence = sorted(range(len(lines)), key=[_turn(line) for line in lines].__getitem__)
    for at in sequence:
        line = lines[at]
        quantity, price, extras = line.quantity, line.unit_list_minor, line.extras_minor
        start = len(listed)
        first[at] = start
        paid = price - extras
        if tier and line.member_price_minor:
            paid = min(paid, line.member_price_minor.get(tier, paid))
        position += [at] * quantity
        listed += [price] * quantity
        base += [paid + extras] * quantity
        bare += [paid] * quantity
        if line.discountable and line.kind is LineKind.GOODS:
            opened += range(start, start + quantity)
            open_lines.append(at)
        elif line.kind is LineKind.FEE:
            fee_lines.append(at)
    return Units(
        sequence, position, first, listed, base, bare, opened, open_lines, fee_lines, basket
    )
