"""A small tea shop's menu for the tests of the catalogue."""

from collections.abc import Sequence
from uuid import UUID

from regulars.domain.catalog.catalogue import Catalogue, Menu, catalogue_of
from regulars.domain.catalog.lines import ComboPick, LineRequest, OptionChoice
from regulars.domain.catalog.prices import PriceList, VariantPrice
from regulars.domain.catalog.products import (
    Category,
    ComboChoice,
    ComboSlot,
    GoodsState,
    ModifierGroup,
    Option,
    Product,
    ProductKind,
    TaxCategory,
    Variant,
)
from regulars.domain.kernel.ids import LineId, OptionId, ProductId, StoreId, VariantId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Period
from regulars.domain.kernel.terms import Level


def number(value: int) -> UUID:
    """An id that reads as a small number."""
    return UUID(int=value)


STORE = StoreId(number(1))
FOOD = TaxCategory(code="food", name=Label("餐饮", "Food"), rate_basis_points=600, inclusive=True)
DRINKS = Category(id=number(10), name=Label("饮品", "Drinks"))

MEDIUM, LARGE, RETIRED = (VariantId(number(value)) for value in (21, 22, 23))
FRIES_ONLY, MANGO_ONLY, PAIR_ONLY, PRICELESS = (VariantId(number(value)) for value in range(24, 28))
HALF_SUGAR, FULL_SUGAR, PEARLS, JELLY, OLD_TOPPING = (
    OptionId(number(value)) for value in range(31, 36)
)
SUGAR, TOPPINGS = number(41), number(42)
DRINK_SLOT, SNACK_SLOT = number(51), number(52)
TEA, FRIES, MANGO, PAIR, GONE = (ProductId(number(value)) for value in range(61, 66))


def a_variant(
    variant: VariantId, zh: str, en: str, *, state: GoodsState = GoodsState.ON_SALE
) -> Variant:
    """A size."""
    return Variant(id=variant, name=Label(zh, en), state=state)


TEA_PRODUCT = Product(
    id=TEA,
    code="T1",
    category_id=DRINKS.id,
    name=Label("珍珠奶茶", "Pearl milk tea"),
    tax_code="food",
    tags=frozenset({"tea"}),
    variants=(
        a_variant(MEDIUM, "中杯", "Medium"),
        a_variant(LARGE, "大杯", "Large"),
        a_variant(RETIRED, "超大杯", "Huge", state=GoodsState.WITHDRAWN),
        a_variant(PRICELESS, "桶装", "Bucket"),
    ),
    group_ids=(SUGAR, TOPPINGS),
)
FRIES_PRODUCT = Product(
    id=FRIES,
    code="F1",
    category_id=DRINKS.id,
    name=Label("薯条", "Fries"),
    tax_code="food",
    variants=(a_variant(FRIES_ONLY, "", ""),),
)
MANGO_PRODUCT = Product(
    id=MANGO,
    code="M1",
    category_id=DRINKS.id,
    name=Label("芒果冰", "Mango ice"),
    tax_code="food",
    variants=(a_variant(MANGO_ONLY, "", ""),),
)
PAIR_PRODUCT = Product(
    id=PAIR,
    code="P1",
    category_id=DRINKS.id,
    name=Label("双人套餐", "Combo for two"),
    tax_code="food",
    kind=ProductKind.COMBO,
    variants=(a_variant(PAIR_ONLY, "", ""),),
    slots=(
        ComboSlot(
            id=DRINK_SLOT,
            name=Label("饮品", "Drinks"),
            quantity=2,
            choices=(
                ComboChoice(variant_id=MEDIUM),
                ComboChoice(variant_id=MANGO_ONLY, extra_minor=200),
            ),
        ),
        ComboSlot(
            id=SNACK_SLOT,
            name=Label("小吃", "Snack"),
            quantity=1,
            choices=(ComboChoice(variant_id=FRIES_ONLY), ComboChoice(variant_id=RETIRED)),
        ),
    ),
)
GONE_PRODUCT = Product(
    id=GONE,
    code="G1",
    category_id=DRINKS.id,
    name=Label("旧品", "Old"),
    tax_code="food",
    variants=(),
    state=GoodsState.WITHDRAWN,
)
GROUPS = (
    ModifierGroup(
        id=SUGAR,
        code="sugar",
        name=Label("甜度", "Sugar"),
        minimum=1,
        maximum=1,
        options=(
            Option(id=HALF_SUGAR, name=Label("半糖", "Half sugar")),
            Option(id=FULL_SUGAR, name=Label("全糖", "Full sugar")),
        ),
    ),
    ModifierGroup(
        id=TOPPINGS,
        code="toppings",
        name=Label("加料", "Toppings"),
        minimum=0,
        maximum=3,
        options=(
            Option(id=PEARLS, name=Label("珍珠", "Pearls"), price_minor=300, count_max=2),
            Option(id=JELLY, name=Label("椰果", "Jelly"), price_minor=200),
            Option(
                id=OLD_TOPPING,
                name=Label("布丁", "Pudding"),
                price_minor=200,
                state=GoodsState.WITHDRAWN,
            ),
        ),
    ),
)
PRICES = {
    MEDIUM: VariantPrice(1800, {"gold": 1600}),
    LARGE: VariantPrice(2100, {}),
    RETIRED: VariantPrice(2500, {}),
    FRIES_ONLY: VariantPrice(1200, {}),
    MANGO_ONLY: VariantPrice(2200, {}),
    PAIR_ONLY: VariantPrice(3600, {}),
}


def a_catalogue(*, sold_out: Sequence[UUID] = ()) -> Catalogue:
    """The menu of the store, with what has run out."""
    menu = Menu(
        categories=(DRINKS,),
        products=(TEA_PRODUCT, FRIES_PRODUCT, MANGO_PRODUCT, PAIR_PRODUCT, GONE_PRODUCT),
        groups=GROUPS,
        taxes=(FOOD,),
    )
    return catalogue_of(menu, PRICES, store_id=STORE, sold_out=sold_out)


def a_tea(
    *options: tuple[OptionId, int], variant: VariantId = MEDIUM, quantity: int = 1, line: int = 1
) -> LineRequest:
    """A request for a tea; half sugar unless options are named."""
    chosen = options or ((HALF_SUGAR, 1),)
    return LineRequest(
        id=LineId(number(100 + line)),
        product_id=TEA,
        variant_id=variant,
        quantity=quantity,
        options=tuple(OptionChoice(option, count) for option, count in chosen),
    )


def a_request(
    product: ProductId, variant: VariantId, *, quantity: int = 1, line: int = 1
) -> LineRequest:
    """A request for something that asks no question."""
    return LineRequest(
        id=LineId(number(100 + line)), product_id=product, variant_id=variant, quantity=quantity
    )


def a_combo(*picks: tuple[UUID, VariantId], line: int = 1) -> LineRequest:
    """A request for the combo with these picks."""
    return LineRequest(
        id=LineId(number(100 + line)),
        product_id=PAIR,
        variant_id=PAIR_ONLY,
        quantity=1,
        combo=tuple(ComboPick(slot, variant) for slot, variant in picks),
    )


def a_price_list(
    value: int,
    level: Level,
    prices: dict[tuple[VariantId, str], int],
    *,
    period: Period,
    place: UUID | None = None,
) -> PriceList:
    """A price list with a small number as its id."""
    return PriceList(
        id=number(value),
        name=Label("价目表", "Prices"),
        level=level,
        place=place,
        period=period,
        prices=prices,
    )
