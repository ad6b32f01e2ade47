"""How the demonstration's menu is written down: short lines that a merchant could read.

Sold("MT01", "云雾鲜奶茶", "Cloud mist milk tea", CUPS(1600), 9): two sizes from 16.00, and
nine of some sixty cups are this one.
"""

from dataclasses import dataclass
from enum import Enum

from regulars.domain.kernel.label import Label


@dataclass(frozen=True, slots=True)
class Size:
    """One variant. Units: minor units."""

    name: Label
    price_minor: int


class Season(Enum):
    """When a thing sells best."""

    ALWAYS = "always"
    SUMMER = "summer"
    WINTER = "winter"


@dataclass(frozen=True, slots=True)
class Sold:
    """One product: sizes with prices, and how often it is asked for beside the others."""

    code: str
    zh: str
    en: str
    sizes: tuple[Size, ...]
    popularity: float
    season: Season = Season.ALWAYS
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A category: what stands on it, which questions are asked about it, which tax it bears."""

    code: str
    name: Label
    questions: tuple[str, ...] = ()
    goods: tuple[Sold, ...] = ()
    tax: str = "catering"
    discountable: bool = True
    # Where it is sold: everywhere, or only in the kitchen.
    kitchen: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One option of a question, how often it is chosen, and how many times at most."""

    zh: str
    en: str
    weight: float
    price_minor: int = 0
    count_max: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A modifier group."""

    code: str
    name: Label
    minimum: int
    maximum: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a combo: the product codes that fill it, with the default size of each."""

    name: Label
    quantity: int
    codes: tuple[str, ...]
    dear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """A combo. Units: minor units; `dear` codes of a slot cost 3.00 more."""

    code: str
    zh: str
    en: str
    price_minor: int
    popularity: float
    slots: tuple[Slot, ...]
    kitchen: bool = False


DEAR_MINOR = 300

_MEDIUM, _LARGE = Label("中杯", "Medium"), Label("大杯", "Large")
_PORTION = Label("一份", "Regular")


def cups(medium_minor: int, *, step_minor: int = 300) -> tuple[Size, ...]:
    """A drink in two sizes. Units: minor units."""
    return (Size(_MEDIUM, medium_minor), Size(_LARGE, medium_minor + step_minor))


def one(price_minor: int) -> tuple[Size, ...]:
    """A thing in one size. Units: minor units."""
    return (Size(_PORTION, price_minor),)


def plates(small_minor: int, large_minor: int) -> tuple[Size, ...]:
    """A dish for one or for the table. Units: minor units."""
    return (
        Size(Label("例份", "Regular"), small_minor),
        Size(Label("大份", "Large"), large_minor),
    )
