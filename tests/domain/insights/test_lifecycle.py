"""Stages by each member's own rhythm: the rule, its day, and the day on which it flips."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.insights.lifecycle import History, Rule, Stage, Staged, rhythm_of, stage_on
from regulars.domain.insights.stage_words import NAMES, sentence_of
from regulars.domain.members.stage_terms import StageTerms

TODAY = date(2026, 5, 4)
TERMS = StageTerms()
SHOP_GAP = 21


def days_ago(*days: int) -> tuple[date, ...]:
    return tuple(TODAY - timedelta(days=one) for one in sorted(days, reverse=True))


def staged(*days: int, on: date = TODAY, terms: StageTerms = TERMS) -> Staged:
    history = History(joined_on=TODAY - timedelta(days=800), visit_days=days_ago(*days))
    return stage_on(history, terms, shop_gap_days=SHOP_GAP, on=on)


@pytest.mark.parametrize(
    ("days", "stage", "rule"),
    [
        ((), Stage.PROSPECT, Rule.NEVER_CAME),
        ((3,), Stage.FIRST_TIMER, Rule.CAME_ONCE),
        ((42,), Stage.AT_RISK, Rule.SILENT),
        ((84,), Stage.LOST, Rule.SILENT_TOO_LONG),
        ((3, 10, 17), Stage.DEVELOPING, Rule.COMES_AGAIN),
        ((3, 10, 17, 24), Stage.REGULAR, Rule.COMES_OFTEN),
        ((20, 26, 32, 38, 44), Stage.AT_RISK, Rule.SILENT),
        ((50, 56, 62, 68, 74), Stage.LOST, Rule.SILENT_TOO_LONG),
        ((45, 85, 125, 165), Stage.REGULAR, Rule.COMES_OFTEN),
        ((5, 120, 126, 132, 138), Stage.WON_BACK, Rule.CAME_BACK),
        ((1, 3, 5, 120, 126, 132), Stage.REGULAR, Rule.COMES_OFTEN),
    ],
)
def test_a_member_stands_where_her_own_rhythm_puts_her(
    days: tuple[int, ...], stage: Stage, rule: Rule
) -> None:
    found = staged(*days)
    assert (found.stage, found.rule) == (stage, rule)


def test_who_comes_every_six_days_is_missed_sooner_than_who_comes_every_forty() -> None:
    often, rarely = staged(20, 26, 32, 38, 44), staged(20, 60, 100, 140, 180)
    assert often.rhythm.own_gap_days == 6
    assert rarely.rhythm.own_gap_days == 40
    assert (often.stage, rarely.stage) == (Stage.AT_RISK, Stage.REGULAR)


def test_few_gaps_are_drawn_towards_the_shops_and_many_are_her_own() -> None:
    one = rhythm_of([5], TERMS, shop_gap_days=SHOP_GAP)
    many = rhythm_of([5] * 12, TERMS, shop_gap_days=SHOP_GAP)
    assert rhythm_of([], TERMS, shop_gap_days=SHOP_GAP).gap_days == SHOP_GAP
    assert (one.gap_days, many.gap_days) == (13, 6)


def test_a_long_holiday_does_not_change_a_rhythm() -> None:
    steady = rhythm_of([7] * 8, TERMS, shop_gap_days=7)
    assert rhythm_of([7] * 7 + [60], TERMS, shop_gap_days=7) == steady


def test_the_merchants_own_terms_decide() -> None:
    strict = StageTerms(at_risk_days_min=3, at_risk_basis_points=10_000, gap_days=4)
    assert staged(5, terms=strict).stage is Stage.AT_RISK
    assert staged(3, 10, terms=StageTerms(regular_visits=2)).stage is Stage.REGULAR


def test_since_is_the_day_on_which_the_rule_began_to_hold() -> None:
    assert staged(3, 10, 17, 24, 31).since_on == TODAY - timedelta(days=10)
    risk = staged(20, 26, 32, 38, 44)
    assert risk.last_on is not None
    assert risk.since_on == risk.last_on + timedelta(days=risk.rhythm.at_risk_after_days)
    back_again = staged(1, 30, 36, 42, 48)
    assert (back_again.stage, back_again.since_on) == (Stage.REGULAR, TODAY - timedelta(days=1))


def test_a_stage_says_why_in_both_languages() -> None:
    found = staged(20, 26, 32, 38, 44)
    said = sentence_of(found, on=TODAY)
    assert said.zh == "约 6 天来一次，已 20 天没来；满 45 天算流失"
    assert said.en == "Usually comes every 6 days, away for 20; lost after 45"
    assert set(NAMES) == set(Stage)


@given(
    st.lists(st.integers(0, 600), max_size=20, unique=True),
    st.integers(2, 8),
    st.integers(1, 60),
)
def test_a_stage_changes_by_itself_on_the_day_it_names_and_on_no_other(
    days: list[int], regular: int, shop_gap: int
) -> None:
    history = History(joined_on=TODAY - timedelta(days=800), visit_days=days_ago(*days))
    terms = StageTerms(regular_visits=regular)
    now = stage_on(history, terms, shop_gap_days=shop_gap, on=TODAY)
    for ahead in range(1, 500):
        on = TODAY + timedelta(days=ahead)
        then = stage_on(history, terms, shop_gap_days=shop_gap, on=on)
        if now.flips_on is None or on < now.flips_on:
            assert then == now
        else:
            assert then.stage is not now.stage
            now = then
    assert now.stage is Stage.PROSPECT or now.flips_on is None
