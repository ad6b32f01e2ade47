"""The small words of pricing in two languages: money, percentages, how the trade says a discount.

1,200 basis points off are "8.8 折" and "12% off"; 5,000 are "半价" and "half price"; all of it is
"免费" and "free".
"""

from collections.abc import Mapping
from typing import NamedTuple

from regulars.domain.kernel.label import Label
from regulars.domain.pricing.reason import ReasonValue

Texts = tuple[str, str]
Values = Mapping[str, ReasonValue]


class Told(NamedTuple):
    """What a reason says, and how many digits its money shows after the point."""

    values: Values
    scale: int

    def money(self, minor: int) -> str:
        """An amount as the currency is written: 1800 is 18.00 in CNY and 1800 in JPY."""
        return money_text(minor, self.scale)

    def whole(self, name: str) -> int:
        """A number among the values; nothing is 0."""
        value = self.values.get(name)
        return value if isinstance(value, int) else 0

    def offer(self) -> Label:
        """The name of the other offer that a reason tells of."""
        value = self.values.get("offer")
        return value if isinstance(value, Label) else Label("其他优惠", "another offer")


def money_text(minor: int, scale: int) -> str:
    """An amount with so many digits after the point."""
    if not scale:
        return str(minor)
    whole, rest = divmod(minor, 10**scale)
    return f"{whole}.{rest:0{scale}d}"


def percent_text(basis_points: int) -> str:
    """1,250 basis points are 12.5."""
    return f"{basis_points // 100}" if basis_points % 100 == 0 else f"{basis_points / 100:g}"


def off_texts(basis_points: int) -> Texts:
    """A discount as it stands on a poster. Units: basis points off."""
    if basis_points >= 10_000:
        return "免费", "free"
    return f"{tenths_text(basis_points)} 折", f"{percent_text(basis_points)}% off"


def at_texts(basis_points: int) -> Texts:
    """The same of one item among others: 第 2 件半价. Units: basis points off."""
    if basis_points == 5_000:
        return "半价", "at half price"
    zh, en = off_texts(basis_points)
    return (zh, en) if basis_points >= 10_000 else (f" {zh}", f"at {en}")


def tenths_text(basis_points: int) -> str:
    """What remains to pay, as Chinese shops say it: 12 % off is 8.8 折."""
    return f"{(10_000 - basis_points) / 1_000:g}"


def counted(number: int, thing: str) -> str:
    """English knows one day and two days."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
