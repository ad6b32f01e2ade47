"""Terms: the nearest setting wins, unless head office locked it or gave a range."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.period import Instant, instant, instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.kernel.terms import Level, Place, Setting, allowed, resolve

EAST, WEST, SHOP, OTHER = (UUID(int=value) for value in (1, 2, 3, 4))
HERE = Place(region=EAST, store=SHOP)
NOW = instant_from_iso("2026-05-01T00:00:00Z")
DEFAULTS = {"points": 1}
PLACES = {Level.ORGANISATION: None, Level.REGION: EAST, Level.STORE: SHOP}


def days(count: int) -> Instant:
    return instant(NOW + timedelta(days=count))


def a_setting(
    level: Level,
    value: object,
    *,
    since: int = -1,
    version: int = 1,
    locked: bool = False,
    between: tuple[int | None, int | None] = (None, None),
) -> Setting:
    return Setting(
        field="points",
        level=level,
        place=PLACES[level],
        value=value,
        effective_at=days(since),
        version=version,
        locked=locked,
        low=between[0],
        high=between[1],
    )


def elsewhere(setting: Setting, place: UUID) -> Setting:
    return Setting(
        field=setting.field,
        level=setting.level,
        place=place,
        value=setting.value,
        effective_at=setting.effective_at,
        version=setting.version,
    )


def value_of(*settings: Setting, at: Instant = NOW) -> object:
    return resolve(settings, DEFAULTS, place=HERE, at=at)["points"].value


SETTINGS = st.builds(
    a_setting,
    st.sampled_from(Level),
    st.integers(0, 5),
    since=st.integers(-3, 3),
    version=st.integers(1, 3),
    locked=st.booleans(),
    between=st.tuples(st.none() | st.integers(0, 3), st.none() | st.integers(2, 5)),
)


def test_without_a_setting_the_shipped_default_holds() -> None:
    resolved = resolve([], DEFAULTS, place=HERE, at=NOW)["points"]
    assert (resolved.value, resolved.source) == (1, None)


def test_the_nearest_setting_wins() -> None:
    head, region, store = (
        a_setting(level, value) for level, value in zip(Level, (2, 3, 4), strict=True)
    )
    assert value_of(head) == 2
    assert value_of(head, region) == 3
    assert value_of(store, region, head) == 4


def test_a_setting_for_another_place_does_not_count() -> None:
    region, store = a_setting(Level.REGION, 3), a_setting(Level.STORE, 4)
    assert value_of(elsewhere(region, WEST), elsewhere(store, OTHER)) == 1


def test_a_setting_counts_from_its_moment_and_the_newest_wins() -> None:
    old, new = a_setting(Level.STORE, 2, since=-2), a_setting(Level.STORE, 3, since=1)
    assert value_of(new, old) == 2
    assert value_of(new, old, at=days(1)) == 3
    again = a_setting(Level.STORE, 4, since=-2, version=2)
    assert value_of(again, old) == 4


def test_a_lock_above_holds_against_everything_below() -> None:
    head = a_setting(Level.ORGANISATION, 2, locked=True)
    assert value_of(head, a_setting(Level.REGION, 3), a_setting(Level.STORE, 4)) == 2
    with pytest.raises(Refusal) as refused:
        allowed(a_setting(Level.STORE, 4), [head], region=EAST)
    assert refused.value.code == "terms.locked"
    assert refused.value.parameters["level"] == "organisation"


def test_a_store_that_leaves_the_range_of_its_region_is_refused() -> None:
    head = a_setting(Level.ORGANISATION, 1, between=(1, 2))
    region = a_setting(Level.REGION, 1, between=(None, 1))
    regional, local = a_setting(Level.REGION, 2), a_setting(Level.STORE, 2)
    assert allowed(regional, [head], region=EAST) == regional
    with pytest.raises(Refusal) as refused:
        allowed(a_setting(Level.STORE, 2), [head, region], region=EAST)
    assert refused.value.code == "terms.out_of_range"
    assert refused.value.parameters == {"field": "points", "low": 1, "high": 1}
    assert allowed(local, [head, region], region=WEST) == local


def test_a_value_that_left_its_range_falls_back_to_the_level_above() -> None:
    store = a_setting(Level.STORE, 3)
    assert value_of(a_setting(Level.ORGANISATION, 1), store) == 3
    assert value_of(a_setting(Level.ORGANISATION, 1, between=(None, 2)), store) == 1


def distinct(settings: list[Setting]) -> list[Setting]:
    """One setting for each level, moment and version, as the table has it."""
    return list({(one.level, one.effective_at, one.version): one for one in settings}.values())


@given(st.lists(SETTINGS, max_size=8).map(distinct))
def test_the_order_of_settings_changes_nothing(settings: list[Setting]) -> None:
    assert value_of(*settings) == value_of(*settings[::-1])


@given(st.lists(SETTINGS, max_size=6).map(distinct), st.integers(0, 5))
def test_exactly_what_is_allowed_takes_effect(settings: list[Setting], value: int) -> None:
    above = [one for one in settings if one.level is not Level.STORE]
    store = a_setting(Level.STORE, value, since=0)
    in_force = resolve([*above, store], DEFAULTS, place=HERE, at=NOW)["points"].source
    if in_force == store:
        assert allowed(store, above, region=EAST) == store
    else:
        with pytest.raises(Refusal) as refused:
            allowed(store, above, region=EAST)
        assert refused.value.code in ("terms.locked", "terms.out_of_range")


def gone(setting: Setting, *, since: int, version: int = 2) -> Setting:
    return replace(
        setting,
        effective_at=days(since),
        version=version,
        locked=False,
        low=None,
        high=None,
        taken_away=True,
    )


def test_what_was_taken_away_says_nothing_from_its_moment_on() -> None:
    head = a_setting(Level.ORGANISATION, 2)
    region = a_setting(Level.REGION, 3, locked=True)
    store = a_setting(Level.STORE, 4)
    without = gone(region, since=1)
    assert value_of(head, region, without, store) == 3
    assert value_of(head, region, without, store, at=days(1)) == 4
    assert value_of(head, region, without, at=days(1)) == 2
    again = a_setting(Level.REGION, 5, since=2, version=3)
    assert value_of(head, region, without, again, at=days(2)) == 5


def test_a_lock_above_holds_against_taking_away_and_a_range_does_not_touch_it() -> None:
    store = a_setting(Level.STORE, 3)
    narrow = a_setting(Level.ORGANISATION, 1, between=(1, 2))
    without = gone(store, since=0)
    assert allowed(without, [narrow, store], region=EAST) == without
    locked = a_setting(Level.ORGANISATION, 1, locked=True)
    with pytest.raises(Refusal) as refused:
        allowed(without, [locked, store], region=EAST)
    assert refused.value.code == "terms.locked"
    free = gone(locked, since=0)
    assert allowed(without, [locked, free, store], region=EAST) == without
