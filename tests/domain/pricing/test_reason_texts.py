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
        (
            Reason(ReasonCode.SPEND_SHORT, {"wanted_minor": 4000, "actual_minor": 3560}),
            "还差 4.40（满 40.00 可用）",
            "4.40 short of 40.00",
        ),
        (
            Reason(ReasonCode.UNITS_USED, {"offer": Label("买一送一", "Buy one get one")}),
            "商品已参加「买一送一」",
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
