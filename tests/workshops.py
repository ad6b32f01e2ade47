"""The shop's own jobs in a test: run until nothing is due.

ended = run_out(ExpiringLots(Pace()).step, shop)
"""

from collections.abc import Callable

from regulars.jobs.job import Workshop
from tests.shops import ShopUnderTest

STEPS_MAX = 1_000


class Quiet:
    """A log that nobody reads."""

    def info(self, event: str, **values: object) -> None:
        """Forget it."""

    def error(self, event: str, **values: object) -> None:
        """Forget it."""


def workshop_of(shop: ShopUnderTest) -> Workshop:
    """What the shop's jobs work with, by the test's clock."""
    return Workshop(
        database=shop.database,
        shops=shop.shops,
        runner=shop.runner,
        clock=lambda: shop.now,
        entropy=shop.entropy.randbytes,
        log=Quiet(),
    )


def run_out(step: Callable[[Workshop], bool], shop: ShopUnderTest) -> int:
    """Take steps until nothing is due; answers how many there were."""
    workshop = workshop_of(shop)
    steps = 1
    while step(workshop):
        steps += 1
        assert steps < STEPS_MAX, "the job never ends"
    return steps
