"""Which tier on that day and why, by what was known then; and what comes next."""

from datetime import date
from pathlib import Path

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.storage.engine import Database
from regulars.use_cases.standing import row_of
from regulars.use_cases.tier_questions import tier_forecast
from tests.tier_shop import buy, go_to, refund, set_term, tea_shop, told_on


def test_a_day_is_told_as_it_was_known_and_what_came_later_apart(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path, window="calendar_year")
    wang = shop.join("13800138000")
    order = buy(shop, wang, 2)
    go_to(shop, "2026-06-01")
    refund(shop, order)
    told = told_on(shop, wang, date(2026, 5, 31))
    assert told.tier is not None
    assert told.above is not None
    assert (told.tier.code, told.above.code, told.measured) == ("gold", "king", 120)
    assert told.period is not None
    assert (told.period.cause, told.period.subject_id) == ("up", order)
    assert [one.subject_id for one in told.events] == [order]
    assert told.changed_since.measured == 0
    assert [one.amount for one in told.changed_since.events] == [-120]
    assert told_on(shop, wang, date(2026, 5, 3)).tier is None
    later = told_on(shop, wang, date(2026, 6, 1))
    assert later.tier is not None
    assert (later.tier.code, later.measured) == ("leaf", 0)
    with pytest.raises(Refusal, match="day_to_come"):
        told_on(shop, wang, date(2026, 6, 2))


def test_a_day_is_told_by_the_terms_of_that_day(database: Database, tmp_path: Path) -> None:
    shop = tea_shop(database, tmp_path)
    wang = shop.join("13800138000")
    buy(shop, wang, 2)
    go_to(shop, "2026-07-01")
    set_term(shop, "tiers.measure", "visits")
    assert told_on(shop, wang, date(2026, 6, 30)).promised.measure.value == "growth"
    assert told_on(shop, wang, date(2026, 6, 30)).measured == 120
    assert told_on(shop, wang, date(2026, 7, 1)).measured == 1


def test_a_forecast_says_what_is_missing_and_that_it_is_too_early_to_tell(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path, window="calendar_year")
    wang = shop.join("13800138000")
    buy(shop, wang, 2)
    with database.read() as read:
        there = shop.shops.in_force(read, shop.store_id, at=shop.now)
        told = tier_forecast(read, row_of(read, wang), there, shop.now)
    assert told.up is not None
    assert told.stay is not None
    assert (told.pace, told.up.missing, told.stay.missing) == (None, 180, 0)
