"""The rows of the demonstration's menu: categories, products, questions, combos, price lists.

The drinks stand on a list of the whole organisation, 1.00 dearer in 华南; the dishes on a list of
the kitchen alone, so the tea shops do not sell them. Some cups have a member price.
"""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Table

from regulars.cli.demo_shop.goods import DEAR_MINOR
from regulars.cli.demo_shop.menu import BUNDLES, QUESTIONS, SHELVES, MenuIds, priced, shelf_of
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.money import share_of_minor
from regulars.domain.kernel.terms import Level
from regulars.storage.tables import catalog

Row = dict[str, object]
Add = Callable[[Table, Sequence[Row]], None]

SOUTH_DEARER_MINOR = 100
MEMBER_PRICED = ("MT01", "MT05", "FT03", "LT06", "SN03")
MEMBER_SAVES = {"leaf": 100, "silver": 150, "gold": 200}
# Codes that begin with 20 are a shop's own (GS1 General Specifications, restricted circulation).
BARCODE_PREFIX = "20"


def add_menu(add: Add, ids: MenuIds) -> None:
    """Write the whole menu."""
    add(catalog.tax_category, list(_taxes()))
    add(
        catalog.category,
        [
            {"id": ids.category(shelf.code), **_names(shelf.name), "position": position}
            for position, shelf in enumerate(SHELVES)
        ],
    )
    _add_questions(add, ids)
    _add_singles(add, ids)
    _add_bundles(add, ids)
    _add_prices(add, ids)


def _names(name: Label) -> Row:
    return {"name_zh": name.zh, "name_en": name.en}


def _taxes() -> Iterable[Row]:
    for code, name, rate in (
        ("catering", Label("餐饮服务", "Food and drink served"), 600),
        ("goods", Label("商品零售", "Goods"), 1_300),
    ):
        yield {"code": code, **_names(name), "rate_basis_points": rate, "inclusive": True}


def _add_questions(add: Add, ids: MenuIds) -> None:
    groups: list[Row] = []
    options: list[Row] = []
    for question in QUESTIONS:
        favourite = max(question.answers, key=lambda one: one.weight)
        groups.append(
            {
                "id": ids.group(question),
                "code": question.code,
                **_names(question.name),
                "minimum": question.minimum,
                "maximum": question.maximum,
            }
        )
        options += [
            {
                "id": ids.option(question, answer),
                "group_id": ids.group(question),
                "name_zh": answer.zh,
                "name_en": answer.en,
                "price_minor": answer.price_minor,
                "count_max": answer.count_max,
                "is_default": question.minimum > 0 and answer is favourite,
                "position": position,
                "state": "on_sale",
            }
            for position, answer in enumerate(question.answers)
        ]
    add(catalog.modifier_group, groups)
    add(catalog.modifier_option, options)


def _product(ids: MenuIds, code: str, name: Label, **more: object) -> Row:
    return {
        "id": ids.product(code),
        "code": code,
        **_names(name),
        "kind": "single",
        "tax_code": "catering",
        "tags": [],
        "discountable": True,
        "state": "on_sale",
        "revision": 1,
        **more,
    }


def _add_singles(add: Add, ids: MenuIds) -> None:
    products: list[Row] = []
    variants: list[Row] = []
    asked: list[Row] = []
    questions = {one.code: ids.group(one) for one in QUESTIONS}
    for shelf in SHELVES:
        for sold in shelf.goods:
            products.append(
                _product(
                    ids,
                    sold.code,
                    Label(sold.zh, sold.en),
                    category_id=ids.category(shelf.code),
                    tax_code=shelf.tax,
                    tags=sorted({*sold.tags, shelf.code}),
                    discountable=shelf.discountable,
                    position=len(products),
                )
            )
            packaged = shelf.tax == "goods"
            variants += [
                {
                    "id": ids.variant(sold.code, number),
                    "product_id": ids.product(sold.code),
                    **_names(size.name),
                    "barcode": barcode(len(variants) + number) if packaged else None,
                    "position": number,
                    "is_default": number == 0,
                    "state": "on_sale",
                    "cost_minor": _cost_minor(sold.code, size.price_minor),
                }
                for number, size in enumerate(sold.sizes)
            ]
            asked += [
                {
                    "product_id": ids.product(sold.code),
                    "group_id": questions[code],
                    "position": position,
                }
                for position, code in enumerate(shelf.questions)
            ]
    add(catalog.product, products)
    add(catalog.variant, variants)
    add(catalog.product_modifier, asked)


def _cost_minor(code: str, price_minor: int) -> int:
    """What one costs the shop: a quarter to two fifths of its price, each product its own share."""
    return share_of_minor(price_minor, 2_500 + sum(code.encode()) * 137 % 1_501)


def barcode(number: int) -> str:
    """An EAN-13 of the shop's own range."""
    body = f"{BARCODE_PREFIX}{number:010}"
    weighed = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(body))
    return f"{body}{-weighed % 10}"


def _add_bundles(add: Add, ids: MenuIds) -> None:
    products: list[Row] = []
    variants: list[Row] = []
    slots: list[Row] = []
    choices: list[Row] = []
    for position, bundle in enumerate(BUNDLES):
        products.append(
            _product(
                ids,
                bundle.code,
                Label(bundle.zh, bundle.en),
                category_id=ids.category(shelf_of(bundle).code),
                kind="combo",
                tags=["combo"],
                position=1_000 + position,
            )
        )
        variants.append(
            {
                "id": ids.variant(bundle.code, 0),
                "product_id": ids.product(bundle.code),
                **_names(Label("一份", "Set")),
                "barcode": None,
                "position": 0,
                "is_default": True,
                "state": "on_sale",
                "cost_minor": None,
            }
        )
        for place, slot in enumerate(bundle.slots):
            slot_id = ids.slot(bundle, slot)
            slots.append(
                {
                    "id": slot_id,
                    "product_id": ids.product(bundle.code),
                    **_names(slot.name),
                    "quantity": slot.quantity,
                    "position": place,
                }
            )
            choices += [
                {
                    "slot_id": slot_id,
                    "variant_id": ids.variant(code, 0),
                    "extra_minor": DEAR_MINOR if code in slot.dear else 0,
                    "position": at,
                }
                for at, code in enumerate(slot.codes)
            ]
    add(catalog.product, products)
    add(catalog.variant, variants)
    add(catalog.combo_slot, slots)
    add(catalog.combo_choice, choices)


def _add_prices(add: Add, ids: MenuIds) -> None:
    chain = ids.chain
    lists: list[Row] = []
    prices: list[Row] = []

    def begin(code: str, name: Label, level: Level, place: object) -> None:
        lists.append(
            {
                "id": ids.price_list(code),
                **_names(name),
                "level": level.value,
                "place_id": place,
                "effective_at": chain.opened_at,
                "ends_at": None,
                "state": "active",
            }
        )

    def put(code: str, product: str, number: int, amount_minor: int) -> None:
        saves = {"": 0, **(MEMBER_SAVES if product in MEMBER_PRICED else {})}
        prices.extend(
            {
                "price_list_id": ids.price_list(code),
                "variant_id": ids.variant(product, number),
                "tier": tier,
                "amount_minor": amount_minor - saved_minor,
            }
            for tier, saved_minor in saves.items()
        )

    begin("drinks", Label("全国价目", "Standard prices"), Level.ORGANISATION, None)
    begin("south", Label("华南价目", "South China prices"), Level.REGION, chain.region_id("south"))
    begin("kitchen", Label("小馆价目", "Kitchen prices"), Level.STORE, chain.store_id("K1"))
    for shelf in SHELVES:
        for product, number, amount_minor in priced(shelf):
            put("kitchen" if shelf.kitchen else "drinks", product, number, amount_minor)
            if not shelf.kitchen and shelf.discountable:
                put("south", product, number, amount_minor + SOUTH_DEARER_MINOR)
    add(catalog.price_list, lists)
    add(catalog.price, prices)
