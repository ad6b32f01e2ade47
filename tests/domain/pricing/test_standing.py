"""Which version of an offer holds at a moment, and what follows."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.pricing.standing import Stand, standing

NOW = Instant(instant_from_iso("2026-05-04T10:00:00+08:00"))


@dataclass(frozen=True)
class Version:
    """A version that begins and ends so many days from now."""

    version: int
    begins: int
    ends: int | None = None
    state: str = "active"

    @property
    def effective_at(self) -> Instant:
        return Instant(NOW + timedelta(days=self.begins))

    @property
    def ends_at(self) -> Instant | None:
        return None if self.ends is None else Instant(NOW + timedelta(days=self.ends))


@pytest.mark.parametrize(
    ("versions", "stand", "current", "following"),
    [
        ([Version(1, -1)], Stand.RUNNING, 1, None),
        ([Version(1, 0)], Stand.RUNNING, 1, None),
        ([Version(1, 1)], Stand.PLANNED, None, 1),
        ([Version(1, -2, ends=0)], Stand.ENDED, 1, None),
        ([Version(1, -2), Version(2, -1, state="stopped")], Stand.STOPPED, 2, None),
        ([Version(1, -2), Version(2, 3)], Stand.RUNNING, 1, 2),
        ([Version(1, -2, ends=-1), Version(2, 3)], Stand.PLANNED, 1, 2),
        # Two changes are planned: the nearer comes first.
        ([Version(1, -2), Version(2, 3), Version(3, 9)], Stand.RUNNING, 1, 2),
        # A later change begins before the one that was planned first, which then never holds.
        ([Version(1, -2), Version(2, 9), Version(3, 3)], Stand.RUNNING, 1, 3),
        ([Version(1, -2), Version(2, 9), Version(3, -1)], Stand.RUNNING, 3, None),
        ([Version(1, -2), Version(2, 3), Version(3, 3)], Stand.RUNNING, 1, 3),
        # What was stopped on its way never begins.
        ([Version(1, 5), Version(2, 0, state="stopped")], Stand.STOPPED, 2, None),
    ],
)
def test_an_offer_stands_by_its_newest_version_that_has_begun(
    versions: list[Version], stand: Stand, current: int | None, following: int | None
) -> None:
    found = standing(versions, NOW)
    assert found.stand is stand
    assert (found.current and found.current.version) == current
    assert (found.next and found.next.version) == following
