"""What the price of an order was decided on, frozen with it, so that the rest can be priced anew.

王芳 was 金叶 with 800 points and used one coupon, two teas and a mango ice came from the shelves
"奶茶" and "冰品": next month she is 银叶, the tea is on another shelf, and a refund still prices
what she keeps as it would have been priced then.

Every sale writes it, so its words are short and what is ordinary is left out. It holds ids and
figures, no name, phone or birthday; of her words and birthday what `told_apart` leaves:

    s source · p party · w tender · f flags · l what was left of limits · x tax categories
    g goods by line: c category, t tags, e extras, p member prices, n not discountable, k cost
    m member: t tier, n its label, d its discount, a points, v visits, g tags, b birthday, o bought
    c coupons used: id, type, from, until, and batch and serial of a code
    h choices: c coupons, p points, w switched off, m discounts by hand
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine, LineKind
from regulars.domain.catalog.products import TaxCategory
from regulars.domain.kernel.ids import (
    CouponId,
    CouponTypeId,
    LineId,
    MemberId,
    ProductId,
    RegionId,
    StoreId,
    VariantId,
)
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import instant_from_iso
from regulars.domain.orders.shop import Promises
from regulars.domain.pricing.basket import (
    Basket,
    Choices,
    CodeSerial,
    HeldCoupon,
    ManualDiscount,
    MemberView,
)
from regulars.domain.pricing.limits import Left, OnLast, Whose

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedWith:
    """What a quote was asked with."""

    basket: Basket
    member: MemberView | None
    choices: Choices


class SoldGoods(NamedTuple):
    """What the line of a paid order says by itself. Units: minor units."""

    id: UUID
    product_id: UUID
    variant_id: UUID
    name: Label
    quantity: int
    unit_list_minor: int
    tax_code: str
    kind: str


def priced_with_data(
    priced: PricedWith, lines: Sequence[ChosenLine], coupons_used: Collection[UUID]
) -> dict[str, object]:
    """What must be kept to price any part of these lines again; `priced_with_from` reads it."""
    basket, member = priced.basket, priced.member
    taxes: dict[str, object] = {}
    goods: dict[str, object] = {}
    for line in lines:
        tax = line.tax
        if tax.code not in taxes:
            taxes[tax.code] = [tax.rate_basis_points, int(tax.inclusive)]
        goods[line.id.hex] = _line_data(line)
    document: dict[str, object] = {"x": taxes, "g": goods}
    if basket.source != "counter":
        document["s"] = basket.source
    if basket.party is not None:
        document["p"] = basket.party
    if basket.tender is not None:
        document["w"] = basket.tender
    if basket.flags:
        document["f"] = sorted(basket.flags)
    if basket.left:
        document["l"] = {
            offer_id.hex: [left.uses, left.amount_minor, left.whose.value, left.on_last.value]
            for offer_id, left in basket.left.items()
        }
    if member is not None:
        document["m"] = _member_data(member)
    if coupons_used:
        held = (*(member.coupons if member is not None else ()), *basket.presented)
        document["c"] = [_coupon_data(one) for one in held if one.id in coupons_used]
    choices = _choices_data(priced.choices)
    if choices:
        document["h"] = choices
    return document


def _line_data(line: ChosenLine) -> dict[str, object]:
    data: dict[str, object] = {"c": line.category_id.hex}
    if line.tags:
        data["t"] = sorted(line.tags)
    if line.extras_minor:
        data["e"] = line.extras_minor
    if line.member_price_minor:
        data["p"] = dict(line.member_price_minor)
    if not line.discountable:
        data["n"] = 1
    if line.cost_minor is not None:
        data["k"] = line.cost_minor
    return data


def _member_data(member: MemberView) -> dict[str, object]:
    label = member.tier_label
    data: dict[str, object] = {"t": member.tier, "n": [label.zh, label.en]}
    if member.tier_discount_basis_points:
        data["d"] = member.tier_discount_basis_points
    if member.points_available:
        data["a"] = member.points_available
    if member.visits:
        data["v"] = member.visits
    if member.tags:
        data["g"] = sorted(member.tags)
    if member.birthday_offset is not None:
        data["b"] = member.birthday_offset
    if member.bought is not None:
        data["o"] = sorted([product.hex for product in member.bought])
    return data


def _coupon_data(coupon: HeldCoupon) -> list[object]:
    data: list[object] = [
        coupon.id.hex,
        coupon.type_id.hex,
        coupon.valid_from.isoformat(),
        coupon.valid_until.isoformat(),
    ]
    if coupon.code is not None:
        data += [coupon.code.batch_id.hex, coupon.code.serial]
    return data


def _choices_data(choices: Choices) -> dict[str, object]:
    data: dict[str, object] = {}
    if choices.coupons is not None:
        data["c"] = [one.hex for one in choices.coupons]
    if choices.points:
        data["p"] = choices.points
    if choices.without:
        data["w"] = sorted([one.hex for one in choices.without])
    if choices.manual:
        # Its reason and who gave it stand on the order's own adjustments.
        data["m"] = [
            [
                one.id.hex,
                one.line_id.hex if one.line_id is not None else None,
                one.basis_points,
                one.amount_minor,
            ]
            for one in choices.manual
        ]
    return data


def priced_with_from(
    document: Document,
    sold: Sequence[SoldGoods],
    promises: Promises,
    *,
    member_id: UUID | None,
) -> PricedWith:
    """What a stored document spells, for a sale at the store whose promises these are.

    Coupons of a type that is not known any more are left out.
    """
    held = _coupons_from(document, promises)
    store = promises.store
    goods, taxes = _mapping(document["g"]), _mapping(document["x"])
    flags = frozenset(_texts(document.get("f", ())))
    basket = Basket(
        lines=tuple(_line_from(one, _mapping(goods[one.id.hex]), taxes) for one in sold),
        store_id=StoreId(store.id),
        region_id=RegionId(store.region_id),
        source=_text(document.get("s", "counter")),
        zone=store.zone,
        cut_off_minutes=store.cut_off_minutes,
        presented=tuple(one for one in held if one.code is not None),
        left={
            UUID(offer_id): _left_from(_list(left))
            for offer_id, left in _mapping(document.get("l", {})).items()
        },
        flags=flags,
        party=_whole_or_none(document.get("p")),
        tender=_text_or_none(document.get("w")),
    )
    member = None
    if member_id is not None and "m" in document:
        mine = tuple(one for one in held if one.code is None)
        member = _member_from(_mapping(document["m"]), MemberId(member_id), mine)
    choices = _choices_from(_mapping(document.get("h", {})))
    return PricedWith(basket=basket, member=member, choices=choices)


def _line_from(sold: SoldGoods, data: Document, taxes: Document) -> ChosenLine:
    rate, inclusive = _list(taxes[sold.tax_code])
    return ChosenLine(
        id=LineId(sold.id),
        product_id=ProductId(sold.product_id),
        variant_id=VariantId(sold.variant_id),
        category_id=UUID(_text(data["c"])),
        name=sold.name,
        quantity=sold.quantity,
        unit_list_minor=sold.unit_list_minor,
        tax=TaxCategory(
            code=sold.tax_code,
            name=Label(sold.tax_code),
            rate_basis_points=_whole(rate),
            inclusive=bool(inclusive),
        ),
        tags=frozenset(_texts(data.get("t", ()))),
        extras_minor=_whole(data.get("e", 0)),
        member_price_minor={
            tier: _whole(price) for tier, price in _mapping(data.get("p", {})).items()
        },
        discountable="n" not in data,
        cost_minor=_whole_or_none(data.get("k")),
        kind=LineKind(sold.kind),
    )


def _left_from(data: Sequence[object]) -> Left:
    uses, amount_minor, whose, on_last = data
    return Left(
        _whole_or_none(uses),
        _whole_or_none(amount_minor),
        Whose(_text(whose)),
        OnLast(_text(on_last)),
    )


def _member_from(
    data: Document, member_id: MemberId, coupons: tuple[HeldCoupon, ...]
) -> MemberView:
    zh, en = _texts(data["n"])
    bought = data.get("o")
    return MemberView(
        id=member_id,
        tier=_text(data["t"]),
        tier_label=Label(zh, en),
        tier_discount_basis_points=_whole(data.get("d", 0)),
        points_available=_whole(data.get("a", 0)),
        coupons=coupons,
        visits=_whole(data.get("v", 0)),
        tags=frozenset(_texts(data.get("g", ()))),
        birthday_offset=_whole_or_none(data.get("b")),
        bought=None if bought is None else frozenset(map(UUID, _texts(bought))),
    )


def _coupons_from(document: Document, promises: Promises) -> list[HeldCoupon]:
    held = []
    for entry in map(_list, _list(document.get("c", ()))):
        coupon_id, type_id, valid_from, valid_until = map(_text, entry[:4])
        known = promises.coupon_types.get(UUID(type_id))
        if known is None:
            continue
        code = None
        if len(entry) > 4:
            code = CodeSerial(UUID(_text(entry[4])), _whole(entry[5]))
        held.append(
            HeldCoupon(
                id=CouponId(UUID(coupon_id)),
                type_id=CouponTypeId(known.id),
                offer=known.offer,
                valid_from=instant_from_iso(valid_from),
                valid_until=instant_from_iso(valid_until),
                code=code,
            )
        )
    return held


def _choices_from(data: Document) -> Choices:
    chosen = data.get("c")
    return Choices(
        coupons=None if chosen is None else tuple(map(UUID, _texts(chosen))),
        points=_whole_or_none(data.get("p")),
        without=frozenset(map(UUID, _texts(data.get("w", ())))),
        manual=tuple(_manual_from(_list(one)) for one in _list(data.get("m", ()))),
    )


def _manual_from(data: Sequence[object]) -> ManualDiscount:
    name, line_id, basis_points, amount_minor = data
    return ManualDiscount(
        id=UUID(_text(name)),
        reason="",
        by="",
        line_id=None if line_id is None else LineId(UUID(_text(line_id))),
        basis_points=_whole_or_none(basis_points),
        amount_minor=_whole_or_none(amount_minor),
    )


def _mapping(value: object) -> Document:
    assert isinstance(value, Mapping)
    return value


def _list(value: object) -> Sequence[object]:
    assert isinstance(value, list | tuple)
    return value


def _text(value: object) -> str:
    assert isinstance(value, str)
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _texts(value: object) -> list[str]:
    return [_text(one) for one in _list(value)]


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def _whole_or_none(value: object) -> int | None:
    return None if value is None else _whole(value)
