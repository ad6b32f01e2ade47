"""An order keeps only what the offers of its shop told apart, and they answer as before."""

from dataclasses import replace
from uuid import UUID

import pytest

from regulars.domain.kernel.condition import (
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Not,
    OneOf,
    Within,
    verdict,
)
from regulars.domain.kernel.ids import MemberId
from regulars.domain.kernel.label import Label
from regulars.domain.orders.told_apart import BIRTHDAY, TAGS, told_apart
from regulars.domain.pricing.basket import MemberView
from regulars.domain.pricing.kinds import Per, Percent
from regulars.domain.pricing.offer import Offer

WANG = MemberView(id=MemberId(UUID(int=7)), tier="leaf", tier_label=Label("茶友", "Leaf"))
YEAR = range(-183, 184)


def offer(condition: Condition) -> Offer:
    return Offer(
        id=UUID(int=1),
        version=1,
        name=Label("专享", "For you"),
        effect=Percent(basis_points=1_000, per=Per.ORDER),
        condition=condition,
    )


def days(comparison: Comparison, value: int) -> Condition:
    return Compare(BIRTHDAY, comparison, value)


@pytest.mark.parametrize(
    "conditions",
    [
        [Within(BIRTHDAY, -3, 4)],
        [Within(BIRTHDAY, None, 0), Within(BIRTHDAY, 5, None)],
        [Not(AnyOf((days(Comparison.EQUAL, 0), OneOf(BIRTHDAY, (-2, 2)))))],
        [All((days(Comparison.AT_LEAST, -7), days(Comparison.AT_MOST, 0)))],
        [days(Comparison.MORE, -4), days(Comparison.LESS, 3)],
    ],
)
def test_every_offer_answers_as_before_on_every_day_of_the_year(
    conditions: list[Condition],
) -> None:
    offers = [offer(one) for one in conditions]
    kept = {}
    for day in YEAR:
        kept[day] = told_apart(replace(WANG, birthday_offset=day), offers).birthday_offset
        for one in conditions:
            before, after = verdict(one, {BIRTHDAY: day}), verdict(one, {BIRTHDAY: kept[day]})
            assert before.holds == after.holds
    assert len(set(kept.values())) <= 7


def test_only_words_that_an_offer_names_are_kept() -> None:
    view = replace(WANG, tags=frozenset(("常客", "素食")), birthday_offset=-2)
    offers = [offer(Not(OneOf(TAGS, ("常客", "员工"))))]
    kept = told_apart(view, offers)
    assert kept.tags == {"常客"}
    assert kept.birthday_offset is None
    assert told_apart(WANG, offers) is WANG
