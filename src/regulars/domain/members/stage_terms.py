"""What a shop means by "regular", "at risk" and "lost", and where its classes begin.

人民广场店 calls a guest a regular from her fourth visit on; she is at risk once she stayed away for
twice her usual gap, and never before 14 days; a shop of its own mind sets the classes' edges itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from regulars.domain.kernel.term_fields import (
    NUMBER_MAX,
    Field,
    FieldValues,
    whole,
    whole_or_none,
)
from regulars.domain.kernel.terms import TERMS_MALFORMED

EDGES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTerms:
    """When a member's stage changes. Units: visits; basis points of her rhythm; days.

    `gap_days`: the usual gap between two visits of everybody; None is measured every night.
    """

    regular_visits: int = 4
    at_risk_basis_points: int = 20_000
    at_risk_days_min: int = 14
    lost_basis_points: int = 40_000
    lost_days_min: int = 45
    lost_days_max: int = 365
    won_back_visits: int = 3
    gap_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTerms:
    """Where the classes begin, if the shop says so itself; None is by its guests' own quantiles.

    Units: four rising edges, in days, visits and minor units; days of the window that is counted.
    """

    recency_days: tuple[int, ...] | None = None
    visits: tuple[int, ...] | None = None
    spent_minor: tuple[int, ...] | None = None
    window_days: int = 365


def _edges_or_none(high: int) -> Callable[[str, object], tuple[int, ...] | None]:
    def check(field: str, value: object) -> tuple[int, ...] | None:
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != EDGES:
            raise TERMS_MALFORMED.because(field=field, part=f"{EDGES} edges")
        edges = tuple(whole(0, high)(field, one) for one in value)
        if any(low >= above for low, above in pairwise(edges)):
            raise TERMS_MALFORMED.because(field=field, part="rising")
        return edges

    return check


_REGULAR = Field("lifecycle.regular_visits", 4, whole(2, 100))
_AT_RISK = Field("lifecycle.at_risk_basis_points", 20_000, whole(10_000, 1_000_000))
_AT_RISK_MIN = Field("lifecycle.at_risk_days_min", 14, whole(1, 730))
_LOST = Field("lifecycle.lost_basis_points", 40_000, whole(10_000, 1_000_000))
_LOST_MIN = Field("lifecycle.lost_days_min", 45, whole(2, 1_460))
_LOST_MAX = Field("lifecycle.lost_days_max", 365, whole(2, 1_460))
_WON_BACK = Field("lifecycle.won_back_visits", 3, whole(1, 100))
_GAP = Field("lifecycle.gap_days", None, whole_or_none(1, 365))
_RECENCY = Field("rfm.recency_days", None, _edges_or_none(3_650))
_VISITS = Field("rfm.visits", None, _edges_or_none(10_000))
_SPENT = Field("rfm.spent_minor", None, _edges_or_none(NUMBER_MAX))
_WINDOW = Field("rfm.window_days", 365, whole(30, 1_460))
FIELDS: tuple[Field[object], ...] = (
    _REGULAR,
    _AT_RISK,
    _AT_RISK_MIN,
    _LOST,
    _LOST_MIN,
    _LOST_MAX,
    _WON_BACK,
    _GAP,
    _RECENCY,
    _VISITS,
    _SPENT,
    _WINDOW,
)


def stage_terms(values: FieldValues) -> StageTerms:
    """The typed Terms of stages. Refuses: terms.malformed."""
    return StageTerms(
        regular_visits=values.of(_REGULAR),
        at_risk_basis_points=values.of(_AT_RISK),
        at_risk_days_min=values.of(_AT_RISK_MIN),
        lost_basis_points=values.of(_LOST),
        lost_days_min=values.of(_LOST_MIN),
        lost_days_max=values.of(_LOST_MAX),
        won_back_visits=values.of(_WON_BACK),
        gap_days=values.of(_GAP),
    )


def class_terms(values: FieldValues) -> ClassTerms:
    """The typed Terms of classes. Refuses: terms.malformed."""
    return ClassTerms(
        recency_days=values.of(_RECENCY),
        visits=values.of(_VISITS),
        spent_minor=values.of(_SPENT),
        window_days=values.of(_WINDOW),
    )
