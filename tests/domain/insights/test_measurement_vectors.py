"""The figures agree with tea-tasting, statsmodels and scipy to nine digits.

The vectors are made by `tools/measurement_vectors.py`; the libraries are not needed here.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from regulars.domain.insights.distributions import (
    chi_square_tail,
    normal_point,
    normal_tail,
    student_point,
    student_tail,
)
from regulars.domain.insights.lift import Arms, Estimate, lift_of, post_stratified
from regulars.domain.insights.moments import Moments, Tally
from regulars.domain.insights.power import Look, Noise, detectable
from regulars.domain.insights.sample_ratio import sample_ratio

Case = Mapping[str, object]
NINE_DIGITS = 1e-9


def figures(name: str) -> list[Case]:
    """The cases of one file."""
    written = json.loads((Path(__file__).parent / "vectors" / f"{name}.json").read_text("utf-8"))
    assert set(written["made_with"]) == {"tea-tasting", "statsmodels", "scipy", "numpy"}
    found = written["figures"]
    return list(found) if isinstance(found, list) else [found]


def close(found: float, expected: object) -> bool:
    assert isinstance(expected, int | float)
    return found == pytest.approx(expected, rel=NINE_DIGITS, abs=1e-12)


def members_of(case: Case) -> list[tuple[str, str, int, int, int, int]]:
    rows = case["members"]
    assert isinstance(rows, list)
    return [tuple(row) for row in rows]


def arms_of(
    rows: Sequence[tuple[str, str, int, int, int, int]], *, per_visit: bool = False
) -> Arms:
    tallies = {"control": Tally(), "treated": Tally()}
    for arm, _store, visits, value, visits_before, before in rows:
        if per_visit:
            tallies[arm].add(value, visits, before, visits_before)
        else:
            tallies[arm].add(value, 1, before, 1)
    return Arms(tallies["control"].moments(), tallies["treated"].moments())


def assert_same(found: Estimate, expected: object) -> None:
    assert isinstance(expected, dict)
    low, high = found.interval(0.95)
    assert close(found.control, expected["control"])
    assert close(found.treated, expected["treated"])
    assert close(found.difference, expected["difference"])
    assert close(low, expected["low"])
    assert close(high, expected["high"])
    assert close(found.p_value, expected["p_value"])


@pytest.mark.parametrize("case", figures("lift"))
def test_means_agree_with_tea_tasting_plain_and_adjusted(case: Case) -> None:
    found = lift_of(arms_of(members_of(case)))
    assert_same(found.plain, case["mean"])
    assert_same(found.adjusted, case["mean_adjusted"])


@pytest.mark.parametrize("case", figures("lift"))
def test_tickets_agree_with_tea_tasting_by_the_delta_method(case: Case) -> None:
    found = lift_of(arms_of(members_of(case), per_visit=True))
    assert_same(found.plain, case["ratio"])
    assert_same(found.adjusted, case["ratio_adjusted"])


@pytest.mark.parametrize("case", figures("lift"))
def test_welch_agrees_with_statsmodels(case: Case) -> None:
    found, expected = lift_of(arms_of(members_of(case))).plain, case["welch"]
    assert isinstance(expected, dict)
    assert close(found.difference / found.standard_error, expected["statistic"])
    assert close(found.degrees, expected["degrees"])
    assert close(found.p_value, expected["p_value"])


@pytest.mark.parametrize("case", figures("lift"))
def test_strata_agree_with_a_saturated_regression(case: Case) -> None:
    rows = members_of(case)
    strata = {
        store: arms_of([row for row in rows if row[1] == store]) for store in {r[1] for r in rows}
    }
    found, expected = post_stratified(strata).plain, case["stratified"]
    assert isinstance(expected, dict)
    assert close(found.difference, expected["difference"])
    assert close(found.standard_error, expected["standard_error"])


@pytest.mark.parametrize("case", figures("sample_ratio"))
def test_the_sample_ratio_agrees_with_scipy(case: Case) -> None:
    counts, weights = case["counts"], case["weights"]
    assert isinstance(counts, list)
    assert isinstance(weights, list)
    found = sample_ratio(
        {f"arm{at}": count for at, count in enumerate(counts)},
        {f"arm{at}": weight for at, weight in enumerate(weights)},
    )
    assert close(found.statistic, case["statistic"])
    assert close(found.p_value, case["p_value"])


@pytest.mark.parametrize("case", figures("power"))
def test_the_smallest_effect_agrees_with_statsmodels(case: Case) -> None:
    share, members, power = case["control_share"], case["members"], case["power"]
    assert isinstance(share, float)
    assert isinstance(members, int)
    assert isinstance(power, float)
    noise = Noise(control_variance=1, treated_variance=1, control_share=share)
    look = Look(alpha=0.05, planned=None)
    assert close(detectable(noise, members, look, power=power), case["effect"])


def test_the_distributions_agree_with_scipy() -> None:
    (written,) = figures("distributions")
    for name, function in (
        ("student", student_tail),
        ("student_points", student_point),
        ("chi_square", lambda value, degrees: chi_square_tail(value, int(degrees))),
        ("normal", normal_point),
    ):
        rows = written[name]
        assert isinstance(rows, list)
        for *given, expected in rows:
            assert close(function(*given), expected), (name, given)


def test_infinitely_many_degrees_are_the_normal_distribution() -> None:
    assert student_point(0.975, math.inf) == normal_point(0.975)
    assert student_tail(1.96, math.inf) == normal_tail(1.96)
    assert (student_tail(math.inf, 3), student_tail(-math.inf, 3)) == (0, 1)


def test_members_who_are_all_alike_differ_by_nothing_or_for_certain() -> None:
    alike = Tally()
    for _ in range(5):
        alike.add(3)
    more = Tally()
    for _ in range(5):
        more.add(4)
    same, apart = (lift_of(Arms(alike.moments(), other.moments())).plain for other in (alike, more))
    assert (same.interval(0.95), same.p_value) == ((0, 0), 1)
    assert (apart.interval(0.95), apart.p_value) == ((1, 1), 0)


def test_parts_add_up_to_the_whole() -> None:
    (case, *_) = figures("lift")
    rows = members_of(case)
    whole = arms_of(rows)
    first, second = arms_of(rows[:100]), arms_of(rows[100:])
    together: list[Moments] = [a + b for a, b in zip(first, second, strict=True)]
    assert together == [whole.control, whole.treated]
