"""One sample call for each route that needs a right, aimed at one store's things.

A new route without a sample here fails the matrix, so nobody forgets to ask who may call it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from uuid import UUID

from tests.http.web import B1, REGION_A, REGION_B, TERMINALS
from tests.shops import named


class Reach(Enum):
    """Whose scope a call needs."""

    STORE = auto()
    CHAIN = auto()
    ANYWHERE = auto()


@dataclass(frozen=True)
class Target:
    """The things of one store."""

    store: UUID
    open_order: UUID
    open_line: UUID
    paid_order: UUID
    price_list: UUID
    offer: UUID
    staff: UUID
    api_key: UUID

    @property
    def terminal(self) -> UUID:
        return TERMINALS[self.store]

    @property
    def region(self) -> UUID:
        return REGION_B if self.store == B1 else REGION_A

    @property
    def secrets(self) -> tuple[str, ...]:
        """Ids that nobody outside this store's scope may ever be shown."""
        ids = (
            self.terminal,
            self.open_order,
            self.open_line,
            self.paid_order,
            self.price_list,
            self.offer,
            self.staff,
            self.api_key,
        )
        return tuple(str(one) for one in ids)


@dataclass(frozen=True)
class Fresh:
    """Ids for what a call makes, and the member whom it is about."""

    member: UUID
    new: Callable[[], UUID]


@dataclass(frozen=True)
class Call:
    """How to call one route: its path, and what is sent."""

    path: str
    reach: Reach
    body: Callable[[Target, Fresh], object] = lambda target, fresh: None
    headers: Mapping[str, str] = field(default_factory=dict)

    def url(self, target: Target, fresh: Fresh) -> str:
        """The path with this target's ids."""
        return self.path.format(
            store=target.store,
            region=target.region,
            terminal=target.terminal,
            open=target.open_order,
            line=target.open_line,
            paid=target.paid_order,
            prices=target.price_list,
            offer=target.offer,
            staff=target.staff,
            key=target.api_key,
            member=fresh.member,
            product=named("product:milk_tea"),
            group=named("group:topping"),
            new=fresh.new(),
        )


def _line(fresh: Fresh) -> dict[str, object]:
    ids = {"product_id": named("product:milk_tea"), "variant_id": named("variant:milk_tea")}
    texts = {name: str(one) for name, one in ids.items()}
    return {"id": str(fresh.new()), "quantity": 1, **texts}


def _basket(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"store_id": str(target.store), "lines": [_line(fresh)]}


def _open(target: Target, fresh: Fresh) -> dict[str, object]:
    basket = _basket(target, fresh)
    return {**basket, "order_id": str(fresh.new()), "terminal_id": str(target.terminal)}


def _cash(fresh: Fresh) -> dict[str, object]:
    tender = {"id": str(fresh.new()), "kind": "cash", "amount_minor": 1_800}
    return {"tenders": [tender], "coupons": []}


def _top_up(target: Target, fresh: Fresh) -> dict[str, object]:
    where = {"store_id": str(target.store), "terminal_id": str(target.terminal)}
    return {"id": str(fresh.new()), **where, "principal_minor": 10_000, "tender": "cash"}


def _join(target: Target, fresh: Fresh) -> dict[str, object]:
    phone = f"138{fresh.new().int % 100_000_000:08d}"
    identities = [{"kind": "phone", "text": phone}]
    return {"id": str(fresh.new()), "store_id": str(target.store), "identities": identities}


def _coupon(target: Target, fresh: Fresh) -> dict[str, object]:
    kind = str(named("coupon_type:TEN"))
    what = {"id": str(fresh.new()), "coupon_type_id": kind, "reason": "补偿"}
    return {**what, "store_id": str(target.store)}


def _refund(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"id": str(fresh.new()), "units": None, "reason": "退货"}


def _new_staff(target: Target, fresh: Fresh) -> dict[str, object]:
    roles = [{"role": "cashier", "level": "store", "place_id": str(target.store)}]
    login = f"new-{fresh.new()}"
    return {"id": str(fresh.new()), "login": login, "name": "新人", "roles": roles}


def _roles(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"roles": [{"role": "cashier", "level": "store", "place_id": str(target.store)}]}


def _key(target: Target, fresh: Fresh) -> dict[str, object]:
    place = {"level": "store", "place_id": str(target.store)}
    what = {"name": "报表", "permissions": ["store.read"], "days": 30}
    return {"id": str(fresh.new()), **what, **place}


def _term(target: Target, fresh: Fresh) -> dict[str, object]:
    place = {"level": "store", "place_id": str(target.store)}
    return {"id": str(fresh.new()), "value": 200, "reason": "试点", **place}


def _price_list(target: Target, fresh: Fresh) -> dict[str, object]:
    place = {"level": "store", "place_id": str(target.store)}
    return {"id": str(fresh.new()), "name_zh": "本店价", **place}


def _offer(target: Target, fresh: Fresh) -> dict[str, object]:
    place = {"level": "store", "place_id": str(target.store)}
    return {"name_zh": "本店优惠", "definition": PERCENT, **place}


def _set_check(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"store_id": str(target.store)}


def _mailing(target: Target, fresh: Fresh) -> dict[str, object]:
    who = {"member_ids": [str(fresh.member)], "store_id": str(target.store)}
    return {"campaign": "spring", **who}


def _backtest(target: Target, fresh: Fresh) -> dict[str, object]:
    what = {"id": str(fresh.new()), "name": "回测", "months": 1}
    return {**what, "store_ids": [str(target.store)]}


def _code(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"id": str(fresh.new()), "code": "KX4W-7MPR-N2TYD"}


def _transfer(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"from_member_id": str(fresh.member), "to_member_id": str(fresh.new())}


def _batch(target: Target, fresh: Fresh) -> dict[str, object]:
    kind = {"coupon_type_id": str(named("coupon_type:TEN")), "name": "传单", "channel": "flyer"}
    what = {"id": str(fresh.new()), "size": 10, "valid_until": "2026-12-31T00:00:00Z"}
    return {**what, **kind}


def _coupon_type(target: Target, fresh: Fresh) -> dict[str, object]:
    code = f"C{fresh.new().int % 10_000_000}"
    names = {"name_zh": "券", "definition": PERCENT}
    return {"id": str(fresh.new()), "code": code, **names, "valid_days": 30}


def _product(target: Target, fresh: Fresh) -> dict[str, object]:
    variants = [{"id": str(fresh.new()), "name_zh": "中杯", "is_default": True}]
    code = f"P{fresh.new().int % 10_000_000}"
    shelf = {"category_id": str(named("category")), "tax_code": "food"}
    return {"code": code, "name_zh": "新品", **shelf, "variants": variants}


def _group(target: Target, fresh: Fresh) -> dict[str, object]:
    options = [{"id": str(fresh.new()), "name_zh": "椰果"}]
    code = f"G{fresh.new().int % 10_000_000}"
    return {"code": code, "name_zh": "新加料", "minimum": 0, "maximum": 1, "options": options}


def _tax(target: Target, fresh: Fresh) -> dict[str, object]:
    code = f"T{fresh.new().int % 10_000_000}"
    return {"code": code, "name_zh": "税", "rate_basis_points": 900, "inclusive": True}


def _store(target: Target, fresh: Fresh) -> dict[str, object]:
    code = f"N{fresh.new().int % 10_000_000}"
    where = {"region_id": str(target.region), "code": code}
    return {"id": str(fresh.new()), **where, "name_zh": "新店"}


def _terminal(target: Target, fresh: Fresh) -> dict[str, object]:
    letters = [chr(65 + fresh.new().int // place % 26) for place in (1, 26)]
    till = {"id": str(fresh.new()), "letter": "".join(letters), "name": "新机"}
    return {**till, "store_id": str(target.store)}


PERCENT = {"kind": "percent", "effect": {"basis_points": 1_000, "per": "order"}}
SEEN = {"If-Match": '"1"'}
CHANGED_STORE = {"name_zh": "店", "name_en": "", "zone": "Asia/Shanghai", "cut_off_minutes": 240}
WORDING = {"purpose": "marketing", "text_zh": "优惠", "text_en": "Offers", "since": "2026-06-01"}
CONSENT = {"channel": "sms", "purpose": "membership", "granted": True, "wording_version": "1"}
BECAUSE = {"reason": "挂失"}
EMPLOYED = {"name": "李敏", "language": "zh-CN", "active": True}
PHONE = {"kind": "phone", "text": "13900139000"}

STORE, CHAIN, ANYWHERE = Reach.STORE, Reach.CHAIN, Reach.ANYWHERE


TAGS = {"tags": ["常客"]}


def _always(body: object) -> Callable[[Target, Fresh], object]:
    return lambda target, fresh: body


CALLS: Mapping[str, Call] = {
    "quote_basket": Call("/quotes", STORE, _basket),
    "sell_at_counter": Call("/sales", STORE, lambda t, f: {**_open(t, f), **_cash(f)}),
    "open_order": Call("/orders", STORE, _open),
    "list_orders": Call("/orders?store_id={store}", STORE),
    "get_order": Call("/orders/{open}", STORE),
    "get_receipt": Call("/orders/{paid}/receipt", STORE),
    "get_receipt_qr": Call("/orders/{paid}/qr.svg", STORE),
    "add_lines": Call("/orders/{open}/lines", STORE, lambda t, f: {"lines": [_line(f)]}, SEEN),
    "change_line": Call("/orders/{open}/lines/{line}", STORE, _always({"quantity": 2}), SEEN),
    "void_line": Call("/orders/{open}/lines/{line}/void", STORE, headers=SEEN),
    "attach_member": Call(
        "/orders/{open}/member", STORE, lambda t, f: {"member_id": str(f.member)}, SEEN
    ),
    "cancel_order": Call("/orders/{open}/cancel", STORE, headers={"If-Match": '"99"'}),
    "quote_order": Call("/orders/{open}/quote", STORE, _always({})),
    "settle_order": Call(
        "/orders/{open}/settle", STORE, lambda t, f: _cash(f), {"If-Match": '"99"'}
    ),
    "hold_order": Call("/orders/{open}/hold", STORE, _always({}), {"If-Match": '"99"'}),
    "release_hold": Call("/orders/{open}/release", STORE, headers={"If-Match": '"99"'}),
    "plan_refund": Call("/orders/{paid}/refunds/plan", STORE, _always({"units": None})),
    "refund_order": Call("/orders/{paid}/refunds", STORE, _refund),
    "look_up_member": Call("/members/lookup", ANYWHERE, _always({"text": "13800138000"})),
    "join_member": Call("/members", STORE, _join),
    "get_member": Call("/members/{member}", ANYWHERE),
    "get_profile": Call("/members/{member}/profile", ANYWHERE),
    "reveal_member": Call("/members/{member}/reveal", ANYWHERE, _always(BECAUSE)),
    "change_profile": Call(
        "/members/{member}/profile", ANYWHERE, _always({"name": "王芳"}), {"If-Match": '"1"'}
    ),
    "set_member_tags": Call("/members/{member}/tags", ANYWHERE, _always(TAGS)),
    "add_identity": Call("/members/{member}/identities", ANYWHERE, _always(PHONE)),
    "remove_identity": Call("/members/{member}/identities/remove", ANYWHERE, _always(PHONE)),
    "issue_card": Call("/members/{member}/cards", ANYWHERE),
    "freeze_member": Call("/members/{member}/freeze", ANYWHERE, _always(BECAUSE)),
    "unfreeze_member": Call("/members/{member}/unfreeze", ANYWHERE, _always(BECAUSE)),
    "get_statement": Call("/members/{member}/statement", ANYWHERE),
    "get_menu": Call("/stores/{store}/menu", STORE),
    "mark_sold_out": Call("/stores/{store}/sold-out/{product}", STORE, _always({})),
    "mark_available": Call("/stores/{store}/sold-out/{product}", STORE),
    "list_top_up_offers": Call("/stores/{store}/top-up-offers", STORE),
    "top_up": Call("/members/{member}/top-ups", STORE, _top_up),
    "issue_coupon": Call("/members/{member}/coupons", STORE, _coupon),
    "void_coupon": Call("/coupons/{new}/void", ANYWHERE, _always(BECAUSE)),
    "list_wordings": Call("/wordings", ANYWHERE),
    "publish_wording": Call("/wordings", CHAIN, lambda t, f: {"version": str(f.new()), **WORDING}),
    "list_consents": Call("/members/{member}/consents", ANYWHERE),
    "record_consent": Call("/members/{member}/consents", ANYWHERE, _always({"choices": [CONSENT]})),
    "list_regions": Call("/regions", ANYWHERE),
    "add_region": Call("/regions", CHAIN, lambda t, f: {"id": str(f.new()), "name_zh": "新区"}),
    "change_region": Call("/regions/{region}", CHAIN, _always({"name_zh": "区"}), SEEN),
    "list_stores": Call("/stores", ANYWHERE),
    "add_store": Call("/stores", CHAIN, _store),
    "change_store": Call("/stores/{store}", STORE, _always({**CHANGED_STORE, "open": True}), SEEN),
    "list_terminals": Call("/terminals", ANYWHERE),
    "add_terminal": Call("/terminals", STORE, _terminal),
    "change_terminal": Call(
        "/terminals/{terminal}", STORE, _always({"name": "A", "active": True}), SEEN
    ),
    "bind_terminal": Call("/terminals/{terminal}/bind", STORE),
    "list_staff": Call("/staff", ANYWHERE),
    "add_staff": Call("/staff", STORE, _new_staff),
    "change_staff": Call("/staff/{staff}", STORE, _always(EMPLOYED), {"If-Match": '"99"'}),
    "set_roles": Call("/staff/{staff}/roles", STORE, _roles),
    "new_one_time_code": Call("/staff/{staff}/one-time-code", STORE),
    "list_api_keys": Call("/api-keys", ANYWHERE),
    "create_api_key": Call("/api-keys", STORE, _key),
    "revoke_api_key": Call("/api-keys/{key}", STORE),
    "list_terms": Call("/terms?store_id={store}", STORE),
    "list_term_history": Call("/terms/spending.step/history", ANYWHERE),
    "set_term": Call("/terms/spending.step", STORE, _term),
    "list_goods": Call("/goods", ANYWHERE),
    "put_category": Call("/categories/{new}", CHAIN, _always({"name_zh": "新架"})),
    "add_tax": Call("/taxes", CHAIN, _tax),
    "put_group": Call("/modifier-groups/{new}", CHAIN, _group),
    "get_product": Call("/products/{product}", ANYWHERE),
    "add_product": Call(
        "/products", CHAIN, lambda t, f: {"id": str(f.new()), "product": _product(t, f)}
    ),
    "change_product": Call("/products/{product}", CHAIN, _product, {"If-Match": '"99"'}),
    "list_price_lists": Call("/price-lists", ANYWHERE),
    "add_price_list": Call("/price-lists", STORE, _price_list),
    "list_prices": Call("/price-lists/{prices}/prices", STORE),
    "set_prices": Call(
        "/price-lists/{prices}/prices",
        STORE,
        _always({"prices": [{"variant_id": str(named("variant:milk_tea")), "amount_minor": 1}]}),
    ),
    "end_price_list": Call("/price-lists/{prices}/end", STORE, _always({"ends_at": None})),
    "list_offers": Call("/offers", ANYWHERE),
    "list_offer_templates": Call("/offer-templates", ANYWHERE),
    "check_offer": Call("/offers/check", STORE, _offer),
    "check_offer_set": Call("/offers/check-set", STORE, _set_check),
    "save_offer": Call("/offers/{new}", STORE, _offer, {"If-Match": '"0"'}),
    "stop_offer": Call("/offers/{offer}/stop", STORE, headers={"If-Match": '"99"'}),
    "start_backtest": Call("/backtests", STORE, _backtest),
    "list_backtests": Call("/backtests", ANYWHERE),
    "get_backtest": Call("/backtests/{new}", ANYWHERE),
    "stop_backtest": Call("/backtests/{new}/stop", ANYWHERE),
    "export_backtest": Call("/backtests/{new}/result.csv", ANYWHERE),
    "plot_backtest": Call("/backtests/{new}/plot.svg", ANYWHERE),
    "list_coupon_types": Call("/coupon-types", ANYWHERE),
    "save_coupon_type": Call("/coupon-types", CHAIN, _coupon_type),
    "stop_coupon_type": Call("/coupon-types/{new}/stop", CHAIN),
    "mail_coupons": Call("/coupon-types/{new}/issue", STORE, _mailing),
    "get_coupon": Call("/coupons/{new}", ANYWHERE),
    "claim_coupon_code": Call("/members/{new}/coupons/claim", ANYWHERE, _code),
    "take_shared_coupon": Call(
        "/members/{new}/coupons/take", ANYWHERE, lambda t, f: {"token": f.new().hex}
    ),
    "freeze_coupon": Call("/coupons/{new}/freeze", ANYWHERE, _always(BECAUSE)),
    "unfreeze_coupon": Call("/coupons/{new}/unfreeze", ANYWHERE, _always(BECAUSE)),
    "reissue_coupon": Call(
        "/coupons/{new}/reissue", ANYWHERE, lambda t, f: {"id": str(f.new()), **BECAUSE}
    ),
    "transfer_coupon": Call("/coupons/{new}/transfer", ANYWHERE, _transfer),
    "share_coupon": Call(
        "/coupons/{new}/share",
        ANYWHERE,
        lambda t, f: {"id": str(f.new()), "from_member_id": str(f.member)},
    ),
    "withdraw_coupon_share": Call(
        "/coupons/{new}/share/withdraw", ANYWHERE, lambda t, f: {"from_member_id": str(f.member)}
    ),
    "make_coupon_batch": Call("/coupon-batches", CHAIN, _batch),
    "list_coupon_batches": Call("/coupon-batches", ANYWHERE),
    "get_coupon_batch": Call("/coupon-batches/{new}", ANYWHERE),
    "change_coupon_batch": Call("/coupon-batches/{new}/freeze", CHAIN, _always(BECAUSE)),
    "export_coupon_codes": Call("/coupon-batches/{new}/codes", CHAIN),
    "change_coupon_code": Call(
        "/coupon-codes/freeze", CHAIN, _always({"code": "2222-2222-2222", **BECAUSE})
    ),
    "list_audit": Call("/audit", ANYWHERE),
}
