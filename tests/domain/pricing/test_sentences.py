"""Every offer reads as one sentence, in both languages, and offers that differ read differently."""

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.condition import All, Condition
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Period, instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.kinds import Effect
from regulars.domain.pricing.offer import Offer
from regulars.domain.pricing.sentence import Names, sentence_at, sentence_of
from regulars.domain.pricing.stored import OfferHead, offer_data, offer_from
from tests.domain.pricing import strategies as make
from tests.domain.pricing.builders import number

TEA, SPECIAL, CAKE, STORE = number(1), number(2), number(3), number(4)
NAMES = Names(
    things={
        TEA: Label("茶饮", "Tea"),
        SPECIAL: Label("特调", "Specials"),
        CAKE: Label("蛋糕", "Cake"),
        STORE: Label("人民广场店", "People's Square"),
    },
    tiers={"gold": Label("金卡", "Gold members")},
)
NO_NAMES = Names()
OF_TEA = {"categories": [str(TEA)]}
OF_CAKE = {"categories": [str(CAKE)]}


def said(definition: dict[str, object], period: Period | None = None) -> tuple[str, str]:
    head = OfferHead(number(9), 1, Label("活动", "Offer"), period or Period())
    sentence = sentence_of(offer_from(head, definition), NAMES)
    return sentence.zh, sentence.en


def compare(field: str, value: object, *, sign: str = "equal") -> dict[str, object]:
    return {"kind": "compare", "field": field, "is": sign, "value": value}


def both(*parts: dict[str, object]) -> dict[str, object]:
    return {"kind": "all", "parts": list(parts)}


def one_of(field: str, *values: object) -> dict[str, object]:
    return {"kind": "one_of", "field": field, "values": list(values)}


def within(field: str, low: int | None, high: int | None) -> dict[str, object]:
    return {"kind": "within", "field": field, "low": low, "high": high}


@pytest.mark.parametrize(
    ("definition", "zh", "en"),
    [
        (
            {
                "kind": "nth",
                "effect": {"n": 2, "basis_points": 5_000},
                "goods": {**OF_TEA, "excluded_categories": [str(SPECIAL)]},
                "condition": both(one_of("weekday", 2, 4), within("minute_of_day", 840, 1_020)),
                "limits": [{"whose": "member", "span": "day", "uses": 1}],
                "groups": ["招牌"],
            },
            "周二、周四 14:00–17:00，茶饮（不含特调）第 2 件半价，不与“招牌”组同享，每人每天限 1 次",
            (
                "Tue, Thu 14:00–17:00: item 2 at half price on Tea (except Specials); "
                "not with others of “招牌”; once per member per day"
            ),
        ),
        (
            {
                "kind": "spend_and_save",
                "effect": {
                    "steps": [
                        {"threshold_minor": 10_000, "off_minor": 1_000},
                        {"threshold_minor": 20_000, "off_minor": 3_000},
                    ],
                    "base": "after_item",
                },
            },
            "全场满 100.00 减 10.00、满 200.00 减 30.00（按单品优惠后计）",
            (
                "Spend 100.00, save 10.00; spend 200.00, save 30.00 on everything "
                "(counted after item offers)"
            ),
        ),
        (
            {
                "kind": "percent",
                "effect": {"basis_points": 1_200, "cap_minor": 3_000},
                "condition": both(one_of("tier", "gold"), compare("tender", "stored_value")),
                "stack": "alone",
            },
            "限金卡，限储值支付，全场 8.8 折，最多减 30.00，不与任何优惠同享",
            (
                "For Gold members, paying by stored value: 12% off everything, up to 30.00 off; "
                "not with any other offer"
            ),
        ),
        (
            {
                "kind": "bundle",
                "effect": {
                    "slots": [{"goods": OF_TEA, "quantity": 2}, {"goods": OF_CAKE}],
                    "price_minor": 4_500,
                    "uses_max": 1,
                },
                "condition": one_of("store", str(STORE)),
            },
            "限人民广场店，茶饮 2 件 + 蛋糕 1 件，组合价 45.00，最多 1 套",
            "At People's Square: 2 × Tea + 1 × Cake together for 45.00, at most 1 time",
        ),
        (
            {
                "kind": "gift",
                "effect": {
                    "threshold_minor": 10_000,
                    "get": OF_CAKE,
                    "repeat": "per_step",
                    "price_minor": 500,
                },
                "goods": OF_TEA,
                "stack": "only_with",
                "only_with": ["会员"],
            },
            "茶饮每满 100.00，每件加 5.00 换购蛋糕 1 件，只与“会员”组同享",
            "For every 100.00 on Tea: 1 × Cake for 5.00 each; only with offers of “会员”",
        ),
        (
            {
                "kind": "buy_get",
                "effect": {"n": 2, "get": OF_CAKE, "basis_points": 5_000},
                "goods": OF_TEA,
                "condition": within("birthday_offset", -3, 4),
            },
            "限生日前 3 天至后 3 天，买茶饮 2 件，蛋糕 1 件半价",
            (
                "From 3 days before to 3 days after the member's birthday: "
                "buy 2 × Tea, get 1 × Cake at half price"
            ),
        ),
        (
            {
                "kind": "price",
                "effect": {"price_minor": 1_500},
                "goods": OF_TEA,
                "condition": compare("party", 3, sign="at_least"),
            },
            "3 人及以上，茶饮特价 15.00",
            "For 3 or more people: special price 15.00 for Tea",
        ),
        (
            {
                "kind": "amount",
                "effect": {"amount_minor": 200, "per": "unit", "units_max": 2, "with_extras": True},
                "goods": OF_TEA,
                "limits": [
                    {"whose": "all", "amount_minor": 500_000, "on_last": "clip"},
                    {"whose": "store", "span": "week", "uses": 100},
                ],
                "on_return": "reprice",
            },
            (
                "茶饮每件立减 2.00，最多 2 件（价高者优先），含加料，"
                "总共最多优惠 5000.00（不足时减完为止），每店每周限 100 次，部分退货时余下商品重新计价"
            ),
            (
                "2.00 off each of Tea, for at most 2 (the dearest first), add-ons included; "
                "up to 5000.00 in all (the last order gets what is left); "
                "100 times per store per week; a part that comes back reprices the rest"
            ),
        ),
        (
            {
                "kind": "points_multiplier",
                "effect": {"multiplier_basis_points": 15_000},
                "condition": {"kind": "not", "part": one_of("flags", "holiday")},
            },
            "除“限节假日”外，全场 1.5 倍积分",
            "Unless [on holidays]: 1.5× points on everything",
        ),
    ],
)
def test_an_offer_reads_as_a_merchant_would_say_it(
    definition: dict[str, object], zh: str, en: str
) -> None:
    assert said(definition) == (zh, en)


def test_dates_are_told_on_the_clock_of_the_shop() -> None:
    period = Period(
        instant_from_iso("2026-05-01T00:00:00+08:00"), instant_from_iso("2026-06-01T04:00:00+08:00")
    )
    zh, en = said({"kind": "percent", "effect": {"basis_points": 1_000}}, period)
    assert zh == "2026-05-01 00:00 至 2026-06-01 04:00，全场 9 折"
    assert en == "From 2026-05-01 00:00 until 2026-06-01 04:00: 10% off everything"


def test_a_beginning_that_is_past_is_not_told() -> None:
    begins = instant_from_iso("2026-05-01T10:00:00.123456+08:00")
    ends = instant_from_iso("2026-06-01T04:00:00+08:00")
    head = OfferHead(number(9), 1, Label("活动", "Offer"), Period(begins, ends))
    offer = offer_from(head, {"kind": "percent", "effect": {"basis_points": 1_000}})
    assert sentence_at(offer, NAMES, begins).zh == "2026-06-01 04:00 前，全场 9 折"
    assert sentence_at(offer, NAMES, begins).en == "Until 2026-06-01 04:00: 10% off everything"
    before = instant_from_iso("2026-05-01T09:00:00+08:00")
    assert sentence_at(offer, NAMES, before) == sentence_of(offer, NAMES)


@given(make.any_offer())
def test_an_offer_read_back_from_its_stored_form_reads_the_same(offer: Offer) -> None:
    stored = json.loads(json.dumps(offer_data(offer)))
    again = offer_from(OfferHead(offer.id, offer.version, offer.name, offer.period), stored)
    sentence = sentence_of(again, NO_NAMES)
    assert sentence == sentence_of(offer, NO_NAMES)
    assert "\n" not in sentence.zh + sentence.en
    assert sentence.zh
    assert sentence.en


DECIDING = (
    "effect",
    "goods",
    "condition",
    "period",
    "groups",
    "stack",
    "only_with",
    "priority",
    "limits",
    "on_return",
)


def parts_of(condition: Condition) -> list[str]:
    """The parts of a condition, whatever their order."""
    return sorted(map(repr, condition.parts if isinstance(condition, All) else (condition,)))


def may_be_saved(offer: Offer) -> bool:
    head = OfferHead(offer.id, offer.version, offer.name, offer.period)
    try:
        return offer_from(head, offer_data(offer)) == offer
    except Refusal:
        return False


@given(make.any_offer(), make.any_offer(), st.sampled_from(DECIDING))
def test_whatever_decides_about_an_offer_is_in_its_sentence(
    offer: Offer, other: Offer, field: str
) -> None:
    changed = replace(offer, **{field: getattr(other, field)})
    if field == "condition" and parts_of(changed.condition) == parts_of(offer.condition):
        return
    if changed == offer or not may_be_saved(changed):
        return
    before, after = sentence_of(offer, NO_NAMES), sentence_of(changed, NO_NAMES)
    assert before.zh != after.zh
    assert before.en != after.en


ALIKE = st.one_of(
    *[
        st.tuples(one, one)
        for one in (
            make.BUNDLES,
            make.BUY_GETS,
            make.UNIT_PRICES,
            make.QUANTITY_LADDERS,
            make.GIFTS,
            make.MANY_NTHS,
            make.SPECIAL_PRICES,
            make.FEE_WAIVERS,
            make.MULTIPLIERS,
            make.ITEM_EFFECTS,
            make.ORDER_EFFECTS,
            make.ON_TOPS,
        )
    ]
)


@given(ALIKE, st.data())
def test_every_field_of_a_kind_is_in_its_sentence(
    effects: tuple[Effect, Effect], data: st.DataObject
) -> None:
    first, second = effects
    if type(first) is not type(second):
        return
    names = [one.name for one in fields(first) if one.init]
    field = data.draw(st.sampled_from(names))
    changed = replace(first, **{field: getattr(second, field)})
    goods = data.draw(make.goods_for(first))
    offer = Offer(id=number(1), version=1, name=Label("活动", "Offer"), effect=first, goods=goods)
    other = replace(offer, effect=changed)
    if changed == first or not may_be_saved(other):
        return
    assert sentence_of(offer, NO_NAMES).zh != sentence_of(other, NO_NAMES).zh
    assert sentence_of(offer, NO_NAMES).en != sentence_of(other, NO_NAMES).en
