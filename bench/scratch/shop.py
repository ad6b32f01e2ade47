"""A small tea shop with 16 tills: 20 products, 8 offers, 4 tiers, 2 coupon types.

    opened = open_shop(database, now=clock())
    basket = BASKETS[0]     # four lines that a guest orders

Of the offers one or two touch a usual basket, beside the guest's tier, coupon and points.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from regulars.domain.catalog.lines import LineRequest, OptionChoice
from regulars.domain.kernel.ids import LineId, OptionId, ProductId, VariantId
from regulars.domain.kernel.period import Instant
from regulars.domain.stores.codes import token_hash, token_of
from regulars.domain.stores.permissions import Role
from regulars.storage import ledger
from regulars.storage.engine import Database, Write
from regulars.storage.shops import raise_revision
from regulars.storage.tables import catalog, offers, stores

TILLS = 16
SESSION_LASTS = timedelta(hours=12)
OPEN_FOR = timedelta(days=90)

NAME = {"name_zh": "山野茶事", "name_en": "Hillside Tea"}
TERMS: dict[str, object] = {
    "tiers.ladder": [
        {"code": "leaf", "name_zh": "茶友", "name_en": "Leaf", "growth_from": 0},
        {
            "code": "silver",
            "name_zh": "银毫",
            "name_en": "Silver Tip",
            "growth_from": 1_000,
            "discount_basis_points": 300,
        },
        {
            "code": "gold",
            "name_zh": "金毫",
            "name_en": "Golden Tip",
            "growth_from": 100_000,
            "discount_basis_points": 500,
        },
        {
            "code": "black",
            "name_zh": "墨玉",
            "name_en": "Black Jade",
            "growth_from": 10_000_000,
            "discount_basis_points": 800,
        },
    ],
    "spending.step": 10,
    "spending.minimum": 10,
    "coupons.per_order_max": 1,
}
# The tiers that members hold here, with growth value far from the next step.
TIERS = (("silver", 2_000), ("gold", 200_000))

SHELVES = ("milk-tea", "fruit-tea", "leaf-tea", "snacks")
PRODUCTS = tuple(
    (f"{SHELVES[shelf]}-{number}", SHELVES[shelf], 1_200 + 200 * number + 100 * shelf)
    for shelf in range(4)
    for number in range(5)
)


def named(name: str) -> UUID:
    """The id that a name stands for in every scratch shop."""
    return uuid5(NAMESPACE_URL, f"scratch:{name}")


STORE = named("store")
TERMINALS = tuple(named(f"terminal:{number}") for number in range(TILLS))
COUPON_TYPE = named("coupon_type:TEN")
KEPT_COUPON_TYPE = named("coupon_type:KEPT")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a basket."""

    product: str
    quantity: int
    toppings: int = 0

    def body(self, line_id: UUID) -> dict[str, object]:
        """The line as a till sends it."""
        topping = {"option_id": str(named("option:0")), "count": self.toppings}
        return {
            "id": str(line_id),
            "product_id": str(named(f"product:{self.product}")),
            "variant_id": str(named(f"variant:{self.product}")),
            "quantity": self.quantity,
            "options": [topping] if self.toppings else [],
        }

    def request(self, line_id: UUID) -> LineRequest:
        """The line as the menu is asked for it."""
        topping = OptionChoice(OptionId(named("option:0")), self.toppings)
        return LineRequest(
            id=LineId(line_id),
            product_id=ProductId(named(f"product:{self.product}")),
            variant_id=VariantId(named(f"variant:{self.product}")),
            quantity=self.quantity,
            options=(topping,) if self.toppings else (),
        )


Basket = tuple[Line, ...]


def _basket(number: int) -> Basket:
    return tuple(
        Line(
            PRODUCTS[(number * 7 + place * 6) % len(PRODUCTS)][0],
            2 if place == number % 4 else 1,
            toppings=place % 2,
        )
        for place in range(4)
    )


BASKETS: tuple[Basket, ...] = tuple(_basket(number) for number in range(12))

OFFERS: tuple[tuple[str, str, dict[str, object]], ...] = (
    (
        "第二杯半价",
        "Second at half price",
        {
            "kind": "nth",
            "effect": {"n": 2, "basis_points": 5_000},
            "goods": {"categories": [str(named("category:milk-tea"))]},
            "groups": ["drinks"],
        },
    ),
    (
        "满100减10",
        "Spend 100, save 10",
        {
            "kind": "spend_and_save",
            "effect": {"steps": [{"threshold_minor": 10_000, "off_minor": 1_000}]},
        },
    ),
    (
        "鲜果茶9折",
        "10 % off the fruit tea of the month",
        {
            "kind": "percent",
            "effect": {"basis_points": 1_000, "per": "unit"},
            "goods": {"products": [str(named("product:fruit-tea-1"))]},
            "groups": ["drinks"],
        },
    ),
    (
        "老白茶减2元",
        "2 off old white tea",
        {
            "kind": "amount",
            "effect": {"amount_minor": 200, "per": "unit"},
            "goods": {"products": [str(named("product:leaf-tea-2"))]},
        },
    ),
    (
        "小吃第三件1元",
        "Third snack 90 % off",
        {
            "kind": "nth",
            "effect": {"n": 3, "basis_points": 9_000},
            "goods": {"categories": [str(named("category:snacks"))]},
        },
    ),
    (
        "会员单枞95折",
        "Members: 5 % off one Dancong",
        {
            "kind": "percent",
            "effect": {"basis_points": 500, "per": "unit", "units_max": 1},
            "goods": {"products": [str(named("product:leaf-tea-4"))]},
            "condition": {"kind": "compare", "field": "member", "is": "equal", "value": True},
        },
    ),
    (
        "外带减1元",
        "1 off each to take away",
        {
            "kind": "amount",
            "effect": {"amount_minor": 100, "per": "unit"},
            "condition": {"kind": "one_of", "field": "source", "values": ["takeaway"]},
        },
    ),
    (
        "满200减30",
        "Spend 200, save 30",
        {
            "kind": "spend_and_save",
            "effect": {"steps": [{"threshold_minor": 20_000, "off_minor": 3_000}]},
            "goods": {"categories": [str(named("category:snacks"))]},
        },
    ),
)
COUPON_TYPES: tuple[tuple[UUID, str, dict[str, object]], ...] = (
    (
        COUPON_TYPE,
        "TEN",
        {
            "kind": "amount",
            "effect": {"amount_minor": 1_000, "per": "order"},
            "condition": {"kind": "compare", "field": "spend", "is": "at_least", "value": 3_000},
        },
    ),
    (
        KEPT_COUPON_TYPE,
        "KEPT",
        {"kind": "percent", "effect": {"basis_points": 1_000, "cap_minor": 500}},
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What whoever drives the shop must know."""

    cookie: str
    at: Instant


def open_shop(database: Database, *, now: Instant) -> Opened:
    """Fill an empty, migrated database with the shop, and sign a cashier in."""
    token = token_of(secrets.token_bytes(32))
    opening = Instant(now - OPEN_FOR)

    def fill(tx: Write) -> None:
        _stores(tx, opening)
        _cashier(tx, token, now)
        _goods(tx, opening)
        _promises(tx, opening)
        for name in ("catalog", "offers", "stores", "terms"):
            raise_revision(tx, name)
        tx.flush()
        ledger.house_accounts(tx, STORE, currency="CNY")

    database.write(fill).result()
    return Opened(cookie=f"__Host-regulars={token}", at=now)


def _stores(tx: Write, opening: Instant) -> None:
    organisation = {"id": named("organisation"), **NAME, "currency": "CNY", "country": "CN"}
    tx.add(stores.organisation, [{**organisation, "created_at": opening}])
    tx.add(stores.region, [{"id": named("region"), "name_zh": "华东", "name_en": "East"}])
    place = {"region_id": named("region"), "zone": "Asia/Shanghai", "cut_off_minutes": 240}
    store = {"id": STORE, "code": "S1", "name_zh": "人民广场店", "name_en": "People's Square"}
    tx.add(stores.store, [{**store, **place, "kind": "tea", "state": "open"}])
    tills = [
        {
            "id": terminal_id,
            "store_id": STORE,
            "letter": chr(ord("A") + number),
            "name": f"S1-{number}",
            "state": "active",
        }
        for number, terminal_id in enumerate(TERMINALS)
    ]
    tx.add(stores.terminal, tills)
    common = {"level": "organisation", "effective_at": opening, "version": 1, "locked": False}
    who = {"recorded_at": opening, "recorded_by": "bench"}
    rows = [
        {"id": named(f"setting:{field}"), "field": field, "value": value, **common, **who}
        for field, value in TERMS.items()
    ]
    tx.add(stores.setting, rows)


def _cashier(tx: Write, token: str, now: Instant) -> None:
    cashier = {"id": named("cashier"), "login": "cashier", "name": "李敏", "language": "zh-CN"}
    tx.add(stores.staff, [{**cashier, "state": "active", "revision": 1}])
    role = {"staff_id": named("cashier"), "role": Role.CASHIER.value}
    tx.add(stores.staff_role, [{**role, "level": "store", "place_id": STORE}])
    session = {
        "token_hash": token_hash(token),
        "staff_id": named("cashier"),
        "terminal_id": None,
        "method": "password",
        "created_at": now,
        "seen_at": now,
        "expires_at": Instant(now + SESSION_LASTS),
    }
    tx.add(stores.session, [session])


def _goods(tx: Write, opening: Instant) -> None:
    tax = {"code": "food", "name_zh": "餐饮", "name_en": "Food", "rate_basis_points": 600}
    tx.add(catalog.tax_category, [{**tax, "inclusive": True}])
    shelves = [
        {"id": named(f"category:{code}"), "name_zh": code, "name_en": code, "position": position}
        for position, code in enumerate(SHELVES)
    ]
    tx.add(catalog.category, shelves)
    group = {"id": named("group"), "code": "topping", "name_zh": "加料", "name_en": "Toppings"}
    tx.add(catalog.modifier_group, [{**group, "minimum": 0, "maximum": 3}])
    topping = {"name_zh": "珍珠", "name_en": "Pearls", "price_minor": 200, "count_max": 2}
    state = {"is_default": False, "state": "on_sale"}
    options = [
        {"id": named(f"option:{n}"), "group_id": named("group"), "position": n, **topping, **state}
        for n in range(4)
    ]
    tx.add(catalog.modifier_option, options)
    prices = {"id": named("prices"), "name_zh": "价目", "name_en": "Prices", "state": "active"}
    tx.add(catalog.price_list, [{**prices, "level": "organisation", "effective_at": opening}])
    tx.add(catalog.product, [_product(position) for position in range(len(PRODUCTS))])
    only = {"name_zh": "", "name_en": "", "position": 0, "is_default": True, "state": "on_sale"}
    variants = [
        {"id": named(f"variant:{code}"), "product_id": named(f"product:{code}"), **only}
        for code, _, _ in PRODUCTS
    ]
    tx.add(catalog.variant, variants)
    groups = [
        {"product_id": named(f"product:{code}"), "group_id": named("group"), "position": 0}
        for code, _, _ in PRODUCTS
    ]
    tx.add(catalog.product_modifier, groups)
    tx.add(catalog.price, [row for each in PRODUCTS for row in _prices(each[0], each[2])])


def _product(position: int) -> dict[str, object]:
    code, shelf, _ = PRODUCTS[position]
    return {
        "id": named(f"product:{code}"),
        "code": code,
        "category_id": named(f"category:{shelf}"),
        "name_zh": f"招牌{code}",
        "name_en": code,
        "kind": "single",
        "tax_code": "food",
        "tags": [],
        "discountable": True,
        "position": position,
        "state": "on_sale",
        "revision": 1,
    }


def _prices(code: str, minor: int) -> Sequence[dict[str, object]]:
    # Every fifth product has a member price, as shops do.
    member = [("gold", minor - 150)] if code.endswith("0") else []
    return [
        {
            "price_list_id": named("prices"),
            "variant_id": named(f"variant:{code}"),
            "tier": tier,
            "amount_minor": amount,
        }
        for tier, amount in (("", minor), *member)
    ]


def _promises(tx: Write, opening: Instant) -> None:
    when = {"effective_at": opening, "state": "active", "recorded_at": opening}
    rows = [
        {
            "id": named(f"offer:{en}"),
            "version": 1,
            "name_zh": zh,
            "name_en": en,
            "level": "organisation",
            "definition": definition,
            "recorded_by": "bench",
            **when,
        }
        for zh, en, definition in OFFERS
    ]
    tx.add(offers.offer, rows)
    types = [
        {
            "id": type_id,
            "code": code,
            "name_zh": "满30减10" if code == "TEN" else "9折券",
            "name_en": "10 off 30" if code == "TEN" else "10 % off",
            "definition": definition,
            "valid_days": 30,
            "issued": 0,
            "state": "active",
        }
        for type_id, code, definition in COUPON_TYPES
    ]
    tx.add(offers.coupon_type, types)
