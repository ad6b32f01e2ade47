"""The menu of the demonstration with its ids: what is written down, and what guests pick from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from regulars.cli.demo_shop import kitchen_menu, tea_menu
from regulars.cli.demo_shop.chain import Chain
from regulars.cli.demo_shop.goods import Answer, Bundle, Question, Season, Shelf, Slot, Sold
from regulars.domain.kernel.ids import OptionId, ProductId, VariantId
from regulars.domain.kernel.label import Label

COMBOS = Shelf(code="combos", name=Label("超值套餐", "Combos"))
KITCHEN_COMBOS = Shelf(
    code="kitchen-combos", name=Label("小馆套餐", "Kitchen combos"), kitchen=True
)
SHELVES = (*tea_menu.SHELVES, COMBOS, *kitchen_menu.SHELVES, KITCHEN_COMBOS)
BUNDLES = (*tea_menu.BUNDLES, *kitchen_menu.BUNDLES)
QUESTIONS = (
    tea_menu.SUGAR,
    tea_menu.ICE,
    tea_menu.MILK,
    tea_menu.TOPPINGS,
    kitchen_menu.SPICE,
    kitchen_menu.AVOID,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with the ids of its answers."""

    question: Question
    options: tuple[OptionId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A slot of a combo with the variants that may fill it."""

    slot_id: UUID
    quantity: int
    variants: tuple[VariantId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dish:
    """Anything that can be ordered: a cup, a plate, a combo."""

    code: str
    shelf: str
    product_id: ProductId
    variants: tuple[VariantId, ...]
    popularity: float
    season: Season
    kitchen: bool
    asked: tuple[Asked, ...] = ()
    fillings: tuple[Filling, ...] = ()


@dataclass(frozen=True, slots=True)
class MenuIds:
    """The id of everything on the menu."""

    chain: Chain

    def category(self, code: str) -> UUID:
        """A shelf."""
        return self._id(f"category:{code}")

    def product(self, code: str) -> ProductId:
        """A product."""
        return ProductId(self._id(f"product:{code}"))

    def variant(self, code: str, number: int) -> VariantId:
        """A size of a product, from 0."""
        return VariantId(self._id(f"variant:{code}:{number}"))

    def group(self, question: Question) -> UUID:
        """A question."""
        return self._id(f"group:{question.code}")

    def option(self, question: Question, answer: Answer) -> OptionId:
        """An answer."""
        return OptionId(self._id(f"option:{question.code}:{answer.en}"))

    def slot(self, bundle: Bundle, slot: Slot) -> UUID:
        """A place of a combo."""
        return self._id(f"slot:{bundle.code}:{slot.name.en}")

    def price_list(self, code: str) -> UUID:
        """A price list."""
        return self._id(f"price-list:{code}")

    def _id(self, name: str) -> UUID:
        return self.chain.seed.id(name, at=self.chain.opened_at)


def dishes(ids: MenuIds) -> tuple[Dish, ...]:
    """Everything that can be ordered somewhere."""
    asked = {
        one.code: Asked(
            question=one, options=tuple(ids.option(one, answer) for answer in one.answers)
        )
        for one in QUESTIONS
    }
    singles = (_dish(ids, shelf, sold, asked) for shelf in SHELVES for sold in shelf.goods)
    return (*singles, *(_combo(ids, bundle) for bundle in BUNDLES))


def shelf_of(bundle: Bundle) -> Shelf:
    """Where a combo stands."""
    return KITCHEN_COMBOS if bundle.kitchen else COMBOS


def priced(shelf: Shelf) -> Iterator[tuple[str, int, int]]:
    """(product code, number of the size, price in minor units) for all that stands there."""
    for sold in shelf.goods:
        for number, size in enumerate(sold.sizes):
            yield sold.code, number, size.price_minor
    for bundle in BUNDLES:
        if shelf_of(bundle) is shelf:
            yield bundle.code, 0, bundle.price_minor


def _dish(ids: MenuIds, shelf: Shelf, sold: Sold, asked: Mapping[str, Asked]) -> Dish:
    return Dish(
        code=sold.code,
        shelf=shelf.code,
        product_id=ids.product(sold.code),
        variants=tuple(ids.variant(sold.code, number) for number in range(len(sold.sizes))),
        popularity=sold.popularity,
        season=sold.season,
        kitchen=shelf.kitchen,
        asked=tuple(asked[code] for code in shelf.questions),
    )


def _combo(ids: MenuIds, bundle: Bundle) -> Dish:
    return Dish(
        code=bundle.code,
        shelf=shelf_of(bundle).code,
        product_id=ids.product(bundle.code),
        variants=(ids.variant(bundle.code, 0),),
        popularity=bundle.popularity,
        season=Season.ALWAYS,
        kitchen=bundle.kitchen,
        fillings=tuple(
            Filling(
                slot_id=ids.slot(bundle, slot),
                quantity=slot.quantity,
                variants=tuple(ids.variant(code, 0) for code in slot.codes),
            )
            for slot in bundle.slots
        ),
    )
