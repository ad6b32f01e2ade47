"""The folding of replayed bills: far above the rest, budgets, merging."""

import pytest

from regulars.domain.pricing.backtest import Backtest, Paying, Purse
from regulars.domain.pricing.backtest_figures import far_above
from tests.answers import part, rows
from tests.folded import a_backtest, told
from tests.shops import named

EVERYBODY = [1, 2, 2, 2, 3, 3, 3, 4, 4, 5]


def test_who_is_far_above_the_rest_is_measured_by_the_median_deviation() -> None:
    far = far_above(EVERYBODY, step=1)
    assert far is not None
    assert (far.median, far.threshold) == (3, 8)
    assert far_above(EVERYBODY[:9], step=1) is None


def test_where_everybody_is_alike_a_least_deviation_counts() -> None:
    far = far_above([5] * 30, step=10)
    assert far is not None
    assert far.threshold == 5 + 52


def test_members_far_above_the_rest_are_listed_by_id_alone() -> None:
    found = Backtest([named("draft")])
    for at, uses in enumerate([*EVERYBODY, 40]):
        found.members[named(f"member:{at}").int] = Purse(uses=uses, draft_minor=100 * uses)
    found.members[named("untouched").int] = Purse(change_minor=50)
    suspicious = part(told(found), "suspicious")
    assert (suspicious["members"], suspicious["far_above"]) == (11, 1)
    assert rows(suspicious, "listed") == [
        {"member_id": str(named("member:10")), "uses": 40, "draft_minor": 4_000}
    ]
    paying = part(told(found), "paying")
    assert rows(paying, "losers") == [{"member_id": str(named("untouched")), "more_minor": 50}]


@pytest.mark.parametrize(
    ("budget_minor", "day"),
    [(None, None), (300, "2026-05-04"), (301, "2026-05-05"), (1_100, "2026-05-06"), (1_101, None)],
)
def test_a_budget_is_used_up_on_the_day_that_reaches_it(
    budget_minor: int | None, day: str | None
) -> None:
    found = a_backtest(d2026_05_05=300, d2026_05_04=300, d2026_05_06=500)
    burn = part(told(found, budget_minor), "burn")
    assert burn["used_up_on"] == day
    assert [one["draft_so_far_minor"] for one in rows(burn, "days")] == [300, 600, 1_100]
    assert [one["given_so_far_minor"] for one in rows(burn, "days")] == [100, 200, 300]


def test_merging_adds_every_figure() -> None:
    found, other = a_backtest(d2026_05_04=300), a_backtest(d2026_05_04=200, d2026_05_06=500)
    other.paying = Paying(less=3, less_minor=70)
    other.leave_out("list_differs")
    found.merge(other)
    assert (found.whole.orders, found.whole.draft_minor) == (6, 1_000)
    assert found.by["day"]["2026-05-04"].draft_minor == 500
    assert found.weeks == {(str(named("store")), "2026-05-04"): 1_000}
    assert (found.paying.less, found.paying.less_minor) == (3, 70)
    assert found.skipped == {"list_differs": 1}
