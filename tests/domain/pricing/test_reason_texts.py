"""Every reason can be told in both languages, and survives being kept with an order."""

import json

import pytest
from hypothesis import given

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.label import Label
from regulars.domain.pricing.basket import HeldCoupon
from regulars.domain.pricing.offer import Offer
from regulars.domain.pricing.reason import Reason, ReasonCode
from regulars.domain.pricing.reason_texts import reason_from, stored_reason, texts_of
from regulars.domain.pricing.view import BASKET_FIELDS
from tests.domain.pricing import strategies as make
from tests.domain.pricing.builders import a_basket, a_member, priced


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_has_words_in_both_languages(code: ReasonCode) -> None:
    zh, en = texts_of(Reason(code, {}), scale=2)
    assert any("一" <= character <= "鿿" for character in zh)
    assert en.strip()
    assert not any("一" <= character <= "鿿" for character in en)


@pytest.mark.parametrize("field", sorted(BASKET_FIELDS))
def test_every_field_of_a_condition_has_words(field: str) -> None:
    failed = Reason(
        ReasonCode.CONDITION_FAILED,
        {"field": field, "comparison": "equal", "wanted": 1, "actual": None},
    )
    zh, en = texts_of(failed, scale=2)
    assert zh != texts_of(Reason(ReasonCode.CONDITION_FAILED, {}), scale=2)[0]
    assert en.strip()


@pytest.mark.parametrize(
    ("reason", "zh", "en"),
    [
        (Reason(ReasonCode.PERCENT, {"basis_points": 1200}), "8.8 折", "12% off"),
        (
            Reason(ReasonCode.NTH, {"n": 2, "basis_points": 5000}),
            "第 2 件半价",
            "item 2 at half price",
        ),
        (Reason(ReasonCode.PERCENT, {"basis_points": 10_000}), "免费", "free"),
        (
            Reason(ReasonCode.TIER_DISCOUNT, {"basis_points": 500}),
            "会员等级 9.5 折",
            "5% off for your tier",
        ),
        (
            Reason(ReasonCode.NTH, {"n": 5, "m": 2, "basis_points": 10_000}),
            "每 5 件中 2 件免费",
            "2 of every 5 items free",
        ),
        (Reason(ReasonCode.FIXED_PRICE, {"price_minor": 990}), "特价 9.90", "special price 9.90"),
        (Reason(ReasonCode.BUNDLE, {"price_minor": 2_500}), "组合价 25.00", "25.00 together"),
        (
            Reason(ReasonCode.BUY_GET, {"n": 2, "m": 1, "basis_points": 5_000}),
            "买 2 件，另 1 件半价",
            "buy 2, get 1 at half price",
        ),
        (
            Reason(ReasonCode.BUY_GET, {"n": 2, "m": 1, "basis_points": 10_000}),
            "买 2 送 1",
            "buy 2, get 1 free",
        ),
        (
            Reason(ReasonCode.QUANTITY_STEP, {"quantity": 3, "basis_points": 2_000}),
            "满 3 件 8 折",
            "3 or more: 20% off",
        ),
        (Reason(ReasonCode.GIFT, {"price_minor": 0}), "赠品", "a gift"),
        (Reason(ReasonCode.GIFT, {"price_minor": 990}), "加 9.90 换购", "yours for 9.90"),
        (
            Reason(ReasonCode.FEE_WAIVED, {"cap_minor": 500}),
            "费用最多免 5.00",
            "up to 5.00 of the fee is on us",
        ),
        (Reason(ReasonCode.FEE_WAIVED, {"cap_minor": None}), "免收费用", "the fee is on us"),
        (
            Reason(ReasonCode.MULTIPLIER, {"multiplier_basis_points": 15_000}),
            "1.5 倍积分",
            "1.5× points",
        ),
        (
            Reason(ReasonCode.MANUAL, {"text": "上菜慢", "by": "x"}),
            "手工优惠：上菜慢",
            "given by hand",
        ),
        (
            Reason(ReasonCode.MANUAL, {"text": "late", "by": "x"}),
            "手工优惠：late",
            "given by hand: late",
        ),
        (
            Reason(ReasonCode.GIFT_TO_ADD, {"count": 1, "price_minor": 0}),
            "还可领取 1 件赠品",
            "1 gift may be added",
        ),
        (
            Reason(ReasonCode.LIMIT_REACHED, {"whose": "member"}),
            "您的次数已用完",
            "you have used this offer as often as it may be used",
        ),
        (
            Reason(ReasonCode.NOT_WITH, {"offer": Label("买一送一", "Buy one get one")}),
            "只能与指定活动同享，不含“买一送一”",
            "goes only with certain offers, and “Buy one get one” is not one of them",
        ),
        (
            Reason(
                ReasonCode.CONDITION_FAILED,
                {
                    "field": "tender",
                    "comparison": "equal",
                    "wanted": "stored_value",
                    "actual": None,
                },
            ),
            "请先选择支付方式",
            "depends on how you pay",
        ),
        (
            Reason(
                ReasonCode.CONDITION_FAILED,
                {"field": "own_spend", "comparison": "at_least", "wanted": 3000, "actual": 1000},
            ),
            "还差 20.00（满 30.00 可用）",
            "20.00 short of 30.00",
        ),
        (
            Reason(ReasonCode.SPEND_SHORT, {"wanted_minor": 4000, "actual_minor": 3560}),
            "还差 4.40（满 40.00 可用）",
            "4.40 short of 40.00",
        ),
        (
            Reason(ReasonCode.UNITS_USED, {"offer": Label("买一送一", "Buy one get one")}),
            "商品已参加“买一送一”",
            "the items are already part of “Buy one get one”",
        ),
        (
            Reason(ReasonCode.NOT_YET, {"on": "2026-05-02"}),
            "2026-05-02 起可用",
            "valid from 2026-05-02",
        ),
        (
            Reason(
                ReasonCode.CONDITION_FAILED,
                {"field": "quantity", "comparison": "at_most", "wanted": 3, "actual": 5},
            ),
            "件数超过活动上限",
            "the number of items is over the limit of the offer",
        ),
    ],
)
def test_a_reason_reads_as_one_says_it_at_the_counter(reason: Reason, zh: str, en: str) -> None:
    assert texts_of(reason, scale=2) == (zh, en)


def test_yen_have_no_cents() -> None:
    short = Reason(ReasonCode.SPEND_SHORT, {"wanted_minor": 4000, "actual_minor": 3560})
    assert texts_of(short, scale=0) == ("还差 440（满 4000 可用）", "440 short of 4000")


@given(make.lines(), make.offers(), make.coupons())
def test_a_kept_reason_reads_back_as_it_was(
    lines: list[ChosenLine], offers: list[Offer], coupons: list[HeldCoupon]
) -> None:
    quoted = priced(a_basket(*lines), *offers, member=a_member(*coupons, discount=500))
    reasons = [one.reason for one in quoted.verdicts]
    for reason in reasons + [one.reason for one in quoted.adjustments]:
        kept = json.loads(json.dumps(stored_reason(reason)))
        assert texts_of(reason_from(kept), scale=2) == texts_of(reason, scale=2)
