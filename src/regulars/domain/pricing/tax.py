"""Tax on what is paid for each unit, rounded once per line or once per order and tax category.

10.60 with 6 % inclusive holds 0.60; 10.00 with 6 % exclusive adds 0.60. Rounded per line or
per order, the units' shares sum to the figure on the receipt.
"""

from collections.abc import Sequence

from regulars.domain.catalog.products import TaxCategory
from regulars.domain.kernel.money import share_of_minor, split
from regulars.domain.pricing.basket import TaxMode
from regulars.domain.pricing.units import Units


def tax_of(net_minor: int, tax: TaxCategory) -> int:
    """The tax contained in a sum, or to be added to it. Units: minor units."""
    rate = tax.rate_basis_points
    if not rate:
        return 0
    if tax.inclusive:
        return split(net_minor, (rate, 10_000))[0]
    return share_of_minor(net_minor, rate)


def tax_shares(net: Sequence[int], units: Units, mode: TaxMode) -> list[int]:
    """The tax of each unit, from what each pays. Units: minor units."""
    shares = [0] * len(net)
    lines = units.basket.lines
    groups: dict[object, tuple[TaxCategory, list[int]]] = {}
    for at, line in enumerate(lines):
        if line.tax.rate_basis_points:
            key: object = at if mode is TaxMode.LINE else (line.tax.code, line.tax.inclusive)
            groups.setdefault(key, (line.tax, []))[1].extend(units.of_line(at))
    for tax, members in groups.values():
        if len(members) == 1:
            shares[members[0]] = tax_of(net[members[0]], tax)
            continue
        members.sort()
        prices = [net[unit] for unit in members]
        for unit, part in zip(members, split(tax_of(sum(prices), tax), prices), strict=True):
            shares[unit] = part
    return shares
