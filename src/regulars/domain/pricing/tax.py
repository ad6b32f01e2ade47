"""Tax on what is paid for each unit, rounded once per line or once per order and tax category.

10.60 with 6 % inclusive holds 0.60; 10.00 with 6 % exclusive adds 0.60. Rounded per line or
per order, the units' shares sum to the figure on the receipt.
"""

from collections.abc import Sequence

from regulars.domain.catalog.products import TaxCategory
from regulars.domain.kernel.money import share_of_minor, share_within_minor, split
from regulars.domain.pricing.basket import TaxMode
from regulars.domain.pricing.units import Units


def tax_of(net_minor: int, tax: TaxCategory) -> int:
    """The tax contained in a sum, or to be added to it. Units: minor units."""
    if tax.inclusive:
        return share_within_minor(net_minor, tax.rate_basis_points)
    return share_of_minor(net_minor, tax.rate_basis_points)


def tax_shares(net: Sequence[int], units: Units, mode: TaxMode) -> list[int]:
    """The tax of each unit, from what each pays. Units: minor units."""
    shares = [0] * len(net)
    lines, first = units.basket.lines, units.first
    if mode is TaxMode.LINE:
        for at, line in enumerate(lines):
            if line.quantity == 1:
                shares[first[at]] = tax_of(net[first[at]], line.tax)
            else:
                _share(shares, net, line.tax, units.of_line(at))
        return shares
    groups: dict[tuple[str, bool], tuple[TaxCategory, list[int]]] = {}
    for at in units.sequence:
        tax = lines[at].tax
        groups.setdefault((tax.code, tax.inclusive), (tax, []))[1].extend(units.of_line(at))
    for tax, members in groups.values():
        _share(shares, net, tax, members)
    return shares


def _share(shares: list[int], net: Sequence[int], tax: TaxCategory, members: Sequence[int]) -> None:
    prices = [net[unit] for unit in members]
    for unit, part in zip(members, split(tax_of(sum(prices), tax), prices), strict=True):
        shares[unit] = part
