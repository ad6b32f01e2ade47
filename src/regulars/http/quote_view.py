"""A quote as clients show it: every amount with its reason in both languages."""

from collections.abc import Sequence
from uuid import UUID

from regulars.domain.kernel.money import scale_of
from regulars.domain.loyalty.spending import PointsAsMoney
from regulars.domain.orders.shop import Shop
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.quote_parts import (
    Adjustment,
    Deduction,
    GiftToAdd,
    Hint,
    QuotedLine,
    Verdict,
)
from regulars.domain.pricing.reason import Reason
from regulars.domain.pricing.reason_texts import texts_of
from regulars.domain.pricing.runner_up import RunnerUp
from regulars.use_cases.guest import Guest
from regulars.use_cases.settlement import earned


def quote_view(
    bill: Quote, shop: Shop, guest: Guest | None, runners_up: Sequence[RunnerUp] = ()
) -> dict[str, object]:
    """A quote as clients show it: every amount with its reason in both languages."""
    due_minor = bill.totals.due_minor
    scale = scale_of(shop.store.currency)
    return {
        "fingerprint": bill.fingerprint,
        "lines": [_line(quoted, position) for position, quoted in enumerate(bill.lines, start=1)],
        "adjustments": [
            {
                **_amount(one, scale),
                "number": one.number,
                "position": one.position + 1,
                "step": one.step,
                "units": one.units,
            }
            for one in bill.adjustments
        ],
        "deductions": [_amount(one, scale) for one in bill.deductions()],
        "verdicts": [_verdict(one, scale) for one in bill.verdicts],
        "coupons": [
            {
                "id": one.id,
                "name_zh": one.name.zh,
                "name_en": one.name.en,
                "used": one.used,
                "saving_minor": one.saving_minor,
                "valid_until": one.valid_until,
                **_reason(one.reason, scale),
            }
            for one in bill.coupons
        ],
        "points": {**bill.points._asdict(), **_points_terms(shop.terms.spending)},
        "totals": {
            **bill.totals._asdict(),
            "cash_due_minor": shop.terms.rounding.rounded(due_minor),
        },
        "hints": [_hint(one, shop) for one in bill.hints],
        "gifts": [_gift(one) for one in bill.gifts],
        "boosts": [
            {
                "source_id": one.offer.id,
                "name_zh": one.offer.name.zh,
                "name_en": one.offer.name.en,
                "multiplier_basis_points": one.multiplier_basis_points,
            }
            for one in bill.boosts.applied
        ],
        "earn": _earn(bill, shop, guest),
        "proved": bill.proved,
        "gap_minor": bill.gap_minor,
        "runners_up": [_runner_up(one) for one in runners_up],
    }


def _hint(hint: Hint, shop: Shop) -> dict[str, object]:
    offer = next(one for one in shop.offers.offers if one.id == hint.source_id)
    return {
        "source_id": hint.source_id,
        "name_zh": hint.name.zh,
        "name_en": hint.name.en,
        "missing_minor": hint.missing_minor,
        "saving_minor": hint.saving_minor,
        "goods": _goods(offer.goods),
    }


def _goods(goods: Goods) -> dict[str, object]:
    return {
        "products": sorted(goods.products),
        "variants": sorted(goods.variants),
        "categories": sorted(goods.categories),
        "tags": sorted(goods.tags),
        "excluded_products": sorted(goods.excluded_products),
        "excluded_variants": sorted(goods.excluded_variants),
        "excluded_categories": sorted(goods.excluded_categories),
        "excluded_tags": sorted(goods.excluded_tags),
    }


def _gift(gift: GiftToAdd) -> dict[str, object]:
    goods = gift.goods
    return {
        "source_id": gift.source_id,
        "name_zh": gift.name.zh,
        "name_en": gift.name.en,
        "quantity": gift.quantity,
        "price_minor": gift.price_minor,
        "products": sorted(goods.products),
        "variants": sorted(goods.variants),
        "categories": sorted(goods.categories),
        "tags": sorted(goods.tags),
    }


def _runner_up(one: RunnerUp) -> dict[str, object]:
    return {
        "source_id": one.source_id,
        "coupon_id": one.coupon_id,
        "name_zh": one.name.zh,
        "name_en": one.name.en,
        "dearer_minor": one.dearer_minor,
    }


def _line(quoted: QuotedLine, position: int) -> dict[str, object]:
    line = quoted.line
    parts = [(option.label, option.count, option.price_minor) for option in line.options]
    parts += [(pick.label, 1, pick.extra_minor) for pick in line.picks]
    return {
        "id": line.id,
        "kind": line.kind.value,
        "position": position,
        "name_zh": line.name.zh,
        "name_en": line.name.en,
        "quantity": line.quantity,
        "unit_list_minor": line.unit_list_minor,
        "list_minor": quoted.list_minor,
        "net_minor": quoted.net_minor,
        "units": [unit._asdict() for unit in quoted.units],
        "options": [
            {"name_zh": label.zh, "name_en": label.en, "count": count, "price_minor": price}
            for label, count, price in parts
        ],
        "note": line.note or None,
    }


def _points_terms(terms: PointsAsMoney) -> dict[str, object]:
    return {
        "step": terms.step,
        "minimum": terms.minimum,
        "points_per_hundred_minor": terms.points_per_hundred_minor,
    }


def _earn(bill: Quote, shop: Shop, guest: Guest | None) -> dict[str, int]:
    if guest is None:
        return {"points": 0, "growth_value": 0}
    # What she earns if she pays with real money; paying with bonus money earns less.
    reward = earned(bill.totals.due_minor, guest, shop, bill.boosts)
    return {"points": reward.points, "growth_value": reward.growth_value}


def _named(source_id: UUID | None, coupon_id: UUID | None) -> dict[str, object]:
    return {"source_id": source_id, "coupon_id": coupon_id}


def _amount(one: Adjustment | Deduction, scale: int) -> dict[str, object]:
    return {
        "source": one.source,
        **_named(one.source_id, one.coupon_id),
        "name_zh": one.name.zh,
        "name_en": one.name.en,
        "amount_minor": one.amount_minor,
        **_reason(one.reason, scale),
    }


def _verdict(one: Verdict, scale: int) -> dict[str, object]:
    return {
        "source": one.source,
        **_named(one.source_id, one.coupon_id),
        "name_zh": one.name.zh,
        "name_en": one.name.en,
        "outcome": one.outcome,
        "saving_minor": one.saving_minor,
        "code": one.reason.code.value,
        "field": one.reason.parameters.get("field"),
        **_reason(one.reason, scale),
    }


def _reason(reason: Reason, scale: int) -> dict[str, str]:
    zh, en = texts_of(reason, scale=scale)
    return {"reason_zh": zh, "reason_en": en}
