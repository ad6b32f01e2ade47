"""All members counted once: caps, strata, other figures, and splits of the past."""

import random
from uuid import UUID

import pytest

from regulars.domain.insights.assignment import BUCKETS, bucket
from regulars.domain.insights.counted import Caps, Kept, counted
from regulars.domain.insights.lift import lift_of, post_stratified
from regulars.domain.insights.outcome import Basis, Cell, Figure, Outcome
from regulars.domain.insights.plan import Plan
from regulars.domain.insights.sham import Past, sham_tests

EAST, WEST = UUID(int=1), UUID(int=2)


def an_outcome(
    arm: str = "offer", *, store: UUID = EAST, uniform: bool = False, **minor: int
) -> Outcome:
    cell = Cell(arm=arm, store_id=store, tier="silver", channel="sms")
    figures = dict.fromkeys(Outcome._fields[3:], 0) | minor
    return Outcome(cell, 9_000, uniform, **figures)


def test_profit_is_what_is_left_after_goods_value_given_and_messages() -> None:
    one = an_outcome(revenue_minor=8_600, goods_minor=3_100, value_given_minor=200, message_minor=5)
    assert one.earned(Basis.PROFIT) == 5_295
    assert one.earned(Basis.REVENUE) == 8_395


def test_one_feast_does_not_decide() -> None:
    outcomes = [an_outcome(revenue_minor=100 * number) for number in range(1, 200)]
    outcomes.append(an_outcome("control", revenue_minor=5_000_000))
    kept = Kept()
    for one in outcomes:
        kept.add(one)
    assert list(kept) == outcomes
    caps = kept.caps(Plan(cap=9_900), Basis.REVENUE)
    assert caps == Caps(19_800, 0)
    found = counted(outcomes, basis=Basis.REVENUE, caps=caps, variants=1)
    assert found.arms().control.mean(0) == 19_800


def test_nobody_has_no_cap() -> None:
    assert Kept().caps(Plan(), Basis.PROFIT) == Caps(None, None)


def test_strata_undo_a_split_that_fell_unluckily_between_stores() -> None:
    # In the west everybody spends 40.00 more, and chance put more of the west into the offer.
    outcomes = []
    for number in range(400):
        place = WEST if number % 4 == 0 else EAST
        arm = "control" if number % (8 if place is WEST else 2) == 0 else "offer"
        spent = 1_000 + (4_000 if place is WEST else 0) + number % 7
        outcomes.append(an_outcome(arm, store=place, revenue_minor=spent))
    found = counted(outcomes, basis=Basis.REVENUE, caps=Caps(None, None), variants=1)
    plain = lift_of(found.arms()).plain.difference
    stratified = post_stratified(found.strata()).plain
    assert abs(stratified.difference) < 5 < abs(plain)


def test_a_stratum_without_a_control_joins_the_others() -> None:
    outcomes = [
        an_outcome(arm, revenue_minor=value) for arm in ("control", "offer") for value in (1, 3)
    ]
    outcomes.append(an_outcome("offer", store=WEST, revenue_minor=8))
    found = counted(outcomes, basis=Basis.REVENUE, caps=Caps(None, None), variants=1)
    assert post_stratified(found.strata()).plain.difference == pytest.approx(4 - 2)


def test_each_variant_is_read_from_the_even_share_alone() -> None:
    outcomes = [
        an_outcome("a", uniform=True, revenue_minor=100),
        an_outcome("b", uniform=True, revenue_minor=300),
        an_outcome("a", revenue_minor=90_000),
        an_outcome("control", revenue_minor=70),
    ]
    found = counted(outcomes, basis=Basis.REVENUE, caps=Caps(None, None), variants=2)
    assert [(one.arm, one.mean) for one in found.variants] == [("a", 100), ("b", 300)]


def test_only_bills_with_visits_make_a_ticket() -> None:
    outcomes = [
        an_outcome(arm, revenue_minor=spent * visits, visits=visits)
        for arm, spent in (("control", 3_000), ("offer", 3_500))
        for visits in (0, 1, 2, 3)
    ]
    found = counted(outcomes, basis=Basis.REVENUE, caps=Caps(None, None), variants=1)
    ticket = lift_of(found.other_arms(Figure.TICKET)).plain
    assert (ticket.control, ticket.treated) == (3_000, 3_500)


def test_the_past_split_in_two_shows_nothing() -> None:
    chance = random.Random(8)
    past = []
    for number in range(800):
        habit = chance.random()
        past.append(
            Past(
                UUID(int=number),
                int(9_000 * habit * chance.random()),
                int(9_000 * habit * chance.random()),
            )
        )
    found = sham_tests(past, [f"sham {n}" for n in range(200)], control=BUCKETS // 2, alpha=0.05)
    assert found.sound
    assert found.alarms_at_one_look <= 20
    assert found.alarms_always_valid <= found.alarms_at_one_look


def test_a_past_that_the_split_itself_made_is_not_sound() -> None:
    # The same salt as the programme that gave the one half more: splits by it always find it.
    past = [Past(UUID(int=number), 1_000 + number % 3, number % 5) for number in range(400)]
    lucky = [one._replace(value=one.value + 900) if one.member_id.int % 2 else one for one in past]
    honest = sham_tests(lucky, [f"s{n}" for n in range(40)], control=5_000, alpha=0.05)
    assert honest.sound
    tied = [one._replace(value=5_000 * (bucket(one.member_id, "s1") < 5_000)) for one in past]
    assert not sham_tests(tied, ["s1"] * 20, control=5_000, alpha=0.05).sound


def test_chances_are_learned_from_everybody_by_the_chance_that_each_had() -> None:
    def drawn(arm: str, chance: int, visits: int, spent: int) -> Outcome:
        one = an_outcome(arm, revenue_minor=spent, visits=visits)
        return one._replace(propensity=chance)

    outcomes = [
        drawn("a", 8_000, 1, 100),
        drawn("a", 2_000, 2, 300),
        drawn("b", 5_000, 0, 0),
        drawn("c", 5_000, 1, 70),
        an_outcome("control", revenue_minor=9_000, visits=1),
    ]
    found = counted(outcomes, basis=Basis.REVENUE, caps=Caps(None, None), variants=3)
    profit = found.lessons(Figure.PROFIT)
    assert set(profit) == {"a", "b", "c"}
    # One with 8 chances in 10 stands for 1.25 members, one with 2 for five.
    assert profit["a"].mean == pytest.approx((1.25 * 100 + 5 * 300) / 6.25)
    assert (profit["a"].members, profit["a"].came, profit["b"].came) == (2, 2, 0)
    assert found.lessons(Figure.VISITED)["a"].mean == 1
    alone = counted(outcomes, basis=Basis.REVENUE, caps=Caps(None, None), variants=2)
    assert alone.lessons(Figure.PROFIT) == {}, "two ways are never learned from"
