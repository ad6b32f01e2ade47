"""The goods of a made-up tea house: 60 products in 6 categories, 8.00 to 40.00."""

from random import Random
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine, LineKind
from regulars.domain.catalog.products import TaxCategory
from regulars.domain.kernel.ids import LineId, ProductId, VariantId
from regulars.domain.kernel.label import Label
from regulars.domain.pricing.goods import Goods

PRODUCTS, CATEGORIES = 60, 6
TAGS = ("new", "iced", "seasonal")
UNITS_MAX = 60
PACKAGING_MINOR = 100
FOOD = TaxCategory(code="food", name=Label("餐饮", "Food"), rate_basis_points=600, inclusive=True)
# Units: minor units; what modifiers add to a cup.
EXTRAS_MINOR = (0, 0, 0, 200, 300)


def id_of(kind: int, number: int) -> UUID:
    """An id that reads as a kind and a number."""
    return UUID(int=kind << 64 | number)


class Menu:
    """What every product costs and where it belongs."""

    def __init__(self, dice: Random) -> None:
        self._price_minor = [100 * dice.randint(8, 40) for _ in range(PRODUCTS)]
        self._tags = [
            frozenset(tag for tag in TAGS if dice.random() < 0.2) for _ in range(PRODUCTS)
        ]

    def price_minor(self, product: int) -> int:
        """The price of a product without modifiers. Units: minor units."""
        return self._price_minor[product]

    def line(self, number: int, product: int, *, quantity: int, extras_minor: int) -> ChosenLine:
        """A line of a basket. Units: minor units."""
        return ChosenLine(
            id=LineId(id_of(1, number)),
            product_id=ProductId(id_of(2, product)),
            variant_id=VariantId(id_of(3, product)),
            category_id=id_of(4, product % CATEGORIES),
            name=Label(f"商品{product}", f"Product {product}"),
            quantity=quantity,
            unit_list_minor=self._price_minor[product] + extras_minor,
            tax=FOOD,
            tags=self._tags[product],
            extras_minor=extras_minor,
        )

    def shelf(self) -> tuple[ChosenLine, ...]:
        """One line of every product."""
        return tuple(
            self.line(product, product, quantity=1, extras_minor=0) for product in range(PRODUCTS)
        )


def packaging(number: int) -> ChosenLine:
    """The fee of a basket that is taken away."""
    return ChosenLine(
        id=LineId(id_of(1, number)),
        product_id=ProductId(id_of(2, PRODUCTS)),
        variant_id=VariantId(id_of(3, PRODUCTS)),
        category_id=id_of(4, CATEGORIES),
        name=Label("打包费", "Packaging"),
        quantity=1,
        unit_list_minor=PACKAGING_MINOR,
        tax=FOOD,
        kind=LineKind.FEE,
        discountable=False,
    )


FEES = Goods(products=frozenset({id_of(2, PRODUCTS)}))


def categories(*numbers: int) -> Goods:
    """The goods of some categories."""
    return Goods(categories=frozenset(id_of(4, number) for number in numbers))


def products(*numbers: int) -> Goods:
    """Some products."""
    return Goods(products=frozenset(id_of(2, number) for number in numbers))
