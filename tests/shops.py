"""A small tea shop to test with: one region, two stores, five products, offers and coupon types.

shop = open_shop(database, tmp_path)
wang = shop.join("13800138000")
receipt = shop.sell([shop.line("milk_tea", quantity=2)], member=wang, cash=3600)
"""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from regulars.domain.catalog.lines import LineRequest, OptionChoice
from regulars.domain.kernel.ids import LineId, OptionId, ProductId, VariantId, uuid7
from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.members.identity import IdentityKind
from regulars.domain.payments.tender import Tender, TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.domain.stores.actor import SYSTEM, Actor
from regulars.storage import ledger
from regulars.storage.engine import Database, Write
from regulars.storage.shops import Shops, raise_revision
from regulars.storage.tables import catalog, members, offers, stores
from regulars.storage.vault import Vault, open_vault
from regulars.use_cases.coupons import IssueCoupon
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.runner import Runner
from regulars.use_cases.sales import SellAtCounter
from regulars.use_cases.top_up import TopUp

OPENING = instant_from_iso("2026-05-04T10:00:00+08:00")
TIERS = [
    {"code": "leaf", "name_zh": "茶友", "name_en": "Leaf", "growth_from": 0},
    {
        "code": "gold",
        "name_zh": "金叶",
        "name_en": "Gold leaf",
        "growth_from": 100,
        "discount_basis_points": 500,
        "multiplier_basis_points": 15_000,
    },
]
TERMS: Mapping[str, object] = {
    "tiers.ladder": TIERS,
    "joining.points": 50,
    "joining.coupon_types": ["NEW5"],
    "top_up.offers": [{"principal_minor": 10_000, "bonus_minor": 1_000}],
    "coupons.per_order_max": 1,
}
PRODUCTS = {
    "milk_tea": ("珍珠奶茶", "Pearl milk tea", 1_800, {"gold": 1_600}),
    "mango_ice": ("芒果冰", "Mango ice", 2_200, {}),
    "lemon_tea": ("柠檬茶", "Lemon tea", 1_500, {}),
    "egg_tart": ("蛋挞", "Egg tart", 800, {}),
    "gift_box": ("茶礼盒", "Tea gift box", 6_000, {}),
}


def named(name: str) -> UUID:
    """The id that a name stands for in every test."""
    return uuid5(NAMESPACE_URL, name)


@dataclass
class ShopUnderTest:
    """The shop, its doors and a clock that the test moves."""

    database: Database
    runner: Runner
    shops: Shops
    vault: Vault
    entropy: random.Random
    now: Instant = OPENING
    store_id: UUID = field(default_factory=lambda: named("store:S1"))
    other_store_id: UUID = field(default_factory=lambda: named("store:S2"))
    terminal_id: UUID = field(default_factory=lambda: named("terminal:S1:A"))
    actor: Actor = SYSTEM

    def new_id(self) -> UUID:
        """A fresh id of this test."""
        return uuid7(self.now, self.entropy.randbytes(10))

    def pass_time(self, **duration: float) -> None:
        """Let the clock run."""
        self.now = Instant(self.now + timedelta(**duration))

    def run(
        self, command: object, *, actor: Actor | None = None, command_id: UUID | None = None
    ) -> dict[str, object]:
        """Run a command and read its answer."""
        answer = self.runner.run_now(
            command, actor=actor or self.actor, command_id=command_id or self.new_id()
        )
        decoded = json.loads(answer.body)
        assert isinstance(decoded, dict)
        return decoded

    def join(self, phone: str) -> UUID:
        """A new member with this phone number."""
        member_id = self.new_id()
        command = JoinMember(
            member_id=member_id,
            store_id=self.store_id,
            identities=(IdentityText(kind=IdentityKind.PHONE, text=phone),),
        )
        self.run(command)
        return member_id

    def line(self, product: str, *, quantity: int = 1, pearls: int = 0) -> LineRequest:
        """A line of one product."""
        options = (OptionChoice(OptionId(named("option:pearls")), pearls),) if pearls else ()
        return LineRequest(
            id=LineId(self.new_id()),
            product_id=ProductId(named(f"product:{product}")),
            variant_id=VariantId(named(f"variant:{product}")),
            quantity=quantity,
            options=options,
        )

    def tender(self, kind: TenderKind, minor: int, tendered: int | None = None) -> Tender:
        """One tender."""
        return Tender(id=self.new_id(), kind=kind, amount_minor=minor, tendered_minor=tendered)

    def sale(
        self,
        lines: Sequence[LineRequest],
        *,
        member: UUID | None = None,
        cash: int = 0,
        stored: int = 0,
        choices: Choices | None = None,
    ) -> SellAtCounter:
        """A sale paid from stored value and in cash."""
        parts = ((TenderKind.STORED_VALUE, stored), (TenderKind.CASH, cash))
        return SellAtCounter(
            order_id=self.new_id(),
            store_id=self.store_id,
            terminal_id=self.terminal_id,
            source="counter",
            lines=tuple(lines),
            member_id=member,
            choices=choices or Choices(coupons=()),
            tenders=tuple(self.tender(kind, minor) for kind, minor in parts if minor),
        )

    def top_up(self, member: UUID, minor: int) -> dict[str, object]:
        """Money paid in, in cash."""
        command = TopUp(
            id=self.new_id(),
            member_id=member,
            store_id=self.store_id,
            terminal_id=self.terminal_id,
            principal_minor=minor,
            tender="cash",
        )
        return self.run(command)

    def coupon(self, member: UUID, code: str) -> UUID:
        """One coupon for a member."""
        coupon_id = self.new_id()
        command = IssueCoupon(
            coupon_id=coupon_id,
            member_id=member,
            coupon_type_id=named(f"coupon_type:{code}"),
            store_id=self.store_id,
            reason="test",
        )
        self.run(command)
        return coupon_id

    def balances(self, member: UUID) -> ledger.Balances:
        """What a member owns."""
        with self.database.read() as read:
            return ledger.balances_of(read, member)

    def at(self, store_id: UUID, terminal: str) -> "ShopUnderTest":
        """The same shop seen from another store's till."""
        return replace(self, store_id=store_id, terminal_id=named(terminal))


def open_shop(
    database: Database, home: Path, *, terms: Mapping[str, object] | None = None
) -> ShopUnderTest:
    """The small tea shop, filled and open."""
    entropy = random.Random(7)
    database.write(lambda tx: _fill(tx, {**TERMS, **(terms or {})})).result()
    vault = open_vault(home, database, now=OPENING)
    shops = Shops()
    shop: ShopUnderTest
    runner = Runner(
        database,
        clock=lambda: shop.now,
        entropy=entropy.randbytes,
        vault=vault,
        shops=shops,
    )
    shop = ShopUnderTest(database, runner, shops, vault, entropy)
    return shop


def _fill(tx: Write, terms: Mapping[str, object]) -> None:
    _fill_stores(tx, terms)
    _fill_goods(tx)
    _fill_offers(tx)
    for name in ("catalog", "offers", "stores", "terms"):
        raise_revision(tx, name)


def _fill_stores(tx: Write, terms: Mapping[str, object]) -> None:
    name = {"name_zh": "山野茶事", "name_en": "Hillside Tea"}
    organisation = {"id": named("organisation"), **name, "currency": "CNY", "country": "CN"}
    tx.add(stores.organisation, [{**organisation, "created_at": OPENING}])
    tx.add(stores.region, [{"id": named("region"), "name_zh": "华东", "name_en": "East"}])
    place = {"region_id": named("region"), "zone": "Asia/Shanghai", "cut_off_minutes": 240}
    for code, zh, en in (("S1", "人民广场店", "People's Square"), ("S2", "静安寺店", "Jing'an")):
        store = {"id": named(f"store:{code}"), "code": code, "name_zh": zh, "name_en": en}
        tx.add(stores.store, [{**store, **place, "kind": "tea", "state": "open"}])
        till = {"id": named(f"terminal:{code}:A"), "store_id": store["id"], "letter": "A"}
        tx.add(stores.terminal, [{**till, "name": f"{code}-A", "state": "active"}])
    common = {"level": "organisation", "effective_at": OPENING, "version": 1, "locked": False}
    who = {"recorded_at": OPENING, "recorded_by": "test"}
    for name_of, value in terms.items():
        row = {"id": named(name_of), "field": name_of, "value": value, **common, **who}
        tx.add(stores.setting, [row])
    text = {"text_zh": "成为会员", "text_en": "Membership", "since": date(2026, 1, 1)}
    tx.add(members.wording, [{"version": "1", "purpose": "membership", **text}])


def _fill_goods(tx: Write) -> None:
    tax = {"code": "food", "name_zh": "餐饮", "name_en": "Food", "rate_basis_points": 600}
    tx.add(catalog.tax_category, [{**tax, "inclusive": True}])
    shelf = {"id": named("category"), "name_zh": "全部", "name_en": "All", "position": 1}
    tx.add(catalog.category, [shelf])
    sweet = {"id": named("group:topping"), "code": "topping", "name_zh": "加料"}
    tx.add(catalog.modifier_group, [{**sweet, "name_en": "Toppings", "minimum": 0, "maximum": 3}])
    pearls = {"id": named("option:pearls"), "group_id": named("group:topping")}
    names = {"name_zh": "珍珠", "name_en": "Pearls", "price_minor": 300, "count_max": 2}
    state = {"is_default": False, "position": 1, "state": "on_sale"}
    tx.add(catalog.modifier_option, [{**pearls, **names, **state}])
    prices = {"id": named("prices"), "name_zh": "价目", "name_en": "Prices"}
    place = {"level": "organisation", "place_id": None, "effective_at": OPENING, "ends_at": None}
    tx.add(catalog.price_list, [{**prices, **place, "state": "active"}])
    for position, (code, (zh, en, minor, tiers)) in enumerate(PRODUCTS.items()):
        _fill_product(tx, code, (zh, en), position)
        variant_id = named(f"variant:{code}")
        row = {"price_list_id": named("prices"), "variant_id": variant_id}
        for tier, amount in {"": minor, **tiers}.items():
            tx.add(catalog.price, [{**row, "tier": tier, "amount_minor": amount}])


def _fill_product(tx: Write, code: str, label: tuple[str, str], position: int) -> None:
    product = {"id": named(f"product:{code}"), "code": code, "category_id": named("category")}
    names = {"name_zh": label[0], "name_en": label[1]}
    rest = {"kind": "single", "tax_code": "food", "tags": [], "discountable": code != "gift_box"}
    state = {"position": position, "state": "on_sale", "revision": 1}
    tx.add(catalog.product, [{**product, **names, **rest, **state}])
    variant = {"id": named(f"variant:{code}"), "product_id": product["id"], "barcode": None}
    only = {"name_zh": "", "name_en": "", "position": 0, "is_default": True}
    tx.add(catalog.variant, [{**variant, **only, "state": "on_sale"}])
    group = {"product_id": product["id"], "group_id": named("group:topping"), "position": 0}
    tx.add(catalog.product_modifier, [group])


def _fill_offers(tx: Write) -> None:
    second = {"kind": "nth", "effect": {"n": 2, "basis_points": 5_000}}
    second["goods"] = {"products": [str(named("product:lemon_tea"))]}
    offer = {"id": named("offer:second"), "version": 1, "name_zh": "第二杯半价"}
    rest = {"name_en": "Second at half price", "level": "organisation", "definition": second}
    when = {"effective_at": OPENING, "state": "active", "recorded_at": OPENING}
    tx.add(offers.offer, [{**offer, **rest, **when, "recorded_by": "test"}])
    for code, minor in (("NEW5", 500), ("TEN", 1_000)):
        coupon_type = {"id": named(f"coupon_type:{code}"), "code": code, "valid_days": 30}
        names = {"name_zh": f"立减{minor // 100}元", "name_en": f"{minor // 100} off"}
        definition = {"kind": "amount", "effect": {"amount_minor": minor, "per": "order"}}
        limits = {"issue_max": None, "issued": 0, "state": "active", "definition": definition}
        tx.add(offers.coupon_type, [{**coupon_type, **names, **limits}])
