"""Classes of members by how recently, how often and for how much they buy: RFM by cut points.

In 人民广场店 the upper two fifths of the guests came within 23 days, 6 times a year or more, and left
400.00: 王芳 is above all three edges, so she is 高价值; 赵磊 was, and has not come for 60 days: 重点唤回.
Equal figures always get equal marks: edges are values, never ranks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from regulars.domain.kernel.label import Label
from regulars.domain.members.stage_terms import EDGES, ClassTerms

MARKS = EDGES + 1
# The upper two fifths are high.
HIGH_FROM = 4
# Edges that moved by less are the same: else a night's noise would judge every member anew.
MOVED_PERCENT_MIN = 5


class RfmClass(StrEnum):
    """What a member is to the shop."""

    HIGH_VALUE = "high_value"
    KEY_DEVELOP = "key_develop"
    KEY_WIN_BACK = "key_win_back"
    KEY_RETAIN = "key_retain"
    STEADY = "steady"
    DEVELOP = "develop"
    WIN_BACK = "win_back"
    RETAIN = "retain"
    NEWCOMER = "newcomer"


NAMES: Mapping[RfmClass, Label] = {
    RfmClass.HIGH_VALUE: Label("高价值", "High value"),
    RfmClass.KEY_DEVELOP: Label("重点发展", "Big spender, comes rarely"),
    RfmClass.KEY_WIN_BACK: Label("重点唤回", "High value, gone quiet"),
    RfmClass.KEY_RETAIN: Label("重点挽留", "Big spender, slipping away"),
    RfmClass.STEADY: Label("一般价值", "Comes often, spends little"),
    RfmClass.DEVELOP: Label("一般发展", "Recent, still small"),
    RfmClass.WIN_BACK: Label("一般唤回", "Came often, gone quiet"),
    RfmClass.RETAIN: Label("一般维持", "Rare and quiet"),
    RfmClass.NEWCOMER: Label("新客", "Newcomer"),
}
# By (recent, often, much).
_CLASSES: Mapping[tuple[bool, bool, bool], RfmClass] = {
    (True, True, True): RfmClass.HIGH_VALUE,
    (True, False, True): RfmClass.KEY_DEVELOP,
    (False, True, True): RfmClass.KEY_WIN_BACK,
    (False, False, True): RfmClass.KEY_RETAIN,
    (True, True, False): RfmClass.STEADY,
    (True, False, False): RfmClass.DEVELOP,
    (False, True, False): RfmClass.WIN_BACK,
    (False, False, False): RfmClass.RETAIN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CutPoints:
    """Four edges for each mark: a value above an edge passes it. Units: days, visits, minor units."""

    recency_days: tuple[int, ...]
    visits: tuple[int, ...]
    spent_minor: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class VisitDay:
    """One business day on which a member bought, and for how much. Units: minor units."""

    day: date
    spent_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A member's marks from 1 to 5, her class, the figures that decided, and the day on which they
    next change by themselves."""

    recency: int
    frequency: int
    monetary: int
    name: RfmClass
    silent_days: int
    visits: int
    spent_minor: int
    flips_on: date | None


def scored_on(
    visits: Sequence[VisitDay], cuts: CutPoints, *, window_days: int, on: date
) -> Scored | None:
    """A member's class on a business day, of her visits oldest first; None before the first one."""
    if not visits:
        return None
    last_on = visits[-1].day
    since = on - timedelta(days=window_days)
    counted = [one for one in visits if one.day > since]
    silent = max((on - last_on).days, 0)
    spent_minor = sum(one.spent_minor for one in counted)
    recency = MARKS - _passed(cuts.recency_days, silent)
    frequency = 1 + _passed(cuts.visits, len(counted))
    monetary = 1 + _passed(cuts.spent_minor, spent_minor)
    high = (recency >= HIGH_FROM, frequency >= HIGH_FROM, monetary >= HIGH_FROM)
    flips = [last_on + timedelta(days=edge + 1) for edge in cuts.recency_days if edge >= silent]
    if counted:
        flips.append(counted[0].day + timedelta(days=window_days))
    return Scored(
        recency=recency,
        frequency=frequency,
        monetary=monetary,
        name=RfmClass.NEWCOMER if len(visits) == 1 else _CLASSES[high],
        silent_days=silent,
        visits=len(counted),
        spent_minor=spent_minor,
        flips_on=min((day for day in flips if day > on), default=None),
    )


def _passed(edges: Sequence[int], value: int) -> int:
    return sum(1 for edge in edges if value > edge)


def quantile_edges(counts: Mapping[int, int]) -> tuple[int, ...]:
    """The values below which one, two, three and four fifths of the members lie.

    `counts`: how many members have a value. The nearest rank, so an edge is a value that occurs.
    """
    return tuple(_quantile(counts, number, MARKS) for number in range(1, MARKS))


def median_of(counts: Mapping[int, int]) -> int | None:
    """The value in the middle; None where nobody has any."""
    return _quantile(counts, 1, 2) if counts else None


def _quantile(counts: Mapping[int, int], part: int, parts: int) -> int:
    total = sum(counts.values())
    reached = 0
    for value in sorted(counts):
        reached += counts[value]
        if reached * parts >= part * total:
            return value
    return 0


def has_moved(before: CutPoints, after: CutPoints) -> bool:
    """Whether any edge is so far from where it was that members must be judged anew."""
    pairs = zip(_all_edges(before), _all_edges(after), strict=True)
    return any(abs(new - old) * 100 > MOVED_PERCENT_MIN * abs(old) for old, new in pairs)


def _all_edges(cuts: CutPoints) -> tuple[int, ...]:
    return (*cuts.recency_days, *cuts.visits, *cuts.spent_minor)


def with_own(cuts: CutPoints, terms: ClassTerms) -> CutPoints:
    """The edges in force: what the shop sets itself goes before what was measured."""
    return CutPoints(
        recency_days=terms.recency_days or cuts.recency_days,
        visits=terms.visits or cuts.visits,
        spent_minor=terms.spent_minor or cuts.spent_minor,
    )
