"""Back-tests that nobody replayed: figures as a test wants them.

found = a_backtest(d2026_05_04=300)
told(found, budget_minor)
"""

from dataclasses import replace

from regulars.domain.pricing.backtest import Backtest, OfferSums, Sums
from regulars.domain.pricing.backtest_figures import figures_of
from tests.shops import named


def a_backtest(**days: int) -> Backtest:
    """A draft that cost so much on each day, in one store."""
    found = Backtest([named("draft")])
    for day, minor in days.items():
        sums = Sums(orders=2, touched=1, given_minor=100, replayed_minor=100 + minor)
        sums.draft_minor = minor
        found.by["day"][day.replace("_", "-")[1:]] = sums
        found.whole.add(sums)
    found.by["store"][str(named("store"))] = replace(found.whole)
    found.weeks[(str(named("store")), "2026-05-04")] = found.whole.draft_minor
    found.offers["offer", named("draft")] = OfferSums(orders=2, replayed_minor=1_100)
    return found


def told(found: Backtest, budget_minor: int | None = None) -> dict[str, object]:
    """The figures with what a run puts before them."""
    store = {"id": str(named("store")), "code": "S<1>", "name_zh": "店", "name_en": "Store"}
    head: dict[str, object] = {"since": "2026-05-04", "until": "2026-05-07", "stores": [store]}
    return {**head, **figures_of(found, budget_minor=budget_minor)}
