"""The shop's own jobs in a test: run until nothing is due.

ended = run_out(ExpiringLots(Pace()).step, shop)
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from regulars.jobs.job import Log, Workshop
from tests.shops import ShopUnderTest

STEPS_MAX = 1_000


class Quiet:
    """A log that nobody reads."""

    def info(self, event: str, **values: object) -> None:
        """Forget it."""

    def error(self, event: str, **values: object) -> None:
        """Forget it."""


@dataclass
class Lines:
    """A log that keeps its lines."""

    lines: list[dict[str, object]] = field(default_factory=list)

    def info(self, event: str, **values: object) -> None:
        """Keep it."""
        self.lines.append({"event": event, **values})

    def error(self, event: str, **values: object) -> None:
        """Keep it, as an error."""
        self.lines.append({"event": event, "level": "error", **values})


def workshop_of(shop: ShopUnderTest, log: Log | None = None) -> Workshop:
    """What the shop's jobs work with, by the test's clock."""
    return Workshop(
        database=shop.database,
        shops=shop.shops,
        runner=shop.runner,
        clock=lambda: shop.now,
        entropy=shop.entropy.randbytes,
        log=log or Quiet(),
    )


def run_out(step: Callable[[Workshop], bool], shop: ShopUnderTest) -> int:
    """Take steps until nothing is due; answers how many there were."""
    workshop = workshop_of(shop)
    steps = 1
    while step(workshop):
        steps += 1
        assert steps < STEPS_MAX, "the job never ends"
    return steps
