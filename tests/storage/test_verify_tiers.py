"""`verify` finds nothing in honest tiers, and names what somebody planted."""

from pathlib import Path

from regulars.jobs.tiers import TIER_REVIEWS
from regulars.storage.engine import Database
from regulars.storage.verify.tiers import QUESTIONS
from tests.storage.forger import forger
from tests.tier_shop import buy, differences, go_to, tea_shop
from tests.workshops import run_out

PLANTED = {
    "tier_unearned": "UPDATE tier_period SET measured = needed - 1 WHERE cause = 'kept'",
    "tier_taken_away": "UPDATE tier_period SET measured = needed WHERE cause = 'down'",
    "tier_growth": (
        "UPDATE tier_period SET window_from = NULL, growth_value = 7 WHERE cause = 'up'"
    ),
    "review_day": "UPDATE tier_review SET from_on = '2020-01-01', due_on = '2099-01-01'",
}


def test_every_kind_of_difference_in_tiers_is_found(
    database: Database, tmp_path: Path, database_url: str
) -> None:
    shop = tea_shop(database, tmp_path, window="calendar_year")
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    buy(shop, wang, 2)
    buy(shop, li, 2)
    go_to(shop, "2027-02-01")
    buy(shop, wang, 2)
    go_to(shop, "2028-01-01")
    run_out(TIER_REVIEWS.step, shop)
    assert differences(shop) == []
    assert {what for question in QUESTIONS for what in question.whats} == set(PLANTED)
    missed = []
    with forger(database_url) as hand:
        for what, statement in PLANTED.items():
            with hand.planted(statement) as read:
                found = [one for question in QUESTIONS for one in question.asked(read).differences]
            if what not in {difference.what for difference in found}:
                missed.append(what)
    assert missed == []
