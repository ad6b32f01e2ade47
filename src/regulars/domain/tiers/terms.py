"""What a shop promises about its tiers 等级规则, as Terms: the measure, its window, how one falls.

{"tiers.measure": "growth", "tiers.window": "rolling_months", "tiers.window_months": 12}: 茶王 is
hers for twelve months; after them her last twelve months are looked at, with 30 days of grace.
As shipped a tier is for life: it rises with the growth value and falls with a refund alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.term_fields import (
    Field,
    FieldValues,
    check_parts,
    codes,
    one_of,
    rows,
    whole,
)
from regulars.domain.kernel.terms import TERMS_MALFORMED

EXCLUSIVE_ROWS_MAX = 500


class Measure(StrEnum):
    """What the rungs of the ladder count. Units: growth value, minor units, visits."""

    GROWTH = "growth"
    SPEND = "spend"
    VISITS = "visits"


class WindowKind(StrEnum):
    """Over which days the measure is taken, and so how long a tier lasts."""

    LIFETIME = "lifetime"
    ROLLING_MONTHS = "rolling_months"
    CALENDAR_YEAR = "calendar_year"
    MEMBERSHIP_YEAR = "membership_year"
    SINCE_TIER = "since_tier"


class Fall(StrEnum):
    """How far somebody falls: one rung, or to what her measure reaches."""

    ONE_DOWN = "one_down"
    TO_MEASURE = "to_measure"


class Recheck(StrEnum):
    """When a refund is looked at: at once, or with everything else at the period's end."""

    AT_ONCE = "at_once"
    AT_PERIOD_END = "at_period_end"


class TopUpCounts(StrEnum):
    """When money paid in for later counts, once: as it is paid in, or as it is spent."""

    WHEN_PAID = "when_paid"
    WHEN_SPENT = "when_spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierTerms:
    """Terms for tiers. Units: months, days.

    `exclusive`: by product, the tiers whose members alone may buy it.
    """

    measure: Measure = Measure.GROWTH
    window: WindowKind = WindowKind.LIFETIME
    window_months: int = 12
    fall: Fall = Fall.ONE_DOWN
    grace_days: int = 0
    recheck: Recheck = Recheck.AT_ONCE
    top_up_counts: TopUpCounts = TopUpCounts.WHEN_SPENT
    exclusive: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)

    @property
    def lasts(self) -> bool:
        """Whether a tier lasts for a period and is then reviewed; else it is for life."""
        return self.window is not WindowKind.LIFETIME

    @property
    def reads_days(self) -> bool:
        """Whether the measure is summed over days; else it is a figure that is kept."""
        paid_in = self.measure is Measure.SPEND and self.top_up_counts is TopUpCounts.WHEN_PAID
        return self.lasts or paid_in


def _exclusive(field: str, value: object) -> Mapping[UUID, tuple[str, ...]]:
    found: dict[UUID, tuple[str, ...]] = {}
    for row in rows(field, value, EXCLUSIVE_ROWS_MAX):
        check_parts(field, row, "product_id", "tiers")
        tiers = codes(field, row.get("tiers"))
        if not tiers:
            raise TERMS_MALFORMED.because(field=field, part="tiers")
        found[_product(field, row.get("product_id"))] = tiers
    return found


def _product(field: str, value: object) -> UUID:
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise TERMS_MALFORMED.because(field=field, part="product_id") from None


MEASURE = Field("tiers.measure", "growth", one_of(*Measure))
WINDOW = Field("tiers.window", "lifetime", one_of(*WindowKind))
WINDOW_MONTHS = Field("tiers.window_months", 12, whole(1, 60))
FALL = Field("tiers.fall", "one_down", one_of(*Fall))
GRACE_DAYS = Field("tiers.grace_days", 0, whole(0, 180))
RECHECK = Field("tiers.recheck", "at_once", one_of(*Recheck))
TOP_UP_COUNTS = Field("tiers.top_up_counts", "when_spent", one_of(*TopUpCounts))
EXCLUSIVE = Field("tiers.exclusive", [], _exclusive)
FIELDS = (
    MEASURE,
    WINDOW,
    WINDOW_MONTHS,
    FALL,
    GRACE_DAYS,
    RECHECK,
    TOP_UP_COUNTS,
    EXCLUSIVE,
)


def tier_terms(values: FieldValues) -> TierTerms:
    """The Terms for tiers that these settings make."""
    return TierTerms(
        measure=Measure(values.of(MEASURE)),
        window=WindowKind(values.of(WINDOW)),
        window_months=values.of(WINDOW_MONTHS),
        fall=Fall(values.of(FALL)),
        grace_days=values.of(GRACE_DAYS),
        recheck=Recheck(values.of(RECHECK)),
        top_up_counts=TopUpCounts(values.of(TOP_UP_COUNTS)),
        exclusive=values.of(EXCLUSIVE),
    )
