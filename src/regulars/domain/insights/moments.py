"""What has to be remembered of many members to compare them: counts, sums and sums of products.

2,000 members with what each brought in are fifteen numbers; yesterday's numbers and today's add up
to both days', so no figure ever needs all members in memory. Whole numbers stay exact: an amount
in minor units is never rounded, whatever their count.

    >>> tally = Tally()
    >>> for value in (1200, 0, 800): tally.add(value)
    >>> tally.moments().mean(VALUE)
    666.6666666666666
"""

from collections.abc import Iterable
from dataclasses import dataclass

# The columns: a figure, what it is per (1 for "per member"), and both before the programme.
VALUE, PER, VALUE_BEFORE, PER_BEFORE = range(4)
_WIDTH = 4
_PAIRS = tuple((left, right) for left in range(_WIDTH) for right in range(left, _WIDTH))
_PLACE = {pair: place for place, pair in enumerate(_PAIRS)}


@dataclass(frozen=True, slots=True)
class Moments:
    """The count, the sums, and the sums of products of each pair of columns."""

    count: int
    sums: tuple[float, ...]
    products: tuple[float, ...]

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(
            self.count + other.count,
            tuple(a + b for a, b in zip(self.sums, other.sums, strict=True)),
            tuple(a + b for a, b in zip(self.products, other.products, strict=True)),
        )

    def mean(self, column: int) -> float:
        """The average of a column."""
        return self.sums[column] / self.count

    def covariance(self, left: int, right: int) -> float:
        """The sample covariance of two columns (of one with itself: its variance)."""
        product = self.products[_PLACE[min(left, right), max(left, right)]]
        crossed = self.count * product - self.sums[left] * self.sums[right]
        return crossed / (self.count * (self.count - 1))

    def ratio(self, top: int, bottom: int) -> float:
        """The average of one column per average of another."""
        return self.mean(top) / self.mean(bottom)

    def ratio_covariance(self, left: tuple[int, int], right: tuple[int, int]) -> float:
        """The covariance of two ratios of averages, by the delta method."""
        (a, b), (c, d) = left, right
        first, second = self.ratio(a, b), self.ratio(c, d)
        return (
            self.covariance(a, c)
            - self.covariance(a, d) * second
            - self.covariance(b, c) * first
            + self.covariance(b, d) * first * second
        ) / (self.mean(b) * self.mean(d))


NOTHING = Moments(0, (0,) * _WIDTH, (0,) * len(_PAIRS))


class Tally:
    """Moments while they are being counted, one member after the other."""

    __slots__ = (
        "_bb",
        "_bq",
        "_count",
        "_pb",
        "_pp",
        "_pq",
        "_qq",
        "_sums",
        "_vb",
        "_vp",
        "_vq",
        "_vv",
    )

    def __init__(self) -> None:
        self._count = 0
        self._sums: list[float] = [0, 0, 0, 0]
        self._vv: float = 0
        self._vp: float = 0
        self._vb: float = 0
        self._vq: float = 0
        self._pp: float = 0
        self._pb: float = 0
        self._pq: float = 0
        self._bb: float = 0
        self._bq: float = 0
        self._qq: float = 0

    def add(self, value: float, per: float = 1, before: float = 0, per_before: float = 1) -> None:
        """Count one member."""
        sums = self._sums
        self._count += 1
        sums[0] += value
        sums[1] += per
        sums[2] += before
        sums[3] += per_before
        self._vv += value * value
        self._vp += value * per
        self._vb += value * before
        self._vq += value * per_before
        self._pp += per * per
        self._pb += per * before
        self._pq += per * per_before
        self._bb += before * before
        self._bq += before * per_before
        self._qq += per_before * per_before

    def moments(self) -> Moments:
        """What was counted so far."""
        first = (self._vv, self._vp, self._vb, self._vq, self._pp, self._pb, self._pq)
        return Moments(self._count, tuple(self._sums), (*first, self._bb, self._bq, self._qq))


def total_of(parts: Iterable[Moments]) -> Moments:
    """The moments of all parts together."""
    return sum(parts, NOTHING)
