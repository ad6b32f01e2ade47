"""Every field of the Terms has a shipped value that works, and refuses nonsense."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.kernel.terms import Level, Place, Setting, resolve
from regulars.domain.orders.shop_terms import DEFAULTS, FIELDS, checked, shop_terms

NOW = Instant(datetime(2026, 5, 4, tzinfo=UTC))
PLACE = Place(region=UUID(int=1), store=UUID(int=2))


def test_a_shop_without_settings_sells_by_the_shipped_terms() -> None:
    terms = shop_terms(resolve([], DEFAULTS, place=PLACE, at=NOW))
    assert terms.earning.points_per_hundred_minor == 1
    assert [tier.code for tier in terms.ladder.tiers] == ["member"]
    assert terms.version == 0


def test_a_region_sets_a_field_for_its_stores() -> None:
    setting = Setting(
        field="earning.points_per_hundred_minor",
        level=Level.REGION,
        place=PLACE.region,
        value=2,
        effective_at=NOW,
        version=3,
    )
    terms = shop_terms(resolve([setting], DEFAULTS, place=PLACE, at=NOW))
    assert (terms.earning.points_per_hundred_minor, terms.version) == (2, 3)


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_each_field_takes_its_shipped_value_and_no_nonsense(field: str) -> None:
    assert checked(field, DEFAULTS[field]) == DEFAULTS[field]
    nothing = [] if DEFAULTS[field] is None else [None]
    for nonsense in (*nothing, True, -1, 1.5, {"a": 1}, "nonsense", [{"code": 5}]):
        with pytest.raises(Refusal):
            checked(field, nonsense)


def test_a_field_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Refusal, match="unknown_field"):
        checked("earning.magic", 1)


def test_two_top_up_steps_at_one_amount_are_refused() -> None:
    twice = [{"principal_minor": 100, "bonus_minor": 1}, {"principal_minor": 100, "bonus_minor": 2}]
    with pytest.raises(Refusal, match="malformed"):
        checked("top_up.offers", twice)


@pytest.mark.parametrize("bonus_minor", [-1, 10**9 + 1, 10**30])
def test_a_bonus_that_no_shop_can_mean_is_refused(bonus_minor: int) -> None:
    step = {"principal_minor": 10_000, "bonus_minor": bonus_minor}
    with pytest.raises(Refusal, match=r"terms\.malformed"):
        checked("top_up.offers", [step])
