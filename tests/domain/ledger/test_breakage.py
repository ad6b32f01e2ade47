"""What will never be used: right on a past with a known answer, silent on a short one."""

from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.breakage import (
    Breakage,
    CohortIssued,
    CohortMoved,
    Untold,
    forecast,
)

POINTS = AccountKind.POINTS


def month(number: int) -> str:
    """The n-th month of a shop that opened in January 2024."""
    return f"{2024 + number // 12}-{number % 12 + 1:02d}"


def a_past(months: int, *, lots: int = 100) -> tuple[list[CohortIssued], list[CohortMoved]]:
    """Each month gives 1,000: 200 are used in it, 200 in each of two more; 400 end in the 12th."""
    issued, moved = [], []
    for born in range(months):
        issued.append(CohortIssued(POINTS, month(born), lots, 1_000))
        used = [CohortMoved(POINTS, month(born), month(born + age), 200, 0) for age in range(3)]
        ended = CohortMoved(POINTS, month(born), month(born + 12), 0, 400)
        moved += [each for each in [*used, ended] if each.month <= month(months - 1)]
    return issued, moved


def told(months: int, *, lots: int = 100) -> Breakage:
    issued, moved = a_past(months, lots=lots)
    return forecast(POINTS, issued, moved, last_month=month(months - 1))


def test_a_steady_past_tells_what_will_never_be_used() -> None:
    found = told(24)
    assert found.untold is None
    # Twelve months hold 400 each, which will end; the two youngest hold 400 and 200 besides, of
    # which all are used.
    assert (found.open, found.unused) == (12 * 400 + 600, 12 * 400)
    assert found.unused_low <= found.unused <= found.unused_high
    assert found.used_basis_points[:4] == (2_000, 4_000, 6_000, 6_000)


def test_half_a_year_ago_it_would_have_said_what_came() -> None:
    back = told(30).back_test
    assert back is not None
    assert (back.months, back.forecast_used) == (6, back.actual_used)
    assert back.actual_used > 0


def test_a_short_past_cannot_tell_yet() -> None:
    assert told(10).untold is Untold.FEW_COHORTS
    assert told(11).untold is None


def test_a_few_lots_cannot_tell_yet() -> None:
    assert told(24, lots=8).untold is Untold.FEW_LOTS


def test_the_same_past_is_told_the_same_way() -> None:
    assert told(20) == told(20)


def test_months_that_differ_widen_the_interval() -> None:
    issued, moved = a_past(24)
    uneven = [
        each._replace(used=each.used * 2 if int(each.issued[-2:]) % 2 else 0) for each in moved
    ]
    found = forecast(POINTS, issued, uneven, last_month=month(23))
    steady = told(24)
    assert found.unused_high - found.unused_low > steady.unused_high - steady.unused_low


def test_an_empty_shop_has_nothing_to_tell() -> None:
    assert forecast(POINTS, [], [], last_month="2026-05").untold is Untold.FEW_COHORTS
