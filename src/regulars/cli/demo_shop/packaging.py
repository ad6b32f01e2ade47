"""The one fee of the demonstration: 滨江店 charges a bag on takeaway, the other shops give it."""

from regulars.cli.demo_shop.menu import SHELVES, MenuIds
from regulars.cli.demo_shop.menu_rows import Add
from regulars.cli.demo_shop.promises import Promise
from regulars.domain.kernel.terms import Level
from regulars.storage.tables import catalog

STORE = "S2"
CODE = "PK01"
PRICE_MINOR = 100
COST_MINOR = 38


def add_packaging(add: Add, ids: MenuIds) -> None:
    """Write the bag, with a price at its store alone."""
    names = {"name_zh": "环保打包袋", "name_en": "Takeaway bag"}
    add(
        catalog.product,
        [
            {
                "id": ids.product(CODE),
                "code": CODE,
                "category_id": ids.category(SHELVES[0].code),
                **names,
                "kind": "single",
                "tax_code": "catering",
                "tags": ["packaging"],
                "discountable": False,
                "position": 2_000,
                "state": "on_sale",
                "revision": 1,
            }
        ],
    )
    add(
        catalog.variant,
        [
            {
                "id": ids.variant(CODE, 0),
                "product_id": ids.product(CODE),
                **names,
                "barcode": None,
                "position": 0,
                "is_default": True,
                "state": "on_sale",
                "cost_minor": COST_MINOR,
            }
        ],
    )
    add(
        catalog.price_list,
        [
            {
                "id": ids.price_list("packaging"),
                "name_zh": "打包价目",
                "name_en": "Packaging prices",
                "level": Level.STORE.value,
                "place_id": ids.chain.store_id(STORE),
                "effective_at": ids.chain.opened_at,
                "ends_at": None,
                "state": "active",
            }
        ],
    )
    add(
        catalog.price,
        [
            {
                "price_list_id": ids.price_list("packaging"),
                "variant_id": ids.variant(CODE, 0),
                "tier": "",
                "amount_minor": PRICE_MINOR,
            }
        ],
    )


def packaging_promise(ids: MenuIds) -> Promise:
    """The Term by which it is charged."""
    rule = {"variant_id": str(ids.variant(CODE, 0)), "sources": ["takeaway"], "per": "order"}
    return Promise(field="fees.rules", value=[rule], level=Level.STORE, place=STORE)
