"""Expected breakage 沉淀: how much of what is owed will never be used, from the shop's own past.

Of the points given in March, 40 % were used within three months, 55 % within six, 58 % within a
year; 30 % ended. So of points that are three months old today about 30 % more will be used. Each
month's points are a cohort; the cohorts drawn again and again give an interval; the oldest months
are forecast from what was known half a year ago and held against what came.

Too short a past says so instead: "cannot tell yet". Principal is never forecast: it does not end.
Source: product-limit estimate (Kaplan and Meier 1958) with two ways to leave, bootstrap by cohort
(Efron 1979).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

from regulars.domain.ledger.accounts import AccountKind

COHORTS_MIN = 6
LOTS_MIN = 200
MONTHS_MIN = 6
MONTHS_MAX = 24
# An age of which fewer months tell is left out of the curve.
TELLING_MIN = 3
DRAWS = 400
# The middle 90 % of the draws.
OUTSIDE_BASIS_POINTS = 500
BACKTEST_MONTHS = 6


class CohortIssued(NamedTuple):
    """What one month gave. Units: points, or minor units of bonus money."""

    account: AccountKind
    month: str
    lots: int
    amount: int


class CohortMoved(NamedTuple):
    """What one month used, or lost otherwise, of what an earlier month gave."""

    account: AccountKind
    issued: str
    month: str
    used: int
    gone: int


class Untold(StrEnum):
    """Why nothing can be told yet."""

    FEW_COHORTS = "few_cohorts"
    FEW_LOTS = "few_lots"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """One month's lots, by age in months. `used[k]` was used in the k-th month after it."""

    month: str
    amount: int
    used: tuple[int, ...]
    gone: tuple[int, ...]

    @property
    def age(self) -> int:
        """How many whole months it has been watched."""
        return len(self.used)

    def open_at(self, age: int) -> int:
        """What was neither used nor gone when so many months were over."""
        return self.amount - sum(self.used[:age]) - sum(self.gone[:age])

    def until(self, age: int) -> "Cohort":
        """The cohort as it was known when it was younger."""
        return Cohort(
            month=self.month, amount=self.amount, used=self.used[:age], gone=self.gone[:age]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """What half a year ago would have been said of then open lots, and what came.

    Units: those of the account; `months` is how far ahead it looked.
    """

    months: int
    open: int
    forecast_used: int
    actual_used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakage:
    """What of the open amount is expected never to be used. Units: those of the account.

    `used_basis_points[k]`: the share of a lot that is used within k + 1 months, of the curve.
    """

    account: AccountKind
    cohorts: int
    lots: int
    months: int
    open: int
    untold: Untold | None
    unused: int = 0
    unused_low: int = 0
    unused_high: int = 0
    used_basis_points: tuple[int, ...] = ()
    back_test: BackTest | None = None


class _Rates(NamedTuple):
    """Of what was open when a month of age began: the shares used and gone in it."""

    used: tuple[float, ...]
    gone: tuple[float, ...]


def forecast(
    account: AccountKind,
    issued: Iterable[CohortIssued],
    moved: Iterable[CohortMoved],
    *,
    last_month: str,
) -> Breakage:
    """What of one kind of value will never be used, as far as whole months up to one tell."""
    own = [each for each in issued if each.account is account]
    cohorts = cohorts_of(own, [each for each in moved if each.account is account], last_month)
    lots = sum(each.lots for each in own)
    old_enough = [each for each in cohorts if each.age >= MONTHS_MIN]
    still_open = sum(each.open_at(each.age) for each in cohorts)
    untold = None
    if len(old_enough) < COHORTS_MIN:
        untold = Untold.FEW_COHORTS
    elif lots < LOTS_MIN:
        untold = Untold.FEW_LOTS
    rates = _rates(cohorts)
    told = Breakage(
        account=account,
        cohorts=len(old_enough),
        lots=lots,
        months=len(rates.used),
        open=still_open,
        untold=untold,
    )
    return told if untold is not None else _with_figures(told, cohorts, rates)


def cohorts_of(
    issued: Iterable[CohortIssued], moved: Iterable[CohortMoved], last_month: str
) -> tuple[Cohort, ...]:
    """Every month's lots with what became of them, month by month of their age."""
    last = _number(last_month)
    used: dict[tuple[str, int], int] = {}
    gone: dict[tuple[str, int], int] = {}
    for each in moved:
        age = _number(each.month) - _number(each.issued)
        used[each.issued, age] = used.get((each.issued, age), 0) + each.used
        gone[each.issued, age] = gone.get((each.issued, age), 0) + each.gone
    cohorts = []
    for one in sorted(issued, key=lambda each: each.month):
        ages = range(last - _number(one.month) + 1)
        cohorts.append(
            Cohort(
                month=one.month,
                amount=one.amount,
                used=tuple(used.get((one.month, age), 0) for age in ages),
                gone=tuple(gone.get((one.month, age), 0) for age in ages),
            )
        )
    return tuple(each for each in cohorts if each.age > 0)


def _number(month: str) -> int:
    year, _, of_year = month.partition("-")
    return int(year) * 12 + int(of_year) - 1


def _with_figures(told: Breakage, cohorts: Sequence[Cohort], rates: _Rates) -> Breakage:
    unused = sorted(_unused(cohorts, _rates(drawn)) for drawn in _draws(cohorts))
    outside = len(unused) * OUTSIDE_BASIS_POINTS // 10_000
    expected = _unused(cohorts, rates)
    return Breakage(
        account=told.account,
        cohorts=told.cohorts,
        lots=told.lots,
        months=told.months,
        open=told.open,
        untold=None,
        unused=expected,
        unused_low=min(expected, unused[outside]),
        unused_high=max(expected, unused[-1 - outside]),
        used_basis_points=tuple(
            round(10_000 * _used_share(rates, 0, age + 1)) for age in range(len(rates.used))
        ),
        back_test=_back_test(cohorts),
    )


def _rates(cohorts: Sequence[Cohort]) -> _Rates:
    used: list[float] = []
    gone: list[float] = []
    for age in range(MONTHS_MAX):
        telling = [each for each in cohorts if each.age > age]
        open_before = sum(each.open_at(age) for each in telling)
        if len(telling) < TELLING_MIN or open_before <= 0:
            break
        used.append(max(sum(each.used[age] for each in telling), 0) / open_before)
        gone.append(max(sum(each.gone[age] for each in telling), 0) / open_before)
    return _Rates(tuple(used), tuple(gone))


def _used_share(rates: _Rates, age: int, until: int) -> float:
    """Of something open at an age: the share that is used before another age."""
    left, share = 1.0, 0.0
    for used, gone in zip(rates.used[age:until], rates.gone[age:until], strict=True):
        share += left * used
        left *= max(1.0 - used - gone, 0.0)
    return share


def _unused(cohorts: Sequence[Cohort], rates: _Rates) -> int:
    months = len(rates.used)
    return round(
        sum(
            each.open_at(each.age) * (1.0 - _used_share(rates, min(each.age, months), months))
            for each in cohorts
        )
    )


def _draws(cohorts: Sequence[Cohort]) -> Iterable[list[Cohort]]:
    """The cohorts drawn anew with replacement: always the same draws for the same figures."""
    told = repr([(each.month, each.amount, each.used, each.gone) for each in cohorts])
    seed = blake2b(told.encode(), digest_size=16).digest()
    count = len(cohorts)
    for number in range(DRAWS):
        drawn = []
        for at in range(count):
            place = b"%d:%d" % (number, at)
            chance = int.from_bytes(blake2b(place, key=seed, digest_size=8).digest(), "big")
            drawn.append(cohorts[chance % count])
        yield drawn


def _back_test(cohorts: Sequence[Cohort]) -> BackTest | None:
    """The forecast that half a year ago would have given, held against what came since."""
    known = [each.until(each.age - BACKTEST_MONTHS) for each in cohorts]
    pairs = [
        (then, now) for then, now in zip(known, cohorts, strict=True) if now.age > BACKTEST_MONTHS
    ]
    rates = _rates([then for then, _ in pairs])
    months = len(rates.used)
    open_then = forecast_used = actual_used = 0.0
    for then, now in pairs:
        # Older than the curve of that time is long: nothing was said of it.
        if then.age + BACKTEST_MONTHS > months:
            continue
        still_open = then.open_at(then.age)
        open_then += still_open
        forecast_used += still_open * _used_share(rates, then.age, then.age + BACKTEST_MONTHS)
        actual_used += sum(now.used[then.age :])
    if not open_then:
        return None
    return BackTest(
        months=BACKTEST_MONTHS,
        open=round(open_then),
        forecast_used=round(forecast_used),
        actual_used=round(actual_used),
    )
