"""One sample call for each route that needs a right, aimed at one store's things.

A new route without a sample here fails the matrix, so nobody forgets to ask who may call it.
"""

from collections.abc import Callable, Mapping

from tests.http.matrix_calls_of_channels import CALLS_OF_CHANNELS
from tests.http.matrix_calls_of_insights import CALLS_OF_INSIGHTS
from tests.http.matrix_calls_of_journeys import CALLS_OF_JOURNEYS
from tests.http.matrix_calls_of_many import CALLS_OF_MANY
from tests.http.matrix_calls_of_measurements import CALLS_OF_MEASUREMENTS
from tests.http.matrix_calls_of_messages import CALLS_OF_MESSAGES
from tests.http.matrix_calls_of_people import CALLS_OF_PEOPLE
from tests.http.matrix_calls_of_reports import CALLS_OF_REPORTS
from tests.http.matrix_calls_of_segments import CALLS_OF_SEGMENTS
from tests.http.matrix_targets import Call, Fresh, Reach, Target
from tests.shops import named


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


def _value_hold(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"id": str(fresh.new()), "store_id": str(target.store), "amount_minor": 100}


def _value_transfer(target: Target, fresh: Fresh) -> dict[str, object]:
    what = {"id": str(fresh.new()), "to_member_id": str(fresh.new()), "reason": "转赠"}
    return {**what, "store_id": str(target.store)}


def _holder(target: Target, fresh: Fresh) -> dict[str, object]:
    who = {"name": "王芳", "number": "E12345678", "contact": "13800138000"}
    what = {"id": str(fresh.new()), "document": "passport", **who}
    return {**what, "store_id": str(target.store)}


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


def _tier(target: Target, fresh: Fresh) -> dict[str, object]:
    approval = {"staff_id": str(target.staff), "pin": "482915"}
    what = {"tier": "gold", "until": "2026-12-31", "reason": "老客"}
    return {"store_id": str(target.store), **what, "approval": approval}


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


def _taken_away(target: Target, fresh: Fresh) -> dict[str, object]:
    place = {"level": "store", "place_id": str(target.store)}
    return {"id": str(fresh.new()), "reason": "试点结束", **place}


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


def _programme(target: Target, fresh: Fresh) -> dict[str, object]:
    place = {"level": "store", "place_id": str(target.store)}
    definition = {"points": 500, "gives": {"item_zh": "马克杯"}}
    return {"kind": "mall_item", "name_zh": "马克杯", "definition": definition, **place}


def _joining_in(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"programme_id": str(fresh.new()), "store_id": str(target.store)}


def _new_in(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"id": str(fresh.new()), **_joining_in(target, fresh)}


PERCENT = {"kind": "percent", "effect": {"basis_points": 1_000, "per": "order"}}
SEEN = {"If-Match": '"1"'}
CHANGED_STORE = {"name_zh": "店", "name_en": "", "zone": "Asia/Shanghai", "cut_off_minutes": 240}
WORDING = {"purpose": "marketing", "text_zh": "优惠", "text_en": "Offers", "since": "2026-06-01"}
CONSENT = {"channel": "sms", "purpose": "membership", "granted": True, "wording_version": "1"}
BECAUSE = {"reason": "挂失"}
EMPLOYED = {"name": "李敏", "language": "zh-CN", "active": True}
PHONE = {"kind": "phone", "text": "13900139000"}

STORE, CHAIN, ANYWHERE = Reach.STORE, Reach.CHAIN, Reach.ANYWHERE


CLEARED = {"from_on": "2026-05-04", "until_on": "2026-05-03"}
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
    "get_member_tier": Call("/members/{member}/tier", ANYWHERE),
    "get_tier_forecast": Call("/members/{member}/tier-forecast", ANYWHERE),
    "give_tier": Call("/members/{member}/tier", STORE, _tier),
    "set_member_tags": Call("/members/{member}/tags", ANYWHERE, _always(TAGS)),
    "add_identity": Call("/members/{member}/identities", ANYWHERE, _always(PHONE)),
    "remove_identity": Call("/members/{member}/identities/remove", ANYWHERE, _always(PHONE)),
    "issue_card": Call("/members/{member}/cards", ANYWHERE),
    "freeze_member": Call("/members/{member}/freeze", ANYWHERE, _always(BECAUSE)),
    "unfreeze_member": Call("/members/{member}/unfreeze", ANYWHERE, _always(BECAUSE)),
    "get_statement": Call("/members/{member}/statement", ANYWHERE),
    "get_timeline": Call("/members/{member}/timeline", ANYWHERE),
    "get_member_points": Call("/members/{member}/points", ANYWHERE),
    "get_statement_of_days": Call(
        "/members/{member}/statement/days?from=2026-05-01&to=2026-06-01", ANYWHERE
    ),
    "get_statement_page": Call(
        "/members/{member}/statement.html?from=2026-05-01&to=2026-06-01", ANYWHERE
    ),
    "get_liability": Call("/liability", CHAIN),
    "get_clearing": Call("/clearing?from=2026-05-01&to=2026-05-04", CHAIN),
    "list_clearings": Call("/clearing/bookings", CHAIN),
    "book_clearing": Call("/clearing", CHAIN, _always(CLEARED)),
    "get_menu": Call("/stores/{store}/menu", STORE),
    "mark_sold_out": Call("/stores/{store}/sold-out/{product}", STORE, _always({})),
    "mark_available": Call("/stores/{store}/sold-out/{product}", STORE),
    "list_top_up_offers": Call("/stores/{store}/top-up-offers", STORE),
    "top_up": Call("/members/{member}/top-ups", STORE, _top_up),
    "get_stored_value": Call("/members/{member}/stored-value", ANYWHERE),
    "list_law_rules": Call("/stores/{store}/law-rules", STORE),
    "hold_value": Call("/members/{member}/value-holds", STORE, _value_hold),
    "get_value_hold": Call("/value-holds/{new}", ANYWHERE),
    "post_value_hold": Call("/value-holds/{new}/post", ANYWHERE, _always({})),
    "void_value_hold": Call("/value-holds/{new}/void", ANYWHERE),
    "plan_top_up_refund": Call("/top-ups/{new}/refunds/plan", ANYWHERE, _always({})),
    "refund_top_up": Call(
        "/top-ups/{new}/refunds", ANYWHERE, lambda t, f: {"id": str(f.new()), **BECAUSE}
    ),
    "transfer_value": Call("/members/{member}/value-transfers", STORE, _value_transfer),
    "freeze_value": Call("/members/{member}/stored-value/freeze", ANYWHERE, _always(BECAUSE)),
    "unfreeze_value": Call("/members/{member}/stored-value/unfreeze", ANYWHERE, _always(BECAUSE)),
    "reactivate_value": Call("/value-lots/{new}/reactivate", ANYWHERE, _always(BECAUSE)),
    "record_holder": Call("/members/{member}/value-identity", STORE, _holder),
    "report_card_lost": Call("/members/{member}/cards/lost", ANYWHERE, _always(BECAUSE)),
    "reissue_card": Call("/members/{member}/cards/reissue", ANYWHERE, _always(BECAUSE)),
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
    "set_roles": Call("/staff/{staff}/roles", STORE, _roles, SEEN),
    "new_one_time_code": Call("/staff/{staff}/one-time-code", STORE),
    "list_api_keys": Call("/api-keys", ANYWHERE),
    "create_api_key": Call("/api-keys", STORE, _key),
    "revoke_api_key": Call("/api-keys/{key}", STORE),
    "list_terms": Call("/terms?store_id={store}", STORE),
    "list_term_history": Call("/terms/spending.step/history", ANYWHERE),
    "set_term": Call("/terms/spending.step", STORE, _term),
    "take_term_away": Call("/terms/spending.step/take-away", STORE, _taken_away),
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
    "list_offer_versions": Call("/offers/{offer}/versions", STORE),
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
    "list_programmes": Call("/programmes", ANYWHERE),
    "save_programme": Call("/programmes/{new}", STORE, _programme, {"If-Match": '"0"'}),
    "stop_programme": Call("/programmes/{new}/stop", ANYWHERE, headers={"If-Match": '"1"'}),
    "check_in_member": Call("/members/{member}/check-ins", STORE, _joining_in),
    "get_check_ins": Call("/members/{member}/check-ins?store_id={store}", STORE),
    "list_tasks": Call("/members/{member}/tasks?store_id={store}", STORE),
    "claim_task": Call(
        "/members/{member}/tasks/{new}/claim", STORE, lambda t, f: {"store_id": str(t.store)}
    ),
    "get_draw_odds": Call("/stores/{store}/draws/{new}/odds", STORE),
    "draw_once": Call("/members/{member}/draws", STORE, _new_in),
    "list_draws_of_member": Call("/members/{member}/draws?programme_id={new}", ANYWHERE),
    "list_draws": Call("/programmes/{new}/draws", ANYWHERE),
    "audit_draws": Call("/programmes/{new}/draw-audit", ANYWHERE),
    "list_mall": Call("/stores/{store}/mall?member_id={member}", STORE),
    "order_from_mall": Call("/members/{member}/mall-orders", STORE, _new_in),
    "list_mall_orders_of_member": Call("/members/{member}/mall-orders", ANYWHERE),
    "list_waiting_mall_orders": Call("/stores/{store}/mall-orders", STORE),
    "hand_over_mall_order": Call("/mall-orders/{new}/hand-over", ANYWHERE),
    "cancel_mall_order": Call("/mall-orders/{new}/cancel", ANYWHERE, _always(BECAUSE)),
    "list_passes_on_sale": Call("/stores/{store}/passes-on-sale", STORE),
    "list_draw_tickets": Call("/members/{member}/draw-tickets?store_id={store}", STORE),
    "get_referral_qr": Call("/members/{member}/referral-code.svg", ANYWHERE),
    **CALLS_OF_MANY,
    **CALLS_OF_JOURNEYS,
    **CALLS_OF_MESSAGES,
    **CALLS_OF_PEOPLE,
    **CALLS_OF_MEASUREMENTS,
    **CALLS_OF_REPORTS,
    **CALLS_OF_SEGMENTS,
    **CALLS_OF_CHANNELS,
    **CALLS_OF_INSIGHTS,
    "list_audit": Call("/audit", ANYWHERE),
    "start_verify": Call("/verify/runs", CHAIN, lambda t, f: {"id": str(f.new())}),
    "list_verify_runs": Call("/verify/runs", CHAIN),
    "get_verify_run": Call("/verify/runs/{new}", CHAIN),
    "get_verify_status": Call("/verify/status", ANYWHERE),
    "list_jobs": Call("/jobs", ANYWHERE),
    "get_chain_head": Call("/chain/head", ANYWHERE),
    "list_chain_anchors": Call("/chain/anchors", ANYWHERE),
}
