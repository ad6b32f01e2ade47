"""The menu of one store: what is sold there now, at which price, and what has run out.

"珍珠奶茶 大杯, 半糖, 珍珠 ×2" is checked against the menu and becomes a line at 24.00; a size
that is not sold here, three sugars, or pearls that ran out are refused with their reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from regulars.domain.catalog.combos import COMBO_CHOICE_UNKNOWN, Picked, picked
from regulars.domain.catalog.lines import ChosenLine, ChosenOption, ChosenPick, LineRequest
from regulars.domain.catalog.prices import VariantPrice
from regulars.domain.catalog.products import (
    Category,
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
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal, refusal_code

PRODUCT_UNKNOWN = refusal_code("catalog.product_unknown")
VARIANT_UNKNOWN = refusal_code("catalog.variant_unknown")
SOLD_OUT = refusal_code("catalog.sold_out", "name_zh", "name_en")
OPTION_UNKNOWN = refusal_code("catalog.option_unknown")
OPTIONS_TOO_FEW = refusal_code("catalog.options_too_few", "group_zh", "group_en", "minimum")
OPTIONS_TOO_MANY = refusal_code("catalog.options_too_many", "group_zh", "group_en", "maximum")
QUANTITY_OUT_OF_RANGE = refusal_code("order.quantity_out_of_range", "maximum")
TOO_MANY_LINES = refusal_code("order.too_many_lines", "maximum")
LINE_REPEATED = refusal_code("order.line_repeated")

QUANTITY_MAX = 99
LINES_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """What is on sale somewhere, as it is stored."""

    categories: tuple[Category, ...]
    products: tuple[Product, ...]
    groups: tuple[ModifierGroup, ...]
    taxes: tuple[TaxCategory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The menu of one store with its prices. Build it with `catalogue_of`.

    `holds_until`: the moment at which a price list or a sold-out note changes it; None is never.
    """

    store_id: StoreId
    categories: tuple[Category, ...]
    products: Mapping[ProductId, Product]
    groups: Mapping[UUID, ModifierGroup]
    taxes: Mapping[str, TaxCategory]
    prices: Mapping[VariantId, VariantPrice]
    sold_out: frozenset[UUID]
    holds_until: Instant | None = None
    variants: Mapping[VariantId, tuple[Product, Variant]] = field(repr=False)
    options: Mapping[OptionId, tuple[ModifierGroup, Option]] = field(repr=False)

    def line(self, request: LineRequest) -> ChosenLine:
        """The line that a request makes on this menu.

        Refuses: order.quantity_out_of_range, catalog.product_unknown, catalog.variant_unknown,
        catalog.sold_out, catalog.option_unknown, catalog.options_too_few,
        catalog.options_too_many, catalog.combo_choice_missing, catalog.combo_choice_unknown.
        """
        if not 1 <= request.quantity <= QUANTITY_MAX:
            raise QUANTITY_OUT_OF_RANGE.because(maximum=QUANTITY_MAX)
        product, variant, price = self._sold(request.product_id, request.variant_id)
        options = self._options(product, request)
        extras_minor = sum([option.price_minor * option.count for option in options])
        picks: Picked = ((), 0)
        if product.kind is ProductKind.COMBO:
            picks = picked(product, request.combo, self._part, self.prices, price.amount_minor)
        elif request.combo:
            raise COMBO_CHOICE_UNKNOWN.because()
        extras_minor += picks[1]
        return ChosenLine(
            id=request.id,
            product_id=product.id,
            variant_id=variant.id,
            category_id=product.category_id,
            name=_full_name(product, variant),
            quantity=request.quantity,
            unit_list_minor=price.amount_minor + extras_minor,
            tax=self.taxes[product.tax_code],
            tags=product.tags,
            extras_minor=extras_minor,
            member_price_minor=price.members,
            options=options,
            picks=picks[0],
            discountable=product.discountable,
            note=request.note,
            cost_minor=self._cost(variant, picks[0]),
        )

    def lines(self, requests: Sequence[LineRequest]) -> tuple[ChosenLine, ...]:
        """The lines of a whole basket. Refuses: order.too_many_lines, order.line_repeated, and as
        `line` does."""
        if len(requests) > LINES_MAX:
            raise TOO_MANY_LINES.because(maximum=LINES_MAX)
        seen: set[LineId] = {request.id for request in requests}
        if len(seen) < len(requests):
            raise LINE_REPEATED.because()
        return tuple([self.line(request) for request in requests])

    def unasked_line(self, line_id: LineId, variant_id: VariantId) -> ChosenLine | None:
        """A line of one unit that nobody chose, at the price for everybody; None: not sold here.

        Nobody is asked about it either: it has no options, and running out does not stop it.
        """
        known, price = self.variants.get(variant_id), self.prices.get(variant_id)
        if known is None or price is None:
            return None
        product, variant = known
        if GoodsState.WITHDRAWN in (product.state, variant.state):
            return None
        return ChosenLine(
            id=line_id,
            product_id=product.id,
            variant_id=variant.id,
            category_id=product.category_id,
            name=_full_name(product, variant),
            quantity=1,
            unit_list_minor=price.amount_minor,
            tax=self.taxes[product.tax_code],
            tags=product.tags,
            discountable=product.discountable,
            cost_minor=variant.cost_minor,
        )

    def is_sold_out(self, product: Product, variant: Variant) -> bool:
        """Whether the store has run out of a variant, or of the whole product."""
        return product.id in self.sold_out or variant.id in self.sold_out

    def _sold(
        self, product_id: ProductId, variant_id: VariantId
    ) -> tuple[Product, Variant, VariantPrice]:
        product = self.products.get(product_id)
        if product is None or product.state is GoodsState.WITHDRAWN:
            raise PRODUCT_UNKNOWN.because()
        known = self.variants.get(variant_id)
        price = self.prices.get(variant_id)
        if (
            known is None
            or price is None
            or known[0].id != product_id
            or known[1].state is GoodsState.WITHDRAWN
        ):
            raise VARIANT_UNKNOWN.because()
        variant = known[1]
        if self.sold_out and self.is_sold_out(product, variant):
            name = _full_name(product, variant)
            raise SOLD_OUT.because(
                name_zh=name.in_language("zh-CN"), name_en=name.in_language("en")
            )
        return product, variant, price

    def _cost(self, variant: Variant, picks: Sequence[ChosenPick]) -> int | None:
        """What a unit costs the shop; a combo without a cost of its own costs what its parts do."""
        if variant.cost_minor is not None or not picks:
            return variant.cost_minor
        costs = [self.variants[pick.variant_id][1].cost_minor for pick in picks]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) else None

    def _part(self, variant_id: VariantId) -> tuple[Product, Label] | None:
        """A part of a combo, which needs no price of its own. Refuses: catalog.sold_out."""
        known = self.variants.get(variant_id)
        if known is None:
            return None
        product, variant = known
        if GoodsState.WITHDRAWN in (product.state, variant.state):
            return None
        name = _full_name(product, variant)
        if self.is_sold_out(product, variant):
            raise SOLD_OUT.because(
                name_zh=name.in_language("zh-CN"), name_en=name.in_language("en")
            )
        return product, name

    def _options(self, product: Product, request: LineRequest) -> tuple[ChosenOption, ...]:
        if not product.group_ids:
            if request.options:
                raise OPTION_UNKNOWN.because()
            return ()
        counts: dict[OptionId, int] = {}
        totals = dict.fromkeys(product.group_ids, 0)
        for choice in request.options:
            known = self.options.get(choice.option_id)
            if known is None or known[0].id not in totals or choice.count < 1:
                raise OPTION_UNKNOWN.because()
            counts[choice.option_id] = counts.get(choice.option_id, 0) + choice.count
            totals[known[0].id] += choice.count
        for group_id, total in totals.items():
            group = self.groups[group_id]
            if total < group.minimum:
                raise OPTIONS_TOO_FEW.because(
                    group_zh=group.name.in_language("zh-CN"),
                    group_en=group.name.in_language("en"),
                    minimum=group.minimum,
                )
            if total > group.maximum:
                raise _too_many(group, group.maximum)
        return tuple([self._option(option_id, count) for option_id, count in counts.items()])

    def _option(self, option_id: OptionId, count: int) -> ChosenOption:
        group, option = self.options[option_id]
        if option.state is GoodsState.WITHDRAWN:
            raise OPTION_UNKNOWN.because()
        if option_id in self.sold_out:
            name = option.name
            raise SOLD_OUT.because(
                name_zh=name.in_language("zh-CN"), name_en=name.in_language("en")
            )
        if count > option.count_max:
            raise _too_many(group, option.count_max)
        return ChosenOption(option_id, option.name, count, option.price_minor)


def _too_many(group: ModifierGroup, maximum: int) -> Refusal:
    return OPTIONS_TOO_MANY.because(
        group_zh=group.name.in_language("zh-CN"),
        group_en=group.name.in_language("en"),
        maximum=maximum,
    )


def _full_name(product: Product, variant: Variant) -> Label:
    """Product and variant; the only variant of a product goes without saying."""
    if len(product.variants) == 1:
        return product.name
    return Label(
        f"{product.name.zh} {variant.name.zh}".strip(),
        f"{product.name.en} {variant.name.en}".strip(),
    )


def catalogue_of(
    menu: Menu,
    prices: Mapping[VariantId, VariantPrice],
    *,
    store_id: StoreId,
    sold_out: Iterable[UUID] = (),
    holds_until: Instant | None = None,
) -> Catalogue:
    """The menu of a store, indexed once so that each line is a few look-ups."""
    return Catalogue(
        store_id=store_id,
        categories=menu.categories,
        products={product.id: product for product in menu.products},
        groups={group.id: group for group in menu.groups},
        taxes={tax.code: tax for tax in menu.taxes},
        prices=prices,
        sold_out=frozenset(sold_out),
        holds_until=holds_until,
        variants={
            variant.id: (product, variant)
            for product in menu.products
            for variant in product.variants
        },
        options={option.id: (group, option) for group in menu.groups for option in group.options},
    )
